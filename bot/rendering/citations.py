"""Links from a document to Slack: reference numbers of statements, and times of the timeline.

A Markdown link needs an address, so messages without one have no number there. On the HTML page
they link to the page's own list of evidence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from bot.domain.draft import Draft
from bot.domain.markup import MarkupText
from bot.drafting.evidence import number_messages

# Superscript, so that a number is never read as part of the sentence, in Slack and in plain
# Markdown too. A link text with brackets would need escapes, which not every reader understands.
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUPERSCRIPT_DIGITS = "".join(map(chr, _SUPERSCRIPTS.values()))


class HasEvidence(Protocol):
    """A statement, row or key time, with the ids of its messages."""

    @property
    def evidence(self) -> tuple[str, ...]: ...


def make_anchor(number: int) -> str:
    """Return the id of a message's entry on the HTML page."""
    return f"message-{number}"


def build_facts(draft: Draft, *, on_page: bool = False) -> dict[str, Callable[[Any], MarkupText]]:
    """Return two functions for templates.

    `cite` gives a statement's reference numbers as Markdown links, each after a space, and `link_to`
    the address of the message behind a row or key time. Both are empty if no address is known; with
    `on_page`, numbers then link to the entry on the page.
    """
    links = {message.id: message.link for message in draft.cited if message.link}
    numbers = number_messages(draft)
    addresses = {
        message: links.get(message) or f"#{make_anchor(number)}"
        for message, number in numbers.items()
        if on_page or message in links
    }
    return {
        "cite": lambda statement: _cite(statement, numbers, addresses),
        "link_to": lambda row: MarkupText(next(_known(row.evidence, links), "")),
    }


def _cite(
    statement: HasEvidence, numbers: Mapping[str, int], addresses: Mapping[str, str]
) -> MarkupText:
    cited = {message for message in statement.evidence if message in addresses}
    return MarkupText(
        "".join(
            f" [{str(numbers[message]).translate(_SUPERSCRIPTS)}]({addresses[message]})"
            for message in sorted(cited, key=lambda message: numbers[message])
        )
    )


def _known(evidence: Iterable[str], links: Mapping[str, str]) -> Iterator[str]:
    return (links[message] for message in evidence if message in links)

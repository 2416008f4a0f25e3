"""The messages that a draft's statements are based on, for readers to look up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import message_links
from bot.domain.app_updates import original_message_id
from bot.domain.draft import Cited, Draft
from bot.domain.timeline import Record
from bot.drafting.reading.lines import Line, quote

# The fields of a draft with statements, in the order of the document.
_STATEMENT_LISTS = (
    "summary",
    "impact",
    "root_cause",
    "cause_candidates",
    "five_whys",
    "contributing_factors",
    "action_items",
    "dropped_items",
    "detection",
    "resolution",
    "went_well",
    "went_poorly",
    "lucky",
    "lessons",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedMessage:
    """A message in the list of evidence. `number` is its reference number, None if it has none.

    `is_first` is true where the list shows the message for the first time.
    """

    message: Cited
    number: int | None
    is_first: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportedStatement:
    """A statement and its messages. `by` is the person who wrote or set it, or empty."""

    text: str
    messages: tuple[ListedMessage, ...]
    by: str = ""


def number_messages(draft: Draft) -> dict[str, int]:
    """Return the reference numbers of the messages that statements cite, from 1, by message id.

    They're in the order of the document: first messages with a link, then commands and others
    without one, because Markdown shows only the first. Messages that only the timeline or key times
    are based on have no number, because their times link to them.
    """
    links = {message.id: message.link for message in draft.cited}
    cited = dict.fromkeys(
        message
        for name in _STATEMENT_LISTS
        for statement in getattr(draft, name)
        for message in statement.evidence
        if message in links
    )
    linked_first = sorted(cited, key=lambda message: links[message] is None)
    return {message: number for number, message in enumerate(linked_first, start=1)}


def find_cited_messages(draft: Draft, lines: Sequence[Line], record: Record) -> tuple[Cited, ...]:
    """Return the messages that a draft cites, in the order of the record."""
    cited = {message for evidence in _all_evidence(draft) for message in evidence}
    return tuple(
        Cited(
            id=line.id,
            at=line.event.happened_at,
            author=line.author,
            text=quote(line.prose or line.text),
            link=message_links.build_link(
                record.workspace, line.event.channel_id, original_message_id(line.id)
            ),
        )
        for line in lines
        if line.id in cited
    )


def list_supported_statements(draft: Draft) -> Iterator[tuple[str, tuple[SupportedStatement, ...]]]:
    """Yield each part's name and its statements with their messages; the timeline comes last."""
    for name, statements in _parts_by_name(draft) if draft.cited else ():
        if supported := tuple(
            statement for statement in statements if statement.messages or statement.by
        ):
            yield name, supported


def _parts_by_name(draft: Draft) -> Iterator[tuple[str, tuple[SupportedStatement, ...]]]:
    listing = _Listing(draft)
    for name in _STATEMENT_LISTS:
        yield name, tuple(listing.support(statement) for statement in getattr(draft, name))
    moments = ((name, moment) for name, moment in draft.moments.named() if moment)
    yield (
        "moments",
        tuple(
            SupportedStatement(text=name, messages=listing.list(moment.evidence), by=moment.set_by)
            for name, moment in moments
        ),
    )
    rows = (row for row in draft.timeline if not row.is_silence)
    yield "timeline", tuple(listing.support(row) for row in rows)


class _Listing:
    """The list of evidence while it's made, from the first statement to the last."""

    def __init__(self, draft: Draft) -> None:
        self.messages = {message.id: message for message in draft.cited}
        self.numbers = number_messages(draft)
        self.shown: set[str] = set()

    def support(self, statement: object) -> SupportedStatement:
        written = getattr(statement, "written", None)
        return SupportedStatement(
            text=getattr(statement, "text", ""),
            messages=self.list(getattr(statement, "evidence", ())),
            by=written.by if written else "",
        )

    def list(self, evidence: Iterable[str]) -> tuple[ListedMessage, ...]:
        return tuple(self._show(message) for message in evidence if message in self.messages)

    def _show(self, message: str) -> ListedMessage:
        is_first = message not in self.shown
        self.shown.add(message)
        return ListedMessage(
            message=self.messages[message], number=self.numbers.get(message), is_first=is_first
        )


def _all_evidence(draft: Draft) -> Iterator[tuple[str, ...]]:
    for name in (*_STATEMENT_LISTS, "timeline"):
        yield from (statement.evidence for statement in getattr(draft, name))
    yield from (moment.evidence for _, moment in draft.moments.named() if moment)

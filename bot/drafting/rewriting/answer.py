"""Parse the model's answer: JSON with sentences, each with the numbers of the messages it cites."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.drafting_model import AnswerNotUsable

MAX_SENTENCES = 300
_THOUGHTS, _FENCE = "</think>", "```"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence of the model, and the messages it cites.

    A malformed one has no text or cites nothing, so the check rejects it.
    """

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the model proposes. `rows` has a new text for rows, by their numbers in the prompt."""

    summary: tuple[Proposal, ...] = ()
    rows: tuple[tuple[int, Proposal], ...] = ()
    root_cause: tuple[Proposal, ...] = ()
    cause_candidates: tuple[Proposal, ...] = ()
    contributing_factors: tuple[Proposal, ...] = ()


_PARTS = ("summary", "root_cause", "cause_candidates", "contributing_factors")


def parse_answer(text: str) -> Answer:
    """Return the proposals. Raises AnswerNotUsable if the answer isn't in the requested form."""
    found = _load(text)
    if not isinstance(found, dict):
        raise AnswerNotUsable(problem="it isn't a JSON object")
    lists = {name: _list(found, name) for name in (*_PARTS, "rows")}
    if not any(lists.values()):
        raise AnswerNotUsable(problem="it has no sentences")
    if sum(map(len, lists.values())) > MAX_SENTENCES:
        raise AnswerNotUsable(problem=f"it has more than {MAX_SENTENCES} sentences")
    proposals = {name: tuple(map(_proposal, lists[name])) for name in _PARTS}
    return Answer(**proposals, rows=tuple(_rows(lists["rows"])))


def _load(text: str) -> object:
    """Return the JSON value of a text, also if it's a code block or comes after thoughts."""
    bare = text.rpartition(_THOUGHTS)[2].strip()
    if bare.startswith(_FENCE) and bare.endswith(_FENCE):
        bare = bare.removesuffix(_FENCE).partition("\n")[2]
    try:
        return json.loads(bare)
    except (ValueError, RecursionError):
        raise AnswerNotUsable(problem="it isn't JSON") from None


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name) or []
    if not isinstance(value, list):
        raise AnswerNotUsable(problem=f"“{name}” isn't a list")
    return value


def _rows(found: list[Any]) -> Iterator[tuple[int, Proposal]]:
    for item in found:
        row = item.get("row") if isinstance(item, dict) else 0
        yield (row if isinstance(row, int) else 0), _proposal(item)


def _proposal(item: Any) -> Proposal:
    fields = item if isinstance(item, dict) else {}
    text, cited = fields.get("text"), fields.get("messages")
    numbers = cited if isinstance(cited, list) else []
    # A boolean is an integer too.
    is_citing = all(isinstance(each, int) and not isinstance(each, bool) for each in numbers)
    return Proposal(
        text=text.strip() if isinstance(text, str) else "",
        cited=tuple(numbers) if is_citing else (),
    )

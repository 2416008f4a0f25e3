"""What the model may read and cite: messages by short numbers, and rows of the timeline."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.draft import Draft
from bot.domain.membership_type import remove_outsider_label
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting import wording
from bot.drafting.reading.lines import Line, quote, read_record
from bot.drafting.reading.unknown_people import name_unknown_people
from bot.drafting.recovery_course import CachedLines

MAX_TEXT_LENGTH = 600  # characters of a message
MAX_TOTAL_LENGTH = 60_000  # characters of all messages together, about 15,000 tokens
MAX_ROWS = 60
_OVERHEAD = 60  # characters that a message takes besides its text
# Text that tries to give instructions to the model; it isn't shown to it.
_ORDERS = re.compile(
    (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}\b(?:instructions?|prompts?"
        r"|rules|guidelines|directions|above|previous|earlier|everything)\b"
        r"|\b(?:system|developer) (?:prompt|message|instruction)s?\b|\bnew instructions?\b"
        r"|\bjailbreak|\byou are (?:now )?(?:an? )?(?:\w+ )?(?:ai|llm|assistant|chatbot"
        r"|language model)\b|\b(?:ai|llm|language model|assistant|chatgpt|gpt|claude"
        r"|model)s?\b[^.!?\n]{0,30}\b(?:must|should|please|shall|will|has to"
        r"|have to)\b[^.!?\n]{0,20}\b(?:say|write|state|report|claim|answer|output|respond|reply"
        r"|conclude|blame)|\b(?:say|write|state|report|claim|conclude|answer|pretend|output"
        r"|put)\b[^.!?\n]{0,30}\b(?:in|for|into) (?:the|your|this) (?:summary|post-?mortem|draft"
        r"|report|answer|output|root cause)\b|<?\|?/?(?:im_start|im_end|endoftext)\|?>?"
        r"|</?(?:system|assistant|user|inst)>|\[/?INST\]"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A message as the model sees it. `number` is its ID there, from 1."""

    number: int
    line: Line
    text: str

    @property
    def id(self) -> str:
        return self.line.id


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The messages by number, the timeline's rows that may be reworded, and people's names.

    `rows` maps a row's number in the prompt to its place in the draft's timeline.
    """

    lines: CachedLines
    by_number: Mapping[int, Source]
    rows: Mapping[int, int]
    people: tuple[str, ...]

    def of(self, numbers: Sequence[int]) -> tuple[Source, ...]:
        """Return the messages with these numbers, without unknown ones."""
        return tuple(self.by_number[number] for number in numbers if number in self.by_number)

    def ids(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Return message IDs in the order of the record."""
        return tuple(source.id for source in self.of(sorted(set(numbers))))


def collect_sources(record: Record, draft: Draft) -> Sources:
    """Select what the model sees.

    If a record is too long, messages that the draft is based on come before all others.
    """
    known = name_unknown_people(record.shown())
    lines = CachedLines(read_record(known))
    chosen = _choose(lines, {message.id for message in draft.cited})
    by_number = {
        number: Source(number=number, line=line, text=_text_of(line))
        for number, line in enumerate(chosen, start=1)
    }
    names = {*known.people.values(), *(line.author for line in lines if line.is_by_person)}
    return Sources(
        lines=lines,
        by_number=by_number,
        rows=_number_rows(draft, by_number),
        people=tuple(sorted(remove_outsider_label(name) for name in names)),
    )


def gives_orders(text: str) -> bool:
    """Return whether a text gives instructions to a model."""
    return _ORDERS.search(text) is not None


def is_marked_as_cause(line: Line) -> bool:
    return Mark.ROOT_CAUSE in line.event.marks


def _choose(lines: Sequence[Line], cited: set[str]) -> Iterator[Line]:
    """Yield the lines that the model sees, in the order of the record."""
    readable = [line for line in lines if _text_of(line) and not gives_orders(line.text)]
    remaining, kept = MAX_TOTAL_LENGTH, set[str]()
    for line in sorted(readable, key=lambda line: line.id not in cited):
        remaining -= len(_text_of(line)) + _OVERHEAD
        if remaining < 0:
            break
        kept.add(line.id)
    yield from (line for line in readable if line.id in kept)


def _text_of(line: Line) -> str:
    """Return a message's text on one line, and what an action did."""
    return quote(wording.action_text(line.event.kind, line.prose or line.text), MAX_TEXT_LENGTH)


def _number_rows(draft: Draft, by_number: Mapping[int, Source]) -> dict[int, int]:
    """Number the rows made of people's messages alone; all others say exactly what happened."""
    spoken = {
        source.id
        for source in by_number.values()
        if source.line.event.kind is EventKind.MESSAGE and source.line.is_by_person
    }
    places = [
        place
        for place, row in enumerate(draft.timeline)
        if row.evidence and row.times == 1 and spoken.issuperset(row.evidence)
    ]
    return dict(enumerate(places[:MAX_ROWS], start=1))

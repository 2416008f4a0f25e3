"""Build an incident's library page from its record, its postmortem and people's text."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.action_item import ItemState
from bot.domain.library_page import LibraryPage
from bot.domain.markup import to_plain_text
from bot.domain.section import SectionName
from bot.domain.timeline import SPOKEN_KINDS, EventKind, Mark, Record
from bot.drafting.library.traits import find_traits

MAX_LINE_LENGTH = 600  # characters of a line; the beginning of a pasted log is enough
MAX_PAGE_LENGTH = 60_000  # characters of the whole text
_CAUSE_PARTS = ("root_cause", "contributing_factors")
_OTHER_PARTS = ("summary", "impact", "timeline", "went_well", "went_poorly", "lucky", "lessons")
_CAUSE_MARKS = frozenset({Mark.ROOT_CAUSE, Mark.CONTRIBUTING_FACTOR})
_INDEXED_KINDS = SPOKEN_KINDS - {EventKind.COMMAND} | {
    EventKind.NOTE,
    EventKind.IMPACT,
    EventKind.UPDATE,
    EventKind.RESOLVED,
}


def build_page(
    record: Record, document: Mapping[str, Any], removed: Collection[str]
) -> LibraryPage:
    """Build the page of a record; `document` is the JSON of its newest postmortem, or empty.

    `removed` are ids of deleted and hidden messages. Anything based on one is left out, even if an
    earlier draft includes it.
    """
    marked_texts = (
        to_plain_text(event.text, record.people)
        for event in record.events
        if event.marks & _CAUSE_MARKS and event.message_id not in removed
    )
    causes = [
        *_section_lines(record, SectionName.ROOT_CAUSE),
        *_draft_statements(document, _CAUSE_PARTS, removed),
        *marked_texts,
    ]
    texts = [
        *_draft_statements(document, _OTHER_PARTS, removed),
        *_section_lines(record),
        *_conversation_lines(record, removed),
    ]
    items = (event.text for event in record.action_items if event.state is not ItemState.DROPPED)
    return LibraryPage(
        title=record.incident.title,
        traits=replace(find_traits(record), causes=tuple(_distinct_lines(causes))),
        items=tuple(_distinct_lines([*items])),
        lines=tuple(_distinct_lines(texts)),
    )


def _draft_statements(
    document: Mapping[str, Any], parts: Collection[str], removed: Collection[str]
) -> Iterator[str]:
    """Yield a draft's statements that aren't based on deleted or hidden messages."""
    for part in parts:
        for statement in document.get(part, ()):
            if not any(message in removed for message in statement["evidence"]):
                yield statement["text"]


def _section_lines(record: Record, *names: SectionName) -> Iterator[str]:
    """Yield lines written by people, in the sections with these names, or in all if none given."""
    for section in record.sections:
        if not names or section.name in names:
            yield from section.text.splitlines()


def _conversation_lines(record: Record, removed: Collection[str]) -> Iterator[str]:
    yield record.incident.resolution
    for event in record.events:
        if event.kind in _INDEXED_KINDS and event.message_id not in removed:
            yield to_plain_text(event.text, record.people)


def _distinct_lines(texts: list[str]) -> Iterator[str]:
    remaining, lines = MAX_PAGE_LENGTH, set()
    for text in texts:
        line = " ".join(text.split())[:MAX_LINE_LENGTH]
        if line and line not in lines and len(line) <= remaining:
            lines.add(line)
            remaining -= len(line)
            yield line

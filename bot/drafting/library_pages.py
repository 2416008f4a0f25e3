"""An incident's page in the library: what its record, its postmortem and its people say, line by line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.action_item import ItemState
from bot.domain.library_page import Page
from bot.domain.markup import plain
from bot.domain.section import SectionName
from bot.domain.timeline import SPOKEN, Kind, Mark, Record
from bot.drafting.similarity_traits import traits

LINE = 600  # characters of a line; of a log that somebody pasted the beginning is enough
WHOLE = 60_000  # characters of what was told
_CAUSES = ("root_cause", "contributing_factors")
_TOLD = ("summary", "impact", "timeline", "went_well", "went_poorly", "lucky", "lessons")
_CAUSAL = frozenset({Mark.ROOT_CAUSE, Mark.CONTRIBUTING_FACTOR})
_SAID = SPOKEN - {Kind.COMMAND} | {Kind.NOTE, Kind.IMPACT, Kind.UPDATE, Kind.RESOLVED}


def page(record: Record, document: Mapping[str, Any], gone: Collection[str]) -> Page:
    """The page of a record; `document` is the JSON of its newest postmortem, or empty.

    `gone` are the messages that were deleted or hidden: what rests on one is left out, also where a
    draft from before has it.
    """
    marked = (
        plain(each.text, record.people)
        for each in record.events
        if each.marks & _CAUSAL and each.message_id not in gone
    )
    causes = [*_written(record, SectionName.ROOT_CAUSE), *_of(document, _CAUSES, gone), *marked]
    told = [*_of(document, _TOLD, gone), *_written(record), *_talk(record, gone)]
    items = (each.text for each in record.action_items if each.state is not ItemState.DROPPED)
    return Page(
        title=record.incident.title,
        traits=replace(traits(record), causes=tuple(_each_once(causes))),
        items=tuple(_each_once([*items])),
        told=tuple(_each_once(told)),
    )


def _of(
    document: Mapping[str, Any], parts: Collection[str], gone: Collection[str]
) -> Iterator[str]:
    """The statements of a draft that rest on nothing that is gone."""
    for part in parts:
        for said in document.get(part, ()):
            if not any(each in gone for each in said["evidence"]):
                yield said["text"]


def _written(record: Record, *names: SectionName) -> Iterator[str]:
    """What people wrote, in sections of these names or in all."""
    for section in record.sections:
        if not names or section.name in names:
            yield from section.text.splitlines()


def _talk(record: Record, gone: Collection[str]) -> Iterator[str]:
    yield record.incident.resolution
    for event in record.events:
        if event.kind in _SAID and event.message_id not in gone:
            yield plain(event.text, record.people)


def _each_once(said: list[str]) -> Iterator[str]:
    room, known = WHOLE, set()
    for each in said:
        line = " ".join(each.split())[:LINE]
        if line and line not in known and len(line) <= room:
            known.add(line)
            room -= len(line)
            yield line

"""Find what a postmortem leaves vague: times without a clock, rough durations, impact without a number.

And whether it's longer than its severity deserves.
"""

import re
from collections.abc import Iterator

from bot.blameless.document import Document, Passage, Section
from bot.blameless.finding import Finding
from bot.blameless.sections import SectionTopic, count_words, find_topics, is_placeholder

_VAGUE_TIME = re.compile(
    r"\b(?:(?:around|about|at|by|before|after|until|since) (?:noon|midday|lunch(?:time)?|midnight)"
    r"|(?:in the|that|early|late|next) (?:morning|afternoon|evening|night)"
    r"|(?:a (?:bit|little|while)|some time|much|sometime|shortly|soon) (?:later|after(?:wards)?)"
    r"|at some point|eventually)\b|^later\b",
    re.IGNORECASE,
)
_ROUGH_DURATION = re.compile(
    r"\b(?:about|around|roughly|approximately|almost|nearly|a couple of|several|a few|some) "
    r"(?:(?:an?|half an|one|two|three|four) )?(?:hours?|minutes?|days?|while)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?(?:am|pm)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:no|none|nobody|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|dozens?"
    r"|hundreds?|thousands?|millions?|all|every|half)\b",
    re.IGNORECASE,
)
_HARMED = re.compile(
    r"\b(?:customers?|users?|clients?|people|visitors?|merchants?|requests?|orders?|payments?)\b",
    re.IGNORECASE,
)
_SEVERITY = re.compile(r"\b(?:P|SEV-?)([0-4])\b", re.IGNORECASE)
_TOLD = {SectionTopic.SUMMARY, SectionTopic.IMPACT, SectionTopic.DETECTION, SectionTopic.TIMELINE}
# Words that a severity deserves: 25, 15 and 7 minutes of reading at 240 words a minute.
_MOST_WORDS = {"0": 6_000, "1": 6_000, "2": 3_600, "3": 1_700, "4": 1_700}


def find_imprecise(document: Document) -> Iterator[Finding]:
    """Yield the vague passages of a document, a section for impact without a number, and its length."""
    topics = list(find_topics(document))
    for topic, position in topics:
        section = document.sections[position]
        if topic in _TOLD and not (topic is SectionTopic.TIMELINE and section.tables):
            for passage in section.passages:
                yield from _find_vague(passage, section)
        if topic is SectionTopic.IMPACT:
            yield from _find_uncounted(document.with_subsections(position))
    yield from _find_length(document)


def _find_vague(passage: Passage, section: Section) -> Iterator[Finding]:
    found = None if _CLOCK.search(passage.text) else _VAGUE_TIME.search(passage.text)
    if found:
        yield Finding(
            rule="vague time",
            text=found[0],
            why="Readers can't place it on the timeline.",
            better="At what time was it?",
            line=passage.line,
            section=section.title,
        )
    if rough := _ROUGH_DURATION.search(passage.text):
        yield Finding(
            rule="rough duration",
            text=rough[0],
            why="The key times give it to the minute.",
            better="How long was it exactly?",
            line=passage.line,
            section=section.title,
        )


def _find_uncounted(sections: tuple[Section, ...]) -> Iterator[Finding]:
    """Yield a finding if an impact on customers has no number."""
    passages = [passage.text for section in sections for passage in section.passages]
    texts = [text for text in passages if not is_placeholder(text)]
    if not any(map(_HARMED.search, texts)) or any(map(_NUMBER.search, texts)):
        return
    yield Finding(
        rule="impact without a number",
        text=sections[0].title,
        why="Without a number, readers can't tell how bad it was.",
        better="How many users, requests or orders were affected, and for how long?",
        line=sections[0].line,
        section=sections[0].title,
    )


def _find_length(document: Document) -> Iterator[Finding]:
    """Yield a finding if a document is much longer than its severity deserves."""
    severity, words = _find_severity(document), count_words(document)
    most = _MOST_WORDS.get(severity or "")
    if most and words > most:
        yield Finding(
            rule="too long",
            text="",
            why=f"It has {words:,} words. Few people finish reading that about a P{severity}.",
            better=f"Keep it under {most:,} words. Move details to an appendix, or link them.",
        )


def _find_severity(document: Document) -> str | None:
    """Return the number of the severity that the facts at the top name, or None."""
    for section in document.sections[:2]:
        for table in section.tables:
            for cells in (table.header, *(row.cells for row in table.rows)):
                if cells and cells[0].strip(" *").casefold() == "severity":
                    found = _SEVERITY.search(" ".join(cells[1:]))
                    return found[1] if found else None
    return None

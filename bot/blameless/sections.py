"""Find required sections that are missing or empty, under any of the headings that teams use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.blameless.document import Document, Section
from bot.blameless.finding import Finding
from bot.domain.letter_case import upper_first


class SectionTopic(StrEnum):
    """The topic of a section."""

    SUMMARY = "summary"
    IMPACT = "impact"
    TIMELINE = "timeline"
    DETECTION = "detection"
    ROOT_CAUSE = "root cause"
    WENT_WELL = "what went well"
    WENT_POORLY = "what went poorly"
    ACTION_ITEMS = "action items"
    LESSONS = "lessons"


@dataclass(frozen=True, slots=True)
class RequiredSection:
    """A required section: the pattern of its headings, why it's required, and its question."""

    part: SectionTopic
    headings: str
    why: str
    question: str


# In the order of evaluation: the first pattern that matches a heading decides.
REQUIRED_SECTIONS = (
    RequiredSection(
        SectionTopic.ACTION_ITEMS,
        r"action items?|actions?(?! taken)(?: plan)?$|follow[- ]?ups?|next steps"
        r"|to-?dos?\b|corrective|preventi(?:ve|on|ative)|"
        r"remediation|repair items|improvement plan|tasks|capa\b"
        r"|(?:what|how) (?:we|will we|are we|we are)(?:'ll|'re| will)? (?:do|doing"
        r"|prevent|change)\w*",
        "Without follow-up, the same incident can happen again.",
        "What will prevent this from happening again? Who owns each action item, and "
        "when is it due?",
    ),
    RequiredSection(
        SectionTopic.WENT_WELL,
        r"(?:went|go|gone|worked|did) (?:well|right|good)(?<!not go well)(?<!n't go well)"
        r"|what worked|positives?|successes|strengths|things that helped|what helped"
        r"|\bgood\b",
        "Write down what worked, so that others can keep doing it.",
        "What worked well and should be kept?",
    ),
    RequiredSection(
        SectionTopic.WENT_POORLY,
        r"(?:went|go|gone|did) (?:poorly|badly|wrong|less well)"
        r"|(?:not|\w+n't) (?:go |work )?(?:so |very )?well|could (?:be|have|we)\b.*"
        r"|improve(?:d|ments?)?\b|challenges|"
        r"difficult(?:y|ies)|pain points|what hindered|what was hard|gaps|weaknesses"
        r"|opportunities|\bbad\b",
        "If the slow or hard parts aren't fixed, they'll be just as slow or hard next time.",
        "What was slower or harder than it should have been?",
    ),
    RequiredSection(
        SectionTopic.TIMELINE,
        r"time ?lines?|chronolog\w+|(?:sequence|course|order) of events"
        r"|what happened when|(?:event|incident) log|log of events"
        r"|history of the incident",
        "The sequence of events shows what people knew, and when.",
        "What happened, and when, from the first sign to the resolution?",
    ),
    RequiredSection(
        SectionTopic.ROOT_CAUSE,
        r"root[- ]causes?|causes?\b|\brca\b|triggers?\b"
        r"|why (?:did )?(?:it|this|that) (?:happen|fail|break|broke)\w*|(?:five|5) whys"
        r"|contributing|"
        r"diagnosis|(?:technical|incident) analysis|^analysis$|explanation"
        r"|technical details?|fault\b",
        "Without a cause, you can't tell whether the follow-up will help.",
        "What in the system made it possible, and what triggered it?",
    ),
    RequiredSection(
        SectionTopic.LESSONS,
        r"lessons?|learn(?:ings?|ed|t)|what (?:did )?we learn\w*|take-?aways?|insights"
        r"|reflections?|conclusions?",
        "Others can only learn from what's written down.",
        "What do we know now that we didn't know before?",
    ),
    RequiredSection(
        SectionTopic.DETECTION,
        r"detect\w*|discover\w*|how (?:did )?we (?:found|find) out"
        r"|how (?:was it|it was) (?:found|noticed)|monitoring|response",
        "Time to detect is often the longest part of an incident.",
        "How was it detected, and what would have detected it sooner?",
    ),
    RequiredSection(
        SectionTopic.IMPACT,
        r"impact\w*|affected|blast radius|damages?|consequences?|effects?\b|what broke"
        r"|scope|customer experience",
        "Readers first want to know who was affected and how badly.",
        "Who was affected, how many, how badly, and for how long?",
    ),
    RequiredSection(
        SectionTopic.SUMMARY,
        r"summar(?:y|ies)|overview|abstract|synopsis|tl;?\s?dr|what happened"
        r"|in (?:short|brief)|at a glance|description|problem statement"
        r"|^(?:the )?(?:incident|issue|problem)$",
        "Most people only read the summary.",
        "What happened? Summarize it in two to four sentences that anyone can understand.",
    ),
)

_HEADINGS = tuple(
    (wanted.part, re.compile(rf"(?:\b|(?<=\W)|^)(?:{wanted.headings})"))
    for wanted in REQUIRED_SECTIONS
)
_ORDER = tuple(SectionTopic)
_DECORATION = re.compile(r"^(?:\W|\d+[.)]|\d+\s|[ivx]+[.)] )+|\([^()]*\)|\W+$")
_MAX_HEADING_WORDS = 7  # words; a longer heading is a sentence or a title
_MAX_WORDS_BESIDE_BRACKET = (
    2  # words next to a bracket that still leave a placeholder: "[number] users"
)
_LONG_DOCUMENT = 600  # words from which a postmortem needs a section about detection
_PLACEHOLDER = re.compile(
    r"(?:tb[dca]|to ?do|wip|n/?a(?: yet)?|(?:none|nothing) yet|pending|coming soon"
    r"|not (?:yet )?(?:written|known|filled in)(?: yet)?|"
    r"to be (?:written|done|determined|decided|filled(?: in)?|added|completed|confirmed"
    r"|defined|announced)|"
    r"(?:please )?(?:fill|add|write)(?: (?:this|me|it|here|in|details|text|content))*"
    r"|placeholder|lorem ipsum.*|x{2,}|who|when|"
    r"insert .{0,40} here)?"
)
_OPEN_QUESTION = re.compile(
    r"^(?:[\w /'-]{1,40}:)?\W{0,4}open(?: question)?\W{0,4}:", re.IGNORECASE
)
_BRACKETED = re.compile(r"\[[^\[\]\d]{0,400}\]|<[^<>]{1,200}>|\{\{[^{}]{0,200}\}\}")
_LABEL = re.compile(r"^[\w /'-]{1,40}:(?=\s|$)")
_EDGES = " @\t\r\n.,;:!?…*_-\u2013\u2014|/()\"'“”=~>#"


def topic_of(title: str) -> SectionTopic | None:
    """Return the topic of a section with this heading, or None."""
    bare = _DECORATION.sub("", title.replace("\u2019", "'").casefold()).strip()
    if not bare or len(bare.split()) > _MAX_HEADING_WORDS:
        return None
    return next((topic for topic, heading in _HEADINGS if heading.search(bare)), None)


def find_topics(document: Document) -> Iterator[tuple[SectionTopic, int]]:
    """Yield the topics of sections with their positions. The document's title has no topic."""
    first = next(
        (position for position, section in enumerate(document.sections) if section.title), None
    )
    for position, section in enumerate(document.sections):
        is_title = (
            position == first
            and section.level == 1
            and len(document.with_subsections(position)) > 1
        )
        topic = None if is_title else topic_of(section.title)
        if topic:
            yield topic, position


def find_missing(document: Document) -> Iterator[Finding]:
    """Yield the required sections that are missing or empty."""
    topics = list(find_topics(document))
    filled = {
        topic for topic, position in topics if not is_empty(document.with_subsections(position))
    }
    headings = {topic: document.sections[position] for topic, position in reversed(topics)}
    for required in sorted(REQUIRED_SECTIONS, key=lambda required: _ORDER.index(required.part)):
        if required.part in filled or not _is_needed(document, required.part, topics):
            continue
        heading = headings.get(required.part)
        yield Finding(
            rule="empty section" if heading else "missing section",
            text=heading.title if heading else "",
            why=f"{_describe(required.part)} {'is empty' if heading else 'is missing'}. {required.why}",
            better=required.question,
            line=heading.line if heading else None,
            section=required.part,
        )


def is_empty(sections: tuple[Section, ...]) -> bool:
    """Return whether sections contain only placeholders."""
    return all(
        is_placeholder(text)
        for section in sections
        for text in [*(passage.text for passage in section.passages), *section.quoted]
    )


def is_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder: "TBD", "[who was affected]", "Open question: …?"."""
    if _OPEN_QUESTION.match(text):
        return True
    left = _BRACKETED.sub("", text)
    bare = _LABEL.sub("", left.strip(" \n*_#>-")).strip(_EDGES)
    if left != text and len(bare.split()) <= _MAX_WORDS_BESIDE_BRACKET:
        return True
    return _PLACEHOLDER.fullmatch(bare.casefold()) is not None


def _is_needed(
    document: Document, topic: SectionTopic, topics: list[tuple[SectionTopic, int]]
) -> bool:
    return (
        topic is not SectionTopic.DETECTION
        or count_words(document) >= _LONG_DOCUMENT
        or topic in dict(topics)
    )


def count_words(document: Document) -> int:
    """Return the words of people's prose."""
    return sum(
        len(passage.text.split()) for section in document.sections for passage in section.passages
    )


def _describe(topic: SectionTopic) -> str:
    name = str(topic)
    return f"The section “{upper_first(name)}”"

"""Remove a label from text that is shown after the same label.

"The cause: the root cause is a full disk" would say it twice. If the text expresses doubt ("the most
likely cause is …"), it's shown unchanged and without a label, so that the doubt isn't lost.
"""

import re
from enum import StrEnum

from bot.domain.letter_case import upper_first

_SEPARATOR = r"\s*[:=\u2013\u2014-]+\s+|\s*[:=]\s*"
_IS = (
    r"(?:\s+|'|\u2019)(?:is|was|were|are|s|has been|seems to (?:be|have been)"
    r"|appears to (?:be|have been)|turn(?:s|ed) out to (?:be|have been))(?:\s+that\b)?\s*[:,]?\s+"
)
_LEADING_WORDS = (
    r"^\W{0,4}(?:(?:and|so|but|also|ok(?:ay)?|yes|yep|confirmed|update|fyi|well|right)\b[,.:]?\s+)*"
)
_THE = r"(?:(?:the|our|its|an?|what)\s+)?"
_IT = (
    r"(?:(?:it|this|that|everything|the (?:incident|outage|problem|issue|failure|alert)s?)(?:\s+"
    r"|'|\u2019))?"
)
_WAS = r"(?:(?:is|was|were|s|has been|got|happened|started|began|broke|failed)\s+)?"

# The label at the start of a sentence that says what it is: "root cause: …", "what went well: …".
HEADING = re.compile(
    (
        r"^\W{0,4}(?:(?:the )?root[- ]cause(?: is| was)?|what went (?:well|poorly|badly|wrong)"
        r"|went (?:well|poorly|badly)|lessons?(?: learned)?|lucky"
        r"|contributing factors?)\s*[:\u2013\u2014-]\s*"
    ),
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"^(?:and|so|but|also)\b[, ]*(?=\w)", re.IGNORECASE)


class Label(StrEnum):
    """The kinds of labels."""

    CAUSE = "cause"
    TRIGGER = "trigger"
    IMPACT = "impact"
    HELPED = "helped"
    RESOLVED = "resolved"
    ACTION = "action"
    SUMMARY = "summary"
    LESSON = "lesson"
    FACTOR = "factor"
    STATUS = "status"


def _make_pattern(nouns: str, *openings: str) -> re.Pattern[str]:
    """Return a pattern for text that starts with the label as a noun, or with one of the openings."""
    noun = (
        rf"{_THE}(?:{nouns})(?:\s+(?:here|identified|found|confirmed"
        rf"|of (?:this|the|it|that)(?: \w+){{0,3}}?))?(?:{_SEPARATOR}|{_IS})"
    )
    return re.compile(rf"{_LEADING_WORDS}(?:{'|'.join((noun, *openings))})", re.IGNORECASE)


_BY = rf"{_IT}{_WAS}"
_CAUSED = rf"{_BY}(?:caused|triggered) by(?: the fact that)?\s+"
_REAL = r"(?:(?:actual|real|underlying|true|main|technical) )?"
_NAMED_CAUSE = _make_pattern(rf"{_REAL}(?:root[- ]?cause|cause|rca)", _CAUSED)
_LABEL_PATTERNS = {
    Label.CAUSE: _make_pattern(
        rf"{_REAL}(?:root[- ]?cause|cause|culprit|rca|reason|trigger)",
        _CAUSED,
        rf"{_BY}(?:because of|because|due to(?: the fact that)?)\s+",
    ),
    Label.TRIGGER: _make_pattern(r"trigger", _CAUSED),
    Label.IMPACT: _make_pattern(
        r"(?:(?:customer|user|business|total|current|overall) )?impact", r"impacted\s*:\s*", r"affected\s*:\s*"
    ),
    Label.HELPED: _make_pattern(
        (r"what (?:helped|fixed it|worked|solved it|resolved it)|helped|fix|mitigation|solution"
        r"|resolution|workaround|remedy"),
        rf"{_IT}(?:(?:is|was|got|has been)\s+)?(?:fixed|mitigated|solved|resolved|helped) by\s+",
    ),
    Label.RESOLVED: _make_pattern(r"resolved|resolution|fixed", r"(?:resolved|fixed) by\s+"),
    Label.ACTION: _make_pattern(r"action items?|action|ai|to-?do|follow[- ]?ups?"),
    Label.SUMMARY: _make_pattern(r"(?:(?:executive|incident) )?summary|tl;?dr"),
    Label.LESSON: _make_pattern(r"lessons?(?: learned)?|learnings?|takeaways?"),
    Label.FACTOR: _make_pattern(r"contributing (?:factors?|causes?)"),
    Label.STATUS: _make_pattern(r"(?:new )?status"),
}  # fmt: skip
_DOUBTFUL = re.compile(
    (
        rf"{_LEADING_WORDS}{_THE}(?:most )?(?:likely|probable|possible|presumed|suspected|potential"
        r"|assumed) (?:root[- ]?cause|cause|culprit|trigger|impact)\b"
    ),
    re.IGNORECASE,
)


def remove_label(label: Label, text: str) -> str:
    """Return the text without its label; unchanged if nothing else would be left."""
    bare = text
    while label_match := _LABEL_PATTERNS[label].match(bare):
        bare = bare[label_match.end() :]
    if bare == text or not re.search(r"\w", bare):
        return text
    return upper_first(bare)


def is_named_cause(text: str) -> bool:
    """Return whether a text calls itself the cause: "root cause: …", "the cause was …"."""
    return _NAMED_CAUSE.match(text) is not None


def has_doubtful_label(text: str) -> bool:
    """Return whether a text names its label with doubt, so that it needs no label."""
    return _DOUBTFUL.match(text) is not None


def remove_heading(clause: str) -> str:
    """Remove what a clause says it is, which the section's heading repeats, and a leading "and"."""
    bare = _CONJUNCTION.sub("", HEADING.sub("", clause)) or clause
    return bare if bare == clause else upper_first(bare)

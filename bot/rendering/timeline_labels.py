"""The words in the timeline picture: what a label says, and how much of it fits."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from bot.domain.draft import Draft, TimelineRow
from bot.domain.letter_case import upper_first
from bot.drafting.reading.status_pages import strip_phase
from bot.rendering import render, text_filters
from bot.rendering.fonts import load_typeface
from bot.slack_text.styles import remove_styles

_LINK = "(link)"
_ADDRESS = re.compile(r"https?://\S+")
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][\w+-]*:(?![\w:])")  # an emoji's name, as in ":tada:"
_JOINT = re.compile(r"(?<=[.,;:!?\u2026]) / ")  # between messages in one row, where a sentence ends
_GREETED = r"(?:\s+(?:all|everyone|everybody|folks|team|there|guys))?"
# What people say first, before they say it. Each needs a mark after it, so that "So that was it" stays.
_OPENING = re.compile(
    r"[\s\-\u2013\u2014\u2022*>.,:;/|]+"
    rf"|(?:hi|hey|hello|good (?:morning|afternoon|evening)|morning){_GREETED}\b[\s,.!:\u2013\u2014-]+"
    rf"|(?:ok(?:ay)?|nice|ugh|agreed|yes|yep|yeah|yup|sure|hmm+|thanks|thank you|thx|great|cool|right|"
    rf"well|so|sorry|oh|ah|wow|perfect|awesome){_GREETED}\s*[,.!:;\u2013\u2014]+\s*"
    r"|fyi\b[\s,:]*"
    r"|(?:decision|decided|(?:root )?cause|finding|update|note)\s*:\s*",
    re.IGNORECASE,
)
_MENTION = re.compile(r"@(?:everyone|channel|here|[\w.-]*\w)[,:]?\s+")
_AT = re.compile(r"(?<![\w@])@(?=\w)")
_PLAIN_WORD = re.compile(r"[a-z]+(?:['\u2019][a-z]+)?(?=[\s,.;:!?]|$)")
_LEFT_OUT = {"Cn", "Co", "Cs", "Cc", "Me"}
_FIRST_PICTOGRAPH = 0x2190  # symbols such as ° and © come before it
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_MARKS_OF_CHOICE = range(0xFE00, 0xFE10)  # variation selectors: text or emoji


@dataclass(frozen=True, kw_only=True, slots=True)
class Lettering:
    """How text can be drawn: `any_script` if the viewer has fonts for every script."""

    any_script: bool
    size: float
    is_bold: bool = False

    def width(self, text: str) -> float:
        return load_typeface(bold=self.is_bold).width(text, self.size)

    def can_draw(self, text: str) -> bool:
        return self.any_script or load_typeface(bold=self.is_bold).covers(text)

    def fit(self, text: str, room: float) -> str:
        return load_typeface(bold=self.is_bold).fit(text, self.size, room)


@cache
def words() -> dict[str, str]:
    """Return the picture's fixed words by name."""
    lines = render.plain_lines("timeline_words.j2")
    return dict(line.split(": ", 1) for line in lines)


def write_label(row: TimelineRow, names: Iterable[str], lettering: Lettering) -> str:
    """Return what a row's label says if there's room for all of it.

    `names` are the people's: a name that a text starts with is the one it's addressed to. A text that
    the fonts lack characters for is replaced by a reference, since they would be drawn as boxes. Empty
    if nothing but links and emoji would be left.
    """
    text = _without_opening(plain(strip_phase(remove_styles(row.text))), names)
    if not re.search(r"\w", text.replace(_LINK, "")):
        return ""
    if lettering.can_draw(text):
        return text
    return f"{text_filters.clock(row.at)}, {words()['unreadable']}"


def plain(text: str) -> str:
    """Return a text on one line, without emoji and addresses, whose neighbors say the same."""
    kept = "".join(character for character in _ADDRESS.sub(_LINK, text) if _is_letter(character))
    return _JOINT.sub(" ", " ".join(_SHORTCODE.sub("", kept).split()))


def _is_letter(character: str) -> bool:
    code, category = ord(character), unicodedata.category(character)
    if character.isspace():
        return True
    if code in _SKIN_TONES or code in _MARKS_OF_CHOICE or category in _LEFT_OUT:
        return False
    return category != "So" or code < _FIRST_PICTOGRAPH


def _without_opening(text: str, names: Iterable[str]) -> str:
    """Return the text without greetings, labels and names in front, unless nothing else is left."""
    people = sorted((f"@{name}" for name in names), key=len, reverse=True)
    rest, before = text, ""
    while rest != before:
        before = rest
        addressed = next((name for name in people if rest.startswith(name)), "")
        rest = rest[len(addressed) :].lstrip(" ,:")
        match = _OPENING.match(rest) or _MENTION.match(rest)
        rest = rest[match.end() :] if match else rest
    rest = _AT.sub("", rest if re.search(r"\w", rest.replace(_LINK, "")) else text)
    return upper_first(rest) if _PLAIN_WORD.match(rest) else rest


def name_clock(at: datetime, *, with_day: bool) -> str:
    return f"{short_day(at)} {text_filters.clock(at)}" if with_day else text_filters.clock(at)


def short_day(at: datetime) -> str:
    return f"{at.day} {at:%b}"


def spans_of(draft: Draft) -> dict[str, timedelta]:
    """Return the known durations by name, rounded as the picture shows them."""
    return {name: round_span(span) for name, span in draft.durations.named() if span is not None}


def round_span(span: timedelta) -> timedelta:
    """Round to minutes what's longer than five: nobody reads the seconds in a picture."""
    minute = timedelta(minutes=1)
    return round(span / minute) * minute if span > 5 * minute else span

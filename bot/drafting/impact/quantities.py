"""Quantities in a clause: each number with the text around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.drafting.numbers import SMALL_NUMBERS, VALUE, WORDS, parse_number, parse_words

HAS_NUMBER = re.compile(rf"\d|\b{WORDS}", re.IGNORECASE)
MAX_QUANTITIES = 12  # numbers of a clause that are read; a pasted table is no sentence
_SCALE = r"(?P<scale>[kmb](?![a-z])| ?(?:thousand|million|billion)\b)?"
# Not the number of a name, date, time, version or fraction. Of a range, the upper end counts.
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(SMALL_NUMBERS)})"
_NUMBER = re.compile(
    (
        rf"(?<![\w.:/-])(?P<hours>{_COUNT}) ?(?:h ?(?P<short>\d{{1,2}})(?: ?m(?:in\w*)?)?"
        rf"|h(?:ou)?rs?,?(?: and)? (?P<minutes>{_COUNT}) ?min\w*)\b(?!:)"
        r"|(?<![\w.:/#@&=$\u20ac\u00a3-])(?:\d[\d,.]{0,12}k?(?:-"
        rf"| ?\u2013 ?))?(?P<currency>[$\u20ac\u00a3] ?)?(?!0\d){VALUE}{_SCALE}(?!(?!(?:m?s|secs?"
        r"|mins?|h|hrs?|[gt]b)\b)[a-z]|[\d_:/]|[.,]\d|-\d)(?: and a (?P<half>half)\b)?"
        rf"|(?<![\w-]){WORDS}(?: and a (?P<half_more>half)\b)?"
    ),
    re.IGNORECASE,
)
CODE = re.compile(r"`[^`\n]*`|https?://[^\s<>|)\]\"'`]+")
_LABEL = re.compile(
    r"(.*?\w)(?: ?[:=]| (?:is|are|was|were|at))(?: now| at)?"
    r"(?: about| around| roughly| over| nearly| almost| some)? ?[~\u2248]? ?",
    re.IGNORECASE,
)
_LABEL_LENGTH = 60  # characters
_SEPARATOR = re.compile(r"[,;(] |\) | \u2192 | (?:and|but|plus) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the part of its clause up to the separators around it: `before` and `after`.

    `label` is what's before it in "users affected: 40" and "orders are about 40", else empty. `text` is what to quote where the clause is quoted already: as much as belongs to this number only.
    """

    value: int | float
    currency: str
    lead: str  # the whole clause before the number
    before: str
    after: str
    label: str
    text: str


def find_quantities(clause: str) -> Iterator[Quantity]:
    """Yield the numbers of a clause from left to right, but none in code or a URL."""
    plain = CODE.sub(lambda match: "`" * len(match[0]), clause.replace("\u2019", "'"))
    numbers = [
        match for match, _ in zip(_NUMBER.finditer(plain), range(MAX_QUANTITIES), strict=False)
    ]
    breaks = [match.span() for match in _SEPARATOR.finditer(plain)]
    for place, number in enumerate(numbers):
        label = _LABEL.fullmatch(plain, max(0, number.start() - _LABEL_LENGTH), number.start())
        start = max((end for _, end in breaks if end <= number.start()), default=0)
        end = min((start for start, _ in breaks if start >= number.end()), default=len(plain))
        is_first = place == 0 or numbers[place - 1].end() <= start
        following = numbers[place + 1].start() if place + 1 < len(numbers) else end
        yield Quantity(
            value=_parse(number),
            currency=(number["currency"] or "").strip(),
            lead=plain[: number.start()],
            before=plain[start : number.start()],
            after=f"{' minutes' if number['hours'] else ''}{plain[number.end() : end]}",
            label=label[1] if label else "",
            text=clause[start if is_first else number.start() : min(following, end)].strip(),
        )


def _parse(number: re.Match[str]) -> int | float:
    if number["hours"]:
        parts = (number["hours"], number["short"] or number["minutes"])
        hours, minutes = (int(part) if part.isdigit() else parse_words(part) for part in parts)
        return hours * 60 + minutes
    value = parse_words(number["words"]) if number["words"] else parse_number(number)
    return value + 0.5 if number["half"] or number["half_more"] else value

"""Numbers as people write them: `4,200`, `1 460`, `4.1M`, `3 thousand`, `two hundred`."""

import re
from decimal import Decimal

# A space may group digits, but not before a status code: "3 503 errors" are three.
VALUE = r"(?P<value>\d{1,3}(?:(?:,| (?!(?:40\d|429|50[0-4])\b))\d{3}){1,5}(?!\d)|\d{1,15}(?:\.\d{1,15})?)"
_SCALES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}  # by first letter
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL_NUMBERS = {
    **{word: number for number, word in enumerate(_ONES.split(), start=1)},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), start=2)},
}
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6}
_SMALL_WORD, _LARGE_WORD = "|".join(SMALL_NUMBERS), "|".join(_LARGE)
# "one" alone rarely counts anything.
WORDS = (
    rf"(?P<words>(?:(?!one\b(?![- ](?:{_LARGE_WORD})))(?:{_SMALL_WORD})|an?(?= (?:{_LARGE_WORD})))\b"
    rf"(?:[- ](?:{_SMALL_WORD}|{_LARGE_WORD})\b){{0,5}})"
)
_BREAK = re.compile(r"[- ]")
_GROUPING = re.compile(r"[, ]")


def parse_number(match: re.Match[str]) -> int | float:
    """Return the number in the groups `value` and `scale`.

    It's computed as a decimal, so that 4.1M is exactly 4,100,000.
    """
    number = Decimal(_GROUPING.sub("", match["value"]))
    number *= _SCALES.get((match["scale"] or "").strip().lower()[:1], 1)
    return int(number) if number == number.to_integral_value() else float(number)


def parse_words(text: str) -> int:
    """Return the number that words such as "two hundred" mean."""
    total = number = 0
    for word in _BREAK.split(text.lower()):
        if factor := _LARGE.get(word):
            number = max(1, number) * factor
            if factor >= _LARGE["thousand"]:
                total, number = total + number, 0
        else:
            number += SMALL_NUMBERS.get(word, 0)
    return total + number

"""Numbers as people write them: `4,200`, `4.1M`, `3 thousand`."""

import re
from decimal import Decimal

VALUE = r"(?P<value>\d{1,3}(?:,\d{3}){1,5}|\d{1,15}(?:\.\d{1,15})?)"
_SCALES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}  # by first letter


def parse_number(match: re.Match[str]) -> int | float:
    """Return the number in the groups `value` and `scale`.

    It's computed as a decimal, so that 4.1M is exactly 4,100,000.
    """
    number = Decimal(match["value"].replace(",", ""))
    number *= _SCALES.get((match["scale"] or "").strip().lower()[:1], 1)
    return int(number) if number == number.to_integral_value() else float(number)

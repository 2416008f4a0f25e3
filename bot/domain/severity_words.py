"""Parse severities as people write them: `P1`, `sev1`, `SEV-1`."""

import re

from bot.domain.incident import Severity

_WRITTEN = re.compile(r"(?:p|sev(?:erity)?)[ -]?([0-4])$", re.IGNORECASE)


def parse_severity(text: str) -> Severity | None:
    """Parse a severity; None if it isn't one, such as `sev minor, only 1 customer`."""
    match = _WRITTEN.fullmatch(text.strip().rstrip(":,-"))
    return Severity(f"P{match[1]}") if match else None


def take_severity(text: str) -> tuple[Severity | None, str]:
    """Split a severity off the start of a text."""
    first, *rest = text.split(maxsplit=1) or [""]
    severity = parse_severity(first)
    return (severity, "".join(rest).strip()) if severity else (None, text.strip())

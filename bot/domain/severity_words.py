"""How people write severities: `P1`, `sev1`, `SEV-1`."""

import re

from bot.domain.incident import Severity

_WRITTEN = re.compile(r"(?:p|sev(?:erity)?)[ -]?([0-4])$", re.IGNORECASE)


def severity(written: str) -> Severity | None:
    """Read one severity; None when it is none. `sev minor, only 1 customer` is none."""
    match = _WRITTEN.fullmatch(written.strip().rstrip(":,-"))
    return Severity(f"P{match[1]}") if match else None


def take_severity(text: str) -> tuple[Severity | None, str]:
    """Take a severity off the front of a text."""
    first, *rest = text.split(maxsplit=1) or [""]
    found = severity(first)
    return (found, "".join(rest).strip()) if found else (None, text.strip())

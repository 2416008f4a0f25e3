"""The result of a check of `debrief doctor`.

A check is a function that returns findings, and changes nothing. A finding says what is wrong and
how to fix it.
"""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. Unless the state is OK, `text` says how to fix it."""

    name: str
    state: CheckState
    text: str

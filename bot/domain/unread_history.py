"""The part of a channel's history that isn't read yet: a gap in a draft, closed once it's read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_BEFORE, _THREADS = "unread_before", "unread_threads"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadHistory:
    """Messages `before` a time, and the replies in a number of `threads`; without both, all of it."""

    before: datetime | None = None
    threads: int = 0

    @classmethod
    def from_job(cls, job_data: Mapping[str, object]) -> "UnreadHistory":
        """Read the values that `for_job` stored in an outbox job."""
        before = str(job_data.get(_BEFORE) or "")
        return cls(
            before=datetime.fromisoformat(before) if before else None,
            threads=int(str(job_data.get(_THREADS) or 0)),
        )

    def for_job(self) -> dict[str, str]:
        return {
            _BEFORE: self.before.isoformat() if self.before else "",
            _THREADS: str(self.threads),
        }

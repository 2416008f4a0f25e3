"""An incident of before that this one is much like: why, and what was promised then."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """One of before, for readers: `why` says what both have in common, and how long before it was.

    `open_items` are the action items of then that are still open; `link` is where its postmortem is.
    """

    key: str
    title: str
    declared_at: datetime
    why: str
    link: str | None = None
    open_items: tuple[str, ...] = ()

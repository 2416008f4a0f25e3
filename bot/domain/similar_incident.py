"""A similar past incident: why it's similar, and which action items are open."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SimilarIncident:
    """A similar past incident, for readers. `why` says what both have in common, and how old it is.

    `open_items` are its open action items; `link` is its postmortem's permalink.
    """

    key: str
    title: str
    declared_at: datetime
    why: str
    link: str | None = None
    open_items: tuple[str, ...] = ()

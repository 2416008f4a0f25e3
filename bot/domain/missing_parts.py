"""What a postmortem lacks before it can be reviewed, and the form that fills each gap."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.section import SectionName


class FillingForm(StrEnum):
    """The form that fills a gap."""

    KEY_TIMES = "key times"
    SEVERITY = "severity"
    SECTION = "section"
    NEW_ITEM = "new item"
    OWNER = "owner"
    DUE_DATE = "due date"


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPart:
    """What is missing, in words, with its form; `section` or `item_id` says which section or item."""

    words: str
    form: FillingForm | None
    section: SectionName | None = None
    item_id: int | None = None

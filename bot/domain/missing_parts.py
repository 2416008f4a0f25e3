"""Parts that a postmortem lacks before it can be reviewed, and the forms that fill them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.section import SectionName


class FillingForm(StrEnum):
    """The form that fills in a missing part."""

    KEY_TIMES = "key times"
    SEVERITY = "severity"
    SECTION = "section"
    NEW_ITEM = "new item"
    OWNER = "owner"
    DUE_DATE = "due date"


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPart:
    """A missing part in words, and its form. `section` or `item_id` is the section or item."""

    words: str
    form: FillingForm | None
    section: SectionName | None = None
    item_id: int | None = None

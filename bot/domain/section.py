"""Sections of a postmortem written by people, which replace the draft's sentences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_SECTION_LENGTH = 3_000  # characters; Slack's limit for an input


class SectionName(StrEnum):
    """The sections that people can write, in the document's order, named as in the draft's JSON."""

    SUMMARY = "summary"
    IMPACT = "impact"
    DETECTION = "detection"
    ROOT_CAUSE = "root_cause"
    FIVE_WHYS = "five_whys"
    CONTRIBUTING_FACTORS = "contributing_factors"
    RESOLUTION = "resolution"
    WENT_WELL = "went_well"
    WENT_POORLY = "went_poorly"
    LUCKY = "lucky"
    LESSONS = "lessons"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One version of a section's text. Each line is a sentence, or an answer of the five whys.

    `by` is a user id when stored, and a display name in a draft. An empty text restores the
    draft's. `version` counts from 1; 0 isn't stored yet.
    """

    name: SectionName
    text: str
    by: str
    at: datetime
    version: int = 0

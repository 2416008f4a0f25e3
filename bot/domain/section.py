"""Sections of a postmortem that people write: their text stands in place of the draft's own sentences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST = 3_000  # characters; Slack's limit for an input


class SectionName(StrEnum):
    """What people may write, in the order of a document; as far as the draft's JSON has them, by its names."""

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
    """One version of what a person wrote: each line is a sentence of its own, or an answer of a chain.

    `by` is a user id as it is stored, and a name for readers in a draft. An empty text gives the
    section back to the draft. `version` counts from 1; 0 is not stored yet.
    """

    name: SectionName
    text: str
    by: str
    at: datetime
    version: int = 0

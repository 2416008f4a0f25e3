"""The roles that a sentence can have in an incident."""

from enum import StrEnum


class Role(StrEnum):
    """What a sentence does. `training/labelling.md` defines each role for the people who label."""

    SYMPTOM = "symptom"
    REPORT = "report"
    ALERT = "alert"
    HYPOTHESIS = "hypothesis"
    FINDING = "finding"
    CAUSE = "cause"
    DISMISSED = "dismissed"
    DECISION = "decision"
    STEP_BEGUN = "step_begun"
    STEP_DONE = "step_done"
    RECOVERY = "recovery"
    RELAPSE = "relapse"
    ALL_CLEAR = "all_clear"
    UPDATE = "update"
    IMPACT = "impact"
    FOLLOW_UP = "followup"
    REQUEST = "request"
    WENT_WELL = "went_well"
    WENT_POORLY = "went_poorly"
    LUCK = "luck"
    CHATTER = "chatter"

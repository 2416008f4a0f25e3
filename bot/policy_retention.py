"""The part of the policy that says how long records are kept."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.policy_parts import Count, wrong

# Reminders come again every so many days, and a lead is told weeks later.
_SHORTEST, _LONGEST = 30, 3650


def _long_enough(days: int) -> int:
    if days and not _SHORTEST <= days <= _LONGEST:
        raise wrong(f"it should be a number of days from {_SHORTEST} to {_LONGEST}, or false")
    return days


class Retention(BaseModel):
    """After how many days records that aren't needed any more are deleted; 0 (`false`) is never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_messages: Annotated[Count, AfterValidator(_long_enough)] = 90

"""Data retention settings: how long records are kept."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from bot.config.policy_parts import Count, make_error

# Reminders repeat every few days, and escalations to a lead happen weeks later.
_SHORTEST, _LONGEST = 30, 3650


def _long_enough(days: int) -> int:
    if days and not _SHORTEST <= days <= _LONGEST:
        raise make_error(f"it must be a number of days from {_SHORTEST} to {_LONGEST}, or false")
    return days


class Retention(BaseModel):
    """Days until records that are no longer needed are deleted; 0 (`false`) means never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_messages: Annotated[
        Count,
        AfterValidator(_long_enough),
        WithJsonSchema({"type": "integer", "minimum": _SHORTEST, "maximum": _LONGEST}),
    ] = 90

"""Sections of the configuration that are tables of their own, with their validators."""

import re
from collections.abc import Iterable
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic_core import PydanticCustomError

from bot.config import holidays
from bot.domain import commands
from bot.domain.action_item import Priority
from bot.domain.incident import Severity
from bot.domain.timeline import Mark

# Emoji with a clear meaning that people seldom use as reactions for another reason.
MARKS = {
    "pushpin": Mark.TIMELINE,
    "triangular_flag_on_post": Mark.STARTED,
    "satellite_antenna": Mark.DETECTION,
    "seedling": Mark.ROOT_CAUSE,
    "jigsaw": Mark.CONTRIBUTING_FACTOR,
    "scales": Mark.DECISION,
    "clipboard": Mark.ACTION_ITEM,
    "sunny": Mark.WENT_WELL,
    "rain_cloud": Mark.WENT_POORLY,
    "four_leaf_clover": Mark.LUCKY,
    "checkered_flag": Mark.RESTORED,
    "closed_lock_with_key": Mark.SECURITY,
}


DUE_DAYS: dict[Priority, int] = {
    Priority.P0: 7,
    Priority.P1: 14,
    Priority.P2: 60,
    Priority.P3: 0,
    Priority.P4: 0,
}


def make_error(problem: str) -> PydanticCustomError:
    """Return a validation error; `problem` is a clause such as "it must be …"."""
    return PydanticCustomError("policy", "{problem}", {"problem": problem})


def parse_zone(value: object) -> ZoneInfo:
    """Parse a time zone name of the tz database."""
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        raise make_error("it must be a time zone, such as Europe/Berlin") from None


def _false_to_none(value: object) -> object:
    return None if value is False else value


def _false_to_zero(value: object) -> object:
    if value is True:
        raise make_error("it must be a number, or false")
    return 0 if value is False else value


_FalseAsZero = BeforeValidator(_false_to_zero)  # `false` reads better than 0 and means the same
Count = Annotated[int, _FalseAsZero, Field(ge=0)]
Few = Annotated[int, _FalseAsZero, Field(ge=0, le=100)]
Minutes = Annotated[int, _FalseAsZero, Field(ge=0, le=24 * 60)]
Hours = Annotated[int, _FalseAsZero, Field(ge=0, le=24 * 60)]
Hour = Annotated[int, Field(ge=0, le=23)]
Days = Annotated[int, Field(ge=1, le=365)]


def _zone_name(value: str) -> str:
    return parse_zone(value).key


def _place(value: object) -> str:
    if value is False:
        return ""
    try:
        holidays.for_place(str(value))
    except LookupError:
        raise make_error(
            'it must be a country or region code, such as "DE" or "DE-BY", or false'
        ) from None
    return str(value)


class ActionItems(BaseModel):
    """Days until an item without a due date is due, by priority; 0 (`false`) means no due date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    due_days: Annotated[
        dict[Priority, Annotated[int, _FalseAsZero, Field(ge=0, le=3650)]],
        AfterValidator(lambda given: DUE_DAYS | given),
    ] = Field(default_factory=DUE_DAYS.copy)


class Reminders(BaseModel):
    """When owners are reminded of their action items, in their own time zone.

    `working_days_before` lists how many working days before the due date to remind; the due date
    itself always has a reminder. After `escalate_after_days`, the incident's lead is told too (else
    whoever declared it), and after twice that the `escalate` channel. `holidays` maps a time zone
    to a place, if the zone's country isn't the right one; an empty place has no holidays.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: Hour = 10
    working_days_before: Annotated[tuple[Days, ...], Field(max_length=10)] = (3, 1)
    every_days_after: Days = 7
    escalate_after_days: Days | None = None  # None: no escalation
    holidays: dict[
        Annotated[str, AfterValidator(_zone_name)], Annotated[str, BeforeValidator(_place)]
    ] = Field(default_factory=dict)


ANYONE, RESPONDERS = "anyone", "responders"
_GROUP = re.compile(r"@[a-z0-9][a-z0-9._-]{0,79}|S[A-Z0-9]{4,}")


def _check_audience(value: str) -> str:
    if value in {ANYONE, RESPONDERS} or _GROUP.fullmatch(value):
        return value
    raise make_error('it must be "anyone", "responders", or a user group such as "@sre"')


Audience = Annotated[str, AfterValidator(_check_audience)]

_PERSON = re.compile(r"[UW][A-Z0-9]{4,}")


def _person_or_group(value: str) -> str:
    if _PERSON.fullmatch(value) or _GROUP.fullmatch(value):
        return value
    raise make_error('it must be a user ID, such as "U0123ABCD", or a user group such as "@sre"')


PersonOrGroup = Annotated[str, AfterValidator(_person_or_group)]


def groups_among(named: Iterable[PersonOrGroup]) -> set[str]:
    """Return the user groups among people and groups."""
    return {each for each in named if not _PERSON.fullmatch(each)}


_AGENDA = {"Timeline": 15, "Root cause": 15, "Action items": 10, "Open questions": 10}


class Meeting(BaseModel):
    """The review meeting: the agenda with minutes per topic, and who may facilitate it.

    `minutes` overrides the length of the meeting; 0 means the sum of the agenda.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agenda: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=80)], Annotated[int, Field(ge=1, le=240)]
        ],
        Field(min_length=1, max_length=12),
    ] = Field(default_factory=_AGENDA.copy)
    minutes: Annotated[int, Field(ge=0, le=480)] = 0
    facilitators: tuple[PersonOrGroup, ...] = ()

    @property
    def length(self) -> int:
        """Return the length in minutes."""
        return self.minutes or sum(self.agenda.values())

    @property
    def groups(self) -> list[str]:
        """Return the user groups named in `facilitators`, sorted."""
        return sorted(groups_among(self.facilitators))


class Learning(BaseModel):
    """What is posted about finished postmortems in the digest channel.

    The vote is off by default because it asks everybody in that channel to do something.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year_ago: bool = True
    vote: bool = False


def _grantable(value: str) -> str:
    if value in commands.GRANTABLE:
        return value
    raise make_error(f"it must be a command for one incident: {', '.join(commands.GRANTABLE)}")


class Permissions(BaseModel):
    """Who may do what: anyone, responders (people who take part in the incident), or a user group.

    `external` lists the commands that guests and people from other workspaces may use in an
    incident channel that they're in. It covers the corresponding buttons and forms too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    resolve: Audience = ANYONE  # also covers cancelling and reopening
    severity: Audience = ANYONE
    approve: Audience = ANYONE  # a postmortem
    external: tuple[Annotated[str, AfterValidator(_grantable)], ...] = ()

    @property
    def groups(self) -> list[str]:
        """Return the user groups named, sorted."""
        named = {self.resolve, self.severity, self.approve} - {ANYONE, RESPONDERS}
        return sorted(named)


class Deadlines(BaseModel):
    """Deadlines to start, submit and finalize a postmortem after its incident; 0 means never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_hours: Annotated[int, _FalseAsZero, Field(ge=0, le=24 * 365)] = 24
    draft_hours: Annotated[int, _FalseAsZero, Field(ge=0, le=24 * 365)] = 48
    final_working_days: Annotated[int, _FalseAsZero, Field(ge=0, le=250)] = 5


class NeededWhen(BaseModel):
    """Thresholds from which an incident requires a postmortem; `false` (or 0) turns a rule off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Annotated[Severity | None, BeforeValidator(_false_to_none)] = Severity.P1
    minutes: Count = 30
    users: Count = 100
    data_loss: bool = True
    security: bool = True
    revenue: Annotated[float, _FalseAsZero, Field(ge=0, allow_inf_nan=False)] = 1
    out_of_hours: bool = True
    slo_breached: bool = True
    slo_target: Annotated[float, _FalseAsZero, Field(ge=0, le=100, allow_inf_nan=False)] = 0
    near_miss: bool = True
    repeat_days: Annotated[int, _FalseAsZero, Field(ge=0, le=3650)] = 30
    asked: bool = True

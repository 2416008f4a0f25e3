"""Parts of the policy that are tables of their own, with the values that they check."""

import re
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

# Emoji that say something, and that people seldom put on a message for another reason.
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


def wrong(problem: str) -> PydanticCustomError:
    """What is wrong with a value, as a clause: "it should be …"."""
    return PydanticCustomError("policy", "{problem}", {"problem": problem})


def zone_named(value: object) -> ZoneInfo:
    """Read a time zone of the tz database."""
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        raise wrong("it should be the name of a time zone, such as Europe/Berlin") from None


def _or_none(value: object) -> object:
    return None if value is False else value


def _or_zero(value: object) -> object:
    if value is True:
        raise wrong("it should be a number, or false")
    return 0 if value is False else value


_Off = BeforeValidator(_or_zero)  # `false` reads better than 0, and means the same
Count = Annotated[int, _Off, Field(ge=0)]
Few = Annotated[int, _Off, Field(ge=0, le=100)]
Minutes = Annotated[int, _Off, Field(ge=0, le=24 * 60)]
Hours = Annotated[int, _Off, Field(ge=0, le=24 * 60)]
Hour = Annotated[int, Field(ge=0, le=23)]
Days = Annotated[int, Field(ge=1, le=365)]


def _zone_name(value: str) -> str:
    return zone_named(value).key


def _place(value: object) -> str:
    if value is False:
        return ""
    try:
        holidays.of(str(value))
    except LookupError:
        raise wrong(
            'it should be the code of a country or of a part of it, such as "DE" or "DE-BY", or false'
        ) from None
    return str(value)


class ActionItems(BaseModel):
    """After how many days an item is due that has a priority and no date; 0 (`false`): none is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    due_days: Annotated[
        dict[Priority, Annotated[int, _Off, Field(ge=0, le=3650)]],
        AfterValidator(lambda given: DUE_DAYS | given),
    ] = Field(default_factory=DUE_DAYS.copy)


class Reminders(BaseModel):
    """When owners hear of their action items, in their own zone.

    `working_days_before` are so many working days before the date; on the date is one always.
    After `escalate_after_days` the incident's lead is told too (else who declared it), and after
    twice that the channel `escalate`. `holidays` are places by zone, where the country that a zone
    lies in is not meant; an empty one has no holidays.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: Hour = 10
    working_days_before: Annotated[tuple[Days, ...], Field(max_length=10)] = (3, 1)
    every_days_after: Days = 7
    escalate_after_days: Days | None = None  # None: nobody else is told
    holidays: dict[
        Annotated[str, AfterValidator(_zone_name)], Annotated[str, BeforeValidator(_place)]
    ] = Field(default_factory=dict)


ANYONE, RESPONDERS = "anyone", "responders"
_GROUP = re.compile(r"@[a-z0-9][a-z0-9._-]{0,79}|S[A-Z0-9]{4,}")


def _who(value: str) -> str:
    if value in {ANYONE, RESPONDERS} or _GROUP.fullmatch(value):
        return value
    raise wrong('it should be "anyone", "responders", or a user group such as "@sre"')


Who = Annotated[str, AfterValidator(_who)]

_PERSON = re.compile(r"[UW][A-Z0-9]{4,}")


def _person_or_group(value: str) -> str:
    if _PERSON.fullmatch(value) or _GROUP.fullmatch(value):
        return value
    raise wrong(
        'it should be the id of a person, such as "U0123ABCD", or a user group such as "@sre"'
    )


_AGENDA = {"Timeline": 15, "Root cause": 15, "Action items": 10, "Open questions": 10}


class Meeting(BaseModel):
    """The review meeting: what is spoken of for how many minutes, and who may lead it.

    `minutes` is its length, where it is to be another than the agenda's; 0 is the agenda's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agenda: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=80)], Annotated[int, Field(ge=1, le=240)]
        ],
        Field(min_length=1, max_length=12),
    ] = Field(default_factory=_AGENDA.copy)
    minutes: Annotated[int, Field(ge=0, le=480)] = 0
    facilitators: tuple[Annotated[str, AfterValidator(_person_or_group)], ...] = ()

    @property
    def length(self) -> int:
        """In minutes."""
        return self.minutes or sum(self.agenda.values())

    @property
    def groups(self) -> list[str]:
        """The user groups that are named."""
        return sorted({each for each in self.facilitators if not _PERSON.fullmatch(each)})


class Learning(BaseModel):
    """What the team is shown of finished postmortems, where the digest goes.

    A vote asks everybody there to do something, so that it is off until the team wants it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year_ago: bool = True
    vote: bool = False


def _grantable(value: str) -> str:
    if value in commands.GRANTABLE:
        return value
    raise wrong(f"it should be a command for one incident: {', '.join(commands.GRANTABLE)}")


class Permissions(BaseModel):
    """Who may do what: anyone, responders (who takes part in the incident), or a user group.

    `external` are the commands that guests and people of other workspaces may use, in the channel of
    an incident that they are in; buttons and forms that do the same go with them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    resolve: Who = ANYONE  # cancelling and reopening too
    severity: Who = ANYONE
    approve: Who = ANYONE  # a postmortem
    external: tuple[Annotated[str, AfterValidator(_grantable)], ...] = ()

    @property
    def groups(self) -> list[str]:
        """The user groups that are named."""
        named = {self.resolve, self.severity, self.approve} - {ANYONE, RESPONDERS}
        return sorted(named)


class Deadlines(BaseModel):
    """By when, after its incident is over, a postmortem is begun, in review, and final; 0 is never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_hours: Annotated[int, _Off, Field(ge=0, le=24 * 365)] = 24
    draft_hours: Annotated[int, _Off, Field(ge=0, le=24 * 365)] = 48
    final_working_days: Annotated[int, _Off, Field(ge=0, le=250)] = 5


class NeededWhen(BaseModel):
    """From where on an incident needs a postmortem; `false` (or 0) switches a rule off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Annotated[Severity | None, BeforeValidator(_or_none)] = Severity.P1
    minutes: Count = 30
    users: Count = 100
    data_loss: bool = True
    security: bool = True
    revenue: Annotated[float, _Off, Field(ge=0, allow_inf_nan=False)] = 1
    out_of_hours: bool = True
    slo_breached: bool = True
    slo_target: Annotated[float, _Off, Field(ge=0, le=100, allow_inf_nan=False)] = 0
    near_miss: bool = True
    repeat_days: Annotated[int, _Off, Field(ge=0, le=3650)] = 30
    asked: bool = True

"""Parts of the policy that are tables of their own, with the values that they check."""

import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.domain.incident import Severity
from bot.domain.ticket import TrackerKind
from bot.domain.timeline import Mark

# Emoji that say something, and that people seldom put on a message for another reason.
MARKS = {
    "pushpin": Mark.TIMELINE,
    "satellite_antenna": Mark.DETECTION,
    "seedling": Mark.ROOT_CAUSE,
    "jigsaw": Mark.CONTRIBUTING_FACTOR,
    "scales": Mark.DECISION,
    "clipboard": Mark.ACTION_ITEM,
    "sunny": Mark.WENT_WELL,
    "rain_cloud": Mark.WENT_POORLY,
    "four_leaf_clover": Mark.LUCKY,
    "closed_lock_with_key": Mark.SECURITY,
}


def _or_none(value: object) -> object:
    return None if value is False else value


def _or_zero(value: object) -> object:
    if value is True:
        problem = "it should be a number, or false"
        raise PydanticCustomError("policy", "{problem}", {"problem": problem})
    return 0 if value is False else value


_Off = BeforeValidator(_or_zero)  # `false` reads better than 0, and means the same
Count = Annotated[int, _Off, Field(ge=0)]
Minutes = Annotated[int, _Off, Field(ge=0, le=24 * 60)]


ANYONE, RESPONDERS = "anyone", "responders"
_GROUP = re.compile(r"@[a-z0-9][a-z0-9._-]{0,79}|S[A-Z0-9]{4,}")


def _who(value: str) -> str:
    if value in {ANYONE, RESPONDERS} or _GROUP.fullmatch(value):
        return value
    problem = 'it should be "anyone", "responders", or a user group such as "@sre"'
    raise PydanticCustomError("policy", "{problem}", {"problem": problem})


Who = Annotated[str, AfterValidator(_who)]


class Permissions(BaseModel):
    """Who may do what: anyone, responders (who takes part in the incident), or a user group."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resolve: Who = ANYONE  # cancelling and reopening too
    severity: Who = ANYONE
    approve: Who = ANYONE  # a postmortem

    @property
    def groups(self) -> list[str]:
        """The user groups that are named."""
        named = {self.resolve, self.severity, self.approve} - {ANYONE, RESPONDERS}
        return sorted(named)


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


class Create(StrEnum):
    """When an action item gets a ticket: when somebody asks, always, or never (then one is linked)."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]{1,99}")


def _wrong(problem: str) -> PydanticCustomError:
    return PydanticCustomError("policy", "{problem}", {"problem": problem})


def _repository(value: str) -> str:
    if not _REPOSITORY.fullmatch(value):
        raise _wrong('it should be an owner and a name, such as "acme/operations"')
    return value


def _project(value: str) -> str:
    if not _PROJECT.fullmatch(value):
        raise _wrong('it should be the key of a project, such as "OPS"')
    return value


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise _wrong('it should be a web address, such as "https://acme.atlassian.net"')
    return value.rstrip("/")


class Tickets(BaseModel):
    """Where action items are tickets too; without a `tracker` nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tracker: TrackerKind | None = None
    repository: Annotated[str, AfterValidator(_repository)] | None = None  # GitHub's
    site: Annotated[str, AfterValidator(_site)] | None = None  # Jira's, as the next two
    project: Annotated[str, AfterValidator(_project)] | None = None
    issue_type: Annotated[str, Field(min_length=1)] = "Task"
    create: Create = Create.ASK
    poll_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 5

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        wanted = {
            TrackerKind.GITHUB: {"repository": self.repository},
            TrackerKind.JIRA: {"site": self.site, "project": self.project},
        }
        given = wanted.get(self.tracker, {}) if self.tracker else {}
        missing = [name for name, value in given.items() if value is None]
        if missing:
            raise _wrong(f'tracker = "{self.tracker}" needs {" and ".join(missing)} beside it')
        return self

"""The configuration section for tickets of action items in an issue tracker."""

import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.policy_parts import make_error
from bot.domain.ticket import TrackerKind

_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]{1,99}")


class CreateMode(StrEnum):
    """When an action item gets a ticket: on request, always, or never (only linked ones)."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


def _repository(value: str) -> str:
    if not _REPOSITORY.fullmatch(value):
        raise make_error('it must be an owner and a name, such as "acme/operations"')
    return value


def _project(value: str) -> str:
    if not _PROJECT.fullmatch(value):
        raise make_error('it must be a project key, such as "OPS"')
    return value


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise make_error('it must be a URL, such as "https://acme.atlassian.net"')
    return value.rstrip("/")


class Tickets(BaseModel):
    """Where action items get tickets; without a `tracker`, nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tracker: TrackerKind | None = None
    repository: Annotated[str, AfterValidator(_repository)] | None = None  # GitHub only
    site: Annotated[str, AfterValidator(_site)] | None = None  # Jira only, as are the next two
    project: Annotated[str, AfterValidator(_project)] | None = None
    issue_type: Annotated[str, Field(min_length=1)] = "Task"
    create: CreateMode = CreateMode.ASK
    poll_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 5

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        required = {
            TrackerKind.GITHUB: {"repository": self.repository},
            TrackerKind.JIRA: {"site": self.site, "project": self.project},
        }
        fields = required.get(self.tracker, {}) if self.tracker else {}
        missing = [name for name, value in fields.items() if value is None]
        if missing:
            raise make_error(f'tracker = "{self.tracker}" also needs {" and ".join(missing)}')
        return self

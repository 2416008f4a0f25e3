"""The part of the policy that says where action items are tickets too."""

import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.policy_parts import wrong
from bot.domain.ticket import TrackerKind

_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]{1,99}")


class Create(StrEnum):
    """When an action item gets a ticket: when somebody asks, always, or never (then one is linked)."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


def _repository(value: str) -> str:
    if not _REPOSITORY.fullmatch(value):
        raise wrong('it should be an owner and a name, such as "acme/operations"')
    return value


def _project(value: str) -> str:
    if not _PROJECT.fullmatch(value):
        raise wrong('it should be the key of a project, such as "OPS"')
    return value


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise wrong('it should be a web address, such as "https://acme.atlassian.net"')
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
            raise wrong(f'tracker = "{self.tracker}" needs {" and ".join(missing)} beside it')
        return self

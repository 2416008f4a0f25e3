"""The configuration file, `debrief.toml`. Every key has a default, so the file is optional."""

import difflib
import re
import tomllib
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from bot.config import files, policy_errors
from bot.config.policy_drafting import Drafting
from bot.config.policy_parts import (
    MARKS,
    ActionItems,
    Deadlines,
    Few,
    Hour,
    Hours,
    Learning,
    Meeting,
    Minutes,
    NeededWhen,
    Permissions,
    PersonOrGroup,
    Reminders,
    groups_among,
    make_error,
    parse_zone,
)
from bot.config.policy_retention import Retention
from bot.config.policy_tickets import Tickets
from bot.config.template_names import PUBLIC, SUFFIX, list_team_templates, list_templates
from bot.domain.draft import Detail
from bot.domain.errors import BotError
from bot.domain.incident import Severity
from bot.domain.timeline import Mark

_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_SEVERITIES = {
    Severity.P0: "Everything is down, or data is being lost",
    Severity.P1: "A core feature is broken for many users",
    Severity.P2: "A feature is broken for some users, or everything is slow",
    Severity.P3: "A minor problem with a workaround",
    Severity.P4: "No user impact",
}
_ROLES = {
    "lead": "Run the response and make the calls",
    "communications": "Keep users and the company informed",
    "scribe": "Write down decisions and their reasons",
}
_UPDATES: dict[Severity, int] = {
    Severity.P0: 15,
    Severity.P1: 30,
    Severity.P2: 60,
    Severity.P3: 120,
    Severity.P4: 0,
}
_TEMPLATES: dict[Severity, str] = {
    Severity.P0: "full",
    Severity.P1: "full",
    Severity.P2: "standard",
    Severity.P3: "quick",
    Severity.P4: "quick",
}


class BadPolicy(BotError):
    """{file}: {problem}."""


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """Return the number used by `date.weekday()`: Monday is 0."""
        return list(Weekday).index(self)


def check_command_name(value: str) -> str:
    """Check the name of the slash command. Slack allows lowercase letters, digits, `-` and `_`."""
    if not _COMMAND.fullmatch(value):
        raise make_error(
            "it must be a slash and 1 to 31 lowercase letters, digits, - or _, such as /incident"
        )
    return value


def _check_lead_role(roles: dict[str, str]) -> dict[str, str]:
    if "lead" not in roles:
        raise make_error('it must include a lead: add lead = "Run the response and make the calls"')
    return roles


def _channel(value: str) -> str:
    return value.strip().removeprefix("#")


def _emoji(value: str) -> str:
    return value.strip().strip(":").lower()


def _folder(value: object, info: ValidationInfo) -> Path:
    """Resolve the folder of the team's templates, relative to the configuration file."""
    if not isinstance(value, str | Path):
        raise make_error('it must be a folder path, such as "our-templates"')
    folder = Path((info.context or {}).get("folder", "")) / value
    if not folder.is_dir():
        raise make_error(f"the folder {folder} doesn't exist: create it, or fix the path")
    if not list_team_templates(folder):
        raise make_error(
            f"{folder} has no template (a file ending in {SUFFIX}): create one, or remove the setting"
        )
    return folder


def _template(value: str, info: ValidationInfo) -> str:
    # The template for customers is excluded: the channel would get a draft without the narrative.
    names = [name for name in list_templates(info.data.get("templates")) if name != PUBLIC]
    if value not in names:
        near = difflib.get_close_matches(value.lower(), names, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise make_error(f"choose one of {', '.join(names)}{hint}")
    return value


Channel = Annotated[str, AfterValidator(_channel), Field(min_length=1)]
Emoji = Annotated[str, AfterValidator(_emoji), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Channels(_Part):
    """Channels that the bot posts in besides the incident's own, by name or id; None means none."""

    announce: Channel | None = None
    digest: Channel | None = None  # None: the announcement channel
    postmortems: Channel | None = None  # for final ones; None: the announcement channel
    escalate: Channel | None = None  # for items that are long overdue; None: no channel


class Digest(_Part):
    """When the weekly digest is posted, and whether the monthly report is.

    The monthly report goes out on the first working day of the month. `zone` is the readers' time
    zone; None means the top-level `zone`.
    """

    day: Weekday = Weekday.MONDAY
    hour: Hour = 9
    zone: Annotated[ZoneInfo, BeforeValidator(parse_zone)] | None = None
    monthly: bool = True


class WorkingHours(_Part):
    """The hours between which a person may be interrupted."""

    start: Hour = 9
    end: Annotated[int, Field(ge=1, le=24)] = 18

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise make_error("end must be later than start")
        return self


class Postmortem(_Part):
    """Which template each severity gets, and which incidents require a postmortem.

    A severity that isn't listed keeps its default template. `templates` is a folder with the team's
    own templates; None means that only the built-in ones are available.
    """

    templates: Annotated[Path | None, BeforeValidator(_folder)] = None
    template_by_severity: Annotated[
        dict[Severity, Annotated[str, AfterValidator(_template)]],
        AfterValidator(lambda chosen: _TEMPLATES | chosen),
    ] = Field(default_factory=_TEMPLATES.copy)
    timeline: Detail = Detail.NORMAL  # how detailed the timeline is
    canvas: bool = True  # whether the incident's channel also gets it as a canvas
    # Who is notified of a final postmortem, by severity.
    stakeholders: dict[Severity, tuple[PersonOrGroup, ...]] = Field(default_factory=dict)
    needed_when: NeededWhen = NeededWhen()
    deadlines: Deadlines = Deadlines()


class Policy(_Part):
    """The whole configuration. `roles` and `marks` replace the defaults; severities add to them.

    Four keys say when the bot asks, and 0 means never: for the next update after `update_minutes`,
    for an overdue one in the channel too after `update_overdue_intervals`, for a lead after
    `lead_prompt_minutes`, and whether the incident is over after `inactive_hours` without activity.
    """

    severities: Annotated[
        dict[Severity, str], AfterValidator(lambda chosen: _SEVERITIES | chosen)
    ] = Field(default_factory=_SEVERITIES.copy)
    zone: Annotated[ZoneInfo, BeforeValidator(parse_zone)] = ZoneInfo("UTC")
    channels: Channels = Channels()
    digest: Digest = Digest()
    action_items: ActionItems = ActionItems()
    reminders: Reminders = Reminders()
    working_hours: WorkingHours = WorkingHours()
    working_days: tuple[Weekday, ...] = Field(default=tuple(Weekday)[:5], min_length=1)
    roles: Annotated[dict[str, str], AfterValidator(_check_lead_role)] = Field(
        default_factory=_ROLES.copy
    )
    marks: dict[Emoji, Mark] = Field(default_factory=MARKS.copy)
    postmortem: Postmortem = Field(default_factory=Postmortem)
    drafting: Drafting = Drafting()
    permissions: Permissions = Permissions()
    meeting: Meeting = Field(default_factory=Meeting)
    learning: Learning = Learning()
    tickets: Tickets = Tickets()
    retention: Retention = Retention()
    update_minutes: Annotated[
        dict[Severity, Minutes], AfterValidator(lambda chosen: _UPDATES | chosen)
    ] = Field(default_factory=_UPDATES.copy)
    lead_prompt_minutes: Minutes = 5
    update_overdue_intervals: Few = 2
    inactive_hours: Hours = 24
    command: Annotated[str, AfterValidator(check_command_name)] = "/incident"
    posting_interval: Annotated[float, Field(gt=0, le=60)] = 1.0

    @property
    def working_day_numbers(self) -> frozenset[int]:
        """Return the working days as numbers of `date.weekday()`."""
        return frozenset(day.number for day in self.working_days)

    @property
    def digest_channel(self) -> str | None:
        return self.channels.digest or self.channels.announce

    @property
    def postmortem_channel(self) -> str | None:
        return self.channels.postmortems or self.channels.announce

    @property
    def groups(self) -> list[str]:
        """Return all user groups named in the configuration, sorted."""
        stakeholders = groups_among(chain(*self.postmortem.stakeholders.values()))
        return sorted({*self.permissions.groups, *self.meeting.groups, *stakeholders})


def load(path: Path | None) -> Policy:
    """Read the configuration.

    `BadPolicy` names the file, the key, the problem and what's expected.
    """
    if path is None:
        return Policy()
    try:
        values = tomllib.loads(files.read(path, files.SMALL_FILE_BYTES).decode("utf-8-sig"))
        return Policy.model_validate(values, context={"folder": path.parent})
    except OSError as error:
        problem = f"can't be read ({error.strerror}): fix DEBRIEF_CONFIG or the file"
    except UnicodeDecodeError:
        problem = "isn't valid UTF-8: save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        problem = f"isn't valid TOML ({policy_errors.lowercase_first(str(error))}): compare it with debrief.example.toml"
    except ValidationError as error:
        problem = policy_errors.describe(error.errors(include_url=False)[0], Policy())
    raise BadPolicy(file=path, problem=problem)

"""How one organisation works: `debrief.toml`. Every key has a default, so no file is needed."""

import difflib
import re
import tomllib
from enum import StrEnum
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
from pydantic_core import ErrorDetails

from bot.config import files
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
    Reminders,
    wrong,
    zone_named,
)
from bot.config.policy_retention import Retention
from bot.config.policy_tickets import Tickets
from bot.config.template_names import PUBLIC, SUFFIX, names, own
from bot.domain.draft import Detail
from bot.domain.errors import BotError
from bot.domain.incident import Severity
from bot.domain.timeline import Mark

_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_SEVERITIES = {
    Severity.P0: "Everything is down, or data is being lost",
    Severity.P1: "A main function fails for many users",
    Severity.P2: "A function fails for some users, or all of it is slow",
    Severity.P3: "A small fault with a way around it",
    Severity.P4: "Nobody outside notices",
}
_ROLES = {
    "lead": "Runs the response and decides",
    "communications": "Tells users and the company where things stand",
    "scribe": "Writes down what was decided and why",
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
        """As `date.weekday()` counts: Monday is 0."""
        return list(Weekday).index(self)


def command_name(value: str) -> str:
    """Check the name of the slash command; Slack takes small letters, digits, `-` and `_`."""
    if not _COMMAND.fullmatch(value):
        raise wrong("it should be a slash and 1 to 31 small letters, digits, - or _: /incident")
    return value


def _with_a_lead(roles: dict[str, str]) -> dict[str, str]:
    if "lead" not in roles:
        raise wrong('it should have a lead: add lead = "Runs the response"')
    return roles


def _channel(value: str) -> str:
    return value.strip().removeprefix("#")


def _emoji(value: str) -> str:
    return value.strip().strip(":").lower()


def _folder(value: object, info: ValidationInfo) -> Path:
    """The team's templates; a relative path begins where the policy file is."""
    if not isinstance(value, str | Path):
        raise wrong('it should be the path of a folder, such as "our-templates"')
    folder = Path((info.context or {}).get("folder", "")) / value
    if not folder.is_dir():
        raise wrong(f"there is no folder {folder}: make it, or mend the path")
    if not own(folder):
        raise wrong(f"there is no NAME{SUFFIX} in {folder}: write one, or leave the key out")
    return folder


def _template(value: str, info: ValidationInfo) -> str:
    # Customers' is no template for a severity: the channel would get a draft without the story.
    there = [name for name in names(info.data.get("templates")) if name != PUBLIC]
    if value not in there:
        near = difflib.get_close_matches(value.lower(), there, n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise wrong(f"write one of {', '.join(there)}{meant}")
    return value


Channel = Annotated[str, AfterValidator(_channel), Field(min_length=1)]
Emoji = Annotated[str, AfterValidator(_emoji), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Channels(_Part):
    """Where the bot speaks beside the incident's own channel: names or ids; None is nowhere."""

    announce: Channel | None = None
    digest: Channel | None = None  # None: where incidents are announced
    escalate: Channel | None = None  # what is long late; None: no channel is told


class Digest(_Part):
    """When the weekly figures are posted, and whether a month's are, on its first working day.

    `zone` is that of those who read them; None: the policy's.
    """

    day: Weekday = Weekday.MONDAY
    hour: Hour = 9
    zone: Annotated[ZoneInfo, BeforeValidator(zone_named)] | None = None
    monthly: bool = True


class WorkingHours(_Part):
    """Between these hours a person may be interrupted."""

    start: Hour = 9
    end: Annotated[int, Field(ge=1, le=24)] = 18

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise wrong("end should be later than start")
        return self


class Postmortem(_Part):
    """Which template a severity gets (one that is left out keeps its default), and which incident
    needs a postmortem.

    `templates` is a folder with templates of the team's own; None: there are only those of Debrief.
    """

    templates: Annotated[Path | None, BeforeValidator(_folder)] = None
    template_by_severity: Annotated[
        dict[Severity, Annotated[str, AfterValidator(_template)]],
        AfterValidator(lambda given: _TEMPLATES | given),
    ] = Field(default_factory=_TEMPLATES.copy)
    timeline: Detail = Detail.NORMAL  # how much the timeline tells
    canvas: bool = True  # whether the incident's channel gets it as a canvas too
    needed_when: NeededWhen = NeededWhen()
    deadlines: Deadlines = Deadlines()


class Policy(_Part):
    """The whole policy. `roles` and `marks` replace the defaults; severities add to them.

    0 is never for what is asked: after `update_minutes` for the next update, after so many
    `update_overdue_intervals` for it in the channel too, after `lead_prompt_minutes` who leads, and
    after `inactive_hours` without activity whether the incident is over.
    """

    severities: Annotated[
        dict[Severity, str], AfterValidator(lambda given: _SEVERITIES | given)
    ] = Field(default_factory=_SEVERITIES.copy)
    zone: Annotated[ZoneInfo, BeforeValidator(zone_named)] = ZoneInfo("UTC")
    channels: Channels = Channels()
    digest: Digest = Digest()
    action_items: ActionItems = ActionItems()
    reminders: Reminders = Reminders()
    working_hours: WorkingHours = WorkingHours()
    working_days: tuple[Weekday, ...] = Field(default=tuple(Weekday)[:5], min_length=1)
    roles: Annotated[dict[str, str], AfterValidator(_with_a_lead)] = Field(
        default_factory=_ROLES.copy
    )
    marks: dict[Emoji, Mark] = Field(default_factory=MARKS.copy)
    postmortem: Postmortem = Field(default_factory=Postmortem)
    permissions: Permissions = Permissions()
    meeting: Meeting = Field(default_factory=Meeting)
    learning: Learning = Learning()
    tickets: Tickets = Tickets()
    retention: Retention = Retention()
    update_minutes: Annotated[
        dict[Severity, Minutes], AfterValidator(lambda given: _UPDATES | given)
    ] = Field(default_factory=_UPDATES.copy)
    lead_prompt_minutes: Minutes = 5
    update_overdue_intervals: Few = 2
    inactive_hours: Hours = 24
    command: Annotated[str, AfterValidator(command_name)] = "/incident"
    posting_interval: Annotated[float, Field(gt=0, le=60)] = 1.0

    @property
    def digest_channel(self) -> str | None:
        return self.channels.digest or self.channels.announce

    @property
    def groups(self) -> list[str]:
        """The user groups that are named anywhere."""
        return sorted({*self.permissions.groups, *self.meeting.groups})


def load(path: Path | None) -> Policy:
    """Read the policy; `BadPolicy` names the file, the key, what is wrong and what it should be."""
    if path is None:
        return Policy()
    try:
        written = tomllib.loads(files.read(path, files.SMALL).decode("utf-8-sig"))
        return Policy.model_validate(written, context={"folder": path.parent})
    except OSError as error:
        problem = f"cannot be read ({error.strerror}): mend DEBRIEF_CONFIG or the file"
    except UnicodeDecodeError:
        problem = "is not text: save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        problem = f"is not TOML, {_lower(str(error))}: compare it with debrief.example.toml"
    except ValidationError as error:
        problem = _sentence(error.errors(include_url=False)[0])
    raise BadPolicy(file=path, problem=problem)


def _sentence(error: ErrorDetails) -> str:
    where = [str(part) for part in error["loc"] if part != "[key]"]
    key, value = ".".join(where), error["input"]
    match error["type"]:
        case "extra_forbidden":
            return f"{key} is not a key{_known(where)}"
        case "enum" | "literal_error":
            return f"{key} is {value!r}{_meant(str(value), error)}"
        case "model_type" | "dict_type":
            return f"{key} is {value!r}: it should be a table, [{key}]"
        case "too_short" | "string_too_short":
            return f"{key} is empty: write a value, or leave the key out"
    shown = "wrong" if isinstance(value, dict) else repr(value)
    return f"{key} is {shown}: {_lower(error['msg']).replace('input should', 'it should')}"


def _known(where: list[str]) -> str:
    """Say which keys there are beside the unknown one."""
    part: BaseModel = Policy()
    for name in where[:-1]:
        part = getattr(part, name)
    return _suggestion(where[-1], list(type(part).model_fields))


def _meant(value: str, error: ErrorDetails) -> str:
    expected = re.findall(r"'([^']+)'", str(error.get("ctx", {}).get("expected", "")))
    return _suggestion(value, expected)


def _suggestion(word: str, words: list[str]) -> str:
    near = difflib.get_close_matches(word.lower(), words, n=1)
    return f" (did you mean {near[0]}?)" if near else f": write one of {', '.join(words)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

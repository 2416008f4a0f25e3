"""Read and validate a story: its people, channels and steps."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INCIDENT = "@incident"  # the channel that the bot creates during the play
_CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d)?)")
_AFTER = re.compile(r"(?:(\d+)d ?)?(?:(\d+):(\d\d)(?::(\d\d))?)?")

# Required and optional fields of each action.
_NEEDS = {
    "say": ({"who"}, {"channel", "id", "thread"}),
    "alert": ({"app"}, {"channel", "id"}),
    "edit": ({"text"}, {"who"}),
    "delete": (set[str](), {"who"}),
    "react": ({"who", "emoji"}, {"channel"}),
    "command": ({"who"}, {"channel"}),
    "press": ({"who", "in"}, {"about"}),
    "wait": (set[str](), {"note"}),
}
# Fields that refer to a message by the id from an earlier line.
_POINTERS = ("edit", "delete", "react", "thread")


class MalformedStory(ValueError):
    """A story is invalid; the message names the file, the line and the reason."""


@dataclass(frozen=True)
class Step:
    """One line: an action at a time. `facts` are the line's fields."""

    line: int
    at: datetime
    action: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """The names that a line may use."""

    people: frozenset[str]
    channels: frozenset[str]
    app: str


@dataclass(frozen=True)
class Story:
    title: str
    workspace: str
    start: datetime
    people: tuple[Mapping[str, str], ...]
    channels: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]


def available() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.jsonl"))


def load(name_or_path: str | Path) -> Story:
    """Read `NAME.toml` and `NAME.jsonl` from this folder, or from a path. Raises MalformedStory."""
    base = Path(name_or_path)
    if str(name_or_path) in available():
        base = HERE / name_or_path
    cast, script = base.with_suffix(".toml"), base.with_suffix(".jsonl")
    for path in (cast, script):
        if not path.is_file():
            known = ", ".join(available())
            raise MalformedStory(
                f"no story {str(name_or_path)!r}: {path} is missing; known: {known}"
            )
    return _story(cast, script)


def _story(cast: Path, script: Path) -> Story:
    try:
        facts = tomllib.loads(cast.read_text("utf-8"))
        start = facts["start"].astimezone(UTC)
        people, channels = tuple(facts["people"]), tuple(facts["channels"])
        names = Names(
            people=frozenset(person["name"] for person in people),
            channels=frozenset(channel["name"] for channel in channels) | {INCIDENT, "dm"},
            app=facts["alert_app"],
        )
        title, workspace = str(facts["title"]), str(facts["workspace"])
    except (tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError) as error:
        raise MalformedStory(f"{cast.name}: {error!r} is wrong or missing") from error
    steps = tuple(_steps(script, start, names))
    return Story(title, workspace, start, people, channels, steps)


def _steps(script: Path, start: datetime, names: Names) -> Iterator[Step]:
    at, ids = start, set[str]()
    for number, line in enumerate(script.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            facts = _facts(line)
            action = _deed(facts)
            at = _time(facts, at)
            _check_names(facts, names)
            _check_pointers(facts, ids)
        except ValueError as error:
            raise MalformedStory(f"{script.name} line {number}: {error}") from error
        ids |= {facts["id"]} if "id" in facts else set()
        yield Step(number, at, action, facts)


def _facts(line: str) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(facts, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - a story is a value, not a type
    wrong = [key for key, value in facts.items() if not isinstance(value, str) and key != "wait"]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not text")
    return facts


def _deed(facts: Mapping[str, Any]) -> str:
    actions = [action for action in _NEEDS if action in facts]
    if len(actions) != 1:
        raise ValueError(f"says {actions or 'nothing'}; a line does one of: {', '.join(_NEEDS)}")
    needed, allowed = _NEEDS[actions[0]]
    if missing := needed - facts.keys():
        raise ValueError(f"{actions[0]!r} needs {', '.join(sorted(missing))}")
    if unknown := facts.keys() - needed - allowed - {actions[0], "at", "after"}:
        raise ValueError(f"{actions[0]!r} does not know {', '.join(sorted(unknown))}")
    return actions[0]


def _time(facts: Mapping[str, str], before: datetime) -> datetime:
    if ("at" in facts) == ("after" in facts):
        raise ValueError("needs either 'at' or 'after'")
    at = _clock(facts["at"], before) if "at" in facts else before + _span(facts["after"])
    if at < before:
        raise ValueError(f"{facts['at']} is before the line above it")
    return at


def _clock(text: str, before: datetime) -> datetime:
    """Parse a time in UTC: `14:18:05` on the day of the previous line, or `2026-03-16 10:30`."""
    match = _CLOCK.fullmatch(text)
    if not match:
        raise ValueError(f"time {text!r} is not 14:18, 14:18:05 or 2026-03-16 14:18")
    return datetime.fromisoformat(f"{match[1] or before.date()}T{match[2]}+00:00")


def _span(text: str) -> timedelta:
    match = _AFTER.fullmatch(text)
    if not match or not text:
        raise ValueError(f"span {text!r} is not 1d, 02:00 or 1d 02:00")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _check_names(facts: Mapping[str, str], names: Names) -> None:
    if "who" in facts and facts["who"] not in names.people:
        raise ValueError(f"nobody here is named {facts['who']!r}")
    if facts.get("app", names.app) != names.app:
        raise ValueError(f"the app that alerts is {names.app!r}, not {facts['app']!r}")
    for key in ("channel", "in"):
        if key in facts and facts[key] not in names.channels:
            raise ValueError(f"no channel {facts[key]!r}")


def _check_pointers(facts: Mapping[str, str], ids: set[str]) -> None:
    for key in _POINTERS:
        if key in facts and facts[key] not in ids:
            raise ValueError(f"{key!r} points at {facts[key]!r}, which no earlier line is called")

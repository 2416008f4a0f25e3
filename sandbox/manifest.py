"""What the app asks Slack for: the parts of an app manifest that Slack acts on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox import manifest_limits


@dataclass(frozen=True)
class Command:
    name: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    callback_id: str
    kind: str  # "global" or "message"
    name: str


@dataclass(frozen=True)
class Manifest:
    """Read once; a delivery or a scope that is not in here does not exist for the app."""

    app_name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    scopes: tuple[str, ...]
    bot_events: frozenset[str]
    interactive: bool
    home_tab: bool
    messages_tab: bool  # False only when the manifest says so


def read(source: "Path | str | dict[str, Any]") -> Manifest:
    """From a file (YAML or JSON) or from the dict itself; `manifest_limits.Refused` as Slack would."""
    raw = source if isinstance(source, dict) else _parsed(Path(source).read_text("utf-8"))
    manifest_limits.check(raw)
    name = _at(raw, "display_information", "name", default="app")
    return Manifest(
        app_name=name,
        bot_name=_at(raw, "features", "bot_user", "display_name", default=name.lower()),
        commands={each.name: each for each in _commands(raw)},
        shortcuts={each.callback_id: each for each in _shortcuts(raw)},
        scopes=tuple(_at(raw, "oauth_config", "scopes", "bot", default=[])),
        bot_events=frozenset(
            _at(raw, "settings", "event_subscriptions", "bot_events", default=[]),
        ),
        interactive=bool(_at(raw, "settings", "interactivity", "is_enabled", default=False)),
        home_tab=bool(_at(raw, "features", "app_home", "home_tab_enabled", default=False)),
        messages_tab=bool(_at(raw, "features", "app_home", "messages_tab_enabled", default=True)),
    )


@cache
def _parsed(text: str) -> Any:
    """What a manifest says; nobody changes it, and YAML is slow to read."""
    return yaml.safe_load(text)


def _commands(raw: dict[str, Any]) -> list[Command]:
    listed = _at(raw, "features", "slash_commands", default=[])
    return [Command(each["command"], bool(each.get("should_escape", False))) for each in listed]


def _shortcuts(raw: dict[str, Any]) -> list[Shortcut]:
    listed = _at(raw, "features", "shortcuts", default=[])
    return [Shortcut(each["callback_id"], each["type"], each["name"]) for each in listed]


def _at(raw: Any, *path: str, default: Any) -> Any:
    for key in path:
        if not isinstance(raw, dict) or raw.get(key) is None:
            return default
        raw = raw[key]
    return raw

"""The parts of an app manifest that the sandbox uses."""

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
    """An app manifest. Anything it doesn't declare is unavailable to the app."""

    app_name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    scopes: tuple[str, ...]
    bot_events: frozenset[str]
    interactive: bool
    home_tab: bool
    messages_tab: bool  # false only if the manifest says so


def read(source: "Path | str | dict[str, Any]") -> Manifest:
    """Read a manifest from a file (YAML or JSON) or dict. Raises `manifest_limits.Refused`."""
    raw = source if isinstance(source, dict) else _parsed(Path(source).read_text("utf-8"))
    manifest_limits.check(raw)
    name = _at(raw, "display_information", "name", default="app")
    return Manifest(
        app_name=name,
        bot_name=_at(raw, "features", "bot_user", "display_name", default=name.lower()),
        commands={declared.name: declared for declared in _commands(raw)},
        shortcuts={declared.callback_id: declared for declared in _shortcuts(raw)},
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
    """Parse YAML; cached, because parsing is slow. The result must not be changed."""
    return yaml.safe_load(text)


def _commands(raw: dict[str, Any]) -> list[Command]:
    commands = _at(raw, "features", "slash_commands", default=[])
    return [
        Command(command["command"], bool(command.get("should_escape", False)))
        for command in commands
    ]


def _shortcuts(raw: dict[str, Any]) -> list[Shortcut]:
    shortcuts = _at(raw, "features", "shortcuts", default=[])
    return [
        Shortcut(shortcut["callback_id"], shortcut["type"], shortcut["name"])
        for shortcut in shortcuts
    ]


def _at(raw: Any, *path: str, default: Any) -> Any:
    for key in path:
        if not isinstance(raw, dict) or raw.get(key) is None:
            return default
        raw = raw[key]
    return raw

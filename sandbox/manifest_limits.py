"""The limits that Slack applies to an app manifest when an app is created from it.

Figures: https://github.com/slackapi/manifest-schema, schemas/manifest.schema.1.0.0.json, and
https://docs.slack.dev/reference/app-manifest
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple


class Refused(ValueError):
    """Slack would refuse the manifest; each line names a field and its problem."""


class Limit(NamedTuple):
    """The maximum length of a text (characters) or a list (elements). `*` in a path is every element of a list."""

    path: str
    longest: int
    shortest: int = 1


LIMITS = (
    Limit("display_information.name", 35),
    Limit("display_information.description", 140),
    Limit("display_information.long_description", 4_000, 175),
    Limit("display_information.background_color", 7, 4),
    Limit("features.bot_user.display_name", 80),
    Limit("features.shortcuts", 10),
    Limit("features.shortcuts.*.name", 24),
    Limit("features.shortcuts.*.callback_id", 255),
    Limit("features.shortcuts.*.description", 150),
    Limit("features.slash_commands", 50),
    Limit("features.slash_commands.*.command", 32, 2),
    Limit("features.slash_commands.*.description", 2_000),
    Limit("features.slash_commands.*.usage_hint", 1_000),
    Limit("oauth_config.scopes.bot", 255),
    Limit("oauth_config.scopes.bot.*", 50),
    Limit("oauth_config.scopes.bot_optional", 255),
    Limit("settings.event_subscriptions.bot_events", 100),
    Limit("settings.event_subscriptions.bot_events.*", 50),
)
REQUIRED = (
    "display_information.name",
    "features.bot_user.display_name",
    *(f"features.shortcuts.*.{name}" for name in ("name", "type", "callback_id", "description")),
    "features.slash_commands.*.command",
    "features.slash_commands.*.description",
    "settings.interactivity.is_enabled",
)
# Beyond the schema, Slack's form refuses capitals, spaces and punctuation in a command's name.
_COMMAND = re.compile(r"/[a-z0-9_-]+")
Found = Iterator[tuple[str, Any]]


def check(manifest: dict[str, Any]) -> None:
    """Raise `Refused` with every limit that a manifest breaks. The sandbox also accepts incomplete ones."""
    _refuse([*_of_wrong_size(manifest), *_of_wrong_shape(manifest)])


def check_complete(manifest: dict[str, Any]) -> None:
    """Raise `Refused` with every reason why Slack would refuse to create an app from a manifest."""
    _refuse([*_of_wrong_size(manifest), *_of_wrong_shape(manifest), *_missing(manifest)])


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise Refused("\n".join(reasons))


def _of_wrong_size(manifest: dict[str, Any]) -> Iterator[str]:
    for limit in LIMITS:
        for path, value in _at(manifest, limit.path.split(".")):
            if value is not None and not limit.shortest <= len(value) <= limit.longest:
                yield f"{path} has {len(value)}, Slack allows {limit.shortest} to {limit.longest}"


def _missing(manifest: dict[str, Any]) -> Iterator[str]:
    for required in REQUIRED:
        for path, value in _at(manifest, required.split(".")):
            if value is None:
                yield f"{path} is missing"


def _of_wrong_shape(manifest: dict[str, Any]) -> Iterator[str]:
    for path, command in _at(manifest, ["features", "slash_commands", "*", "command"]):
        if not _COMMAND.fullmatch(str(command)):
            yield f"{path} is {command!r}, Slack allows a slash, then lowercase letters, digits, - and _"
    for path, kind in _at(manifest, ["features", "shortcuts", "*", "type"]):
        if kind not in {"global", "message"}:
            yield f"{path} is {kind!r}, Slack allows global and message"


def _at(value: Any, names: list[str], path: str = "") -> Found:
    """Return every value at a path; None for one that is missing from an existing object."""
    if not names:
        yield path, value
    elif names[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _at(item, names[1:], f"{path}[{index}]")
    elif isinstance(value, dict):
        yield from _at(value.get(names[0]), names[1:], f"{path}.{names[0]}".lstrip("."))

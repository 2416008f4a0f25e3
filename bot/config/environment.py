"""The environment variables and files that settings are read from."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from bot.domain.errors import BotError

ENV_FILE = Path(".env")
POLICY_FILE = Path("debrief.toml")
SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "GITHUB_TOKEN",
    "JIRA_TOKEN",
    "DEBRIEF_MODEL_KEY",
)


class BadSettings(BotError):
    """{name} {problem}."""


def policy_file() -> Path | None:
    """Return the path of the configuration file; None if there is none.

    For commands that need no other setting.
    """
    named = read_environment().get("DEBRIEF_CONFIG")
    return Path(named) if named else POLICY_FILE if POLICY_FILE.is_file() else None


def read_environment() -> dict[str, str]:
    """Return the variables of the environment and the `.env` file, by upper-case name."""
    try:
        file_values = dotenv_values(ENV_FILE, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"can't be read ({_reason(error)}): fix the file, or its permissions"
        raise BadSettings(name=ENV_FILE.name, problem=problem) from error
    named = {**file_values, **os.environ}
    return {name.upper(): value for name, value in named.items() if value}


def read_secret_files(surroundings: Mapping[str, str]) -> dict[str, Any]:
    """Return the secrets named by `…_FILE` variables, by setting. Raises BadSettings."""
    return {
        name.lower(): _read_secret_file(name, Path(surroundings[f"{name}_FILE"]), surroundings)
        for name in SECRETS
        if f"{name}_FILE" in surroundings
    }


def _read_secret_file(name: str, path: Path, surroundings: Mapping[str, str]) -> str:
    if name in surroundings:
        problem = f"is set twice, here and in {name}_FILE: remove one"
        raise BadSettings(name=name, problem=problem)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = (
            f"points to {path}, which can't be read ({_reason(error)}): fix the path or the file"
        )
        raise BadSettings(name=f"{name}_FILE", problem=problem) from error
    if not secret:
        problem = f"points to {path}, which is empty: put the secret in it"
        raise BadSettings(name=f"{name}_FILE", problem=problem)
    return secret


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (
        (error.strerror or "no reason given")
        if isinstance(error, OSError)
        else "it isn't valid UTF-8"
    )

"""Settings from the environment, read once at startup.

An invalid one is named and stops the start.
"""

import difflib
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.config.environment import (
    ENV_FILE,
    POLICY_FILE,
    SECRETS,
    BadSettings,
    read_environment,
    read_secret_files,
)
from bot.domain.ticket import TrackerKind

SLACK_API_URL = "https://slack.com/api/"
GITHUB_API_URL = "https://api.github.com/"
_PREFIX = "DEBRIEF_"
_TOKEN_KINDS = {
    "xoxb-": "a bot token (xoxb-…)",
    "xapp-": "an app-level token (xapp-…)",
    "xoxp-": "a user token (xoxp-…)",
    "xoxe": "a rotating or configuration token (xoxe…)",
}
_BOT_MISSING = (
    "isn't set: copy the Bot User OAuth Token (xoxb-…) from api.slack.com/apps → your app → "
    "OAuth & Permissions into .env"
)
_APP_MISSING = (
    "isn't set: create one (xapp-…) with the scope connections:write at api.slack.com/apps → your "
    "app → Basic Information → App-Level Tokens. To use HTTP instead, set SLACK_SIGNING_SECRET"
)
_GITHUB_MISSING = (
    "isn't set, but debrief.toml uses GitHub as the issue tracker: at "
    "github.com/settings/personal-access-tokens, create a fine-grained token with Issues: read and "
    "write for the repository in debrief.toml"
)
_EMAIL_MISSING = (
    "isn't set, but debrief.toml uses Jira as the issue tracker: set it to the email address of the "
    "account that JIRA_TOKEN belongs to"
)
_JIRA_MISSING = (
    "isn't set, but debrief.toml uses Jira as the issue tracker: create a token at "
    "id.atlassian.com/manage-profile/security/api-tokens"
)
_PROBLEMS = {
    "debrief_port": "isn't a port: use a whole number from 1 to 65535, such as 3000",
    "debrief_log": "isn't a log format: use auto, json or text",
}


def _wrong(problem: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{problem}", {"problem": problem})


def _check_unquoted(secret: SecretStr) -> SecretStr:
    """Refuse a secret pasted with quotes or spaces, the most common reason for a failing token."""
    value = secret.get_secret_value()
    if value[:1] in {"'", '"'} or value[-1:] in {"'", '"'}:
        raise _wrong("is in quotes: remove them")
    if any(character.isspace() for character in value):
        raise _wrong("contains a space or a line break: copy only the value")
    return secret


def _base_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong(f"isn't a URL: use one such as {SLACK_API_URL}, or remove the setting")
    return value.rstrip("/") + "/"  # otherwise the SDK drops the last part of the path


def _database(value: str) -> str:
    scheme, _, rest = value.partition(":")
    kind = scheme.partition("+")[0]
    if kind == "sqlite" and not rest.startswith("///") and rest != "//":
        raise _wrong("has no file name: a SQLite URL has three slashes, as in sqlite:///debrief.db")
    if kind not in {"sqlite", "postgresql", "postgres"} or not rest.startswith("//"):
        remedy = "use sqlite:///debrief.db or postgresql://user:password@host/name"
        raise _wrong(f"is neither SQLite nor PostgreSQL: {remedy}")
    # Some hosts still provide the short form, which SQLAlchemy no longer accepts.
    return "postgresql:" + rest if kind == "postgres" else value


Secret = Annotated[SecretStr, AfterValidator(_check_unquoted)]


class Settings(BaseModel):
    """The settings.

    An instance created directly, as in the demo, reads no environment variables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    slack_bot_token: Secret | None = None
    slack_app_token: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_api_url: Annotated[str, AfterValidator(_base_address)] = SLACK_API_URL
    # Not a SecretStr, because SQLAlchemy reads it. It may hold a password, so it isn't in the repr.
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///debrief.db", repr=False
    )
    debrief_config: Path | None = Field(
        default_factory=lambda: POLICY_FILE if POLICY_FILE.is_file() else None
    )
    debrief_port: int = Field(default=3000, ge=1, le=65535)
    debrief_host: str = "127.0.0.1"
    debrief_log: Literal["auto", "json", "text"] = "auto"
    github_token: Secret | None = None
    github_api_url: Annotated[str, AfterValidator(_base_address)] = GITHUB_API_URL
    jira_email: str | None = None
    jira_token: Secret | None = None
    debrief_model_key: Secret | None = None

    @model_validator(mode="after")
    def _tokens_are_in_their_places(self) -> Self:
        _check_kind("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-", self.slack_api_url)
        _check_kind("SLACK_APP_TOKEN", self.slack_app_token, "xapp-", self.slack_api_url)
        _check_kind("SLACK_SIGNING_SECRET", self.slack_signing_secret, "", self.slack_api_url)
        return self


class _EnvironmentSettings(BaseSettings, Settings):
    model_config = SettingsConfigDict(
        extra="ignore", env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True
    )


def load() -> Settings:
    """Read the settings. `BadSettings` describes the first invalid one in a sentence."""
    try:
        read = _EnvironmentSettings(**read_secret_files(read_environment()))
        return Settings.model_validate(read.model_dump())
    except ValidationError as error:
        raise _make_bad_settings(error.errors(include_url=False)[0]) from None


def find_misspelt_variables() -> list[str]:
    """Return a sentence for each variable with our prefix that isn't a setting."""
    names = (name.upper() for name in Settings.model_fields)
    known = sorted(name for name in names if name.startswith(_PREFIX))
    named = {name for name in read_environment() if name.startswith(_PREFIX)}
    unknown = named - set(known) - {f"{name}_FILE" for name in SECRETS}
    return [_describe_misspelt(name, known) for name in sorted(unknown)]


def _describe_misspelt(name: str, known: list[str]) -> str:
    by_ending = {variable.removeprefix(_PREFIX): variable for variable in known}
    near = difflib.get_close_matches(name.removeprefix(_PREFIX), by_ending, n=1)
    hint = (
        f"did you mean {by_ending[near[0]]}?" if near else f"the settings are {', '.join(known)}."
    )
    return f"{name} isn't a Debrief setting: {hint}"


def _check_kind(name: str, secret: SecretStr | None, prefix: str, address: str) -> None:
    value = secret.get_secret_value() if secret else ""
    if not value or (prefix and value.startswith(prefix)):
        return
    expected = _TOKEN_KINDS.get(
        prefix, "the signing secret from Basic Information → App Credentials"
    )
    for other, holds in _TOKEN_KINDS.items():
        if value.startswith(other):
            may_be_swapped = other in {"xoxb-", "xapp-"}
            hint = "the two may be swapped" if may_be_swapped else "copy the right one"
            raise _wrong(f"{name} contains {holds} but needs {expected}: {hint}")
    # A Slack emulator may use tokens of any shape; Slack itself doesn't.
    if prefix and address == SLACK_API_URL:
        raise _wrong(f"{name} doesn't look like {expected}: copy it again from api.slack.com/apps")


def _make_bad_settings(error: ErrorDetails) -> BadSettings:
    if not error["loc"]:  # a check of several settings starts its message with a name
        name, _, problem = error["msg"].partition(" ")
        return BadSettings(name=name, problem=problem)
    field = str(error["loc"][0])
    is_ours = error["type"] == "setting"
    problem = error["msg"] if is_ours else _PROBLEMS.get(field, f"is invalid: {error['msg']}")
    return BadSettings(name=field.upper(), problem=problem)


def require_slack(settings: Settings) -> None:
    """Check that the settings suffice to connect to Slack. `BadSettings` names what is missing."""
    require_bot_token(settings)
    connection_mode(settings)


def require_bot_token(settings: Settings) -> str:
    """Return the token for Slack's Web API. Raises BadSettings if there is none."""
    if not settings.slack_bot_token:
        raise BadSettings(name="SLACK_BOT_TOKEN", problem=_BOT_MISSING)
    return settings.slack_bot_token.get_secret_value()


def connection_mode(settings: Settings) -> Literal["socket", "http"]:
    """Return how Slack reaches the bot.

    With an app-level token it's Socket Mode, even beside a signing secret.
    """
    if settings.slack_app_token:
        return "socket"
    if settings.slack_signing_secret:
        return "http"
    raise BadSettings(name="SLACK_APP_TOKEN", problem=_APP_MISSING)


def tracker_tokens(settings: Settings, tracker: TrackerKind) -> tuple[str, str]:
    """Return the account (Jira's email address, else empty) and the token. Raises BadSettings."""
    if tracker is TrackerKind.GITHUB:
        return "", _require_secret("GITHUB_TOKEN", settings.github_token, _GITHUB_MISSING)
    if not settings.jira_email:
        raise BadSettings(name="JIRA_EMAIL", problem=_EMAIL_MISSING)
    return settings.jira_email, _require_secret("JIRA_TOKEN", settings.jira_token, _JIRA_MISSING)


def _require_secret(name: str, secret: SecretStr | None, problem: str) -> str:
    if secret is None:
        raise BadSettings(name=name, problem=problem)
    return secret.get_secret_value()

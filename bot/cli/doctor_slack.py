"""Checks of `debrief doctor` for settings and Slack: tokens, scopes, clock, channels, socket."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.cli.doctor_finding import CheckState, Finding
from bot.config.environment import BadSettings
from bot.config.policy import Policy
from bot.config.settings import (
    Settings,
    connection_mode,
    find_misspelt_variables,
    require_bot_token,
)
from handlers.errors import is_transient
from handlers.slack import scopes as needed
from handlers.slack.slack_clock import SYNC_ADVICE, WARN_ABOVE, date_of, describe_skew
from handlers.transport import startup

TIMEOUT_SECONDS = 10  # seconds for one response from Slack
_REINSTALL = "Reinstall to Workspace: api.slack.com/apps → Install App"
_REMEDIES = {
    "invalid_auth": "copy the token again from api.slack.com/apps",
    "not_authed": "copy the token again from api.slack.com/apps",
    "account_inactive": f"the app was removed or its bot deactivated. {_REINSTALL}",
    "token_revoked": f"the token was revoked. {_REINSTALL}",
    "token_expired": "turn off token rotation in the app's settings, and reinstall the app",
    "missing_scope": f"add the missing scope at {needed.WHERE}",
    "not_allowed_token_type": "SLACK_APP_TOKEN needs an app-level token (xapp-…); see .env.example",
}
_TRY_AGAIN = "try again in a minute; `debrief run` retries on its own"
_LOOK_UP = "see https://docs.slack.dev/reference/methods"


def run_checks(
    settings: Settings, policy: Policy, now: Callable[[], datetime]
) -> Iterator[Finding]:
    """Run every check. Those that need Slack are skipped if there's no token, or it doesn't work."""
    yield from check_variables()
    yield from check_tokens(settings)
    if settings.slack_bot_token:
        yield from check_slack(settings, policy, now)
    if settings.slack_app_token:
        yield check_socket(settings)


def check_variables() -> Iterator[Finding]:
    warnings = [Finding("settings", CheckState.WARNING, text) for text in find_misspelt_variables()]
    yield from warnings or [
        Finding("settings", CheckState.OK, "all DEBRIEF_ variables are recognized")
    ]


def check_tokens(settings: Settings) -> Iterator[Finding]:
    """Report each missing token, or that all are set."""
    problems = []
    for require in (require_bot_token, connection_mode):
        try:
            require(settings)
        except BadSettings as missing:
            problems.append(missing.plain)
    if problems:
        yield from (Finding("tokens", CheckState.FAILED, problem) for problem in problems)
        return
    mode_name = {"socket": "Socket Mode", "http": "HTTP"}[connection_mode(settings)]
    yield Finding("tokens", CheckState.OK, f"all tokens for {mode_name} are set")


def check_slack(
    settings: Settings, policy: Policy, now: Callable[[], datetime]
) -> Iterator[Finding]:
    """Run the checks that use the bot token."""
    client = make_client(settings, settings.slack_bot_token)
    try:
        me = client.auth_test()
    except startup.UNAVAILABLE as error:
        yield _describe_failure("bot token", settings, error)
        return
    at = now()
    yield Finding("bot token", CheckState.OK, f"works: @{me['user']} in {me['team']}")
    yield from check_scopes(me, policy)
    yield check_clock(me, at)
    yield from check_channels(client, settings, policy, str(me["user"]))


def check_scopes(me: SlackResponse, policy: Policy) -> Iterator[Finding]:
    """Compare the granted scopes with the manifest's, and say what fails without each missing one."""
    granted = needed.granted(me.headers)
    if granted is None:
        yield Finding("scopes", CheckState.WARNING, "Slack didn't say which scopes are granted")
        return
    missing = needed.missing(granted, policy)
    if not missing:
        text = f"all {len(needed.wanted(policy))} scopes in the manifest are granted"
        yield Finding("scopes", CheckState.OK, text)
        return
    # An app created from a manifest is first installed with only some of its scopes. Then the
    # token and posting work, but no events arrive.
    names = ", ".join(scope.name for scope in missing)
    state = CheckState.WARNING if all(scope.is_optional for scope in missing) else CheckState.FAILED
    yield Finding("scopes", state, f"missing: {names}. Add them at {needed.WHERE}")
    for scope in missing:
        state = CheckState.WARNING if scope.is_optional else CheckState.FAILED
        yield Finding(f"scope {scope.name}", state, f"without it, {scope.without}")


def check_clock(me: SlackResponse, at: datetime) -> Finding:
    """Compare this machine's clock with Slack's.

    A difference is corrected for, but still a warning.
    """
    date = date_of(me.headers)
    if date is None:
        return Finding("clock", CheckState.WARNING, "Slack didn't return its time")
    skew = at - date
    if abs(skew) <= WARN_ABOVE:
        return Finding("clock", CheckState.OK, f"within {WARN_ABOVE.seconds} s of Slack's")
    text = f"{describe_skew(skew)}: {SYNC_ADVICE}. Until then, the bot uses Slack's clock"
    return Finding("clock", CheckState.WARNING, text)


def check_channels(
    client: WebClient, settings: Settings, policy: Policy, bot: str
) -> Iterator[Finding]:
    configured = {
        f"channels.{key}": name
        for key, name in policy.channels.model_dump().items()
        if name is not None
    }
    if not configured:
        text = "none configured: incidents aren't announced and digests aren't posted"
        yield Finding("channels", CheckState.OK, text)
        return
    try:
        channels = _channels(client)
    except startup.UNAVAILABLE as error:
        yield _describe_failure("channels", settings, error)
        return
    yield from (_channel(key, name, channels, bot) for key, name in configured.items())


def _channel(key: str, name: str, channels: list[dict[str, Any]], bot: str) -> Finding:
    channel = next(
        (candidate for candidate in channels if name in {candidate["id"], candidate["name"]}), None
    )
    if channel is None:
        # A private channel without the bot looks as if it didn't exist.
        text = (
            f"there's no channel {name}, or it's private and the bot isn't in it: create it if "
            f"needed, then type `/invite @{bot}` there"
        )
    elif channel.get("is_archived"):
        text = f"#{channel['name']} is archived: unarchive it, or configure another"
    elif not channel.get("is_member"):
        text = f"the bot isn't in #{channel['name']}: type `/invite @{bot}` there"
    else:
        return Finding(key, CheckState.OK, f"#{channel['name']} exists, and the bot is in it")
    return Finding(key, CheckState.FAILED, text)


def _channels(client: WebClient) -> list[dict[str, Any]]:
    pages = client.conversations_list(types="public_channel,private_channel", limit=999)
    return [channel for page in pages for channel in page["channels"]]


def check_socket(settings: Settings) -> Finding:
    """Request a WebSocket URL without connecting, since a connection would receive events."""
    client = make_client(settings, settings.slack_app_token)
    try:
        client.apps_connections_open(app_token=str(client.token))
    except startup.UNAVAILABLE as error:
        failure = _describe_failure("Socket Mode", settings, error)
        if "missing_scope" not in failure.text:
            return failure
        text = f"SLACK_APP_TOKEN lacks connections:write. {needed.APP_LEVEL_WHERE}"
        return Finding("Socket Mode", CheckState.FAILED, text)
    return Finding("Socket Mode", CheckState.OK, "Slack accepts the app-level token")


def make_client(settings: Settings, token: SecretStr | None) -> WebClient:
    """Make a client that doesn't retry: a check reports the first failure."""
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[],
    )


def _describe_failure(name: str, settings: Settings, error: Exception) -> Finding:
    if not isinstance(error, SlackApiError):
        reason = getattr(error, "reason", None) or error
        text = f"{settings.slack_api_url} isn't reachable ({reason}): check SLACK_API_URL, the "
        return Finding(name, CheckState.FAILED, text + "network and the proxy")
    if startup.is_unreadable(error):
        return Finding(
            name, CheckState.FAILED, f"{startup.reason(error)} {_TRY_AGAIN.capitalize()}"
        )
    code = error.response.get("error") or "that the call failed"
    facts = [
        f"{key}: {error.response[key]}" for key in ("needed", "provided") if error.response.get(key)
    ]
    remedy = _REMEDIES.get(code, _TRY_AGAIN if is_transient(error) else _LOOK_UP)
    return Finding(name, CheckState.FAILED, f"Slack says {', '.join([code, *facts])}: {remedy}")

"""Connect to the workspace: API clients, and the bot's own identity."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)
from slack_sdk.web import SlackResponse

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.membership_type import MembershipType
from bot.incidents.permalinks import WORKSPACE_URL_KEY
from handlers import errors
from handlers.slack import membership_type, scopes
from handlers.slack.identity import Identity
from handlers.slack.redacted_client import RedactedClient
from handlers.slack.slack_clock import SlackClock
from handlers.transport.startup import UNAVAILABLE, is_token_error, reason, required
from storage import people, settings
from storage.people import Person

TIMEOUT = 15  # seconds


class TokenRefused(BotError):
    """Slack doesn't accept SLACK_BOT_TOKEN ({reason}). Copy the Bot User OAuth Token again from
    api.slack.com/apps → your app → OAuth & Permissions. If the app was removed, reinstall it
    there."""


class SlackUnreachable(BotError):
    """Can't reach Slack at {url} ({reason}). Check the network, the proxy and SLACK_API_URL, then
    try again."""


def client(
    token: str | None, api_url: str, clock: SlackClock | None = None, *, timeout: int = TIMEOUT
) -> WebClient:
    """Return a client that never retries a call itself, because a retried post may appear twice.

    `timeout` is in seconds.
    """
    web_client = RedactedClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[])
    web_client.clock = clock
    return web_client


def patient_client(token: str, api_url: str, clock: SlackClock | None = None) -> WebClient:
    """Return a client for reading that waits as long as Slack asks for, and then retries."""
    web_client = client(token, api_url, clock)
    web_client.retry_handlers += [
        RateLimitErrorRetryHandler(max_retry_count=100),
        ConnectionErrorRetryHandler(),
    ]
    return web_client


def identify(client: WebClient) -> Identity:
    """Ask Slack who we are. Raises `TokenRefused`, or one of `startup.UNAVAILABLE`, which may pass."""
    try:
        return _identity(client.auth_test())
    except SlackApiError as error:
        if is_token_error(error):
            raise TokenRefused(reason=errors.describe_slack_error(error)) from error
        raise


def remember(bot: Bot, identity: Identity) -> None:
    """Store who we are and in which workspace."""
    with bot.store.begin() as session:
        settings.save(session, WORKSPACE_URL_KEY, identity.url)
        membership_type.save_workspace(session, identity)
        people.save(session, _ourselves(bot, identity), bot.now())


def identify_now(bot: Bot, client: WebClient) -> Identity:
    """Ask Slack who we are, for a command that can't wait until Slack is available."""
    try:
        identity = identify(client)
    except UNAVAILABLE as error:
        raise SlackUnreachable(url=client.base_url, reason=reason(error)) from error
    remember(bot, identity)
    return identity


def _identity(answer: SlackResponse) -> Identity:
    team_id = required(answer, "team_id")
    if not answer.get("bot_id"):
        raise TokenRefused(reason="it isn't a bot token")
    return Identity(
        team_id=team_id,
        bot_id=required(answer, "bot_id"),
        bot_user_id=required(answer, "user_id"),
        url=required(answer, "url"),
        name=required(answer, "user"),
        enterprise_id=answer.get("enterprise_id") or "",
        scopes=scopes.granted(answer.headers),
    )


def _ourselves(bot: Bot, identity: Identity) -> Person:
    """Return the bot as a person, known from the start so that nobody can assign it work."""
    zone = bot.policy.zone.key
    return Person(
        id=identity.bot_user_id,
        name=identity.name,
        zone=zone,
        bot=True,
        standing=MembershipType.MEMBER,
    )

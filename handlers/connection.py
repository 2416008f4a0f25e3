"""Getting into the workspace: who we are, and the clients that read and write."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)

from bot.domain.errors import BotError
from bot.domain.standing import Standing
from bot.environment import Bot
from bot.places import WORKSPACE
from handlers import standings
from handlers.payloads import Identity
from handlers.redacted_client import RedactedClient
from handlers.slack_clock import SlackClock
from storage import people, settings
from storage.people import Person

TIMEOUT = 15  # seconds


class TokenRefused(BotError):
    """Slack does not accept SLACK_BOT_TOKEN ({reason}). Copy the Bot User OAuth Token again from
    api.slack.com/apps, your app, OAuth & Permissions; reinstall the app there if it was removed."""


class SlackUnreachable(BotError):
    """Slack cannot be reached at {url} ({reason}). Check the network, the proxy and SLACK_API_URL,
    then start again."""


def client(
    token: str | None, api_url: str, clock: SlackClock | None = None, *, timeout: int = TIMEOUT
) -> WebClient:
    """Make a client that never repeats a call by itself: a repeated post is said twice.

    `timeout` is in seconds.
    """
    made = RedactedClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[])
    made.clock = clock
    return made


def patient_client(token: str, api_url: str, clock: SlackClock | None = None) -> WebClient:
    """Make a client for reading that waits as long as Slack says, and asks again."""
    made = client(token, api_url, clock)
    made.retry_handlers += [
        RateLimitErrorRetryHandler(max_retry_count=100),
        ConnectionErrorRetryHandler(),
    ]
    return made


def identify(bot: Bot, client: WebClient) -> Identity:
    """Ask Slack once who we are; nothing starts without an answer."""
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        raise TokenRefused(reason=error.response["error"]) from error
    except OSError as error:
        raise SlackUnreachable(url=client.base_url, reason=error) from error
    identity = Identity(
        team_id=answer["team_id"],
        bot_id=answer["bot_id"],
        bot_user_id=answer["user_id"],
        url=answer["url"],
        name=answer["user"],
        enterprise_id=answer.get("enterprise_id") or "",
    )
    with bot.store.begin() as session:
        settings.keep(session, WORKSPACE, identity.url)
        standings.keep(session, identity)
        people.learn(session, _ourselves(bot, identity), bot.now())
    return identity


def _ourselves(bot: Bot, identity: Identity) -> Person:
    """Known from the start, so that nobody gives us their work."""
    zone = bot.policy.zone.key
    return Person(
        id=identity.bot_user_id,
        name=identity.name,
        zone=zone,
        bot=True,
        standing=Standing.MEMBER,
    )

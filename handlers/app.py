"""Every door of the bot, on one Bolt app.

`process_before_response` lets a listener run to its end before the acknowledgement goes: what is
acknowledged is committed. Few listeners with our own dispatch behind them, since Bolt asks each in
turn; the last one acknowledges what nobody asked for, which Slack would send again otherwise.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.markup import mentioned
from handlers import errors, fields
from handlers.access.check import AccessCheck
from handlers.commands import dispatch
from handlers.events import (
    app_home,
    bot_joined,
    channel_events,
    member_left,
    mentions,
    messages,
    reactions,
)
from handlers.fields import NotUnderstood
from handlers.interactions import buttons, shortcuts, submissions
from handlers.slack import answered_once, channel_payloads
from handlers.slack.log_once import Once
from handlers.slack.payloads import Identity
from handlers.slack.workspace_check import Gate
from handlers.transport import connection
from handlers.transport.intake import Intake
from storage import people

# Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that it is not what we use.
_log = logging.getLogger("slack_bolt")
_log.setLevel(logging.ERROR)
ASKING_SECONDS = 2  # for who somebody is; Slack waits for three
ANYTHING = re.compile(r".*", re.DOTALL)


def nothing() -> None:
    """What is done where nobody wants to know."""


def build(
    bot: Bot,
    client: WebClient,
    identity: Identity,
    *,
    wake: Event,
    on_missed: Callable[[], object] = nothing,
) -> Intake:
    """Make the doors and the way in to them.

    `wake` is set when a request may have left something in the outbox; `on_missed` is called when
    Slack says that it left events out. Who sends is for the caller to verify.
    """
    once = Once()
    # Bolt's own client has no token: each request gets one from `_authorize`.
    app = App(
        client=connection.client(None, client.base_url),
        logger=_log,
        authorize=partial(_authorize, client, identity),
        process_before_response=True,
        request_verification_enabled=False,
    )
    app.use(Gate(identity, once, on_missed).pass_on)
    app.use(partial(_use, client))
    asking = connection.client(client.token, client.base_url, timeout=ASKING_SECONDS)
    app.use(AccessCheck(bot, identity, client, asking).pass_on)
    app.use(partial(_wake, wake))
    app.error(partial(_answer, bot, once))
    _listen(app, bot)
    return Intake(app, once)


def _listen(app: App, bot: Bot) -> None:
    """Name the listener of each kind of request; the last one takes what no other does."""
    app.command(ANYTHING)(partial(dispatch.on_command, bot))
    app.event("message")(partial(messages.on_message, bot))
    app.event("app_mention")(partial(mentions.on_mention, bot))
    app.event("reaction_added")(partial(reactions.on_reaction_added, bot))
    app.event("reaction_removed")(partial(reactions.on_reaction_removed, bot))
    app.event("member_joined_channel")(partial(bot_joined.on_member_joined, bot))
    app.event("member_left_channel")(partial(member_left.on_member_left, bot))
    for name in channel_payloads.EVENTS:
        app.event(name)(partial(channel_events.on_channel_event, bot))
    app.event("app_home_opened")(partial(app_home.on_home_opened, bot))
    app.action(ANYTHING)(partial(buttons.on_press, bot))
    app.shortcut(ANYTHING)(partial(shortcuts.on_shortcut, bot))
    app.view(ANYTHING)(partial(submissions.on_submission, bot))
    app.event(ANYTHING)(_on_anything_else)


def _authorize(client: WebClient, identity: Identity) -> AuthorizeResult:
    """Say who we are without asking Slack: Bolt's own way can drop an event when it cannot ask."""
    return AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_token=client.token,
        bot_id=identity.bot_id,
        bot_user_id=identity.bot_user_id,
    )


def _use(
    ours: WebClient,
    context: BoltContext,
    next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
) -> None:
    """Give listeners our client: Bolt makes a plain one for each request, which removes no secrets."""
    context["client"] = ours
    next()


def _wake(wake: Event, next: Callable[[], BoltResponse]) -> None:  # noqa: A002 - Bolt's name
    next()
    wake.set()


def _answer(bot: Bot, once: Once, error: Exception, request: BoltRequest) -> BoltResponse:
    body = request.body
    if _is_repeated_click(bot, body):
        return BoltResponse(status=200)
    if not isinstance(error, NotUnderstood):
        return errors.answer(error, request, _names(bot, error))
    kind = fields.text(fields.part(body, "event") or body, "type") or "command"
    once.warn("not understood", kind=kind[:80], missing=str(error.facts["missing"]))
    if fields.text(body, "type") == "event_callback":
        return BoltResponse(status=200)  # a repeat would be no better
    return errors.answer(error, request)


def _names(bot: Bot, error: Exception) -> dict[str, str]:
    """The names of the people whom an error mentions: beside a field of a form, no mention is drawn."""
    ids = mentioned(str(error)) if isinstance(error, BotError) else []
    if not ids:
        return {}
    with bot.store.begin() as session:
        return people.names(session, ids)


def _is_repeated_click(bot: Bot, body: dict[str, Any]) -> bool:
    """Whether a click or shortcut was answered before. A command's or form's answer is its response."""
    if not fields.text(body, "response_url") or "command" in body:
        return False
    return not answered_once.is_first(bot, fields.text(body, "trigger_id"))


def _on_anything_else(ack: Ack) -> None:
    ack()

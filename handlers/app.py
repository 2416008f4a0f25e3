"""Every request handler of the bot, registered on one Bolt app.

With `process_before_response`, Bolt sends the acknowledgement only after the listener has returned,
so whatever is acknowledged is committed. Bolt tries its listeners in turn, so there are few of
them, and our own dispatch behind each. The last one acknowledges events that no other listener
handles, because Slack would otherwise send them again.
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
from bot.domain.markup import find_mentions
from handlers import errors, fields
from handlers.access.check import AccessCheck
from handlers.commands import dispatch
from handlers.events import (
    bot_joined,
    channel_events,
    home_tab,
    member_left,
    mentions,
    messages,
    reactions,
)
from handlers.fields import NotUnderstood
from handlers.interactions import buttons, shortcuts, submissions
from handlers.slack import answered_once, channel_payloads
from handlers.slack.log_once import OnceLogger
from handlers.slack.payloads import Identity
from handlers.slack.workspace_check import WorkspaceCheck
from handlers.transport import connection
from handlers.transport.intake import Intake
from storage import people

# Bolt picks up SLACK_BOT_TOKEN from the environment by itself and warns that it ignores it.
_log = logging.getLogger("slack_bolt")
_log.setLevel(logging.ERROR)
LOOKUP_TIMEOUT = 2  # timeout for looking up a person; Slack waits three seconds for a response
ANYTHING = re.compile(r".*", re.DOTALL)


def do_nothing() -> None:
    """Do nothing: the default callback."""


def build_intake(
    bot: Bot,
    client: WebClient,
    identity: Identity,
    *,
    wake: Event,
    on_missed: Callable[[], object] = do_nothing,
) -> Intake:
    """Register the handlers and return the intake that passes requests to them.

    `wake` is set after each request, since it may have left a job in the outbox. `on_missed` is
    called when Slack reports that it dropped events. The caller verifies that requests come from
    Slack.
    """
    once = OnceLogger()
    # Bolt's own client has no token: `_authorize` supplies one for each request.
    app = App(
        client=connection.client(None, client.base_url),
        logger=_log,
        authorize=partial(_authorize, client, identity),
        process_before_response=True,
        request_verification_enabled=False,
    )
    app.use(WorkspaceCheck(identity, once, on_missed).pass_on)
    app.use(partial(_pass_client, client))
    asking = connection.client(client.token, client.base_url, timeout=LOOKUP_TIMEOUT)
    app.use(AccessCheck(bot, identity, client, asking).pass_on)
    app.use(partial(_wake, wake))
    app.error(partial(_respond_to_error, bot, once))
    _register_listeners(app, bot)
    return Intake(app, once)


def _register_listeners(app: App, bot: Bot) -> None:
    """Register a listener for each kind of request; the last one catches every other event."""
    app.command(ANYTHING)(partial(dispatch.on_command, bot))
    app.event("message")(partial(messages.on_message, bot))
    app.event("app_mention")(partial(mentions.on_mention, bot))
    app.event("reaction_added")(partial(reactions.on_reaction_added, bot))
    app.event("reaction_removed")(partial(reactions.on_reaction_removed, bot))
    app.event("member_joined_channel")(partial(bot_joined.on_member_joined, bot))
    app.event("member_left_channel")(partial(member_left.on_member_left, bot))
    for name in channel_payloads.EVENTS:
        app.event(name)(partial(channel_events.on_channel_event, bot))
    app.event("app_home_opened")(partial(home_tab.on_home_opened, bot))
    app.action(ANYTHING)(partial(buttons.on_press, bot))
    app.shortcut(ANYTHING)(partial(shortcuts.on_shortcut, bot))
    app.view(ANYTHING)(partial(submissions.on_submission, bot))
    app.event(ANYTHING)(_on_anything_else)


def _authorize(client: WebClient, identity: Identity) -> AuthorizeResult:
    """Return our identity without asking Slack.

    Bolt's default can drop an event if Slack doesn't respond.
    """
    return AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_token=client.token,
        bot_id=identity.bot_id,
        bot_user_id=identity.bot_user_id,
    )


def _pass_client(
    ours: WebClient,
    context: BoltContext,
    next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
) -> None:
    """Pass our client to listeners; Bolt's own, new for each request, doesn't remove secrets."""
    context["client"] = ours
    next()


def _wake(wake: Event, next: Callable[[], BoltResponse]) -> None:  # noqa: A002 - Bolt's name
    next()
    wake.set()


def _respond_to_error(
    bot: Bot, once: OnceLogger, error: Exception, request: BoltRequest
) -> BoltResponse:
    body = request.body
    if _is_repeated_click(bot, body):
        return BoltResponse(status=200)
    if not isinstance(error, NotUnderstood):
        return errors.respond(error, request, _names(bot, error))
    kind = fields.text(fields.part(body, "event") or body, "type") or "command"
    once.warn("not understood", kind=kind[:80], missing=str(error.facts["missing"]))
    if fields.text(body, "type") == "event_callback":
        return BoltResponse(status=200)  # a retry wouldn't be readable either
    return errors.respond(error, request)


def _names(bot: Bot, error: Exception) -> dict[str, str]:
    """The names of the people whom an error mentions: beside a field of a form, no mention is drawn."""
    ids = find_mentions(str(error)) if isinstance(error, BotError) else []
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

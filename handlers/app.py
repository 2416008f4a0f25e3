"""Every request handler of the bot, behind one Bolt app.

The route of a request: parse it once into a typed value (`handlers.slack.payloads`), check that its actor may
ask for it (`handlers.access`), and call the one handler for its type (`HANDLERS`).

With `process_before_response`, Bolt sends the acknowledgement only after the listener has returned,
so whatever is acknowledged is committed. Events that have no handler are acknowledged too, because Slack
would otherwise send them again.
"""

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from threading import Event
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.access.permission_check import AccessCheck
from handlers.commands import dispatch
from handlers.events import (
    bot_joined,
    channel_changed,
    direct_messages,
    home_tab,
    member_left,
    mentions,
    messages,
    reactions,
)
from handlers.interactions import buttons, shortcuts, submissions
from handlers.interactions.handler_types import NextForm
from handlers.slack import requests
from handlers.slack.identity import Identity
from handlers.slack.log_once import OnceLogger
from handlers.slack.payloads import parse_request
from handlers.slack.responses import respond_to_error
from handlers.slack.workspace_check import WorkspaceCheck
from handlers.transport import connection
from handlers.transport.bolt_dispatcher import BoltDispatcher
from handlers.views.reply import MessageReply

# Bolt picks up SLACK_BOT_TOKEN from the environment by itself and warns that it ignores it.
_log = logging.getLogger("slack_bolt")
_log.setLevel(logging.ERROR)
LOOKUP_TIMEOUT = 2  # timeout for looking up a person; Slack waits three seconds for a response
ANYTHING = re.compile(r".*", re.DOTALL)

Reply = str | MessageReply | NextForm | None  # None: nothing but the acknowledgement
HANDLERS: Mapping[type, Callable[[Bot, WebClient, Any], Reply]] = {
    requests.Command: dispatch.on_command,
    requests.ChannelMessage: messages.on_message,
    requests.Mention: mentions.on_mention,
    requests.DirectMessage: direct_messages.on_direct_message,
    requests.ReactionChange: reactions.on_reaction,
    requests.BotJoined: bot_joined.on_bot_joined,
    requests.MemberLeft: member_left.on_member_left,
    requests.ChannelChange: channel_changed.on_channel_change,
    requests.HomeOpened: home_tab.on_home_opened,
    requests.ButtonClick: buttons.on_click,
    requests.Shortcut: shortcuts.on_shortcut,
    requests.Submission: submissions.on_submission,
}


def do_nothing() -> None:
    """Do nothing: the default callback."""


def build_dispatcher(
    bot: Bot,
    client: WebClient,
    identity: Identity,
    *,
    wake: Event,
    on_missed: Callable[[], object] = do_nothing,
) -> BoltDispatcher:
    """Register the handlers and return the dispatcher that passes requests to them.

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
    lookup_client = connection.client(client.token, client.base_url, timeout=LOOKUP_TIMEOUT)
    app.use(WorkspaceCheck(identity, once, on_missed).pass_on)
    app.use(partial(_parse, bot, identity))
    app.use(AccessCheck(bot, identity, client, lookup_client).pass_on)
    app.error(partial(respond_to_error, bot, once))
    # Our client, not Bolt's, which is new for each request and doesn't remove secrets.
    for listen in (app.command, app.event, app.action, app.shortcut, app.view):
        listen(ANYTHING)(partial(_handle, bot, client, wake))
    return BoltDispatcher(app, once)


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


def _parse(
    bot: Bot,
    identity: Identity,
    body: dict[str, Any],
    context: BoltContext,
    next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
) -> None:
    """Parse the payload, the only time. Everything behind this reads `context["request"]`."""
    context["request"] = parse_request(body, identity, bot.now())
    next()


def _handle(bot: Bot, client: WebClient, wake: Event, context: BoltContext, ack: Ack) -> None:
    """Call the handler for the request's type, and acknowledge with its reply."""
    request = context["request"]
    if request is None:
        ack()
        return
    try:
        _acknowledge(ack, HANDLERS[type(request)](bot, client, request))
    finally:
        wake.set()


def _acknowledge(ack: Ack, reply: Reply) -> None:
    match reply:
        case None:
            ack()
        case str():
            ack(reply)
        case MessageReply():
            ack(text=reply.text, blocks=reply.blocks)
        case NextForm():
            ack(response_action="update", view=reply.view)

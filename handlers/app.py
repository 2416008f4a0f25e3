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

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.environment import Bot
from handlers import buttons, commands, connection, errors, messages, modals, reactions
from handlers.payloads import Identity

# Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that it is not what we use.
_log = logging.getLogger("slack_bolt")
_log.setLevel(logging.ERROR)
ANYTHING = re.compile(r".*", re.DOTALL)


def build(
    bot: Bot, client: WebClient, identity: Identity, *, secret: str | None, wake: Event
) -> App:
    """Make the app; `wake` is set when a request may have left something in the outbox."""
    # Bolt's own client has no token: each request gets one from `_authorize`.
    app = App(
        client=connection.client(None, client.base_url),
        logger=_log,
        signing_secret=secret or "",
        authorize=partial(_authorize, client, identity),
        process_before_response=True,
        request_verification_enabled=secret is not None,
        ssl_check_enabled=secret is not None,
    )
    app.use(partial(_wake, wake))
    app.error(errors.answer)
    app.command(ANYTHING)(partial(commands.on_command, bot))
    app.event("message")(partial(messages.on_message, bot))
    app.event("reaction_added")(partial(reactions.on_reaction_added, bot))
    app.event("reaction_removed")(partial(reactions.on_reaction_removed, bot))
    app.action(ANYTHING)(partial(buttons.on_press, bot))
    app.view(ANYTHING)(partial(modals.on_submission, bot))
    app.event(ANYTHING)(_on_anything_else)
    return app


def _authorize(client: WebClient, identity: Identity) -> AuthorizeResult:
    """Say who we are without asking Slack: Bolt's own way can drop an event when it cannot ask."""
    return AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_token=client.token,
        bot_id=identity.bot_id,
        bot_user_id=identity.bot_user_id,
    )


def _wake(wake: Event, next: Callable[[], BoltResponse]) -> None:  # noqa: A002 - Bolt's name
    next()
    wake.set()


def _on_anything_else(ack: Ack) -> None:
    ack()

"""Button clicks.

The screen may be out of date, so each click is checked against the stored data.
"""

from functools import partial

from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.people import home_tab
from handlers import errors
from handlers.interactions import BUTTON_FORMS, BUTTON_HANDLERS, MODAL_HANDLERS, incident_of_request
from handlers.interactions.modals import open_form, show_message, show_result
from handlers.slack.membership import require_access
from handlers.slack.requests import ButtonClick
from handlers.slack.responses import reply_ephemerally
from handlers.views.reply import MessageReply
from storage import deliveries, requesters
from storage.engine.store import DatabaseError


def on_click(bot: Bot, client: WebClient, click: ButtonClick) -> None:
    try:
        require_access(
            bot, client, click.actor.person, partial(incident_of_request.of_click, click=click)
        )
        _dispatch(bot, client, click)
    except (BotError, DatabaseError) as error:
        if click.response_url:
            raise
        # A click in a modal has no response URL for a reply.
        show_message(client, click, errors.explain(error))


def _dispatch(bot: Bot, client: WebClient, click: ButtonClick) -> None:
    if click.action in BUTTON_FORMS:
        with bot.store.begin() as session:
            view = BUTTON_FORMS[click.action].run(session, bot, click)
        open_form(client, click.trigger_id, view)
    elif click.action in MODAL_HANDLERS:
        with bot.store.begin() as session:
            change = MODAL_HANDLERS[click.action].run(session, bot, click)
        show_result(client, click, change)
    elif click.action in BUTTON_HANDLERS:
        try:
            _run_once(bot, click)
        finally:
            _show_home(bot, click)


def _show_home(bot: Bot, click: ButtonClick) -> None:
    """Update the Home tab after a click there, even if the click came too late to do anything."""
    if click.in_home:
        with bot.store.begin() as session:
            home_tab.publish(session, click.actor.person, click.actor.at)


def _run_once(bot: Bot, click: ButtonClick) -> None:
    with bot.store.begin() as session:
        if not deliveries.record_new(session, click.actor.request_id, click.actor.at):
            return
        requesters.remember(session, click.actor.person, click.actor.channel_id)
        reply = BUTTON_HANDLERS[click.action].run(session, bot, click)
    if reply:
        shown = reply if isinstance(reply, MessageReply) else MessageReply(reply, ())
        reply_ephemerally(click.response_url, shown.text, shown.blocks)

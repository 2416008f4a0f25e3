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
from handlers.slack.requests import Press
from handlers.slack.responses import reply_ephemerally
from handlers.views.answer import MessageReply
from storage import deliveries, requesters
from storage.engine.store import DatabaseError


def on_click(bot: Bot, client: WebClient, press: Press) -> None:
    try:
        require_access(
            bot, client, press.actor.person, partial(incident_of_request.of_press, press=press)
        )
        _dispatch(bot, client, press)
    except (BotError, DatabaseError) as error:
        if press.response_url:
            raise
        # A click in a modal has no response URL for a reply.
        show_message(client, press, errors.explain(error))


def _dispatch(bot: Bot, client: WebClient, press: Press) -> None:
    if press.action in BUTTON_FORMS:
        with bot.store.begin() as session:
            view = BUTTON_FORMS[press.action].run(session, bot, press)
        open_form(client, press.trigger_id, view)
    elif press.action in MODAL_HANDLERS:
        with bot.store.begin() as session:
            change = MODAL_HANDLERS[press.action].run(session, bot, press)
        show_result(client, press, change)
    elif press.action in BUTTON_HANDLERS:
        try:
            _run_once(bot, press)
        finally:
            _show_home(bot, press)


def _show_home(bot: Bot, press: Press) -> None:
    """Update the Home tab after a click there, even if the click came too late to do anything."""
    if press.in_home:
        with bot.store.begin() as session:
            home_tab.publish(session, press.actor.person, press.actor.at)


def _run_once(bot: Bot, press: Press) -> None:
    with bot.store.begin() as session:
        if not deliveries.record_new(session, press.actor.request_id, press.actor.at):
            return
        requesters.remember(session, press.actor.person, press.actor.channel_id)
        reply = BUTTON_HANDLERS[press.action].run(session, bot, press)
    if reply:
        shown = reply if isinstance(reply, MessageReply) else MessageReply(reply, ())
        reply_ephemerally(press.response_url, shown.text, shown.blocks)

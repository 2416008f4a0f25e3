"""Forms and what they lie on: opened and changed within the three seconds that a trigger holds."""

from collections.abc import Callable
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError
from handlers.interactions.click import Redrawn, Turn
from handlers.slack.payloads import Press
from handlers.slack.threads import begin
from handlers.views import layouts
from handlers.views.blocks import Block

OPENED_BEFORE = "exchanged_trigger_id"  # by another delivery of the same click


class NotOpened(BotError):
    """Slack did not open the form ({reason}), so nothing was changed. Please try again."""


def open_form(client: WebClient, trigger_id: str, view: Block) -> None:
    _asked(partial(client.views_open, trigger_id=trigger_id, view=view))


def turn(client: WebClient, press: Press, turned: Turn) -> None:
    """Show what a click in a modal made of it."""
    if turned.on_top:
        _asked(partial(client.views_push, trigger_id=press.trigger_id, view=turned.view))
    else:
        _asked(partial(client.views_update, view_id=press.view_id, view=turned.view))


def show_told(client: WebClient, press: Press, told: str) -> None:
    """Say something to who clicked where no message can be answered: in a modal of its own."""
    show_refusal(client, press.trigger_id, told, on_top=not press.in_home)


def show_refusal(client: WebClient, trigger_id: str, told: str, *, on_top: bool) -> None:
    """Show a sentence in a modal: a new one, or on top of the one that was clicked in."""
    show = client.views_push if on_top else client.views_open
    _asked(partial(show, trigger_id=trigger_id, view=layouts.refused(told)))


def redraw(client: WebClient, made: Redrawn) -> None:
    """Show below a form what it has changed. Nobody waits for it: the form closes meanwhile."""
    begin(partial(client.views_update, view_id=made.view_id, view=made.view), "redrawing")


def _asked(call: Callable[[], object]) -> None:
    try:
        call()
    except SlackApiError as error:
        if error.response.get("error") != OPENED_BEFORE:
            raise NotOpened(reason=error.response.get("error", "no reason given")) from error
    except OSError as error:
        raise NotOpened(reason="no answer") from error

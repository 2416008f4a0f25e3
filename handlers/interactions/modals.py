"""Open and update modals, within the three seconds that a trigger id is valid."""

from collections.abc import Callable
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError
from handlers.interactions.handler_types import ModalChange, UpdatedView
from handlers.slack.requests import ButtonClick
from handlers.slack.threads import run_in_background
from handlers.views import layouts
from handlers.views.blocks import Block

OPENED_BEFORE = "exchanged_trigger_id"  # by another delivery of the same click


class NotOpened(BotError):
    """Slack didn't open the form ({reason}), so nothing was changed. Please try again."""


def open_form(client: WebClient, trigger_id: str, view: Block) -> None:
    _call_slack(partial(client.views_open, trigger_id=trigger_id, view=view))


def show_result(client: WebClient, click: ButtonClick, change: ModalChange) -> None:
    """Show the result of a click in a modal."""
    if change.on_top:
        _call_slack(partial(client.views_push, trigger_id=click.trigger_id, view=change.view))
    else:
        _call_slack(partial(client.views_update, view_id=click.view_id, view=change.view))


def show_message(client: WebClient, click: ButtonClick, message: str) -> None:
    """Show a message in a modal, where a click has no response URL to reply to."""
    show_error(client, click.trigger_id, message, on_top=not click.in_home)


def show_error(client: WebClient, trigger_id: str, message: str, *, on_top: bool) -> None:
    """Show a message in a modal: a new one, or one on top of the modal that was clicked in."""
    show = client.views_push if on_top else client.views_open
    _call_slack(partial(show, trigger_id=trigger_id, view=layouts.error_modal(message)))


def refresh_modal(client: WebClient, updated: UpdatedView) -> None:
    """Update a modal below a submitted form. In the background, while Slack closes the form."""
    run_in_background(
        partial(client.views_update, view_id=updated.view_id, view=updated.view), "redrawing"
    )


def _call_slack(call: Callable[[], object]) -> None:
    try:
        call()
    except SlackApiError as error:
        if error.response.get("error") != OPENED_BEFORE:
            raise NotOpened(reason=error.response.get("error", "no reason given")) from error
    except OSError as error:
        raise NotOpened(reason="no answer") from error

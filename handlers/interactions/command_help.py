"""The button that shows all commands."""

from bot.config.context import Bot
from bot.people.outsiders import HELP
from handlers.interactions.handler_types import ButtonForms, Interaction
from handlers.interactions.incident_finders import find_none
from handlers.slack.requests import ButtonClick
from handlers.views import command_help as view
from handlers.views.blocks import Block
from storage.engine.store import Session


def _open_commands(_session: Session, bot: Bot, _click: ButtonClick) -> Block:
    return view.modal(bot)


BUTTON_FORMS: ButtonForms = {view.ALL_COMMANDS: Interaction(_open_commands, HELP, find_none)}

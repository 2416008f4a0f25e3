"""Replies to a request for help: all commands, the ones that matter now, or the one that may be meant."""

from difflib import get_close_matches

from bot.config.context import Bot
from bot.domain import next_commands
from bot.domain.actor import Actor
from bot.domain.commands import SUBCOMMANDS
from bot.domain.incident import Incident
from bot.domain.markup import to_plain_text
from bot.domain.review import PostmortemState
from handlers.slack.channels import is_direct_message
from handlers.views import command_help as view
from handlers.views.reply import MessageReply
from storage import incidents, postmortems, reviews
from storage.engine.store import Session

_CLOSE = 0.75  # how alike a misspelt command must be; a swap in a word of four letters still is


def suggest_command(text: str, prefix: str) -> str:
    """Return the reply to an unknown command. It only suggests another one, and never runs it."""
    word = to_plain_text(text.split(maxsplit=1)[0], {})
    names = [command.name for command in SUBCOMMANDS]
    near = get_close_matches(word.lower(), names, n=1, cutoff=_CLOSE)
    return view.unknown(word, near[0] if near else "", prefix)


def list_next_commands(bot: Bot, actor: Actor, prefix: str) -> MessageReply:
    """Return the five commands that matter now: to the person in a direct message, else in the channel."""
    if is_direct_message(actor.channel_id):
        return view.next_commands(next_commands.PERSONAL, prefix, None, None)
    with bot.store.begin() as session:
        incident = incidents.by_channel(session, actor.channel_id)
        if incident is None:
            return view.next_commands(next_commands.ANYWHERE, prefix, None, None)
        state = _find_postmortem_state(session, incident)
    commands = next_commands.of_incident(incident, state)
    return view.next_commands(commands, prefix, incident, state)


def _find_postmortem_state(session: Session, incident: Incident) -> PostmortemState | None:
    if not postmortems.is_drafted(session, incident.id):
        return None
    return reviews.of_incident(session, incident.id).state

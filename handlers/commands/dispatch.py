"""`/incident`: the first word selects the use case. Only the actor sees the reply."""

from collections.abc import Callable

from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain import commands as words
from bot.domain.actor import Actor
from bot.domain.errors import AlreadyHandled
from bot.domain.markup import find_references
from bot.incidents import lifecycle
from bot.people import welcome
from bot.timeline import recording
from handlers.commands import COMMAND_HANDLERS, command_help
from handlers.commands.assumed_zone import add_zone
from handlers.commands.call import CommandCall, CommandLine, Form
from handlers.interactions.modals import NotOpened, open_form
from handlers.outbox import reference_names
from handlers.slack import channels, people
from handlers.slack.membership import require_access, with_channels
from handlers.slack.requests import Command
from handlers.views import command_help as help_view
from handlers.views.reply import MessageReply
from storage import activity, deliveries, requesters
from storage.engine.store import Session
from storage.incidents import id_of_channel

# Commands that show or change data of other channels than the one they're typed in.
CROSS_CHANNEL_COMMANDS = {"search", "actions", "done", "drop", "erase"}


def on_command(bot: Bot, client: WebClient, command: Command) -> str | MessageReply:
    """Carry out a slash command; return the reply, empty if it opened a form."""
    line = CommandLine(text=command.text, prefix=f"{bot.policy.command} ")
    answer = carry_out(bot, client, command.actor, line)
    return _open_form_reply(client, command.actor, answer)


def carry_out(
    bot: Bot,
    client: WebClient,
    actor: Actor,
    line: CommandLine,
    record: Callable[[Session], object] = lambda _: None,
) -> str | Form | MessageReply:
    """Carry out a command once, and return the reply. `record` runs in the same transaction.

    An incident key at the start selects that incident instead of the channel's. Without a command,
    the ones that matter now are listed; for an unknown one, the nearest is suggested and nothing is
    done. Raises AlreadyHandled if the request was carried out before.
    """
    key, text = words.split_key(line.text)
    word, rest = words.parse(text)
    if word is None and text.strip():
        return command_help.suggest_command(text, line.prefix)
    actor = _require_access(bot, client, actor, word.name if word else "")
    if word is None:
        return command_help.list_next_commands(bot, actor, line.prefix)
    if word.name == "help":
        return help_view.text(bot)
    reference_names.learn(bot, client, find_references(text))
    channel = ("", False)
    if word.name == "here":  # Slack is asked before the transaction, which must stay short
        channel = channels.check_and_join(client, actor.channel_id, bot.policy.command)
    with bot.store.begin() as session:
        _begin(session, actor)
        if key:
            actor = lifecycle.switch_to_key(session, actor, key)
        call = CommandCall(session, bot, actor, word, rest, channel)
        answer = add_zone(call, COMMAND_HANDLERS[word.name](call))
        activity.note(session, actor.channel_id, actor.at)
        record(session)
    return answer


def _begin(session: Session, actor: Actor) -> None:
    """Record the request and its actor. Raises AlreadyHandled for a repeated delivery."""
    recording.enqueue_person_lookup(session, actor.person, actor.at)
    welcome.welcome_first_user(session, actor.person, actor.at)
    if not deliveries.record_new(session, actor.request_id, actor.at):
        raise AlreadyHandled
    requesters.remember(session, actor.person, actor.channel_id)


def _require_access(bot: Bot, client: WebClient, actor: Actor, word: str) -> Actor:
    """Return the actor if they may use the bot in this channel.

    `channels` is filled in for commands that reach beyond the channel.

    Raises NotAMember if the channel is a private incident's and they aren't in it.
    """
    require_access(
        bot, client, actor.person, lambda session: [id_of_channel(session, actor.channel_id)]
    )
    if word == "erase":
        actor = people.with_admin_flag(client, actor)
    return with_channels(bot, client, actor) if word in CROSS_CHANNEL_COMMANDS else actor


def _open_form_reply(
    client: WebClient, actor: Actor, answer: str | Form | MessageReply
) -> str | MessageReply:
    """Open a form, and return the text that's left to send: empty if the form opened."""
    if not isinstance(answer, Form):
        return answer
    try:
        open_form(client, actor.request_id, answer.view)
    except NotOpened:
        return answer.otherwise
    return ""

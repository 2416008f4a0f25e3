"""What each request needs permission for: who asks, for which command, and who is named in it.

An outsider may use a button, form, shortcut or reaction if the configuration grants them the command that
does the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config.context import Bot
from bot.domain import commands
from bot.domain.actor import Actor
from bot.domain.markup import find_mentions
from bot.people.outsiders import HELP, command_for_mark
from handlers.events.reactions import NUMBER_EMOJI
from handlers.interactions import BUTTONS, SHORTCUT_FORMS, SUBMISSION_HANDLERS
from handlers.interactions.handler_types import NOT_GRANTABLE, IncidentFinder
from handlers.interactions.incident_finders import find_none
from handlers.slack.requests import (
    ButtonClick,
    ChannelMessage,
    Command,
    DirectMessage,
    HomeOpened,
    Mention,
    ReactionChange,
    Request,
    Shortcut,
    Submission,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """One request by one person. `command` does the same; it's empty if only members may.

    `about` is the bot's own value in the button or form, which `find_incident` reads.
    `named` are the people it names. `is_conversation`: a message that is recorded no matter who writes it,
    and may turn out to be a request.
    """

    actor: Actor
    command: str = NOT_GRANTABLE
    about: str = ""
    find_incident: IncidentFinder = find_none
    named: tuple[str, ...] = ()
    thread: str | None = None
    is_in_modal: bool = False
    is_refusal_sent: bool = True  # for a reaction or the Home tab it'd be noise
    is_conversation: bool = False


def find_access_request(bot: Bot, request: Request | None) -> AccessRequest | None:
    """Return what a request needs permission for; None if nobody asks for anything."""
    describe = _DESCRIPTIONS.get(type(request))
    return describe(bot, request) if describe else None


def _command(_bot: Bot, command: Command) -> AccessRequest:
    return AccessRequest(
        actor=command.actor,
        command=_parse_command_name(command.text),
        named=tuple(find_mentions(command.text)),
    )


def _parse_command_name(text: str) -> str:
    word, _ = commands.parse(commands.split_key(text)[1])
    return word.name if word else HELP


def _mention(_bot: Bot, mention: Mention) -> AccessRequest:
    return AccessRequest(
        actor=mention.actor,
        command=_parse_command_name(mention.text),
        named=tuple(find_mentions(mention.text)),
        thread=mention.message.thread_id,
    )


def _direct_message(_bot: Bot, message: DirectMessage) -> AccessRequest:
    return AccessRequest(actor=message.actor, named=tuple(find_mentions(message.text)))


def _channel_message(_bot: Bot, posted: ChannelMessage) -> AccessRequest | None:
    """A new message in a thread may be about an action item."""
    if posted.actor is None or posted.message.thread_id is None:
        return None
    return AccessRequest(actor=posted.actor, is_conversation=True)


def _reaction(bot: Bot, reaction: ReactionChange) -> AccessRequest | None:
    mark = bot.policy.marks.get(reaction.emoji)
    if mark is None and reaction.emoji not in NUMBER_EMOJI:
        return None
    command = command_for_mark(mark) if mark else NOT_GRANTABLE
    return AccessRequest(actor=reaction.actor, command=command, is_refusal_sent=False)


def _home(_bot: Bot, opened: HomeOpened) -> AccessRequest:
    return AccessRequest(actor=opened.actor, is_refusal_sent=False)


def _click(_bot: Bot, click: ButtonClick) -> AccessRequest | None:
    button = BUTTONS.get(click.action)
    if button is None:
        return None  # a link, already opened by Slack
    if click.in_home:
        return AccessRequest(actor=click.actor)
    is_in_message = bool(click.actor.channel_id)
    return AccessRequest(
        actor=click.actor,
        command=button.command,
        about=click.value if is_in_message else click.about,
        find_incident=button.find_incident,
        is_in_modal=True,
    )


def _shortcut(_bot: Bot, shortcut: Shortcut) -> AccessRequest | None:
    form = SHORTCUT_FORMS.get(shortcut.name)
    return AccessRequest(actor=shortcut.actor, command=form.command) if form else None


def _submission(_bot: Bot, submission: Submission) -> AccessRequest | None:
    form = SUBMISSION_HANDLERS.get(submission.form)
    if form is None:
        return None
    chosen = (value for value in submission.values.values() if value and value[:1] in "UW")
    return AccessRequest(
        actor=submission.actor,
        command=form.command,
        about=submission.about,
        find_incident=form.find_incident,
        named=tuple(chosen),
    )


_DESCRIPTIONS: Mapping[type, Callable[[Bot, Any], AccessRequest | None]] = {
    Command: _command,
    Mention: _mention,
    DirectMessage: _direct_message,
    ChannelMessage: _channel_message,
    ReactionChange: _reaction,
    HomeOpened: _home,
    ButtonClick: _click,
    Shortcut: _shortcut,
    Submission: _submission,
}

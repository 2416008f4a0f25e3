"""What each request needs permission for: who asks, by which rule, and who is named in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config.context import Bot
from bot.domain import commands
from bot.domain.actor import Actor
from bot.domain.markup import find_mentions
from bot.people.outsiders import HELP
from handlers.access import rules
from handlers.access.rules import MEMBERS_ONLY, Rule
from handlers.events.reactions import NUMBER_EMOJI
from handlers.interactions import (
    BUTTON_FORMS,
    BUTTON_HANDLERS,
    MODAL_HANDLERS,
    SHORTCUT_FORMS,
    SUBMISSION_HANDLERS,
)
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
    """One request by one person. `about` is the bot's own value in the button or form.

    `named` are the people it names. `is_conversation`: a message that is recorded no matter who writes it,
    and may turn out to be a request.
    """

    actor: Actor
    rule: Rule = MEMBERS_ONLY
    about: str = ""
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
        rule=_find_command_rule(command.text),
        named=tuple(find_mentions(command.text)),
    )


def _find_command_rule(text: str) -> Rule:
    word, _ = commands.parse(commands.split_key(text)[1])
    return Rule(word.name if word else HELP, MEMBERS_ONLY.find_incident)


def _mention(_bot: Bot, mention: Mention) -> AccessRequest:
    return AccessRequest(
        actor=mention.actor,
        rule=_find_command_rule(mention.text),
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
    rule = rules.of_mark(mark) if mark else MEMBERS_ONLY
    return AccessRequest(actor=reaction.actor, rule=rule, is_refusal_sent=False)


def _home(_bot: Bot, opened: HomeOpened) -> AccessRequest:
    return AccessRequest(actor=opened.actor, is_refusal_sent=False)


def _click(_bot: Bot, click: ButtonClick) -> AccessRequest | None:
    if click.action not in {*BUTTON_FORMS, *MODAL_HANDLERS, *BUTTON_HANDLERS}:
        return None  # a link, already opened by Slack
    is_in_message = bool(click.actor.channel_id)
    rule = rules.BUTTONS.get(click.action, MEMBERS_ONLY)
    return AccessRequest(
        actor=click.actor,
        rule=MEMBERS_ONLY if click.in_home else rule,
        about=click.value if is_in_message else click.about,
        is_in_modal=not click.in_home,
    )


def _shortcut(_bot: Bot, shortcut: Shortcut) -> AccessRequest | None:
    if shortcut.name not in SHORTCUT_FORMS:
        return None
    rule = rules.SHORTCUTS.get(shortcut.name, MEMBERS_ONLY)
    return AccessRequest(actor=shortcut.actor, rule=rule)


def _submission(_bot: Bot, submission: Submission) -> AccessRequest | None:
    if submission.form not in SUBMISSION_HANDLERS:
        return None
    chosen = (value for value in submission.values.values() if value and value[:1] in "UW")
    return AccessRequest(
        actor=submission.actor,
        rule=rules.FORMS.get(submission.form, MEMBERS_ONLY),
        about=submission.about,
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

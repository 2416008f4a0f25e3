"""Parse Slack payloads into permission requests: who wants to do what, in which channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config.context import Bot
from bot.domain import commands
from bot.domain.markup import find_mentions
from bot.people.outsiders import HELP
from handlers import fields
from handlers.access import rules
from handlers.access.rules import MEMBERS_ONLY, Rule
from handlers.events.reactions import NUMBER_EMOJI
from handlers.fields import Payload
from handlers.interactions import (
    BUTTON_FORMS,
    BUTTON_HANDLERS,
    MODAL_HANDLERS,
    SHORTCUT_FORMS,
    SUBMISSION_HANDLERS,
)
from handlers.slack import addressed, payloads
from handlers.slack.payloads import Press


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """One request by one person. `about` is the bot's own value in the button or form.

    `named` are the people it names. `is_talk`: a message that is recorded no matter who writes it,
    and may turn out to be a request.
    """

    person: str
    channel_id: str = ""
    request_id: str = ""
    rule: Rule = MEMBERS_ONLY
    about: str = ""
    named: tuple[str, ...] = ()
    thread: str | None = None
    press: Press | None = None
    trigger_id: str = ""
    is_told: bool = True  # send a refusal; for a reaction or the Home tab it'd be noise
    is_talk: bool = False


def parse(bot: Bot, body: Payload, bot_user_id: str) -> AccessRequest | None:
    """Read a request; None if the payload isn't one."""
    kind = fields.text(body, "type")
    if kind == "event_callback":
        event = fields.part(body, "event")
        of_event = _EVENTS.get(fields.text(event, "type"))
        return of_event(bot, event, bot_user_id) if of_event else None
    if kind in _INTERACTIONS:
        return _INTERACTIONS[kind](bot, body)
    return _command(bot, body) if "command" in body else None


def _command(bot: Bot, body: Payload) -> AccessRequest:
    actor, text = payloads.parse_command(body, bot.now())
    return AccessRequest(
        person=actor.person,
        channel_id=actor.channel_id,
        rule=_find_command_rule(text),
        named=tuple(find_mentions(text)),
    )


def _find_command_rule(text: str) -> Rule:
    word, _ = commands.parse(commands.split_key(text)[1])
    return Rule(word.name if word else HELP, MEMBERS_ONLY.subject)


def _mention(bot: Bot, event: Payload, bot_user_id: str) -> AccessRequest | None:
    said = addressed.parse(event, bot_user_id, bot.now())
    if said is None or said.actor.channel_id.startswith("D"):
        return None
    return AccessRequest(
        person=said.actor.person,
        channel_id=said.actor.channel_id,
        request_id=said.actor.request_id,
        rule=_find_command_rule(said.text),
        named=tuple(find_mentions(said.text)),
        thread=said.thread,
    )


def _message(bot: Bot, event: Payload, bot_user_id: str) -> AccessRequest | None:
    """Treat a direct message as a request; one in a thread may be about an action item."""
    is_direct = fields.text(event, "channel_type") == "im"
    if not is_direct and not fields.optional_ts(event, "thread_ts"):
        return None
    said = addressed.parse(event, bot_user_id, bot.now())
    if said is None:
        return None
    return AccessRequest(
        person=said.actor.person,
        channel_id=said.actor.channel_id,
        request_id=said.actor.request_id,
        named=tuple(find_mentions(said.text)),
        is_talk=not is_direct,
    )


def _reaction(bot: Bot, event: Payload, _bot_user_id: str) -> AccessRequest | None:
    reaction = payloads.parse_reaction(event, "", bot.now())
    if reaction is None:
        return None
    mark = bot.policy.marks.get(reaction.emoji)
    if mark is None and reaction.emoji not in NUMBER_EMOJI:
        return None
    return AccessRequest(
        person=reaction.actor.person,
        channel_id=reaction.actor.channel_id,
        rule=rules.of_mark(mark) if mark else MEMBERS_ONLY,
        is_told=False,
    )


def _home(_bot: Bot, event: Payload, _bot_user_id: str) -> AccessRequest | None:
    if fields.text(event, "tab") not in {"", "home"}:
        return None
    return AccessRequest(person=fields.required(event, "user"), is_told=False)


def _press(bot: Bot, body: Payload) -> AccessRequest | None:
    press = payloads.parse_press(body, bot.now())
    if press.action not in {*BUTTON_FORMS, *MODAL_HANDLERS, *BUTTON_HANDLERS}:
        return None  # a link, already opened by Slack
    is_in_message = bool(press.actor.channel_id)
    rule = rules.BUTTONS.get(press.action, MEMBERS_ONLY)
    return AccessRequest(
        person=press.actor.person,
        channel_id=press.actor.channel_id,
        rule=MEMBERS_ONLY if press.in_home else rule,
        about=press.value if is_in_message else press.about,
        press=press,
        trigger_id=press.trigger_id,
    )


def _shortcut(bot: Bot, body: Payload) -> AccessRequest | None:
    asked = payloads.parse_shortcut(body, bot.now(), "")
    if asked.name not in SHORTCUT_FORMS:
        return None
    return AccessRequest(
        person=asked.actor.person,
        channel_id=asked.actor.channel_id,
        rule=rules.SHORTCUTS.get(asked.name, MEMBERS_ONLY),
        trigger_id=asked.trigger_id,
    )


def _submission(bot: Bot, body: Payload) -> AccessRequest | None:
    sent = payloads.parse_submission(body, bot.now())
    if sent.form not in SUBMISSION_HANDLERS:
        return None
    chosen = (value for value in sent.values.values() if value and value[:1] in "UW")
    return AccessRequest(
        person=sent.actor.person,
        rule=rules.FORMS.get(sent.form, MEMBERS_ONLY),
        about=sent.about,
        named=tuple(chosen),
    )


_EVENTS: Mapping[str, Callable[[Bot, Payload, str], AccessRequest | None]] = {
    "app_mention": _mention,
    "message": _message,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "app_home_opened": _home,
}
_INTERACTIONS: Mapping[str, Callable[[Bot, Payload], AccessRequest | None]] = {
    "block_actions": _press,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "view_submission": _submission,
}

"""Parse commands, clicks, shortcuts and submitted forms into typed requests.

Formats: https://docs.slack.dev/interactivity and https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.timeline import Source
from bot.slack_text.json_values import Payload, part, parts, text
from handlers import fields
from handlers.slack.message_payloads import parse_posted_message
from handlers.slack.requests import Command, Press, Shortcut, Submission

MENU_ACTION = "more"  # an overflow menu that holds buttons: each option's value is `action:value`


def parse_command(body: Payload, at: datetime) -> Command:
    """Parse a slash command."""
    actor = Actor(
        person=fields.required(body, "user_id"),
        channel_id=fields.required(body, "channel_id"),
        request_id=fields.required(body, "trigger_id"),
        at=at,
    )
    return Command(actor=actor, text=fields.redact_and_shorten(text(body, "text")))


def parse_press(body: Payload, at: datetime) -> Press:
    """Parse a click. The same click delivered twice has the same action, user and time."""
    action = next(iter(parts(body, "actions")), {})
    name, clicked = fields.required(action, "action_id"), fields.required(action, "action_ts")
    person = fields.required(part(body, "user"), "id")
    action_name, value = name.partition(":")[0], _value(action) or ""
    if action_name == MENU_ACTION:
        action_name, _, value = value.partition(":")
    return Press(
        actor=Actor(
            person=person,
            channel_id=text(part(body, "channel"), "id"),
            request_id=f"{clicked}-{person}-{name}",
            at=at,
        ),
        action=action_name,
        value=value,
        trigger_id=text(body, "trigger_id"),
        answer_url=text(body, "response_url"),
        in_home=text(part(body, "view"), "type") == "home",
        view_id=text(part(body, "view"), "id"),
        about=text(part(body, "view"), "private_metadata"),
    )


def parse_submission(body: Payload, at: datetime) -> Submission:
    """Parse a submitted form."""
    view = part(body, "view")
    sent = f"{fields.required(view, 'id')}-{text(view, 'hash')}"
    person = fields.required(part(body, "user"), "id")
    return Submission(
        actor=Actor(person=person, channel_id="", request_id=sent, at=at),
        form=fields.required(view, "callback_id"),
        about=text(view, "private_metadata"),
        root_id=text(view, "root_view_id"),
        values={block: _first_value(inputs) for block, inputs in fields.inputs(view)},
    )


def parse_shortcut(body: Payload, at: datetime, bot_id: str) -> Shortcut:
    """Parse a shortcut.

    A global one has no channel; a message of ours (`bot_id`) isn't read as one.
    """
    trigger = fields.required(body, "trigger_id")
    channel = text(part(body, "channel"), "id")
    message = part(body, "message")
    theirs = bool(message) and text(message, "bot_id") != bot_id
    return Shortcut(
        actor=Actor(
            person=fields.required(part(body, "user"), "id"),
            channel_id=channel,
            request_id=trigger,
            at=at,
        ),
        name=fields.required(body, "callback_id"),
        trigger_id=trigger,
        said=parse_posted_message(channel, message, Source.FETCHED) if channel and theirs else None,
    )


def _first_value(inputs: Payload) -> str | None:
    first = next(iter(inputs.values()), None)
    value = _value(first) if isinstance(first, Mapping) else None
    return fields.redact_and_shorten(value) if value else None


def _value(given: Payload) -> str | None:
    named = (text(given, name) for name in ("value", "selected_user", "selected_date"))
    chosen = text(part(given, "selected_option"), "value")
    return next((value for value in named if value), chosen) or None

"""Parse commands, clicks, shortcuts and submitted forms into typed requests.

Formats: https://docs.slack.dev/interactivity and https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.timeline import Source
from bot.slack_text.json_values import Payload, part, parts, text
from handlers.slack import fields
from handlers.slack.message_payloads import parse_posted_message
from handlers.slack.requests import ButtonClick, Command, Shortcut, Submission

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


def parse_click(body: Payload, at: datetime) -> ButtonClick:
    """Parse a click. The same click delivered twice has the same action, user and time."""
    action, view = next(iter(parts(body, "actions")), {}), part(body, "view")
    action_id, ts = fields.required(action, "action_id"), fields.required(action, "action_ts")
    person = fields.required(part(body, "user"), "id")
    name, value = action_id.partition(":")[0], _value(action) or ""
    if name == MENU_ACTION:
        name, _, value = value.partition(":")
    return ButtonClick(
        actor=Actor(
            person=person,
            channel_id=text(part(body, "channel"), "id"),
            request_id=f"{ts}-{person}-{action_id}",
            at=at,
        ),
        action=name,
        value=value,
        trigger_id=text(body, "trigger_id"),
        response_url=text(body, "response_url"),
        in_home=text(view, "type") == "home",
        view_id=text(view, "id"),
        about=text(view, "private_metadata"),
    )


def parse_submission(body: Payload, at: datetime) -> Submission:
    """Parse a submitted form."""
    view = part(body, "view")
    request_id = f"{fields.required(view, 'id')}-{text(view, 'hash')}"
    person = fields.required(part(body, "user"), "id")
    return Submission(
        actor=Actor(person=person, channel_id="", request_id=request_id, at=at),
        form=fields.required(view, "callback_id"),
        about=text(view, "private_metadata"),
        root_id=text(view, "root_view_id"),
        values={block: _first_value(inputs) for block, inputs in fields.inputs(view)},
    )


def parse_shortcut(body: Payload, at: datetime, bot_id: str) -> Shortcut:
    """Parse a shortcut.

    A global one has no channel; a message of ours (`bot_id`) isn't read as one.
    """
    trigger_id = fields.required(body, "trigger_id")
    channel = text(part(body, "channel"), "id")
    message = part(body, "message")
    is_of_others = bool(message) and text(message, "bot_id") != bot_id
    return Shortcut(
        actor=Actor(
            person=fields.required(part(body, "user"), "id"),
            channel_id=channel,
            request_id=trigger_id,
            at=at,
        ),
        name=fields.required(body, "callback_id"),
        trigger_id=trigger_id,
        message=parse_posted_message(channel, message, Source.FETCHED)
        if channel and is_of_others
        else None,
    )


def _first_value(inputs: Payload) -> str | None:
    first = next(iter(inputs.values()), None)
    value = _value(first) if isinstance(first, Mapping) else None
    return fields.redact_and_shorten(value) if value else None


def _value(element: Payload) -> str | None:
    """Return what was typed into or chosen in an input or a button, if anything."""
    values = (text(element, name) for name in ("value", "selected_user", "selected_date"))
    option = text(part(element, "selected_option"), "value")
    return next((value for value in values if value), option) or None

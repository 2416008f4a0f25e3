"""The form for declaring an incident. Nothing is required: a title can be added later."""

import json
from collections.abc import Mapping

from bot.config.context import Bot
from bot.domain.incident import Severity
from bot.domain.markup import shorten
from bot.domain.timeline import EventKind, TimelineEvent, from_slack_ts
from bot.incidents.lifecycle import MAX_TITLE_LENGTH
from bot.incidents.message_title import find_title
from bot.rendering import render
from bot.slack_text.json_values import text
from handlers.slack import fields
from handlers.slack.fields import NotUnderstood
from handlers.views import blocks
from handlers.views.blocks import Block

DECLARE = "declare"
TITLE, SEVERITY, SERVICES, VISIBILITY = "title", "severity", "services", "seen_by"
EVERYBODY, INVITED = "everybody", "invited"
MAX_SERVICES_LENGTH = 420  # characters
MAX_MESSAGE_LENGTH, MAX_METADATA_LENGTH = 2_000, 3_000  # characters; the second is Slack's limit


def declare(
    bot: Bot,
    about: str = "",
    title: str = "",
    above: tuple[Block, ...] = (),
    *,
    private: bool = False,
) -> Block:
    """Return the form.

    With `private`, only invited people see the incident, unless changed in the form.
    """
    visibility = INVITED if private else EVERYBODY
    warning = render.line("declare_warning") if private and about else ""
    inputs = [
        *above,
        blocks.text_input(
            TITLE, render.line("declare_what"), title, optional=True, longest=MAX_TITLE_LENGTH
        ),
        blocks.choice_input(
            SEVERITY, render.line("declare_severity"), severity_options(bot), optional=True
        ),
        blocks.text_input(
            SERVICES,
            render.line("declare_services"),
            hint=render.line("declare_services_hint"),
            optional=True,
            longest=MAX_SERVICES_LENGTH,
        ),
        blocks.choice_input(
            VISIBILITY,
            render.line("declare_seen_by"),
            _visibility_options(),
            visibility,
            hint=warning,
        ),
    ]
    submit = render.line("declare_submit")
    return blocks.form(render.line("declare_title"), DECLARE, about, inputs, submit=submit)


def declare_from_message(
    bot: Bot, message: TimelineEvent, names: Mapping[str, str], *, private: bool = False
) -> Block:
    """Return the form for declaring from a message: its first telling line is the title.

    The whole message is kept as evidence. A `private` message gives no title, because more people see
    the title than the message.
    """
    title = "" if private else find_title(message.text, names)
    quote = blocks.context(render.line("declare_from", text=message.text, names=names))
    return declare(bot, _serialize(message), title, (quote,), private=private)


def parse_evidence(about: str) -> TimelineEvent | None:
    """Return the message that the form is about, or None."""
    if not about:
        return None
    try:
        parsed = json.loads(about)
    except ValueError as error:
        raise NotUnderstood(missing="the message") from error
    message = parsed if isinstance(parsed, dict) else {}
    message_id = fields.required_ts(message)
    return TimelineEvent(
        message_id=message_id,
        channel_id=fields.required(message, "channel"),
        author=fields.required(message, "author"),
        text=text(message, "text"),
        happened_at=from_slack_ts(message_id),
        kind=EventKind.ALERT if message.get("alert") else EventKind.MESSAGE,
    )


def severity_options(bot: Bot) -> dict[str, str]:
    """Return the severities to choose from, each with its meaning."""
    return {str(level): f"{level}: {meaning}" for level, meaning in bot.policy.severities.items()}


def is_private(chosen: str | None) -> bool:
    """Return whether only invited people may see the incident."""
    return chosen == INVITED


def parse_severity(chosen: str | None) -> Severity | None:
    return Severity(chosen) if chosen and chosen in {*Severity} else None


def _visibility_options() -> dict[str, str]:
    return {
        visibility: render.line("declare_seer", who=visibility)
        for visibility in (EVERYBODY, INVITED)
    }


def _serialize(message: TimelineEvent) -> str:
    """Serialize the message, to come back with the form.

    It isn't looked up afterwards because the bot may not be in that channel. Slack then shows it
    nothing but the message that the person chose.
    """
    ids = {"channel": message.channel_id, "ts": message.message_id, "author": message.author}
    alert = message.kind is EventKind.ALERT
    text = shorten(message.text, MAX_MESSAGE_LENGTH)
    while True:
        serialized = json.dumps({**ids, "alert": alert, "text": text}, ensure_ascii=False)
        if len(serialized) <= MAX_METADATA_LENGTH or not text:
            return serialized
        text = shorten(text, max(0, len(text) - 100))

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
from handlers import fields
from handlers.fields import NotUnderstood
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
    seen_by = INVITED if private else EVERYBODY
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
            VISIBILITY, render.line("declare_seen_by"), _seers(), seen_by, hint=warning
        ),
    ]
    submit = render.line("declare_submit")
    return blocks.form(render.line("declare_title"), DECLARE, about, inputs, submit=submit)


def declare_from_message(
    bot: Bot, said: TimelineEvent, names: Mapping[str, str], *, private: bool = False
) -> Block:
    """The same form about a message: its first telling line is the name, and all of it the evidence.

    A `private` message gives no name: the name is shown to more people than the message is.
    """
    title = "" if private else find_title(said.text, names)
    shown = blocks.context(render.line("declare_from", text=said.text, names=names))
    return declare(bot, _serialize(said, said.text), title, (shown,), private=private)


def parse_evidence(about: str) -> TimelineEvent | None:
    """Return the message that the form is about, or None."""
    if not about:
        return None
    try:
        kept = json.loads(about)
    except ValueError as error:
        raise NotUnderstood(missing="the message") from error
    said = kept if isinstance(kept, dict) else {}
    message_id = fields.required_ts(said)
    return TimelineEvent(
        message_id=message_id,
        channel_id=fields.required(said, "channel"),
        author=fields.required(said, "author"),
        text=fields.text(said, "text"),
        happened_at=from_slack_ts(message_id),
        kind=EventKind.ALERT if said.get("alert") else EventKind.MESSAGE,
    )


def severity_options(bot: Bot) -> dict[str, str]:
    """Return the severities to choose from, each with its meaning."""
    return {str(level): f"{level}: {told}" for level, told in bot.policy.severities.items()}


def is_private(chosen: str | None) -> bool:
    """Return whether only invited people may see the incident."""
    return chosen == INVITED


def parse_severity(chosen: str | None) -> Severity | None:
    return Severity(chosen) if chosen and chosen in {*Severity} else None


def _seers() -> dict[str, str]:
    return {who: render.line("declare_seer", who=who) for who in (EVERYBODY, INVITED)}


def _serialize(said: TimelineEvent, clean: str) -> str:
    """Serialize the message, to come back with the form.

    It isn't looked up afterwards because the bot may not be in that channel. Slack then shows it
    nothing but the message that the person chose.
    """
    told = {"channel": said.channel_id, "ts": said.message_id, "author": said.author}
    alert = said.kind is EventKind.ALERT
    text = shorten(clean, MAX_MESSAGE_LENGTH)
    while True:
        written = json.dumps({**told, "alert": alert, "text": text}, ensure_ascii=False)
        if len(written) <= MAX_METADATA_LENGTH or not text:
            return written
        text = shorten(text, max(0, len(text) - 100))

"""The form that declares an incident. Nothing in it is required: an incident may get its name later."""

import json
from collections.abc import Mapping

from bot.config.context import Bot
from bot.domain.incident import Severity
from bot.domain.markup import cut
from bot.domain.timeline import Kind, TimelineEvent, moment_of
from bot.domain.titles import title_of
from bot.incidents.lifecycle import LONGEST_TITLE
from bot.rendering import render
from handlers import fields
from handlers.fields import NotUnderstood
from handlers.views import blocks
from handlers.views.blocks import Block

DECLARE = "declare"
TITLE, SEVERITY, SERVICES, SEEN_BY = "title", "severity", "services", "seen_by"
EVERYBODY, INVITED = "everybody", "invited"
LONGEST_SERVICES = 420  # characters
LONGEST_SAID, LONGEST_ABOUT = 2_000, 3_000  # characters; the second is Slack's limit


def declare(
    bot: Bot,
    about: str = "",
    title: str = "",
    above: tuple[Block, ...] = (),
    *,
    private: bool = False,
) -> Block:
    """The form; with `private` only invited people see the incident, unless somebody chooses otherwise."""
    seen_by = INVITED if private else EVERYBODY
    warning = render.line("declare_warning") if private and about else ""
    inputs = [
        *above,
        blocks.text_input(
            TITLE, render.line("declare_what"), title, optional=True, longest=LONGEST_TITLE
        ),
        blocks.choice_input(SEVERITY, render.line("declare_severity"), levels(bot), optional=True),
        blocks.text_input(
            SERVICES,
            render.line("declare_services"),
            hint=render.line("declare_services_hint"),
            optional=True,
            longest=LONGEST_SERVICES,
        ),
        blocks.choice_input(
            SEEN_BY, render.line("declare_seen_by"), _seers(), seen_by, hint=warning
        ),
    ]
    submit = render.line("declare_submit")
    return blocks.form(render.line("declare_title"), DECLARE, about, inputs, submit=submit)


def declare_from(
    bot: Bot, said: TimelineEvent, names: Mapping[str, str], *, private: bool = False
) -> Block:
    """The same form about a message: its first telling line is the name, and all of it the evidence.

    A `private` message gives no name: the name is shown to more people than the message is.
    """
    title = "" if private else title_of(said.text, names)
    shown = blocks.context(render.line("declare_from", text=said.text, names=names))
    return declare(bot, _written(said, said.text), title, (shown,), private=private)


def evidence(about: str) -> TimelineEvent | None:
    """The message that the form is about; None where it is about none."""
    if not about:
        return None
    try:
        kept = json.loads(about)
    except ValueError as error:
        raise NotUnderstood(missing="the message") from error
    said = kept if isinstance(kept, dict) else {}
    message_id = fields.ts(said)
    return TimelineEvent(
        message_id=message_id,
        channel_id=fields.needed(said, "channel"),
        author=fields.needed(said, "author"),
        text=fields.text(said, "text"),
        happened_at=moment_of(message_id),
        kind=Kind.ALERT if said.get("alert") else Kind.MESSAGE,
    )


def levels(bot: Bot) -> dict[str, str]:
    """The severities to choose from, each with what it means."""
    return {str(level): f"{level}: {told}" for level, told in bot.policy.severities.items()}


def is_private(chosen: str | None) -> bool:
    """Whether only those who are invited may see it."""
    return chosen == INVITED


def severity(chosen: str | None) -> Severity | None:
    return Severity(chosen) if chosen and chosen in {*Severity} else None


def _seers() -> dict[str, str]:
    return {who: render.line("declare_seer", who=who) for who in (EVERYBODY, INVITED)}


def _written(said: TimelineEvent, clean: str) -> str:
    """The message, to come back with the form.

    It is carried and not looked up afterwards: the bot need not be in that channel, and then Slack
    shows it nothing of it but the message that the person chose.
    """
    told = {"channel": said.channel_id, "ts": said.message_id, "author": said.author}
    alert = said.kind is Kind.ALERT
    text = cut(clean, LONGEST_SAID)
    while True:
        written = json.dumps({**told, "alert": alert, "text": text}, ensure_ascii=False)
        if len(written) <= LONGEST_ABOUT or not text:
            return written
        text = cut(text, max(0, len(text) - 100))

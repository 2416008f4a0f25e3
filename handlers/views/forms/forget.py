"""The confirmation form for forgetting a message, and the form with the result."""

from collections.abc import Mapping

from bot.domain.timeline import TimelineEvent
from bot.rendering import render
from bot.timeline import forgetting
from handlers.views import blocks
from handlers.views.blocks import Block

FORGET = "forget"


def confirm(event: TimelineEvent, names: Mapping[str, str]) -> Block:
    title = render.line("forget_title")
    question = blocks.section(render.line("forget_confirm", event=event, names=names))
    about = f"{event.channel_id} {event.message_id}"
    return blocks.form(title, FORGET, about, [question], submit=title)


def result(text: str) -> Block:
    return blocks.view(render.line("forget_title"), "forgotten", "", [blocks.section(text)])


def render_report(forgotten: forgetting.Forgotten) -> str:
    """Report what was removed and what stays."""
    return render.line(
        "forgotten",
        incident=forgotten.incident,
        erased=forgotten.erased,
        in_title=forgotten.in_title,
        stands=forgotten.stands,
    )

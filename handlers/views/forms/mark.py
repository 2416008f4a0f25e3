"""The form for adding a message to the timeline: its kind and time."""

from bot.domain.letter_case import upper_first
from bot.domain.timeline import Mark, TimelineEvent
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

MARK = "add_to_timeline"
KIND, TIME = "kind", "time"
NO_MARK = "none"
MAX_TIME_LENGTH = 40


def mark(event: TimelineEvent, text: str, own: set[Mark]) -> Block:
    """Return the form for a message with this text.

    `own` are the person's marks on it; if any, they can be removed.
    """
    kinds = {str(kind): label(kind) for kind in Mark}
    if own:
        kinds[NO_MARK] = render.line("mark_none")
    chosen = str(min(own, default=Mark.TIMELINE))
    inputs = [
        blocks.section(render.line("mark_line", event=event, text=text)),
        blocks.choice_input(KIND, render.line("mark_kind"), kinds, chosen),
        blocks.text_input(
            TIME,
            render.line("entry_time"),
            hint=render.line("mark_time_hint"),
            optional=True,
            longest=MAX_TIME_LENGTH,
        ),
    ]
    submit = render.line("mark_submit")
    return blocks.form(render.line("mark_title"), MARK, str(event.id), inputs, submit=submit)


def label(mark: Mark) -> str:
    name = render.line("mark_label", mark=mark) or render.line("mark_timeline")
    return upper_first(name)

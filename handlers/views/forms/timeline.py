"""The timeline in a modal, page by page, and the form that corrects one entry of it."""

from collections.abc import Mapping, Sequence

from bot.domain.incident import Incident
from bot.domain.timeline import TimelineEvent
from bot.rendering import render
from bot.timeline.corrections import WORDED
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.mark import LONGEST_TIME

PAGE, CORRECT = "timeline", "entry_correct"
TEXT, TIME = "text", "time"
TURN, ENTRY = "timeline_page", "entry"
LONGEST = 3_000  # characters of a field; what is longer would come back cut
SHOWN = 10  # entries of a page: each has a menu, and Slack draws a hundred blocks


def page(
    incident: Incident,
    entries: Sequence[tuple[TimelineEvent, str | None]],
    names: Mapping[str, str],
    total: int,
    skipped: int,
) -> Block:
    """Entries with their links, oldest first; `skipped` are later than all of them."""
    last = total - skipped
    facts = {"total": total, "first": last - len(entries) + 1, "last": last}
    shown = [blocks.context(render.line("timeline_head", **facts))]
    shown += [_entry(event, link, names) for event, link in entries]
    turns = list(_turns(total, skipped))
    shown += [blocks.actions(turns)] if turns else []
    title = render.line("timeline_title", incident=incident)
    return blocks.view(title, PAGE, f"{incident.id}:{skipped}", shown)


def correct(event: TimelineEvent, text: str, skipped: int) -> Block:
    """The form for one entry; its time alone where its text is what a deed set, or does not fit."""
    inputs = []
    if event.kind in WORDED and len(text) <= LONGEST:
        inputs.append(blocks.text_input(TEXT, render.line("entry_text"), text, long=True))
    hint = render.line("entry_time_hint", event=event)
    label = render.line("entry_time")
    inputs.append(blocks.text_input(TIME, label, hint=hint, optional=True, longest=LONGEST_TIME))
    title = render.line("correct_title")
    return blocks.form(title, CORRECT, f"{event.id}:{skipped}", inputs)


def _entry(event: TimelineEvent, link: str | None, names: Mapping[str, str]) -> Block:
    hiding = ("show", "label_show") if event.hidden else ("hide", "label_hide")
    deeds = (("correct", "label_correct"), hiding)
    options = {f"{deed}:{event.id}": render.line(label) for deed, label in deeds}
    text = render.line("entry", event=event, link=link, names=names)
    return blocks.section(text) | {"accessory": blocks.menu(f"{ENTRY}:{event.id}", options)}


def _turns(total: int, skipped: int) -> Sequence[Block]:
    turns = []
    if skipped + SHOWN < total:
        turns.append(blocks.button(render.line("label_earlier"), TURN, str(skipped + SHOWN)))
    if skipped:
        later = max(skipped - SHOWN, 0)
        turns.append(blocks.button(render.line("label_later"), TURN, str(later)))
    return turns

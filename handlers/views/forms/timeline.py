"""The timeline in a modal, page by page, and the form for correcting an entry."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.domain.incident import Incident
from bot.domain.timeline import TimelineEvent
from bot.rendering import render
from bot.timeline.corrections import CORRECTABLE_KINDS
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.mark import MAX_TIME_LENGTH

PAGE, CORRECT = "timeline", "entry_correct"
TEXT, TIME = "text", "time"
TURN_PAGE, ENTRY = "timeline_page", "entry"
MAX_TEXT_LENGTH = 3_000  # characters of a field; a longer text would come back truncated
ENTRIES_PER_PAGE = 10  # entries per page: each has a menu, and Slack shows up to a hundred blocks


def page(
    incident: Incident,
    entries: Sequence[tuple[TimelineEvent, str | None]],
    names: Mapping[str, str],
    total: int,
    skipped: int,
) -> Block:
    """Return a page of entries with their links, oldest first. `skipped` is how many are later."""
    last = total - skipped
    facts = {"total": total, "first": last - len(entries) + 1, "last": last}
    content = [blocks.context(render.line("timeline_head", **facts))]
    content += [_entry(event, link, names) for event, link in entries]
    buttons = _page_buttons(total, skipped)
    content += [blocks.actions(buttons)] if buttons else []
    title = render.line("timeline_title", incident=incident)
    return blocks.view(title, PAGE, f"{incident.id}:{skipped}", content)


def correct(event: TimelineEvent, text: str, skipped: int, zone: ZoneInfo) -> Block:
    """Return the form for one entry, with its time in the person's time zone.

    It has only the time if the text was set by a command or is too long for a field.
    """
    inputs = []
    if event.kind in CORRECTABLE_KINDS and len(text) <= MAX_TEXT_LENGTH:
        inputs.append(blocks.text_input(TEXT, render.line("entry_text"), text, long=True))
    current = f"{event.happened_at.astimezone(zone):%Y-%m-%d %H:%M}"
    hint = render.line("entry_time_hint", current=current, zone=zone.key)
    label = render.line("entry_time")
    inputs.append(blocks.text_input(TIME, label, hint=hint, optional=True, longest=MAX_TIME_LENGTH))
    title = render.line("correct_title")
    return blocks.form(title, CORRECT, f"{event.id}:{skipped}", inputs)


def _entry(event: TimelineEvent, link: str | None, names: Mapping[str, str]) -> Block:
    hide_or_show = ("show", "label_show") if event.hidden else ("hide", "label_hide")
    changes = (("correct", "label_correct"), hide_or_show)
    options = {f"{change}:{event.id}": render.line(label) for change, label in changes}
    text = render.line("entry", event=event, link=link, names=names)
    return blocks.section(text) | {"accessory": blocks.menu(f"{ENTRY}:{event.id}", options)}


def _page_buttons(total: int, skipped: int) -> Sequence[Block]:
    buttons = []
    if skipped + ENTRIES_PER_PAGE < total:
        earlier = str(skipped + ENTRIES_PER_PAGE)
        buttons.append(blocks.button(render.line("label_earlier"), TURN_PAGE, earlier))
    if skipped:
        later = str(max(skipped - ENTRIES_PER_PAGE, 0))
        buttons.append(blocks.button(render.line("label_later"), TURN_PAGE, later))
    return buttons

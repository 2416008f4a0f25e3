"""Forms for an action item: owner, due date, priority, ticket, history, drop, create."""

from collections.abc import Sequence

from bot.action_items.change_history import HistoryEntry
from bot.action_items.items import MAX_REASON_LENGTH, MAX_TEXT_LENGTH
from bot.domain.action_item import ActionItem, Priority
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

MAX_HISTORY_LINES = 25  # lines that fit one block of 3,000 characters
OWNER, DUE, PRIORITY, CREATE = "item_owner", "item_due", "item_priority", "create_item"
TICKET, WONT_DO = "item_ticket", "item_against"
MAX_ADDRESS_LENGTH = 500


def owner(item: ActionItem) -> Block:
    label = render.line("owner_label")
    inputs = [_item_line(item), blocks.person_input("owner", label, item.owner)]
    return blocks.form(render.line("owner_title"), OWNER, str(item.id), inputs)


def due(item: ActionItem) -> Block:
    label = render.line("due_label")
    chosen = item.due.isoformat() if item.due else None
    inputs = [_item_line(item), blocks.date_input("due", label, chosen)]
    return blocks.form(render.line("due_title"), DUE, str(item.id), inputs)


def priority(item: ActionItem) -> Block:
    inputs = [_item_line(item), _priority_input(item.priority)]
    return blocks.form(render.line("priority_title"), PRIORITY, str(item.id), inputs)


def history(item: ActionItem, entries: Sequence[HistoryEntry]) -> Block:
    """Return an item's changes and reminders; the latest ones if there are many."""
    latest, title = entries[-MAX_HISTORY_LINES:], render.line("history_title")
    lines = render.line("item_history", entries=latest, more=len(entries) - len(latest), item=item)
    content = [
        _item_line(item),
        blocks.section(lines),
        blocks.context(render.line("history_label")),
    ]
    return blocks.view(title, "item_history", str(item.id), content)


def wont_do(item: ActionItem) -> Block:
    label, hint = render.line("against_label"), render.line("against_hint")
    reason = blocks.text_input("why", label, hint=hint, long=True, longest=MAX_REASON_LENGTH)
    title = render.line("against_title")
    return blocks.form(title, WONT_DO, str(item.id), [_item_line(item), reason], submit=title)


def ticket(item: ActionItem, project: str, explanation: str) -> Block:
    """Return the ticket form.

    `explanation` is the template block that explains it; `project` is the tracker's.
    """
    only_linked = explanation == "ticket_only_linked"
    hint = "" if only_linked else render.line("ticket_hint")
    inputs = [
        _item_line(item),
        blocks.section(render.line(explanation, where=project)),
        blocks.text_input(
            "address",
            render.line("ticket_label"),
            hint=hint,
            optional=not only_linked,
            longest=MAX_ADDRESS_LENGTH,
        ),
    ]
    title = render.line("ticket_title")
    return blocks.form(title, TICKET, str(item.id), inputs, submit=title)


def create(text: str, about: str) -> Block:
    """Return the form for an item from a message, filled with its text to shorten."""
    hint = render.line("item_what_hint", longest=MAX_TEXT_LENGTH)
    inputs = [
        blocks.text_input(
            "what", render.line("item_what_label"), text, hint=hint, longest=MAX_TEXT_LENGTH
        ),
        blocks.person_input("owner", render.line("owner_label"), None),
        blocks.date_input("due", render.line("due_label"), None) | {"optional": True},
        _priority_input(None) | {"optional": True},
    ]
    return blocks.form(render.line("create_item_title"), CREATE, about, inputs)


def _priority_input(chosen: Priority | None) -> Block:
    levels = {str(level): render.line("priority_choice", level=level) for level in Priority}
    return blocks.choice_input("priority", render.line("priority_label"), levels, chosen)


def _item_line(item: ActionItem) -> Block:
    return blocks.section(render.line("item_line", item=item))

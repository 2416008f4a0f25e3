"""Forms about an action item: who does it, and when it is due."""

from bot import render
from bot.domain.action_item import ActionItem
from handlers import blocks
from handlers.blocks import Block

OWNER, DUE = "item_owner", "item_due"


def owner(item: ActionItem) -> Block:
    label = render.line("owner_label")
    inputs = [_shown(item), blocks.person_input("owner", label, item.owner)]
    return blocks.form(render.line("owner_title"), OWNER, str(item.id), inputs)


def due(item: ActionItem) -> Block:
    label = render.line("due_label")
    chosen = item.due.isoformat() if item.due else None
    inputs = [_shown(item), blocks.date_input("due", label, chosen)]
    return blocks.form(render.line("due_title"), DUE, str(item.id), inputs)


def _shown(item: ActionItem) -> Block:
    return blocks.section(render.line("item_line", item=item))

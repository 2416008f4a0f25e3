"""Layout of an action item: its message, and its buttons wherever it's shown."""

from bot.domain.action_item import ActionItem, ItemState
from bot.rendering import render
from bot.rendering.render import Message
from handlers.views import blocks
from handlers.views.blocks import Block


def item(message: Message, item: ActionItem, *, may_ask: bool = False) -> list[Block]:
    """Lay out an action item. `may_ask`: a ticket can be created for it."""
    content = [blocks.section(message.parts["body"]), blocks.context(message.parts["context"])]
    buttons = item_buttons(item) + ([_button("label_ticket", "item_ticket", item)] * may_ask)
    return [*content, blocks.actions(buttons)]


def details(message: Message) -> list[Block]:
    """Lay out the first reply of an item's thread: what it needs, and how to reply."""
    parts = message.parts
    content = [blocks.section(parts["text"])] if parts["text"] else []
    return content + ([blocks.context(parts["context"])] if parts["context"] else [])


def item_buttons(item: ActionItem) -> list[Block]:
    """Return the buttons that anybody can use in the item's current state, as below its message."""
    if item.state is ItemState.SUGGESTED:
        label = "label_accept" if item.owner else "label_take"
        return [
            _button(label, "item_accept", item, primary=True),
            _button("label_drop", "item_drop", item),
        ]
    history = _button("label_history", "item_history", item)
    if item.state is ItemState.OPEN:
        first = ("label_done", "item_done") if item.owner else ("label_take", "item_take")
        wont_do = _button("label_against", "item_against", item)
        return [_button(*first, item, primary=True), *_change_buttons(item), wont_do, history]
    return [_button("label_item_reopen", "item_reopen", item), history]


def reminder_buttons(item: ActionItem) -> list[Block]:
    """Return the owner's buttons."""
    return [
        _button("label_done", "item_done", item, primary=True),
        _button("label_snooze", "item_snooze", item),
        _button("label_due", "item_due", item),
        _button("label_not_mine", "item_not_mine", item),
        *_priority_button(item),
    ]


def non_owner_buttons(item: ActionItem) -> list[Block]:
    """Return the buttons for an item that's unassigned or assigned to somebody else."""
    take = [] if item.owner else [_button("label_take", "item_take", item, primary=True)]
    return [*take, *_change_buttons(item)]


def _change_buttons(item: ActionItem) -> list[Block]:
    return [
        _button("label_owner", "item_owner", item),
        _button("label_due", "item_due", item),
        *_priority_button(item),
    ]


def _priority_button(item: ActionItem) -> list[Block]:
    return [] if item.priority else [_button("label_priority", "item_priority", item)]


def _button(label: str, action: str, item: ActionItem, *, primary: bool = False) -> Block:
    return blocks.button(render.line(label), action, str(item.id), primary=primary)

"""`/incident` commands for action items: add, list, show, complete and drop them."""

from bot.action_items import items, lookup
from bot.action_items.reply_parsing import split_number
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NoNumber
from bot.domain.commands import strip_because
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.reminders.escalations import not_reminded_note
from bot.rendering import render
from handlers.commands import action_text
from handlers.commands.call import MAX_LISTED, CommandCall, CommandHandlers
from handlers.views import action_item_card
from handlers.views.reply import MessageReply
from storage import action_items as stored


def _action(call: CommandCall) -> str:
    today = working_hours.today_of(call.session, call.bot, call.actor.person, call.actor.at)
    typed = action_text.parse(call.require(), today, call.bot.policy.command)
    item = items.add(
        call.session,
        call.bot,
        call.actor,
        typed.text,
        owner=typed.owner,
        due=typed.due,
        priority=typed.priority,
    )
    note = not_reminded_note(call.session, item)
    return render.line("item_added", item=item, phrase=typed.phrase, not_reminded=note)


def _actions(call: CommandCall) -> str | MessageReply:
    number, _ = split_number(call.rest)
    if number is not None:
        item = lookup.find_by_number(call.session, call.bot, call.actor, number)
        return action_item_card.build_card(call.session, call.bot, item)
    incident = lifecycle.find_incident(call.session, call.actor)
    if incident is None:
        person, channels = call.actor.person, call.actor.channels
        items = stored.open_of_owner(call.session, person, MAX_LISTED, channels)
        more = stored.count_open_of_owner(call.session, person, channels) - MAX_LISTED
        return render.line("own_items", items=items, more=more)
    items = stored.of_incident(call.session, incident.id, MAX_LISTED)
    more = stored.count_of_incident(call.session, incident.id) - MAX_LISTED
    return render.line("items", incident=incident, items=items, more=more)


def _done(call: CommandCall) -> MessageReply:
    item = _find_item(call, call.rest)[0]
    item = items.finish(call.session, call.bot, call.actor, item.id)
    return _confirm(call, item, "item_done")


def _drop(call: CommandCall) -> MessageReply:
    item, reason = _find_item(call, call.rest)
    item = items.mark_wont_do(call.session, call.bot, call.actor, item.id, strip_because(reason))
    return _confirm(call, item, "item_drop")


def _confirm(call: CommandCall, item: ActionItem, line: str) -> MessageReply:
    text = render.line(line, item=item, person=call.actor.person)
    return action_item_card.build_confirmation(item, text)


def _find_item(call: CommandCall, text: str) -> tuple[ActionItem, str]:
    """Return the item whose number comes first, and the text after the number."""
    number, rest = split_number(text)
    if number is None:
        raise NoNumber(command=call.bot.policy.command, usage=call.word.markup_usage)
    return lookup.find_by_number(call.session, call.bot, call.actor, number), rest


COMMAND_HANDLERS: CommandHandlers = {
    "action": _action,
    "actions": _actions,
    "done": _done,
    "drop": _drop,
}

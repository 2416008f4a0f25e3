"""`/incident` words of action items: record one, list them, show one, say that it is done or will not be."""

from bot.action_items import items, lookup
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NoNumber
from bot.domain.action_item_replies import by_number
from bot.domain.commands import reason
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.reminders.escalations import not_reminded
from bot.rendering import render
from handlers.commands import action_text
from handlers.commands.call import SHOWN, Answers, Call
from handlers.views import action_item_card
from handlers.views.answer import Shown
from storage import action_items as stored


def _action(call: Call) -> str:
    today = working_hours.today_of(call.session, call.bot, call.actor.person, call.actor.at)
    said = action_text.read(call.require(), today, call.bot.policy.command)
    item = items.add(
        call.session,
        call.bot,
        call.actor,
        said.text,
        owner=said.owner,
        due=said.due,
        priority=said.priority,
    )
    told = not_reminded(call.session, item)
    return render.line("item_added", item=item, phrase=said.phrase, not_reminded=told)


def _actions(call: Call) -> str | Shown:
    number, _ = by_number(call.rest)
    if number is not None:
        found = lookup.item(call.session, call.bot, call.actor, number)
        return action_item_card.shown(call.session, call.bot, found)
    incident = lifecycle.meant(call.session, call.actor)
    if incident is None:
        person, channels = call.actor.person, call.actor.channels
        items = stored.open_of_owner(call.session, person, SHOWN, channels)
        more = stored.count_open_of_owner(call.session, person, channels) - SHOWN
        return render.line("own_items", items=items, more=more)
    items = stored.of_incident(call.session, incident.id, SHOWN)
    more = stored.count_of_incident(call.session, incident.id) - SHOWN
    return render.line("items", incident=incident, items=items, more=more)


def _done(call: Call) -> Shown:
    item = _numbered(call, call.rest)[0]
    item = items.finish(call.session, call.bot, call.actor, item.id)
    return action_item_card.told(
        item, render.line("item_done", item=item, person=call.actor.person)
    )


def _drop(call: Call) -> Shown:
    item, rest = _numbered(call, call.rest)
    item = items.decide_against(call.session, call.bot, call.actor, item.id, reason(rest))
    return action_item_card.told(
        item, render.line("item_drop", item=item, person=call.actor.person)
    )


def _numbered(call: Call, text: str) -> tuple[ActionItem, str]:
    """The item that is named first, and what follows its number."""
    number, rest = by_number(text)
    if number is None:
        raise NoNumber(command=call.bot.policy.command, usage=call.word.usage)
    return lookup.item(call.session, call.bot, call.actor, number), rest


ANSWERS: Answers = {"action": _action, "actions": _actions, "done": _done, "drop": _drop}

"""`/incident` words of action items: record one, list them, show one, say that it is done or will not be."""

from bot import action_items, hours, incidents, numbered, render
from bot.domain.action_item import ActionItem
from bot.domain.commands import reason
from bot.domain.item_errors import NoNumber
from bot.domain.item_words import by_number
from bot.escalations import not_reminded
from handlers import action_words, item_card
from handlers.answers.call import SHOWN, Answers, Call
from handlers.shown import Shown
from storage import action_items as stored


def _action(call: Call) -> str:
    today = hours.today_of(call.session, call.bot, call.asker.person, call.asker.at)
    said = action_words.read(call.require(), today, call.bot.policy.command)
    item = action_items.add(
        call.session,
        call.bot,
        call.asker,
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
        found = numbered.item(call.session, call.bot, call.asker, number)
        return item_card.shown(call.session, call.bot, found)
    incident = incidents.meant(call.session, call.asker)
    if incident is None:
        person, channels = call.asker.person, call.asker.channels
        items = stored.open_of_owner(call.session, person, SHOWN, channels)
        more = stored.count_open_of_owner(call.session, person, channels) - SHOWN
        return render.line("own_items", items=items, more=more)
    items = stored.of_incident(call.session, incident.id, SHOWN)
    more = stored.count_of_incident(call.session, incident.id) - SHOWN
    return render.line("items", incident=incident, items=items, more=more)


def _done(call: Call) -> Shown:
    item = _numbered(call, call.rest)[0]
    item = action_items.finish(call.session, call.bot, call.asker, item.id)
    return item_card.told(item, render.line("item_done", item=item, person=call.asker.person))


def _drop(call: Call) -> Shown:
    item, rest = _numbered(call, call.rest)
    item = action_items.decide_against(call.session, call.bot, call.asker, item.id, reason(rest))
    return item_card.told(item, render.line("item_drop", item=item, person=call.asker.person))


def _numbered(call: Call, text: str) -> tuple[ActionItem, str]:
    """The item that is named first, and what follows its number."""
    number, rest = by_number(text)
    if number is None:
        raise NoNumber(command=call.bot.policy.command, usage=call.word.usage)
    return numbered.item(call.session, call.bot, call.asker, number), rest


ANSWERS: Answers = {"action": _action, "actions": _actions, "done": _done, "drop": _drop}

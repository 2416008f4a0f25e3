"""Use cases of an action item: add, done, change owner or date, accept, drop, snooze."""

from datetime import UTC, date, datetime, time, timedelta

from bot import homes, hours, incidents, reminders, ticket_steps, timeline
from bot.domain.action_item import ActionItem, ItemState, Priority
from bot.domain.asker import Asker
from bot.domain.draft import ActionSuggestion
from bot.domain.errors import DateInThePast, NoSuchItem, NotTheOwner, NotYours
from bot.domain.incident import Incident
from bot.domain.markup import mentioned, plain
from bot.domain.posting import Deed, for_incident
from bot.domain.reminding import first_working_day
from bot.domain.rules.suggestions import marked_item
from bot.domain.timeline import Kind, Marked, Record
from bot.environment import Bot
from bot.permissions import refuse_application
from bot.redaction import redact
from storage import action_items, marks, outbox, people
from storage import timeline as stored
from storage.engine import Session

SNOOZE = timedelta(days=2)
_UNDECIDED = (ItemState.SUGGESTED, ItemState.OPEN)


def add(  # noqa: PLR0913 - what an action item is made of
    session: Session,
    bot: Bot,
    asker: Asker,
    text: str,
    *,
    owner: str,
    due: date | None,
    priority: Priority | None,
    evidence: str | None = None,
) -> ActionItem:
    """Record an action item of this channel's incident and open its thread.

    `evidence` is the id of the message that it was made from.
    """
    incident = incidents.here(session, bot, asker)
    refuse_application(session, owner)
    _refuse_past(session, bot, asker, due, owner)
    clean, _ = redact(plain(text, {}))
    by_priority = None if due else _due_of(session, bot, priority, owner, asker.at)
    item = action_items.add(
        session,
        incident_id=incident.id,
        text=clean,
        state=ItemState.OPEN,
        owner=owner,
        due=due or by_priority,
        priority=priority,
        evidence=evidence,
        created_by=asker.person,
        created_at=asker.at,
    )
    timeline.deed(session, incident, asker, Kind.ACTION, text=text, detail=str(item.id))
    _ask(session, item, asker.at, new=True, dated=by_priority is not None)
    reminders.plan(session, bot, item, asker.at)
    homes.refresh(session, item.owner, asker.at)
    return item


def suggest(
    session: Session, incident: Incident, suggestions: tuple[ActionSuggestion, ...], at: datetime
) -> list[ActionItem]:
    """Keep what the draft suggests, once: a message that was taken up already stays as it is."""
    known = {item.evidence for item in action_items.of_incident(session, incident.id)}
    new = [said for said in suggestions if said.item_id is None and said.evidence[0] not in known]
    by = incident.declared_by
    return [_suggest(session, incident, said, said.owner or by, at) for said in new]


def follow_mark(session: Session, incident: Incident, marked: Marked) -> None:
    """Suggest what a marked message asks for; drop that when no mark is left and nobody took it.

    A message that is not recorded yet is left to the draft, which finds the mark on it.
    """
    item = _of_message(session, incident, marked.message_id)
    if marked.removed:
        if item and item.state is ItemState.SUGGESTED and not _is_marked(session, incident, marked):
            _decide(session, item, marked, ItemState.DROPPED)
    elif item is None:
        said = marked_item(_record_of(session, incident, marked.message_id))
        if said is not None:
            _suggest(session, incident, said, marked.person, marked.at)
    elif item.state is ItemState.DROPPED:  # somebody wants it after all
        _decide(session, item, marked, ItemState.SUGGESTED)


def accept(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    """Stand behind a suggestion; one that nobody took becomes the asker's."""
    item = _in_state(session, item_id, ItemState.SUGGESTED)
    owner = item.owner or asker.person
    return _change(session, bot, asker, item, state=ItemState.OPEN, owner=owner)


def drop(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    item = _in_state(session, item_id, ItemState.SUGGESTED)
    return _change(session, bot, asker, item, state=ItemState.DROPPED)


def finish(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    item = _in_state(session, item_id, ItemState.OPEN)
    return _change(
        session, bot, asker, item, state=ItemState.DONE, done_at=asker.at, done_by=asker.person
    )


def reopen(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    """Take it back that an item is done."""
    item = _in_state(session, item_id, ItemState.DONE)
    return _change(session, bot, asker, item, state=ItemState.OPEN, done_at=None, done_by=None)


def open_item(session: Session, item_id: int) -> ActionItem:
    """An item that is still to be done; `NotYours` when it is not."""
    return _in_state(session, item_id, ItemState.OPEN)


def give(session: Session, bot: Bot, asker: Asker, item_id: int, owner: str) -> ActionItem:
    """Change who does it."""
    item = _in_state(session, item_id, *_UNDECIDED)
    refuse_application(session, owner)
    return _change(session, bot, asker, item, owner=owner)


def release(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    """Leave an item without an owner; its thread asks who does it instead."""
    item = _in_state(session, item_id, *_UNDECIDED)
    item = _change(session, bot, asker, item, owner=None, snoozed_until=None)
    _ask(session, item, asker.at)
    return item


def give_back(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    """Say that an item is not one's own: its thread asks who does it. Who owns it no more is told so."""
    item = _in_state(session, item_id, ItemState.OPEN)
    if item.owner != asker.person:
        raise NotTheOwner(owner=f"<@{item.owner}>" if item.owner else "nobody yet")
    return release(session, bot, asker, item_id)


def leave(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Ask who takes the open items of a person who is not in the workspace any more."""
    nobody = Asker(person="", channel_id="", request_id="", at=at)
    for item in action_items.open_of_owner(session, person):
        _change(session, bot, nobody, item, owner=None, snoozed_until=None)
        _ask(session, item, at, left=person)


def rank(session: Session, bot: Bot, asker: Asker, item_id: int, priority: Priority) -> ActionItem:
    """Change how urgent it is. One without a date gets the policy's, and its thread says so."""
    item = _in_state(session, item_id, *_UNDECIDED)
    owner = item.owner or asker.person
    due = None if item.due else _due_of(session, bot, priority, owner, asker.at)
    if due is None:
        return _change(session, bot, asker, item, priority=priority)
    item = _change(session, bot, asker, item, priority=priority, due=due)
    _ask(session, item, asker.at, dated=True)
    return item


def move(session: Session, bot: Bot, asker: Asker, item_id: int, due: date) -> ActionItem:
    """Change when it is due."""
    item = _in_state(session, item_id, *_UNDECIDED)
    _refuse_past(session, bot, asker, due, item.owner or asker.person)
    return _change(session, bot, asker, item, due=due, snoozed_until=None)


def snooze(session: Session, bot: Bot, asker: Asker, item_id: int) -> ActionItem:
    """Keep reminders away for two days."""
    item = _in_state(session, item_id, ItemState.OPEN)
    zone = hours.zone_of(session, bot, item.owner or asker.person)
    until = datetime.combine((asker.at + SNOOZE).astimezone(zone).date(), time(), zone)
    return _change(session, bot, asker, item, snoozed_until=until.astimezone(UTC))


def _change(
    session: Session, bot: Bot, asker: Asker, item: ActionItem, **values: object
) -> ActionItem:
    before = item.owner
    item = action_items.change(session, item.id, by=asker.person, at=asker.at, **values)
    show(session, item, asker.at)
    reminders.plan(session, bot, item, asker.at)
    ticket_steps.follow(session, bot, item, asker.at)
    for person in {before, item.owner}:
        homes.refresh(session, person, asker.at)
    return item


def _suggest(
    session: Session, incident: Incident, said: ActionSuggestion, by: str, at: datetime
) -> ActionItem:
    item = action_items.add(
        session,
        incident_id=incident.id,
        text=said.text,
        state=ItemState.SUGGESTED,
        owner=said.owner,
        due=said.due,
        priority=said.priority,
        evidence=said.evidence[0],
        created_by=by,
        created_at=at,
    )
    _ask(session, item, at, new=True)
    return item


def _decide(session: Session, item: ActionItem, marked: Marked, state: ItemState) -> None:
    item = action_items.change(session, item.id, by=marked.person, at=marked.at, state=state)
    show(session, item, marked.at)


def _of_message(session: Session, incident: Incident, message_id: str) -> ActionItem | None:
    items = action_items.of_incident(session, incident.id)
    return next((item for item in items if item.evidence == message_id), None)


def _is_marked(session: Session, incident: Incident, marked: Marked) -> bool:
    there = marks.marked(session, incident.channel_id or "", [marked.message_id])
    return any(mark is marked.mark for _, _, mark in there)


def _record_of(session: Session, incident: Incident, message_id: str) -> Record:
    """The record of one message: what somebody said, with the names that occur in it."""
    found = stored.by_ids(session, incident.channel_id or "", [message_id]).values()
    ids = [id_ for event in found for id_ in (event.author, *mentioned(event.text))]
    return Record(incident=incident, events=tuple(found), people=people.names(session, ids))


def show(session: Session, item: ActionItem, at: datetime) -> int:
    """Have an item's message show what is so now; says which posting does."""
    return outbox.put(session, for_incident(item.incident_id, Deed.ITEM, {"item": item.id}), at)


def _ask(session: Session, item: ActionItem, at: datetime, **about: object) -> None:
    """Say in the item's thread, which opens with that, what it still needs."""
    head = show(session, item, at)
    about |= {"item": item.id}
    reply = for_incident(item.incident_id, Deed.ITEM_THREAD, about, answers=head)
    outbox.put(session, reply, at)


def _due_of(
    session: Session, bot: Bot, priority: Priority | None, owner: str, at: datetime
) -> date | None:
    """When an item of a priority is due where nobody says: a working day of its owner's."""
    days = bot.policy.action_items.due_days[priority] if priority else 0
    if not days:
        return None
    day = hours.today_of(session, bot, owner, at) + timedelta(days=days)
    return first_working_day(day, hours.ladder(session, bot, owner))


def _in_state(session: Session, item_id: int, *states: ItemState) -> ActionItem:
    """Find an item that must be in one of these states, whatever an old button says."""
    item = action_items.by_id(session, item_id)
    if item is None:
        raise NoSuchItem
    if item.state not in states:
        raise NotYours(state=item.state)
    return item


def _refuse_past(session: Session, bot: Bot, asker: Asker, due: date | None, owner: str) -> None:
    if due is not None and due < hours.today_of(session, bot, owner, asker.at):
        raise DateInThePast(day=due)

"""Use cases of an action item: add, done, change owner or date, accept, drop, snooze."""

from datetime import UTC, date, datetime, time, timedelta

from bot.action_items import ticket_jobs
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, ItemState, Priority
from bot.domain.action_item_errors import (
    NoDropReason,
    NoSuchItem,
    NotTheOwner,
    NotYours,
    TooManyCharacters,
)
from bot.domain.actor import Actor
from bot.domain.errors import DateInThePast
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import Ready, mention, mrkdwn, plain, referenced
from bot.domain.reminder_ladder import first_working_day
from bot.domain.timeline import Kind
from bot.incidents import lifecycle
from bot.people import home_tab_refresh, working_hours
from bot.people.permissions import refuse_application
from bot.reminders import ladder
from bot.timeline import recording
from storage import action_items, outbox, people, postmortems
from storage import incidents as stored_incidents
from storage.engine.store import Session

LONGEST_TEXT, LONGEST_REASON = 300, 1_000
SNOOZE = timedelta(days=2)
_UNDECIDED = (ItemState.SUGGESTED, ItemState.OPEN)


def add(  # noqa: PLR0913 - what an action item is made of
    session: Session,
    bot: Bot,
    actor: Actor,
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
    incident = lifecycle.here(session, bot, actor)
    refuse_application(session, owner)
    _refuse_past(session, bot, actor, due, owner)
    clean = plain(text, people.names(session, referenced(text)))
    _refuse_long("The text of an action item", clean, LONGEST_TEXT)
    by_priority = None if due else _due_of(session, bot, priority, owner, actor.at)
    item = action_items.add(
        session,
        incident_id=incident.id,
        text=clean,
        state=ItemState.OPEN,
        owner=owner,
        due=due or by_priority,
        priority=priority,
        evidence=evidence,
        created_by=actor.person,
        created_at=actor.at,
    )
    recording.record_action(session, incident, actor, Kind.ACTION, text=text, detail=str(item.id))
    update_postmortem(session, item, actor.at)
    ask(session, item, actor.at, new=True, dated=by_priority is not None)
    _check_presence(session, item, actor)
    ladder.plan(session, bot, item, actor.at)
    home_tab_refresh.refresh(session, item.owner, actor.at)
    return item


def accept(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Stand behind a suggestion; one that nobody took becomes the asker's."""
    item = _in_state(session, item_id, ItemState.SUGGESTED)
    owner = item.owner or actor.person
    return _change(session, bot, actor, item, state=ItemState.OPEN, owner=owner)


def drop(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    item = _in_state(session, item_id, ItemState.SUGGESTED)
    return _change(session, bot, actor, item, state=ItemState.DROPPED)


def decide_against(session: Session, bot: Bot, actor: Actor, item_id: int, why: str) -> ActionItem:
    """Drop what somebody stands behind, with the reason, which the postmortem tells from then on.

    A mere suggestion needs none.
    """
    item = _in_state(session, item_id, *_UNDECIDED)
    clean = plain(why.strip(), people.names(session, referenced(why)))
    if item.state is ItemState.SUGGESTED and not clean:
        return drop(session, bot, actor, item_id)
    if not clean:
        raise NoDropReason(command=bot.policy.command, number=item.id)
    _refuse_long("A reason", clean, LONGEST_REASON)
    action_items.note_reason(session, item.id, by=actor.person, at=actor.at, because=clean)
    item = _change(session, bot, actor, item, state=ItemState.DROPPED)
    incident = stored_incidents.by_id(session, item.incident_id)
    told = f"{item.text}: {clean}"
    recording.record_action(session, incident, actor, Kind.DROPPED, text=told, detail=str(item.id))
    return item


def finish(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    item = _in_state(session, item_id, ItemState.OPEN)
    return _change(
        session, bot, actor, item, state=ItemState.DONE, done_at=actor.at, done_by=actor.person
    )


def reopen(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Take it back that an item is done, or dropped; a suggestion that was dropped is one again."""
    was = _in_state(session, item_id, ItemState.DONE, ItemState.DROPPED)
    if was.state is ItemState.DONE:
        return _change(session, bot, actor, was, state=ItemState.OPEN, done_at=None, done_by=None)
    state = ItemState.OPEN if was.dropped_because else ItemState.SUGGESTED
    return _change(session, bot, actor, was, state=state)


def open_item(session: Session, item_id: int) -> ActionItem:
    """An item that is still to be done; `NotYours` when it is not."""
    return _in_state(session, item_id, ItemState.OPEN)


def give(session: Session, bot: Bot, actor: Actor, item_id: int, owner: str) -> ActionItem:
    """Change who does it."""
    item = _in_state(session, item_id, *_UNDECIDED)
    refuse_application(session, owner)
    item = _change(session, bot, actor, item, owner=owner)
    _check_presence(session, item, actor)
    return item


def release(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Leave an item without an owner; its thread asks who does it instead."""
    item = _in_state(session, item_id, *_UNDECIDED)
    item = _change(session, bot, actor, item, owner=None, snoozed_until=None)
    ask(session, item, actor.at)
    return item


def give_back(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Say that an item is not one's own: its thread asks who does it. Who owns it no more is told so."""
    item = _in_state(session, item_id, ItemState.OPEN)
    if item.owner != actor.person:
        raise NotTheOwner(owner=mention(item.owner) if item.owner else "nobody yet")
    return release(session, bot, actor, item_id)


def leave(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Ask who takes the open items of a person who is not in the workspace any more."""
    nobody = Actor(person="", channel_id="", request_id="", at=at)
    for item in action_items.open_of_owner(session, person):
        _change(session, bot, nobody, item, owner=None, snoozed_until=None)
        ask(session, item, at, left=person)


def hand_over(
    session: Session, bot: Bot, item: ActionItem, owner: str | None, at: datetime
) -> None:
    """Give an item whose owner is gone to somebody else; where there is nobody, its thread asks."""
    nobody = Actor(person="", channel_id="", request_id="", at=at)
    item = _change(session, bot, nobody, item, owner=owner, snoozed_until=None)
    if owner is None:
        ask(session, item, at)


def rank(session: Session, bot: Bot, actor: Actor, item_id: int, priority: Priority) -> ActionItem:
    """Change how urgent it is. One without a date gets the policy's, and its thread says so."""
    item = _in_state(session, item_id, *_UNDECIDED)
    owner = item.owner or actor.person
    due = None if item.due else _due_of(session, bot, priority, owner, actor.at)
    if due is None:
        return _change(session, bot, actor, item, priority=priority)
    item = _change(session, bot, actor, item, priority=priority, due=due)
    ask(session, item, actor.at, dated=True)
    return item


def move(session: Session, bot: Bot, actor: Actor, item_id: int, due: date) -> ActionItem:
    """Change when it is due."""
    item = _in_state(session, item_id, *_UNDECIDED)
    _refuse_past(session, bot, actor, due, item.owner or actor.person)
    return _change(session, bot, actor, item, due=due, snoozed_until=None)


def snooze(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Keep reminders away for two days."""
    item = _in_state(session, item_id, ItemState.OPEN)
    zone = working_hours.zone_of(session, bot, item.owner or actor.person)
    until = datetime.combine((actor.at + SNOOZE).astimezone(zone).date(), time(), zone)
    return _change(session, bot, actor, item, snoozed_until=until.astimezone(UTC))


def _change(
    session: Session, bot: Bot, actor: Actor, item: ActionItem, **values: object
) -> ActionItem:
    was = item
    item = action_items.change(session, item.id, by=actor.person, at=actor.at, **values)
    show(session, item, actor.at)
    update_postmortem(session, item, actor.at, with_file=item.state is not was.state)
    ladder.plan(session, bot, item, actor.at)
    ticket_jobs.follow(session, bot, item, actor.at)
    _tell_not_reminded(session, was, item, actor.at)
    for person in {was.owner, item.owner}:
        home_tab_refresh.refresh(session, person, actor.at)
    return item


def _tell_not_reminded(session: Session, was: ActionItem, item: ActionItem, at: datetime) -> None:
    """Say in the thread that the new owner gets no reminders, if they are an outsider.

    Somebody who is not known yet may be one: that is known when it is said.
    """
    is_new = (was.owner, was.is_open) != (item.owner, item.is_open)
    if item.is_open and item.owner and is_new and not people.is_member(session, item.owner):
        ask(session, item, at, handed=True)


def _check_presence(session: Session, item: ActionItem, actor: Actor) -> None:
    """Have whoever assigned it told if the owner isn't in the channel."""
    if item.owner and actor.person not in {"", item.owner}:
        about = {"item": item.id, "owner": item.owner}
        outbox.put(session, for_incident(item.incident_id, JobKind.OWNER_ABSENT, about), actor.at)


def update_postmortem(
    session: Session, item: ActionItem, at: datetime, *, with_file: bool = False
) -> None:
    """Have the postmortem show an item as it is now, also a final one; `with_file` its page too."""
    if postmortems.is_drafted(session, item.incident_id):
        about = {"items": "page" if with_file else "text"}
        outbox.put(session, for_incident(item.incident_id, JobKind.COMPOSE, about), at)


def show(session: Session, item: ActionItem, at: datetime) -> int:
    """Have an item's message show what is so now; says which posting does."""
    return outbox.put(session, for_incident(item.incident_id, JobKind.ITEM, {"item": item.id}), at)


def ask(session: Session, item: ActionItem, at: datetime, **about: object) -> None:
    """Say in the item's thread, which opens with that, what it still needs."""
    head = show(session, item, at)
    about |= {"item": item.id}
    reply = for_incident(item.incident_id, JobKind.ITEM_THREAD, about, answers=head)
    outbox.put(session, reply, at)


def _due_of(
    session: Session, bot: Bot, priority: Priority | None, owner: str, at: datetime
) -> date | None:
    """When an item of a priority is due where nobody says: a working day of its owner's."""
    days = bot.policy.action_items.due_days[priority] if priority else 0
    if not days:
        return None
    day = working_hours.today_of(session, bot, owner, at) + timedelta(days=days)
    return first_working_day(day, working_hours.ladder(session, bot, owner))


def _in_state(session: Session, item_id: int, *states: ItemState) -> ActionItem:
    """Find an item that must be in one of these states, whatever an old button says."""
    item = action_items.by_id(session, item_id)
    if item is None:
        raise NoSuchItem
    if item.state not in states:
        raise NotYours(state=item.state)
    return item


def _refuse_past(session: Session, bot: Bot, actor: Actor, due: date | None, owner: str) -> None:
    if due is not None and due < working_hours.today_of(session, bot, owner, actor.at):
        raise DateInThePast(day=due)


def _refuse_long(what: str, text: str, longest: int) -> None:
    """Cut nothing by ourselves: who wrote it gets it back."""
    if len(text) > longest:
        raise TooManyCharacters(
            what=what, longest=longest, count=len(text), given=Ready(mrkdwn(text))
        )

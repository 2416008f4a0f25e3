"""Action item use cases: add, finish, reassign, change the due date, accept, drop, snooze."""

from datetime import UTC, date, datetime, time, timedelta

from bot.action_items import item_jobs, ticket_jobs
from bot.config.context import Bot
from bot.domain.action_item import ActionItem, ItemState, Priority
from bot.domain.action_item_errors import (
    NoDropReason,
    NoSuchItem,
    NotTheOwner,
    TooManyCharacters,
    WrongItemState,
)
from bot.domain.actor import Actor
from bot.domain.errors import DateInThePast
from bot.domain.markup import (
    MarkupText,
    find_references,
    mention,
    mrkdwn,
    to_plain_text,
)
from bot.domain.reminder_ladder import first_working_day
from bot.domain.timeline import EventKind
from bot.incidents import lifecycle
from bot.people import home_tab, working_hours
from bot.people.permissions import refuse_application
from bot.reminders import ladder
from bot.timeline import recording
from storage import action_items, people
from storage import incidents as stored_incidents
from storage.engine.store import Session

MAX_TEXT_LENGTH, MAX_REASON_LENGTH = 300, 1_000
SNOOZE_DURATION = timedelta(days=2)
_UNDECIDED = (ItemState.SUGGESTED, ItemState.OPEN)


def add(  # noqa: PLR0913 - the parts of an action item
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

    `evidence` is the id of the message that it was created from.
    """
    incident = lifecycle.require_incident(session, bot, actor)
    refuse_application(session, owner)
    _refuse_past(session, bot, actor, due, owner)
    by_priority = None if due else _default_due_date(session, bot, priority, owner, actor.at)
    item = action_items.add(
        session,
        incident_id=incident.id,
        text=_clean(session, text, "The text of an action item", MAX_TEXT_LENGTH),
        state=ItemState.OPEN,
        owner=owner,
        due=due or by_priority,
        priority=priority,
        evidence=evidence,
        created_by=actor.person,
        created_at=actor.at,
    )
    recording.record_action(
        session, incident, actor, EventKind.ACTION, text=text, detail=str(item.id)
    )
    item_jobs.enqueue_postmortem_update(session, item, actor.at)
    item_jobs.enqueue_thread_reply(session, item, actor.at, new=True, dated=by_priority is not None)
    item_jobs.enqueue_presence_check(session, item, actor)
    ladder.plan(session, bot, item, actor.at)
    home_tab.refresh(session, item.owner, actor.at)
    return item


def accept(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Accept a suggestion. If it has no owner, the actor becomes its owner."""
    item = _require_state(session, item_id, ItemState.SUGGESTED)
    owner = item.owner or actor.person
    return _change(session, bot, actor, item, state=ItemState.OPEN, owner=owner)


def drop(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    item = _require_state(session, item_id, ItemState.SUGGESTED)
    return _change(session, bot, actor, item, state=ItemState.DROPPED)


def mark_wont_do(session: Session, bot: Bot, actor: Actor, item_id: int, reason: str) -> ActionItem:
    """Drop an item and record the reason, which the postmortem includes from then on.

    The reason is required unless the item is only a suggestion. Raises NoDropReason if it's
    missing.
    """
    item = _require_state(session, item_id, *_UNDECIDED)
    clean = _clean(session, reason.strip(), "A reason", MAX_REASON_LENGTH)
    if item.state is ItemState.SUGGESTED and not clean:
        return drop(session, bot, actor, item_id)
    if not clean:
        raise NoDropReason(command=bot.policy.command, number=item.id)
    action_items.record_reason(session, item.id, by=actor.person, at=actor.at, because=clean)
    item = _change(session, bot, actor, item, state=ItemState.DROPPED)
    incident = stored_incidents.by_id(session, item.incident_id)
    text = f"{item.text}: {clean}"
    recording.record_action(
        session, incident, actor, EventKind.DROPPED, text=text, detail=str(item.id)
    )
    return item


def finish(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    item = _require_state(session, item_id, ItemState.OPEN)
    return _change(
        session, bot, actor, item, state=ItemState.DONE, done_at=actor.at, done_by=actor.person
    )


def reopen(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Reopen an item that is done or dropped. A dropped suggestion becomes a suggestion again."""
    item = _require_state(session, item_id, ItemState.DONE, ItemState.DROPPED)
    if item.state is ItemState.DONE:
        return _change(session, bot, actor, item, state=ItemState.OPEN, done_at=None, done_by=None)
    state = ItemState.OPEN if item.dropped_because else ItemState.SUGGESTED
    return _change(session, bot, actor, item, state=state)


def require_open(session: Session, item_id: int) -> ActionItem:
    """Return an item that is still open. Raises WrongItemState if it isn't."""
    return _require_state(session, item_id, ItemState.OPEN)


def assign(session: Session, bot: Bot, actor: Actor, item_id: int, owner: str) -> ActionItem:
    """Reassign an item."""
    item = _require_state(session, item_id, *_UNDECIDED)
    refuse_application(session, owner)
    item = _change(session, bot, actor, item, owner=owner)
    item_jobs.enqueue_presence_check(session, item, actor)
    return item


def unassign(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Remove the owner of an item; its thread asks for a new one."""
    item = _require_state(session, item_id, *_UNDECIDED)
    item = _change(session, bot, actor, item, owner=None, snoozed_until=None)
    item_jobs.enqueue_thread_reply(session, item, actor.at)
    return item


def unassign_self(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Remove the actor as owner of an item; its thread asks for a new one. Raises NotTheOwner."""
    item = _require_state(session, item_id, ItemState.OPEN)
    if item.owner != actor.person:
        raise NotTheOwner(owner=mention(item.owner) if item.owner else "nobody yet")
    return unassign(session, bot, actor, item_id)


def unassign_departed(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Unassign the open items of a person who left the workspace; their threads ask for owners."""
    nobody = _nobody(at)
    for item in action_items.open_of_owner(session, person):
        _change(session, bot, nobody, item, owner=None, snoozed_until=None)
        item_jobs.enqueue_thread_reply(session, item, at, left=person)


def hand_over(
    session: Session, bot: Bot, item: ActionItem, owner: str | None, at: datetime
) -> None:
    """Reassign an item whose owner is gone. If there is no new owner, its thread asks for one."""
    item = _change(session, bot, _nobody(at), item, owner=owner, snoozed_until=None)
    if owner is None:
        item_jobs.enqueue_thread_reply(session, item, at)


def _nobody(at: datetime) -> Actor:
    """Return the actor of changes that no person made."""
    return Actor(person="", channel_id="", request_id="", at=at)


def set_priority(
    session: Session, bot: Bot, actor: Actor, item_id: int, priority: Priority
) -> ActionItem:
    """Change the priority. An item without a due date gets one from the configuration.

    Its thread says so then.
    """
    item = _require_state(session, item_id, *_UNDECIDED)
    owner = item.owner or actor.person
    due = None if item.due else _default_due_date(session, bot, priority, owner, actor.at)
    if due is None:
        return _change(session, bot, actor, item, priority=priority)
    item = _change(session, bot, actor, item, priority=priority, due=due)
    item_jobs.enqueue_thread_reply(session, item, actor.at, dated=True)
    return item


def set_due_date(session: Session, bot: Bot, actor: Actor, item_id: int, due: date) -> ActionItem:
    """Change the due date. Raises DateInThePast."""
    item = _require_state(session, item_id, *_UNDECIDED)
    _refuse_past(session, bot, actor, due, item.owner or actor.person)
    return _change(session, bot, actor, item, due=due, snoozed_until=None)


def snooze(session: Session, bot: Bot, actor: Actor, item_id: int) -> ActionItem:
    """Pause reminders until the start of the day after tomorrow, in the owner's time zone."""
    item = _require_state(session, item_id, ItemState.OPEN)
    zone = working_hours.zone_of(session, bot, item.owner or actor.person)
    until = datetime.combine((actor.at + SNOOZE_DURATION).astimezone(zone).date(), time(), zone)
    return _change(session, bot, actor, item, snoozed_until=until.astimezone(UTC))


def _change(
    session: Session, bot: Bot, actor: Actor, item: ActionItem, **values: object
) -> ActionItem:
    before = item
    item = action_items.change(session, item.id, by=actor.person, at=actor.at, **values)
    item_jobs.enqueue_update(session, item, actor.at)
    item_jobs.enqueue_postmortem_update(
        session, item, actor.at, with_file=item.state is not before.state
    )
    ladder.plan(session, bot, item, actor.at)
    ticket_jobs.enqueue_sync(session, bot, item, actor.at)
    item_jobs.enqueue_outsider_note(session, before, item, actor.at)
    for person in {before.owner, item.owner}:
        home_tab.refresh(session, person, actor.at)
    return item


def _default_due_date(
    session: Session, bot: Bot, priority: Priority | None, owner: str, at: datetime
) -> date | None:
    """Return the due date that a priority implies, a working day of the owner; None without one."""
    days = bot.policy.action_items.due_days[priority] if priority else 0
    if not days:
        return None
    day = working_hours.today_of(session, bot, owner, at) + timedelta(days=days)
    return first_working_day(day, working_hours.reminder_rules(session, bot, owner))


def _require_state(session: Session, item_id: int, *states: ItemState) -> ActionItem:
    """Return an item. Raises NoSuchItem, or WrongItemState if it isn't in one of these states.

    The state is checked because a button in an old message may be clicked.
    """
    item = action_items.by_id(session, item_id)
    if item is None:
        raise NoSuchItem
    if item.state not in states:
        raise WrongItemState(state=item.state_name)
    return item


def _refuse_past(session: Session, bot: Bot, actor: Actor, due: date | None, owner: str) -> None:
    if due is not None and due < working_hours.today_of(session, bot, owner, actor.at):
        raise DateInThePast(day=due)


def _clean(session: Session, text: str, subject: str, longest: int) -> str:
    """Return a text as plain text. One that is too long is refused, and returned to its author."""
    clean = to_plain_text(text, people.names(session, find_references(text)))
    if len(clean) > longest:
        raise TooManyCharacters(
            what=subject, longest=longest, count=len(clean), given=MarkupText(mrkdwn(clean))
        )
    return clean

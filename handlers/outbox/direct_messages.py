"""Messages to one person: reminders, the Home tab, the first greeting."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter

from bot.action_items import items
from bot.channels.handover import Departure
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.deadline import Deadline
from bot.domain.job import Job
from bot.incidents import permalinks
from bot.people import home_tab
from bot.people.working_hours import today_of
from bot.reminders.delivery import (
    may_still_send,
    pending_deadlines,
    pending_items,
    postpone,
    reassign_departed,
)
from bot.rendering import render
from handlers.outbox import recipients
from handlers.outbox.job_context import JobResult
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from handlers.views import action_item_message, layouts, postmortem_layouts
from handlers.views import home_tab as home_tab_view
from handlers.views.layouts import Entry
from storage import incidents
from storage import people as known
from storage.engine.store import Session

ACCOUNT_CHECK_AGE = timedelta(hours=20)  # how long a person is assumed to be still in the workspace


def update_home(sender: MessageSender, job: Job) -> JobResult:
    """Update a person's Home tab; clear it once if they've become an outsider."""
    person, at = str(job.about["person"]), sender.bot.now()
    people.look_up(sender.bot, sender.client, [person])
    channels = recipients.channels_of(sender, person)
    actor = Actor(person=person, channel_id="", request_id="", at=at, channels=channels)
    with sender.bot.store.begin() as session:
        if known.is_outsider(session, person):
            view, then = (
                home_tab_view.outsider_view(),
                partial(home_tab.forget_opened, person=person),
            )
        else:
            content = home_tab.load(session, sender.bot, actor)
            view, then = home_tab_view.home(sender.bot, content), None
    sender.client.views_publish(user_id=person, view=view)
    return JobResult(then=then)


def send_welcome(sender: MessageSender, job: Job) -> JobResult:
    """Explain the bot and how to begin: once, to the first person who tried it."""
    person = str(job.about["person"])
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    message = render.message("hello", command=sender.bot.policy.command, policy=sender.bot.policy)
    return JobResult(dm, sender.post(job, dm, message.text, layouts.notice(message)))


def send_reminder(sender: MessageSender, job: Job) -> JobResult:
    """Send one direct message with everything that's due, leaving out what has been done meanwhile.

    If it was delayed until a bad time or another day, it's merged into the next one. People who
    have left the workspace get none; the lead is asked to find a new owner. Items of private
    incidents are left out unless the person is in their channels; otherwise they're handed over.
    """
    owner, at = str(job.about["owner"]), sender.bot.now()
    people.look_up(sender.bot, sender.client, [owner], ACCOUNT_CHECK_AGE)
    departures = recipients.find_departures(sender, owner, _incidents_of(sender, job))
    with sender.bot.store.begin() as session:
        person = known.find(session, owner)
        due = _still_due(session, sender, job, {departure.incident_id for departure in departures})
        is_timely = may_still_send(session, sender.bot, owner, at)
    if person is not None and person.deactivated:
        return JobResult(then=lambda session: _handle_departure(session, sender, job))
    leave_out = partial(_hand_over_hidden, sender, job, departures)
    if not due:
        return JobResult(then=leave_out)
    dm = sender.client.conversations_open(users=[owner])["channel"]["id"]
    if not is_timely and sender.find_earlier_post(job, dm) is None:
        return JobResult(then=partial(_postpone, sender, job, leave_out))
    message = render.message("reminder", entries=due, own=all(entry.own for entry in due))
    ts = sender.post(job, dm, message.text, layouts.reminder(message, due))
    return JobResult(dm, ts, leave_out)


def _postpone(
    sender: MessageSender, job: Job, leave_out: Callable[[Session], None], session: Session
) -> None:
    leave_out(session)
    postpone(session, sender.bot, job, sender.bot.now())


def _incidents_of(sender: MessageSender, job: Job) -> set[int]:
    with sender.bot.store.begin() as session:
        items = {item.incident_id for _, item in pending_items(session, job)}
        return items | {deadline.incident_id for deadline in pending_deadlines(session, job)}


def _hand_over_hidden(
    sender: MessageSender, job: Job, departures: Sequence[Departure], session: Session
) -> None:
    """Hand over the person's responsibilities in incidents they can't see, and their reminders."""
    recipients.hand_over(sender, departures, session)
    hidden = {departure.incident_id for departure in departures if departure.members is not None}
    reassign_departed(session, job, sender.bot.now(), of_incidents=hidden)


def _still_due(
    session: Session, sender: MessageSender, job: Job, excluded: Collection[int]
) -> list[Entry]:
    """Return what still needs the person, each with its reason and buttons, earliest due date first.

    Incidents in `excluded` are left out.
    """
    owner = str(job.about["owner"])
    items = {item.id: item for _, item in pending_items(session, job)}
    due = [
        (item.due or date.max, build_entry(session, sender.bot, owner, item, sender.bot.now()))
        for item in items.values()
        if item.incident_id not in excluded
    ] + [
        (deadline.due_at.date(), _postmortem(session, sender, deadline))
        for deadline in pending_deadlines(session, job)
        if deadline.incident_id not in excluded
    ]
    return [entry for _, entry in sorted(due, key=itemgetter(0))]


def build_entry(session: Session, bot: Bot, person: str, item: ActionItem, at: datetime) -> Entry:
    """Return one item with the reason why it's due and the buttons for the person."""
    incident = incidents.by_id(session, item.incident_id)
    link = permalinks.permalink(session, incident.channel_id or "", item.thread_ts or "")
    facts = {"link": link, "today": today_of(session, bot, person, at)}
    own = item.owner == person
    line = render.line("due_item", item=item, incident=incident, own=own, **facts)
    buttons = (
        action_item_message.reminder_buttons(item)
        if own
        else action_item_message.non_owner_buttons(item)
    )
    return Entry(line=line, buttons=tuple(buttons), own=own)


def _postmortem(session: Session, sender: MessageSender, deadline: Deadline) -> Entry:
    """Return an entry for a postmortem that's behind its deadline."""
    incident = incidents.by_id(session, deadline.incident_id)
    facts = {"limits": sender.bot.policy.postmortem.deadlines, "command": sender.bot.policy.command}
    line = render.line("postmortem_due", incident=incident, step=deadline.step, **facts)
    link = permalinks.for_postmortem(session, incident.id)
    return Entry(
        line=line, buttons=tuple(postmortem_layouts.due_buttons(incident, link)), own=False
    )


def _handle_departure(session: Session, sender: MessageSender, job: Job) -> None:
    at = sender.bot.now()
    items.unassign_departed(session, sender.bot, str(job.about["owner"]), at)
    reassign_departed(session, job, at)

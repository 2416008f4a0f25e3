"""What the bot says to one person: reminders by DM, their Home tab, the first hello."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.action_items import items
from bot.channels.handover import Departure
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.deadline import Deadline
from bot.domain.job import Job
from bot.incidents import permalinks
from bot.people import home_tab_refresh
from bot.people.working_hours import today_of
from bot.reminders import home_tab_content
from bot.reminders.ladder import deadlines_of, fold, items_of, may_be_said, pass_on
from bot.rendering import render
from handlers.outbox import recipients
from handlers.outbox.channel_setup import JobResult
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from handlers.views import action_item_message, home_tab, layouts
from handlers.views.layouts import Entry
from storage import incidents
from storage import people as known
from storage.engine.store import Session

STILL_HERE = timedelta(hours=20)  # nobody writes to who left yesterday


def home(sender: MessageSender, job: Job) -> JobResult:
    """A person's Home tab as it is now; of somebody who has become an outsider it is emptied once."""
    person, at = str(job.about["person"]), sender.bot.now()
    people.learn(sender.bot, sender.client, [person])
    channels = recipients.channels_of(sender, person)
    actor = Actor(person=person, channel_id="", request_id="", at=at, channels=channels)
    with sender.bot.store.begin() as session:
        if known.is_outsider(session, person):
            view, then = home_tab.closed(), partial(home_tab_refresh.forget_opened, person=person)
        else:
            shown = home_tab_content.of(session, sender.bot, actor)
            view, then = home_tab.home(sender.bot, shown), None
    sender.client.views_publish(user_id=person, view=view)
    return JobResult(then=then)


def hello(sender: MessageSender, job: Job) -> JobResult:
    """What the bot is for and how to begin: said once, to who tried it first."""
    person = str(job.about["person"])
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    message = render.message("hello", command=sender.bot.policy.command, policy=sender.bot.policy)
    return JobResult(dm, sender.post(job, dm, message.text, layouts.notice(message)))


def reminder(sender: MessageSender, job: Job) -> JobResult:
    """One DM with all that is due; what was done meanwhile is left out.

    One that had to wait for Slack until a bad hour, or for another day's, is folded into the next.
    Who has left the workspace gets none: who leads is asked who does it instead. Of private incidents
    there is nothing in it unless the person is in their channels; what they had there is handed over.
    """
    owner, at = str(job.about["owner"]), sender.bot.now()
    people.learn(sender.bot, sender.client, [owner], STILL_HERE)
    gone = recipients.departures(sender, owner, _incidents_of(sender, job))
    with sender.bot.store.begin() as session:
        person = known.find(session, owner)
        due = _still_due(session, sender, job, {each.incident_id for each in gone})
        timely = may_be_said(session, sender.bot, owner, at)
    if person is not None and person.deactivated:
        return JobResult(then=lambda session: _gone(session, sender, job))
    leave_out = partial(_leave_out, sender, job, gone)
    if not due:
        return JobResult(then=leave_out)
    dm = sender.client.conversations_open(users=[owner])["channel"]["id"]
    if not timely and sender.said_before(job, dm) is None:
        return JobResult(then=partial(_put_off, sender, job, leave_out))
    message = render.message("reminder", entries=due, own=all(each.own for each in due))
    ts = sender.post(job, dm, message.text, layouts.reminder(message, due))
    return JobResult(dm, ts, leave_out)


def _put_off(
    sender: MessageSender, job: Job, leave_out: Callable[[Session], None], session: Session
) -> None:
    leave_out(session)
    fold(session, sender.bot, job, sender.bot.now())


def _incidents_of(sender: MessageSender, job: Job) -> set[int]:
    with sender.bot.store.begin() as session:
        items = {item.incident_id for _, item in items_of(session, job)}
        return items | {each.incident_id for each in deadlines_of(session, job)}


def _leave_out(
    sender: MessageSender, job: Job, gone: Sequence[Departure], session: Session
) -> None:
    """Hand over what the person had in incidents that they may not hear of, and what of those was due."""
    recipients.hand_over(sender, gone, session)
    left_out = {each.incident_id for each in gone if each.members is not None}
    pass_on(session, job, sender.bot.now(), of_incidents=left_out)


def _still_due(
    session: Session, sender: MessageSender, job: Job, besides: Collection[int]
) -> list[Entry]:
    """What still needs the person, each with the line that says why and its buttons.

    Nothing of the incidents `besides`.
    """
    owner = str(job.about["owner"])
    items = {item.id: item for _, item in items_of(session, job)}
    due = [
        entry(session, sender.bot, owner, item, sender.bot.now())
        for item in items.values()
        if item.incident_id not in besides
    ]
    deadlines = deadlines_of(session, job)
    told = [each for each in deadlines if each.incident_id not in besides]
    return due + [_postmortem(session, sender, each) for each in told]


def entry(session: Session, bot: Bot, person: str, item: ActionItem, at: datetime) -> Entry:
    """One item, with the line that says why it needs a person, and what they can do about it."""
    incident = incidents.by_id(session, item.incident_id)
    link = permalinks.permalink(session, incident.channel_id or "", item.thread_ts or "")
    shown = {"link": link, "today": today_of(session, bot, person, at)}
    own = item.owner == person
    line = render.line("due_item", item=item, incident=incident, own=own, **shown)
    buttons = (
        action_item_message.reminder_buttons(item, link)
        if own
        else action_item_message.others_buttons(item, link)
    )
    return Entry(line=line, buttons=tuple(buttons), own=own)


def _postmortem(session: Session, sender: MessageSender, deadline: Deadline) -> Entry:
    """A postmortem that is not as far as it should be."""
    incident = incidents.by_id(session, deadline.incident_id)
    shown = {"limits": sender.bot.policy.postmortem.deadlines, "command": sender.bot.policy.command}
    line = render.line("postmortem_due", incident=incident, step=deadline.step, **shown)
    link = permalinks.postmortem(session, incident.id)
    return Entry(line=line, buttons=tuple(layouts.due_buttons(incident, link)), own=False)


def _gone(session: Session, sender: MessageSender, job: Job) -> None:
    at = sender.bot.now()
    items.leave(session, sender.bot, str(job.about["owner"]), at)
    pass_on(session, job, at)

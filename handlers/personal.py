"""What the bot says to one person: reminders by DM, their Home tab, the first hello."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot import action_items, home_tabs, homes, places, render
from bot.domain.action_item import ActionItem
from bot.domain.asker import Asker
from bot.domain.deadline import Deadline
from bot.domain.posting import Posting
from bot.environment import Bot
from bot.handing_over import Departure
from bot.hours import today_of
from bot.reminders import deadlines_of, fold, items_of, may_be_said, pass_on
from handlers import home_layout, item_layouts, layouts, people, recipients
from handlers.channel_deeds import Told
from handlers.layouts import Entry
from handlers.voice import Voice
from storage import incidents
from storage import people as known
from storage.engine import Session

STILL_HERE = timedelta(hours=20)  # nobody writes to who left yesterday


def home(voice: Voice, posting: Posting) -> Told:
    """A person's Home tab as it is now; of somebody who has become an outsider it is emptied once."""
    person, at = str(posting.about["person"]), voice.bot.now()
    people.learn(voice.bot, voice.client, [person])
    channels = recipients.channels_of(voice, person)
    asker = Asker(person=person, channel_id="", request_id="", at=at, channels=channels)
    with voice.bot.store.begin() as session:
        if known.is_outsider(session, person):
            view, then = home_layout.closed(), partial(home_tabs.forget_opened, person=person)
        else:
            shown = homes.of(session, voice.bot, asker)
            view, then = home_layout.home(voice.bot, shown), None
    voice.client.views_publish(user_id=person, view=view)
    return Told(then=then)


def hello(voice: Voice, posting: Posting) -> Told:
    """What the bot is for and how to begin: said once, to who tried it first."""
    person = str(posting.about["person"])
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    message = render.message("hello", command=voice.bot.policy.command, policy=voice.bot.policy)
    return Told(dm, voice.post(posting, dm, message.text, layouts.notice(message)))


def reminder(voice: Voice, posting: Posting) -> Told:
    """One DM with all that is due; what was done meanwhile is left out.

    One that had to wait for Slack until a bad hour, or for another day's, is folded into the next.
    Who has left the workspace gets none: who leads is asked who does it instead. Of private incidents
    there is nothing in it unless the person is in their channels; what they had there is handed over.
    """
    owner, at = str(posting.about["owner"]), voice.bot.now()
    people.learn(voice.bot, voice.client, [owner], STILL_HERE)
    gone = recipients.departures(voice, owner, _incidents_of(voice, posting))
    with voice.bot.store.begin() as session:
        person = known.find(session, owner)
        due = _still_due(session, voice, posting, {each.incident_id for each in gone})
        timely = may_be_said(session, voice.bot, owner, at)
    if person is not None and person.deactivated:
        return Told(then=lambda session: _gone(session, voice, posting))
    leave_out = partial(_leave_out, voice, posting, gone)
    if not due:
        return Told(then=leave_out)
    dm = voice.client.conversations_open(users=[owner])["channel"]["id"]
    if not timely and voice.said_before(posting, dm) is None:
        return Told(then=partial(_put_off, voice, posting, leave_out))
    message = render.message("reminder", entries=due, own=all(each.own for each in due))
    ts = voice.post(posting, dm, message.text, layouts.reminder(message, due))
    return Told(dm, ts, leave_out)


def _put_off(
    voice: Voice, posting: Posting, leave_out: Callable[[Session], None], session: Session
) -> None:
    leave_out(session)
    fold(session, voice.bot, posting, voice.bot.now())


def _incidents_of(voice: Voice, posting: Posting) -> set[int]:
    with voice.bot.store.begin() as session:
        items = {item.incident_id for _, item in items_of(session, posting)}
        return items | {each.incident_id for each in deadlines_of(session, posting)}


def _leave_out(voice: Voice, posting: Posting, gone: Sequence[Departure], session: Session) -> None:
    """Hand over what the person had in incidents that they may not hear of, and what of those was due."""
    recipients.hand_over(voice, gone, session)
    left_out = {each.incident_id for each in gone if each.members is not None}
    pass_on(session, posting, voice.bot.now(), of_incidents=left_out)


def _still_due(
    session: Session, voice: Voice, posting: Posting, besides: Collection[int]
) -> list[Entry]:
    """What still needs the person, each with the line that says why and its buttons.

    Nothing of the incidents `besides`.
    """
    owner = str(posting.about["owner"])
    items = {item.id: item for _, item in items_of(session, posting)}
    due = [
        entry(session, voice.bot, owner, item, voice.bot.now())
        for item in items.values()
        if item.incident_id not in besides
    ]
    deadlines = deadlines_of(session, posting)
    told = [each for each in deadlines if each.incident_id not in besides]
    return due + [_postmortem(session, voice, each) for each in told]


def entry(session: Session, bot: Bot, person: str, item: ActionItem, at: datetime) -> Entry:
    """One item, with the line that says why it needs a person, and what they can do about it."""
    incident = incidents.by_id(session, item.incident_id)
    link = places.permalink(session, incident.channel_id or "", item.thread_ts or "")
    shown = {"link": link, "today": today_of(session, bot, person, at)}
    own = item.owner == person
    line = render.line("due_item", item=item, incident=incident, own=own, **shown)
    buttons = (
        item_layouts.reminder_buttons(item, link)
        if own
        else item_layouts.others_buttons(item, link)
    )
    return Entry(line=line, buttons=tuple(buttons), own=own)


def _postmortem(session: Session, voice: Voice, deadline: Deadline) -> Entry:
    """A postmortem that is not as far as it should be."""
    incident = incidents.by_id(session, deadline.incident_id)
    shown = {"limits": voice.bot.policy.postmortem.deadlines, "command": voice.bot.policy.command}
    line = render.line("postmortem_due", incident=incident, step=deadline.step, **shown)
    link = places.postmortem(session, incident.id)
    return Entry(line=line, buttons=tuple(layouts.due_buttons(incident, link)), own=False)


def _gone(session: Session, voice: Voice, posting: Posting) -> None:
    at = voice.bot.now()
    action_items.leave(session, voice.bot, str(posting.about["owner"]), at)
    pass_on(session, posting, at)

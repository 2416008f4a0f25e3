"""What the bot says to one person: reminders by DM, their Home tab, the first hello."""

from bot import homes, postmortems, render
from bot.action_items import today_of
from bot.domain.action_item import ActionItem
from bot.domain.posting import Posting
from bot.reminders import fold, may_be_said
from handlers import home_layout, layouts, people
from handlers.channel_deeds import Told
from handlers.voice import Voice
from storage import action_items, incidents
from storage.engine import Session


def home(voice: Voice, posting: Posting) -> Told:
    """A person's Home tab as it is now."""
    person, at = str(posting.about["person"]), voice.bot.now()
    people.learn(voice.bot, voice.client, [person])
    with voice.bot.store.begin() as session:
        shown = homes.of(session, voice.bot, person, at)
    voice.client.views_publish(user_id=person, view=home_layout.home(voice.bot, shown))
    return Told()


def hello(voice: Voice, posting: Posting) -> Told:
    """What the bot is for and how to begin: said once, to who tried it first."""
    person = str(posting.about["person"])
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    message = render.message("hello", command=voice.bot.policy.command, policy=voice.bot.policy)
    return Told(dm, voice.post(posting, dm, message.text, layouts.notice(message)))


def reminder(voice: Voice, posting: Posting) -> Told:
    """One DM with all that is due; what was done meanwhile is left out.

    One that had to wait for Slack until a bad hour, or for another day's, is folded into the next.
    """
    owner, at = str(posting.about["owner"]), voice.bot.now()
    with voice.bot.store.begin() as session:
        due = _still_due(session, voice, posting)
        timely = may_be_said(session, voice.bot, owner, at)
    if not due:
        return Told()
    dm = voice.client.conversations_open(users=[owner])["channel"]["id"]
    if not timely and voice.said_before(posting, dm) is None:
        items = [item.id for item, _ in due]
        return Told(then=lambda session: fold(session, voice.bot, owner, items, at))
    message = render.message("reminder", lines=[line for _, line in due])
    return Told(dm, voice.post(posting, dm, message.text, layouts.reminder(message, due)))


def _still_due(session: Session, voice: Voice, posting: Posting) -> list[tuple[ActionItem, str]]:
    """The items that still need their owner, each with the line that says why."""
    owner, ids = str(posting.about["owner"]), posting.about["items"]
    assert isinstance(ids, list)  # noqa: S101 - written by bot.reminders
    today = today_of(session, voice.bot, owner, voice.bot.now())
    due = []
    for item_id in ids:
        item = action_items.by_id(session, item_id)
        if item is not None and item.is_open and item.owner == owner:
            incident = incidents.by_id(session, item.incident_id)
            link = postmortems.permalink(session, incident.channel_id or "", item.thread_ts or "")
            line = render.line("due_item", item=item, incident=incident, link=link, today=today)
            due.append((item, line))
    return due

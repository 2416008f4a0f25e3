"""Tickets in the team's tracker: made once, closed and opened as their items are, and looked at.

What goes wrong stands on the item, and is tried again for as long as it goes wrong.
"""

from collections.abc import Callable
from datetime import timedelta

from bot import places, render, tickets
from bot.domain.action_item import ActionItem
from bot.domain.posting import Posting
from bot.domain.ticket import Found, NewTicket, Next, Ticket, Tracker, TrackerTrouble, next_step
from handlers import late_calls
from handlers.channel_deeds import Told, incident_of, number_in
from handlers.voice import Voice
from storage import action_items, people
from storage import tickets as stored
from storage.engine import Session

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_DOUBLED = 7  # tries, after which the longest wait is reached


def ticket(voice: Voice, posting: Posting) -> Told:
    """One item's ticket: made if there is none, then closed or opened if the item changed last."""
    tracker = voice.bot.tracker
    item, asked = _read(voice, number_in(posting, "item"))
    if tracker is None or asked is None or asked.tracker is not tracker.kind or asked.is_link:
        return Told()
    try:
        found = _found(voice, posting, item, asked)
        if found is None:
            return Told()
        asked = _kept(voice, asked, found)
        found = _pushed(voice, tracker, asked, found)
    except TrackerTrouble as trouble:
        trouble.wait = trouble.wait or _growing(posting)
        with voice.bot.store.begin() as session:
            tickets.note_trouble(session, asked, trouble, voice.bot.now())
        raise
    return Told(then=_settling(voice, asked, found))


def compare(voice: Voice, posting: Posting) -> Told:
    """Look at every ticket that is due. What all would meet ends the round, to be gone on with later."""
    tracker, at = voice.bot.tracker, voice.bot.now()
    if tracker is None:
        return Told()
    with voice.bot.store.begin() as session:
        due = tickets.due(session, voice.bot, at)
    for each in due:
        try:
            settle = _settling(voice, each, _look(tracker, each))
        except TrackerTrouble as trouble:
            if trouble.passes:
                trouble.wait = trouble.wait or _growing(posting)
                raise
            settle = _noting(voice, each, trouble)
        with voice.bot.store.begin() as session:
            settle(session)
    return Told()


def _read(voice: Voice, item_id: int) -> tuple[ActionItem, Ticket | None]:
    with voice.bot.store.begin() as session:
        item = action_items.by_id(session, item_id)
        asked = stored.of_item(session, item_id)
    assert item is not None  # noqa: S101 - items are never deleted
    return item, asked


def _found(voice: Voice, posting: Posting, item: ActionItem, asked: Ticket) -> Found | None:
    """The ticket as it is, made if need be; None when there is none, and none is needed any more."""
    tracker = voice.bot.tracker
    assert tracker is not None  # noqa: S101 - asked before
    if asked.key:
        return _look(tracker, asked)
    if posting.unsure_since is not None:
        made = tracker.find(asked.mark, posting.unsure_since)
        if made is not None:
            return made
        late_calls.before_repeating(voice.bot, posting, voice.repeat_after)
    return tracker.create(_new(voice, posting, item, asked)) if item.is_open else None


def _look(tracker: Tracker, asked: Ticket) -> Found:
    """A ticket as the tracker has it. About one that is not the team's own nothing is asked."""
    if tracker.owns(asked.key):
        return tracker.look(asked.key)
    return Found(key=asked.key, url=asked.url, done=False)


def _kept(voice: Voice, asked: Ticket, found: Found) -> Ticket:
    """Keep at once that a ticket was made: whatever fails from here on, no second one is."""
    if asked.key:
        return asked
    with voice.bot.store.begin() as session:
        tickets.settle(session, voice.bot, asked, found, voice.bot.now())
        return stored.of_item(session, asked.item_id) or asked


def _pushed(voice: Voice, tracker: Tracker, asked: Ticket, found: Found) -> Found:
    """The ticket closed or opened, if the item as it is now changed last, and the ticket is the team's own."""
    if not tracker.owns(found.key):
        return found
    item, _ = _read(voice, asked.item_id)
    here = item.is_over
    if next_step(asked.state, here=here, there=found.done) is Next.PUSH:
        return tracker.put(found.key, done=here)
    return found


def _new(voice: Voice, posting: Posting, item: ActionItem, asked: Ticket) -> NewTicket:
    """What a ticket says; of a private incident no more than the item itself."""
    incident = incident_of(voice, posting)
    with voice.bot.store.begin() as session:
        owner = people.find(session, item.owner) if item.owner else None
        place = (incident.channel_id or "", item.thread_ts or item.evidence or "")
        link = None if incident.private else places.permalink(session, *place)
    shown = None if incident.private else incident
    facts = {"item": item, "incident": shown, "owner": owner.name if owner else None}
    return NewTicket(
        title=item.text,
        lines=render.plain_lines("ticket.txt.j2", **facts),
        mark=asked.mark,
        link=link,
        due=item.due,
        priority=item.priority,
    )


def _settling(voice: Voice, asked: Ticket, found: Found) -> Callable[[Session], None]:
    return lambda session: tickets.settle(session, voice.bot, asked, found, voice.bot.now())


def _noting(voice: Voice, asked: Ticket, trouble: TrackerTrouble) -> Callable[[Session], None]:
    return lambda session: tickets.note_trouble(session, asked, trouble, voice.bot.now())


def _growing(posting: Posting) -> timedelta:
    doubled: int = 2 ** min(posting.attempts, MOST_DOUBLED)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)

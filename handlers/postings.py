"""What the bot says, each message from what is stored at the moment when it is sent."""

from bot import digests, postmortems, render
from bot.action_items import today_of
from bot.domain.action_item import ActionItem
from bot.domain.digest import overdue
from bot.domain.incident import Incident
from bot.domain.markup import mentioned
from bot.domain.posting import Posting
from bot.reminders import fold, may_be_said, replan
from handlers import layouts, people
from handlers.channel_deeds import Told, channel_of
from handlers.forms.sections import titles
from handlers.voice import CannotSay, Voice
from storage import action_items, incidents, outbox, timeline
from storage import postmortems as stored
from storage.engine import Session
from storage.people import names

LONGEST_ALT = 1_000  # Slack's limit
FILES = {"png": "timeline.png", "html": "postmortem.html"}


def card(voice: Voice, posting: Posting) -> Told:
    """The incident at a glance: one message, edited in place."""
    incident, channel = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        message = _card(session, voice, incident)
    blocks = layouts.card(message)
    if incident.card_ts is not None:
        voice.update(channel, incident.card_ts, message.text, blocks)
        return Told(channel, incident.card_ts)
    ts = voice.post(posting, channel, message.text, blocks)
    return Told(channel, ts, lambda session: incidents.change(session, incident.id, card_ts=ts))


def announcement(voice: Voice, posting: Posting) -> Told:
    """The incident in the team's channel: said once, edited as it changes."""
    name = voice.bot.policy.channels.announce
    if name is None:
        return Told()
    incident, channel = channel_of(voice, posting)
    message = render.message("announcement", incident=incident, channel=channel)
    blocks = layouts.announcement(message)
    with voice.bot.store.begin() as session:
        said = incidents.announcement(session, incident.id)
    if said:
        where, ts = said["channel"], said["ts"]
        voice.update(where, ts, message.text, blocks)
        return Told(where, ts)
    where = voice.channel_named(name)
    ts = voice.post(posting, where, message.text, blocks)
    kept = {"channel": where, "ts": ts}
    return Told(
        where, ts, lambda session: incidents.change(session, incident.id, announcement=kept)
    )


def notice(voice: Voice, posting: Posting) -> Told:
    """One line in the channel for a change that the whole team needs."""
    incident, channel = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        event = timeline.deed(session, incident.id, str(posting.about["event"]))
        known = names(session, mentioned(event.text))
    person = next(iter(mentioned(event.text)), event.author)
    message = render.message(
        "notice",
        incident=incident,
        event=event,
        names=known,
        person=person,
        drafts=posting.about.get("drafts", True),
        command=voice.bot.policy.command,
    )
    return Told(channel, voice.post(posting, channel, message.text, layouts.notice(message)))


def summary(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    message = _summary(voice, incident)
    ts = voice.post(posting, channel, message.text, layouts.summary(message, incident))
    return Told(channel, ts)


def summary_now(voice: Voice, posting: Posting) -> Told:
    """The summary where it stands, as the postmortem is now."""
    incident, _ = channel_of(voice, posting)
    channel, ts = _answered(voice, posting)
    message = _summary(voice, incident)
    voice.update(channel, ts, message.text, layouts.summary(message, incident))
    return Told()


def section_now(voice: Voice, posting: Posting) -> Told:
    """A part of the postmortem where it stands; one that is new is said in the thread."""
    channel, thread = _answered(voice, posting)
    number = _number(posting, "part")
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, channel_of(voice, posting)[0])
        said = outbox.place_of_part(session, posting.answers or 0, number)
    there = postmortems.parts(postmortem)
    text = there[number] if number < len(there) else render.line("part_gone")
    shown, blocks = render.without_escapes(text), layouts.section(text)
    if said:
        voice.update(channel, said[1], shown, blocks)
        return Told()
    return Told(channel, voice.post(posting, channel, shown, blocks, thread))


def section(voice: Voice, posting: Posting) -> Told:
    """A part of the draft, in the summary's thread."""
    channel, thread = _answered(voice, posting)
    with voice.bot.store.begin() as session:
        postmortem = stored.by_id(session, _number(posting, "postmortem"))
    text = postmortems.parts(postmortem)[_number(posting, "part")]
    shown = render.without_escapes(text)
    ts = voice.post(posting, channel, shown, layouts.section(text), thread)
    return Told(channel, ts)


def file(voice: Voice, posting: Posting) -> Told:
    channel, thread = _answered(voice, posting)
    incident, _ = channel_of(voice, posting)
    kind = str(posting.about["file"])
    with voice.bot.store.begin() as session:
        postmortem = stored.by_id(session, _number(posting, "postmortem"))
    content = postmortem.picture if kind == "png" else postmortem.html.encode()
    name = f"{incident.key.lower()}-v{postmortem.version}-{FILES[kind]}"
    page = render.line("page_alt", incident=incident)
    alt = postmortem.picture_text if kind == "png" else page
    voice.upload(posting, channel, thread, name=name, content=content, alt=alt[:LONGEST_ALT])
    return Told()


def item(voice: Voice, posting: Posting) -> Told:
    """An action item: the head of its thread, edited as it changes."""
    incident, channel = channel_of(voice, posting)
    found = _item(voice, posting)
    if found.owner:
        people.learn(voice.bot, voice.client, [found.owner])
    message = render.message("item", item=found, incident=incident)
    blocks = layouts.item(message, found)
    if found.thread_ts is not None:
        voice.update(channel, found.thread_ts, message.text, blocks)
        return Told(channel, found.thread_ts)
    ts = voice.post(posting, channel, message.text, blocks)

    def keep(session: Session) -> None:
        action_items.opened_thread(session, found.id, ts)
        if found.owner:
            replan(session, voice.bot, found.owner, voice.bot.now())

    return Told(channel, ts, keep)


def item_thread(voice: Voice, posting: Posting) -> Told:
    """The first reply of an item's thread: where it comes from, what it still needs."""
    channel, thread = _answered(voice, posting)
    found = _item(voice, posting)
    with voice.bot.store.begin() as session:
        link = postmortems.permalink(session, channel, found.evidence) if found.evidence else None
    message = render.message("item_thread", item=found, link=link)
    ts = voice.post(posting, channel, message.text, layouts.notice(message), thread)
    return Told(channel, ts)


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


def digest(voice: Voice, posting: Posting) -> Told:
    """The weekly figures, beside those of the week before."""
    name = voice.bot.policy.digest_channel
    if name is None:
        return Told()
    week = str(posting.about["week"])
    at = voice.bot.now()
    today = at.astimezone(voice.bot.policy.zone).date()
    with voice.bot.store.begin() as session:
        now = digests.of_week(session, week)
        before = digests.of_week(session, digests.before(week))
        late = digests.shown(session, overdue(action_items.accepted(session), today))
    message = render.message("digest", week=week, now=now, before=before, late=late, today=today)
    channel = voice.channel_named(name)
    return Told(channel, voice.post(posting, channel, message.text, layouts.digest(message)))


def _summary(voice: Voice, incident: Incident) -> render.Message:
    """What the summary says now: of the newest version, whichever it was written for."""
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, incident)
    blaming, _ = postmortems.findings(postmortem)
    return render.message(
        "summary",
        incident=incident,
        draft=postmortem.document,
        version=postmortem.version,
        blaming=len(blaming),
        titles=titles(),
        command=voice.bot.policy.command,
    )


def _card(session: Session, voice: Voice, incident: Incident) -> render.Message:
    impact = timeline.last_impact(session, incident.id)
    return render.message(
        "card",
        incident=incident,
        meaning=voice.bot.policy.severities[incident.severity] if incident.severity else "",
        impact=impact,
        names=names(session, mentioned(impact.text) if impact else []),
        command=voice.bot.policy.command,
    )


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


def _answered(voice: Voice, posting: Posting) -> tuple[str, str]:
    with voice.bot.store.begin() as session:
        place = outbox.place(session, posting.answers or 0)
    if place is None:
        raise CannotSay("the message that this one answers was not sent")
    return place


def _item(voice: Voice, posting: Posting) -> ActionItem:
    with voice.bot.store.begin() as session:
        found = action_items.by_id(session, _number(posting, "item"))
    assert found is not None  # noqa: S101 - items are never deleted
    return found


def _number(posting: Posting, name: str) -> int:
    return int(str(posting.about[name]))

"""What the bot says, each message from what is stored at the moment when it is sent."""

from datetime import datetime

from bot import comebacks, places, render
from bot.domain.action_item import ActionItem
from bot.domain.checking.vague_items import vague
from bot.domain.incident import Incident
from bot.domain.item_likeness import alike
from bot.domain.markup import mentioned, referenced
from bot.domain.posting import Posting
from bot.domain.timeline import Kind
from bot.escalations import not_reminded, still_late
from bot.reminders import replan
from bot.ticket_steps import follow, may_be_asked
from handlers import item_layouts, layouts, people
from handlers.channel_deeds import Told, answered, channel_of, incident_of, number_in
from handlers.voice import Voice
from storage import action_items, incidents, reviews, tickets, timeline
from storage.engine import Session
from storage.people import has_outsiders, names


def card(voice: Voice, posting: Posting) -> Told:
    """The incident at a glance: one message, edited in place."""
    incident, channel = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        message = _card(session, voice, incident)
        link = places.postmortem(session, incident.id)
    blocks = layouts.card(message, incident, link)
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
    incident = incident_of(voice, posting)
    if incident.private:
        return Told()
    with voice.bot.store.begin() as session:
        said = incidents.announcement(session, incident.id)
        update = timeline.last_update(session, incident.id)
        known = names(session, referenced(update.text) if update else [])
    shown = {"channel": incident.channel_id, "update": update, "names": known}
    message = render.message("announcement", incident=incident, **shown)
    blocks = layouts.announcement(message)
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
    """One line for a change that the whole team needs; in the thread of what it answers, if it does."""
    incident, channel = channel_of(voice, posting)
    thread = answered(voice, posting)[1] if posting.answers else None
    with voice.bot.store.begin() as session:
        event = timeline.deed(session, incident.id, str(posting.about["event"]))
        known = names(session, referenced(event.text))
        link = places.permalink(session, event.channel_id, event.message_id)
        review = _review(session, incident) if event.kind is Kind.REVIEW else {}
    if event.deleted:
        return Told()
    message = render.message(
        "notice",
        incident=incident,
        event=event,
        names=known,
        person=next(iter(mentioned(event.text)), event.author),
        former=next(iter(mentioned(event.text)[1:]), None),
        drafts=posting.about.get("drafts", True),
        due=_time(posting, "due"),
        alone=posting.about.get("alone", False),
        command=voice.bot.policy.command,
        **({"link": link} | review),
    )
    ts = voice.post(posting, channel, message.text, layouts.notice(message), thread)
    return Told(channel, ts)


def item(voice: Voice, posting: Posting) -> Told:
    """An action item: the head of its thread, edited as it changes."""
    incident, channel = channel_of(voice, posting)
    found = _item(voice, posting)
    if found.owner:
        people.learn(voice.bot, voice.client, [found.owner])
    with voice.bot.store.begin() as session:
        ticket = tickets.of_item(session, found.id)
        told = not_reminded(session, found)
    facts = {"incident": incident, "ticket": ticket, "not_reminded": told}
    message = render.message("item", item=found, **facts)
    may_ask = may_be_asked(voice.bot, found, ticket)
    blocks = item_layouts.item(message, found, may_ask=may_ask)
    if found.thread_ts is not None:
        voice.update(channel, found.thread_ts, message.text, blocks)
        return Told(channel, found.thread_ts)
    ts = voice.post(posting, channel, message.text, blocks)

    def keep(session: Session) -> None:
        opened = action_items.opened_thread(session, found.id, ts)
        follow(session, voice.bot, opened, voice.bot.now())
        if found.owner:
            replan(session, voice.bot, found.owner, voice.bot.now())

    return Told(channel, ts, keep)


def item_thread(voice: Voice, posting: Posting) -> Told:
    """The first reply of an item's thread: where it comes from, what it still needs."""
    channel, thread = answered(voice, posting)
    found = _item(voice, posting)
    with voice.bot.store.begin() as session:
        link = places.permalink(session, channel, found.evidence) if found.evidence else None
        incident = incidents.by_id(session, found.incident_id)
        twin = _twin(session, found) if posting.about.get("new") else None
        told = not_reminded(session, found)
    if posting.about.get("handed") and not told:
        return Told()  # the owner is a member after all
    message = render.message(
        "item_thread",
        item=found,
        link=link,
        asked=incident.lead or incident.declared_by,
        left=posting.about.get("left"),
        dated=posting.about.get("dated"),
        vague=vague(found.text) if posting.about.get("new") else None,
        twin=twin,
        not_reminded=told,
        handed=posting.about.get("handed"),
    )
    ts = voice.post(posting, channel, message.text, layouts.notice(message), thread)
    return Told(channel, ts)


def item_return(voice: Voice, posting: Posting) -> Told:
    """The question whether an item helped, in its thread: something like its incident happened since."""
    _, channel = channel_of(voice, posting)
    found = _item(voice, posting)
    with voice.bot.store.begin() as session:
        asked = comebacks.told(session, found, str(posting.about["key"]))
    if asked is None or found.thread_ts is None:
        return Told()
    shown = {"incident": asked.incident, "why": asked.why, "link": asked.link}
    message = render.message("item_return", item=found, **shown)
    ts = voice.post(posting, channel, message.text, layouts.notice(message), found.thread_ts)
    return Told(channel, ts)


def taken_over(voice: Voice, posting: Posting) -> Told:
    """Say in a private incident's channel who has now what somebody had who isn't there any more."""
    incident, channel = channel_of(voice, posting)
    numbers, roles = posting.about["items"], posting.about["roles"]
    assert isinstance(numbers, list)  # noqa: S101 - written by bot.handing_over
    with voice.bot.store.begin() as session:
        items = [each for each in (action_items.by_id(session, one) for one in numbers) if each]
    shown = {"person": posting.about["of"], "to": posting.about["to"], "items": items}
    text = render.line("taken_over", incident=incident, roles=roles, **shown)
    return Told(channel, voice.post(posting, channel, text, layouts.line(text)))


def escalation(voice: Voice, posting: Posting) -> Told:
    """What is long late, told to the policy's channel; what was done meanwhile is left out."""
    name, ids = voice.bot.policy.channels.escalate, posting.about["items"]
    assert isinstance(ids, list)  # noqa: S101 - written by bot.escalations
    today = voice.bot.now().astimezone(voice.bot.policy.zone).date()
    with voice.bot.store.begin() as session:
        late = still_late(session, ids)
    if name is None or not late:
        return Told()
    message = render.message("escalation", late=late, today=today)
    channel = voice.channel_named(name)
    return Told(channel, voice.post(posting, channel, message.text, layouts.escalation(message)))


def _twin(session: Session, item: ActionItem) -> dict[str, object] | None:
    """Another open item that seems to ask for the same: the newest one, with its incident and link.

    Outsiders in the channel would read of another incident: there none is named.
    """
    if has_outsiders(session, incidents.by_id(session, item.incident_id).channel_id):
        return None
    for other in action_items.open_beside(session, item):
        if alike(item.text, other.text):
            incident = incidents.by_id(session, other.incident_id)
            link = places.permalink(session, incident.channel_id or "", other.thread_ts or "")
            return {"item": other, "incident": incident, "link": link}
    return None


def _review(session: Session, incident: Incident) -> dict[str, object]:
    """What a notice of a review says beside its step."""
    link = places.postmortem(session, incident.id)
    return {"author": reviews.of_incident(session, incident.id).author, "link": link}


def _card(session: Session, voice: Voice, incident: Incident) -> render.Message:
    impact = timeline.last_impact(session, incident.id)
    update = timeline.last_update(session, incident.id)
    people = [person for each in (impact, update) if each for person in referenced(each.text)]
    return render.message(
        "card",
        incident=incident,
        meaning=voice.bot.policy.severities[incident.severity] if incident.severity else "",
        impact=impact,
        update=update,
        names=names(session, people),
        command=voice.bot.policy.command,
    )


def _item(voice: Voice, posting: Posting) -> ActionItem:
    with voice.bot.store.begin() as session:
        found = action_items.by_id(session, number_in(posting, "item"))
    assert found is not None  # noqa: S101 - items are never deleted
    return found


def _time(posting: Posting, name: str) -> datetime | None:
    written = posting.about.get(name)
    return datetime.fromisoformat(str(written)) if written else None

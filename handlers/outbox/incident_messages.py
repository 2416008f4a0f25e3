"""Messages in an incident's channel, rendered from the data at the time of sending."""

from datetime import datetime

from bot.action_items.similarity import is_similar
from bot.action_items.ticket_jobs import enqueue_sync, may_be_requested
from bot.blameless.vague_action_items import find_vague_pattern
from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.markup import find_mentions
from bot.domain.review import PostmortemState
from bot.domain.timeline import EventKind, TimelineEvent
from bot.incidents import permalinks
from bot.reminders.escalations import find_overdue, not_reminded_note
from bot.reminders.ladder import replan
from bot.rendering import render
from bot.reports import recurrence
from handlers.outbox.display_names import find_names
from handlers.outbox.job_context import (
    JobResult,
    channel_of,
    find_parent_message,
    get_row_id,
    incident_of,
)
from handlers.outbox.message_sender import MessageSender
from handlers.views import action_item_message, layouts
from storage import action_items, incidents, reviews, tickets, timeline
from storage.engine.store import Session
from storage.people import has_outsiders


def post_card(sender: MessageSender, job: Job) -> JobResult:
    """Post the incident's card, or update it in place."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        impact = timeline.last_impact(session, incident.id)
        update = timeline.last_update(session, incident.id)
        link = permalinks.for_postmortem(session, incident.id)
    message = _card(sender, incident, impact, update)
    blocks = layouts.card(message, incident, link)
    if incident.card_ts is not None:
        sender.update(channel, incident.card_ts, message.text, blocks)
        return JobResult(channel, incident.card_ts)
    ts = sender.post(job, channel, message.text, blocks)
    return JobResult(
        channel, ts, lambda session: incidents.change(session, incident.id, card_ts=ts)
    )


def post_announcement(sender: MessageSender, job: Job) -> JobResult:
    """Post the incident in the team's announcement channel, or update it there."""
    name = sender.bot.policy.channels.announce
    if name is None:
        return JobResult()
    incident = incident_of(sender, job)
    if incident.private:
        return JobResult()
    with sender.bot.store.begin() as session:
        announced = incidents.announcement(session, incident.id)
        update = timeline.last_update(session, incident.id)
        is_final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
        link = permalinks.for_postmortem(session, incident.id) if is_final else None
    names = find_names(sender, [incident.declared_by], update.text if update else "")
    facts = {"channel": incident.channel_id, "update": update, "names": names, "postmortem": link}
    message = render.message("announcement", incident=incident, **facts)
    blocks = layouts.announcement(message)
    if announced:
        channel, ts = announced["channel"], announced["ts"]
        sender.update(channel, ts, message.text, blocks)
        return JobResult(channel, ts)
    channel = sender.find_channel_id(name)
    ts = sender.post(job, channel, message.text, blocks)
    announcement = {"channel": channel, "ts": ts}
    return JobResult(
        channel,
        ts,
        lambda session: incidents.change(session, incident.id, announcement=announcement),
    )


def post_notice(sender: MessageSender, job: Job) -> JobResult:
    """Post one line about a change, in the thread of the message the job replies to, if any."""
    incident, channel = channel_of(sender, job)
    thread = find_parent_message(sender, job)[1] if job.answers else None
    with sender.bot.store.begin() as session:
        event = timeline.by_message_id(session, incident.id, str(job.about["event"]))
        link = permalinks.permalink(session, event.channel_id, event.message_id)
        review = _review(session, incident) if event.kind is EventKind.REVIEW else {}
    if event.deleted:
        return JobResult()
    message = render.message(
        "notice",
        incident=incident,
        event=event,
        names=find_names(sender, [event.author, *find_mentions(event.text)], event.text),
        person=next(iter(find_mentions(event.text)), event.author),
        former=next(iter(find_mentions(event.text)[1:]), None),
        drafts=job.about.get("drafts", True),
        due=_time(job, "due"),
        alone=job.about.get("alone", False),
        command=sender.bot.policy.command,
        **({"link": link} | review),
    )
    ts = sender.post(job, channel, message.text, layouts.notice(message), thread)
    return JobResult(channel, ts)


def post_item(sender: MessageSender, job: Job) -> JobResult:
    """Post an action item, which starts its thread, or update it in place."""
    incident, channel = channel_of(sender, job)
    item = _item(sender, job)
    names = find_names(sender, [item.owner, item.done_by])
    with sender.bot.store.begin() as session:
        ticket = tickets.of_item(session, item.id)
        note = not_reminded_note(session, item)
    facts = {"incident": incident, "ticket": ticket, "not_reminded": note, "names": names}
    message = render.message("item", item=item, **facts)
    may_ask = may_be_requested(sender.bot, item, ticket)
    blocks = action_item_message.item(message, item, may_ask=may_ask)
    if item.thread_ts is not None:
        sender.update(channel, item.thread_ts, message.text, blocks)
        return JobResult(channel, item.thread_ts)
    ts = sender.post(job, channel, message.text, blocks)

    def keep(session: Session) -> None:
        opened = action_items.save_thread(session, item.id, ts)
        enqueue_sync(session, sender.bot, opened, sender.bot.now())
        if item.owner:
            replan(session, sender.bot, item.owner, sender.bot.now())

    return JobResult(channel, ts, keep)


def post_item_details(sender: MessageSender, job: Job) -> JobResult:
    """Post the first reply of an item's thread: its source, and what it still needs."""
    channel, thread = find_parent_message(sender, job)
    item = _item(sender, job)
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, channel, item.evidence) if item.evidence else None
        incident = incidents.by_id(session, item.incident_id)
        duplicate = _find_duplicate(session, item) if job.about.get("new") else None
        note = not_reminded_note(session, item)
    left = str(job.about.get("left") or "")
    if job.about.get("handed") and not note:
        return JobResult()  # the owner is a member after all
    message = render.message(
        "item_thread",
        item=item,
        link=link,
        asked=incident.lead or incident.declared_by,
        left=left,
        names=find_names(sender, [left]),
        dated=job.about.get("dated"),
        vague=find_vague_pattern(item.text) if job.about.get("new") else None,
        twin=duplicate,
        not_reminded=note,
        handed=job.about.get("handed"),
    )
    blocks = action_item_message.details(message)
    return JobResult(channel, sender.post(job, channel, message.text, blocks, thread))


def ask_if_item_helped(sender: MessageSender, job: Job) -> JobResult:
    """Ask in an item's thread whether the item helped, since a similar incident has happened."""
    _, channel = channel_of(sender, job)
    item = _item(sender, job)
    with sender.bot.store.begin() as session:
        recurring = recurrence.find_recurrence(session, item, str(job.about["key"]))
    if recurring is None or item.thread_ts is None:
        return JobResult()
    facts = {"incident": recurring.incident, "why": recurring.why, "link": recurring.link}
    message = render.message("item_return", item=item, **facts)
    ts = sender.post(job, channel, message.text, layouts.notice(message), item.thread_ts)
    return JobResult(channel, ts)


def post_handover(sender: MessageSender, job: Job) -> JobResult:
    """Post in a private incident's channel who took over from a person who left it."""
    incident, channel = channel_of(sender, job)
    item_ids, roles = job.about["items"], job.about["roles"]
    assert isinstance(item_ids, list)  # noqa: S101 - written by bot.channels.handover
    with sender.bot.store.begin() as session:
        items = [
            item for item in (action_items.by_id(session, item_id) for item_id in item_ids) if item
        ]
    names = find_names(sender, [str(job.about["of"])])
    facts = {"person": job.about["of"], "to": job.about["to"], "items": items, "names": names}
    text = render.line("taken_over", incident=incident, roles=roles, **facts)
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text)))


def post_escalation(sender: MessageSender, job: Job) -> JobResult:
    """Post overdue items in the escalation channel, leaving out those done meanwhile."""
    name, ids = sender.bot.policy.channels.escalate, job.about["items"]
    assert isinstance(ids, list)  # noqa: S101 - written by bot.reminders.escalations
    today = sender.bot.now().astimezone(sender.bot.policy.zone).date()
    with sender.bot.store.begin() as session:
        overdue = find_overdue(session, ids)
    if name is None or not overdue:
        return JobResult()
    message = render.message("escalation", late=overdue, today=today)
    channel = sender.find_channel_id(name)
    return JobResult(channel, sender.post(job, channel, message.text, layouts.escalation(message)))


def _find_duplicate(session: Session, item: ActionItem) -> dict[str, object] | None:
    """Return the newest other open item that seems to ask for the same, with its incident and link.

    None if outsiders are in the channel, because they would read about another incident.
    """
    if has_outsiders(session, incidents.by_id(session, item.incident_id).channel_id):
        return None
    for other in action_items.find_older_open(session, item):
        if is_similar(item.text, other.text):
            incident = incidents.by_id(session, other.incident_id)
            link = permalinks.permalink(session, incident.channel_id or "", other.thread_ts or "")
            return {"item": other, "incident": incident, "link": link}
    return None


def _review(session: Session, incident: Incident) -> dict[str, object]:
    """Return additional facts for a notice about a review."""
    link = permalinks.for_postmortem(session, incident.id)
    return {"author": reviews.of_incident(session, incident.id).author, "link": link}


def _card(
    sender: MessageSender,
    incident: Incident,
    impact: TimelineEvent | None,
    update: TimelineEvent | None,
) -> render.Message:
    texts = [event.text for event in (impact, update) if event]
    return render.message(
        "card",
        incident=incident,
        meaning=sender.bot.policy.severities[incident.severity] if incident.severity else "",
        impact=impact,
        update=update,
        names=find_names(sender, [incident.lead, incident.declared_by], *texts),
        command=sender.bot.policy.command,
    )


def _item(sender: MessageSender, job: Job) -> ActionItem:
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, get_row_id(job, "item"))
    assert item is not None  # noqa: S101 - items are never deleted
    return item


def _time(job: Job, name: str) -> datetime | None:
    text = job.about.get(name)
    return datetime.fromisoformat(str(text)) if text else None

"""What is done to an incident's channel: made, filled, pinned, read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels import channel_changes, incident_channel
from bot.domain.actor import Actor
from bot.domain.channel_name import suffixed
from bot.domain.incident import Incident, Status
from bot.domain.job import Job, JobKind
from bot.domain.markup import cut
from bot.domain.refusals import NO_CHANNEL, UNANSWERABLE
from bot.domain.timeline import Record
from bot.incidents import permalinks
from bot.postmortems import action_item_updates, drafts, redrafting, requirement
from bot.reminders import postmortem_deadlines
from bot.rendering import render
from bot.timeline.reconciliation import Tally
from handlers.outbox import bookmarks, history_sync, history_walk, reference_names
from handlers.outbox.channel_history import Reader
from handlers.outbox.history_walk import Walk
from handlers.outbox.message_sender import CannotSay, MessageSender
from handlers.slack import channel_payloads, people
from storage import incidents as stored
from storage import outbox
from storage import people as stored_people
from storage.engine.store import Session

log = structlog.get_logger()

NAMES_TRIED = 20
LONGEST_TOPIC = 250  # characters; Slack's limit


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a posting: where it was said, and what is to be stored with that."""

    channel_id: str | None = None
    message_id: str | None = None
    then: Callable[[Session], object] | None = None


def incident_of(sender: MessageSender, job: Job) -> Incident:
    assert job.incident_id is not None  # noqa: S101 - written by the use cases of an incident
    with sender.bot.store.begin() as session:
        return stored.by_id(session, job.incident_id)


def channel_of(sender: MessageSender, job: Job) -> tuple[Incident, str]:
    incident = incident_of(sender, job)
    if incident.channel_id is None:
        raise CannotSay(NO_CHANNEL)
    return incident, incident.channel_id


def open_channel(sender: MessageSender, job: Job) -> JobResult:
    """Make the incident's channel and let the rest follow: people, card, announcement."""
    incident = incident_of(sender, job)
    if incident.channel_id is not None or incident.status is Status.CANCELLED:
        return JobResult()
    name, channel_id = _create(sender, job, incident)
    actor = Actor(
        person=incident.declared_by, channel_id=channel_id, request_id="", at=sender.bot.now()
    )

    def keep(session: Session) -> None:
        changed = stored.change(session, incident.id, channel_id=channel_id, channel_name=name)
        incident_channel.welcome(session, changed, actor)

    return JobResult(then=keep)


def invite(sender: MessageSender, job: Job) -> JobResult:
    """Let somebody in: who declared it, or whom the posting names."""
    incident, channel = channel_of(sender, job)
    person = str(job.about.get("person", incident.declared_by))
    try:
        sender.client.conversations_invite(channel=channel, users=[person])
    except SlackApiError as error:
        if error.response["error"] not in {"already_in_channel", "cant_invite_self"}:
            raise
    return JobResult()


def meet(sender: MessageSender, job: Job) -> JobResult:
    """Learn a person's name and zone."""
    people.learn(sender.bot, sender.client, [str(job.about["person"])])
    return JobResult()


def topic(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    text = render.line("topic", incident=incident)
    sender.client.conversations_setTopic(channel=channel, topic=cut(text, LONGEST_TOPIC))
    return JobResult()


def pin(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    if incident.card_ts is None:
        return JobResult()
    try:
        sender.client.pins_add(channel=channel, timestamp=incident.card_ts)
    except SlackApiError as error:
        if error.response["error"] != "already_pinned":
            raise
    return JobResult()


def bookmark(sender: MessageSender, job: Job) -> JobResult:
    """Add the card to the channel's bookmarks, where people find it who close the pins."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, channel, incident.card_ts or "")
    if link is None or incident.bookmark_id:
        return JobResult()
    made = bookmarks.add_once(sender, job, incident, (channel, link))
    return JobResult(then=lambda session: stored.change(session, incident.id, bookmark_id=made))


def fetch(sender: MessageSender, job: Job) -> JobResult:
    """Read what was missed in the channel into the record."""
    incident, _ = channel_of(sender, job)
    if _is_superseded(sender, job):
        return JobResult()
    new = bool(job.about.get("new"))
    tally = compare(sender, job, incident, _walk(sender, job, incident))
    if new and tally.late:
        log.warning("messages were missed while connected", incident=incident.key, n=tally.late)
        sender.on_missed()
    return JobResult()


def _is_superseded(sender: MessageSender, job: Job) -> bool:
    """Return whether a draft waits for the same history, where two readers would slow each other down."""
    if job.about.get("threads_since"):
        return False
    with sender.bot.store.begin() as session:
        incident_id = job.incident_id or 0
        return bool(outbox.unfinished_of(session, incident_id, [JobKind.READ_HISTORY]))


def _walk(sender: MessageSender, job: Job, incident: Incident) -> Walk:
    """Choose what to read: the threads not read since a time, what is new, or all that may differ."""
    since = job.about.get("threads_since")
    if since:
        at = datetime.fromisoformat(str(since))
        walk = history_walk.walk_of_threads(sender.bot, incident, at)
    elif job.about.get("new"):
        walk = history_walk.walk_to_proven(sender.bot, incident)
    else:
        walk = history_walk.walk_after_gap(sender.bot, incident)
    return walk.resumed(job.progress)


def draft(sender: MessageSender, job: Job) -> JobResult:
    """Learn who is who, and draft from the record."""
    incident, _ = channel_of(sender, job)
    made, at = prepared(sender, incident), sender.bot.now()

    def keep(session: Session) -> None:
        drafts.keep(session, incident, made, at)
        postmortem_deadlines.plan(session, sender.bot, stored.by_id(session, incident.id), at)

    return JobResult(then=keep)


def compose(sender: MessageSender, job: Job) -> JobResult:
    """Draft from the record as it is, with what people wrote, where the postmortem stands already."""
    incident, _ = channel_of(sender, job)
    made, at = prepared(sender, incident, redrafting.until_final), sender.bot.now()
    page, items = bool(job.about.get("page")), str(job.about.get("items") or "")
    if items:
        return JobResult(
            then=lambda session: action_item_updates.keep(session, incident, made, at, items)
        )
    return JobResult(
        then=lambda session: drafts.keep_in_place(session, incident, made, at, page=page)
    )


def answered(sender: MessageSender, job: Job) -> tuple[str, str]:
    """Channel and message id of what a posting answers."""
    with sender.bot.store.begin() as session:
        place = outbox.place(session, job.answers or 0)
    if place is None:
        raise CannotSay(UNANSWERABLE)
    return place


def number_in(job: Job, name: str) -> int:
    """A number of ours that a posting is about."""
    return int(str(job.about[name]))


def _all_of(record: Record) -> Record:
    return record


def prepared(
    sender: MessageSender, incident: Incident, chosen: Callable[[Record], Record] = _all_of
) -> drafts.Prepared:
    """Compose the draft from what is `chosen` of the record, with everybody's name.

    Outside of any transaction: commands go on meanwhile, however long the record is.
    """
    with sender.bot.store.begin() as session:
        record = drafts.record_of(session, incident)
        involved = drafts.involved(session, incident, record.events)
    people.learn(sender.bot, sender.client, involved)
    reference_names.learn(sender.bot, sender.client, involved)
    with sender.bot.store.begin() as session:
        known = stored_people.names(session, involved)
        outsiders = stored_people.outsiders(session, involved)
        record = chosen(replace(record, people=known, outsiders=outsiders))
        beside = requirement.beside(session, sender.bot, incident)
    return drafts.prepare(sender.bot, record, beside)


def compare(
    sender: MessageSender,
    job: Job,
    incident: Incident,
    walk: Walk,
    note: history_sync.Note = lambda _session, _walk: None,
) -> Tally:
    """Compare the record with the history; `note` is called after each step, once it's kept."""
    channel = incident.channel_id or ""
    follow_channel(sender, incident, channel)

    def keep(session: Session, reached: Walk) -> None:
        outbox.note_progress(session, job.id, reached.as_progress())
        note(session, reached)

    reader = Reader(sender.client, sender.identity, channel, sender.bot.policy.marks)
    return history_sync.compare(sender.bot, reader, incident, walk, keep)


def follow_channel(sender: MessageSender, incident: Incident, channel: str) -> None:
    """Ask Slack how the incident's channel is, and follow what events didn't tell."""
    try:
        described = sender.client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if error.response["error"] in history_sync.CLOSED_TO_US:
            return  # the comparison notes that
        raise
    seen = channel_payloads.described(described)
    with sender.bot.store.begin() as session:
        channel_changes.follow(session, incident.id, seen, sender.bot.now())


def _create(sender: MessageSender, job: Job, incident: Incident) -> tuple[str, str]:
    for number in range(1, NAMES_TRIED + 1):
        name = incident.channel_name if number == 1 else suffixed(incident.channel_name, number)
        try:
            channel = sender.client.conversations_create(name=name, is_private=incident.private)[
                "channel"
            ]
        except SlackApiError as error:
            if error.response["error"] != "name_taken":
                raise
            ours = (
                _made_before(sender, name, private=incident.private) if job.unsure_since else None
            )
            if ours is not None:
                return name, ours
        else:
            return channel["name"], channel["id"]
    raise CannotSay("name_taken")


def _made_before(sender: MessageSender, name: str, *, private: bool) -> str | None:
    """Find a channel of that name that we made and no incident has: an earlier try's."""
    kind = "private_channel" if private else "public_channel"
    for page in sender.client.users_conversations(types=kind, limit=200):
        for channel in page["channels"]:
            if channel["name"] == name and channel.get("creator") == sender.identity.bot_user_id:
                with sender.bot.store.begin() as session:
                    used = stored.by_channel(session, channel["id"])
                return None if used else str(channel["id"])
    return None

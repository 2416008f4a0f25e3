"""Jobs that create an incident's channel, set it up and read it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels import channel_changes, incident_channel
from bot.domain.actor import Actor
from bot.domain.incident import Incident, Status
from bot.domain.job import Job, JobKind
from bot.domain.markup import shorten
from bot.domain.refusals import NO_CHANNEL, UNANSWERABLE
from bot.domain.timeline import Record
from bot.incidents import permalinks
from bot.incidents.channel_name import add_suffix
from bot.postmortems import action_item_updates, drafts, redrafting, requirement
from bot.reminders import postmortem_deadlines
from bot.rendering import render
from bot.timeline.reconciliation import ComparisonCounts
from handlers.outbox import bookmarks, history_sync, history_walk, reference_names
from handlers.outbox.channel_history import ChannelReader
from handlers.outbox.history_walk import SyncProgress
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.slack import channel_payloads, people
from storage import incidents as stored
from storage import outbox
from storage import people as stored_people
from storage.engine.store import Session

log = structlog.get_logger()

MAX_NAMES_TRIED = 20
MAX_TOPIC_LENGTH = 250  # characters; Slack's limit


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job: the posted message, if any, and what to store with the outcome."""

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
        raise CannotPost(NO_CHANNEL)
    return incident, incident.channel_id


def create_channel(sender: MessageSender, job: Job) -> JobResult:
    """Create the incident's channel, and enqueue what follows: people, card, announcement."""
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
    """Invite a person: the one that the job names, or else the one who declared the incident."""
    incident, channel = channel_of(sender, job)
    person = str(job.about.get("person", incident.declared_by))
    try:
        sender.client.conversations_invite(channel=channel, users=[person])
    except SlackApiError as error:
        if error.response["error"] not in {"already_in_channel", "cant_invite_self"}:
            raise
    return JobResult()


def look_up_person(sender: MessageSender, job: Job) -> JobResult:
    """Look up a person's name and time zone."""
    people.look_up(sender.bot, sender.client, [str(job.about["person"])])
    return JobResult()


def set_topic(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    text = render.line("topic", incident=incident)
    sender.client.conversations_setTopic(channel=channel, topic=shorten(text, MAX_TOPIC_LENGTH))
    return JobResult()


def pin_card(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    if incident.card_ts is None:
        return JobResult()
    try:
        sender.client.pins_add(channel=channel, timestamp=incident.card_ts)
    except SlackApiError as error:
        if error.response["error"] != "already_pinned":
            raise
    return JobResult()


def bookmark_card(sender: MessageSender, job: Job) -> JobResult:
    """Bookmark the card in the channel, where people can find it if they've closed the pins."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, channel, incident.card_ts or "")
    if link is None or incident.bookmark_id:
        return JobResult()
    made = bookmarks.add_once(sender, job, incident, (channel, link))
    return JobResult(then=lambda session: stored.change(session, incident.id, bookmark_id=made))


def sync_history(sender: MessageSender, job: Job) -> JobResult:
    """Record messages of the channel that were missed."""
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


def _walk(sender: MessageSender, job: Job, incident: Incident) -> SyncProgress:
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


def draft_postmortem(sender: MessageSender, job: Job) -> JobResult:
    """Learn who is who, and draft from the record."""
    incident, _ = channel_of(sender, job)
    made, at = prepare_draft(sender, incident), sender.bot.now()

    def keep(session: Session) -> None:
        drafts.store_draft(session, incident, made, at)
        postmortem_deadlines.plan(session, sender.bot, stored.by_id(session, incident.id), at)

    return JobResult(then=keep)


def update_draft(sender: MessageSender, job: Job) -> JobResult:
    """Draft the postmortem from the record and what people wrote, and update it in place."""
    incident, _ = channel_of(sender, job)
    made, at = prepare_draft(sender, incident, redrafting.cut_at_final), sender.bot.now()
    page, items = bool(job.about.get("page")), str(job.about.get("items") or "")
    if items:
        return JobResult(
            then=lambda session: action_item_updates.keep(session, incident, made, at, items)
        )
    return JobResult(then=lambda session: drafts.store_edit(session, incident, made, at, page=page))


def find_parent_message(sender: MessageSender, job: Job) -> tuple[str, str]:
    """Return the channel and message id of the message that a job replies to.

    Raises CannotPost if that message wasn't posted.
    """
    with sender.bot.store.begin() as session:
        place = outbox.find_posted_message(session, job.answers or 0)
    if place is None:
        raise CannotPost(UNANSWERABLE)
    return place


def get_row_id(job: Job, name: str) -> int:
    """Return one of our row ids from a job's facts."""
    return int(str(job.about[name]))


def _keep_all(record: Record) -> Record:
    return record


def prepare_draft(
    sender: MessageSender, incident: Incident, chosen: Callable[[Record], Record] = _keep_all
) -> drafts.PreparedDraft:
    """Compose the draft from the part of the record that `chosen` returns, with everyone's name.

    Outside of any transaction, so that commands aren't held up, however long the record is.
    """
    with sender.bot.store.begin() as session:
        record = drafts.load_record(session, incident)
        involved = drafts.find_involved(session, incident, record.events)
    people.look_up(sender.bot, sender.client, involved)
    reference_names.learn(sender.bot, sender.client, involved)
    with sender.bot.store.begin() as session:
        known = stored_people.names(session, involved)
        outsiders = stored_people.outsiders(session, involved)
        record = chosen(replace(record, people=known, outsiders=outsiders))
        beside = requirement.load_context(session, sender.bot, incident)
    return drafts.prepare(sender.bot, record, beside)


def compare(
    sender: MessageSender,
    job: Job,
    incident: Incident,
    walk: SyncProgress,
    note: history_sync.StoreProgress = lambda _session, _walk: None,
) -> ComparisonCounts:
    """Compare the record with the history; `note` is called after each step, once it's kept."""
    channel = incident.channel_id or ""
    sync_channel_state(sender, incident, channel)

    def keep(session: Session, reached: SyncProgress) -> None:
        outbox.save_progress(session, job.id, reached.as_progress())
        note(session, reached)

    reader = ChannelReader(sender.client, sender.identity, channel, sender.bot.policy.marks)
    return history_sync.compare(sender.bot, reader, incident, walk, keep)


def sync_channel_state(sender: MessageSender, incident: Incident, channel: str) -> None:
    """Read the channel's state from Slack, and apply changes whose events were missed."""
    try:
        described = sender.client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if error.response["error"] in history_sync.NO_ACCESS_ERRORS:
            return  # the comparison records that
        raise
    seen = channel_payloads.parse_channel(described)
    with sender.bot.store.begin() as session:
        channel_changes.apply(session, incident.id, seen, sender.bot.now())


def _create(sender: MessageSender, job: Job, incident: Incident) -> tuple[str, str]:
    for number in range(1, MAX_NAMES_TRIED + 1):
        name = incident.channel_name if number == 1 else add_suffix(incident.channel_name, number)
        try:
            channel = sender.client.conversations_create(name=name, is_private=incident.private)[
                "channel"
            ]
        except SlackApiError as error:
            if error.response["error"] != "name_taken":
                raise
            ours = (
                _find_earlier(sender, name, private=incident.private) if job.unsure_since else None
            )
            if ours is not None:
                return name, ours
        else:
            return channel["name"], channel["id"]
    raise CannotPost("name_taken")


def _find_earlier(sender: MessageSender, name: str, *, private: bool) -> str | None:
    """Return the channel that an earlier attempt created, or None.

    It has this name, we created it, and no incident uses it.
    """
    kind = "private_channel" if private else "public_channel"
    for page in sender.client.users_conversations(types=kind, limit=200):
        for channel in page["channels"]:
            if channel["name"] == name and channel.get("creator") == sender.identity.bot_user_id:
                with sender.bot.store.begin() as session:
                    used = stored.by_channel(session, channel["id"])
                return None if used else str(channel["id"])
    return None

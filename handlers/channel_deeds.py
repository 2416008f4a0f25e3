"""What is done to an incident's channel: made, filled, pinned, read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError

from bot import (
    channel_changes,
    deadlines,
    incident_channels,
    item_documents,
    needs,
    places,
    postmortems,
    redrafting,
    render,
)
from bot.domain.asker import Asker
from bot.domain.channel_name import suffixed
from bot.domain.incident import Incident, Status
from bot.domain.markup import cut
from bot.domain.posting import Deed, Posting
from bot.domain.refusals import NO_CHANNEL, UNANSWERABLE
from bot.domain.timeline import Record
from bot.reconcile import Tally
from handlers import bookmarks, channel_payloads, fetching, history_walk, people, reference_names
from handlers.history import Reader
from handlers.history_walk import Walk
from handlers.voice import CannotSay, Voice
from storage import incidents as stored
from storage import outbox
from storage import people as stored_people
from storage.engine import Session

log = structlog.get_logger()

NAMES_TRIED = 20
LONGEST_TOPIC = 250  # characters; Slack's limit


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a posting: where it was said, and what is to be stored with that."""

    channel_id: str | None = None
    message_id: str | None = None
    then: Callable[[Session], object] | None = None


def incident_of(voice: Voice, posting: Posting) -> Incident:
    assert posting.incident_id is not None  # noqa: S101 - written by the use cases of an incident
    with voice.bot.store.begin() as session:
        return stored.by_id(session, posting.incident_id)


def channel_of(voice: Voice, posting: Posting) -> tuple[Incident, str]:
    incident = incident_of(voice, posting)
    if incident.channel_id is None:
        raise CannotSay(NO_CHANNEL)
    return incident, incident.channel_id


def open_channel(voice: Voice, posting: Posting) -> Told:
    """Make the incident's channel and let the rest follow: people, card, announcement."""
    incident = incident_of(voice, posting)
    if incident.channel_id is not None or incident.status is Status.CANCELLED:
        return Told()
    name, channel_id = _create(voice, posting, incident)
    asker = Asker(
        person=incident.declared_by, channel_id=channel_id, request_id="", at=voice.bot.now()
    )

    def keep(session: Session) -> None:
        changed = stored.change(session, incident.id, channel_id=channel_id, channel_name=name)
        incident_channels.welcome(session, changed, asker)

    return Told(then=keep)


def invite(voice: Voice, posting: Posting) -> Told:
    """Let somebody in: who declared it, or whom the posting names."""
    incident, channel = channel_of(voice, posting)
    person = str(posting.about.get("person", incident.declared_by))
    try:
        voice.client.conversations_invite(channel=channel, users=[person])
    except SlackApiError as error:
        if error.response["error"] not in {"already_in_channel", "cant_invite_self"}:
            raise
    return Told()


def meet(voice: Voice, posting: Posting) -> Told:
    """Learn a person's name and zone."""
    people.learn(voice.bot, voice.client, [str(posting.about["person"])])
    return Told()


def topic(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    text = render.line("topic", incident=incident)
    voice.client.conversations_setTopic(channel=channel, topic=cut(text, LONGEST_TOPIC))
    return Told()


def pin(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    if incident.card_ts is None:
        return Told()
    try:
        voice.client.pins_add(channel=channel, timestamp=incident.card_ts)
    except SlackApiError as error:
        if error.response["error"] != "already_pinned":
            raise
    return Told()


def bookmark(voice: Voice, posting: Posting) -> Told:
    """Add the card to the channel's bookmarks, where people find it who close the pins."""
    incident, channel = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        link = places.permalink(session, channel, incident.card_ts or "")
    if link is None or incident.bookmark_id:
        return Told()
    made = bookmarks.add_once(voice, posting, incident, (channel, link))
    return Told(then=lambda session: stored.change(session, incident.id, bookmark_id=made))


def fetch(voice: Voice, posting: Posting) -> Told:
    """Read what was missed in the channel into the record."""
    incident, _ = channel_of(voice, posting)
    if _is_superseded(voice, posting):
        return Told()
    new = bool(posting.about.get("new"))
    tally = compare(voice, posting, incident, _walk(voice, posting, incident))
    if new and tally.late:
        log.warning("messages were missed while connected", incident=incident.key, n=tally.late)
        voice.on_missed()
    return Told()


def _is_superseded(voice: Voice, posting: Posting) -> bool:
    """Return whether a draft waits for the same history, where two readers would slow each other down."""
    if posting.about.get("threads_since"):
        return False
    with voice.bot.store.begin() as session:
        incident_id = posting.incident_id or 0
        return bool(outbox.unfinished_of(session, incident_id, [Deed.READ_HISTORY]))


def _walk(voice: Voice, posting: Posting, incident: Incident) -> Walk:
    """Choose what to read: the threads not read since a time, what is new, or all that may differ."""
    since = posting.about.get("threads_since")
    if since:
        at = datetime.fromisoformat(str(since))
        walk = history_walk.walk_of_threads(voice.bot, incident, at)
    elif posting.about.get("new"):
        walk = history_walk.walk_to_proven(voice.bot, incident)
    else:
        walk = history_walk.walk_after_gap(voice.bot, incident)
    return walk.resumed(posting.progress)


def draft(voice: Voice, posting: Posting) -> Told:
    """Learn who is who, and draft from the record."""
    incident, _ = channel_of(voice, posting)
    made, at = prepared(voice, incident), voice.bot.now()

    def keep(session: Session) -> None:
        postmortems.keep(session, incident, made, at)
        deadlines.plan(session, voice.bot, stored.by_id(session, incident.id), at)

    return Told(then=keep)


def compose(voice: Voice, posting: Posting) -> Told:
    """Draft from the record as it is, with what people wrote, where the postmortem stands already."""
    incident, _ = channel_of(voice, posting)
    made, at = prepared(voice, incident, redrafting.until_final), voice.bot.now()
    page, items = bool(posting.about.get("page")), str(posting.about.get("items") or "")
    if items:
        return Told(then=lambda session: item_documents.keep(session, incident, made, at, items))
    return Told(
        then=lambda session: postmortems.keep_in_place(session, incident, made, at, page=page)
    )


def answered(voice: Voice, posting: Posting) -> tuple[str, str]:
    """Channel and message id of what a posting answers."""
    with voice.bot.store.begin() as session:
        place = outbox.place(session, posting.answers or 0)
    if place is None:
        raise CannotSay(UNANSWERABLE)
    return place


def number_in(posting: Posting, name: str) -> int:
    """A number of ours that a posting is about."""
    return int(str(posting.about[name]))


def _all_of(record: Record) -> Record:
    return record


def prepared(
    voice: Voice, incident: Incident, chosen: Callable[[Record], Record] = _all_of
) -> postmortems.Prepared:
    """Compose the draft from what is `chosen` of the record, with everybody's name.

    Outside of any transaction: commands go on meanwhile, however long the record is.
    """
    with voice.bot.store.begin() as session:
        record = postmortems.record_of(session, incident)
        involved = postmortems.involved(session, incident, record.events)
    people.learn(voice.bot, voice.client, involved)
    reference_names.learn(voice.bot, voice.client, involved)
    with voice.bot.store.begin() as session:
        known = stored_people.names(session, involved)
        outsiders = stored_people.outsiders(session, involved)
        record = chosen(replace(record, people=known, outsiders=outsiders))
        beside = needs.beside(session, voice.bot, incident)
    return postmortems.prepare(voice.bot, record, beside)


def compare(
    voice: Voice,
    posting: Posting,
    incident: Incident,
    walk: Walk,
    note: fetching.Note = lambda _session, _walk: None,
) -> Tally:
    """Compare the record with the history; `note` is called after each step, once it's kept."""
    channel = incident.channel_id or ""
    follow_channel(voice, incident, channel)

    def keep(session: Session, reached: Walk) -> None:
        outbox.note_progress(session, posting.id, reached.as_progress())
        note(session, reached)

    reader = Reader(voice.client, voice.identity, channel, voice.bot.policy.marks)
    return fetching.compare(voice.bot, reader, incident, walk, keep)


def follow_channel(voice: Voice, incident: Incident, channel: str) -> None:
    """Ask Slack how the incident's channel is, and follow what events didn't tell."""
    try:
        described = voice.client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if error.response["error"] in fetching.CLOSED_TO_US:
            return  # the comparison notes that
        raise
    seen = channel_payloads.described(described)
    with voice.bot.store.begin() as session:
        channel_changes.follow(session, incident.id, seen, voice.bot.now())


def _create(voice: Voice, posting: Posting, incident: Incident) -> tuple[str, str]:
    for number in range(1, NAMES_TRIED + 1):
        name = incident.channel_name if number == 1 else suffixed(incident.channel_name, number)
        try:
            channel = voice.client.conversations_create(name=name, is_private=incident.private)[
                "channel"
            ]
        except SlackApiError as error:
            if error.response["error"] != "name_taken":
                raise
            ours = (
                _made_before(voice, name, private=incident.private)
                if posting.unsure_since
                else None
            )
            if ours is not None:
                return name, ours
        else:
            return channel["name"], channel["id"]
    raise CannotSay("name_taken")


def _made_before(voice: Voice, name: str, *, private: bool) -> str | None:
    """Find a channel of that name that we made and no incident has: an earlier try's."""
    kind = "private_channel" if private else "public_channel"
    for page in voice.client.users_conversations(types=kind, limit=200):
        for channel in page["channels"]:
            if channel["name"] == name and channel.get("creator") == voice.identity.bot_user_id:
                with voice.bot.store.begin() as session:
                    used = stored.by_channel(session, channel["id"])
                return None if used else str(channel["id"])
    return None

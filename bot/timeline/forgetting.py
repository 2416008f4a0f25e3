"""Forget a message that is still in Slack: erase its text here as if it had been deleted."""

from dataclasses import dataclass

from bot.domain.actor import Actor
from bot.domain.errors import BotError
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.markup import mention, to_plain_text
from bot.domain.timeline import SPOKEN_KINDS, Deletion, EventKind, Source, TimelineEvent
from bot.people import permissions
from bot.slack_text.styles import remove_styles
from bot.timeline import erasure, recording
from bot.timeline.erasure import Erased
from bot.timeline.quotes import is_part_of
from storage import erasure as stored
from storage import incidents, sent_messages, timeline_entries
from storage import timeline as events
from storage.engine.store import Session


class NotRecorded(BotError):
    """I have no record of that message in an incident you can see, so there's nothing to erase."""


class AlreadyForgotten(BotError):
    """That message was already erased from {key}. If it's still in Slack, its author or a workspace admin
    can delete it there."""


class MayNotForget(BotError):
    """Only the incident lead or a workspace admin can erase a message. Ask {lead}."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What was erased from an incident, and whether its title still contains the text."""

    incident: Incident
    erased: Erased
    in_title: bool
    stands: bool  # in Slack; False for the bot's own messages


def find(
    session: Session, actor: Actor, location: tuple[str, str]
) -> tuple[Incident, TimelineEvent]:
    """Return the recorded message at a channel and message id, if this person may have it erased."""
    event = stored.find(session, *location) or _find_shown(session, *location)
    entry = timeline_entries.by_id(session, event.id) if event else None
    if entry is None or event is None:
        raise NotRecorded
    incident = incidents.by_id(session, entry[0])
    if not permissions.may_see(session, actor, incident):
        raise NotRecorded
    if not (actor.is_admin or actor.person == incident.lead):
        raise MayNotForget(lead=mention(incident.lead or incident.declared_by))
    if event.deleted:
        raise AlreadyForgotten(key=incident.key)
    return incident, event


def forget(session: Session, actor: Actor, location: tuple[str, str]) -> Forgotten:
    """Erase a message's text and record who asked, without the text."""
    incident, event = find(session, actor, location)
    in_title = is_part_of(incident.title, remove_styles(to_plain_text(event.text, {})))
    erased = erasure.erase(session, event, Deletion.FORGOTTEN, actor.at)
    recording.record_action(session, incident, actor, EventKind.FORGOTTEN, detail=event.message_id)
    is_in_slack = event.source is not Source.COMMAND
    return Forgotten(incident=incident, erased=erased, in_title=in_title, stands=is_in_slack)


def find_or_record(session: Session, actor: Actor, message: TimelineEvent | None) -> TimelineEvent:
    """Return the message whose menu was used; record it first in case its event hasn't arrived yet."""
    if message is None:
        raise NotRecorded
    if message.kind in SPOKEN_KINDS:
        recording.record(session, message, actor.at)
    return find(session, actor, (message.channel_id, message.message_id))[1]


def _find_shown(session: Session, channel_id: str, message_id: str) -> TimelineEvent | None:
    """Return the timeline entry shown by one of the bot's messages: a note, an update, the impact."""
    notice = sent_messages.find_posting_job(session, channel_id, message_id, JobKind.NOTICE)
    if notice is None or notice.incident_id is None:
        return None
    stored.lock_incident(session, notice.incident_id)
    return events.by_message_id(session, notice.incident_id, str(notice.about["event"]))

"""Set, clear and check the key times of an incident. A time set by a person overrides one found by the draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NotATime
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.key_times import Basis, Moment, Moments, find_times_set_by_people
from bot.domain.timeline import EventKind
from bot.domain.typed_times import parse_time
from bot.drafting.key_times.finding import apply_set_moments, find_contradictions
from bot.incidents import incident_jobs, lifecycle
from bot.people import working_hours
from bot.postmortems import drafts
from bot.timeline import recording
from storage import people, timeline_parts
from storage import postmortems as stored
from storage.engine.store import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyTimes:
    """The current key times of an incident, and the pairs that are out of order."""

    incident: Incident
    moments: Moments
    out_of_order: tuple[tuple[str, str], ...]

    @property
    def named(self) -> dict[str, Moment | None]:
        """Return the moments by name, in their expected order."""
        return dict(self.moments.named())


def load(session: Session, incident: Incident) -> KeyTimes:
    """Combine the times that people set with the others found by the latest draft."""
    drafted = stored.latest(session, incident.id)
    drafted_moments = _parse_drafted(drafted.document["moments"]) if drafted else Moments()
    recorded = timeline_parts.of_kinds(
        session, incident.id, {EventKind.KEY_TIME, EventKind.KEY_TIME_CLEARED}
    )
    names = people.names(session, [event.author for event in recorded])
    moments = apply_set_moments(drafted_moments, find_times_set_by_people(recorded, names))
    return KeyTimes(
        incident=incident, moments=moments, out_of_order=tuple(find_contradictions(moments))
    )


def set_time(session: Session, bot: Bot, actor: Actor, name: str, typed: str) -> KeyTimes:
    """Set one key time. Raises NotATime if it can't be read, IsFinal if the postmortem is final."""
    incident = _require_editable(session, bot, actor)
    zone = working_hours.zone_of(session, bot, actor.person)
    at = parse_time(typed, near=lifecycle.span_of(incident, actor.at), zone=zone)
    return _record_time(session, actor, incident, name, at)


def clear(session: Session, bot: Bot, actor: Actor, name: str) -> KeyTimes:
    """Clear a time that people set; the draft goes back to the one it finds in the channel."""
    return _record_time(session, actor, _require_editable(session, bot, actor), name, None)


def apply_form(
    session: Session, bot: Bot, actor: Actor, typed: Mapping[str, str], initial: Mapping[str, str]
) -> KeyTimes:
    """Set and clear the times changed in a form; `typed` and `initial` are by name, empty for none."""
    for name, words in typed.items():
        if words.strip() and words.strip() != initial.get(name, ""):
            _set_from_form(session, bot, actor, name, words)
        elif not words.strip() and initial.get(name):
            clear(session, bot, actor, name)
    return load(session, lifecycle.require_incident(session, bot, actor))


def _set_from_form(session: Session, bot: Bot, actor: Actor, name: str, words: str) -> None:
    """Set a key time from a form; an error is shown at its field."""
    try:
        set_time(session, bot, actor, name, words)
    except NotATime as error:
        error.field = name
        raise


def _require_editable(session: Session, bot: Bot, actor: Actor) -> Incident:
    incident = lifecycle.require_incident(session, bot, actor)
    drafts.require_not_final(session, bot, incident)
    return incident


def _record_time(
    session: Session, actor: Actor, incident: Incident, name: str, at: datetime | None
) -> KeyTimes:
    kind = EventKind.KEY_TIME if at else EventKind.KEY_TIME_CLEARED
    # Each time set in one form gets its own entry.
    one_time = replace(actor, request_id=f"{actor.request_id}-{name}")
    recording.record_action(session, incident, one_time, kind, detail=name, happened_at=at)
    if stored.latest(session, incident.id):
        incident_jobs.enqueue(session, incident, JobKind.COMPOSE, actor)
    return load(session, incident)


def _parse_drafted(moments: Mapping[str, Any]) -> Moments:
    """Return the moments in a draft's JSON, except those set by a person: the timeline has those."""
    return Moments(
        **{
            name: Moment(
                at=datetime.fromisoformat(moment["at"]),
                basis=Basis(moment["basis"]),
                evidence=tuple(moment["evidence"]),
            )
            for name, moment in moments.items()
            if moment and not moment.get("set_by")
        }
    )

"""The eight key times of an incident, the durations between them, and those that people set."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.timeline import EventKind, TimelineEvent


class Basis(StrEnum):
    """The source of a key time, most reliable first."""

    MARKED = "marked"  # by a reaction, button or command
    TYPED = "typed"  # entered later, with its time
    REPORTED = "reported"  # stated in chat: "at 14:32 we…"
    INFERRED = "inferred"  # inferred from messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One of the eight key times.

    `rule` names the rule that found it; `set_by` is the person who set it, empty if none did.
    """

    at: datetime
    basis: Basis
    evidence: tuple[str, ...]
    rule: str = ""
    set_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """The eight key times in their expected order; unknown ones are None."""

    started: Moment | None = None
    detected: Moment | None = None
    acknowledged: Moment | None = None
    investigating: Moment | None = None
    identified: Moment | None = None
    mitigating: Moment | None = None
    restored: Moment | None = None
    resolved: Moment | None = None

    def named(self) -> Iterator[tuple[str, Moment | None]]:
        for name in MOMENT_NAMES:
            yield name, getattr(self, name)


MOMENT_NAMES = tuple(Moments.__dataclass_fields__)
FORMULAS = {
    "ttd": "detected - started",
    "tta": "acknowledged - detected",
    "ttm": "restored - started",
    "ttr": "resolved - started",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Durations:
    """Time to detect, acknowledge, mitigate and resolve; None if its start or end is unknown."""

    ttd: timedelta | None = None
    tta: timedelta | None = None
    ttm: timedelta | None = None
    ttr: timedelta | None = None

    def named(self) -> Iterator[tuple[str, timedelta | None]]:
        for name in FORMULAS:
            yield name, getattr(self, name)


_SETTING_KINDS = {EventKind.KEY_TIME, EventKind.KEY_TIME_CLEARED}
# Synonyms that people type.
_ALIASES = {
    "start": "started", "began": "started", "begun": "started",
    "detect": "detected", "ack": "acknowledged", "acked": "acknowledged", "acknowledge": "acknowledged",
    "investigate": "investigating", "investigation": "investigating", "identify": "identified", "cause": "identified",
    "mitigate": "mitigating", "mitigated": "mitigating", "mitigation": "mitigating",
    "restore": "restored", "recovered": "restored", "recovery": "restored",
    "resolve": "resolved",
}  # fmt: skip


def combine_evidence(*moments: Moment | None) -> tuple[str, ...]:
    """Return the message ids that known moments are based on, without duplicates, in order."""
    known = [moment for moment in moments if moment]
    return tuple(dict.fromkeys(message for moment in known for message in moment.evidence))


def parse_key_time_name(word: str) -> str | None:
    """Return the moment that a word names, or None."""
    name = word.lower().strip(" :")
    return name if name in MOMENT_NAMES else _ALIASES.get(name)


def find_times_set_by_people(
    events: Iterable[TimelineEvent], names: Mapping[str, str]
) -> dict[str, Moment]:
    """Return the key times last set by people, without cleared ones. `names` maps user ids to names."""
    latest: dict[str, TimelineEvent] = {}
    for event in sorted(events, key=lambda event: event.id):
        if event.kind in _SETTING_KINDS and not (event.hidden or event.deleted):
            latest[event.detail] = event
    return {
        name: Moment(
            at=event.happened_at,
            basis=Basis.MARKED,
            evidence=(event.message_id,),
            rule="set_by_person",
            set_by=names.get(event.author, event.author),
        )
        for name, event in latest.items()
        if event.kind is EventKind.KEY_TIME and name in MOMENT_NAMES
    }

"""Key times set by people: when an incident started, was detected, …, was resolved."""

from collections.abc import Iterable, Mapping

from bot.domain.draft import MOMENT_NAMES, Basis, Moment
from bot.domain.timeline import EventKind, TimelineEvent

_SETTING = {EventKind.KEY_TIME, EventKind.KEY_TIME_CLEARED}
# Synonyms that people type.
_ALIASES = {
    "start": "started", "began": "started", "begun": "started",
    "detect": "detected", "ack": "acknowledged", "acked": "acknowledged", "acknowledge": "acknowledged",
    "investigate": "investigating", "identify": "identified", "cause": "identified",
    "mitigate": "mitigating", "mitigated": "mitigating",
    "restore": "restored", "recovered": "restored", "recovery": "restored",
    "resolve": "resolved",
}  # fmt: skip


def parse_key_time_name(word: str) -> str | None:
    """Return the moment that a word names, or None."""
    name = word.lower().strip(" :")
    return name if name in MOMENT_NAMES else _ALIASES.get(name)


def set_by_people(events: Iterable[TimelineEvent], names: Mapping[str, str]) -> dict[str, Moment]:
    """Return the key times last set by people, without cleared ones. `names` maps user ids to names."""
    latest: dict[str, TimelineEvent] = {}
    for event in sorted(events, key=lambda each: each.id):
        if event.kind in _SETTING and not (event.hidden or event.deleted):
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

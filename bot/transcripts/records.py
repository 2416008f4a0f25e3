"""The record that transcripts and Slack exports become, and how their values are read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.config.policy_parts import MARKS
from bot.domain.incident import Incident, Status
from bot.domain.timeline import Mark, Record, TimelineEvent, from_slack_ts
from bot.redaction import redact, redact_all
from bot.transcripts.errors import EmptyChannel, TooManyMessages
from bot.transcripts.period import WHOLE, Period

KEY = "DRAFT"
MAX_MESSAGES = 100_000
_MARKS = MARKS | {"round_pushpin": Mark.TIMELINE}
_YEARS = (1970, 2199)  # years outside this range aren't message times
_ID = re.compile(r"[A-Z][A-Z0-9]+")
_SLACK_TS = re.compile(r"\d{1,11}(?:\.\d{1,9})?")


@dataclass(frozen=True, kw_only=True)
class ReadResult:
    """A record, and warnings about it: what was left out, a long silence."""

    record: Record
    warnings: tuple[str, ...] = ()


def make_record(
    name: str,
    events: Iterable[TimelineEvent],
    people: Mapping[str, str] | None = None,
    period: Period = WHOLE,
) -> Record:
    """Return a record of messages without a declared incident. Equal times keep their order.

    Raises TooManyMessages or EmptyChannel.
    """
    name = redact(name)[0]
    in_period = period.of(sorted(events, key=lambda event: event.happened_at), name)
    if len(in_period) > MAX_MESSAGES:
        raise TooManyMessages(channel=name, most=f"{MAX_MESSAGES:,}")
    if not in_period:
        raise EmptyChannel(channel=name)
    ordered = tuple(map(_redacted, in_period))
    incident = Incident(
        id=0,
        key=KEY,
        title=name,
        severity=None,
        status=Status.RESOLVED,
        channel_name=name,
        declared_by=ordered[0].author,
        declared_at=ordered[0].happened_at,
        resolved_at=ordered[-1].happened_at,
    )
    return Record(
        incident=incident, events=ordered, people=redact_all(_used_names(people or {}, ordered))
    )


def _used_names(names: Mapping[str, str], events: Iterable[TimelineEvent]) -> dict[str, str]:
    """Return the names of those who wrote or are mentioned: an export lists a whole workspace."""
    ids = {id_ for event in events for id_ in (event.author, *_ID.findall(event.text))}
    return {id_: name for id_, name in names.items() if id_ in ids}


def _redacted(event: TimelineEvent) -> TimelineEvent:
    """Remove secrets, as from any stored event."""
    text, author, detail = (redact(value)[0] for value in (event.text, event.author, event.detail))
    return replace(event, text=text, author=author, detail=detail)


def describe_left_out(part: str, reason: object) -> str:
    """Return a line about something broken that a lenient reading leaves out."""
    return f"Skipped: {part}, {reason}"


def parse_time(ts: object) -> datetime:
    """Parse a message's time: Slack's `ts`, or ISO 8601, by default in UTC. Return it in UTC.

    Raises ValueError, with the reason, if it's neither.
    """
    if not isinstance(ts, str) or not ts:
        raise ValueError("`ts` is missing or isn't text")
    try:
        at = from_slack_ts(ts) if _SLACK_TS.fullmatch(ts) else datetime.fromisoformat(ts)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"`ts` isn't a timestamp: {redact(ts)[0][:40]!r}") from None
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise ValueError(f"`ts` is in the year {at.year}")
    return at


def replace_surrogates(text: str) -> str:
    """Replace unpaired surrogates, which can't be encoded."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def marks_of_reactions(reactions: object) -> frozenset[Mark]:
    """Return the marks of a message's emoji reactions, by the default configuration."""
    if not isinstance(reactions, list):
        return frozenset()
    names = [str(reaction.get("name")) for reaction in reactions if isinstance(reaction, dict)]
    return frozenset(_MARKS[name] for name in names if name in _MARKS)

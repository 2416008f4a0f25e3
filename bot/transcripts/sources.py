"""What a transcript and a Slack export have in common: the record they become, and what can be wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from bot.domain.errors import BotError
from bot.domain.incident import Incident, Status
from bot.domain.timeline import Mark, Record, TimelineEvent, moment_of
from bot.policy_parts import MARKS
from bot.redaction import redact, redact_all

KEY = "DRAFT"
MOST_MESSAGES = 100_000
_MARKS = MARKS | {"round_pushpin": Mark.TIMELINE}
_YEARS = (1970, 2199)  # what lies outside was never a message
_SLACK_TS = re.compile(r"\d{1,11}(?:\.\d{1,9})?")


class Unreadable(BotError):
    """{path} cannot be read: {reason}. Give a .jsonl transcript, or a Slack export's folder or zip."""


class BrokenLine(BotError):
    """Line {number} of {path} is broken: {reason}. Mend it, or leave it out with --lenient."""


class BrokenFile(BotError):
    """{path} is broken: {reason}. Export again, or leave it out with --lenient."""


class NoUsers(BotError):
    """{path} has no users.json. Give the whole export: its folder, or the zip as Slack made it."""


class NoChannel(BotError):
    """There is no channel {channel} in {path}. It has: {channels}."""


class NoFolder(BotError):
    """{channel} in {path} is not a valid channel name. Choose another channel with --channel."""


class TooManyMessages(BotError):
    """{channel} has more than {most} messages. Include only the days of the incident."""


class ChannelNeeded(BotError):
    """{path} has several channels. Choose one with --channel: {channels}."""


class EmptyChannel(BotError):
    """There are no messages in {channel}. Choose a channel or a file that has some."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A record, and a line about each thing that was left out of it."""

    record: Record
    warnings: tuple[str, ...] = ()


def record_of(
    name: str, events: Iterable[TimelineEvent], people: Mapping[str, str] | None = None
) -> Record:
    """A record of messages that nobody declared an incident about. Equal times keep their order."""
    found = list(islice(events, MOST_MESSAGES + 1))
    if len(found) > MOST_MESSAGES:
        raise TooManyMessages(channel=name, most=f"{MOST_MESSAGES:,}")
    ordered = tuple(sorted(map(_redacted, found), key=lambda event: event.happened_at))
    if not ordered:
        raise EmptyChannel(channel=name)
    name = redact(name)[0]
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
    return Record(incident=incident, events=ordered, people=redact_all(people or {}))


def _redacted(event: TimelineEvent) -> TimelineEvent:
    """An event as the bot itself would have stored it."""
    text, author, detail = (redact(said)[0] for said in (event.text, event.author, event.detail))
    return replace(event, text=text, author=author, detail=detail)


def instant(ts: object) -> datetime:
    """When a message was written: Slack's `ts`, or ISO 8601, UTC where no zone is given.

    Raises ValueError, with a few words on what is wrong, when it is neither.
    """
    if not isinstance(ts, str) or not ts:
        raise ValueError("`ts` is missing, or no text")
    try:
        at = moment_of(ts) if _SLACK_TS.fullmatch(ts) else datetime.fromisoformat(ts)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"`ts` is not a timestamp: {redact(ts)[0][:40]!r}") from None
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise ValueError(f"`ts` is in the year {at.year}")
    return at


def sound(text: str) -> str:
    """The text with halves of surrogate pairs replaced: no encoding can write those."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def marks(reactions: object) -> frozenset[Mark]:
    """What the emoji that people left on a message say that it is, by the default policy."""
    if not isinstance(reactions, list):
        return frozenset()
    names = [str(each.get("name")) for each in reactions if isinstance(each, dict)]
    return frozenset(_MARKS[name] for name in names if name in _MARKS)

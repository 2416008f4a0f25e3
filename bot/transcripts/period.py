"""Part of a channel: the messages from one time to another, as typed after --since and --until."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.domain.errors import NotATime
from bot.domain.timeline import TimelineEvent
from bot.domain.typed_times import Span, parse_time
from bot.transcripts.errors import DayNeeded, EndBeforeStart, NotATimeOption, NothingInPeriod

_CLOCK_ONLY = re.compile(
    r"(?:at )?\d{1,2}(?::\d{2}){0,2} ?(?:[ap]\.?m\.?)? ?(?:Z|UTC|GMT)?", re.IGNORECASE
)
_TO_THE_SECOND = re.compile(r":\d{2}:\d{2}")
_DAY, _MINUTE, _SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


class _NamedSpan(NamedTuple):
    """The span that a text names, such as a day or a minute: its start, and that of the next one."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Period:
    """The start and end that somebody typed; None: the first or last message.

    A time without a zone is in `zone`; words such as `yesterday` count from `now`. The end is included: a day
    to midnight, a minute to its last second.
    """

    since: str | None = None
    until: str | None = None
    zone: tzinfo = UTC
    now: datetime | None = None

    def of(self, events: Sequence[TimelineEvent], channel: str) -> Sequence[TimelineEvent]:
        """Return the events in the period, of those given in order."""
        if not events or (self.since is None and self.until is None):
            return events
        first, last = events[0].happened_at, events[-1].happened_at
        since, until = (self._read(*option, first, last) for option in self._options())
        start, end = since.start if since else first, until.end if until else None
        if since and until and until.end <= since.start:
            raise EndBeforeStart(until=self.until, since=self.since)
        matching = [
            event for event in events if start <= event.happened_at and not _is_after(event, end)
        ]
        if not matching:
            raise NothingInPeriod(
                channel=channel,
                period=self._typed(),
                first=_format_time(first),
                last=_format_time(last),
            )
        return matching

    def _options(self) -> tuple[tuple[str, str | None], ...]:
        return ("--since", self.since), ("--until", self.until)

    def _read(
        self, option: str, typed: str | None, first: datetime, last: datetime
    ) -> _NamedSpan | None:
        if typed is None:
            return None
        typed = typed.strip()
        if _CLOCK_ONLY.fullmatch(typed):
            self._check_one_day(option, typed, first, last)
        near = Span(since=first, until=last, now=max(self.now or last, last))
        for read in (_iso_day, _iso_time, _typed_time):
            try:
                return read(typed, near, self.zone)
            except (ValueError, OverflowError, NotATime):
                continue
        raise NotATimeOption(option=option, given=typed)

    def _check_one_day(self, option: str, typed: str, first: datetime, last: datetime) -> None:
        days = [at.astimezone(self.zone).date() for at in (first, last)]
        if days[0] != days[1]:
            raise DayNeeded(option=option, given=typed, day=days[0])

    def _typed(self) -> str:
        return " ".join(f"{option} {typed}" for option, typed in self._options() if typed)


WHOLE = Period()


def _is_after(event: TimelineEvent, end: datetime | None) -> bool:
    return end is not None and event.happened_at >= end


def _format_time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _iso_day(typed: str, _near: Span, zone: tzinfo) -> _NamedSpan:
    return _day(date.fromisoformat(typed), zone)


def _iso_time(typed: str, _near: Span, zone: tzinfo) -> _NamedSpan:
    at = datetime.fromisoformat(typed)
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return _NamedSpan(at, at + (_SECOND if _TO_THE_SECOND.search(typed) else _MINUTE))


def _typed_time(typed: str, near: Span, zone: tzinfo) -> _NamedSpan:
    """Read a time as people type it to the bot, such as `Mar 10 14:30` or `yesterday`."""
    try:
        at = parse_time(typed, near=near, zone=zone)
    except NotATime:
        if not typed:
            raise
        midnight = parse_time(f"{typed} 00:00", near=near, zone=zone)
        return _day(midnight.astimezone(zone).date(), zone)
    return _NamedSpan(at, at + (_SECOND if _TO_THE_SECOND.search(typed) else _MINUTE))


def _day(day: date, zone: tzinfo) -> _NamedSpan:
    midnights = (datetime.combine(date_, datetime.min.time(), zone) for date_ in (day, day + _DAY))
    return _NamedSpan(*(midnight.astimezone(UTC) for midnight in midnights))

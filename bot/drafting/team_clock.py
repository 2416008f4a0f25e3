"""The clock that a team goes by, read off what it says of the moment itself.

People write "rule pushed 10:05" a minute after they pushed it. When several such times lie as many
hours from the messages' own, those are the hours between the team's clock and UTC, and a time without
a zone can be read: "the first call came at 08:22".
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

_CLOCK = re.compile(
    r"(?<![\d:.,/-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:%])"
    r"(?!\s?(?:[ap]\.?m\b|UTC|GMT|Z\b|[A-Z]{1,3}T\b))"
)
_DAY, _STEP = 24 * 60, 30  # minutes; zones lie half an hour apart
_AGO, _AHEAD = 6, 2  # minutes between what is told and the telling
_EARLIEST, _LATEST = -12 * 60, 14 * 60
_ENOUGH = 3  # times that agree


def team_zone(said: Iterable[tuple[str, datetime]]) -> tzinfo | None:
    """The zone of the times that are told as they happen; None when too few agree.

    `said` are texts with the time at which each was written.
    """
    votes = Counter(
        offset
        for text, at in said
        if ":" in text
        for clock in _CLOCK.finditer(text)
        if (offset := _offset(int(clock["hour"]) * 60 + int(clock["minute"]), at)) is not None
    )
    (best, count), (_, second) = [*votes.most_common(2), (0, 0), (0, 0)][:2]
    if count < _ENOUGH or count < 2 * second:
        return None
    return timezone(timedelta(minutes=best), "team")


def _offset(told: int, at: datetime) -> int | None:
    """Minutes from UTC at which the minute of the day `told` is about now; None when there is none."""
    ahead = told - (at.hour * 60 + at.minute)
    for turned in (ahead, ahead - _DAY, ahead + _DAY):
        offset = -(-(turned - _AHEAD) // _STEP) * _STEP
        if offset - turned <= _AGO and _EARLIEST <= offset <= _LATEST:
            return offset
    return None

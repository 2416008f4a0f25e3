"""When the digest comes: as the policy says, or as somebody in its channel chose with the button."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.config.policy import Weekday
from bot.domain.actor import Actor
from bot.domain.errors import NotAChoice
from bot.domain.job import Job, JobKind
from storage import outbox, settings
from storage.engine.store import Session

LANE = "digest"
HOURS = range(24)
_CHOSEN, _INTRODUCED = "digest_settings", "digest_introduced:{}"
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSchedule:
    """On which day and at which hour of `zone` the digest comes, if it is `on`.

    `by` is who chose that in Slack; None when it is the policy's.
    """

    day: Weekday
    hour: int
    zone: ZoneInfo
    on: bool = True
    by: str | None = None

    def of_week(self, today: date) -> datetime:
        """The digest's time in the week of a day."""
        monday = today - today.weekday() * _DAY
        return self._at(monday + self.day.number * _DAY)

    def of_month(self, today: date, working_days: frozenset[int]) -> datetime:
        """The time of the monthly figures: on the first working day of the month of a day."""
        day = today.replace(day=1)
        while day.weekday() not in working_days:
            day += _DAY
        return self._at(day)

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), self.zone)


def rhythm(session: Session, bot: Bot) -> DigestSchedule:
    """What is so now."""
    policy = bot.policy.digest
    zone = policy.zone or bot.policy.zone
    written = settings.get(session, _CHOSEN)
    if written is None:
        return DigestSchedule(day=policy.day, hour=policy.hour, zone=zone)
    chosen = json.loads(written)
    return DigestSchedule(
        day=Weekday(chosen["day"]),
        hour=chosen["hour"],
        zone=zone,
        on=chosen["on"],
        by=chosen["by"],
    )


def choose(
    session: Session, bot: Bot, actor: Actor, wanted: tuple[bool, str, int]
) -> DigestSchedule:
    """Let the digest come or not, on a day and at an hour; its channel is told when that is new.

    `NotAChoice` when there is no such day or hour.
    """
    on, day, hour = wanted
    if day not in set(Weekday):
        raise NotAChoice(given=day, what="day", choices=", ".join(Weekday))
    if hour not in HOURS:
        raise NotAChoice(given=hour, what="hour", choices="0 to 23")
    before = rhythm(session, bot)
    if (before.on, before.day, before.hour) == (on, day, hour):
        return before
    kept = {"on": on, "day": day, "hour": hour, "by": actor.person}
    settings.keep(session, _CHOSEN, json.dumps(kept))
    if bot.policy.digest_channel is not None:
        outbox.put(session, Job(kind=JobKind.DIGEST_CHANGED, lane=LANE), actor.at)
    return rhythm(session, bot)


def introduce(session: Session, bot: Bot, at: datetime) -> None:
    """Before the first digest of a channel, say what will come there; once."""
    name = _INTRODUCED.format(bot.policy.digest_channel)
    if settings.get(session, name) is None:
        settings.keep(session, name, at.isoformat())
        outbox.put(session, Job(kind=JobKind.DIGEST_INTRO, lane=LANE), at)

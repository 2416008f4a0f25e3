"""The schedule of the digest: configured, or chosen by somebody in its channel."""

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
    """The day and hour of the digest in `zone`, if it is `on`.

    `by` is the person who chose it in Slack; None if it's configured.
    """

    day: Weekday
    hour: int
    zone: ZoneInfo
    on: bool = True
    by: str | None = None

    def of_week(self, today: date) -> datetime:
        """Return the digest's time in the week of a date."""
        monday = today - today.weekday() * _DAY
        return self._at(monday + self.day.number * _DAY)

    def of_month(self, today: date, working_days: frozenset[int]) -> datetime:
        """Return the time of the monthly report: the first working day of a date's month."""
        day = today.replace(day=1)
        while day.weekday() not in working_days:
            day += _DAY
        return self._at(day)

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), self.zone)


def load_schedule(session: Session, bot: Bot) -> DigestSchedule:
    """Return the current schedule."""
    policy = bot.policy.digest
    zone = policy.zone or bot.policy.zone
    stored = settings.get(session, _CHOSEN)
    if stored is None:
        return DigestSchedule(day=policy.day, hour=policy.hour, zone=zone)
    chosen = json.loads(stored)
    return DigestSchedule(
        day=Weekday(chosen["day"]),
        hour=chosen["hour"],
        zone=zone,
        on=chosen["on"],
        by=chosen["by"],
    )


def change_schedule(
    session: Session, bot: Bot, actor: Actor, choice: tuple[bool, str, int]
) -> DigestSchedule:
    """Turn the digest on or off and set its day and hour. If that changes it, its channel is told.

    Raises NotAChoice for an unknown day or hour.
    """
    is_on, day, hour = choice
    if day not in set(Weekday):
        raise NotAChoice(given=day, what="day", choices=", ".join(Weekday))
    if hour not in HOURS:
        raise NotAChoice(given=hour, what="hour", choices="0 to 23")
    before = load_schedule(session, bot)
    if (before.on, before.day, before.hour) == (is_on, day, hour):
        return before
    chosen = {"on": is_on, "day": day, "hour": hour, "by": actor.person}
    settings.save(session, _CHOSEN, json.dumps(chosen))
    if bot.policy.digest_channel is not None:
        outbox.enqueue(session, Job(kind=JobKind.DIGEST_CHANGED, lane=LANE), actor.at)
    return load_schedule(session, bot)


def enqueue_introduction(session: Session, bot: Bot, at: datetime) -> None:
    """Enqueue the introduction of a channel's first digest: what will be posted there."""
    name = _INTRODUCED.format(bot.policy.digest_channel)
    if settings.get(session, name) is None:
        settings.save(session, name, at.isoformat())
        outbox.enqueue(session, Job(kind=JobKind.DIGEST_INTRO, lane=LANE), at)

"""When a person may be interrupted, by their time zone, reminder hour, holidays and leave.

`bot.config.holidays` says which days are holidays, and `Ladder` in `bot.domain.reminder_ladder`
applies the rules to a time.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config import holidays
from bot.config.context import Bot
from bot.domain.errors import ZoneUnknown
from bot.domain.reminder_ladder import Ladder
from bot.domain.typed_times import names_utc
from storage import people, settings
from storage.engine.store import Session

_HOUR, _AWAY = "remind_hour:{}", "away:{}"


def reminder_rules(session: Session, bot: Bot, person: str) -> Ladder:
    """Return the reminder rules for a person, with the hour and leave they chose."""
    chosen = settings.get(session, _HOUR.format(person))
    zone = zone_of(session, bot, person)
    return _ladder(
        bot,
        zone,
        int(chosen) if chosen else bot.policy.reminders.hour,
        return_date(session, person),
    )


def team_rules(bot: Bot) -> Ladder:
    """Return the reminder rules for messages to the whole team, in the configured zone."""
    return _ladder(bot, bot.policy.zone, bot.policy.reminders.hour, None)


def zone_and_rules(session: Session, bot: Bot, person: str) -> tuple[ZoneInfo, Ladder]:
    """Return a person's time zone and reminder rules, which are only useful together."""
    return zone_of(session, bot, person), reminder_rules(session, bot, person)


def zone_of(session: Session, bot: Bot, person: str) -> ZoneInfo:
    """Return a person's time zone from Slack, else the configured one."""
    return known_zone(session, person) or bot.policy.zone


def known_zone(session: Session, person: str) -> ZoneInfo | None:
    """Return a person's time zone from Slack; None if it's not known yet, or no zone of that name exists."""
    profile = people.find(session, person)
    try:
        return ZoneInfo(profile.zone) if profile else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder of zones
        return None


def typed_zone(session: Session, bot: Bot, person: str, typed: str) -> ZoneInfo:
    """Return the zone of a time typed into a form without one. Raises ZoneUnknown if it's not known yet."""
    if people.find(session, person) is None and not names_utc(typed):
        raise ZoneUnknown
    return zone_of(session, bot, person)


def today_of(session: Session, bot: Bot, person: str, at: datetime) -> date:
    """Return today's date in a person's time zone."""
    return at.astimezone(zone_of(session, bot, person)).date()


def return_date(session: Session, person: str) -> date | None:
    """Return the first day on which an absent person is back; it may be past."""
    # Older rows have a first day before it.
    *_, back = (settings.get(session, _AWAY.format(person)) or "").split(" ")
    return date.fromisoformat(back) if back else None


def away_until(session: Session, bot: Bot, person: str, at: datetime) -> date | None:
    """Return the day on which an absent person is back; None if they aren't absent."""
    back = return_date(session, person)
    return back if back and back > today_of(session, bot, person, at) else None


def store_hour(session: Session, person: str, hour: int) -> None:
    settings.save(session, _HOUR.format(person), str(hour))


def store_leave(session: Session, person: str, until: date | None) -> None:
    settings.save(session, _AWAY.format(person), str(until or ""))


def _ladder(bot: Bot, zone: ZoneInfo, hour: int, back_on: date | None) -> Ladder:
    policy = bot.policy
    return Ladder(
        hour=hour,
        working_days_before=policy.reminders.working_days_before,
        every_days_after=policy.reminders.every_days_after,
        working_days=policy.working_day_numbers,
        start=policy.working_hours.start,
        end=policy.working_hours.end,
        days_off=holidays.find(zone.key, policy.reminders.holidays),
        back_on=back_on,
    )

"""When a person may be interrupted, by their time zone, reminder hour, holidays and leave."""

from collections.abc import Container
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config import holidays
from bot.config.context import Bot
from bot.domain.errors import ZoneUnknown
from bot.domain.incident import Incident
from bot.domain.reminder_ladder import Ladder
from bot.domain.typed_times import names_utc
from storage import incidents, people, settings
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


def zone_of(session: Session, bot: Bot, person: str) -> ZoneInfo:
    """Where a person lives, as Slack says; the policy's zone if Slack doesn't."""
    return known_zone(session, person) or bot.policy.zone


def known_zone(session: Session, person: str) -> ZoneInfo | None:
    """A person's zone as Slack says; None if Slack wasn't asked yet, or names none that exists."""
    known = people.find(session, person)
    try:
        return ZoneInfo(known.zone) if known else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder of zones
        return None


def typed_zone(session: Session, bot: Bot, person: str, typed: str) -> ZoneInfo:
    """The zone of a time typed into a form that doesn't name one; ZoneUnknown if nobody can know."""
    if people.find(session, person) is None and not names_utc(typed):
        raise ZoneUnknown
    return zone_of(session, bot, person)


def today_of(session: Session, bot: Bot, person: str, at: datetime) -> date:
    """Return today's date in a person's time zone."""
    return at.astimezone(zone_of(session, bot, person)).date()


def is_member(session: Session, person: str) -> bool:
    """Return whether a person may get messages: a member of the workspace, as far as is known.

    Apps, guests, people from other workspaces and deactivated ones may not.
    """
    known = people.find(session, person)
    return known is None or not (known.deactivated or known.bot or known.is_outsider)


def is_reachable(session: Session, incident: Incident, person: str) -> bool:
    """Return whether a person may get messages about an incident.

    They must be allowed to get messages at all, and not have left the channel of a private
    incident.
    """
    return is_member(session, person) and not incidents.has_left(session, incident.id, person)


def find_responsible(
    session: Session, incident: Incident, besides: str | None = None
) -> str | None:
    """Return who is responsible for an incident's follow-up, other than `besides`.

    That is its lead, or else whoever declared it; None if neither is reachable.
    """
    people_of = (incident.lead, incident.declared_by)
    others = (each for each in people_of if each and each != besides)
    return next((each for each in others if is_reachable(session, incident, each)), None)


def return_date(session: Session, person: str) -> date | None:
    """Return the first day on which an absent person is back; it may be past."""
    *_, back = (settings.get(session, _AWAY.format(person)) or "").split(
        " "
    )  # older rows have a first day before it
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
        working_days=frozenset(day.number for day in policy.working_days),
        start=policy.working_hours.start,
        end=policy.working_hours.end,
        days_off=_days_off(bot, zone),
        back_on=back_on,
    )


def _days_off(bot: Bot, zone: ZoneInfo) -> Container[date]:
    """Return the holidays of a zone: of the configured place, else of the zone's country."""
    named = bot.policy.reminders.holidays.get(zone.key)
    if named is None:
        return holidays.for_zone(zone.key)
    return holidays.for_place(named) if named else holidays.NO_HOLIDAYS

"""When a person may be interrupted: at their hour, where they live, on no holiday and in no leave."""

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


def ladder(session: Session, bot: Bot, person: str) -> Ladder:
    """The policy's rules for reminders, at the hour and with the leave that the person chose."""
    chosen = settings.get(session, _HOUR.format(person))
    zone = zone_of(session, bot, person)
    return _ladder(
        bot, zone, int(chosen) if chosen else bot.policy.reminders.hour, leave(session, person)
    )


def of_team(bot: Bot) -> Ladder:
    """The policy's rules for what is said to everybody, in the policy's zone."""
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
    """Today where a person lives."""
    return at.astimezone(zone_of(session, bot, person)).date()


def is_here(session: Session, person: str) -> bool:
    """Whether a person may be written to: still in the workspace as a member, as far as Slack said.

    Applications, guests and people of other workspaces are not.
    """
    known = people.find(session, person)
    return known is None or not (known.deactivated or known.bot or known.is_outsider)


def is_reachable(session: Session, incident: Incident, person: str) -> bool:
    """Whether a person can be told of an incident: still here, and not gone from a private one."""
    return is_here(session, person) and not incidents.has_left(session, incident.id, person)


def in_charge(session: Session, incident: Incident, besides: str | None = None) -> str | None:
    """Who looks after what came of an incident, besides somebody: its lead, else who declared it.

    None when nobody of them is still there.
    """
    people_of = (incident.lead, incident.declared_by)
    others = (each for each in people_of if each and each != besides)
    return next((each for each in others if is_reachable(session, incident, each)), None)


def leave(session: Session, person: str) -> date | None:
    """The first day on which a person who said that they are away is back; it may be past."""
    *_, back = (settings.get(session, _AWAY.format(person)) or "").split(
        " "
    )  # once with its first day
    return date.fromisoformat(back) if back else None


def away_until(session: Session, bot: Bot, person: str, at: datetime) -> date | None:
    """When a person who is away is back; None when they are."""
    back = leave(session, person)
    return back if back and back > today_of(session, bot, person, at) else None


def keep_hour(session: Session, person: str, hour: int) -> None:
    settings.keep(session, _HOUR.format(person), str(hour))


def keep_leave(session: Session, person: str, until: date | None) -> None:
    settings.keep(session, _AWAY.format(person), str(until or ""))


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
    """The holidays of a zone: the policy's place for it, else the country in which it lies."""
    named = bot.policy.reminders.holidays.get(zone.key)
    if named is None:
        return holidays.of_zone(zone.key)
    return holidays.of(named) if named else holidays.NONE

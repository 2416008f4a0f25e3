"""What people choose about their own reminders: the hour, and a pause while they're away."""

from datetime import date, datetime, timedelta

from bot.config.context import Bot
from bot.domain.errors import LeaveTooLong, NotAChoice, ReturnDateInPast
from bot.people import home_tab, working_hours
from bot.reminders import ladder
from storage.engine.store import Session

LONGEST_LEAVE = timedelta(days=366)


def set_hour(session: Session, bot: Bot, person: str, hour: int, at: datetime) -> None:
    """Set the hour of a person's reminders. Raises NotAChoice if it isn't within working hours."""
    working = bot.policy.working_hours
    if not working.start <= hour < working.end:
        raise NotAChoice(given=hour, what="hour", choices=f"{working.start} to {working.end - 1}")
    working_hours.store_hour(session, person, hour)
    ladder.replan(session, bot, person, at)
    home_tab.publish(session, person, at)


def set_leave(session: Session, bot: Bot, person: str, until: date | None, at: datetime) -> None:
    """Pause a person's reminders until a date, the day they're back; None ends the pause.

    Raises ReturnDateInPast for a day that isn't in the future, LeaveTooLong for more than a year.
    """
    today = working_hours.today_of(session, bot, person, at)
    if until is not None and not today < until:
        raise ReturnDateInPast(day=until)
    if until is not None and until - today > LONGEST_LEAVE:
        raise LeaveTooLong(longest=today + LONGEST_LEAVE)
    working_hours.store_leave(session, person, until)
    ladder.replan(session, bot, person, at)
    home_tab.refresh(session, person, at)

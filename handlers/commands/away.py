"""`/incident away`: pause the actor's reminders while they're out of office."""

from datetime import date

from bot.action_items.due_dates import parse_due_date
from bot.domain.commands import is_clear_word
from bot.domain.errors import NotADay
from bot.people import working_hours
from bot.reminders import preferences
from bot.rendering import render
from handlers.commands.call import CommandCall, CommandHandlers

RESUME_WORDS = {"back", "no"}


def _away(call: CommandCall) -> str:
    """Set or clear the actor's out of office, or show it if nothing follows the command."""
    person, at = call.actor.person, call.actor.at
    if call.rest:
        preferences.set_leave(call.session, call.bot, person, _parse_return_date(call), at)
    back_on = working_hours.away_until(call.session, call.bot, person, at)
    return render.line("away", back_on=back_on, command=call.bot.policy.command)


def _parse_return_date(call: CommandCall) -> date | None:
    typed = call.rest.lower().removeprefix("until ").strip()
    if is_clear_word(typed) or typed in RESUME_WORDS:
        return None
    today = working_hours.today_of(call.session, call.bot, call.actor.person, call.actor.at)
    return_date = parse_due_date(typed, today=today)
    if return_date is None:
        raise NotADay(given=call.rest, command=call.bot.policy.command)
    return return_date


COMMAND_HANDLERS: CommandHandlers = {"away": _away}

"""`/incident` commands for reports: the weekly digest and the monthly report."""

from bot.rendering import render
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import load_schedule
from handlers.commands.call import CommandCall, CommandHandlers, Form
from handlers.views.forms import digest
from handlers.views.report_layouts import get_monthly_facts


def _digest(call: CommandCall) -> str | Form:
    if call.rest.strip().lower() == "settings":
        schedule = load_schedule(call.session, call.bot)
        return Form(digest.settings(schedule), render.line("digest_plan", plan=schedule))
    figures = weekly_digest.current_figures(call.session, call.bot, call.actor.at)
    return render.line("digest_now", figures=figures)


def _figures(call: CommandCall) -> str:
    months = monthly.find_requested(call.session, call.bot, call.rest.strip(), call.actor.at)
    return render.message("monthly", **get_monthly_facts(months)).text


COMMAND_HANDLERS: CommandHandlers = {"digest": _digest, "figures": _figures}

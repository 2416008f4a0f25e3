"""The form for the digest's schedule, and the confirmation after it's saved."""

from bot.config.policy import Weekday
from bot.rendering import render
from bot.reports.digest_schedule import HOURS, DigestSchedule
from handlers.views import blocks
from handlers.views.blocks import Block

SETTINGS = "digest_settings"
ENABLED, DAY, HOUR = "comes", "day", "hour"
YES, NO = "yes", "no"


def settings(plan: DigestSchedule) -> Block:
    """Return the form with the current schedule."""
    comes = {YES: render.line("digest_yes"), NO: render.line("digest_no")}
    days = {str(day): day.capitalize() for day in Weekday}
    hours = {str(hour): f"{hour:02d}:00" for hour in HOURS}
    hint = render.line("digest_zone", zone=plan.zone.key)
    inputs = [
        blocks.section(render.line("digest_plan", plan=plan)),
        blocks.choice_input(ENABLED, render.line("digest_comes"), comes, YES if plan.on else NO),
        blocks.choice_input(DAY, render.line("digest_day"), days, str(plan.day)),
        blocks.choice_input(HOUR, render.line("digest_hour"), hours, str(plan.hour), hint=hint),
    ]
    return blocks.form(render.line("label_digest_settings"), SETTINGS, "", inputs)


def confirmation(plan: DigestSchedule) -> Block:
    """Return the confirmation with the new schedule."""
    shown = [blocks.section(render.line("digest_plan", plan=plan))]
    return blocks.view(render.line("label_digest_settings"), SETTINGS, "", shown)

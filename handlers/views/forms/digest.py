"""The form for the digest's schedule, and the confirmation after it's saved."""

from bot.config.policy import Weekday
from bot.rendering import render
from bot.reports.digest_schedule import HOURS, DigestSchedule
from handlers.views import blocks
from handlers.views.blocks import Block

SETTINGS = "digest_settings"
ENABLED, DAY, HOUR = "comes", "day", "hour"
YES, NO = "yes", "no"


def settings(schedule: DigestSchedule) -> Block:
    """Return the form with the current schedule."""
    enabled = {YES: render.line("digest_yes"), NO: render.line("digest_no")}
    days = {str(day): day.capitalize() for day in Weekday}
    hours = {str(hour): f"{hour:02d}:00" for hour in HOURS}
    hint = render.line("digest_zone", zone=schedule.zone.key)
    inputs = [
        blocks.section(render.line("digest_plan", plan=schedule)),
        blocks.choice_input(
            ENABLED, render.line("digest_comes"), enabled, YES if schedule.on else NO
        ),
        blocks.choice_input(DAY, render.line("digest_day"), days, str(schedule.day)),
        blocks.choice_input(HOUR, render.line("digest_hour"), hours, str(schedule.hour), hint=hint),
    ]
    return blocks.form(render.line("label_digest_settings"), SETTINGS, "", inputs)


def confirmation(schedule: DigestSchedule) -> Block:
    """Return the confirmation with the new schedule."""
    content = [blocks.section(render.line("digest_plan", plan=schedule))]
    return blocks.view(render.line("label_digest_settings"), SETTINGS, "", content)

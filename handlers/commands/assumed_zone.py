"""Name the time zone that a typed time was read in, while the person's own isn't known."""

import re

from bot.people import working_hours
from bot.rendering import render
from handlers.commands.call import CommandCall, Form
from handlers.views.reply import MessageReply

TIMED = {"note", "time", "meeting"}  # commands that read a time of day
DATED = {"action", "away"}  # commands that read a day, in words or digits
_TIME = re.compile(r"\d{1,2}(?::\d{2}|\s?[ap]\.?m\b)", re.IGNORECASE)


def add_zone(call: CommandCall, answer: str | Form | MessageReply) -> str | Form | MessageReply:
    """Add the zone to an answer if the command has a time and Slack hasn't named the person's zone."""
    name, typed = call.word.name, call.rest
    has_time = (name in TIMED and _TIME.search(typed)) or (name in DATED and typed)
    if not has_time or not isinstance(answer, str):
        return answer
    if working_hours.known_zone(call.session, call.actor.person):
        return answer
    return f"{answer}\n{render.line('zone_assumed', zone=call.bot.policy.zone.key)}"

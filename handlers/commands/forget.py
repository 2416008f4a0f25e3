"""`/incident forget`: erase a message that is still in Slack."""

from bot.domain import message_links
from bot.rendering import render
from bot.timeline import forgetting
from handlers.commands.call import CommandCall, CommandHandlers
from handlers.views.forms.forget import render_report


def _forget(call: CommandCall) -> str:
    place = message_links.parse_link(call.rest)
    if place is None:
        return render.line("forget_usage", command=call.bot.policy.command)
    made = forgetting.forget(call.session, call.actor, place)
    return render_report(made)


COMMAND_HANDLERS: CommandHandlers = {"forget": _forget}

"""`/incident erase`: erase a message that is still in Slack."""

from bot.domain import message_links
from bot.rendering import render
from bot.timeline import forgetting
from handlers.commands.call import CommandCall, CommandHandlers
from handlers.views.forms.forget import render_report


def _forget(call: CommandCall) -> str:
    message = message_links.parse_link(call.rest)
    if message is None:
        return render.line("forget_usage", command=call.bot.policy.command)
    forgotten = forgetting.forget(call.session, call.actor, message)
    return render_report(forgotten)


COMMAND_HANDLERS: CommandHandlers = {"erase": _forget}

"""`/incident forget`: erase a message that is still in Slack."""

from bot.domain import message_links
from bot.rendering import render
from bot.timeline import forgetting
from handlers.commands.call import Answers, Call
from handlers.views.forms.forget import report


def _forget(call: Call) -> str:
    place = message_links.read(call.rest)
    if place is None:
        return render.line("forget_usage", command=call.bot.policy.command)
    made = forgetting.forget(call.session, call.actor, place)
    return report(made)


ANSWERS: Answers = {"forget": _forget}

"""`/incident forget`: erase a message that is still in Slack."""

from bot import forgetting, render
from bot.domain import message_links
from handlers.answers.call import Answers, Call


def _forget(call: Call) -> str:
    place = message_links.read(call.rest)
    if place is None:
        return render.line("forget_usage", command=call.bot.policy.command)
    made = forgetting.forget(call.session, call.asker, place)
    return told(made)


def told(made: forgetting.Forgotten) -> str:
    """Report what was removed and what stays."""
    shown = {"in_title": made.in_title, "stands": made.stands}
    return render.line("forgotten", incident=made.incident, erased=made.erased, **shown)


ANSWERS: Answers = {"forget": _forget}

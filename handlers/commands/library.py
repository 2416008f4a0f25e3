"""`/incident` words that find what happened before."""

from bot.domain.markup import plain
from bot.incidents import lifecycle
from bot.library import library
from bot.rendering import render
from handlers.commands.call import Answers, Call


def _search(call: Call) -> str:
    typed = plain(call.rest, {})
    found = library.search(call.session, call.bot, call.actor, typed)
    return render.line("found", found=found, typed=typed, command=call.bot.policy.command)


def _similar(call: Call) -> str:
    incident = lifecycle.here(call.session, call.bot, call.actor)
    found = library.similar(call.session, call.bot, incident)
    return render.line("similar", incident=incident, related=found, command=call.bot.policy.command)


ANSWERS: Answers = {
    "similar": _similar,
    "search": _search,
}

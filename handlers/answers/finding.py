"""`/incident` words that find what happened before."""

from bot import library, render
from bot.domain.markup import plain
from handlers.answers.call import Answers, Call


def _search(call: Call) -> str:
    typed = plain(call.rest, {})
    found = library.search(call.session, call.bot, call.asker, typed)
    return render.line("found", found=found, typed=typed, command=call.bot.policy.command)


ANSWERS: Answers = {
    "search": _search,
}

"""`/incident time`: show, set and clear the key times of an incident."""

from bot.domain.draft import MOMENTS
from bot.domain.errors import NotAChoice
from bot.domain.key_times import key_time_named
from bot.incidents import lifecycle
from bot.postmortems import key_times
from bot.rendering import render
from handlers.commands.call import Answers, Call

CLEAR = {"clear", "unset", "remove", "none"}


def _time(call: Call) -> str:
    word, _, typed = call.rest.partition(" ")
    if not word:
        incident = lifecycle.here(call.session, call.bot, call.actor)
        return _shown(call, key_times.of_incident(call.session, incident))
    name = key_time_named(word)
    if name is None:
        raise NotAChoice(given=word, what="key time", choices=", ".join(MOMENTS))
    return _shown(call, _changed(call, name, typed.strip()), name)


def _changed(call: Call, name: str, typed: str) -> key_times.KeyTimes:
    if typed.lower() in CLEAR:
        return key_times.clear(call.session, call.bot, call.actor, name)
    return key_times.set_time(call.session, call.bot, call.actor, name, typed)


def _shown(call: Call, times: key_times.KeyTimes, changed: str = "") -> str:
    return render.line("key_times", times=times, changed=changed, command=call.bot.policy.command)


ANSWERS: Answers = {"time": _time}

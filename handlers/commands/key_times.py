"""`/incident time`: show, set and clear the key times of an incident."""

from bot.domain.commands import is_clear_word
from bot.domain.errors import NotAChoice
from bot.domain.key_times import MOMENT_NAMES, parse_key_time_name
from bot.incidents import lifecycle
from bot.postmortems import key_times
from bot.rendering import render
from handlers.commands.call import CommandCall, CommandHandlers

MORE_CLEAR_WORDS = {"unset", "remove"}


def _time(call: CommandCall) -> str:
    word, _, typed = call.rest.partition(" ")
    if not word:
        incident = lifecycle.require_incident(call.session, call.bot, call.actor)
        return _render(call, key_times.load(call.session, incident))
    name = parse_key_time_name(word)
    if name is None:
        raise NotAChoice(given=word, what="key time", choices=", ".join(MOMENT_NAMES))
    return _render(call, _change(call, name, typed.strip()), name)


def _change(call: CommandCall, name: str, typed: str) -> key_times.KeyTimes:
    if is_clear_word(typed) or typed.lower() in MORE_CLEAR_WORDS:
        return key_times.clear(call.session, call.bot, call.actor, name)
    return key_times.set_time(call.session, call.bot, call.actor, name, typed)


def _render(call: CommandCall, times: key_times.KeyTimes, changed: str = "") -> str:
    return render.line("key_times", times=times, changed=changed, command=call.bot.policy.command)


COMMAND_HANDLERS: CommandHandlers = {"time": _time}

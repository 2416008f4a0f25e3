"""Misspelt commands, `/incident` alone, and the button for all commands."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.harness import LiveBot, eventually


def _answer_to(live_bot: LiveBot, person: str, send: Callable[[], object]) -> dict[str, Any]:
    """Send something, and return the one ephemeral message that answers it."""
    live_bot.settle()
    before = len(live_bot.workspace.ephemerals(person))
    send()
    eventually(lambda: len(live_bot.workspace.ephemerals(person)) > before, f"{person} is answered")
    (answer,) = live_bot.workspace.ephemerals(person)[before:]
    return dict(answer)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("impcat 400 customers", "Unknown command `impcat`. Did you mean `impact`?"),
        ("resovle it's fixed", "Unknown command `resovle`. Did you mean `resolve`?"),
        ("cancle", "Unknown command `cancle`. Did you mean `cancel`?"),
        ("frobnicate the db", "Unknown command `frobnicate`. For all commands, type `/incident help`."),
        ("a`b`c", "Unknown command `a'b'c`. For all commands, type `/incident help`."),
    ],
)  # fmt: skip
def test_a_misspelt_command_is_not_run_but_the_nearest_suggested(
    live_bot: LiveBot, typed: str, answer: str
) -> None:
    channel = live_bot.declare()
    recorded, said = len(live_bot.timeline(channel)), live_bot.messages(channel)
    assert live_bot.command("ana", typed, channel) == answer
    live_bot.settle()
    assert (len(live_bot.timeline(channel)), live_bot.messages(channel)) == (recorded, said)


def test_in_a_direct_message_or_mention_the_suggestion_names_what_works_there(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    say_to_bot, say = live_bot.workspace.say_to_bot, live_bot.workspace.say
    near = _answer_to(live_bot, "ben", lambda: say_to_bot("ben", "lits"))
    assert near["text"] == "Unknown command `lits`. Did you mean `list`?"
    unknown = _answer_to(live_bot, "ben", lambda: say_to_bot("ben", "frobnicate"))
    assert unknown["text"].endswith("For all commands, type `help`.")
    mention = _answer_to(live_bot, "ana", lambda: say("ana", channel, "@debrief frobnicate"))
    assert mention["text"].endswith("For all commands, type `@debrief help`.")


def test_alone_it_lists_the_commands_for_the_state_of_the_channel(live_bot: LiveBot) -> None:
    assert "`/incident here`" in live_bot.command("ana", "", "general")
    channel = live_bot.declare()
    without_lead = live_bot.command("ana", "", channel)
    assert "no lead yet" in without_lead
    assert "`/incident lead`" in without_lead
    live_bot.command("ana", "lead", channel)
    led = live_bot.command("ana", "", channel)
    assert "`/incident impact &lt;who or what is affected&gt;`" in led
    assert "`/incident lead`" not in led
    assert without_lead.count("`/incident ") == led.count("`/incident ") == 5


def test_alone_after_an_incident_it_lists_the_next_steps_of_its_postmortem(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    draft = live_bot.command("ana", "", channel)
    assert "resolved, postmortem draft" in draft
    assert "`/incident postmortem submit`" in draft
    live_bot.command("ana", "postmortem submit because it was a drill", channel)
    assert "`/incident postmortem approve`" in live_bot.command("ana", "", channel)
    live_bot.command("ben", "postmortem approve", channel)
    live_bot.command("ben", "postmortem finalize", channel)
    final = live_bot.command("ana", "", channel)
    assert "`/incident postmortem reopen`" in final
    assert all(text.count("`/incident ") == 5 for text in (draft, final))


def test_alone_in_a_direct_message_it_lists_commands_for_the_person(live_bot: LiveBot) -> None:
    dm = live_bot.sandbox.state.open_dm(live_bot.workspace.person("ben"))
    answer = live_bot.workspace.command("ben", dm, "/incident", "")
    assert "`/incident away until friday`" in answer.text
    assert "list your action items" in answer.text


@pytest.mark.parametrize("place", ["channel", "thread", "dm"])
def test_the_button_shows_all_commands_wherever_the_list_is(live_bot: LiveBot, place: str) -> None:
    channel, ws = live_bot.declare(), live_bot.workspace
    ws.join("ben", channel)
    if place == "dm":
        channel = ws.state.open_dm(ws.person("ben")).id
        send = partial(ws.command, "ben", channel, "/incident", "")
    else:
        thread = ws.say("ben", channel, "what now?") if place == "thread" else None
        send = partial(ws.say, "ben", channel, "@debrief", thread=thread)
    reply = _answer_to(live_bot, "ben", send)
    ws.press("ben", channel, reply["ts"], "all_commands:help")
    view = ws.open_view("ben")
    assert view["title"]["text"] == "All commands"
    texts = "\n".join(block["text"]["text"] for block in view["blocks"])
    assert "`/incident declare [P1] &lt;title&gt;`" in texts
    assert "*Mark a message with a reaction*" in texts

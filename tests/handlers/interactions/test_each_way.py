"""Typed commands have the same effect in the channel, in a thread, by mention and in a DM."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config.policy import Channels
from bot.domain.timeline import EventKind
from tests.handlers.interactions.ways import TYPED, WAYS
from tests.support import harness
from tests.support.harness import POLICY, LiveBot, eventually

KEY = "INC-2026-001"
PLACES = ("command", "mention", "thread", "dm")


@dataclass(frozen=True, slots=True)
class Case:
    """The text typed at each place, the recorded event, and what the channel and the person see.

    Somebody else types `reset` afterwards, so that the command can run again.
    """

    texts: tuple[str, ...]
    kind: EventKind | None = None
    line: str = ""
    answer: str = ""
    reset: tuple[str, ...] = ()


def _numbered(text: str) -> tuple[str, ...]:
    return tuple(text.format(number) for number in range(4))


def _with_values(command: str, *values: str) -> tuple[str, ...]:
    return tuple(f"{command} {value}" for value in values)


RUNNING = {
    "sev": Case(
        _with_values("sev", "P2", "P3", "P0", "P1"),
        EventKind.SEVERITY,
        "set the severity",
        "is now P",
    ),
    "status": Case(
        _with_values("status", "identified", "monitoring", "investigating", "identified"),
        EventKind.STATUS,
        "set the status",
        "the status is now",
    ),
    "update": Case(
        _numbered("update 30m step {}"), EventKind.UPDATE, "*Update* by", "Update recorded"
    ),
    "lead": Case(
        _with_values("lead", "@ana", "", "@mei", ""),
        EventKind.ROLE,
        "the role of *lead*",
        "is now lead for",
    ),
    "role": Case(
        _with_values("role communications", "@ana", "@ben", "@mei", "@ana"),
        EventKind.ROLE,
        "the role of *communications*",
        "is now communications for",
    ),
    "note": Case(_numbered("note 14:00 did {}"), EventKind.NOTE, "", "Note added at"),
    "erase": Case(("erase",) * 4, answer="Add a link to the message"),
    "impact": Case(
        _numbered("impact {}00 customers"), EventKind.IMPACT, "", "Recorded as the impact"
    ),
    "time": Case(
        _with_values("time started", "13:50", "13:51", "13:52", "13:53"),
        EventKind.KEY_TIME,
        answer="*Started* set to",
    ),
    "services": Case(
        _with_values("services", "checkout", "checkout, payments-api", "none", "search"),
        EventKind.SERVICES,
        "set the affected services to",
        "Services affected by INC-2026-001",
    ),
    "action": Case(
        _numbered("action write {} @ana 2026-03-13 P2"),
        EventKind.ACTION,
        "Action item: write",
        "Due: Fri 13 Mar 2026",
    ),
    "actions": Case(("actions",) * 4, answer="write 0"),
    "actions 12": Case(("actions 1",) * 4, answer="Action item 1 for INC-2026-001"),
    "drop 12": Case(
        tuple(f"drop {number} because nobody needs it" for number in (1, 2, 2, 3)),
        EventKind.DROPPED,
        answer="Reason: nobody needs it",
        reset=("action write it all the same @ana 2026-03-13",),
    ),
    "done 12": Case(("done 4", "done 5", "done 5", "done 6"), answer="Marked as done: write"),
    "catchup": Case(("catchup",) * 4, answer="*INC-2026-001: checkout fails*"),
    "timeline": Case(("timeline",) * 4, answer="*Timeline for INC-2026-001*"),
    "list": Case(("list",) * 4, answer="*Open incidents*"),
    "digest": Case(("digest",) * 4, answer="*Action items in the last 7 days:*"),
    "digest settings": Case(("digest settings",) * 4, answer="The digest is posted on"),
    "figures": Case(("figures",) * 4, answer="Monthly report:"),
    "search": Case(("search checkout",) * 4, answer="*Results for “checkout”*"),
    "similar": Case(("similar",) * 4, answer="INC-2026-001"),
    "away": Case(("away until 2026-03-20",) * 4, answer="Reminders are paused until"),
    "help": Case(("help",) * 4, answer="*Run an incident*"),
    "check": Case(("check Ben should have known",) * 4, answer="_Better:_"),
    "postmortem request": Case(
        _numbered("postmortem request we learn {}"),
        EventKind.ASKED,
        "requested a postmortem",
        "Postmortem requested",
    ),
    "postmortem skip": Case(
        _numbered("postmortem skip because drill {}"),
        EventKind.SKIPPED,
        "skipped the postmortem",
        "Postmortem skipped for",
    ),
    # The postmortem was skipped last, so that none is drafted at each resolution.
    "resolve": Case(
        _numbered("resolve fix {}"), EventKind.RESOLVED, "resolved INC", "is resolved", ("reopen",)
    ),
    "cancel": Case(
        _numbered("cancel drill {}"),
        EventKind.CANCELLED,
        "as a false alarm",
        "is now cancelled",
        ("reopen",),
    ),
}
OVER = {
    "reopen": Case(
        _numbered("reopen back {}"),
        EventKind.REOPENED,
        "reopened",
        "is now investigating",
        ("cancel",),
    ),
}
# A whole review at each place, step by step.
REVIEW = {
    "postmortem": Case(("postmortem",) * 4, answer="Read it in the channel"),
    "postmortem again": Case(
        ("postmortem again",) * 4, None, "Postmortem draft", "I'm redrafting the postmortem"
    ),
    "meeting": Case(("meeting",) * 4, EventKind.REVIEW, "", " proposed: "),
    "meeting accept": Case(("meeting accept",) * 4, EventKind.REVIEW, "", "is set for"),
    "meeting 2026-03-12 14:00": Case(
        ("meeting 2026-03-12 14:00",) * 4, EventKind.REVIEW, "", "is set for"
    ),
    "meeting cancel": Case(("meeting cancel",) * 4, EventKind.REVIEW, "", "is cancelled"),
    "decided": Case(
        _numbered("decided that {}"),
        EventKind.REVIEW,
        "",
        "Decision from the review meeting for INC-2026-001 recorded",
    ),
    "postmortem submit": Case(
        _numbered("postmortem submit because {}"), EventKind.REVIEW, "", "is in review"
    ),
    "postmortem changes": Case(
        _numbered("postmortem changes because {}"),
        EventKind.REVIEW,
        "",
        "is a draft again",
        ("postmortem submit because so",),
    ),
    "postmortem approve": Case(("postmortem approve",) * 4, EventKind.REVIEW, "", "You approved"),
    "postmortem finalize": Case(
        ("postmortem finalize",) * 4, EventKind.REVIEW, " final", "is final"
    ),
    "postmortem reopen": Case(("postmortem reopen",) * 4, EventKind.REVIEW, "", "is a draft again"),
}


@dataclass
class Stage:
    """An incident with a thread in its channel, and Ben, who types the commands."""

    live_bot: LiveBot
    channel: str
    thread: str

    def type_text(self, place: str, text: str) -> str:
        """Type a text at a place and return the ephemeral answer to Ben."""
        ws, before = self.live_bot.workspace, len(self.live_bot.workspace.ephemerals("ben"))
        if place == "command":
            return self.live_bot.command("ben", text, self.channel)
        if place == "dm":
            needs_key = text.split(maxsplit=1)[0] not in {
                "list",
                "digest",
                "figures",
                "help",
                "declare",
                "away",
                "done",
                "drop",
                "search",
            }
            ws.say_to_bot("ben", f"{KEY} {text}" if needs_key else text)
        else:
            thread = self.thread if place == "thread" else None
            ws.say("ben", self.channel, f"@debrief {text}", thread=thread)
        eventually(lambda: len(ws.ephemerals("ben")) > before, f"Ben is answered: {text}")
        (answer,) = ws.ephemerals("ben")[before:]
        in_dm = self.live_bot.sandbox.state.dm_with(ws.person("ben"))
        assert answer["channel"] == (in_dm.id if place == "dm" and in_dm else self.channel)
        assert answer.get("thread_ts") == (self.thread if place == "thread" else None)
        return str(answer["text"])

    def recorded_actions(self) -> dict[str, tuple[EventKind, str, str]]:
        """Return the recorded actions by id, with their text and author."""
        events = self.live_bot.timeline(self.channel)
        return {
            event.message_id: (event.kind, event.text, event.author)
            for event in events
            if event.message_id.startswith("deed-")
        }

    def channel_messages(self) -> list[str]:
        """Return the bot's messages in the channel itself, without thread replies."""
        return [
            message["text"]
            for message in self.live_bot.messages(self.channel)
            if message.get("bot_id") and message.get("thread_ts", message["ts"]) == message["ts"]
        ]


# Without announcements elsewhere the tests are faster.
QUIET = POLICY.model_copy(update={"channels": Channels()})


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=QUIET) as live_bot:
        yield _build_stage(live_bot)


def _build_stage(live_bot: LiveBot) -> Stage:
    channel = live_bot.declare()
    for person in ("ben", "mei"):
        live_bot.workspace.join(person, channel)
    thread = live_bot.workspace.say("ben", channel, "who was called?")
    live_bot.settle()
    return Stage(live_bot, channel, thread)


def _run_case(stage: Stage, case: Case, place: str) -> None:
    """Run a case at a place, and reset it."""
    _type_and_check(stage, case, place, case.texts[PLACES.index(place)])
    for reset in case.reset:
        stage.live_bot.command("mei", reset, stage.channel)
        stage.live_bot.settle()


def _type_and_check(stage: Stage, case: Case, place: str, text: str) -> None:
    before, messages_before = stage.recorded_actions(), stage.channel_messages()
    answer = stage.type_text(place, text)
    stage.live_bot.settle()
    context = f"{text!r} by {place}"
    if text not in {"timeline", "digest settings"} or place != "command":  # these open a form
        assert case.answer in answer, context
    new = [kind for name, kind in stage.recorded_actions().items() if name not in before]
    ben = stage.live_bot.workspace.person("ben").id
    assert [(kind, by) for kind, _, by in new] == ([(case.kind, ben)] if case.kind else []), context
    messages = stage.channel_messages()[len(messages_before) :]
    assert len(messages) == bool(case.line), (context, messages)
    assert not case.line or case.line in messages[0], (context, messages)


def test_every_command_has_the_same_effect_at_every_place(stage: Stage) -> None:
    for number, case in enumerate(RUNNING.values()):
        # Channel and thread mentions are handled alike, so they take turns to save time.
        for place in (PLACES[0], PLACES[1 + number % 2], PLACES[3]):
            _run_case(stage, case, place)
    stage.live_bot.command("mei", "cancel", stage.channel)
    stage.live_bot.settle()
    for place in PLACES:
        _run_case(stage, OVER["reopen"], place)


def test_every_review_command_has_the_same_effect_at_every_place(stage: Stage) -> None:
    stage.live_bot.command("ana", "resolve fixed", stage.channel)
    stage.live_bot.settle()
    for place in ("command", "thread", "dm"):  # a channel mention is handled like one in a thread
        for case in REVIEW.values():
            _run_case(stage, case, place)


def test_incidents_can_be_declared_and_channels_adopted_at_every_place(live_bot: LiveBot) -> None:
    live_bot.workspace.say("ben", "general", "hm")
    for number, place in enumerate(PLACES):
        stage = Stage(
            live_bot,
            live_bot.workspace.channel("general").id,
            live_bot.workspace.say("ana", "general", "so"),
        )
        assert "declared: *search is slow*" in stage.type_text(place, "declare P2 search is slow")
        live_bot.settle()
        assert f"INC-2026-00{number + 1} P2, declared: search is slow" in live_bot.text_in(
            "incidents"
        )
    for number, place in enumerate(("command", "mention", "thread")):
        channel = live_bot.workspace.add_channel(f"room-{number}", members=["ben"])
        live_bot.workspace.invite_bot(channel.name)
        stage = Stage(live_bot, channel.id, live_bot.workspace.say("ben", channel.name, "so"))
        assert "This is now the channel for INC-2026-00" in stage.type_text(
            place, "here P2 it is slow"
        )
        live_bot.settle()
        assert any("it is slow" in message for message in stage.channel_messages())


def test_commands_that_name_an_incident_work_only_for_its_participants(stage: Stage) -> None:
    live_bot = stage.live_bot
    live_bot.workspace.add_person("zoe")
    refusal = "You can't run commands for INC-2026-001 from here, so nothing was changed."
    assert live_bot.command("zoe", "INC-2026-001 sev P3", "general").startswith(refusal)
    assert "is now P3" in live_bot.command("ben", "inc-2026-001: sev P3", "general")
    assert "You can't run commands for INC-" in live_bot.command(
        "ben", "INC-2026-999 catchup", "general"
    )
    live_bot.command("ben", "private P1 payroll leaked")
    live_bot.settle()
    answer = live_bot.command("ben", "INC-2026-002 catchup", "general")
    assert answer.startswith("You can't run commands for INC-2026-002 from here")
    assert "payroll" not in answer
    channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "payroll leaked" in live_bot.command("ben", "INC-2026-002 catchup", channel)


def test_every_typed_command_of_the_table_is_tested() -> None:
    tested = {*RUNNING, *OVER, *REVIEW, "declare", "here"}
    assert tested == {way.label for ways in WAYS.values() for way in ways if way.place == TYPED}

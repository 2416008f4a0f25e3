"""Whatever one types where one stands, the same is stored, said in the channel, and told in private."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config.policy import Channels
from bot.domain.timeline import EventKind
from tests.handlers.interactions.ways import TYPED, WAYS
from tests.support import harness
from tests.support.harness import POLICY, Town, eventually

KEY = "INC-2026-001"
PLACES = ("command", "mention", "thread", "dm")


@dataclass(frozen=True, slots=True)
class Case:
    """What is typed at each of the places; the deed that is recorded, and what the channel and the asker read.

    `reset` is typed by somebody else afterwards, so that the next may do it again.
    """

    words: tuple[str, ...]
    kind: EventKind | None = None
    line: str = ""
    told: str = ""
    reset: tuple[str, ...] = ()


def _four(text: str) -> tuple[str, ...]:
    return tuple(text.format(number) for number in range(4))


def _each(words: str, *values: str) -> tuple[str, ...]:
    return tuple(f"{words} {value}" for value in values)


RUNNING = {
    "sev": Case(
        _each("sev", "P2", "P3", "P0", "P1"), EventKind.SEVERITY, "set the severity", "is now P"
    ),
    "status": Case(
        _each("status", "identified", "monitoring", "investigating", "identified"),
        EventKind.STATUS,
        "set the status",
        "the status is now",
    ),
    "update": Case(_four("update 30m step {}"), EventKind.UPDATE, "*Update* by", "Update recorded"),
    "lead": Case(
        _each("lead", "@ana", "", "@mei", ""),
        EventKind.ROLE,
        "the role *lead*",
        "has the role lead",
    ),
    "role": Case(
        _each("role communications", "@ana", "@ben", "@mei", "@ana"),
        EventKind.ROLE,
        "the role *communications*",
        "has the role communications",
    ),
    "note": Case(_four("note 14:00 did {}"), EventKind.NOTE, "", "Noted for"),
    "forget": Case(("forget",) * 4, told="Add a link to the message"),
    "impact": Case(_four("impact {}00 customers"), EventKind.IMPACT, "", "Recorded as impact"),
    "time": Case(
        _each("time started", "13:50", "13:51", "13:52", "13:53"),
        EventKind.KEY_TIME,
        told="*Started* set to",
    ),
    "services": Case(
        _each("services", "checkout", "checkout, payments-api", "none", "search"),
        EventKind.SERVICES,
        "says which services are affected",
        "Services affected by INC-2026-001",
    ),
    "action": Case(
        _four("action write {} @ana 2026-03-13 P2"),
        EventKind.ACTION,
        "Action item: write",
        "due Fri 13 Mar 2026",
    ),
    "actions": Case(("actions",) * 4, told="write 0"),
    "actions 12": Case(("actions 1",) * 4, told="Action item 1 of INC-2026-001"),
    "drop 12": Case(
        tuple(f"drop {number} because nobody needs it" for number in (1, 2, 2, 3)),
        EventKind.DROPPED,
        told="The reason is kept: nobody needs it",
        reset=("action write it all the same @ana 2026-03-13",),
    ),
    "done 12": Case(("done 4", "done 5", "done 5", "done 6"), told="Done: write"),
    "catchup": Case(("catchup",) * 4, told="*INC-2026-001 checkout fails*"),
    "timeline": Case(("timeline",) * 4, told="*Timeline of INC-2026-001*"),
    "list": Case(("list",) * 4, told="*Running incidents*"),
    "digest": Case(("digest",) * 4, told="*Action items, the last seven days*"),
    "digest settings": Case(("digest settings",) * 4, told="The figures come"),
    "figures": Case(("figures",) * 4, told="Figures of"),
    "search": Case(("search checkout",) * 4, told="*Found for “checkout”*"),
    "similar": Case(("similar",) * 4, told="INC-2026-001"),
    "away": Case(("away until 2026-03-20",) * 4, told="no reminders before"),
    "help": Case(("help",) * 4, told="*Run an incident*"),
    "check": Case(("check Ben should have known",) * 4, told="_Better:_"),
    "postmortem ask": Case(
        _four("postmortem ask we learn {}"),
        EventKind.ASKED,
        "asks for a postmortem",
        "is asked for",
    ),
    "postmortem skip": Case(
        _four("postmortem skip because drill {}"),
        EventKind.SKIPPED,
        "no postmortem",
        "no postmortem",
    ),
    # No postmortem was wanted last, so that none is drafted at each end.
    "resolve": Case(
        _four("resolve fix {}"), EventKind.RESOLVED, "resolved INC", "is resolved", ("reopen",)
    ),
    "cancel": Case(
        _four("cancel drill {}"),
        EventKind.CANCELLED,
        "not an incident",
        "is now cancelled",
        ("reopen",),
    ),
}
OVER = {
    "reopen": Case(
        _four("reopen back {}"), EventKind.REOPENED, "reopened", "is now investigating", ("cancel",)
    ),
}
# A whole review at each place, a step after the other.
REVIEW = {
    "postmortem": Case(("postmortem",) * 4, told="read it in the channel"),
    "postmortem again": Case(
        ("postmortem again",) * 4, None, "Postmortem draft", "is being drafted again"
    ),
    "meeting": Case(("meeting",) * 4, EventKind.REVIEW, "", "is proposed for"),
    "meeting agree": Case(("meeting agree",) * 4, EventKind.REVIEW, "", "is set for"),
    "meeting 2026-03-12 14:00": Case(
        ("meeting 2026-03-12 14:00",) * 4, EventKind.REVIEW, "", "is set for"
    ),
    "meeting cancel": Case(("meeting cancel",) * 4, EventKind.REVIEW, "", "is cancelled"),
    "decided": Case(_four("decided that {}"), EventKind.REVIEW, "", "Recorded as decided"),
    "postmortem submit": Case(
        _four("postmortem submit because {}"), EventKind.REVIEW, "", "is in review"
    ),
    "postmortem return": Case(
        _four("postmortem return because {}"),
        EventKind.REVIEW,
        "",
        "is a draft again",
        ("postmortem submit because so",),
    ),
    "postmortem approve": Case(("postmortem approve",) * 4, EventKind.REVIEW, "", "You approved"),
    "postmortem final": Case(("postmortem final",) * 4, EventKind.REVIEW, " final", "is final"),
    "postmortem reopen": Case(("postmortem reopen",) * 4, EventKind.REVIEW, "", "is a draft again"),
}


@dataclass
class Stage:
    """An incident with a thread in its channel, and Ben who types."""

    town: Town
    channel: str
    thread: str

    def type(self, place: str, words: str) -> str:
        """Type something at a place; what Ben alone reads of it there."""
        ws, before = self.town.ws, len(self.town.ws.ephemerals("ben"))
        if place == "command":
            return self.town.incident("ben", words, self.channel)
        if place == "dm":
            named = words.split(maxsplit=1)[0] not in {
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
            ws.say_to_bot("ben", f"{KEY} {words}" if named else words)
        else:
            thread = self.thread if place == "thread" else None
            ws.say("ben", self.channel, f"@debrief {words}", thread=thread)
        eventually(lambda: len(ws.ephemerals("ben")) > before, f"Ben is answered: {words}")
        (told,) = ws.ephemerals("ben")[before:]
        in_dm = self.town.sandbox.world.dm_with(ws.person("ben"))
        assert told["channel"] == (in_dm.id if place == "dm" and in_dm else self.channel)
        assert told.get("thread_ts") == (self.thread if place == "thread" else None)
        return str(told["text"])

    def deeds(self) -> dict[str, tuple[EventKind, str, str]]:
        """What was done, by the id of the record, with what was said of it and who did it."""
        found = self.town.recorded(self.channel)
        return {
            each.message_id: (each.kind, each.text, each.author)
            for each in found
            if each.message_id.startswith("deed-")
        }

    def lines(self) -> list[str]:
        """What the bot says in the channel itself: no thread, no person's message."""
        return [
            each["text"]
            for each in self.town.said(self.channel)
            if each.get("bot_id") and each.get("thread_ts", each["ts"]) == each["ts"]
        ]


# Nothing is announced elsewhere: less is said, and the tests are quicker.
QUIET = POLICY.model_copy(update={"channels": Channels()})


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=QUIET) as town:
        yield _set(town)


def _set(town: Town) -> Stage:
    channel = town.declare()
    for person in ("ben", "mei"):
        town.ws.join(person, channel)
    thread = town.ws.say("ben", channel, "who was called?")
    town.settle()
    return Stage(town, channel, thread)


def _go(stage: Stage, case: Case, place: str) -> None:
    """Do a thing at a place, and make it so that it can be done again."""
    _try(stage, case, place, case.words[PLACES.index(place)])
    for reset in case.reset:
        stage.town.incident("mei", reset, stage.channel)
        stage.town.settle()


def _try(stage: Stage, case: Case, place: str, words: str) -> None:
    known, said = stage.deeds(), stage.lines()
    told = stage.type(place, words)
    stage.town.settle()
    where = f"{words!r} by {place}"
    if words not in {"timeline", "digest settings"} or place != "command":  # that opens over Slack
        assert case.told in told, where
    new = [kind for name, kind in stage.deeds().items() if name not in known]
    ben = stage.town.ws.person("ben").id
    assert [(kind, by) for kind, _, by in new] == ([(case.kind, ben)] if case.kind else []), where
    lines = stage.lines()[len(said) :]
    assert len(lines) == bool(case.line), (where, lines)
    assert not case.line or case.line in lines[0], (where, lines)


def test_what_is_typed_does_the_same_wherever_it_is_typed(stage: Stage) -> None:
    for number, case in enumerate(RUNNING.values()):
        # Heard alike in the channel and in a thread, so in turns: each step costs a tenth of a second.
        for place in (PLACES[0], PLACES[1 + number % 2], PLACES[3]):
            _go(stage, case, place)
    stage.town.incident("mei", "cancel", stage.channel)
    stage.town.settle()
    for place in PLACES:
        _go(stage, OVER["reopen"], place)


def test_the_review_is_typed_anywhere_too(stage: Stage) -> None:
    stage.town.incident("ana", "resolve fixed", stage.channel)
    stage.town.settle()
    for place in ("command", "thread", "dm"):  # a mention in the channel is heard as in a thread
        for case in REVIEW.values():
            _go(stage, case, place)


def test_declaring_and_adopting_by_each_way_of_typing(town: Town) -> None:
    town.ws.say("ben", "general", "hm")
    for number, place in enumerate(PLACES):
        stage = Stage(town, town.ws.channel("general").id, town.ws.say("ana", "general", "so"))
        assert "is declared: *search is slow*" in stage.type(place, "declare P2 search is slow")
        town.settle()
        assert f"INC-2026-00{number + 1} P2, declared: search is slow" in town.texts("incidents")
    for number, place in enumerate(("command", "mention", "thread")):
        where = town.ws.add_channel(f"room-{number}", members=["ben"])
        town.ws.invite_bot(where.name)
        stage = Stage(town, where.id, town.ws.say("ben", where.name, "so"))
        assert "This channel now holds INC-2026-00" in stage.type(place, "here P2 it is slow")
        town.settle()
        assert any("it is slow" in line for line in stage.lines())


def test_an_incident_is_named_only_by_who_takes_part_and_a_private_one_by_nobody(
    stage: Stage,
) -> None:
    town = stage.town
    town.ws.add_person("zoe")
    refused = "INC-2026-001 is no incident that you can reach from here, so nothing was changed."
    assert town.incident("zoe", "INC-2026-001 sev P3", "general").startswith(refused)
    assert "is now P3" in town.incident("ben", "inc-2026-001: sev P3", "general")
    assert "no incident that you can" in town.incident("ben", "INC-2026-999 catchup", "general")
    town.incident("ben", "private P1 payroll leaked")
    town.settle()
    secret = town.incident("ben", "INC-2026-002 catchup", "general")
    assert secret.startswith("INC-2026-002 is no incident that you can reach")
    assert "payroll" not in secret
    inside = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "payroll leaked" in town.incident("ben", "INC-2026-002 catchup", inside)


def test_each_typed_way_of_the_table_was_gone() -> None:
    gone = {*RUNNING, *OVER, *REVIEW, "declare", "here"}
    assert gone == {way.label for ways in WAYS.values() for way in ways if way.place == TYPED}

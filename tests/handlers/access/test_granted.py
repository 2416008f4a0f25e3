"""Guests and people from other workspaces: what they may do, read and receive."""

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy import BadPolicy, load
from bot.domain.membership_type import MembershipType
from handlers.outbox.outsider_messages import RECIPIENT_FACTS
from handlers.outbox.worker import JOB_HANDLERS
from sandbox.clock import Clock
from sandbox.server import Sandbox
from sandbox.workspace_state import Team
from storage import action_items, incidents, people
from tests.handlers.access.outsiders import ACME, MARKER, Stage, build_stage
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support import harness
from tests.support.harness import POLICY, ROOT, START, LiveBot

REFUSAL = "Guests and people from other workspaces can't use this app here, so nothing was changed. Ask a member"
DAY = timedelta(days=1)


@pytest.fixture
def stage(live_bot: LiveBot) -> Stage:
    return build_stage(live_bot)


@contextmanager
def _granting(folder: Path, *commands: str) -> Iterator[Stage]:
    permissions = POLICY.permissions.model_copy(update={"external": commands})
    policy = POLICY.model_copy(update={"permissions": permissions})
    with harness.start_live_bot(f"sqlite:///{folder}/debrief.db", policy=policy) as live_bot:
        yield build_stage(live_bot)


def _last_reply(live_bot: LiveBot, name: str) -> str:
    return str(live_bot.workspace.ephemerals(name)[-1]["text"])


def test_an_outsider_is_refused_privately_and_told_whom_to_ask(stage: Stage) -> None:
    live_bot, before = stage.live_bot, len(stage.live_bot.messages(stage.inside))
    ana = f"<@{live_bot.workspace.person('ana').id}>"
    refusal = f"Guests and people from other workspaces can't do that in this channel, so nothing was changed. Ask {ana} to do it for you."
    assert live_bot.command("kim", "sev P3", stage.inside) == refusal
    assert live_bot.command("gil", "list", "general").startswith(REFUSAL)
    live_bot.choose("gus", stage.inside, "Add note")
    assert _last_reply(live_bot, "gus") == refusal
    live_bot.workspace.shortcut("kim", "declare")
    assert REFUSAL in json.dumps(live_bot.workspace.open_view("kim"))
    live_bot.workspace.say(
        "kim", stage.inside, f"<@{live_bot.service.identity.bot_user_id}> resolve done"
    )
    live_bot.settle()
    assert _last_reply(live_bot, "kim") == refusal
    live_bot.workspace.say_to_bot("kim", f"search {MARKER}")
    live_bot.settle()
    assert _last_reply(live_bot, "kim").startswith(REFUSAL)
    assert [m["text"] for m in live_bot.messages(stage.inside)[before:]] == [
        f"<@{live_bot.service.identity.bot_user_id}> resolve done"
    ]


def test_granted_commands_work_only_in_the_incident_channel(tmp_path: Path) -> None:
    with _granting(tmp_path, "note", "action", "catchup", "done") as stage:
        live_bot, inside = stage.live_bot, stage.inside
        assert "Note added at" in live_bot.command("kim", "note 14:01 we see it too", inside)
        assert "*INC-2026-001" in live_bot.command("gil", "catchup", inside)
        assert "P1" in live_bot.command("gus", "action tell our users @ben friday P1", inside)
        refusal = live_bot.command("kim", "sev P3", inside)
        assert "can only use `/incident note`, `/incident action`" in refusal
        assert "severity" in live_bot.command("kim", "help", inside)
        for text, place in (
            ("note x", "general"),
            ("INC-2026-001 note x", "general"),
            ("INC-2026-002 note x", "general"),
        ):
            assert live_bot.command("kim", text, place).startswith(REFUSAL)
        assert "You can't run commands for INC-" in live_bot.command(
            "kim", "INC-2026-002 note x", inside
        )
        assert "no action item 2 that you can see" in live_bot.command("kim", "done 2", inside)
        assert "Marked as done:" in live_bot.command("kim", "done 1", inside)
        live_bot.choose("kim", inside, "Add note")
        live_bot.workspace.submit("kim", {"text": {"text": "our side is slow"}})
        live_bot.workspace.react("gil", inside, stage.message_ts, "pushpin")
        live_bot.settle()
        notes = [event.text for event in live_bot.timeline(inside) if event.kind == "note"]
        assert set(notes) == {"we see it too", "our side is slow"}
        assert "Added to the" in _last_reply(live_bot, "gil")


def test_granted_commands_cannot_reach_items_of_another_incident(tmp_path: Path) -> None:
    with _granting(tmp_path, "note", "action", "actions", "done", "drop") as stage:
        live_bot, kim = stage.live_bot, stage.live_bot.workspace.person("kim").id
        live_bot.command("ana", f"action ask them about {MARKER} @kim friday P1", stage.other)
        for line in ("done 3", "drop 3 because no", "actions 3", "actions 2"):
            reply = live_bot.command("kim", line, stage.inside)
            assert "that you can see" in reply, line
            assert MARKER not in reply
        with live_bot.store.begin() as session:
            item = action_items.by_id(session, 3)
        assert item is not None
        assert (item.owner, item.is_open) == (kim, True)


def test_commands_beyond_one_incident_cannot_be_granted(tmp_path: Path) -> None:
    file = tmp_path / "debrief.toml"
    for word in ("search", "declare", "lead", "list", "nonsense"):
        file.write_text(f'[permissions]\nexternal = ["note", "{word}"]\n')
        with pytest.raises(BadPolicy, match="it must be a command for one incident: sev, status"):
            load(file)
    file.write_text('[permissions]\nexternal = ["note", "catchup"]\n')
    assert load(file).permissions.external == ("note", "catchup")


def test_the_draft_marks_outsiders_by_their_organization(stage: Stage) -> None:
    live_bot = stage.live_bot
    for name, action in (("kim", "restarted our proxy"), ("pat", "rolled back our release")):
        live_bot.workspace.say(name, stage.inside, f"I {action}, errors are gone")
    live_bot.workspace.say("gil", stage.inside, "root cause: the pool was too small")
    live_bot.workspace.say("ben", stage.inside, "thanks")
    live_bot.command("ana", "resolve restarted", stage.inside)
    live_bot.settle()
    postmortem = latest_postmortem(live_bot, stage.inside)
    names = {participant["name"] for participant in postmortem.document["participants"]}
    assert {
        *("Kim Park (Acme, external)", "Pat Moss (external)"),
        *("Gil Stone (guest)", "Gus Field (guest)"),
    } <= names
    assert "Ben Okafor" in names
    authors = {row["author"] for row in postmortem.document["timeline"]}
    assert authors & {"Kim Park (Acme, external)", "Pat Moss (external)", "Gil Stone (guest)"}
    assert "Kim Park (Acme, external)" in postmortem.markdown
    assert "Kim Park (Acme, external)" in postmortem.html


def test_outsiders_get_no_role_and_no_greeting(stage: Stage) -> None:
    live_bot = stage.live_bot
    for text in ("lead @kim", "role scribe @gil", "lead @sam"):
        reply = live_bot.command("ana", text, stage.inside)
        assert "is a guest or from another workspace and can't hold a role" in reply
    live_bot.settle()
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, stage.inside)
    assert incident is not None
    assert incident.roles == ()
    for name in ("kim", "gil", "gus", "pat", "sam"):
        assert live_bot.workspace.dm(name) == []
        assert live_bot.workspace.ephemerals(name) == []  # no greeting, although they joined


def test_reminders_of_an_outsiders_item_go_to_the_lead(stage: Stage) -> None:
    live_bot = stage.live_bot
    live_bot.command("ben", "lead", stage.inside)
    reply = live_bot.command("ana", "action raise the limit @kim 2026-03-11 P1", stage.inside)
    sentence = "I can't remind guests or people from other workspaces. Ben Okafor gets the reminders instead."
    assert sentence in reply
    live_bot.settle()
    card = next(m for m in live_bot.messages(stage.inside) if "raise the limit" in m["text"])
    assert sentence in card["text"]
    live_bot.sandbox.clock.advance(DAY)
    for _ in range(3):
        live_bot.settle()
        live_bot.sandbox.clock.advance(DAY / 4)
    live_bot.settle()
    assert live_bot.workspace.dm("kim") == []
    assert "raise the limit" in json.dumps(live_bot.workspace.dm("ben"))


def test_reassigning_an_item_to_a_guest_says_that_guests_get_no_reminders(stage: Stage) -> None:
    live_bot = stage.live_bot
    live_bot.press("ana", stage.inside, "Change owner")
    live_bot.workspace.submit("ana", {"owner": {"owner": live_bot.workspace.person("gil").id}})
    live_bot.settle()
    messages = [
        m["text"] for m in live_bot.messages(stage.inside) if "I can't remind guests" in m["text"]
    ]
    assert len(messages) == 2  # its card and its thread


def test_a_person_from_the_same_enterprise_counts_as_a_member(tmp_path: Path) -> None:
    sandbox = Sandbox(ROOT / "manifest.yml", clock=Clock(START), enterprise_id="E0OURS000")
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", sandbox=sandbox) as live_bot:
        sister = Team("T0SISTER0", "Sister", "E0OURS000", "Ours")
        live_bot.workspace.add_person("sue", "Sue Sister", team=sister)
        inside = live_bot.declare()
        live_bot.workspace.invite("ana", inside, "sue")
        assert "now P3" in live_bot.command("sue", "sev P3", inside)
        assert "checkout fails" in live_bot.command("sue", "list", "general")


def test_an_unknown_person_can_only_use_their_own_incident_while_profiles_cannot_be_read(
    live_bot: LiveBot,
) -> None:
    inside = live_bot.declare()
    live_bot.workspace.add_person("zoe")
    live_bot.sandbox.faults.on("error", method="users.info", error="ratelimited", status=429)
    for command, channel in (
        ("list", inside),
        ("search checkout", "general"),
        ("sev P3", "general"),
    ):
        reply = live_bot.command("zoe", command, channel)
        assert reply.startswith("I couldn't check your account type with Slack (ratelimited)")
    assert "now P3" in live_bot.command("zoe", "sev P3", inside)
    assert " declared: *" in live_bot.command("zoe", "declare P2 search is slow", "general")
    assert "now P2" in live_bot.command("ana", "sev P2", inside)  # Ana's profile is known
    live_bot.sandbox.faults.off("error")
    assert "checkout fails" in live_bot.command("zoe", "list", inside)


def test_a_member_who_becomes_a_guest_sees_nothing_on_the_home_tab(live_bot: LiveBot) -> None:
    inside = live_bot.declare(f"P1 {MARKER} fails")
    live_bot.workspace.join("ben", inside)
    live_bot.workspace.say("ben", inside, "on it")
    live_bot.settle()
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    assert MARKER in json.dumps(live_bot.workspace.open_home("ben"))
    live_bot.workspace.person("ben").restricted = True
    live_bot.sandbox.clock.advance(timedelta(days=8))
    assert live_bot.command("ben", "list", "general").startswith(REFUSAL)
    live_bot.command("ana", f"action look at {MARKER} @ben friday", inside)
    live_bot.settle()
    assert MARKER not in json.dumps(
        live_bot.sandbox.state.homes[live_bot.workspace.person("ben").id]
    )
    live_bot.workspace.person("ben").restricted = False
    live_bot.sandbox.clock.advance(timedelta(hours=2))
    assert MARKER in live_bot.command("ben", "list", "general")


def test_membership_is_cached_and_checked_again_within_the_hour(stage: Stage) -> None:
    live_bot, kim = stage.live_bot, stage.live_bot.workspace.person("kim")
    live_bot.command("kim", "list", "general")
    lookups = len(live_bot.sandbox.record.called("users.info"))
    for _ in range(3):
        live_bot.command("kim", "list", "general")
    assert len(live_bot.sandbox.record.called("users.info")) == lookups  # cached
    with live_bot.store.begin() as session:
        person = people.find(session, kim.id)
    assert person is not None
    assert (person.standing, person.organisation) == (MembershipType.EXTERNAL, "Acme")
    mei = live_bot.workspace.person("mei")
    live_bot.command("mei", "list", "general")
    mei.team = ACME  # Mei moved to another workspace
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    live_bot.choose("mei", stage.inside, "Add note")
    assert "can't do that in this channel" in _last_reply(live_bot, "mei")


def test_missed_marks_and_replies_of_outsiders_do_not_count(stage: Stage) -> None:
    live_bot = stage.live_bot
    item = next(m for m in live_bot.messages(stage.inside) if "Owner:" in m["text"])
    live_bot.service.stop()
    live_bot.workspace.react("kim", stage.inside, stage.message_ts, "seedling")
    live_bot.workspace.react("ana", stage.inside, stage.message_ts, "jigsaw")
    live_bot.workspace.say("gil", stage.inside, "done", thread=item["ts"])
    live_bot.restart(timedelta(hours=3))
    live_bot.settle()
    marks = {mark for event in live_bot.timeline(stage.inside) for mark in event.marks}
    assert {str(mark) for mark in marks} == {"contributing_factor"}
    with live_bot.store.begin() as session:
        action_item = action_items.by_id(session, 1)
    assert action_item is not None
    assert action_item.is_open


def test_a_channel_with_outsiders_gets_no_hints_about_similar_incidents(live_bot: LiveBot) -> None:
    first = live_bot.declare(f"P1 payments-api queue of {MARKER} overflows")
    for channel in (first,):
        live_bot.workspace.say(
            "ben", channel, "the payments-api queue overflows, root cause: no alert on the queue"
        )
        live_bot.command("ana", "services payments-api", channel)
        live_bot.command(
            "ana", "action add an alert on the payments-api queue @ana friday P2", channel
        )
        live_bot.command("ana", "resolve restarted payments-api", channel)
    live_bot.settle()
    live_bot.workspace.add_person("kim", "Kim Park", team=ACME)
    for shared in (False, True):
        again = live_bot.declare("P1 payments-api queue overflows")
        if shared:
            live_bot.workspace.invite("ana", again, "kim")
        live_bot.workspace.say(
            "ben", again, "the payments-api queue overflows, root cause: no alert on the queue"
        )
        live_bot.command("ana", "services payments-api", again)
        live_bot.command(
            "ana", "action add an alert on the payments-api queue @ana friday P2", again
        )
        live_bot.command("ana", "resolve restarted payments-api", again)
        live_bot.settle()
        assert ("INC-2026-001" in live_bot.text_in(again)) is not shared
        assert (MARKER in json.dumps(live_bot.messages(again))) is not shared
        assert "INC-2026-001" in live_bot.command("ana", "similar", again)


def test_every_job_that_sends_a_dm_checks_for_outsiders() -> None:
    kinds = {
        kind
        for kind, handler in JOB_HANDLERS.items()
        if "conversations_open(" in inspect.getsource(handler)
    }
    assert kinds <= {*RECIPIENT_FACTS}

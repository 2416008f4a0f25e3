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
from tests.support.harness import POLICY, ROOT, START, Town

REFUSAL = "Guests and people from other workspaces can't use this app here, so nothing was changed. Ask a member"
DAY = timedelta(days=1)


@pytest.fixture
def stage(town: Town) -> Stage:
    return build_stage(town)


@contextmanager
def _granting(folder: Path, *commands: str) -> Iterator[Stage]:
    permissions = POLICY.permissions.model_copy(update={"external": commands})
    policy = POLICY.model_copy(update={"permissions": permissions})
    with harness.town(f"sqlite:///{folder}/debrief.db", policy=policy) as town:
        yield build_stage(town)


def _last_reply(town: Town, name: str) -> str:
    return str(town.ws.ephemerals(name)[-1]["text"])


def test_an_outsider_is_refused_privately_and_told_whom_to_ask(stage: Stage) -> None:
    town, before = stage.town, len(stage.town.said(stage.inside))
    ana = f"<@{town.ws.person('ana').id}>"
    refusal = f"Guests and people from other workspaces can't do that in this channel, so nothing was changed. Ask {ana} to do it for you."
    assert town.incident("kim", "sev P3", stage.inside) == refusal
    assert town.incident("gil", "list", "general").startswith(REFUSAL)
    town.choose("gus", stage.inside, "Add a note")
    assert _last_reply(town, "gus") == refusal
    town.ws.shortcut("kim", "declare")
    assert REFUSAL in json.dumps(town.ws.open_view("kim"))
    town.ws.say("kim", stage.inside, f"<@{town.service.identity.bot_user_id}> resolve done")
    town.settle()
    assert _last_reply(town, "kim") == refusal
    town.ws.say_to_bot("kim", f"search {MARKER}")
    town.settle()
    assert _last_reply(town, "kim").startswith(REFUSAL)
    assert [m["text"] for m in town.said(stage.inside)[before:]] == [
        f"<@{town.service.identity.bot_user_id}> resolve done"
    ]


def test_granted_commands_work_only_in_the_incident_channel(tmp_path: Path) -> None:
    with _granting(tmp_path, "note", "action", "catchup", "done") as stage:
        town, inside = stage.town, stage.inside
        assert "Noted for" in town.incident("kim", "note 14:01 we see it too", inside)
        assert "*INC-2026-001" in town.incident("gil", "catchup", inside)
        assert "P1" in town.incident("gus", "action tell our users @ben friday P1", inside)
        refusal = town.incident("kim", "sev P3", inside)
        assert "can only use `/incident note`, `/incident action`" in refusal
        assert "severity" in town.incident("kim", "help", inside)
        for text, place in (
            ("note x", "general"),
            ("INC-2026-001 note x", "general"),
            ("INC-2026-002 note x", "general"),
        ):
            assert town.incident("kim", text, place).startswith(REFUSAL)
        assert "no incident that you can" in town.incident("kim", "INC-2026-002 note x", inside)
        assert "no action item 2 that you can see" in town.incident("kim", "done 2", inside)
        assert "Done:" in town.incident("kim", "done 1", inside)
        town.choose("kim", inside, "Add a note")
        town.ws.submit("kim", {"text": {"text": "our side is slow"}})
        town.ws.react("gil", inside, stage.message_ts, "pushpin")
        town.settle()
        notes = [event.text for event in town.recorded(inside) if event.kind == "note"]
        assert set(notes) == {"we see it too", "our side is slow"}
        assert "Kept in the" in _last_reply(town, "gil")


def test_granted_commands_cannot_reach_items_of_another_incident(tmp_path: Path) -> None:
    with _granting(tmp_path, "note", "action", "actions", "done", "drop") as stage:
        town, kim = stage.town, stage.town.ws.person("kim").id
        town.incident("ana", f"action ask them about {MARKER} @kim friday P1", stage.other)
        for line in ("done 3", "drop 3 because no", "actions 3", "actions 2"):
            reply = town.incident("kim", line, stage.inside)
            assert "that you can see" in reply, line
            assert MARKER not in reply
        with town.store.begin() as session:
            item = action_items.by_id(session, 3)
        assert item is not None
        assert (item.owner, item.is_open) == (kim, True)


def test_commands_beyond_one_incident_cannot_be_granted(tmp_path: Path) -> None:
    file = tmp_path / "debrief.toml"
    for word in ("search", "declare", "lead", "list", "nonsense"):
        file.write_text(f'[permissions]\nexternal = ["note", "{word}"]\n')
        with pytest.raises(BadPolicy, match="it should be a command for one incident: sev, status"):
            load(file)
    file.write_text('[permissions]\nexternal = ["note", "catchup"]\n')
    assert load(file).permissions.external == ("note", "catchup")


def test_the_draft_marks_outsiders_by_their_organization(stage: Stage) -> None:
    town = stage.town
    for name, action in (("kim", "restarted our proxy"), ("pat", "rolled back our release")):
        town.ws.say(name, stage.inside, f"I {action}, errors are gone")
    town.ws.say("gil", stage.inside, "root cause: the pool was too small")
    town.ws.say("ben", stage.inside, "thanks")
    town.incident("ana", "resolve restarted", stage.inside)
    town.settle()
    postmortem = latest_postmortem(town, stage.inside)
    names = {participant["name"] for participant in postmortem.document["participants"]}
    assert {"kim (Acme, external)", "pat (external)", "gil (guest)", "gus (guest)"} <= names
    assert "ben" in names
    authors = {row["author"] for row in postmortem.document["timeline"]}
    assert authors & {"kim (Acme, external)", "pat (external)", "gil (guest)"}
    assert "kim (Acme, external)" in postmortem.markdown
    assert "kim (Acme, external)" in postmortem.html


def test_outsiders_get_no_role_and_no_greeting(stage: Stage) -> None:
    town = stage.town
    for text in ("lead @kim", "role scribe @gil", "lead @sam"):
        reply = town.incident("ana", text, stage.inside)
        assert "is a guest or from another workspace and can't hold a role" in reply
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, stage.inside)
    assert incident is not None
    assert incident.roles == ()
    for name in ("kim", "gil", "gus", "pat", "sam"):
        assert town.ws.dm(name) == []
        assert town.ws.ephemerals(name) == []  # no greeting, although they joined


def test_reminders_of_an_outsiders_item_go_to_the_lead(stage: Stage) -> None:
    town = stage.town
    town.incident("ben", "lead", stage.inside)
    reply = town.incident("ana", "action raise the limit @kim 2026-03-11 P1", stage.inside)
    ben = f"<@{town.ws.person('ben').id}>"
    sentence = (
        f"I can't remind guests or people from other workspaces. {ben} gets the reminders instead."
    )
    assert sentence in reply
    town.settle()
    card = next(m for m in town.said(stage.inside) if "raise the limit" in m["text"])
    assert sentence in card["text"]
    town.sandbox.clock.advance(DAY)
    for _ in range(3):
        town.settle()
        town.sandbox.clock.advance(DAY / 4)
    town.settle()
    assert town.ws.dm("kim") == []
    assert "raise the limit" in json.dumps(town.ws.dm("ben"))


def test_reassigning_an_item_to_a_guest_says_that_guests_get_no_reminders(stage: Stage) -> None:
    town = stage.town
    town.press("ana", stage.inside, "Change owner")
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("gil").id}})
    town.settle()
    messages = [m["text"] for m in town.said(stage.inside) if "I can't remind guests" in m["text"]]
    assert len(messages) == 2  # its card and its thread


def test_a_person_from_the_same_enterprise_counts_as_a_member(tmp_path: Path) -> None:
    sandbox = Sandbox(ROOT / "manifest.yml", clock=Clock(START), enterprise_id="E0OURS000")
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", sandbox=sandbox) as town:
        sister = Team("T0SISTER0", "Sister", "E0OURS000", "Ours")
        town.ws.add_person("sue", "Sue Sister", team=sister)
        inside = town.declare()
        town.ws.invite("ana", inside, "sue")
        assert "now P3" in town.incident("sue", "sev P3", inside)
        assert "checkout fails" in town.incident("sue", "list", "general")


def test_an_unknown_person_can_only_use_their_own_incident_while_profiles_cannot_be_read(
    town: Town,
) -> None:
    inside = town.declare()
    town.ws.add_person("zoe")
    town.sandbox.faults.on("error", method="users.info", error="ratelimited", status=429)
    for command, channel in (
        ("list", inside),
        ("search checkout", "general"),
        ("sev P3", "general"),
    ):
        reply = town.incident("zoe", command, channel)
        assert reply.startswith("I couldn't check with Slack who you are (ratelimited)")
    assert "now P3" in town.incident("zoe", "sev P3", inside)
    assert "is declared" in town.incident("zoe", "declare P2 search is slow", "general")
    assert "now P2" in town.incident("ana", "sev P2", inside)  # Ana's profile is known
    town.sandbox.faults.off("error")
    assert "checkout fails" in town.incident("zoe", "list", inside)


def test_a_member_who_becomes_a_guest_sees_nothing_on_the_home_tab(town: Town) -> None:
    inside = town.declare(f"P1 {MARKER} fails")
    town.ws.join("ben", inside)
    town.ws.say("ben", inside, "on it")
    town.settle()
    town.ws.open_home("ben")
    town.settle()
    assert MARKER in json.dumps(town.ws.open_home("ben"))
    town.ws.person("ben").restricted = True
    town.sandbox.clock.advance(timedelta(days=8))
    assert town.incident("ben", "list", "general").startswith(REFUSAL)
    town.incident("ana", f"action look at {MARKER} @ben friday", inside)
    town.settle()
    assert MARKER not in json.dumps(town.sandbox.state.homes[town.ws.person("ben").id])
    town.ws.person("ben").restricted = False
    town.sandbox.clock.advance(timedelta(hours=2))
    assert MARKER in town.incident("ben", "list", "general")


def test_membership_is_cached_and_checked_again_within_the_hour(stage: Stage) -> None:
    town, kim = stage.town, stage.town.ws.person("kim")
    town.incident("kim", "list", "general")
    lookups = len(town.sandbox.record.called("users.info"))
    for _ in range(3):
        town.incident("kim", "list", "general")
    assert len(town.sandbox.record.called("users.info")) == lookups  # cached
    with town.store.begin() as session:
        person = people.find(session, kim.id)
    assert person is not None
    assert (person.standing, person.organisation) == (MembershipType.EXTERNAL, "Acme")
    mei = town.ws.person("mei")
    town.incident("mei", "list", "general")
    mei.team = ACME  # Mei moved to another workspace
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    town.choose("mei", stage.inside, "Add a note")
    assert "can't do that in this channel" in _last_reply(town, "mei")


def test_missed_marks_and_replies_of_outsiders_do_not_count(stage: Stage) -> None:
    town = stage.town
    item = next(m for m in town.said(stage.inside) if "Owner:" in m["text"])
    town.service.stop()
    town.ws.react("kim", stage.inside, stage.message_ts, "seedling")
    town.ws.react("ana", stage.inside, stage.message_ts, "jigsaw")
    town.ws.say("gil", stage.inside, "done", thread=item["ts"])
    town.restart(timedelta(hours=3))
    town.settle()
    marks = {mark for event in town.recorded(stage.inside) for mark in event.marks}
    assert {str(mark) for mark in marks} == {"contributing_factor"}
    with town.store.begin() as session:
        action_item = action_items.by_id(session, 1)
    assert action_item is not None
    assert action_item.is_open


def test_a_channel_with_outsiders_gets_no_hints_about_similar_incidents(town: Town) -> None:
    first = town.declare(f"P1 payments-api queue of {MARKER} overflows")
    for channel in (first,):
        town.ws.say(
            "ben", channel, "the payments-api queue overflows, root cause: no alert on the queue"
        )
        town.incident("ana", "services payments-api", channel)
        town.incident(
            "ana", "action add an alert on the payments-api queue @ana friday P2", channel
        )
        town.incident("ana", "resolve restarted payments-api", channel)
    town.settle()
    town.ws.add_person("kim", "Kim Park", team=ACME)
    for shared in (False, True):
        again = town.declare("P1 payments-api queue overflows")
        if shared:
            town.ws.invite("ana", again, "kim")
        town.ws.say(
            "ben", again, "the payments-api queue overflows, root cause: no alert on the queue"
        )
        town.incident("ana", "services payments-api", again)
        town.incident("ana", "action add an alert on the payments-api queue @ana friday P2", again)
        town.incident("ana", "resolve restarted payments-api", again)
        town.settle()
        assert ("INC-2026-001" in town.texts(again)) is not shared
        assert (MARKER in json.dumps(town.said(again))) is not shared
        assert "INC-2026-001" in town.incident("ana", "similar", again)


def test_every_job_that_sends_a_dm_checks_for_outsiders() -> None:
    kinds = {
        kind
        for kind, handler in JOB_HANDLERS.items()
        if "conversations_open(" in inspect.getsource(handler)
    }
    assert kinds <= {*RECIPIENT_FACTS}

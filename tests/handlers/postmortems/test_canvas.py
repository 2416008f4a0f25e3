"""The postmortem as a canvas of its channel, over the wire: made once, kept in step, refused without harm."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.config.policy import Policy
from bot.domain.job import JobKind, make_incident_job
from storage import incidents, outbox, postmortems
from tests.handlers.postmortems.test_review import do
from tests.handlers.postmortems.test_sections import CAUSE, summary, write
from tests.support import harness
from tests.support.harness import POLICY, Town

CREATE, EDIT = "canvases.create", "canvases.edit"
PLANS = [
    "missing_scope",
    "canvas_disabled_user_team",
    "free_teams_cannot_create_non_tabbed_canvases",
    "free_team_canvas_tab_already_exists",
    "restricted_action",
]


def resolved(town: Town, declared: str = "declare P1 checkout fails") -> str:
    """The channel of an incident that was resolved and drafted."""
    town.incident("ana", declared)
    town.settle()
    channel = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.ws.say("ana", channel, "it was caused by the new connection limit")
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    return channel


@pytest.fixture
def channel(town: Town) -> str:
    return resolved(town)


def calls(town: Town, method: str) -> list[dict[str, Any]]:
    return [each.args for each in town.sandbox.record.called(method)]


def canvas(town: Town, channel: str) -> dict[str, Any]:
    (only,) = town.ws.canvases(channel)
    return dict(only)


def kept(town: Town, channel: str) -> str | None:
    with town.store.begin() as session:
        found = incidents.by_channel(session, channel)
        assert found
        return found.canvas_id


def troubles(town: Town) -> list[str]:
    with town.store.begin() as session:
        return [each.reason for each in outbox.list_set_aside(session)]


def test_it_is_made_once_with_the_whole_text(town: Town, channel: str) -> None:
    made = canvas(town, channel)
    assert made["title"] == "Postmortem INC-2026-001"
    assert made["markdown"].startswith("_Debrief keeps this canvas in step")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        newest = postmortems.latest(session, incident.id)
        assert newest
    assert made["markdown"].endswith(newest.markdown.rstrip("\n"))
    assert kept(town, channel) == made["id"]
    assert calls(town, CREATE)[0]["channel_id"] == channel
    assert (len(calls(town, CREATE)), len(calls(town, EDIT))) == (1, 0)


def test_it_follows_every_change(town: Town, channel: str) -> None:
    first = canvas(town, channel)["id"]
    write(town, "ben", channel, "root_cause", CAUSE)
    assert f"- {CAUSE}\n" in canvas(town, channel)["markdown"]
    do(town, "ana", channel, "submit because small")
    assert "in review" in canvas(town, channel)["markdown"]
    do(town, "ben", channel, "approve")
    do(town, "ben", channel, "final")
    assert "approved by ben" in canvas(town, channel)["markdown"]
    do(town, "ana", channel, "reopen")
    do(town, "ana", channel, "again")
    assert f"- {CAUSE}\n" in canvas(town, channel)["markdown"]
    assert canvas(town, channel)["id"] == first
    assert len(calls(town, CREATE)) == 1


def test_what_waits_is_shown_once(town: Town, channel: str) -> None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        at = town.sandbox.clock.now()
        put = {
            outbox.enqueue(session, make_incident_job(incident.id, JobKind.CANVAS), at)
            for _ in range(3)
        }
    assert len(put) == 1
    town.settle()
    assert len(calls(town, EDIT)) == 1


@pytest.mark.parametrize("reason", PLANS)
def test_a_refusal_does_no_harm_and_is_logged_once(town: Town, reason: str) -> None:
    town.sandbox.faults.on("error", method=CREATE, error=reason)
    with capture_logs() as caught:
        channel = resolved(town)
        write(town, "ben", channel, "root_cause", CAUSE)
    assert f"The cause: {CAUSE}." in summary(town, channel)["text"]
    assert len(town.ws.files) == 2
    assert (troubles(town), kept(town, channel), town.ws.canvases(channel)) == ([], None, [])
    said = [each for each in caught if "canvas" in str(each)]
    assert [(each["event"], each["reason"]) for each in said] == [("canvas refused", reason)]
    town.sandbox.faults.clear()
    write(town, "ben", channel, "lessons", "A limit needs an owner")
    assert "A limit needs an owner" in canvas(town, channel)["markdown"]


def test_without_the_scope_the_log_names_it(tmp_path: Path) -> None:
    asked = (harness.ROOT / "manifest.yml").read_text("utf-8")
    scopes = tuple(
        line.strip(" -")
        for line in asked.partition("bot:\n      - ")[2].partition("settings:")[0].splitlines()
        if line.strip() != "- canvases:write"
    )
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", granted_scopes=scopes) as town:
        with capture_logs() as caught:
            channel = resolved(town)
        assert "Postmortem draft" in summary(town, channel)["text"]
        assert troubles(town) == []
    (said,) = [each for each in caught if each["event"] == "canvas refused"]
    assert (said["incident"], said["reason"]) == (
        "INC-2026-001",
        "missing_scope, needs canvases:write",
    )


def test_a_free_plan_has_one_tab_and_it_is_left_to_its_owner(town: Town) -> None:
    town.sandbox.world.free_plan = True
    channel = resolved(town)
    assert canvas(town, channel)["title"] == "Postmortem INC-2026-001"
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(town, channel)["markdown"]
    ours = "Ours, and nobody else's"
    town.ws.add_channel("payments", members=["ana", "debrief"])
    theirs = town.ws.channel("payments").id
    town.sandbox.world.canvases["F0THEIRS"] = {
        "id": "F0THEIRS", "title": "", "markdown": ours, "channel": theirs, "own": False, "shared_ts": "1.0",
    }  # fmt: skip
    town.incident("ana", "here payments are late", theirs)
    town.settle()
    town.incident("ana", "resolve it was a holiday", theirs)
    town.settle()
    assert (canvas(town, theirs)["markdown"], kept(town, theirs)) == (ours, None)
    assert troubles(town) == []


def test_one_that_was_made_before_the_connection_broke_is_found(town: Town) -> None:
    town.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert len(calls(town, CREATE)) == 1
    assert kept(town, channel) == canvas(town, channel)["id"]
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(town, channel)["markdown"]


def test_one_that_was_surely_not_made_is_made(town: Town) -> None:
    town.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert kept(town, channel) == canvas(town, channel)["id"]


@pytest.mark.parametrize("told", ["nothing", "no time", "two"])
def test_where_nobody_can_tell_none_is_made_and_nothing_is_replaced(
    town: Town, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"id": "F0THEIRS", "title": "", "markdown": "theirs", "own": False}

    def tabs(_world: object, _channel: object) -> list[dict[str, Any]] | None:
        if told == "nothing":
            return None
        shared = {} if told == "no time" else {"shared_ts": f"{clock.now().timestamp():.6f}"}
        files = ["F0THEIRS", "F0OTHER"] if told == "two" else ["F0THEIRS"]
        return [{"type": "canvas", "data": {"file_id": each} | shared} for each in files]

    clock = town.sandbox.clock
    monkeypatch.setattr("sandbox.api.canvases.tabs", tabs)
    town.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.world.canvases["F0THEIRS"] = {**theirs, "channel": channel, "shared_ts": "1.0"}
    town.settle()
    assert kept(town, channel) == ""
    write(town, "ben", channel, "root_cause", CAUSE)
    do(town, "ana", channel, "again")
    assert len(calls(town, CREATE)) == 1
    assert (calls(town, EDIT), canvas(town, channel)["markdown"]) == ([], "theirs")


def test_killed_while_it_was_made_it_is_found_after_the_start(town: Town) -> None:
    """The answer came and was lost: what was told to Slack is not told to the database."""
    town.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    town.sandbox.faults.on("slow", method="conversations.info", seconds=1.0)
    channel = resolved_but_not_settled(town)
    town.service.stop()
    assert kept(town, channel) == ""
    town.sandbox.faults.clear()
    town.restart(timedelta(minutes=2))
    town.settle()
    assert len(calls(town, CREATE)) == 1
    assert kept(town, channel) == canvas(town, channel)["id"]


def resolved_but_not_settled(town: Town) -> str:
    channel = town.declare()
    town.incident("ana", "resolve limit set back", channel)
    harness.eventually(lambda: bool(calls(town, CREATE)), "the canvas was tried")
    return channel


def test_an_edit_that_nobody_knows_of_is_done_again(town: Town, channel: str) -> None:
    town.sandbox.faults.on("dropped_before", method=EDIT, times=1)
    write(town, "ben", channel, "root_cause", CAUSE)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert CAUSE in canvas(town, channel)["markdown"]
    assert len(calls(town, EDIT)) == 2


def test_while_somebody_writes_in_it_the_channel_goes_on(town: Town, channel: str) -> None:
    town.sandbox.faults.on("error", method=EDIT, error="canvas_editing_locked")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.CANVAS), town.sandbox.clock.now()
        )
    harness.eventually(lambda: len(calls(town, EDIT)) > 0, "the canvas was tried")
    town.incident("ana", "action add an alert on the limit @ben friday P2", channel)
    harness.eventually(lambda: "add an alert on" in town.texts(channel), "the action item is said")
    town.sandbox.faults.clear()
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert troubles(town) == []


def test_a_deleted_one_stays_away_until_it_is_drafted_again(town: Town, channel: str) -> None:
    town.ws.delete_canvas(canvas(town, channel)["id"])
    write(town, "ben", channel, "root_cause", CAUSE)
    do(town, "ana", channel, "submit because small")
    assert (town.ws.canvases(channel), len(calls(town, CREATE)), troubles(town)) == ([], 1, [])
    do(town, "ana", channel, "again")
    assert CAUSE in canvas(town, channel)["markdown"]
    assert kept(town, channel) == canvas(town, channel)["id"]


def test_nothing_in_it_is_a_mention(town: Town, channel: str) -> None:
    typed = "<!channel> @here <@U0SOMEBODY> ![](@U0SOMEBODY) @channel"
    write(town, "ben", channel, "lessons", typed)
    text = canvas(town, channel)["markdown"]
    assert "SOMEBODY" in text
    for live in ("<!", "<@", "![", "@here", "@channel"):
        assert live not in text


def test_a_text_that_is_too_long_says_where_the_rest_is(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rendering.canvas_text.fit_to_canvas.__defaults__", (400,))
    text = canvas(town, resolved(town))["markdown"]
    assert text.endswith(
        "*The rest does not fit a canvas: the page in the thread of the summary has all of it.*"
    )
    assert "## Timeline" not in text


def test_a_private_one_is_seen_in_its_channel_only(town: Town) -> None:
    channel = resolved(town, "private P1 someone got in")
    made = canvas(town, channel)
    assert town.ws.channel(channel).kind == "private"
    (call,) = calls(town, CREATE)
    assert call["channel_id"] == channel
    assert list(town.sandbox.world.canvases) == [made["id"]]


@pytest.fixture
def without(tmp_path: Path) -> Iterator[Town]:
    policy = Policy.model_validate(POLICY.model_dump() | {"postmortem": {"canvas": False}})
    with harness.town(f"sqlite:///{tmp_path}/off.db", policy=policy) as made:
        yield made


def test_a_policy_can_do_without(without: Town) -> None:
    channel = resolved(without)
    write(without, "ben", channel, "root_cause", CAUSE)
    assert (calls(without, CREATE), calls(without, EDIT)) == ([], [])
    assert f"The cause: {CAUSE}." in summary(without, channel)["text"]

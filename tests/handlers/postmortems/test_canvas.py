"""The postmortem as a canvas of its channel: created once, kept in sync, harmless when refused."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.config.policy import Policy
from bot.domain.job import JobKind, make_incident_job
from storage import incidents, outbox
from tests.handlers.postmortems.stored import latest_postmortem
from tests.handlers.postmortems.test_review import command
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


def resolved(town: Town, declaration: str = "declare P1 checkout fails") -> str:
    """Return the channel of a resolved and drafted incident."""
    town.incident("ana", declaration)
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
    return [call.args for call in town.sandbox.record.called(method)]


def canvas(town: Town, channel: str) -> dict[str, Any]:
    (found,) = town.ws.canvases(channel)
    return dict(found)


def stored_canvas_id(town: Town, channel: str) -> str | None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return incident.canvas_id


def set_aside_reasons(town: Town) -> list[str]:
    with town.store.begin() as session:
        return [job.reason for job in outbox.list_set_aside(session)]


def test_the_canvas_is_created_once_with_the_whole_postmortem(town: Town, channel: str) -> None:
    created = canvas(town, channel)
    assert created["title"] == "Postmortem INC-2026-001"
    assert created["markdown"].startswith("_Debrief keeps this canvas in step")
    markdown = latest_postmortem(town, channel).markdown
    assert created["markdown"].endswith(markdown.rstrip("\n"))
    assert stored_canvas_id(town, channel) == created["id"]
    assert calls(town, CREATE)[0]["channel_id"] == channel
    assert (len(calls(town, CREATE)), len(calls(town, EDIT))) == (1, 0)


def test_the_canvas_follows_every_change_of_the_postmortem(town: Town, channel: str) -> None:
    first = canvas(town, channel)["id"]
    write(town, "ben", channel, "root_cause", CAUSE)
    assert f"- {CAUSE}\n" in canvas(town, channel)["markdown"]
    command(town, "ana", channel, "submit because small")
    assert "in review" in canvas(town, channel)["markdown"]
    command(town, "ben", channel, "approve")
    command(town, "ben", channel, "final")
    assert "approved by ben" in canvas(town, channel)["markdown"]
    command(town, "ana", channel, "reopen")
    command(town, "ana", channel, "again")
    assert f"- {CAUSE}\n" in canvas(town, channel)["markdown"]
    assert canvas(town, channel)["id"] == first
    assert len(calls(town, CREATE)) == 1


def test_pending_canvas_updates_are_merged_into_one_edit(town: Town, channel: str) -> None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        at = town.sandbox.clock.now()
        jobs = {
            outbox.enqueue(session, make_incident_job(incident.id, JobKind.CANVAS), at)
            for _ in range(3)
        }
    assert len(jobs) == 1
    town.settle()
    assert len(calls(town, EDIT)) == 1


@pytest.mark.parametrize("reason", PLANS)
def test_a_refused_canvas_is_logged_once_and_blocks_nothing(town: Town, reason: str) -> None:
    town.sandbox.faults.on("error", method=CREATE, error=reason)
    with capture_logs() as logs:
        channel = resolved(town)
        write(town, "ben", channel, "root_cause", CAUSE)
    assert f"The cause: {CAUSE}." in summary(town, channel)["text"]
    assert len(town.ws.files) == 2
    assert (
        set_aside_reasons(town),
        stored_canvas_id(town, channel),
        town.ws.canvases(channel),
    ) == ([], None, [])
    entries = [entry for entry in logs if "canvas" in str(entry)]
    assert [(entry["event"], entry["reason"]) for entry in entries] == [("canvas refused", reason)]
    town.sandbox.faults.clear()
    write(town, "ben", channel, "lessons", "A limit needs an owner")
    assert "A limit needs an owner" in canvas(town, channel)["markdown"]


def test_a_missing_canvas_scope_is_named_in_the_log(tmp_path: Path) -> None:
    manifest = (harness.ROOT / "manifest.yml").read_text("utf-8")
    scopes = tuple(
        line.strip(" -")
        for line in manifest.partition("bot:\n      - ")[2].partition("settings:")[0].splitlines()
        if line.strip() != "- canvases:write"
    )
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", granted_scopes=scopes) as town:
        with capture_logs() as logs:
            channel = resolved(town)
        assert "Postmortem draft" in summary(town, channel)["text"]
        assert set_aside_reasons(town) == []
    (entry,) = [log_entry for log_entry in logs if log_entry["event"] == "canvas refused"]
    assert (entry["incident"], entry["reason"]) == (
        "INC-2026-001",
        "missing_scope, needs canvases:write",
    )


def test_on_a_free_plan_an_existing_channel_canvas_is_left_alone(town: Town) -> None:
    town.sandbox.state.free_plan = True
    channel = resolved(town)
    assert canvas(town, channel)["title"] == "Postmortem INC-2026-001"
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(town, channel)["markdown"]
    ours = "Ours, and nobody else's"
    town.ws.add_channel("payments", members=["ana", "debrief"])
    theirs = town.ws.channel("payments").id
    town.sandbox.state.canvases["F0THEIRS"] = {
        "id": "F0THEIRS", "title": "", "markdown": ours, "channel": theirs, "own": False, "shared_ts": "1.0",
    }  # fmt: skip
    town.incident("ana", "here payments are late", theirs)
    town.settle()
    town.incident("ana", "resolve it was a holiday", theirs)
    town.settle()
    assert (canvas(town, theirs)["markdown"], stored_canvas_id(town, theirs)) == (ours, None)
    assert set_aside_reasons(town) == []


def test_a_canvas_whose_response_was_lost_is_found(town: Town) -> None:
    town.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert len(calls(town, CREATE)) == 1
    assert stored_canvas_id(town, channel) == canvas(town, channel)["id"]
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(town, channel)["markdown"]


def test_a_canvas_whose_request_was_lost_is_created(town: Town) -> None:
    town.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert stored_canvas_id(town, channel) == canvas(town, channel)["id"]


@pytest.mark.parametrize("known", ["no tabs", "no time", "two canvases"])
def test_with_an_unclear_outcome_no_canvas_is_created_or_replaced(
    town: Town, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"id": "F0THEIRS", "title": "", "markdown": "theirs", "own": False}

    def tabs(_world: object, _channel: object) -> list[dict[str, Any]] | None:
        if known == "no tabs":
            return None
        shared = {} if known == "no time" else {"shared_ts": f"{clock.now().timestamp():.6f}"}
        files = ["F0THEIRS", "F0OTHER"] if known == "two canvases" else ["F0THEIRS"]
        return [{"type": "canvas", "data": {"file_id": file_id} | shared} for file_id in files]

    clock = town.sandbox.clock
    monkeypatch.setattr("sandbox.api.canvases.tabs", tabs)
    town.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(town)
    town.sandbox.state.canvases["F0THEIRS"] = {**theirs, "channel": channel, "shared_ts": "1.0"}
    town.settle()
    assert stored_canvas_id(town, channel) == ""
    write(town, "ben", channel, "root_cause", CAUSE)
    command(town, "ana", channel, "again")
    assert len(calls(town, CREATE)) == 1
    assert (calls(town, EDIT), canvas(town, channel)["markdown"]) == ([], "theirs")


def test_a_canvas_created_before_a_kill_is_found_after_the_restart(town: Town) -> None:
    """Slack created it, but its id never reached the database."""
    town.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    town.sandbox.faults.on("slow", method="conversations.info", seconds=1.0)
    channel = resolve_without_settling(town)
    town.service.stop()
    assert stored_canvas_id(town, channel) == ""
    town.sandbox.faults.clear()
    town.restart(timedelta(minutes=2))
    town.settle()
    assert len(calls(town, CREATE)) == 1
    assert stored_canvas_id(town, channel) == canvas(town, channel)["id"]


def resolve_without_settling(town: Town) -> str:
    channel = town.declare()
    town.incident("ana", "resolve limit set back", channel)
    harness.eventually(lambda: bool(calls(town, CREATE)), "the canvas was tried")
    return channel


def test_a_canvas_edit_with_an_unknown_outcome_is_repeated(town: Town, channel: str) -> None:
    town.sandbox.faults.on("dropped_before", method=EDIT, times=1)
    write(town, "ben", channel, "root_cause", CAUSE)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert CAUSE in canvas(town, channel)["markdown"]
    assert len(calls(town, EDIT)) == 2


def test_a_canvas_locked_by_an_editor_does_not_hold_up_the_channel(
    town: Town, channel: str
) -> None:
    town.sandbox.faults.on("error", method=EDIT, error="canvas_editing_locked")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.CANVAS), town.sandbox.clock.now()
        )
    harness.eventually(lambda: len(calls(town, EDIT)) > 0, "the canvas was tried")
    town.incident("ana", "action add an alert on the limit @ben friday P2", channel)
    harness.eventually(
        lambda: "add an alert on" in town.texts(channel), "the action item is posted"
    )
    town.sandbox.faults.clear()
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert set_aside_reasons(town) == []


def test_a_deleted_canvas_is_created_again_only_by_a_redraft(town: Town, channel: str) -> None:
    town.ws.delete_canvas(canvas(town, channel)["id"])
    write(town, "ben", channel, "root_cause", CAUSE)
    command(town, "ana", channel, "submit because small")
    assert (town.ws.canvases(channel), len(calls(town, CREATE)), set_aside_reasons(town)) == (
        [],
        1,
        [],
    )
    command(town, "ana", channel, "again")
    assert CAUSE in canvas(town, channel)["markdown"]
    assert stored_canvas_id(town, channel) == canvas(town, channel)["id"]


def test_the_canvas_contains_no_live_mentions(town: Town, channel: str) -> None:
    typed = "<!channel> @here <@U0SOMEBODY> ![](@U0SOMEBODY) @channel"
    write(town, "ben", channel, "lessons", typed)
    text = canvas(town, channel)["markdown"]
    assert "SOMEBODY" in text
    for live in ("<!", "<@", "![", "@here", "@channel"):
        assert live not in text


def test_a_canvas_text_over_the_limit_points_to_the_full_page(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rendering.canvas_text.fit_to_canvas.__defaults__", (400,))
    text = canvas(town, resolved(town))["markdown"]
    assert text.endswith(
        "*The rest does not fit a canvas: the page in the thread of the summary has all of it.*"
    )
    assert "## Timeline" not in text


def test_the_canvas_of_a_private_incident_is_in_its_channel_only(town: Town) -> None:
    channel = resolved(town, "private P1 someone got in")
    created = canvas(town, channel)
    assert town.ws.channel(channel).kind == "private"
    (call,) = calls(town, CREATE)
    assert call["channel_id"] == channel
    assert list(town.sandbox.state.canvases) == [created["id"]]


@pytest.fixture
def town_without_canvas(tmp_path: Path) -> Iterator[Town]:
    policy = Policy.model_validate(POLICY.model_dump() | {"postmortem": {"canvas": False}})
    with harness.town(f"sqlite:///{tmp_path}/off.db", policy=policy) as running_town:
        yield running_town


def test_no_canvas_is_created_when_it_is_switched_off(town_without_canvas: Town) -> None:
    channel = resolved(town_without_canvas)
    write(town_without_canvas, "ben", channel, "root_cause", CAUSE)
    assert (calls(town_without_canvas, CREATE), calls(town_without_canvas, EDIT)) == ([], [])
    assert f"The cause: {CAUSE}." in summary(town_without_canvas, channel)["text"]

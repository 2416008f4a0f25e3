"""The postmortem as a canvas of its channel: created once, kept in sync, harmless when refused."""

import re
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
from tests.handlers.postmortems.test_sections import CAUSE, summary, thread, write
from tests.support import harness
from tests.support.harness import POLICY, LiveBot

CREATE, EDIT = "canvases.create", "canvases.edit"
PLANS = [
    "missing_scope",
    "canvas_disabled_user_team",
    "free_teams_cannot_create_non_tabbed_canvases",
    "free_team_canvas_tab_already_exists",
    "restricted_action",
]


def resolved(live_bot: LiveBot, declaration: str = "declare P1 checkout fails") -> str:
    """Return the channel of a resolved and drafted incident."""
    live_bot.command("ana", declaration)
    live_bot.settle()
    channel = str(
        live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    )
    live_bot.workspace.say("ana", channel, "it was caused by the new connection limit")
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    return channel


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    return resolved(live_bot)


def calls(live_bot: LiveBot, method: str) -> list[dict[str, Any]]:
    return [call.args for call in live_bot.sandbox.record.called(method)]


def canvas(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    (found,) = live_bot.workspace.canvases(channel)
    return dict(found)


def stored_canvas_id(live_bot: LiveBot, channel: str) -> str | None:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return incident.canvas_id


def set_aside_reasons(live_bot: LiveBot) -> list[str]:
    with live_bot.store.begin() as session:
        return [job.reason for job in outbox.list_set_aside(session)]


def test_the_canvas_is_created_once_with_the_whole_postmortem(
    live_bot: LiveBot, channel: str
) -> None:
    created = canvas(live_bot, channel)
    assert created["title"] == "Postmortem for INC-2026-001"
    assert created["markdown"].startswith("_Debrief updates this canvas.")
    markdown = latest_postmortem(live_bot, channel).markdown
    assert created["markdown"].endswith(markdown.rstrip("\n"))
    assert stored_canvas_id(live_bot, channel) == created["id"]
    assert calls(live_bot, CREATE)[0]["channel_id"] == channel
    assert (len(calls(live_bot, CREATE)), len(calls(live_bot, EDIT))) == (1, 0)


def test_the_canvas_and_the_thread_link_times_and_statements_to_their_messages(
    live_bot: LiveBot, channel: str
) -> None:
    (message,) = [
        message
        for message in live_bot.messages(channel)
        if message["text"] == "it was caused by the new connection limit"
    ]
    link = rf"\(https://\S+/archives/{channel}/p{message['ts'].replace('.', '')}\)"
    for text in (canvas(live_bot, channel)["markdown"], thread(live_bot, channel)):
        assert re.search(rf"^\| \[\d\d:\d\d\]{link} \| It was caused by", text, re.MULTILINE)
        assert re.search(
            rf"^- The new connection limit\. \[[¹²³⁴⁵⁶⁷⁸⁹⁰]+\]{link}$", text, re.MULTILINE
        )


def test_the_canvas_follows_every_change_of_the_postmortem(live_bot: LiveBot, channel: str) -> None:
    first = canvas(live_bot, channel)["id"]
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    assert f"- {CAUSE}\n" in canvas(live_bot, channel)["markdown"]
    command(live_bot, "ana", channel, "submit because small")
    assert "| Postmortem | In review;" in canvas(live_bot, channel)["markdown"]
    command(live_bot, "ben", channel, "approve")
    command(live_bot, "ben", channel, "finalize")
    assert "approved by Ben Okafor" in canvas(live_bot, channel)["markdown"]
    command(live_bot, "ana", channel, "reopen")
    command(live_bot, "ana", channel, "again")
    assert f"- {CAUSE}\n" in canvas(live_bot, channel)["markdown"]
    assert canvas(live_bot, channel)["id"] == first
    assert len(calls(live_bot, CREATE)) == 1


def test_pending_canvas_updates_are_merged_into_one_edit(live_bot: LiveBot, channel: str) -> None:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        at = live_bot.sandbox.clock.now()
        jobs = {
            outbox.enqueue(session, make_incident_job(incident.id, JobKind.CANVAS), at)
            for _ in range(3)
        }
    assert len(jobs) == 1
    live_bot.settle()
    assert len(calls(live_bot, EDIT)) == 1


@pytest.mark.parametrize("reason", PLANS)
def test_a_refused_canvas_is_logged_once_and_blocks_nothing(live_bot: LiveBot, reason: str) -> None:
    live_bot.sandbox.faults.on("error", method=CREATE, error=reason)
    with capture_logs() as logs:
        channel = resolved(live_bot)
        write(live_bot, "ben", channel, "root_cause", CAUSE)
    assert (
        f"It happened because {CAUSE[:1].lower()}{CAUSE[1:]}." in summary(live_bot, channel)["text"]
    )
    assert len(live_bot.workspace.files) == 2
    assert (
        set_aside_reasons(live_bot),
        stored_canvas_id(live_bot, channel),
        live_bot.workspace.canvases(channel),
    ) == ([], None, [])
    entries = [entry for entry in logs if "canvas" in str(entry)]
    assert [(entry["event"], entry["reason"]) for entry in entries] == [
        ("Slack rejected the canvas", reason)
    ]
    live_bot.sandbox.faults.clear()
    write(live_bot, "ben", channel, "lessons", "A limit needs an owner")
    assert "A limit needs an owner" in canvas(live_bot, channel)["markdown"]


def test_a_missing_canvas_scope_is_named_in_the_log(tmp_path: Path) -> None:
    manifest = (harness.ROOT / "manifest.yml").read_text("utf-8")
    scopes = tuple(
        line.strip(" -")
        for line in manifest.partition("bot:\n      - ")[2].partition("settings:")[0].splitlines()
        if line.strip() != "- canvases:write"
    )
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", granted_scopes=scopes
    ) as live_bot:
        with capture_logs() as logs:
            channel = resolved(live_bot)
        assert "Postmortem draft" in summary(live_bot, channel)["text"]
        assert set_aside_reasons(live_bot) == []
    (entry,) = [
        log_entry for log_entry in logs if log_entry["event"] == "Slack rejected the canvas"
    ]
    assert (entry["incident"], entry["reason"]) == (
        "INC-2026-001",
        "missing_scope, needs canvases:write",
    )


def test_on_a_free_plan_an_existing_channel_canvas_is_left_alone(live_bot: LiveBot) -> None:
    live_bot.sandbox.state.free_plan = True
    channel = resolved(live_bot)
    assert canvas(live_bot, channel)["title"] == "Postmortem for INC-2026-001"
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(live_bot, channel)["markdown"]
    ours = "Ours, and nobody else's"
    live_bot.workspace.add_channel("payments", members=["ana", "debrief"])
    theirs = live_bot.workspace.channel("payments").id
    live_bot.sandbox.state.canvases["F0THEIRS"] = {
        "id": "F0THEIRS", "title": "", "markdown": ours, "channel": theirs, "own": False, "shared_ts": "1.0",
    }  # fmt: skip
    live_bot.command("ana", "here payments are late", theirs)
    live_bot.settle()
    live_bot.command("ana", "resolve it was a holiday", theirs)
    live_bot.settle()
    assert (canvas(live_bot, theirs)["markdown"], stored_canvas_id(live_bot, theirs)) == (
        ours,
        None,
    )
    assert set_aside_reasons(live_bot) == []


def test_a_canvas_whose_response_was_lost_is_found(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    channel = resolved(live_bot)
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    assert len(calls(live_bot, CREATE)) == 1
    assert stored_canvas_id(live_bot, channel) == canvas(live_bot, channel)["id"]
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in canvas(live_bot, channel)["markdown"]


def test_a_canvas_whose_request_was_lost_is_created(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(live_bot)
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    assert stored_canvas_id(live_bot, channel) == canvas(live_bot, channel)["id"]


@pytest.mark.parametrize("known", ["no tabs", "no time", "two canvases"])
def test_with_an_unclear_outcome_no_canvas_is_created_or_replaced(
    live_bot: LiveBot, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"id": "F0THEIRS", "title": "", "markdown": "theirs", "own": False}

    def tabs(_world: object, _channel: object) -> list[dict[str, Any]] | None:
        if known == "no tabs":
            return None
        shared = {} if known == "no time" else {"shared_ts": f"{clock.now().timestamp():.6f}"}
        files = ["F0THEIRS", "F0OTHER"] if known == "two canvases" else ["F0THEIRS"]
        return [{"type": "canvas", "data": {"file_id": file_id} | shared} for file_id in files]

    clock = live_bot.sandbox.clock
    monkeypatch.setattr("sandbox.api.canvases.tabs", tabs)
    live_bot.sandbox.faults.on("dropped_before", method=CREATE, times=1)
    channel = resolved(live_bot)
    live_bot.sandbox.state.canvases["F0THEIRS"] = {**theirs, "channel": channel, "shared_ts": "1.0"}
    live_bot.settle()
    assert stored_canvas_id(live_bot, channel) == ""
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    command(live_bot, "ana", channel, "again")
    assert len(calls(live_bot, CREATE)) == 1
    assert (calls(live_bot, EDIT), canvas(live_bot, channel)["markdown"]) == ([], "theirs")


def test_a_canvas_created_before_a_kill_is_found_after_the_restart(live_bot: LiveBot) -> None:
    """Slack created it, but its id never reached the database."""
    live_bot.sandbox.faults.on("dropped_after", method=CREATE, times=1)
    live_bot.sandbox.faults.on("slow", method="conversations.info", seconds=1.0)
    channel = resolve_without_settling(live_bot)
    live_bot.service.stop()
    assert stored_canvas_id(live_bot, channel) == ""
    live_bot.sandbox.faults.clear()
    live_bot.restart(timedelta(minutes=2))
    live_bot.settle()
    assert len(calls(live_bot, CREATE)) == 1
    assert stored_canvas_id(live_bot, channel) == canvas(live_bot, channel)["id"]


def resolve_without_settling(live_bot: LiveBot) -> str:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve limit set back", channel)
    harness.eventually(lambda: bool(calls(live_bot, CREATE)), "the canvas was tried")
    return channel


def test_a_canvas_edit_with_an_unknown_outcome_is_repeated(live_bot: LiveBot, channel: str) -> None:
    live_bot.sandbox.faults.on("dropped_before", method=EDIT, times=1)
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    assert CAUSE in canvas(live_bot, channel)["markdown"]
    assert len(calls(live_bot, EDIT)) == 2


def test_a_canvas_locked_by_an_editor_does_not_hold_up_the_channel(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.sandbox.faults.on("error", method=EDIT, error="canvas_editing_locked")
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.CANVAS), live_bot.sandbox.clock.now()
        )
    harness.eventually(lambda: len(calls(live_bot, EDIT)) > 0, "the canvas was tried")
    live_bot.command("ana", "action add an alert on the limit @ben friday P2", channel)
    harness.eventually(
        lambda: "add an alert on" in live_bot.text_in(channel), "the action item is posted"
    )
    live_bot.sandbox.faults.clear()
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    assert set_aside_reasons(live_bot) == []


def test_a_deleted_canvas_is_created_again_only_by_a_redraft(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.workspace.delete_canvas(canvas(live_bot, channel)["id"])
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    command(live_bot, "ana", channel, "submit because small")
    assert (
        live_bot.workspace.canvases(channel),
        len(calls(live_bot, CREATE)),
        set_aside_reasons(live_bot),
    ) == (
        [],
        1,
        [],
    )
    command(live_bot, "ana", channel, "again")
    assert CAUSE in canvas(live_bot, channel)["markdown"]
    assert stored_canvas_id(live_bot, channel) == canvas(live_bot, channel)["id"]


def test_the_canvas_contains_no_live_mentions(live_bot: LiveBot, channel: str) -> None:
    typed = "<!channel> @here <@U0SOMEBODY> ![](@U0SOMEBODY) @channel"
    write(live_bot, "ben", channel, "lessons", typed)
    text = canvas(live_bot, channel)["markdown"]
    assert "SOMEBODY" in text
    for live in ("<!", "<@", "![", "@here", "@channel"):
        assert live not in text


def test_a_canvas_text_over_the_limit_points_to_the_full_page(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rendering.canvas_text.fit_to_canvas.__defaults__", (400,))
    text = canvas(live_bot, resolved(live_bot))["markdown"]
    assert text.endswith(
        "*The rest doesn't fit in a canvas. The full text is in the postmortem's thread.*"
    )
    assert "## Timeline" not in text


def test_the_canvas_of_a_private_incident_is_in_its_channel_only(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "private P1 someone got in")
    created = canvas(live_bot, channel)
    assert live_bot.workspace.channel(channel).kind == "private"
    (call,) = calls(live_bot, CREATE)
    assert call["channel_id"] == channel
    assert list(live_bot.sandbox.state.canvases) == [created["id"]]


@pytest.fixture
def town_without_canvas(tmp_path: Path) -> Iterator[LiveBot]:
    policy = Policy.model_validate(POLICY.model_dump() | {"postmortem": {"canvas": False}})
    with harness.start_live_bot(f"sqlite:///{tmp_path}/off.db", policy=policy) as running_town:
        yield running_town


def test_no_canvas_is_created_when_it_is_switched_off(town_without_canvas: LiveBot) -> None:
    channel = resolved(town_without_canvas)
    write(town_without_canvas, "ben", channel, "root_cause", CAUSE)
    assert (calls(town_without_canvas, CREATE), calls(town_without_canvas, EDIT)) == ([], [])
    assert (
        f"It happened because {CAUSE[:1].lower()}{CAUSE[1:]}."
        in summary(town_without_canvas, channel)["text"]
    )

"""Running the sandbox: start and stop, its clock, IDs, the manifest, and many events at once."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import manifest as manifests
from sandbox.clock import Clock
from sandbox.server import Sandbox
from sandbox.workspace import NotPossible
from tests.sandbox.conftest import Probe, client_of, furnish, manifest

AT = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


def test_stopping_leaves_no_thread_and_frees_the_port() -> None:
    sandbox = Sandbox(manifest())
    sandbox.start()
    assert "sandbox" in [thread.name for thread in threading.enumerate()]
    client_of(sandbox).auth_test()
    sandbox.workspace.add_channel("general", ["probe"])
    sandbox.workspace.add_person("ana")
    sandbox.workspace.say("ana", "general", "never acknowledged")
    sandbox.stop()
    sandbox.stop()
    assert "sandbox" not in [thread.name for thread in threading.enumerate()]
    assert sandbox.workspace.command("ana", "general", "/probe").status != "ok"
    with Sandbox(manifest(), port=sandbox.port) as restarted:
        assert restarted.port == sandbox.port


def test_two_runs_have_the_same_tokens_and_ids() -> None:
    one, two = furnish(Sandbox(manifest())), furnish(Sandbox(manifest()))
    assert (one.bot_token, one.app_token) == (two.bot_token, two.app_token)
    assert one.bot_token.startswith("xoxb-")
    assert one.app_token.startswith("xapp-")
    assert one.workspace.person("ana").id == two.workspace.person("ana").id
    assert one.workspace.channel("general").id == two.workspace.channel("general").id


def test_the_clock_runs_and_goes_back_only_on_request() -> None:
    clock = Clock(AT)
    assert AT <= clock.now() < AT + timedelta(seconds=5)
    clock.advance(timedelta(hours=1))
    assert clock.now() >= AT + timedelta(hours=1)
    with pytest.raises(ValueError, match="back=True"):
        clock.move_to(AT)
    clock.move_to(AT, back=True)
    assert clock.now() < AT + timedelta(seconds=5)
    with pytest.raises(ValueError, match="time zone"):
        clock.move_to(datetime(2026, 3, 10))  # noqa: DTZ001 - deliberately without a zone
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))


def test_message_timestamps_are_unique_and_increasing_even_when_the_clock_goes_back() -> None:
    sandbox = furnish(Sandbox(manifest(), clock=Clock(AT)))
    timestamps = [sandbox.workspace.say("ana", "general", "x") for _ in range(300)]
    assert timestamps[0].startswith(f"{int(AT.timestamp())}.")
    sandbox.clock.move_to(AT, back=True)
    timestamps.append(sandbox.workspace.say("ana", "general", "x"))
    assert timestamps == sorted(set(timestamps))
    assert all(len(ts) == 17 for ts in timestamps)


def test_the_manifest_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(json.dumps(manifest()), "utf-8")  # YAML reads JSON
    read = manifests.read(path)
    assert read == manifests.read(manifest())
    assert read.commands["/probe"].should_escape
    assert read.shortcuts["on_message"].kind == "message"
    assert manifests.read({}).scopes == ()


def test_our_own_manifest_starts_the_sandbox() -> None:
    with Sandbox(Path(__file__).parents[2] / "manifest.yml") as sandbox:
        assert client_of(sandbox).auth_test()["ok"]


def test_people_cannot_post_in_closed_channels_or_use_unknown_names() -> None:
    workspace = furnish(Sandbox(manifest())).workspace
    with pytest.raises(NotPossible, match="ben is not in #secret"):
        workspace.say("ben", "secret", "psst")
    workspace.say("ben", "random", "hello")  # joins the channel first
    assert workspace.history("random")[0]["subtype"] == "channel_join"
    workspace.archive("ana", "random")
    with pytest.raises(NotPossible, match="archived"):
        workspace.say("ana", "random", "too late")
    for unknown in (workspace.person, workspace.channel):
        with pytest.raises(LookupError, match="nowhere"):
            unknown("nowhere")
    with pytest.raises(LookupError, match="shortcut"):
        workspace.shortcut("ana", "on_message")


def test_many_events_from_several_threads_all_arrive(sandbox: Sandbox, probe: Probe) -> None:
    def talk(name: str) -> None:
        for number in range(100):
            sandbox.workspace.say(name, "general", f"{number}")

    talkers = [threading.Thread(target=talk, args=(name,)) for name in ("ana", "ben")]
    for talker in talkers:
        talker.start()
    for talker in talkers:
        talker.join()
    sandbox.settle()
    ids = {delivery.body["event_id"] for delivery in sandbox.record.deliveries}
    assert len(ids) == 200
    assert all(
        delivery.acknowledged for delivery in sandbox.record.deliveries if delivery.attempt == 0
    )
    assert len(probe.events("message")) == 200


def test_an_extra_route_is_served() -> None:
    import httpx  # noqa: PLC0415
    from starlette.responses import PlainTextResponse  # noqa: PLC0415  only here
    from starlette.routing import Route  # noqa: PLC0415

    sandbox = Sandbox(manifest())
    sandbox.routes.append(Route("/", lambda _: PlainTextResponse("hello")))
    with sandbox:
        assert httpx.get(sandbox.url).text == "hello"

"""Permissions: who may do what, and refusals that give the reason and change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config.policy import BadPolicy, load
from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.support import harness
from tests.support.harness import POLICY, ROOT, START, Town, eventually


@contextmanager
def _town(folder: Path, sandbox: Sandbox | None = None, **permissions: str) -> Iterator[Town]:
    policy = POLICY.model_copy(
        update={"permissions": type(POLICY.permissions).model_validate(permissions)}
    )
    url = f"sqlite:///{folder}/debrief.db"
    with harness.town(url, policy=policy, sandbox=sandbox) as town:
        yield town


def _workspace(folder: Path) -> Sandbox:
    """A workspace whose app was created from the manifest that a user group needs."""
    template = (ROOT / "manifest.yml").read_text("utf-8")
    manifest = folder / "manifest.yml"
    manifest.write_text(template.replace("- users:read", "- usergroups:read\n      - users:read"))
    return Sandbox(manifest, clock=Clock(START))


def test_anyone_may_do_everything_by_default(town: Town) -> None:
    channel = town.declare()
    assert "now P3" in town.incident("mei", "sev P3", channel)
    assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_only_people_who_wrote_in_the_channel_count_as_responders(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="responders", severity="responders") as town:
        channel = town.declare()
        refusal = town.incident("mei", "resolve fixed", channel)
        assert "only who takes part in INC-2026-001 may do this" in refusal
        assert f"ask <@{town.ws.person('ana').id}>" in refusal
        assert "only who takes part" in town.incident("mei", "cancel", channel)
        assert "only who takes part" in town.incident("mei", "sev P3", channel)
        town.ws.join("mei", channel)
        town.ws.say("mei", channel, "I am on it")
        town.settle()
        assert "now P3" in town.incident("mei", "sev P3", channel)
        assert "resolved" in town.incident("mei", "resolve fixed", channel)
        assert "only who takes part" in town.incident("ben", "reopen", channel)


def test_joining_an_invitation_leaving_or_a_command_makes_nobody_a_responder(
    tmp_path: Path,
) -> None:
    with _town(tmp_path, resolve="responders") as town:
        channel = town.declare()
        town.ws.join("mei", channel)
        town.ws.invite("ana", channel, "ben")
        town.settle()
        for person in ("mei", "ben"):
            # Allowed for anyone, and no message in the channel.
            town.incident(person, "sev P3", channel)
            town.incident(person, "catchup", channel)
            assert "only who takes part" in town.incident(person, "resolve fixed", channel)
            answer = town.incident(person, "INC-2026-001 status identified", "general")
            assert "no incident that you can reach" in answer
        town.ws.leave("ben", channel)
        town.settle()
        assert "only who takes part" in town.incident("ben", "resolve fixed", channel)
        town.incident("mei", "note 14:00 restarted the pool", channel)  # a note counts as a message
        assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_a_person_with_a_role_is_a_responder(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="responders") as town:
        channel = town.declare()
        assert "only who takes part" in town.incident("mei", "resolve fixed", channel)
        town.incident("ana", "role scribe @mei", channel)
        assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_permission_by_user_group_follows_its_current_members(tmp_path: Path) -> None:
    sandbox = _workspace(tmp_path)
    with _town(tmp_path, sandbox, resolve="@sre") as town:
        channel = town.declare()
        assert "could not be read (there is no user group @sre)" in _resolve(town, channel)
        town.ws.add_usergroup("sre", "Site reliability", members=["ben"])
        town.sandbox.clock.advance(timedelta(minutes=11))
        town.settle()
        assert "only @sre may do this" in _resolve(town, channel)
        assert "resolved" in town.incident("ben", "resolve fixed", channel)


def _resolve(town: Town, channel: str) -> str:
    return town.incident("ana", "resolve fixed", channel)


def test_a_missing_scope_for_user_groups_is_named_in_the_refusal(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="@sre") as town:
        channel = town.declare()
        eventually(
            lambda: "needs usergroups:read" in _resolve(town, channel), "the reason is known"
        )


def test_the_manifest_requests_user_groups_only_if_a_permission_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "usergroups:read" not in CliRunner().invoke(app, ["manifest"]).stdout
    (tmp_path / "debrief.toml").write_text('[permissions]\napprove = "@sre"\n')
    printed = yaml.safe_load(CliRunner().invoke(app, ["manifest"]).stdout)
    assert "usergroups:read" in printed["oauth_config"]["scopes"]["bot"]


def test_an_invalid_permission_stops_the_bot_from_starting(tmp_path: Path) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text('[permissions]\nresolve = "everyone"\n')
    with pytest.raises(BadPolicy, match='"anyone", "responders", or a user group such as "@sre"'):
        load(file)

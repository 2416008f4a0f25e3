"""Who may do what: refused politely, with the reason, and nothing is changed."""

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
def _town(folder: Path, sandbox: Sandbox | None = None, **who: str) -> Iterator[Town]:
    policy = POLICY.model_copy(update={"permissions": type(POLICY.permissions).model_validate(who)})
    url = f"sqlite:///{folder}/debrief.db"
    with harness.town(url, policy=policy, sandbox=sandbox) as town:
        yield town


def _workspace(folder: Path) -> Sandbox:
    """One whose app was made from the manifest that such a policy needs."""
    written = (ROOT / "manifest.yml").read_text("utf-8")
    manifest = folder / "manifest.yml"
    manifest.write_text(written.replace("- users:read", "- usergroups:read\n      - users:read"))
    return Sandbox(manifest, clock=Clock(START))


def test_by_default_anyone_may(town: Town) -> None:
    channel = town.declare()
    assert "now P3" in town.incident("mei", "sev P3", channel)
    assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_responders_are_who_takes_part(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="responders", severity="responders") as town:
        channel = town.declare()
        refused = town.incident("mei", "resolve fixed", channel)
        assert "only who takes part in INC-2026-001 may do this" in refused
        assert f"ask <@{town.ws.person('ana').id}>" in refused
        assert "only who takes part" in town.incident("mei", "cancel", channel)
        assert "only who takes part" in town.incident("mei", "sev P3", channel)
        town.ws.join("mei", channel)
        town.ws.say("mei", channel, "I am on it")
        town.settle()
        assert "now P3" in town.incident("mei", "sev P3", channel)
        assert "resolved" in town.incident("mei", "resolve fixed", channel)
        assert "only who takes part" in town.incident("ben", "reopen", channel)


def test_joining_being_invited_leaving_or_a_command_makes_nobody_a_responder(
    tmp_path: Path,
) -> None:
    with _town(tmp_path, resolve="responders") as town:
        channel = town.declare()
        town.ws.join("mei", channel)
        town.ws.invite("ana", channel, "ben")
        town.settle()
        for person in ("mei", "ben"):
            town.incident(person, "sev P3", channel)  # anyone may here: done, and not a word said
            town.incident(person, "catchup", channel)
            assert "only who takes part" in town.incident(person, "resolve fixed", channel)
            named = town.incident(person, "INC-2026-001 status identified", "general")
            assert "no incident that you can reach" in named
        town.ws.leave("ben", channel)
        town.settle()
        assert "only who takes part" in town.incident("ben", "resolve fixed", channel)
        town.incident("mei", "note 14:00 restarted the pool", channel)  # words, however they come
        assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_a_role_makes_a_responder(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="responders") as town:
        channel = town.declare()
        assert "only who takes part" in town.incident("mei", "resolve fixed", channel)
        town.incident("ana", "role scribe @mei", channel)
        assert "resolved" in town.incident("mei", "resolve fixed", channel)


def test_a_user_group_is_who_is_in_it_now(tmp_path: Path) -> None:
    sandbox = _workspace(tmp_path)
    with _town(tmp_path, sandbox, resolve="@sre") as town:
        channel = town.declare()
        assert "could not be read (there is no user group @sre)" in _resolved(town, channel)
        town.ws.add_usergroup("sre", "Site reliability", members=["ben"])
        town.sandbox.clock.advance(timedelta(minutes=11))
        town.settle()
        assert "only @sre may do this" in _resolved(town, channel)
        assert "resolved" in town.incident("ben", "resolve fixed", channel)


def _resolved(town: Town, channel: str) -> str:
    return town.incident("ana", "resolve fixed", channel)


def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    with _town(tmp_path, resolve="@sre") as town:
        channel = town.declare()
        eventually(
            lambda: "needs usergroups:read" in _resolved(town, channel), "the reason is known"
        )


def test_the_manifest_asks_for_groups_only_where_the_policy_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "usergroups:read" not in CliRunner().invoke(app, ["manifest"]).stdout
    (tmp_path / "debrief.toml").write_text('[permissions]\napprove = "@sre"\n')
    printed = yaml.safe_load(CliRunner().invoke(app, ["manifest"]).stdout)
    assert "usergroups:read" in printed["oauth_config"]["scopes"]["bot"]


def test_a_word_that_means_nobody_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text('[permissions]\nresolve = "everyone"\n')
    with pytest.raises(BadPolicy, match='"anyone", "responders", or a user group such as "@sre"'):
        load(file)

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
from tests.support.harness import POLICY, ROOT, START, LiveBot, eventually


@contextmanager
def _start_bot(
    folder: Path, sandbox: Sandbox | None = None, **permissions: str
) -> Iterator[LiveBot]:
    policy = POLICY.model_copy(
        update={"permissions": type(POLICY.permissions).model_validate(permissions)}
    )
    url = f"sqlite:///{folder}/debrief.db"
    with harness.start_live_bot(url, policy=policy, sandbox=sandbox) as live_bot:
        yield live_bot


def _workspace(folder: Path) -> Sandbox:
    """A workspace whose app was created from the manifest that a user group needs."""
    template = (ROOT / "manifest.yml").read_text("utf-8")
    manifest = folder / "manifest.yml"
    manifest.write_text(template.replace("- users:read", "- usergroups:read\n      - users:read"))
    return Sandbox(manifest, clock=Clock(START))


def test_anyone_may_do_everything_by_default(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert "now P3" in live_bot.command("mei", "sev P3", channel)
    assert "resolved" in live_bot.command("mei", "resolve fixed", channel)


def test_only_people_who_wrote_in_the_channel_count_as_responders(tmp_path: Path) -> None:
    with _start_bot(tmp_path, resolve="responders", severity="responders") as live_bot:
        channel = live_bot.declare()
        refusal = live_bot.command("mei", "resolve fixed", channel)
        assert "only allows this for people who take part in INC-2026-001" in refusal
        assert f"ask <@{live_bot.workspace.person('ana').id}>" in refusal
        assert "only allows this for people who take part" in live_bot.command(
            "mei", "cancel", channel
        )
        assert "only allows this for people who take part" in live_bot.command(
            "mei", "sev P3", channel
        )
        live_bot.workspace.join("mei", channel)
        live_bot.workspace.say("mei", channel, "I am on it")
        live_bot.settle()
        assert "now P3" in live_bot.command("mei", "sev P3", channel)
        assert "resolved" in live_bot.command("mei", "resolve fixed", channel)
        assert "only allows this for people who take part" in live_bot.command(
            "ben", "reopen", channel
        )


def test_joining_an_invitation_leaving_or_a_command_makes_nobody_a_responder(
    tmp_path: Path,
) -> None:
    with _start_bot(tmp_path, resolve="responders") as live_bot:
        channel = live_bot.declare()
        live_bot.workspace.join("mei", channel)
        live_bot.workspace.invite("ana", channel, "ben")
        live_bot.settle()
        for person in ("mei", "ben"):
            # Allowed for anyone, and no message in the channel.
            live_bot.command(person, "sev P3", channel)
            live_bot.command(person, "catchup", channel)
            assert "only allows this for people who take part" in live_bot.command(
                person, "resolve fixed", channel
            )
            answer = live_bot.command(person, "INC-2026-001 status identified", "general")
            assert "You can't run commands for INC-" in answer
        live_bot.workspace.leave("ben", channel)
        live_bot.settle()
        assert "only allows this for people who take part" in live_bot.command(
            "ben", "resolve fixed", channel
        )
        live_bot.command(
            "mei", "note 14:00 restarted the pool", channel
        )  # a note counts as a message
        assert "resolved" in live_bot.command("mei", "resolve fixed", channel)


def test_a_person_with_a_role_is_a_responder(tmp_path: Path) -> None:
    with _start_bot(tmp_path, resolve="responders") as live_bot:
        channel = live_bot.declare()
        assert "only allows this for people who take part" in live_bot.command(
            "mei", "resolve fixed", channel
        )
        live_bot.command("ana", "role scribe @mei", channel)
        assert "resolved" in live_bot.command("mei", "resolve fixed", channel)


def test_permission_by_user_group_follows_its_current_members(tmp_path: Path) -> None:
    sandbox = _workspace(tmp_path)
    with _start_bot(tmp_path, sandbox, resolve="@sre") as live_bot:
        channel = live_bot.declare()
        assert "couldn't check who is in it (there's no user group @sre)" in _resolve(
            live_bot, channel
        )
        live_bot.workspace.add_usergroup("sre", "Site reliability", members=["ben"])
        live_bot.sandbox.clock.advance(timedelta(minutes=11))
        live_bot.settle()
        assert "only allows this for @sre" in _resolve(live_bot, channel)
        assert "resolved" in live_bot.command("ben", "resolve fixed", channel)


def _resolve(live_bot: LiveBot, channel: str) -> str:
    return live_bot.command("ana", "resolve fixed", channel)


def test_a_missing_scope_for_user_groups_is_named_in_the_refusal(tmp_path: Path) -> None:
    with _start_bot(tmp_path, resolve="@sre") as live_bot:
        channel = live_bot.declare()
        eventually(
            lambda: "needs usergroups:read" in _resolve(live_bot, channel), "the reason is known"
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

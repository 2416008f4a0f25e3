"""The program as people start it: its own process, its output and its exit code."""

import json
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import chdir, closing
from functools import partial
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.demo import FILES
from bot.config.settings import Settings
from bot.config.template_names import TEMPLATES
from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.support import damage
from tests.support.harness import ROOT, add_people, eventually
from tests.support.processes import free_port, make_environment, responds, run_program

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name.upper() for name in Settings.model_fields):
        monkeypatch.delenv(name, raising=False)


def debrief(*words: str, cwd: Path, env: dict[str, str] | None = None) -> Result:
    """Run a command in this process; return its output and exit code."""
    with chdir(cwd):
        return CliRunner(env=env).invoke(app, words, catch_exceptions=False)


def _refusal(result: Result) -> str:
    """The only line of output of a command that couldn't run."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("debrief: ")
    return line


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({}, "SLACK_BOT_TOKEN isn't set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-a"}, "SLACK_APP_TOKEN isn't set"),
        ({"SLACK_BOT_TOKEN": "xapp-1-a", "SLACK_APP_TOKEN": "xoxb-1-a"}, "may be swapped"),
        ({**TOKENS, "DEBRIEF_PORT": "lots"}, "DEBRIEF_PORT isn't a port"),
        ({**TOKENS, "DEBRIEF_CONFIG": "nowhere.toml"}, "nowhere.toml: can't be read"),
        ({**TOKENS, "DATABASE_URL": "sqlite:////nowhere/x.db"}, "Can't use the database"),
        ({**TOKENS, "DATABASE_URL": "mysql://x"}, "neither SQLite nor PostgreSQL"),
    ],
)
def test_a_wrong_setting_is_one_line_that_says_how_to_fix_it(
    tmp_path: Path, env: dict[str, str], reason: str
) -> None:
    assert reason in _refusal(debrief("run", cwd=tmp_path, env=env))


def test_a_database_path_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    env = {**TOKENS, "DATABASE_URL": "sqlite:///folder.db"}
    assert "and is writable" in _refusal(debrief("run", cwd=tmp_path, env=env))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yml", clock=Clock()) as started:
        add_people(started)
        yield started


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_the_bot_connects_replies_and_exits_on_a_stop_signal(
    tmp_path: Path, sandbox: Sandbox, stop_signal: signal.Signals
) -> None:
    env = make_environment(sandbox)
    with run_program(tmp_path, env) as process:
        sandbox.wait_connected()
        ready = f"http://127.0.0.1:{env['DEBRIEF_PORT']}/readyz"
        eventually(lambda: responds(ready), "it is ready")
        answer = sandbox.workspace.command("ana", "incidents", "/incident", "declare db down")
        assert " declared: *" in answer.text
        process.send_signal(stop_signal)
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "debrief.db").exists()


def test_unsigned_http_requests_are_refused(tmp_path: Path, sandbox: Sandbox) -> None:
    env = make_environment(sandbox, SLACK_SIGNING_SECRET=sandbox.signing_secret)
    del env["SLACK_APP_TOKEN"]
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    with run_program(tmp_path, env):
        eventually(lambda: responds(f"{base}/healthz"), "it answers")
        unsigned = httpx.post(f"{base}/slack/events", data={"command": "/incident"})
        assert unsigned.status_code == 401
        sandbox.deliver_over_http(f"{base}/slack/events")
        eventually(lambda: responds(f"{base}/readyz"), "it is ready")  # until then it answers 503
        answer = sandbox.workspace.command("ana", "incidents", "/incident", "list")
        assert answer.text == "There are no open incidents."
        get_metrics = partial(
            httpx.get, f"{base}/metrics"
        )  # a first contact greets the person, which is a job
        eventually(lambda: "debrief_outbox_waiting 0.0" in get_metrics().text, "nothing waits")


def test_a_port_in_use_is_explained(tmp_path: Path, sandbox: Sandbox) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        env = make_environment(sandbox, DEBRIEF_PORT=str(listener.getsockname()[1]))
        assert "set DEBRIEF_PORT" in _refusal(debrief("run", cwd=tmp_path, env=env))


def test_a_token_that_slack_refuses_is_explained(tmp_path: Path, sandbox: Sandbox) -> None:
    wrong_bot = make_environment(sandbox, SLACK_BOT_TOKEN="xoxb-wrong")
    refusal = _refusal(debrief("run", cwd=tmp_path, env=wrong_bot))
    assert "doesn't accept SLACK_BOT_TOKEN (invalid_auth)" in refusal
    wrong_app = make_environment(sandbox, SLACK_APP_TOKEN="xapp-wrong")
    refusal = _refusal(debrief("run", cwd=tmp_path, env=wrong_app))
    assert "doesn't accept SLACK_APP_TOKEN" in refusal


def test_the_bot_waits_for_slack_when_slack_fails_at_start(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    env = make_environment(sandbox)
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    sandbox.faults.on("ratelimited", method="auth.test", retry_after=1)
    sandbox.faults.on("unreadable", method="apps.connections.open", times=1)
    with run_program(tmp_path, env) as process:
        eventually(lambda: len(sandbox.record.called("auth.test")) > 1, "it asks again")
        waiting = httpx.get(f"{base}/readyz")
        assert waiting.status_code == 503
        assert "waiting for Slack: auth.test failed (ratelimited)" in waiting.text
        assert responds(f"{base}/healthz")
        sandbox.faults.off("ratelimited")
        eventually(lambda: responds(f"{base}/readyz"), "it is ready")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        logged = process.stderr.read()
    assert logged.count('"reason": "ratelimited"') == 1
    assert "Traceback" not in logged


def test_the_bot_exits_at_once_on_sigterm_while_waiting_for_slack(tmp_path: Path) -> None:
    port = free_port()
    env = {**TOKENS, "SLACK_API_URL": "http://127.0.0.1:9/api/", "DEBRIEF_PORT": str(port)}
    with run_program(tmp_path, env) as process:
        eventually(lambda: responds(f"http://127.0.0.1:{port}/healthz"), "it runs")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a demo wrote."""
    folder: Path = tmp_path_factory.mktemp("demo")
    result = debrief("demo", cwd=folder)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    for name in FILES:
        assert f"demo/{name}" in result.stdout
        assert (folder / "demo" / name).stat().st_size > 0
    return folder / "demo"


def test_the_demo_plays_the_whole_incident(demo_folder: Path) -> None:
    channel = (demo_folder / "channel.html").read_text("utf-8")
    for expected in ("Postmortem draft: INC-2026-001", "Mark as done", "Done by", "edited"):
        assert expected in channel
    draft = json.loads((demo_folder / "postmortem.json").read_text("utf-8"))
    assert draft["schema"] == "debrief.postmortem/1"
    assert draft["incident"]["key"] == "INC-2026-001"
    assert draft["root_cause"][0]["evidence"]
    assert draft["recording"] | {"edited": 1, "deleted": 1} == draft["recording"]


def test_secrets_of_the_demo_are_not_in_its_files(demo_folder: Path) -> None:
    story = (ROOT / "sandbox/stories/checkout.jsonl").read_text("utf-8")
    assert "AKIAIOSFODNN7EXAMPLE" in story
    for name in ("postmortem.md", "postmortem.html", "postmortem.json", "debrief.db"):
        assert b"AKIAIOSFODNN7EXAMPLE" not in (demo_folder / name).read_bytes()


def test_a_stored_postmortem_is_exported_as_posted(demo_folder: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{demo_folder / 'debrief.db'}"}
    printed = debrief("export", "inc-2026-001", cwd=demo_folder, env=env)
    assert printed.stdout == (demo_folder / "postmortem.md").read_text("utf-8")
    as_json = debrief("export", "INC-2026-001", "--format", "json", cwd=demo_folder, env=env)
    assert as_json.stdout == (demo_folder / "postmortem.json").read_text("utf-8")
    assert "There's no incident" in _refusal(debrief("export", "INC-1", cwd=demo_folder, env=env))


def test_a_stored_postmortem_can_be_exported_with_another_template(demo_folder: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{demo_folder / 'debrief.db'}"}
    posted = json.loads((demo_folder / "postmortem.json").read_text("utf-8"))
    for template in TEMPLATES:
        result = debrief("export", "INC-2026-001", "--template", template, cwd=demo_folder, env=env)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "Checkout fails for card payments" in result.stdout.splitlines()[0]
        assert (template == "public") == (posted["root_cause"][0]["text"] not in result.stdout)
    full = debrief("export", "INC-2026-001", "--template", "full", cwd=demo_folder, env=env)
    assert full.stdout == (demo_folder / "postmortem.md").read_text(
        "utf-8"
    )  # a P0 was posted with this template
    result = debrief("export", "INC-2026-001", "--template", "ful", cwd=demo_folder, env=env)
    assert "Did you mean full?" in _refusal(result)


def test_the_public_version_has_figures_and_times_but_no_messages_or_names(
    demo_folder: Path,
) -> None:
    env = {"DATABASE_URL": f"sqlite:///{demo_folder / 'debrief.db'}"}
    words = ("export", "INC-2026-001", "--public")
    outputs = {
        kind: debrief(*words, "--format", kind, cwd=demo_folder, env=env).stdout
        for kind in ("md", "html", "json")
    }
    parsed = json.loads(outputs["json"])
    assert parsed["schema"] == "debrief.public/1"
    assert parsed["durations"]["ttm"] == 3300
    assert "4,200 customers" in outputs["md"]
    assert outputs["html"].startswith("<!doctype html>")
    posted = json.loads((demo_folder / "postmortem.json").read_text("utf-8"))
    messages = [row["text"] for row in posted["timeline"] if len(row["text"].split()) > 5]
    private = [
        *messages,
        *(item["text"] for item in posted["action_items"]),
        "inc-2026-001",
        "4471",
    ]
    people = [participant["name"] for participant in posted["participants"]]
    for text in outputs.values():
        assert not [phrase for phrase in private if phrase in text]
        assert not [name for name in people if re.search(rf"\b{name}\b", text)]
    result = debrief(*words, "--template", "full", cwd=demo_folder, env=env)
    assert "either --public or --template full" in _refusal(result)


def test_db_check_fails_until_the_database_is_upgraded(tmp_path: Path) -> None:
    (error,) = debrief("db", "check", cwd=tmp_path).stderr.splitlines()
    assert "There's no database" in error
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "debrief.db").touch()
    assert debrief("db", "check", cwd=tmp_path).exit_code == 1
    assert debrief("db", "upgrade", cwd=tmp_path).exit_code == 0
    assert debrief("db", "check", cwd=tmp_path).exit_code == 0


def test_a_damaged_database_is_reported_with_the_remedy(tmp_path: Path) -> None:
    debrief("db", "upgrade", cwd=tmp_path)
    backup_file = tmp_path / "backup.db"
    assert debrief("backup", str(backup_file), cwd=tmp_path).exit_code == 0
    damage.overwrite(tmp_path / "debrief.db", "outbox")
    advice = "Stop the bot, move debrief.db elsewhere, and run `debrief restore FILE`"
    checked = debrief("db", "check", cwd=tmp_path)
    assert checked.exit_code == 1
    assert advice in checked.stdout
    assert advice in _refusal(debrief("restore", "--replace", str(backup_file), cwd=tmp_path))
    damage.overwrite(tmp_path / "debrief.db", "alembic_version")
    assert advice in _refusal(debrief("run", cwd=tmp_path, env=TOKENS))
    (tmp_path / "debrief.db").rename(tmp_path / "damaged.db")
    assert debrief("restore", str(backup_file), cwd=tmp_path).exit_code == 0
    assert debrief("db", "check", cwd=tmp_path).exit_code == 0


def test_the_demo_refuses_an_unknown_story_or_a_file_as_folder(tmp_path: Path) -> None:
    assert "Available: checkout" in _refusal(debrief("demo", "--incident", "x", cwd=tmp_path))
    assert not (tmp_path / "demo").exists()
    (tmp_path / "taken").write_text("a file")
    assert "another folder" in _refusal(debrief("demo", "--out", "taken", cwd=tmp_path))


def test_the_sandbox_runs_until_it_is_interrupted(tmp_path: Path) -> None:
    with run_program(tmp_path, {}, "sandbox", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        page = httpx.get(line.split()[5])
        assert page.is_success
        assert "@hana" in page.text
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_every_command_has_help(tmp_path: Path) -> None:
    help_text = debrief("--help", cwd=tmp_path).stdout
    for word in ("demo", "sandbox", "run", "draft", "export", "doctor", "manifest", "db"):
        assert word in help_text
        assert CliRunner().invoke(app, [word, "--help"]).exit_code == 0

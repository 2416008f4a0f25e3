"""The program as people start it: a process of its own, its output, its exit code."""

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
from tests.support.harness import ROOT, eventually, people
from tests.support.processes import answers, env_of, free_port, running

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name.upper() for name in Settings.model_fields):
        monkeypatch.delenv(name, raising=False)


def debrief(*words: str, cwd: Path, env: dict[str, str] | None = None) -> Result:
    """What a command says and how it ends."""
    with chdir(cwd):
        return CliRunner(env=env).invoke(app, words, catch_exceptions=False)


def _refused(ended: Result) -> str:
    """The one line of a program that could not run."""
    assert ended.exit_code == 2, ended.output
    assert ended.stdout == ""
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("debrief: ")
    return line


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-a"}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xapp-1-a", "SLACK_APP_TOKEN": "xoxb-1-a"}, "may be swapped"),
        ({**TOKENS, "DEBRIEF_PORT": "lots"}, "DEBRIEF_PORT is not a port"),
        ({**TOKENS, "DEBRIEF_CONFIG": "nowhere.toml"}, "nowhere.toml: cannot be read"),
        ({**TOKENS, "DATABASE_URL": "sqlite:////nowhere/x.db"}, "cannot be used"),
        ({**TOKENS, "DATABASE_URL": "mysql://x"}, "neither SQLite nor PostgreSQL"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_how_to_mend_it(
    tmp_path: Path, env: dict[str, str], said: str
) -> None:
    assert said in _refused(debrief("run", cwd=tmp_path, env=env))


def test_a_database_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    env = {**TOKENS, "DATABASE_URL": "sqlite:///folder.db"}
    assert "may be written" in _refused(debrief("run", cwd=tmp_path, env=env))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yml", clock=Clock()) as made:
        people(made)
        yield made


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_connects_works_and_leaves_when_told(
    tmp_path: Path, sandbox: Sandbox, told: signal.Signals
) -> None:
    env = env_of(sandbox)
    with running(tmp_path, env) as process:
        sandbox.wait_connected()
        ready = f"http://127.0.0.1:{env['DEBRIEF_PORT']}/readyz"
        eventually(lambda: answers(ready), "it is ready")
        answer = sandbox.workspace.command("ana", "incidents", "/incident", "declare db down")
        assert "is declared" in answer.text
        process.send_signal(told)
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "debrief.db").exists()


def test_over_http_it_refuses_what_slack_did_not_sign(tmp_path: Path, sandbox: Sandbox) -> None:
    env = env_of(sandbox, SLACK_SIGNING_SECRET=sandbox.signing_secret)
    del env["SLACK_APP_TOKEN"]
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    with running(tmp_path, env):
        eventually(lambda: answers(f"{base}/healthz"), "it answers")
        unsigned = httpx.post(f"{base}/slack/events", data={"command": "/incident"})
        assert unsigned.status_code == 401
        sandbox.deliver_over_http(f"{base}/slack/events")
        answer = sandbox.workspace.command("ana", "incidents", "/incident", "list")
        assert answer.text == "No incident is running."
        shown = partial(httpx.get, f"{base}/metrics")  # who asked is met, and that is a posting
        eventually(lambda: "debrief_outbox_waiting 0.0" in shown().text, "nothing waits")


def test_a_taken_port_is_said(tmp_path: Path, sandbox: Sandbox) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        env = env_of(sandbox, DEBRIEF_PORT=str(taken.getsockname()[1]))
        assert "set DEBRIEF_PORT" in _refused(debrief("run", cwd=tmp_path, env=env))


def test_a_token_that_slack_refuses_is_said(tmp_path: Path, sandbox: Sandbox) -> None:
    wrong_bot = env_of(sandbox, SLACK_BOT_TOKEN="xoxb-wrong")
    said = _refused(debrief("run", cwd=tmp_path, env=wrong_bot))
    assert "does not accept SLACK_BOT_TOKEN (invalid_auth)" in said
    wrong_app = env_of(sandbox, SLACK_APP_TOKEN="xapp-wrong")
    said = _refused(debrief("run", cwd=tmp_path, env=wrong_app))
    assert "does not accept SLACK_APP_TOKEN" in said


def test_slack_in_trouble_does_not_end_the_start(tmp_path: Path, sandbox: Sandbox) -> None:
    env = env_of(sandbox)
    base = f"http://127.0.0.1:{env['DEBRIEF_PORT']}"
    sandbox.faults.on("ratelimited", method="auth.test", retry_after=1)
    sandbox.faults.on("unreadable", method="apps.connections.open", times=1)
    with running(tmp_path, env) as process:
        eventually(lambda: len(sandbox.record.called("auth.test")) > 1, "it asks again")
        waiting = httpx.get(f"{base}/readyz")
        assert waiting.status_code == 503
        assert "waiting for Slack: auth.test failed (ratelimited)" in waiting.text
        assert answers(f"{base}/healthz")
        sandbox.faults.off("ratelimited")
        eventually(lambda: answers(f"{base}/readyz"), "it is ready")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        logged = process.stderr.read()
    assert logged.count('"reason": "ratelimited"') == 1
    assert "Traceback" not in logged


def test_told_to_stop_while_it_waits_for_slack_it_leaves_at_once(tmp_path: Path) -> None:
    port = free_port()
    env = {**TOKENS, "SLACK_API_URL": "http://127.0.0.1:9/api/", "DEBRIEF_PORT": str(port)}
    with running(tmp_path, env) as process:
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "it runs")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a demo left behind."""
    folder: Path = tmp_path_factory.mktemp("demo")
    ended = debrief("demo", cwd=folder)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stderr == ""
    for name in FILES:
        assert f"demo/{name}" in ended.stdout
        assert (folder / "demo" / name).stat().st_size > 0
    return folder / "demo"


def test_the_demo_plays_the_whole_walk(played: Path) -> None:
    channel = (played / "channel.html").read_text("utf-8")
    for seen in ("Postmortem draft: INC-2026-001", "Mark done", "Done by", "edited"):
        assert seen in channel
    draft = json.loads((played / "postmortem.json").read_text("utf-8"))
    assert draft["schema"] == "debrief.postmortem/1"
    assert draft["incident"]["key"] == "INC-2026-001"
    assert draft["root_cause"][0]["evidence"]
    assert draft["recording"] | {"edited": 1, "deleted": 1} == draft["recording"]


def test_the_demos_secret_and_deleted_message_are_nowhere(played: Path) -> None:
    told = (ROOT / "sandbox/stories/checkout.jsonl").read_text("utf-8")
    assert "AKIAIOSFODNN7EXAMPLE" in told
    for name in ("postmortem.md", "postmortem.html", "postmortem.json", "debrief.db"):
        assert b"AKIAIOSFODNN7EXAMPLE" not in (played / name).read_bytes()


def test_a_stored_postmortem_is_exported_as_it_was_posted(played: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{played / 'debrief.db'}"}
    printed = debrief("export", "inc-2026-001", cwd=played, env=env)
    assert printed.stdout == (played / "postmortem.md").read_text("utf-8")
    as_json = debrief("export", "INC-2026-001", "--format", "json", cwd=played, env=env)
    assert as_json.stdout == (played / "postmortem.json").read_text("utf-8")
    assert "There's no incident" in _refused(debrief("export", "INC-1", cwd=played, env=env))


def test_a_stored_postmortem_is_exported_by_another_template(played: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{played / 'debrief.db'}"}
    posted = json.loads((played / "postmortem.json").read_text("utf-8"))
    for template in TEMPLATES:
        said = debrief("export", "INC-2026-001", "--template", template, cwd=played, env=env)
        assert (said.exit_code, said.stderr) == (0, "")
        assert "Checkout fails for card payments" in said.stdout.splitlines()[0]
        assert (template == "public") == (posted["root_cause"][0]["text"] not in said.stdout)
    full = debrief("export", "INC-2026-001", "--template", "full", cwd=played, env=env)
    assert full.stdout == (played / "postmortem.md").read_text("utf-8")  # a P0 was posted so
    refused = debrief("export", "INC-2026-001", "--template", "ful", cwd=played, env=env)
    assert "Did you mean full?" in _refused(refused)


def test_customers_get_figures_and_times_and_nothing_that_was_said(played: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{played / 'debrief.db'}"}
    words = ("export", "INC-2026-001", "--public")
    forms = {
        kind: debrief(*words, "--format", kind, cwd=played, env=env).stdout
        for kind in ("md", "html", "json")
    }
    shown = json.loads(forms["json"])
    assert shown["schema"] == "debrief.public/1"
    assert shown["durations"]["ttm"] == 3300
    assert "4,200 customers" in forms["md"]
    assert forms["html"].startswith("<!doctype html>")
    posted = json.loads((played / "postmortem.json").read_text("utf-8"))
    said = [row["text"] for row in posted["timeline"] if len(row["text"].split()) > 5]
    private = [*said, *(item["text"] for item in posted["action_items"]), "inc-2026-001", "4471"]
    people = [each["name"] for each in posted["participants"]]
    for text in forms.values():
        assert not [each for each in private if each in text]
        assert not [name for name in people if re.search(rf"\b{name}\b", text)]
    both = debrief(*words, "--template", "full", cwd=played, env=env)
    assert "either --public or --template full" in _refused(both)


def test_the_database_says_whether_it_is_up_to_date(tmp_path: Path) -> None:
    assert "There's no database" in _refused(debrief("db", "check", cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "debrief.db").touch()
    assert debrief("db", "check", cwd=tmp_path).exit_code == 1
    assert debrief("db", "upgrade", cwd=tmp_path).exit_code == 0
    assert debrief("db", "check", cwd=tmp_path).exit_code == 0


def test_a_damaged_database_is_said_with_what_to_do(tmp_path: Path) -> None:
    debrief("db", "upgrade", cwd=tmp_path)
    kept = tmp_path / "backup.db"
    assert debrief("backup", str(kept), cwd=tmp_path).exit_code == 0
    damage.overwrite(tmp_path / "debrief.db", "outbox")
    advice = "Stop the bot, move debrief.db elsewhere, and run `debrief restore FILE`"
    checked = debrief("db", "check", cwd=tmp_path)
    assert checked.exit_code == 1
    assert advice in checked.stdout
    assert advice in _refused(debrief("restore", "--replace", str(kept), cwd=tmp_path))
    damage.overwrite(tmp_path / "debrief.db", "alembic_version")
    assert advice in _refused(debrief("run", cwd=tmp_path, env=TOKENS))
    (tmp_path / "debrief.db").rename(tmp_path / "damaged.db")
    assert debrief("restore", str(kept), cwd=tmp_path).exit_code == 0
    assert debrief("db", "check", cwd=tmp_path).exit_code == 0


def test_an_incident_that_is_not_there_to_play_is_said(tmp_path: Path) -> None:
    assert "Available: checkout" in _refused(debrief("demo", "--incident", "x", cwd=tmp_path))
    assert not (tmp_path / "demo").exists()
    (tmp_path / "taken").write_text("a file")
    assert "another folder" in _refused(debrief("demo", "--out", "taken", cwd=tmp_path))


def test_the_sandbox_stays_open_until_it_is_interrupted(tmp_path: Path) -> None:
    with running(tmp_path, {}, "sandbox", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        page = httpx.get(line.split()[5])
        assert page.is_success
        assert "@hana" in page.text
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_every_command_has_help(tmp_path: Path) -> None:
    shown = debrief("--help", cwd=tmp_path).stdout
    for word in ("demo", "sandbox", "run", "draft", "export", "doctor", "manifest", "db"):
        assert word in shown
        assert CliRunner().invoke(app, [word, "--help"]).exit_code == 0

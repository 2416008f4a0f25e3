import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import doctor_files, doctor_history, doctor_slack
from bot.cli.doctor import doctor
from bot.cli.doctor_database import check_connection, check_permissions, check_refused_messages
from bot.cli.doctor_files import check_fonts, check_templates
from bot.cli.doctor_finding import CheckState
from bot.cli.doctor_slack import check_clock, check_scopes
from bot.cli.manifest import MANIFEST, manifest
from bot.config.policy import Channels, Policy
from bot.config.settings import Settings
from bot.domain.job import Job, JobKind
from bot.rendering.fonts import FOLDER
from handlers.slack.scopes import GROUPS, SCOPES, WHERE
from sandbox.server import Sandbox
from storage import outbox
from storage.engine import schema
from storage.engine.store import Store
from tests.support import damage

Doctor = Callable[..., Any]


@pytest.fixture(scope="module")
def workspace() -> Iterator[Sandbox]:
    with Sandbox(MANIFEST) as started:
        workspace = started.workspace
        workspace.add_person("ana", "Ana Lopes")
        workspace.add_channel("incidents", ["ana", "debrief"])
        workspace.add_channel("random", ["ana"])
        workspace.add_channel("old", ["ana", "debrief"])
        workspace.archive("ana", "old")
        yield started


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def settings(sandbox: Sandbox, **more: str) -> Settings:
    tokens = {"slack_bot_token": sandbox.bot_token, "slack_app_token": sandbox.app_token}
    return Settings.model_validate({"slack_api_url": sandbox.api_url, **tokens, **more})


def findings_by_name(
    settings_: Settings, policy: Policy | None = None
) -> dict[str, tuple[str, str]]:
    checks = doctor_slack.run_checks(settings_, policy or Policy(), lambda: datetime.now(UTC))  # noqa: TID251
    findings = [*checks, *doctor_files.run_checks()]
    return {finding.name: (finding.state, finding.text) for finding in findings}


def run_command(function: Callable[..., None], *arguments: str) -> Any:
    program = typer.Typer()
    program.command()(function)
    return CliRunner().invoke(program, arguments)


def set_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", sandbox.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", sandbox.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", sandbox.app_token)


# Over the wire.


def test_a_complete_installation_passes_every_check(workspace: Sandbox) -> None:
    policy = Policy(channels=Channels(announce="incidents"))
    answers = findings_by_name(settings(workspace), policy)
    assert {state for state, _ in answers.values()} == {CheckState.OK}, answers
    assert list(answers) == [
        "settings",
        "tokens",
        "bot token",
        "scopes",
        "clock",
        "channels.announce",
        "Socket Mode",
        "templates",
        "charts",
    ]
    assert answers["bot token"][1].startswith("works: @debrief in ")


def test_a_missing_scope_names_its_consequence_and_where_to_add_it() -> None:
    with Sandbox(MANIFEST, granted_scopes=("chat:write", "channels:history")) as partial:
        policy = Policy(channels=Channels(announce="incidents"))
        answers = findings_by_name(settings(partial), policy)
    assert answers["bot token"][0] == CheckState.OK
    state, text = answers["scopes"]
    assert state == CheckState.FAILED
    assert "channels:read" in text
    assert "chat:write" not in text
    assert text.endswith(f"Add them at {WHERE}")
    private_messages = "without it, messages in private incident channels aren't recorded"
    assert answers["scope groups:history"] == (CheckState.FAILED, private_messages)
    no_canvas = "without it, there's no canvas with the postmortem"
    assert answers["scope canvases:write"] == (CheckState.WARNING, no_canvas)
    assert answers["channels"][0] == CheckState.FAILED
    assert "needed: channels:read" in answers["channels"][1]


def test_missing_optional_scopes_are_a_warning() -> None:
    optional = {scope.name for scope in SCOPES if scope.is_optional}
    granted = tuple(scope.name for scope in SCOPES if not scope.is_optional)
    with Sandbox(MANIFEST, granted_scopes=granted) as partial:
        answers = findings_by_name(settings(partial))
    assert answers["scopes"][0] == CheckState.WARNING
    assert {f"scope {name}" for name in optional} <= set(answers)
    assert CheckState.FAILED not in {state for state, _ in answers.values()}


def test_a_user_group_in_the_configuration_needs_its_scope(workspace: Sandbox) -> None:
    policy = Policy.model_validate({"permissions": {"resolve": "@sre"}})
    state, text = findings_by_name(settings(workspace), policy)[f"scope {GROUPS}"]
    assert state == CheckState.FAILED
    assert "user groups in debrief.toml" in text


def test_the_scopes_of_doctor_are_those_of_the_manifest() -> None:
    requested = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    assert [scope.name for scope in SCOPES] == requested


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("incidents", "#incidents exists, and the bot is in it"),
        ("random", "the bot isn't in #random: type `/invite @debrief` there"),
        ("old", "#old is archived: unarchive it, or configure another"),
        (
            "nowhere",
            "there's no channel nowhere, or it's private and the bot isn't in it: create it if needed, then type `/invite @debrief` there",
        ),
    ],
)
def test_configured_channels_are_looked_up(workspace: Sandbox, name: str, text: str) -> None:
    answers = findings_by_name(settings(workspace), Policy(channels=Channels(digest=name)))
    assert answers["channels.digest"][1].startswith(text)
    assert (answers["channels.digest"][0] == CheckState.OK) is (name == "incidents")


def test_a_channel_can_be_configured_by_its_id(workspace: Sandbox) -> None:
    channel = workspace.workspace.channel("incidents").id
    answers = findings_by_name(settings(workspace), Policy(channels=Channels(announce=channel)))
    assert answers["channels.announce"][0] == CheckState.OK


def test_a_wrong_token_is_explained(workspace: Sandbox) -> None:
    wrong = settings(workspace, slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong")
    answers = findings_by_name(wrong)
    for name in ("bot token", "Socket Mode"):
        message = "Slack says invalid_auth: copy the token again from api.slack.com/apps"
        assert answers[name] == (CheckState.FAILED, message)
    assert "scopes" not in answers
    assert answers["templates"][0] == CheckState.OK


def test_an_unreachable_slack_is_reported_without_a_traceback() -> None:
    unreachable = Settings.model_validate(
        {
            "slack_api_url": "http://127.0.0.1:9/api/",
            "slack_bot_token": "xoxb-1",
            "slack_app_token": "xapp-1",
        }
    )
    answers = findings_by_name(unreachable)
    for name in ("bot token", "Socket Mode"):
        assert answers[name][0] == CheckState.FAILED
        assert answers[name][1].startswith("http://127.0.0.1:9/api/ isn't reachable (")


@pytest.mark.parametrize(
    ("fault", "how", "remedy"),
    [
        ("ratelimited", {}, "try again in a minute"),
        ("server_error", {}, "try again in a minute"),
        ("unreadable", {"status": 502}, "Try again in a minute"),
        ("unreadable", {"status": 200}, "Try again in a minute"),
        ("unreadable", {"status": 200, "body": "[]"}, "Try again in a minute"),
        ("unreadable", {"status": 200, "body": '["ok"]'}, "check SLACK_API_URL"),
        ("dropped_before", {}, "check SLACK_API_URL"),
    ],
)
def test_a_failing_slack_is_reported_with_a_remedy(
    workspace: Sandbox, fault: str, how: dict[str, Any], remedy: str
) -> None:
    workspace.faults.on(fault, method="auth.test", times=1, **how)
    state, text = findings_by_name(settings(workspace))["bot token"]
    assert state == CheckState.FAILED
    assert remedy in text


def test_an_app_token_without_its_scope_is_explained(workspace: Sandbox) -> None:
    method = "apps.connections.open"
    workspace.faults.on("error", method=method, error="missing_scope", times=1)
    state, text = findings_by_name(settings(workspace))["Socket Mode"]
    assert state == CheckState.FAILED
    assert text.startswith("SLACK_APP_TOKEN lacks connections:write. api.slack.com/apps → ")


# The command.


def test_doctor_prints_json_and_exits_with_0(
    workspace: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(workspace, monkeypatch)
    result = run_command(doctor, "--json")
    printed = json.loads(result.stdout)
    assert result.exit_code == 0, printed
    assert {
        "name": "tokens",
        "state": "ok",
        "text": "all tokens for Socket Mode are set",
    } in printed


def test_doctor_prints_a_table_and_exits_with_1(
    workspace: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(workspace, monkeypatch)
    monkeypatch.delenv("SLACK_APP_TOKEN")
    monkeypatch.setenv("DEBRIEF_PROT", "1")
    result = run_command(doctor)
    assert result.exit_code == 1
    assert "SLACK_APP_TOKEN isn't set" in result.stdout
    assert "did you mean DEBRIEF_PORT?" in " ".join(result.stdout.split())
    assert workspace.bot_token not in result.stdout


def test_checks_that_need_no_token_run_without_tokens() -> None:
    result = run_command(doctor, "--json")
    printed = json.loads(result.stdout)
    answers = {check["name"]: check["state"] for check in printed}
    missing = [check["text"].split()[0] for check in printed if check["name"] == "tokens"]
    assert result.exit_code == 1
    assert answers["tokens"] == "failed"
    assert missing == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]  # all at once, not one a run
    assert answers["database"] == "ok"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBRIEF_PORT", "x", "DEBRIEF_PORT isn't a port"),
        ("DEBRIEF_CONFIG", "none.toml", "none.toml: can't be read"),
    ],
)
def test_invalid_settings_are_one_line_and_exit_with_2(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = run_command(doctor)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


# Checks that need no Slack.


class Answer:
    """The part of Slack's response that a check reads."""

    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def test_a_response_without_scopes_is_a_warning() -> None:
    answer: Any = Answer()
    assert [finding.state for finding in check_scopes(answer, Policy())] == [CheckState.WARNING]


@pytest.mark.parametrize(
    ("ahead", "state"),
    [
        (0, CheckState.OK),
        (-29, CheckState.OK),
        (40, CheckState.WARNING),
        (-86400, CheckState.WARNING),
    ],
)
def test_a_wrong_clock_is_noticed(ahead: int, state: CheckState) -> None:
    answer: Any = Answer(Date="Wed, 18 Nov 2026 15:30:00 GMT")
    at = datetime(2026, 11, 18, 15, 30, tzinfo=UTC) + timedelta(seconds=ahead)
    assert check_clock(answer, at).state is state


def test_a_wrong_clock_is_described_with_the_fix() -> None:
    answer: Any = Answer(Date="Wed, 18 Nov 2026 15:30:00 GMT")
    found = check_clock(answer, datetime(2026, 11, 18, 15, 31, 35, tzinfo=UTC))
    assert found.text.startswith("95 s ahead of Slack's: sync it with NTP")


def test_a_response_without_a_date_is_a_warning() -> None:
    answer: Any = Answer()
    assert check_clock(answer, datetime(2026, 11, 18, tzinfo=UTC)).state is CheckState.WARNING


def test_checking_the_database_does_not_create_it(folder: Path) -> None:
    url = f"sqlite:///{folder / 'debrief.db'}"
    settings_ = Settings(database_url=url)
    assert check_connection(settings_).text.endswith(
        "debrief.db will be created when the bot first starts"
    )
    assert not (folder / "debrief.db").exists()
    store = Store(url)
    schema.upgrade(store)
    store.close()
    assert check_connection(settings_).text == "sqlite, up to date"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda file: file.write_text("not a database " * 100),
            "file is not a database: fix",
        ),
        (lambda file: file.mkdir(), "unable to open database file: fix DATABASE_URL or the"),
    ],
)
def test_a_broken_database_is_reported(
    folder: Path, make: Callable[[Path], object], text: str
) -> None:
    make(folder / "debrief.db")
    finding = check_connection(Settings(database_url=f"sqlite:///{folder / 'debrief.db'}"))
    assert finding.state is CheckState.FAILED
    assert finding.text.startswith(text)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/x.db", "postgresql://nobody:hunter2@127.0.0.1:9/none"]
)
def test_an_unreachable_database_is_reported_without_the_password(url: str) -> None:
    finding = check_connection(Settings(database_url=url))
    assert finding.state is CheckState.FAILED
    assert "hunter2" not in finding.text


def test_damaged_pages_are_reported_with_the_remedy(folder: Path) -> None:
    file = folder / "debrief.db"
    settings_ = Settings(database_url=f"sqlite:///{file}")
    store = Store(settings_.database_url)
    schema.upgrade(store)
    store.close()
    damage.overwrite(file, "timeline_events")
    finding = check_connection(settings_)
    assert finding.state is CheckState.FAILED
    assert "Stop the bot, move debrief.db elsewhere, and run `debrief restore FILE`" in finding.text


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "text"),
    [
        (0o600, 0o755, "only the owner can read the database"),
        # Like /tmp: with the sticky bit, nobody can replace somebody else's files.
        (0o600, 0o1777, "only the owner can read the database"),
        (0o600, 0o777, "others can replace files in {folder}: run `chmod go-w {folder}`"),
        (0o600, 0o775, "others can replace files in {folder}: run `chmod go-w {folder}`"),
        (0o644, 0o755, "others can read {file}: run `chmod 600 {file}` as its owner"),
    ],
)
def test_unsafe_file_permissions_are_reported(
    folder: Path, file_mode: int, folder_mode: int, text: str
) -> None:
    file = folder / "debrief.db"
    file.touch()
    file.chmod(file_mode)
    folder.chmod(folder_mode)
    (finding,) = check_permissions(Settings(database_url=f"sqlite:///{file}"))
    assert finding.text == text.format(file=file, folder=folder)
    assert (finding.state is CheckState.OK) is text.startswith("only the owner")


def test_an_old_schema_is_a_warning(folder: Path) -> None:
    (folder / "debrief.db").touch()
    finding = check_connection(Settings(database_url=f"sqlite:///{folder / 'debrief.db'}"))
    assert finding.state is CheckState.WARNING
    assert finding.text == "migrations are pending: run `debrief db upgrade`, or start the bot"


def test_a_newer_schema_is_a_failure_that_no_upgrade_fixes(folder: Path) -> None:
    settings_ = Settings(database_url=f"sqlite:///{folder / 'debrief.db'}")
    store = Store(settings_.database_url)
    schema.upgrade(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    finding = check_connection(settings_)
    assert finding.state is CheckState.FAILED
    assert finding.text.startswith("The database is at revision 9999, which this version")


def test_a_broken_template_is_reported_with_its_line(folder: Path) -> None:
    assert check_templates(folder).state is CheckState.FAILED
    (folder / "messages").mkdir()
    (folder / "messages" / "card.j2").write_text("line\n{% if x %}")
    finding = check_templates(folder)
    assert finding.state is CheckState.FAILED
    assert finding.text.startswith("messages/card.j2:2 ")


def test_a_missing_font_is_a_warning(folder: Path) -> None:
    assert check_fonts(FOLDER).state is CheckState.OK
    assert check_fonts(folder).state is CheckState.WARNING


# The limit on reading histories.


def test_a_limit_on_channel_history_is_recognized(workspace: Sandbox) -> None:
    settings_ = settings(workspace)
    for number in range(20):
        workspace.workspace.say("ana", "incidents", f"message {number}")
    (unlimited,) = doctor_history.check_history(settings_)
    assert (unlimited.name, unlimited.state) == ("history limit", CheckState.OK)
    workspace.faults.on("history_limited")
    (by_page,) = doctor_history.check_history(settings_)
    (by_wait,) = doctor_history.check_history(settings_)
    workspace.faults.clear()
    assert by_page.state is by_wait.state is CheckState.WARNING
    assert "15 messages a minute" in by_page.text
    assert list(doctor_history.check_history(Settings())) == []


# The manifest.


def test_the_manifest_command_prints_the_manifest_unchanged() -> None:
    result = run_command(manifest)
    assert result.exit_code == 0
    assert result.stdout == MANIFEST.read_text("utf-8")


def test_the_manifest_command_can_rename_the_slash_command() -> None:
    result = run_command(manifest, "--command", "/inc")
    printed = yaml.safe_load(result.stdout)
    assert [
        slash_command["command"] for slash_command in printed["features"]["slash_commands"]
    ] == ["/inc"]


def test_an_invalid_slash_command_is_refused_in_one_sentence() -> None:
    result = run_command(manifest, "--command", "inc")
    assert result.exit_code == 2
    assert result.stderr == (
        "debrief: --command is 'inc': it must be a slash and 1 to 31 lowercase letters, digits, - or _, such as "
        "/incident.\n"
    )


def test_a_missing_manifest_is_refused_in_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.manifest.MANIFEST", folder / "manifest.yml")
    result = run_command(manifest)
    assert result.exit_code == 2
    assert result.stderr.endswith("(No such file or directory): reinstall Debrief.\n")


def test_jobs_that_slack_refused_are_reported(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'debrief.db'}")
    schema.upgrade(store)
    settings_ = Settings(database_url=f"sqlite:///{folder / 'debrief.db'}")
    assert check_refused_messages(settings_).state is CheckState.OK
    with store.begin() as session:
        at = datetime(2026, 11, 18, tzinfo=UTC)
        job = outbox.enqueue(session, Job(kind=JobKind.PIN, lane="incident:1"), at)
        outbox.set_aside(session, job, "missing_scope, needs pins:write")
    store.close()
    found = check_refused_messages(settings_)
    assert found.state is CheckState.WARNING
    assert (
        "messages rejected by Slack: 1, latest pin: missing_scope, needs pins:write. Run `debrief outbox`"
        in found.text
    )

"""A team's own templates: used where configured, and checked before the bot starts."""

import json
import os
from contextlib import chdir
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.config import template_names
from bot.config.policy import Policy, load
from bot.config.settings import Settings
from bot.domain.incident import Severity
from bot.rendering import documents, team_templates, template_fallback
from bot.rendering.sample_drafts import make_full_draft
from tests.support import harness

OURS = """# {{ draft.incident.title }}, told our way
{% include "postmortem/sections/summary.md.j2" %}
{% with statements = draft.lucky %}{% include "sections/luck.md.j2" %}{% endwith %}
"""
LUCK = """
## Luck

{% for each in statements %}
- {{ each.text }}
{% else %}
> **Open question:** none?
{% endfor %}
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A folder with a configuration file, templates and a transcript."""
    (tmp_path / "ours" / "sections").mkdir(parents=True)
    (tmp_path / "ours" / "ours.md.j2").write_text(OURS)
    (tmp_path / "ours" / "sections" / "luck.md.j2").write_text(LUCK)
    (tmp_path / "debrief.toml").write_text(
        '[postmortem]\ntemplates = "ours"\n[postmortem.template_by_severity]\nP1 = "ours"\n'
    )
    message = {"ts": "2026-03-10T14:23:00Z", "user": "alice", "text": "checkout {{ x }} is failing"}
    (tmp_path / "talk.jsonl").write_text(json.dumps(message) + "\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove settings of the shell."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def debrief(*words: str, cwd: Path, **env: str) -> Result:
    """Run a command in this process; return its output and exit code."""
    with chdir(cwd):
        return CliRunner(env=env).invoke(app, words, catch_exceptions=False)


def test_a_team_template_may_use_built_in_sections_and_its_own(team: Path) -> None:
    result = debrief("draft", "talk.jsonl", "--template", "ours", cwd=team)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "# Checkout \\{\\{ x \\}\\} is failing, told our way\n\n## Summary\n"
    )
    assert "> **Open question:** none?" in result.stdout
    assert "checkout {{ x }} is failing" in result.stdout.replace("\\", "").lower()


def test_template_paths_are_relative_to_the_configuration_file(team: Path) -> None:
    (team / "elsewhere").mkdir()
    words = ("draft", "../talk.jsonl", "--template", "ours", "--format", "html")
    result = debrief(*words, cwd=team / "elsewhere", DEBRIEF_CONFIG="../debrief.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "told our way</h1>" in result.stdout


def test_without_a_configuration_only_built_in_templates_exist(team: Path) -> None:
    (team / "debrief.toml").unlink()
    assert debrief("draft", "talk.jsonl", cwd=team).exit_code == 0
    result = debrief("draft", "talk.jsonl", "--template", "blamless", cwd=team)
    assert result.exit_code == 2
    assert result.stderr == (
        "debrief: There's no template blamless. Did you mean blameless? Available: "
        f"{', '.join(template_names.TEMPLATES)}.\n"
    )


def test_draft_ignores_settings_it_does_not_need(team: Path) -> None:
    result = debrief("draft", "talk.jsonl", cwd=team, DEBRIEF_PORT="lots", DATABASE_URL="nonsense")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_team_template_replaces_the_built_in_one_of_that_name(team: Path) -> None:
    (team / "ours" / "quick.md.j2").write_text("# Ours is quicker\n")
    policy = load(team / "debrief.toml").postmortem
    assert documents.markdown(make_full_draft(), "quick", policy.templates) == "# Ours is quicker\n"
    assert documents.markdown(make_full_draft(), "quick").startswith("# INC-2026-001")
    assert policy.template_by_severity[Severity.P1] == "ours"


def test_each_severity_uses_its_template_in_the_channel(team: Path) -> None:
    policy = Policy.model_validate(
        {
            "posting_interval": 0.01,
            "postmortem": {
                "templates": team / "ours",
                "template_by_severity": {"P1": "ours", "P3": "blameless"},
            },
        }
    )
    with harness.start_live_bot(f"sqlite:///{team}/debrief.db", policy=policy) as live_bot:
        for severity, expected in (("P1", "told our way"), ("P3", "## Executive summary")):
            channel = live_bot.declare(f"{severity} checkout fails {severity}")
            live_bot.command("ben", "resolve restarted", channel)
            live_bot.settle()
            messages = live_bot.messages(channel)
            summary = next(
                message for message in messages if message["text"].startswith("Postmortem draft")
            )
            thread = live_bot.workspace.replies(channel, summary["ts"])
            assert expected in "".join(json.dumps(reply.get("blocks", [])) for reply in thread)


MISTAKES = {
    "syntax": (
        "# x\n{% if draft %}\n",
        "line 2: unexpected end of template.",
        "fix the line (see https://jinja.",
    ),
    "name": ("# x\n\n{{ drft }}\n", "line 3: drft isn't defined", "(did you mean draft?)."),
    "name in a branch that nothing reaches": (
        "{% if draft.incident.key == 'x' %}\n{{ drft }}\n{% endif %}",
        "line 2: drft isn't defined",
        "(did you mean draft?).",
    ),
    "attribute": ("\n{{ draft.sumary }}", "line 2: ", "'sumary' (did you mean summary?)."),
    "attribute of nothing": (
        "\n\n{{ draft.incident.severity.name }}",
        "line 3: 'None' has no attribute 'name'",
        "check for it with {% if … %}.",
    ),
    "filter": ("\n{{ draft.summary | dya }}", "line 2: there's no filter dya", "mean day?)."),
    "include": (
        '\n{% include "postmortem/sections/sumary.md.j2" %}',
        "line 2: there's no postmortem/sections/sumary.md.j2 to include",
        "(did you mean postmortem/sections/summary.md.j2?).",
    ),
    "include in a branch that nothing reaches": (
        '{% if draft.incident.key == "x" %}\n{% include "a/b" %}{% endif %}',
        "line 2: there's no a/b to include",
        "postmortem/sections/NAME.md.j2.",
    ),
    "itself": ('\n{% include "mine.md.j2" %}', "line 2: it includes itself", "remove a level."),
    "sum": ("\n{{ 1 / (draft.summary | length) }}", "line 2: division by zero", "expression."),
    "sandbox": ('\n{{ "".__class__.__mro__ }}', "line 2: access to attribute", "expression."),
    "public": (None, "line 1: draft isn't defined", "choose one of public."),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_template_is_reported_with_file_line_and_remedy(
    team: Path, mistake: tuple[str | None, str, str]
) -> None:
    text, where, remedy = mistake
    name = "mine" if text else "public"
    (team / "ours" / f"{name}.md.j2").write_text(text or "{{ draft.incident.title }}")
    with pytest.raises(team_templates.BrokenTemplate) as caught:
        team_templates.check(team / "ours")
    error = str(caught.value)
    assert error.startswith(f"{team / 'ours' / name}.md.j2, {where}")
    assert remedy in error
    assert "\n" not in error


def test_a_mistake_in_an_included_section_is_reported_there(team: Path) -> None:
    section = team / "ours" / "sections" / "luck.md.j2"
    section.write_text("\n\n{{ statments }}")
    with pytest.raises(team_templates.BrokenTemplate) as caught:
        team_templates.check(team / "ours")
    assert str(caught.value).startswith(f"{section}, line 3: statments isn't defined here")
    section.write_bytes(b"one\ntwo \xff")
    with pytest.raises(team_templates.BrokenTemplate) as caught:
        team_templates.check(team / "ours")
    assert str(caught.value) == f"{section}, line 2: it isn't valid UTF-8: save it as UTF-8."


def test_a_template_may_test_for_names_that_may_be_missing(team: Path) -> None:
    (team / "ours" / "mine.md.j2").write_text(
        '{{ heading | default("x") }}{% if more is defined %}{{ more }}{% endif %}'
        '{% include "sections/none.md.j2" ignore missing %}'
    )
    team_templates.check(team / "ours")


@pytest.mark.parametrize("command", ["run", "draft talk.jsonl", "export INC-2026-001", "doctor"])
def test_no_command_starts_with_a_broken_template(team: Path, command: str) -> None:
    (team / "ours" / "mine.md.j2").write_text("# x\n{{ draft.incident.nam }}\n")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}
    result = debrief(*command.split(), cwd=team, **tokens)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert f"ours{os.sep}mine.md.j2, line 2: " in line
    assert not (team / "debrief.db").exists()


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ('templates = "nowhere"', "the folder nowhere doesn't exist: create it, or fix the path."),
        ('templates = "talk.jsonl"', "the folder talk.jsonl doesn't exist: create it"),
        (
            'templates = "ours/sections/empty"',
            "has no template (a file ending in .md.j2)",
        ),
        ("templates = 3", "it must be a folder path"),
    ],
)
def test_an_invalid_template_folder_is_explained(team: Path, setting: str, reason: str) -> None:
    (team / "ours" / "sections" / "empty").mkdir()
    (team / "debrief.toml").write_text(f"[postmortem]\n{setting}\n")
    result = debrief("draft", "talk.jsonl", cwd=team)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("debrief: debrief.toml: postmortem.templates is ")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_template_that_broke_since_the_start_falls_back_to_the_standard_one(team: Path) -> None:
    folder = team / "ours"
    template, text, page, completeness = template_fallback.render_or_fall_back(
        make_full_draft(), "ours", folder
    )
    assert (template, text) == ("ours", documents.markdown(make_full_draft(), "ours", folder))
    assert "told our way" in page
    assert completeness == documents.fit(make_full_draft(), "ours", folder).completeness
    (folder / "sections" / "luck.md.j2").write_text("{{ oops }}")
    os.utime(folder / "sections" / "luck.md.j2", (0, 0))
    with capture_logs() as logs:
        rendered = template_fallback.render_or_fall_back(make_full_draft(), "ours", folder)
    assert rendered[:3] == (
        "standard",
        documents.markdown(make_full_draft()),
        documents.html(make_full_draft()),
    )
    assert [(entry["event"], entry["template"]) for entry in logs] == [("template failed", "ours")]

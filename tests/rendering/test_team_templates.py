"""A team's own templates: used where they are named, and tried before anything starts."""

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
from bot.rendering import documents, team_templates
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
> **Open:** none?
{% endfor %}
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A folder with a policy, templates and a transcript."""
    (tmp_path / "ours" / "sections").mkdir(parents=True)
    (tmp_path / "ours" / "ours.md.j2").write_text(OURS)
    (tmp_path / "ours" / "sections" / "luck.md.j2").write_text(LUCK)
    (tmp_path / "debrief.toml").write_text(
        '[postmortem]\ntemplates = "ours"\n[postmortem.template_by_severity]\nP1 = "ours"\n'
    )
    said = {"ts": "2026-03-10T14:23:00Z", "user": "alice", "text": "checkout {{ x }} is failing"}
    (tmp_path / "talk.jsonl").write_text(json.dumps(said) + "\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shell has set is none of these programs' business."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def debrief(*words: str, cwd: Path, **env: str) -> Result:
    """What a command says and how it ends."""
    with chdir(cwd):
        return CliRunner(env=env).invoke(app, words, catch_exceptions=False)


def test_a_teams_template_may_use_our_sections_and_its_own(team: Path) -> None:
    ended = debrief("draft", "talk.jsonl", "--template", "ours", cwd=team)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.startswith("# talk, told our way\n\n## Summary\n")
    assert "> **Open:** none?" in ended.stdout
    assert "checkout {{ x }} is failing" in ended.stdout.replace("\\", "").lower()


def test_the_path_begins_at_the_policy_file_wherever_one_stands(team: Path) -> None:
    (team / "elsewhere").mkdir()
    words = ("draft", "../talk.jsonl", "--template", "ours", "--format", "html")
    ended = debrief(*words, cwd=team / "elsewhere", DEBRIEF_CONFIG="../debrief.toml")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "told our way</h1>" in ended.stdout


def test_without_a_policy_there_are_only_ours(team: Path) -> None:
    (team / "debrief.toml").unlink()
    assert debrief("draft", "talk.jsonl", cwd=team).exit_code == 0
    ended = debrief("draft", "talk.jsonl", "--template", "blamless", cwd=team)
    assert ended.exit_code == 2
    assert ended.stderr == (
        "debrief: There is no template blamless. Did you mean blameless? There are: "
        f"{', '.join(template_names.TEMPLATES)}.\n"
    )


def test_a_wrong_setting_that_draft_does_not_need_is_not_its_business(team: Path) -> None:
    ended = debrief("draft", "talk.jsonl", cwd=team, DEBRIEF_PORT="lots", DATABASE_URL="nonsense")
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_a_template_takes_the_place_of_ours_of_that_name(team: Path) -> None:
    (team / "ours" / "quick.md.j2").write_text("# Ours is quicker\n")
    policy = load(team / "debrief.toml").postmortem
    assert documents.markdown(make_full_draft(), "quick", policy.templates) == "# Ours is quicker\n"
    assert documents.markdown(make_full_draft(), "quick").startswith("# INC-2026-001")
    assert policy.template_by_severity[Severity.P1] == "ours"


def test_each_severity_gets_its_template_in_the_channel(team: Path) -> None:
    policy = Policy.model_validate(
        {
            "posting_interval": 0.01,
            "postmortem": {
                "templates": team / "ours",
                "template_by_severity": {"P1": "ours", "P3": "blameless"},
            },
        }
    )
    with harness.town(f"sqlite:///{team}/debrief.db", policy=policy) as town:
        for severity, shown in (("P1", "told our way"), ("P3", "## Executive summary")):
            channel = town.declare(f"{severity} checkout fails {severity}")
            town.incident("ben", "resolve restarted", channel)
            town.settle()
            said = town.said(channel)
            summary = next(m for m in said if m["text"].startswith("Postmortem draft"))
            thread = town.ws.replies(channel, summary["ts"])
            assert shown in "".join(json.dumps(each.get("blocks", [])) for each in thread)


MISTAKES = {
    "syntax": (
        "# x\n{% if draft %}\n",
        "line 2: unexpected end of template.",
        "mend the line, see https://jinja.",
    ),
    "name": ("# x\n\n{{ drft }}\n", "line 3: drft is not known", "(did you mean draft?)."),
    "name in a branch that nothing reaches": (
        "{% if draft.incident.key == 'x' %}\n{{ drft }}\n{% endif %}",
        "line 2: drft is not known",
        "(did you mean draft?).",
    ),
    "attribute": ("\n{{ draft.sumary }}", "line 2: ", "'sumary' (did you mean summary?)."),
    "attribute of nothing": (
        "\n\n{{ draft.incident.severity.name }}",
        "line 3: 'None' has no attribute 'name'",
        "ask for it with {% if … %}.",
    ),
    "filter": ("\n{{ draft.summary | dya }}", "line 2: there is no filter dya", "mean day?)."),
    "include": (
        '\n{% include "postmortem/sections/sumary.md.j2" %}',
        "line 2: there is no postmortem/sections/sumary.md.j2 to include",
        "(did you mean postmortem/sections/summary.md.j2?).",
    ),
    "include in a branch that nothing reaches": (
        '{% if draft.incident.key == "x" %}\n{% include "a/b" %}{% endif %}',
        "line 2: there is no a/b to include",
        "postmortem/sections/NAME.md.j2.",
    ),
    "itself": ('\n{% include "mine.md.j2" %}', "line 2: it includes itself", "remove a level."),
    "sum": ("\n{{ 1 / (draft.summary | length) }}", "line 2: division by zero", "expression."),
    "sandbox": ('\n{{ "".__class__.__mro__ }}', "line 2: access to attribute", "expression."),
    "public": (None, "line 1: draft is not known", "write one of public."),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_line_and_remedy(
    team: Path, mistake: tuple[str | None, str, str]
) -> None:
    text, where, remedy = mistake
    name = "mine" if text else "public"
    (team / "ours" / f"{name}.md.j2").write_text(text or "{{ draft.incident.title }}")
    with pytest.raises(team_templates.BrokenTemplate) as refused:
        team_templates.check(team / "ours")
    said = str(refused.value)
    assert said.startswith(f"{team / 'ours' / name}.md.j2, {where}")
    assert remedy in said
    assert "\n" not in said


def test_a_mistake_in_a_section_is_told_where_it_is(team: Path) -> None:
    section = team / "ours" / "sections" / "luck.md.j2"
    section.write_text("\n\n{{ statments }}")
    with pytest.raises(team_templates.BrokenTemplate) as refused:
        team_templates.check(team / "ours")
    assert str(refused.value).startswith(f"{section}, line 3: statments is not known here")
    section.write_bytes(b"one\ntwo \xff")
    with pytest.raises(team_templates.BrokenTemplate) as refused:
        team_templates.check(team / "ours")
    assert str(refused.value) == f"{section}, line 2: it is not text: save it as UTF-8."


def test_a_name_that_may_be_missing_can_be_asked_for(team: Path) -> None:
    (team / "ours" / "mine.md.j2").write_text(
        '{{ heading | default("x") }}{% if more is defined %}{{ more }}{% endif %}'
        '{% include "sections/none.md.j2" ignore missing %}'
    )
    team_templates.check(team / "ours")


@pytest.mark.parametrize("command", ["run", "draft talk.jsonl", "export INC-2026-001", "doctor"])
def test_no_command_starts_with_a_broken_template(team: Path, command: str) -> None:
    (team / "ours" / "mine.md.j2").write_text("# x\n{{ draft.incident.nam }}\n")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}
    ended = debrief(*command.split(), cwd=team, **tokens)
    assert (ended.exit_code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert f"ours{os.sep}mine.md.j2, line 2: " in line
    assert not (team / "debrief.db").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('templates = "nowhere"', "there is no folder nowhere: make it, or mend the path."),
        ('templates = "talk.jsonl"', "there is no folder talk.jsonl: make it"),
        ('templates = "ours/sections/empty"', "there is no NAME.md.j2 in ours/sections/empty"),
        ("templates = 3", "it should be the path of a folder"),
    ],
)
def test_a_folder_that_is_not_one_is_said(team: Path, written: str, said: str) -> None:
    (team / "ours" / "sections" / "empty").mkdir()
    (team / "debrief.toml").write_text(f"[postmortem]\n{written}\n")
    ended = debrief("draft", "talk.jsonl", cwd=team)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("debrief: debrief.toml: postmortem.templates is ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_template_that_broke_since_the_start_costs_no_draft(team: Path) -> None:
    folder = team / "ours"
    template, text, page, parts = team_templates.render_or_fall_back(
        make_full_draft(), "ours", folder
    )
    assert (template, text) == ("ours", documents.markdown(make_full_draft(), "ours", folder))
    assert "told our way" in page
    assert parts == documents.parts_of("ours", folder)
    (folder / "sections" / "luck.md.j2").write_text("{{ oops }}")
    os.utime(folder / "sections" / "luck.md.j2", (0, 0))
    with capture_logs() as logs:
        written = team_templates.render_or_fall_back(make_full_draft(), "ours", folder)
    assert written[:3] == (
        "standard",
        documents.markdown(make_full_draft()),
        documents.html(make_full_draft()),
    )
    assert [(each["event"], each["template"]) for each in logs] == [("template failed", "ours")]

"""Endless templates are stopped, reported with their line, and the draft is still made."""

import os
import signal
import subprocess
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from structlog.testing import capture_logs

from bot.rendering import documents, team_templates, template_fallback, template_process
from bot.rendering.sample_drafts import make_full_draft
from bot.rendering.team_templates import BrokenTemplate
from bot.rendering.template_mistakes import Mistake
from tests.rendering.test_team_templates import debrief
from tests.support import harness

LONG = "it takes too long"
MUCH = "it needs too much memory"
NESTED = "it includes itself, or is nested too deeply"
MANY = "its document has more than"
SET = '{% set text, many = "x" * 10**5, 10**10 %}'
DOUBLING = """{% set all = namespace(text="x") %}
{% for _ in range(60) %}{% set all.text = all.text ~ all.text %}{% endfor %}"""
ENDLESS = {
    "loops": ("\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", 2, LONG),
    "a power": ("\n{% set n = 9 %}{{ n ** (n ** n) }}", 2, LONG),
    "a power, found while it is read": ("\n{{ 9 ** (9 ** 9) }}", 1, LONG),
    "a product": ('\n{{ "x" * 10**10 }}', 2, MUCH),
    "a product of names": (SET + "\n{{ text * many }}", 2, MUCH),
    "padding": (SET + '\n{{ "x".center(many) }}', 2, MUCH),
    "a format": (SET + '\n{{ ("%" ~ many ~ "d") % 1 }}', 2, MUCH),
    "another format": ('\n{{ "{:>10000000000}".format(1) }}', 2, MUCH),
    "a filter": (SET + "\n{{ range(99999) | join(text) }}", 2, MUCH),
    "a replacement": (SET + '\n{{ text | replace("x", text) }}', 2, MUCH),
    "a text that doubles": (DOUBLING, None, "it "),  # either limit may be reached first, or the process killed
    "a macro that calls itself": ("{% macro f() %}\n{{ f() }}{% endmacro %}{{ f() }}", 2, NESTED),
    "includes of each other": ('\n{% include "sections/other.md.j2" %}', 2, NESTED),
    "depth": ("{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}", 1, NESTED),
    "output": ('{% for _ in range(6000) %}{{ "x" * 1000 }}{% endfor %}', 1, MANY),
}  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates, with a lower limit: checking the folder itself takes about a second."""
    monkeypatch.setattr(template_process, "SECONDS", 3)
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "other.md.j2").write_text('{% include "mine.md.j2" %}')
    (tmp_path / "mine.md.j2").write_text("# Mine\n")
    return tmp_path


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_template_is_refused_at_start(team: Path, kind: str) -> None:
    text, line, reason = ENDLESS[kind]
    (team / "mine.md.j2").write_text(text)
    with pytest.raises(BrokenTemplate) as caught:
        team_templates.check(team)
    error = str(caught.value)
    places = [f"{team / name}, line " for name in ("mine.md.j2", "sections/other.md.j2")]
    mine = f"{places[0]}{line}: {reason}" if line else places[0]
    assert error.startswith((mine, *places[1:]))
    assert reason in error
    assert "\n" not in error


def test_a_template_that_became_endless_falls_back_to_the_standard_one(team: Path) -> None:
    team_templates.check(team)
    (team / "mine.md.j2").write_text(ENDLESS["loops"][0])
    with capture_logs() as logs:
        rendered = template_fallback.render_or_fall_back(make_full_draft(), "mine", team)
    assert rendered == ("standard", *documents.render_all(make_full_draft()))
    (log,) = logs
    assert log["error"] == f"{team / 'mine.md.j2'}, line 2: {LONG}: shorten its loops."


def test_a_rendering_process_killed_while_writing_counts_as_too_slow(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = b'{"file": "mine.md.j2"}\n{"markdown": "# Ch'
    killed = CompletedProcess([], -signal.SIGKILL, stdout=output, stderr=b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: killed)
    with pytest.raises(Mistake, match=LONG) as caught:
        template_process.render(make_full_draft(), "mine", team)
    assert caught.value.file == Path("mine.md.j2")


def test_drafting_with_an_endless_template_fails_with_one_sentence(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team / "debrief.toml").write_text('[postmortem]\ntemplates = "."\n')
    (team / "talk.jsonl").write_text('{"ts": "2026-03-10T14:23:00Z", "user": "a", "text": "x"}\n')
    monkeypatch.setattr(
        team_templates, "check", lambda _: None
    )  # it passed the check, because the sample draft is small
    (team / "mine.md.j2").write_text(ENDLESS["a product"][0])
    result = debrief("draft", "talk.jsonl", "--template", "mine", "-o", "out.md", cwd=team)
    assert (result.exit_code, result.stdout) == (2, "")
    assert MUCH in result.stderr
    assert not (team / "out.md").exists()


def test_an_incident_gets_a_draft_despite_an_endless_template(team: Path, tmp_path: Path) -> None:
    chosen = {"templates": team, "template_by_severity": {"P1": "mine"}}
    policy = harness.POLICY.model_validate(
        harness.POLICY.model_dump() | {"postmortem": chosen, "posting_interval": 0.01}
    )
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as live_bot:
        channel = live_bot.declare()
        (team / "mine.md.j2").write_text(ENDLESS["loops"][0])
        live_bot.command("ben", "resolve restarted", channel)
        live_bot.settle()
        assert "Postmortem draft" in live_bot.text_in(channel)


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_out_of_the_template_folder_is_not_read(
    team: Path, tmp_path: Path, *, folder: bool
) -> None:
    outside = tmp_path.parent / f"outside-{folder}"
    outside.mkdir(exist_ok=True)
    (outside / "secret.md.j2").write_text("the secret")
    if folder:
        (team / "linked").symlink_to(outside)
        (team / "mine.md.j2").write_text('\n{% include "linked/secret.md.j2" %}')
    else:
        (team / "mine.md.j2").unlink()
        (team / "mine.md.j2").symlink_to(outside / "secret.md.j2")
    with pytest.raises(BrokenTemplate, match="a link that points outside the template folder"):
        team_templates.check(team)
    with capture_logs():
        assert (
            "secret"
            not in template_fallback.render_or_fall_back(make_full_draft(), "mine", team)[1]
        )


def test_a_link_within_the_template_folder_is_read(team: Path) -> None:
    """Kubernetes mounts folders this way."""
    (team / "..data").mkdir()
    (team / "mine.md.j2").rename(team / "..data" / "mine.md.j2")
    (team / "mine.md.j2").symlink_to("..data/mine.md.j2")
    team_templates.check(team)
    assert template_fallback.render_or_fall_back(make_full_draft(), "mine", team)[1] == "# Mine\n"


@pytest.mark.parametrize("name", ["mine.md.j2", "sections/other.md.j2"])
def test_a_pipe_or_device_is_refused_as_a_template(team: Path, name: str) -> None:
    (team / name).unlink()
    os.mkfifo(team / name)
    with pytest.raises(BrokenTemplate, match="isn't a regular file"):
        team_templates.check(team)
    (team / name).unlink()
    (team / name).symlink_to("/dev/zero")
    with pytest.raises(BrokenTemplate, match="a link that points outside the template folder"):
        team_templates.check(team)


def test_oversized_templates_and_folders_are_refused(team: Path) -> None:
    (team / "sections" / "huge.j2").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(BrokenTemplate, match="larger than 1,048,576 bytes"):
        team_templates.check(team)
    (team / "sections" / "huge.j2").unlink()
    for number in range(team_templates.MAX_FILES):
        (team / f"{number}.j2").touch()
    with pytest.raises(BrokenTemplate, match="more than 1,000 templates"):
        team_templates.check(team)

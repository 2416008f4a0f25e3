import json
from pathlib import Path

import pytest

from sandbox.stories.story import HERE, MalformedStory, Story, available, load

CAST = """
title = "T"
workspace = "W"
alert_app = "Beacon"
start = 2026-03-10T14:00:00Z
[[people]]
name = "ana"
real_name = "Ana"
tz = "UTC"
[[channels]]
name = "general"
topic = "x"
"""
HELLO = '{"at": "14:18", "who": "ana", "say": "hi", "channel": "general", "id": "hi"}'


def make_story(folder: Path, *lines: str) -> Story:
    (folder / "s.toml").write_text(CAST, "utf-8")
    (folder / "s.jsonl").write_text("\n".join(lines), "utf-8")
    return load(folder / "s")


def test_the_demo_incident_has_every_kind_of_step() -> None:
    checkout = load("checkout")
    deeds = [step.action for step in checkout.steps]
    speakers = {step.facts["who"] for step in checkout.steps if step.action == "say"}
    commands = [step.facts["command"] for step in checkout.steps if step.action == "command"]
    text = (HERE / "checkout.jsonl").read_text("utf-8")
    assert 55 <= deeds.count("say") + deeds.count("alert") <= 70
    assert len(speakers) == len(checkout.people) == 10
    assert len({person["tz"] for person in checkout.people}) >= 8
    assert {"edit", "delete", "react", "press", "wait", "alert"} <= set(deeds)
    assert any("thread" in step.facts for step in checkout.steps)
    for start in ("declare P1", "lead", "status identified", "status monitoring", "sev", "impact"):
        assert any(one.startswith(f"/incident {start}") for one in commands), start
    assert sum(command.startswith("/incident action") for command in commands) >= 2
    assert any(command.startswith("/incident note 14:") for command in commands)
    assert any(command.startswith("/incident resolve") for command in commands)
    assert "AKIAIOSFODNN7EXAMPLE" in text
    assert "password=" in text
    assert '"emoji": "pushpin"' in text


def test_the_demo_incident_lasts_until_reminders_and_a_digest_are_due() -> None:
    checkout = load("checkout")
    resolved = next(
        step.at for step in checkout.steps if "resolve" in step.facts.get("command", "")
    )
    later = [step.at for step in checkout.steps if step.at > resolved and step.action == "wait"]
    assert any(at.weekday() == 0 and at.hour >= 10 for at in later)
    assert [step.at for step in checkout.steps] == sorted(step.at for step in checkout.steps)


def test_available_stories_are_listed() -> None:
    assert available() == ["checkout"]


def test_step_times_may_be_absolute_or_relative(tmp_path: Path) -> None:
    lines = [HELLO, '{"after": "1d 02:00", "wait": true}', '{"at": "16:20:30", "wait": true}']
    lines += ['{"after": "00:00:10", "wait": true}', '{"at": "2026-03-16 09:00", "wait": true}']
    steps = make_story(tmp_path, *lines).steps
    times = [f"{step.at:%d %H:%M:%S}" for step in steps]
    assert times == ["10 14:18:00", "11 16:18:00", "11 16:20:30", "11 16:20:40", "16 09:00:00"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"at": "14:20"}', "a line does one of: say"),
        ('{"at": "14:20", "who": "ana"}', "a line does one of"),
        ('{"who": "ana", "say": "x"}', "either 'at' or 'after'"),
        ('{"at": "2pm", "who": "ana", "say": "x"}', "time '2pm' is not"),
        ('{"at": "25:00", "who": "ana", "say": "x"}', "hour must be in 0..23"),
        ('{"after": "soon", "wait": true}', "span 'soon' is not"),
        ('{"at": "14:17", "who": "ana", "say": "x"}', "before the line above"),
        ('{"at": "14:20", "who": "bo", "say": "x"}', "nobody here is named 'bo'"),
        ('{"at": "14:20", "app": "Pager", "alert": "x"}', "the app that alerts is 'Beacon'"),
        ('{"at": "14:20", "who": "ana", "say": 1}', "'say' is not text"),
        ('{"at": "14:20", "say": "x"}', "'say' needs who"),
        ('{"at": "14:20", "who": "ana", "say": "x", "chanel": "general"}', "does not know chanel"),
        ('{"at": "14:20", "who": "ana", "say": "x", "channel": "none"}', "no channel 'none'"),
        ('{"at": "14:20", "edit": "ho", "text": "x"}', "'edit' points at 'ho'"),
        ('{"at": "14:20", "who": "ana", "say": "x", "edit": "hi"}', "does one of"),
    ],
)
def test_a_malformed_line_is_reported_with_its_number(
    tmp_path: Path, line: str, complaint: str
) -> None:
    with pytest.raises(MalformedStory, match=r"s\.jsonl line 3: ") as error:
        make_story(tmp_path, HELLO, "", line)
    assert complaint in str(error.value)


def test_an_unknown_story_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(MalformedStory, match=r"no story 'nowhere'.*known: checkout"):
        load("nowhere")


def test_a_cast_without_people_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('title = "x"\nstart = 2026-03-10T14:00:00Z\n', "utf-8")
    (tmp_path / "s.jsonl").write_text(json.dumps({}), "utf-8")
    with pytest.raises(MalformedStory, match=r"s\.toml: KeyError\('people'\)"):
        load(tmp_path / "s")

from pathlib import Path

import pytest

from sandbox.player import CannotPlay, PlayResult, load, play
from sandbox.server import Sandbox
from sandbox.stories.story import Story
from tests.sandbox.web_client.test_story import CAST


def make_story(folder: Path, *lines: str) -> Story:
    (folder / "s.toml").write_text(CAST, "utf-8")
    (folder / "s.jsonl").write_text("\n".join(lines), "utf-8")
    return load(folder / "s")


def play_story(story: Story, sandbox: Sandbox) -> tuple[PlayResult, list[str]]:
    lines: list[str] = []
    return play(story, sandbox, speed=0, settle=sandbox.settle, narrate=lines.append), lines


@pytest.mark.usefixtures("bot")
def test_the_demo_incident_plays_to_its_end(sandbox: Sandbox) -> None:
    story = load("checkout")
    result, lines = play_story(story, sandbox)
    assert result.channel
    assert result.channel.name == "inc-1"
    assert result.messages == sum(step.action in {"say", "alert"} for step in story.steps)
    assert len(lines) == len(story.steps)
    assert all("\n" not in line and len(line) <= 110 for line in lines)
    texts = [message["text"] for message in sandbox.workspace.history("inc-1")]
    assert "support counts, actually, 4,200 customers who could not pay" in texts
    assert not any("expense report" in text for text in texts)
    assert any(text.startswith("Done: Rotate the cards-db password") for text in texts)
    parent = next(
        message
        for message in sandbox.workspace.history("inc-1")
        if message["text"].startswith("cards-db is bored")
    )
    assert parent["reply_count"] == 5
    cause = next(
        message
        for message in sandbox.workspace.history("inc-1")
        if message["text"].startswith("root cause")
    )
    assert cause["reactions"][0]["name"] == "pushpin"
    assert sandbox.clock.now() >= story.steps[-1].at


def test_messages_have_the_times_of_the_story(sandbox: Sandbox, tmp_path: Path) -> None:
    line = '{"at": "14:18:05", "who": "ana", "say": "hi @ana", "channel": "general"}'
    play_story(make_story(tmp_path, line), sandbox)
    message = sandbox.workspace.history("general")[-1]
    assert message["ts"].startswith("1773152285.")
    assert message["text"] == f"hi <@{sandbox.workspace.person('ana').id}>"


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (['{"at": "14:18", "who": "ana", "say": "x"}'], "no incident was declared yet"),
        (['{"at": "14:18", "who": "ana", "press": "Go", "in": "general"}'], "no button 'Go' to press; there is: none"),
        (['{"at": "14:18", "who": "ana", "press": "Go", "in": "dm"}'], "the bot has not written to ana"),
        (['{"at": "14:18", "who": "ana", "command": "/nothing", "channel": "general"}'], "failed with unknown_command"),
    ],
)  # fmt: skip
def test_a_missing_button_channel_or_command_is_a_clear_error(
    sandbox: Sandbox, tmp_path: Path, lines: list[str], complaint: str
) -> None:
    with pytest.raises(CannotPlay, match="line 1 ") as error:
        play_story(make_story(tmp_path, *lines), sandbox)
    assert complaint in str(error.value)


def test_a_command_without_an_app_to_reply_is_an_error(sandbox: Sandbox, tmp_path: Path) -> None:
    line = (
        '{"at": "14:18", "who": "ana", "command": "/incident declare P1 x", "channel": "general"}'
    )
    with pytest.raises(CannotPlay, match="dispatch_failed"):
        play_story(make_story(tmp_path, line), sandbox)


@pytest.mark.usefixtures("bot")
def test_a_button_is_found_by_its_label(sandbox: Sandbox, tmp_path: Path) -> None:
    lines = [
        '{"at": "14:18", "who": "ana", "command": "/incident declare x", "channel": "general"}'
    ]
    lines += [
        f'{{"at": "14:19", "who": "ana", "command": "/incident action {name}"}}' for name in "ab"
    ]
    lines += [
        '{"at": "14:20", "who": "ana", "press": "Mark as done", "in": "@incident", "about": "a"}'
    ]
    wrong = '{"at": "14:20", "who": "ana", "press": "Cancel", "in": "@incident"}'
    with pytest.raises(
        CannotPlay, match=r"line 5 .*no button 'Cancel' to press; there is: Mark as done"
    ):
        play_story(make_story(tmp_path, *lines, wrong), sandbox)


def test_a_clock_past_the_storys_start_is_an_error(sandbox: Sandbox, tmp_path: Path) -> None:
    line = '{"at": "14:18", "who": "ana", "say": "x", "channel": "general"}'
    story = make_story(tmp_path, line)
    sandbox.clock.move_to(story.steps[0].at.replace(year=2027))
    with pytest.raises(CannotPlay, match="clock is past"):
        play_story(story, sandbox)

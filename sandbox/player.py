"""Play a story in the sandbox: each step at its time, as a person would do it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.server import Sandbox
from sandbox.stories.step_runner import CannotPlay, StepRunner, add_people_and_channels
from sandbox.stories.story import MalformedStory, Step, Story, available, load
from sandbox.workspace_state import Channel

__all__ = [
    "CannotPlay",
    "MalformedStory",
    "PlayResult",
    "Story",
    "add_people_and_channels",
    "available",
    "load",
    "play",
]

MAX_PAUSE = 3.0  # seconds, however long the story's pause is
_WIDTH = 110


@dataclass(frozen=True)
class PlayResult:
    """The result of a play. `channel` is the incident's, if one was declared."""

    channel: Channel | None
    messages: int
    started_at: datetime
    ended_at: datetime


def play(
    story: Story,
    sandbox: Sandbox,
    *,
    speed: float,
    settle: Callable[[], None],
    narrate: Callable[[str], None],
) -> PlayResult:
    """Play a story. With `speed` 60, a minute takes a second; 0 doesn't pause at all.

    `settle` waits until the bot is idle; it's called after each step.
    """
    runner = StepRunner(sandbox, settle)
    runner.set(story)
    before = story.start
    for step in story.steps:
        _pause(step.at - before, speed)
        runner.do(step)
        settle()
        narrate(_describe(step, runner))
        before = step.at
    messages = sum(step.action in {"say", "alert"} for step in story.steps)
    return PlayResult(runner.incident, messages, story.start, before)


def _pause(gap: timedelta, speed: float) -> None:
    if speed > 0:
        time.sleep(min(gap.total_seconds() / speed, MAX_PAUSE))


def _describe(step: Step, runner: StepRunner) -> str:
    """Describe a step in one line for the terminal."""
    facts = step.facts
    author = facts.get("who") or facts.get("app") or ""
    description = {
        "edit": "a message is edited: " + str(facts.get("text")),
        "delete": "a message is deleted",
        "react": f":{facts.get('emoji')}: on a message",
        "press": f"presses {facts.get('press')!r}",
        "wait": facts.get("note", "time passes"),
    }.get(step.action) or str(facts.get(step.action))
    place = "" if step.action == "wait" else runner.name_of(facts.get("channel") or facts.get("in"))
    line = "  ".join(
        part for part in (f"{step.at:%a %H:%M:%S}", place, author, description) if part
    )
    line = " ".join(line.split("\n"))
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"

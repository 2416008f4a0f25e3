"""Run the steps of a story in the sandbox, each as a person would do it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.server import Sandbox
from sandbox.stories.story import INCIDENT, Step, Story
from sandbox.workspace import NotPossible
from sandbox.workspace_state import Channel, Person

Facts = Mapping[str, Any]
PROFILE = ("name", "real_name", "tz", "title")


class CannotPlay(RuntimeError):
    """A step refers to something that doesn't exist: a button, or the incident's channel."""


def add_people_and_channels(story: Story, sandbox: Sandbox) -> None:
    """Add the story's people and channels, and invite the bot to the ones it's in."""
    workspace = sandbox.workspace
    members = [
        workspace.add_person(**{key: person[key] for key in PROFILE if key in person})
        for person in story.people
    ]
    for channel in story.channels:
        added = workspace.add_channel(channel["name"], members=members)
        added.topic["value"] = channel.get("topic", "")
        if channel.get("bot"):
            workspace.invite_bot(added)


@dataclass
class StepRunner:
    """The state of a play: the incident's channel, and messages by their id in the story."""

    sandbox: Sandbox
    settle: Callable[[], None]
    incident: Channel | None = None
    messages: dict[str, tuple[Channel, str]] = field(default_factory=dict)

    def set(self, story: Story) -> None:
        """Add people and channels before the first step. Raises CannotPlay if the clock is past it."""
        if story.steps and self.sandbox.clock.now() > story.steps[0].at:
            raise CannotPlay(f"the sandbox's clock is past {story.steps[0].at}, when this begins")
        add_people_and_channels(story, self.sandbox)

    def do(self, step: Step) -> None:
        if step.at > self.sandbox.clock.now():
            self.sandbox.clock.move_to(step.at)
        actions: dict[str, Callable[[Facts], None]] = {
            "say": self._say,
            "alert": self._alert,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "command": self._command,
            "press": self._press,
            "wait": lambda _: None,
        }
        try:
            actions[step.action](step.facts)
        except (CannotPlay, NotPossible, LookupError, ValueError) as error:
            raise CannotPlay(f"line {step.line} ({step.action}): {error}") from error

    def name_of(self, channel: str | None) -> str:
        if channel in {None, INCIDENT}:
            return f"#{self.incident.name}" if self.incident else ""
        return "DM" if channel == "dm" else f"#{channel}"

    def _say(self, facts: Facts) -> None:
        person, channel = self._who(facts), self._where(facts)
        self._enter(person, channel)
        _, thread = self.messages[facts["thread"]] if "thread" in facts else (None, None)
        ts = self.sandbox.workspace.say(person, channel, facts["say"], thread=thread)
        self._remember(facts, channel, ts)

    def _alert(self, facts: Facts) -> None:
        channel = self._where(facts)
        ts = self.sandbox.workspace.alert(facts["app"], channel, facts["alert"])
        self._remember(facts, channel, ts)

    def _edit(self, facts: Facts) -> None:
        self.sandbox.workspace.edit(*self.messages[facts["edit"]], facts["text"])

    def _delete(self, facts: Facts) -> None:
        self.sandbox.workspace.delete(*self.messages[facts["delete"]])

    def _react(self, facts: Facts) -> None:
        channel, ts = self.messages[facts["react"]]
        person = self._who(facts)
        self._enter(person, channel)
        self.sandbox.workspace.react(person, channel, ts, facts["emoji"])

    def _command(self, facts: Facts) -> None:
        person, channel = self._who(facts), self._where(facts)
        self._enter(person, channel)
        known = set(self._channels())
        command, _, text = str(facts["command"]).partition(" ")
        answer = self.sandbox.workspace.command(person, channel, command, text)
        if answer.status != "ok":
            raise CannotPlay(f"{facts['command']!r} failed with {answer.status}")
        if text.startswith("declare"):
            self.settle()
            new_channels = [
                new_channel for key, new_channel in self._channels().items() if key not in known
            ]
            if not new_channels:
                raise CannotPlay(f"the bot made no channel; it said: {answer.text or 'nothing'}")
            self.incident = new_channels[-1]

    def _press(self, facts: Facts) -> None:
        person, label = self._who(facts), facts["press"]
        workspace = self.sandbox.workspace
        channel = self._place(person, facts["in"])
        messages = workspace.history(channel)
        ts, button = find_button(messages, label, facts.get("about", ""))
        workspace.press(person, channel, ts, button["action_id"], button.get("value"))

    def _place(self, person: Person, name: str) -> Channel:
        if name != "dm":
            channel = self._where({"channel": name})
            self._enter(person, channel)
            return channel
        direct = self.sandbox.workspace.state.dm_with(person)
        if direct is None:
            raise CannotPlay(f"the bot has not written to {person.name}")
        return direct

    def _who(self, facts: Facts) -> Person:
        return self.sandbox.workspace.person(facts["who"])

    def _where(self, facts: Facts) -> Channel:
        name = facts.get("channel", INCIDENT)
        if name != INCIDENT:
            return self.sandbox.workspace.channel(name)
        if self.incident is None:
            raise CannotPlay("no incident was declared yet, so it has no channel")
        return self.incident

    def _enter(self, person: Person, channel: Channel) -> None:
        """Join a channel before posting in it, as Slack requires."""
        if person.id not in channel.members:
            self.sandbox.workspace.join(person, channel)

    def _remember(self, facts: Facts, channel: Channel, ts: str) -> None:
        if "id" in facts:
            self.messages[facts["id"]] = (channel, ts)

    def _channels(self) -> dict[str, Channel]:
        channels = self.sandbox.workspace.state.channels
        return {key: channel for key, channel in channels.items() if channel.kind != "im"}


def find_button(
    messages: Iterable[Mapping[str, Any]], label: str, about: str
) -> tuple[str, Mapping[str, Any]]:
    """Return the button with a label in the latest message that has one and contains `about`."""
    latest = sorted(messages, key=lambda candidate: str(candidate["ts"]), reverse=True)
    for message in latest:
        if about and about not in json.dumps(message, ensure_ascii=False):
            continue
        for button in _buttons(message.get("blocks", ())):
            if button.get("text", {}).get("text") == label:
                return str(message["ts"]), button
    labels = sorted(
        {
            candidate_button["text"]["text"]
            for candidate in latest
            for candidate_button in _buttons(candidate.get("blocks", ()))
        }
    )
    raise CannotPlay(f"no button {label!r} to press; there is: {', '.join(labels) or 'none'}")


def _buttons(part: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, Mapping):
        if part.get("type") == "button":
            yield part
        yield from _buttons(list(part.values()))
    elif isinstance(part, list | tuple):
        for inside in part:
            yield from _buttons(inside)

"""Simulate people from a seed: they talk, reply, edit, delete, mark, and type commands."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from sandbox.server import Sandbox

PEOPLE = tuple(f"p{number:02d}" for number in range(12))
RECENT_MESSAGES = 30  # recent messages that people edit, delete and mark
TYPING_THREADS = 6  # commands typed at the same time
STATUSES = ("investigating", "identified", "monitoring")
# How often each action is done, out of a hundred.
SHARES = {
    "say": 46, "answer": 14, "edit": 12, "delete": 4, "mark": 10, "unmark": 4, "alert": 2, "command": 8,
}  # fmt: skip
COMMANDS = {"note": 5, "impact": 2, "status": 3, "sev": 1, "lead": 1, "action": 3}


@dataclass
class PostedMessage:
    """An existing message, and who has marked it."""

    channel: str
    ts: str
    top: bool
    marked_by: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Load:
    """People at work. Every text is written only once, so that each can be identified."""

    sandbox: Sandbox
    channels: list[str]
    rng: random.Random
    commands: dict[str, int] = field(default_factory=lambda: dict(COMMANDS))
    shares: dict[str, int] = field(default_factory=lambda: dict(SHARES))
    longer: int = 0  # extra characters in each text, to fill a database
    done: int = 0
    _said: list[PostedMessage] = field(default_factory=list)
    _typing: list["Future[Any]"] = field(default_factory=list)
    _serial: int = 0

    def run(self, deeds: int, *, seconds: float = 0.0) -> None:
        """Do so many actions, spread evenly over so many seconds; then wait for the replies to commands."""
        began = time.monotonic()
        names, weights = list(self.shares), list(self.shares.values())
        with ThreadPoolExecutor(TYPING_THREADS, thread_name_prefix="typing") as self._hands:
            for number in range(deeds):
                time.sleep(max(0.0, began + seconds * number / deeds - time.monotonic()))
                self._actions()[self.rng.choices(names, weights)[0]]()
                self.done += 1
            for pending in self._typing:
                pending.result()

    def start(self, deeds: int, *, seconds: float) -> Thread:
        """Run in a thread next to what the caller does; join it."""
        thread = Thread(target=self.run, args=(deeds,), kwargs={"seconds": seconds}, name="load")
        thread.start()
        return thread

    def post_last_messages(self) -> None:
        """Post one more message in each channel.

        Clocks differ, so nothing is concluded about the time after the last message until
        the next comparison five minutes later.
        """
        for channel in self.channels:
            self._ws.say(PEOPLE[0], channel, f"the last word in {channel}")

    def _actions(self) -> dict[str, Callable[[], None]]:
        return {
            "say": self._say, "answer": self._reply, "edit": self._edit, "delete": self._delete,
            "mark": self._mark, "unmark": self._unmark, "alert": self._alert, "command": self._command,
        }  # fmt: skip

    @property
    def _ws(self) -> Any:
        return self.sandbox.workspace

    def _text(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix} {self._serial:06d}{' again' * (self.longer // 6)}"

    def _say(self) -> None:
        channel = self.rng.choice(self.channels)
        ts = self._ws.say(self.rng.choice(PEOPLE), channel, self._text("the queue is at"))
        self._keep(PostedMessage(channel, ts, top=True))

    def _alert(self) -> None:
        channel = self.rng.choice(self.channels)
        ts = self._ws.alert("pager", channel, self._text("CPU is high on host"))
        self._keep(PostedMessage(channel, ts, top=True))

    def _reply(self) -> None:
        heads = [message for message in self._said if message.top]
        if not heads:
            return self._say()
        parent = self.rng.choice(heads)
        text = self._text("I see that too")
        ts = self._ws.say(self.rng.choice(PEOPLE), parent.channel, text, thread=parent.ts)
        return self._keep(PostedMessage(parent.channel, ts, top=False))

    def _keep(self, message: PostedMessage) -> None:
        self._said.append(message)
        del self._said[:-RECENT_MESSAGES]

    def _edit(self) -> None:
        if message := self._recent_message():
            self._ws.edit(message.channel, message.ts, self._text("correction, the queue is at"))

    def _delete(self) -> None:
        if message := self._recent_message():
            self._said.remove(message)
            self._ws.delete(message.channel, message.ts)

    def _mark(self) -> None:
        if message := self._recent_message():
            person = self.rng.choice(PEOPLE)
            message.marked_by.add(person)
            self._ws.react(person, message.channel, message.ts, "pushpin")

    def _unmark(self) -> None:
        marked = [message for message in self._said if message.marked_by]
        if marked:
            message = self.rng.choice(marked)
            person = self.rng.choice(sorted(message.marked_by))
            message.marked_by.remove(person)
            self._ws.unreact(person, message.channel, message.ts, "pushpin")

    def _recent_message(self) -> PostedMessage | None:
        return self.rng.choice(self._said) if self._said else None

    def _command(self) -> None:
        word = self.rng.choices(list(self.commands), list(self.commands.values()))[0]
        person, channel = self.rng.choice(PEOPLE), self.rng.choice(self.channels)
        line = self._line(word)
        self._typing = [pending for pending in self._typing if not pending.done()]
        self._typing.append(
            self._hands.submit(self._ws.command, person, channel, "/incident", line)
        )

    def _line(self, word: str) -> str:
        """Return the text to type. An action item's text ends where its owner is named."""
        lines = {
            "note": lambda: self._text("note we looked at pump"),
            "impact": lambda: self._text("impact nobody could pay, says ticket"),
            "status": lambda: f"status {self.rng.choice(STATUSES)}",
            "sev": lambda: f"sev P{self.rng.randint(0, 4)}",
            "lead": lambda: f"lead @{self.rng.choice(PEOPLE)}",
            "action": lambda: (
                f"{self._text('action Replace valve')} @{self.rng.choice(PEOPLE)} tomorrow P2"
            ),
        }
        return lines[word]()


def add_people(sandbox: Sandbox) -> None:
    """Add the simulated people, and the channel where incidents are announced."""
    ws = sandbox.workspace
    for name in PEOPLE:
        ws.add_person(name=name, real_name=f"Person {name}", tz="UTC")
    ws.add_channel("incidents", members=PEOPLE)
    ws.invite_bot("incidents")


def open_incidents(sandbox: Sandbox, count: int) -> list[str]:
    """Declare incidents in existing channels with earlier messages; the bot must be running."""
    ws, channels = sandbox.workspace, []
    for number in range(count):
        channel = ws.add_channel(f"ops-{number:02d}", members=PEOPLE)
        ws.invite_bot(channel)
        ws.say(PEOPLE[0], channel, f"something is wrong with system {number:02d}")
        result = ws.command(PEOPLE[0], channel, "/incident", f"here P1 system {number:02d} fails")
        assert "now the channel for" in result.text, result
        channels.append(channel.id)
    return channels

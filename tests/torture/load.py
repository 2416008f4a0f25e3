"""What people do, drawn from a seed: they talk, answer, edit, delete, mark, and type commands."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from sandbox.server import Sandbox

PEOPLE = tuple(f"p{number:02d}" for number in range(12))
LATELY = 30  # people edit, delete and mark what was said a moment ago
HANDS = 6  # commands that are typed at the same time
STATUSES = ("investigating", "identified", "monitoring")
# How often each deed is done, of a hundred.
SHARES = {
    "say": 46, "answer": 14, "edit": 12, "delete": 4, "mark": 10, "unmark": 4, "alert": 2, "command": 8,
}  # fmt: skip
COMMANDS = {"note": 5, "impact": 2, "status": 3, "sev": 1, "lead": 1, "action": 3}


@dataclass
class Said:
    """A message that stands, and who has marked it."""

    channel: str
    ts: str
    top: bool
    marked_by: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Load:
    """Every text that is said is said once, so that each can be told from the others."""

    sandbox: Sandbox
    channels: list[str]
    rng: random.Random
    commands: dict[str, int] = field(default_factory=lambda: dict(COMMANDS))
    shares: dict[str, int] = field(default_factory=lambda: dict(SHARES))
    longer: int = 0  # so many characters more in each text: they fill a database
    done: int = 0
    _said: list[Said] = field(default_factory=list)
    _typing: list["Future[Any]"] = field(default_factory=list)
    _serial: int = 0

    def run(self, deeds: int, *, seconds: float = 0.0) -> None:
        """Do so many deeds, evenly spread over so many seconds; then wait for the answers."""
        began = time.monotonic()
        names, weights = list(self.shares), list(self.shares.values())
        with ThreadPoolExecutor(HANDS, thread_name_prefix="typing") as self._hands:
            for number in range(deeds):
                time.sleep(max(0.0, began + seconds * number / deeds - time.monotonic()))
                self._deeds()[self.rng.choices(names, weights)[0]]()
                self.done += 1
            for typed in self._typing:
                typed.result()

    def start(self, deeds: int, *, seconds: float) -> Thread:
        """The same beside what the caller does; join it."""
        thread = Thread(target=self.run, args=(deeds,), kwargs={"seconds": seconds}, name="load")
        thread.start()
        return thread

    def last_words(self) -> None:
        """Somebody speaks after all else: from what is missing after the last message nothing follows,
        since clocks differ, until the next look five minutes later."""
        for channel in self.channels:
            self._ws.say(PEOPLE[0], channel, f"the last word in {channel}")

    def _deeds(self) -> dict[str, Callable[[], None]]:
        return {
            "say": self._say, "answer": self._answer, "edit": self._edit, "delete": self._delete,
            "mark": self._mark, "unmark": self._unmark, "alert": self._alert, "command": self._command,
        }  # fmt: skip

    @property
    def _ws(self) -> Any:
        return self.sandbox.workspace

    def _text(self, what: str) -> str:
        self._serial += 1
        return f"{what} {self._serial:06d}{' again' * (self.longer // 6)}"

    def _say(self) -> None:
        channel = self.rng.choice(self.channels)
        ts = self._ws.say(self.rng.choice(PEOPLE), channel, self._text("the queue is at"))
        self._keep(Said(channel, ts, top=True))

    def _alert(self) -> None:
        channel = self.rng.choice(self.channels)
        ts = self._ws.alert("pager", channel, self._text("CPU is high on host"))
        self._keep(Said(channel, ts, top=True))

    def _answer(self) -> None:
        heads = [said for said in self._said if said.top]
        if not heads:
            return self._say()
        head = self.rng.choice(heads)
        text = self._text("I see that too")
        ts = self._ws.say(self.rng.choice(PEOPLE), head.channel, text, thread=head.ts)
        return self._keep(Said(head.channel, ts, top=False))

    def _keep(self, said: Said) -> None:
        self._said.append(said)
        del self._said[:-LATELY]

    def _edit(self) -> None:
        if said := self._one_of_late():
            self._ws.edit(said.channel, said.ts, self._text("correction, the queue is at"))

    def _delete(self) -> None:
        if said := self._one_of_late():
            self._said.remove(said)
            self._ws.delete(said.channel, said.ts)

    def _mark(self) -> None:
        if said := self._one_of_late():
            person = self.rng.choice(PEOPLE)
            said.marked_by.add(person)
            self._ws.react(person, said.channel, said.ts, "pushpin")

    def _unmark(self) -> None:
        marked = [said for said in self._said if said.marked_by]
        if marked:
            said = self.rng.choice(marked)
            person = self.rng.choice(sorted(said.marked_by))
            said.marked_by.remove(person)
            self._ws.unreact(person, said.channel, said.ts, "pushpin")

    def _one_of_late(self) -> Said | None:
        return self.rng.choice(self._said) if self._said else None

    def _command(self) -> None:
        word = self.rng.choices(list(self.commands), list(self.commands.values()))[0]
        person, channel = self.rng.choice(PEOPLE), self.rng.choice(self.channels)
        line = self._line(word)
        self._typing = [each for each in self._typing if not each.done()]
        self._typing.append(
            self._hands.submit(self._ws.command, person, channel, "/incident", line)
        )

    def _line(self, word: str) -> str:
        """What is typed. An action item's owner follows its text: that is where the text ends."""
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


def settle_in(sandbox: Sandbox) -> None:
    """The people of the load, and the channel where incidents are announced."""
    ws = sandbox.workspace
    for name in PEOPLE:
        ws.add_person(name=name, real_name=f"Person {name}", tz="UTC")
    ws.add_channel("incidents", members=PEOPLE)
    ws.invite_bot("incidents")


def open_incidents(sandbox: Sandbox, count: int) -> list[str]:
    """Channels that people talked in before, each made an incident's; the bot must be running."""
    ws, channels = sandbox.workspace, []
    for number in range(count):
        channel = ws.add_channel(f"ops-{number:02d}", members=PEOPLE)
        ws.invite_bot(channel)
        ws.say(PEOPLE[0], channel, f"something is wrong with system {number:02d}")
        said = ws.command(PEOPLE[0], channel, "/incident", f"here P1 system {number:02d} fails")
        assert "now holds" in said.text, said
        channels.append(channel.id)
    return channels

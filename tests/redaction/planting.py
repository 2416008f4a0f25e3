"""Put secrets into a running bot through every input, and look for them in every output."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

from bot.domain.commands import SUBCOMMANDS
from sandbox.delivery import NotSettled
from tests.redaction import corpus
from tests.redaction.contexts import CONTEXTS
from tests.redaction.shapes import Planted
from tests.support.harness import LiveBot

PIECE = 12  # characters of a secret to look for
CHUNK = 12  # secrets per text
TIMES = 2  # how often each kind of button or menu is used
LAST = ("cancel", "reopen", "resolve")  # commands that end the incident come last


def secrets() -> list[Planted]:
    """One secret each of some 45 kinds, all of which fit on a line."""
    return [
        planted
        for kind in corpus.KINDS
        for planted in corpus.planted({"alone": CONTEXTS["alone"]}, kind, seed=13, values=1)
        if "\n" not in planted.text and len(planted.text) < 300 and len(planted.secret) >= PIECE
    ][::4]


def texts(planted: list[Planted]) -> list[str]:
    lines = [secret.text for secret in planted]
    return ["\n".join(lines[at : at + CHUNK]) for at in range(0, len(lines), CHUNK)]


def fitting(text: str, longest: int) -> str:
    """Return as many whole lines as fit; a cut secret would no longer count as one."""
    fitting_lines: list[str] = []
    for line in text.split("\n"):
        if sum(map(len, fitting_lines)) + len(fitting_lines) + len(line) <= longest:
            fitting_lines.append(line)
    return "\n".join(fitting_lines) or "too long"[:longest]


class Planter:
    """Someone who uses every input of the bot, with secrets in every field."""

    def __init__(self, live_bot: LiveBot, planted: list[Planted]) -> None:
        self.live_bot, self.planted, self.texts = live_bot, planted, texts(planted)
        self.answers: list[str] = []
        self._used: Counter[str] = Counter()
        self._random = Random(1)

    def some(self) -> str:
        return self._random.choice(self.texts)

    def one(self) -> str:
        return self._random.choice(self.planted).text

    def everything(self) -> None:
        live_bot = self.live_bot
        for number, secret in enumerate(self.planted[:40]):
            live_bot.workspace.add_person(name=f"p{number}", real_name=fitting(secret.text, 80))
        self.channel = live_bot.declare(f"P1 {fitting(self.one(), 120)}")
        for secret in self.planted[::4]:
            self._answer("declare", f"P3 {fitting(secret.text, 120)}", "incidents")
        self._settle()
        self._by_messages()
        self._by_commands()
        self._by_forms()
        for word in LAST:
            self._answer(word, self.some(), self.channel)
            self._settle()
            self._by_forms()
        for word in ("postmortem skip", "postmortem request", "postmortem changes", "decided"):
            self._answer(word, self.some(), self.channel)
        self._settle()

    def _settle(self) -> None:
        """Wait for the bot to settle; this much work takes longer than tests usually wait."""
        for _ in range(10):
            try:
                return self.live_bot.settle()
            except (NotSettled, AssertionError):
                continue
        return self.live_bot.settle()

    def _answer(self, word: str, text: str, channel: str) -> None:
        self.answers.append(self.live_bot.command("ana", f"{word} {text}", channel))

    def _by_commands(self) -> None:
        """Type every subcommand of the table, an empty one and an unknown one."""
        for word in [*(word.name for word in SUBCOMMANDS if word.name not in LAST), "", "nonsense"]:
            for text in self.texts:
                self._answer(word, text.replace("\n", " "), self.channel)
            if word not in {"declare", "private", "here"}:
                self._answer(word, self.one(), "general")
        self._answer("here", self.one(), "general")
        self._settle()

    def _by_messages(self) -> None:
        ws, channel = self.live_bot.workspace, self.channel
        bot = self.live_bot.service.identity.bot_user_id
        ws.join("ben", channel)
        for number, text in enumerate(self.texts):
            ts = ws.say("ben", channel, text)
            ws.say("ben", channel, text, thread=ts)
            ws.edit(channel, ws.say("ben", channel, f"step {number}"), text)
            ws.say("ben", channel, f"<@{bot}> note {text}")
            ws.say("ben", channel, f"TODO @ben: {text} by friday")
            ws.say_to_bot("ben", text)
            ws.alert("Pager", channel, "", [{"title": text, "text": text, "fallback": text}])
            self._settle()
        for secret in self.planted:
            ws.say("ben", channel, "see", files=[(fitting(secret.text, 200), b"x")])
            ws.alert(fitting(secret.text, 80), channel, f"down {secret.text}")
            ws.set_topic("ben", channel, fitting(secret.text, 250))
            self._settle()
        self._settle()
        for message in ws.history(channel)[:30]:
            ws.react("ben", channel, message["ts"], "pushpin")
            ws.react("ben", channel, message["ts"], "seedling")
        self._settle()

    def _by_forms(self) -> None:
        """Press every button and menu, and fill in every field of the forms that open."""
        ws = self.live_bot.workspace
        for shortcut in self.live_bot.sandbox.state.manifest.shortcuts.values():
            self._shortcut(shortcut)
        for person in ("ana", "ben"):
            ws.open_home(person)
            self._settle()
            home = self.live_bot.sandbox.state.homes.get(ws.person(person).id)
            for action, value in self._unused(home or {}):
                with suppress(LookupError):  # an earlier action may have removed it
                    ws.press_in_view(person, action, value)
                self._fill(person)
        for message in ws.history(self.channel):
            for action, value in self._unused(message):
                with suppress(LookupError):
                    ws.press("ana", self.channel, message["ts"], action, value)
                self._fill("ana")
        self._settle()

    def _unused(self, holder: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the buttons and menus that weren't used `TIMES` times yet."""
        for action, value in _actions(holder):
            kind = f"{action.partition(':')[0]} {str(value).partition(':')[0]}"
            self._used[kind] += 1
            if self._used[kind] <= TIMES:
                yield action, value

    def _shortcut(self, shortcut: Any) -> None:
        ws = self.live_bot.workspace
        if shortcut.kind == "global":
            ws.shortcut("ana", shortcut.callback_id)
            self._fill("ana")
            return
        messages = [
            message
            for message in ws.history(self.channel)
            if not message.get("bot_id") and message.get("text")
        ]
        for message in messages[-3:]:
            ws.message_shortcut("ana", shortcut.callback_id, self.channel, message["ts"])
            self._fill("ana")

    def _fill(self, person: str) -> None:
        """Fill in every field of the open form, submit it, and do the same with the form that follows."""
        for _ in range(4):
            view = self.live_bot.workspace.open_view(person)
            if view is None:
                return
            for action, value in self._unused(view):
                with suppress(LookupError):
                    self.live_bot.workspace.press_in_view(person, action, value)
            view = self.live_bot.workspace.open_view(person)
            if view is None or not view.get("submit"):
                break
            values = dict(_fields(view, self.some(), self.live_bot.workspace.person("ben").id))
            self.answers.append(
                json.dumps(self.live_bot.workspace.submit(person, values), default=str)
            )
        self.live_bot.sandbox.state.modals.pop(self.live_bot.workspace.person(person).id, None)


def _actions(holder: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every button and every menu choice among the blocks."""
    for block in holder.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            kind = element.get("type", "")
            if kind == "button" and "url" not in element:
                yield element["action_id"], None
            elif kind in {"static_select", "overflow"}:
                for option in element.get("options", []):
                    yield element["action_id"], option["value"]


def _fields(view: dict[str, Any], text: str, person: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a text for each text field, and the first choice for every other field."""
    for block in view["blocks"]:
        element = block.get("element", {})
        if block["type"] == "input" and element.get("type") in FILLED:
            value = FILLED[element["type"]](element, text, person)
            yield block["block_id"], {element["action_id"]: value}


FILLED: dict[str, Callable[[dict[str, Any], str, str], Any]] = {
    "plain_text_input": lambda element, text, _: fitting(text, element.get("max_length", 3_000)),
    "static_select": lambda element, *_: element["options"][0]["value"],
    "radio_buttons": lambda element, *_: element["options"][0]["value"],
    "users_select": lambda *given: given[2],
    "datepicker": lambda *_: "2026-03-20",
    "timepicker": lambda *_: "14:00",
}


def leaks(planted: Iterable[Planted], held: str) -> list[str]:
    """Return the secrets of which a piece occurs in a text."""
    return [
        secret.text[:80] for secret in planted if any(piece in held for piece in _pieces(secret))
    ]


def _pieces(planted: Planted) -> Iterator[str]:
    secret = planted.secret
    for at in range(0, len(secret) - PIECE + 1, 4):
        yield secret[at : at + PIECE]
    yield secret[-PIECE:]

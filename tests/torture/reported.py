"""What was asked for and did not happen, against what people were told: both as Slack shows it.

Nothing here is read from the bot's database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.job import JobKind
from bot.domain.timeline import from_slack_ts
from sandbox.record import Delivery
from sandbox.server import Sandbox
from sandbox.workspace_state import Channel
from tests.support.refusals_page import sentence
from tests.torture.wrongs import Discrepancy, lost

REPORT = "This didn't work for "
EVERYBODY = "everybody in the channel"
# What an answer begins or goes on with when the bot took a command on.
TAKEN = {
    "update": "Update recorded",
    "resolve": "is resolved",
    "action": "its thread opens",
    "lead": "has the role",
    "declare": "is declared:",
}
_KEY = re.compile(r"INC-\d{4}-\d+")


@dataclass(frozen=True)
class Asked:
    """A command that the bot took on, and for which incident."""

    person: str
    channel: str
    word: str
    rest: str
    key: str
    at: datetime

    def __str__(self) -> str:
        return f"`/incident {self.word} {self.rest}` of {self.person} ({self.key})"


@dataclass(frozen=True)
class Report:
    """What somebody was told that was not done."""

    to: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Seen:
    """Slack as people see it."""

    channels: dict[str, Channel]
    reports: tuple[Report, ...]
    bot_id: str

    def was_told(self, asked: Asked, kind: JobKind, person: str) -> bool:
        said = sentence(kind).partition("{channel}")[0].replace("{person}", f"<@{person}>")
        return any(
            report.to in {asked.person, EVERYBODY} and report.at >= asked.at
            and report.text.startswith(f"{REPORT}{asked.key}:") and said in report.text
            for report in self.reports
        )  # fmt: skip

    def is_posted(self, channel: str, *words: str) -> bool:
        """Whether the bot said so in a message of its own; its card doesn't count."""
        messages = self.channels[channel].messages.values()
        ours = [each["text"] for each in messages if each.get("bot_id") == self.bot_id]
        own = [text for text in ours if not _KEY.match(text)]
        return any(all(word in text for word in words) for text in own)


def missing(sandbox: Sandbox) -> Iterator[Discrepancy]:
    """Everything that somebody asked for and that was not done, where nobody told them."""
    seen = read(sandbox)
    for asked in taken_on(sandbox):
        for kind, person in _WANTED[asked.word](seen, asked):
            if not seen.was_told(asked, kind, person):
                yield lost(f"nobody told who asked that {kind} failed: {asked}")


def read(sandbox: Sandbox) -> Seen:
    with sandbox.state.lock:
        channels = {each.id: each for each in sandbox.state.channels.values()}
        bot = sandbox.state.identity
        return Seen(channels, tuple(_reports(channels, bot.bot_user_id)), bot.bot_id)


def is_ours(channel: Channel) -> bool:
    """Whether the bot created a channel for an incident."""
    return channel.name.startswith("inc-")


def taken_on(sandbox: Sandbox) -> Iterator[Asked]:
    keys: dict[str, str] = {}
    for delivery in sandbox.record.delivered("slash_commands"):
        word, _, rest = delivery.body["text"].partition(" ")
        told, channel = _answer(delivery), delivery.body["channel_id"]
        if word in {"here", "declare"} and (key := _KEY.search(told)):
            keys[channel if word == "here" else "declared"] = key[0]
        if TAKEN.get(word, "\0") in told:
            key_of = keys["declared"] if word == "declare" else _key_of(sandbox, channel, keys)
            person = delivery.body["user_id"]
            yield Asked(person, channel, word, rest.strip(), key_of, delivery.at)


def _key_of(sandbox: Sandbox, channel: str, adopted: dict[str, str]) -> str:
    found = re.match(r"inc-(\d{4}-\d+)", sandbox.state.channels[channel].name)
    return f"INC-{found[1]}" if found else adopted[channel]


def _answer(delivery: Delivery) -> str:
    said = delivery.answer if delivery.acknowledged else None
    return str(said.get("text", "") if isinstance(said, dict) else said or "")


def _reports(channels: dict[str, Channel], bot: str) -> Iterator[Report]:
    for channel in channels.values():
        is_direct = channel.kind == "im"
        to = next(each for each in channel.members if each != bot) if is_direct else EVERYBODY
        said = [(to, message) for message in channel.messages.values()]
        said += [(seen.user, seen.message) for seen in channel.ephemerals]
        for person, message in said:
            if message["text"].startswith(REPORT):
                yield Report(person, message["text"], from_slack_ts(message["ts"]))


Missing = Iterator[tuple[JobKind, str]]  # what was not done, and to whom


def _update(seen: Seen, asked: Asked) -> Missing:
    if not seen.is_posted(asked.channel, "*Update*", asked.rest.partition(" ")[2]):
        yield JobKind.NOTICE, ""


def _resolve(seen: Seen, asked: Asked) -> Missing:
    if not seen.is_posted(asked.channel, "resolved", asked.rest):
        yield JobKind.NOTICE, ""
    earlier = (JobKind.READ_HISTORY, JobKind.DRAFT)  # steps without which there is no summary
    is_told = any(seen.was_told(asked, kind, "") for kind in earlier)
    if not is_told and not seen.is_posted(asked.channel, "Postmortem draft:"):
        yield JobKind.SUMMARY, ""


def _action(seen: Seen, asked: Asked) -> Missing:
    if not seen.is_posted(asked.channel, "Action item", asked.rest.partition(" <@")[0]):
        yield JobKind.ITEM, ""


def _lead(seen: Seen, asked: Asked) -> Missing:
    person = asked.rest.strip("<@>").partition("|")[0]
    if person not in seen.channels[asked.channel].members:
        yield JobKind.INVITE, person


def _declare(seen: Seen, asked: Asked) -> Missing:
    name = asked.rest.partition(" ")[2].replace(" ", "-")
    made = next((each for each in seen.channels.values() if name in each.name), None)
    if made is None:
        yield JobKind.OPEN_CHANNEL, ""
    elif asked.person not in made.members:
        yield JobKind.INVITE, asked.person


_WANTED = {
    "update": _update, "resolve": _resolve, "action": _action, "lead": _lead, "declare": _declare,
}  # fmt: skip

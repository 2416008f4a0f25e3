"""What really happened, as the sandbox knows it: the messages in Slack, and what went over the wire."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.config.policy import Policy
from sandbox.record import Delivery
from sandbox.server import Sandbox
from sandbox.workspace_state import Channel

Json = dict[str, Any]
Place = tuple[str, str]  # channel and message id
PEOPLE_SAY = frozenset({None, "bot_message", "thread_broadcast", "file_share", "me_message"})
MARKS = {emoji: str(mark) for emoji, mark in Policy().marks.items()}
# Part of the reply to a command that was done; any other reply means that it wasn't.
DONE = {
    "note": "Note added at",
    "impact": "Recorded as the impact of",
    "status": ": the status is now",
    "sev": ": the severity is now",
    "lead": "is now",
    "action": "I'm starting a thread for it",
    "here": "This is now the channel for",
    "declare": " declared:",
}


@dataclass(frozen=True)
class Command:
    """A typed command. `done` means that the person was told it was done."""

    request: str
    channel: str
    person: str
    word: str
    rest: str
    done: bool

    def __str__(self) -> str:
        return f"`/incident {self.word} {self.rest}` in {self.channel}"


@dataclass(frozen=True)
class BotMessage:
    """A message of the bot. Without a `uuid` it belongs to no job."""

    channel: str
    ts: str
    text: str
    uuid: str | None
    direct: bool

    def __str__(self) -> str:
        return f"{self.text[:60]!r} in {self.channel} at {self.ts}"


@dataclass
class Truth:
    """What happened.

    `standing` has messages of people and applications that weren't deleted, with their last
    text.
    """

    standing: dict[Place, str] = field(default_factory=dict)
    unsaid: dict[Place, set[str]] = field(
        default_factory=dict
    )  # deleted, and all that it ever said
    acknowledged: set[Place] = field(default_factory=set)  # deleted, with all its texts
    there: set[Place] = field(default_factory=set)  # every message that stands in Slack
    marks: set[tuple[str, str, str, str]] = field(default_factory=set)
    commands: list[Command] = field(default_factory=list)
    spoken: list[BotMessage] = field(default_factory=list)
    made: set[str] = field(default_factory=set)  # channels that the bot made
    files: list[tuple[str, str]] = field(default_factory=list)  # thread and name


def read(sandbox: Sandbox) -> Truth:
    truth = Truth(commands=_commands(sandbox.record.delivered("slash_commands")))
    deliveries = sandbox.record.events("message")
    with sandbox.state.lock:
        bot = sandbox.state.identity
        for channel in sandbox.state.channels.values():
            if channel.creator == bot.bot_user_id and channel.kind != "im":
                truth.made.add(channel.id)
            for message in channel.messages.values():
                ours = bot.bot_id == message.get("bot_id") or bot.bot_user_id == message.get("user")
                (_add_ours if ours else _add_theirs)(truth, channel, message)
        truth.files = [(file.thread or "", file.name) for file in sandbox.workspace.files]
    truth.acknowledged = {_place(delivery) for delivery in deliveries if delivery.acknowledged}
    for place, texts in _ever_said(deliveries).items():
        if place not in truth.there:
            truth.unsaid[place] = texts
    return truth


def _add_theirs(truth: Truth, channel: Channel, message: Json) -> None:
    if message.get("subtype") == "tombstone":  # deleted, but kept by Slack for its replies
        return
    place = (channel.id, message["ts"])
    truth.there.add(place)
    if message.get("subtype") in PEOPLE_SAY:
        truth.standing[place] = message["text"]
    for reaction in message.get("reactions", []):
        if mark := MARKS.get(reaction["name"]):
            truth.marks |= {(*place, person, mark) for person in reaction["users"]}


def _add_ours(truth: Truth, channel: Channel, message: Json) -> None:
    truth.there.add((channel.id, message["ts"]))
    if message.get("subtype") not in {None, "thread_broadcast"} or message.get("files"):
        return
    uuid = message.get("metadata", {}).get("event_payload", {}).get("uuid")
    direct = channel.kind == "im"
    truth.spoken.append(BotMessage(channel.id, message["ts"], message["text"], uuid, direct))


def _place(delivery: Delivery) -> Place:
    return delivery.body["event"]["channel"], delivery.body["event"]["ts"]


def _ever_said(deliveries: list[Delivery]) -> dict[Place, set[str]]:
    """Return every text that a message ever had, whether the bot received or missed it."""
    texts: dict[Place, set[str]] = defaultdict(set)
    for delivery in deliveries:
        event = delivery.body["event"]
        versions = [event.get(name) for name in ("message", "previous_message")]
        for version in [version_found for version_found in versions if version_found] or [event]:
            if version.get("subtype") in PEOPLE_SAY:
                texts[event["channel"], version["ts"]].add(version.get("text", ""))
    return texts


def _commands(deliveries: list[Delivery]) -> list[Command]:
    typed: dict[str, Command] = {}
    for delivery in deliveries:
        body = delivery.body
        word, _, rest = body["text"].partition(" ")
        request = body["trigger_id"]
        earlier = typed.get(request)
        done = _done(word, delivery) or (earlier is not None and earlier.done)
        typed[request] = Command(
            request, body["channel_id"], body["user_id"], word, rest.strip(), done
        )
    return list(typed.values())


def _done(word: str, delivery: Delivery) -> bool:
    return word in DONE and DONE[word] in reply_to(delivery)


def reply_to(delivery: Delivery) -> str:
    """Return the text with which the bot answered a command, or "" when it didn't acknowledge it."""
    answer = delivery.answer if delivery.acknowledged else None
    return str(answer.get("text", "") if isinstance(answer, dict) else answer or "")

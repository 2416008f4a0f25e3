"""Compare requests that weren't carried out with what people were told, both as Slack shows it.

Nothing here is read from the bot's database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.job import JobKind
from bot.domain.timeline import from_slack_ts
from sandbox.server import Sandbox
from sandbox.workspace_state import Channel
from tests.support.refusals_page import refusal_sentence
from tests.torture.discrepancies import Discrepancy, lost
from tests.torture.truth import DONE, reply_to

REPORT = "Some steps failed for "
EVERYBODY = "everybody in the channel"
# The text of the reply when the bot accepted a command.
ACCEPTED = {
    "update": "Update recorded",
    "resolve": "is resolved",
    **{word: DONE[word] for word in ("action", "lead", "declare")},
}
_KEY = re.compile(r"INC-\d{4}-\d+")


@dataclass(frozen=True)
class Request:
    """A command that the bot accepted, and its incident."""

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
    """A message to a person about something that wasn't done."""

    to: str
    text: str
    at: datetime


@dataclass(frozen=True)
class SlackView:
    """Slack as people see it."""

    channels: dict[str, Channel]
    reports: tuple[Report, ...]
    bot_id: str

    def has_report(self, request: Request, kind: JobKind, person: str) -> bool:
        expected = (
            refusal_sentence(kind).partition("{channel}")[0].replace("{person}", f"<@{person}>")
        )
        return any(
            report.to in {request.person, EVERYBODY} and report.at >= request.at
            and report.text.startswith(f"{REPORT}{request.key}:") and expected in report.text
            for report in self.reports
        )  # fmt: skip

    def is_posted(self, channel: str, *words: str) -> bool:
        """Whether the bot said so in a message other than its card."""
        messages = self.channels[channel].messages.values()
        ours = [message["text"] for message in messages if message.get("bot_id") == self.bot_id]
        own = [text for text in ours if not _KEY.match(text)]
        return any(all(word in text for word in words) for text in own)


def unreported_requests(sandbox: Sandbox) -> Iterator[Discrepancy]:
    """Yield every request that wasn't carried out without anyone telling the person."""
    slack = read(sandbox)
    for request in accepted_requests(sandbox):
        for kind, person in _WANTED[request.word](slack, request):
            if not slack.has_report(request, kind, person):
                yield lost(f"nobody told who asked that {kind} failed: {request}")


def read(sandbox: Sandbox) -> SlackView:
    with sandbox.state.lock:
        channels = {channel.id: channel for channel in sandbox.state.channels.values()}
        bot = sandbox.state.identity
        return SlackView(channels, tuple(_reports(channels, bot.bot_user_id)), bot.bot_id)


def is_ours(channel: Channel) -> bool:
    """Whether the bot created the channel for an incident."""
    return channel.name.startswith("inc-")


def accepted_requests(sandbox: Sandbox) -> Iterator[Request]:
    keys: dict[str, str] = {}
    for delivery in sandbox.record.delivered("slash_commands"):
        word, _, rest = delivery.body["text"].partition(" ")
        reply, channel = reply_to(delivery), delivery.body["channel_id"]
        if word in {"here", "declare"} and (key := _KEY.search(reply)):
            keys[channel if word == "here" else "declared"] = key[0]
        if ACCEPTED.get(word, "\0") in reply:
            key_of = (
                keys["declared"] if word == "declare" else _incident_key(sandbox, channel, keys)
            )
            person = delivery.body["user_id"]
            yield Request(person, channel, word, rest.strip(), key_of, delivery.at)


def _incident_key(sandbox: Sandbox, channel: str, adopted: dict[str, str]) -> str:
    found = re.match(r"inc-(\d{4}-\d+)", sandbox.state.channels[channel].name)
    return f"INC-{found[1]}" if found else adopted[channel]


def _reports(channels: dict[str, Channel], bot: str) -> Iterator[Report]:
    for channel in channels.values():
        is_direct = channel.kind == "im"
        to = next(member for member in channel.members if member != bot) if is_direct else EVERYBODY
        messages = [(to, message) for message in channel.messages.values()]
        messages += [(ephemeral.user, ephemeral.message) for ephemeral in channel.ephemerals]
        for person, message in messages:
            if message["text"].startswith(REPORT):
                yield Report(person, message["text"], from_slack_ts(message["ts"]))


Missing = Iterator[
    tuple[JobKind, str]
]  # jobs that weren't done, each with the person they were for


def _update(seen: SlackView, request: Request) -> Missing:
    if not seen.is_posted(request.channel, "*Update*", request.rest.partition(" ")[2]):
        yield JobKind.NOTICE, ""


def _resolve(seen: SlackView, request: Request) -> Missing:
    if not seen.is_posted(request.channel, "resolved", request.rest):
        yield JobKind.NOTICE, ""
    earlier = (JobKind.READ_HISTORY, JobKind.DRAFT)  # steps required for a summary
    is_told = any(seen.has_report(request, kind, "") for kind in earlier)
    if not is_told and not seen.is_posted(request.channel, "Postmortem draft:"):
        yield JobKind.SUMMARY, ""


def _action(seen: SlackView, request: Request) -> Missing:
    if not seen.is_posted(request.channel, "Action item", request.rest.partition(" <@")[0]):
        yield JobKind.ITEM, ""


def _lead(seen: SlackView, request: Request) -> Missing:
    person = request.rest.strip("<@>").partition("|")[0]
    if person not in seen.channels[request.channel].members:
        yield JobKind.INVITE, person


def _declare(seen: SlackView, request: Request) -> Missing:
    name = request.rest.partition(" ")[2].replace(" ", "-")
    channel = next(
        (candidate for candidate in seen.channels.values() if name in candidate.name), None
    )
    if channel is None:
        yield JobKind.OPEN_CHANNEL, ""
    elif request.person not in channel.members:
        yield JobKind.INVITE, request.person


_WANTED = {
    "update": _update, "resolve": _resolve, "action": _action, "lead": _lead, "declare": _declare,
}  # fmt: skip

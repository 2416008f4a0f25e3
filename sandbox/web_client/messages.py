"""Convert Slack's messages to what the templates show."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from sandbox.web_client import blocks, mrkdwn
from sandbox.web_client.blocks import RenderContext
from sandbox.web_client.reader import Reader

Message = Mapping[str, Any]
_AVATARS = 8
_EVENTS = frozenset(
    f"{kind}_{event}"
    for kind in ("channel", "group")
    for event in ("join", "leave", "topic", "purpose", "name", "archive", "unarchive")
)


@dataclass(frozen=True)
class AttachedFile:
    """A file of a message; a PNG is shown, any other file is only named."""

    name: str
    kind: str
    alt: str
    picture: str | None


@dataclass(frozen=True)
class Reaction:
    name: str
    count: int
    people: str


@dataclass(frozen=True)
class MessageView:
    """A message as shown. `event` is true for notices by Slack, such as a person joining."""

    ts: str
    user: str
    author: str
    initials: str
    avatar: int
    app: bool
    event: bool
    at: datetime
    edited: bool
    pinned: bool
    only_you: bool
    text: str
    body: Markup
    files: tuple[AttachedFile, ...]
    reactions: tuple[Reaction, ...]
    replies: tuple["MessageView", ...] = ()

    @property
    def day(self) -> date:
        return self.at.date()


def in_order(
    messages: Iterable[Message],
    context: RenderContext,
    replies_by_parent: Mapping[str, Sequence[Message]] | None = None,
) -> list[MessageView]:
    """Return a channel's messages with their threads, oldest first; `replies_by_parent` adds replies."""
    messages = list(messages)
    replies = threads(messages) | dict(replies_by_parent or {})
    top = [
        message
        for message in messages
        if _is_top_level(message) and not _is_deleted(message, replies)
    ]
    return [
        shown(message, context, replies.get(message["ts"], ()))
        for message in sorted(top, key=_sort_key)
    ]


def threads(messages: Iterable[Message]) -> dict[str, Sequence[Message]]:
    """Return replies by the `ts` of their parent message."""
    by_parent: dict[str, list[Message]] = {}
    for message in messages:
        if message.get("thread_ts") and message["thread_ts"] != message["ts"]:
            by_parent.setdefault(message["thread_ts"], []).append(message)
    return dict(by_parent)


def shown(message: Message, context: RenderContext, replies: Sequence[Message] = ()) -> MessageView:
    user = str(message.get("user") or message.get("bot_id") or "")
    author = _author(message, context.reader)
    thread = sorted((item for item in replies if item["ts"] != message["ts"]), key=_sort_key)
    return MessageView(
        ts=str(message["ts"]),
        user=user,
        author=author,
        initials="".join(word[0] for word in author.split()[:2]).upper() or "?",
        avatar=zlib.crc32(author.encode()) % _AVATARS,
        app=bool(message.get("bot_id")) or message.get("subtype") == "bot_message",
        event=message.get("subtype") in _EVENTS,
        at=context.reader.local(message["ts"]),
        edited="edited" in message,
        pinned=bool(message.get("pinned_to")),
        only_you=bool(message.get("is_ephemeral")),
        text=str(message.get("text", "")),
        body=body(message, context),
        files=tuple(_attached(item, context) for item in message.get("files", ())),
        reactions=tuple(_reaction(item, context.reader) for item in message.get("reactions", ())),
        replies=tuple(shown(item, context) for item in thread),
    )


def body(message: Message, context: RenderContext) -> Markup:
    """Draw an app's blocks, or the text if there are none; people's blocks only repeat it."""
    drawn = (
        blocks.draw(message["blocks"], context)
        if message.get("blocks") and message.get("bot_id")
        else mrkdwn.draw(str(message.get("text", "")), context.reader)
    )
    for attachment in message.get("attachments", ()):
        content = blocks.draw(attachment.get("blocks", ()), context)
        content += mrkdwn.draw(str(attachment.get("text", "")), context.reader)
        drawn += Markup('<div class="attachment">{}</div>').format(content)
    return drawn


def _author(message: Message, reader: Reader) -> str:
    for key in ("user", "bot_id"):
        if message.get(key) in reader.people:
            return reader.name_of(message[key])
    profile = message.get("bot_profile") or {}
    name = message.get("username") or profile.get("name") or message.get("user")
    return str(name or message.get("bot_id") or "someone")


def _sort_key(message: Message) -> tuple[int, str]:
    """Return a sort key for a `ts` without converting it to a number: a longer one is later."""
    seconds, _, rest = str(message["ts"]).partition(".")
    return len(seconds), seconds + rest


def _is_top_level(message: Message) -> bool:
    parent = message.get("thread_ts")
    return not parent or parent == message["ts"] or message.get("subtype") == "thread_broadcast"


def _is_deleted(message: Message, replies: Mapping[str, Sequence[Message]]) -> bool:
    """Return whether a message was deleted without a trace: one stays only if it has replies."""
    deleted = message.get("subtype") in {"message_deleted", "tombstone"}
    return deleted and not replies.get(message["ts"])


def _attached(file: Mapping[str, Any], context: RenderContext) -> AttachedFile:
    name = str(file.get("title") or file.get("name") or file.get("id", "file"))
    return AttachedFile(
        name=name,
        kind=str(file.get("pretty_type") or file.get("mimetype") or "file"),
        alt=str(file.get("alt_txt") or name),
        picture=context.picture(str(file.get("id", ""))),
    )


def _reaction(reaction: Mapping[str, Any], reader: Reader) -> Reaction:
    people = [str(person) for person in reaction.get("users", ())]
    names = ", ".join(reader.name_of(person) for person in people)
    return Reaction(str(reaction["name"]), int(reaction.get("count", len(people))), names)

"""A channel's history as Slack holds it, read in stretches from the newest to the oldest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.domain.timeline import Mark, Source, moment_of, stamp_of
from bot.reconcile import Marks, Stretch
from handlers import payloads
from handlers.payloads import Identity
from storage.threads import Seen

PAGE = 200
CLOCKS_DIFFER = timedelta(minutes=1)  # at most, Slack's from ours
MICROSECOND = timedelta(microseconds=1)
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """Reads one channel; `marks` says which emoji are marks."""

    client: WebClient
    identity: Identity
    channel: str
    marks: Mapping[str, Mark]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A stretch of the channel, the threads that begin in it, and where the next one ends."""

    stretch: Stretch
    threads: Mapping[str, Seen]
    before: str | None


def page(reader: Reader, since: datetime, before: str | None, at: datetime) -> Page:
    """Read the newest messages of a channel since a time and before a `ts`."""
    answer = reader.client.conversations_history(
        channel=reader.channel, oldest=stamp_of(since), latest=before, limit=PAGE
    )
    messages: list[Message] = answer["messages"]
    earliest = messages[-1]["ts"] if messages else None
    more = bool(answer.get("has_more")) and earliest is not None
    until = moment_of(before) if before else at + CLOCKS_DIFFER
    reached = moment_of(earliest) if earliest and more else since
    return Page(
        stretch=_stretch(reader, messages, (reached, until), at),
        threads={each["ts"]: _seen(each) for each in messages if each.get("reply_count")},
        before=earliest if more else None,
    )


def thread(reader: Reader, ts: str, at: datetime, settled: datetime) -> Stretch:
    """Read every reply of a thread; Slack's own clock has passed `settled`."""
    said = list(replies(reader.client, reader.channel, ts))
    read = _stretch(reader, said, (moment_of(ts), at + CLOCKS_DIFFER), at, thread_id=ts)
    return replace(read, settled=max(read.settled, settled))


def without_replies(thread: str, at: datetime, settled: datetime) -> Stretch:
    """A thread that has no replies any more; Slack's own clock has passed `settled`."""
    since, until = moment_of(thread), at + CLOCKS_DIFFER
    return Stretch(since=since, until=until, settled=settled, events=(), thread_id=thread)


def messages(
    client: WebClient, channel_id: str, *, oldest: str, metadata: bool = False
) -> Iterator[dict[str, Any]]:
    """What was said in a channel since a `ts`, newest first, without the replies in threads."""
    pages = client.conversations_history(
        channel=channel_id, oldest=oldest, limit=PAGE, include_all_metadata=metadata
    )
    for each in pages:
        yield from each["messages"]


def replies(
    client: WebClient, channel_id: str, thread: str, *, oldest: str = "0", metadata: bool = False
) -> Iterator[dict[str, Any]]:
    """The replies of a thread since a `ts`, oldest first."""
    pages = client.conversations_replies(
        channel=channel_id, ts=thread, oldest=oldest, limit=PAGE, include_all_metadata=metadata
    )
    for each in pages:
        yield from (message for message in each["messages"] if message["ts"] != thread)


def _seen(head: Message) -> Seen:
    return Seen(int(head["reply_count"]), str(head.get("latest_reply", "")))


def _stretch(
    reader: Reader,
    messages: Sequence[Message],
    span: tuple[datetime, datetime],
    at: datetime,
    thread_id: str | None = None,
) -> Stretch:
    """What people and other applications said; our own words are not what people said."""
    theirs = [each for each in messages if not _is_ours(reader.identity, each)]
    read = [payloads.stored_message(reader.channel, each, Source.FETCHED) for each in theirs]
    since, until = span
    newest = max((moment_of(each["ts"]) for each in messages), default=since)
    return Stretch(
        since=since,
        until=until,
        settled=max(newest, at - CLOCKS_DIFFER),  # Slack's own clock, or ours with care
        events=[event for event in read if event is not None],
        marks=dict(_marks(reader, theirs)),
        thread_id=thread_id,
    )


def _is_ours(identity: Identity, message: Message) -> bool:
    return message.get("bot_id") == identity.bot_id or message.get("user") == identity.bot_user_id


def _marks(reader: Reader, messages: Sequence[Message]) -> Iterator[tuple[str, Marks]]:
    for each in messages:
        pairs, whole = payloads.stored_reactions(each)
        if whole:
            yield (
                each["ts"],
                frozenset((who, reader.marks[name]) for who, name in pairs if name in reader.marks),
            )

"""A channel's history in Slack, read page by page from newest to oldest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.timeline import Mark, Source, from_slack_ts, to_slack_ts
from bot.timeline.reconciliation import HistoryRange, MarkSet
from handlers.slack import message_payloads
from handlers.slack.identity import Identity
from handlers.slack.slack_clock import DATE_RESOLUTION, date_of
from storage.thread_sync import ThreadState

PAGE = 200
MICROSECOND = timedelta(microseconds=1)
SETTLING_TIME = timedelta(seconds=5)  # messages this recent may be missing from a response
# Slack's errors for a message or thread that doesn't exist.
NOT_FOUND_ERRORS = frozenset({"thread_not_found", "message_not_found"})
Message = Mapping[str, Any]


@dataclass(frozen=True)
class ChannelReader:
    """Reads one channel. `marks` maps emoji names to marks."""

    client: WebClient
    identity: Identity
    channel: str
    marks: Mapping[str, Mark]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the channel, its threads, and the `ts` before which the next page ends.

    `answered_at` is Slack's time of the response; `size` is its number of messages.
    """

    history_range: HistoryRange
    threads: Mapping[str, ThreadState]
    before: str | None
    answered_at: datetime
    size: int = PAGE


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """Some replies of a thread, and the `ts` of the last one if more follow.

    `state` is the thread as its first message shows it.
    """

    history_range: HistoryRange
    state: ThreadState
    after: str | None


def page(reader: ChannelReader, since: datetime, before: str | None) -> Page:
    """Read the newest messages of a channel since a time and before a `ts`."""
    answer = reader.client.conversations_history(
        channel=reader.channel, oldest=to_slack_ts(since), latest=before, limit=PAGE
    )
    messages: list[Message] = answer["messages"]
    earliest = messages[-1]["ts"] if messages else None
    more = bool(answer.get("has_more")) and earliest is not None
    answered_at = _answered_at(answer, messages, since)
    until = from_slack_ts(before) if before else answered_at + DATE_RESOLUTION
    oldest = from_slack_ts(earliest) if earliest and more else since
    return Page(
        history_range=_parse_messages(
            reader, messages, (oldest, until), answered_at - SETTLING_TIME
        ),
        threads={
            message["ts"]: _thread_state(message)
            for message in messages
            if message.get("reply_count")
        },
        before=earliest if more else None,
        answered_at=answered_at,
        size=len(messages),
    )


def thread_page(reader: ChannelReader, ts: str, after: str | None, settled: datetime) -> ThreadPage:
    """Read the next replies of a thread, oldest first; `settled` is Slack's time before that.

    One page per call, so that a rate limit never makes a long thread start over.
    """
    answer = reader.client.conversations_replies(
        channel=reader.channel, ts=ts, oldest=after or "0", limit=PAGE
    )
    messages: list[Message] = answer["messages"]
    head = next((message for message in messages if message["ts"] == ts), {})
    replies = [message for message in messages if message["ts"] != ts]
    more = bool(answer.get("has_more")) and bool(replies)
    settled = max(settled, _answered_at(answer, messages, from_slack_ts(ts)) - SETTLING_TIME)
    since = from_slack_ts(after) + MICROSECOND if after else from_slack_ts(ts)
    until = from_slack_ts(replies[-1]["ts"]) if more else settled
    return ThreadPage(
        history_range=_parse_messages(reader, replies, (since, until), settled, thread_id=ts),
        state=_thread_state(head),
        after=replies[-1]["ts"] if more else None,
    )


def describe_empty_thread(thread: str, settled: datetime) -> HistoryRange:
    """Describe a thread without any replies left. `settled` is Slack's time before the read."""
    since = from_slack_ts(thread)
    return HistoryRange(since=since, until=settled, settled=settled, events=(), thread_id=thread)


def still_exists(reader: ChannelReader, ts: str, thread: str | None = None) -> bool:
    """Ask Slack for one message; return whether it exists and isn't deleted. Raises SlackApiError.

    A reply may be gone with its whole thread. If the thread's first message still exists, even as a
    tombstone, it contradicts a "not found", which then proves nothing.
    """
    try:
        message = _fetch_message(reader, ts, thread)
    except SlackApiError as error:
        if thread is None or error.response["error"] not in NOT_FOUND_ERRORS:
            raise
        return _fetch_message(reader, thread, None) is not None
    return message is not None and message.get("subtype") != "tombstone"


def _fetch_message(reader: ChannelReader, ts: str, thread: str | None) -> Message | None:
    """Return one message as Slack shows it, or None. A thread's first message is on every page."""
    client, channel = reader.client, reader.channel
    if thread is None:
        answer = client.conversations_history(channel=channel, latest=ts, inclusive=True, limit=1)
    else:
        answer = client.conversations_replies(
            channel=channel, ts=thread, oldest=ts, latest=ts, inclusive=True, limit=10
        )
    messages: list[Message] = answer["messages"]
    return next((message for message in messages if message["ts"] == ts), None)


def read_messages(
    client: WebClient, channel_id: str, *, oldest: str, metadata: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield a channel's messages since a `ts`, newest first, without replies in threads."""
    pages = client.conversations_history(
        channel=channel_id, oldest=oldest, limit=PAGE, include_all_metadata=metadata
    )
    for page in pages:
        yield from page["messages"]


def read_replies(
    client: WebClient, channel_id: str, thread: str, *, oldest: str = "0", metadata: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield a thread's replies since a `ts`, oldest first."""
    pages = client.conversations_replies(
        channel=channel_id, ts=thread, oldest=oldest, limit=PAGE, include_all_metadata=metadata
    )
    for page in pages:
        yield from (message for message in page["messages"] if message["ts"] != thread)


def _thread_state(head: Message) -> ThreadState:
    return ThreadState(int(head.get("reply_count") or 0), str(head.get("latest_reply", "")))


def _answered_at(answer: SlackResponse, messages: Sequence[Message], since: datetime) -> datetime:
    """Return Slack's time of a response, from its date or newest message; never our clock's."""
    newest = max((from_slack_ts(message["ts"]) for message in messages), default=since)
    date = date_of(answer.headers)
    return max(newest, date) if date else newest


def _parse_messages(
    reader: ChannelReader,
    messages: Sequence[Message],
    span: tuple[datetime, datetime],
    settled: datetime,
    thread_id: str | None = None,
) -> HistoryRange:
    """Read what people and other apps posted, leaving out our own messages.

    It's complete up to the newest message, or up to `settled` if that's later.
    """
    by_others = [message for message in messages if not _is_ours(reader.identity, message)]
    parsed = [
        message_payloads.parse_posted_message(reader.channel, message, Source.FETCHED)
        for message in by_others
    ]
    since, until = span
    newest = max((from_slack_ts(message["ts"]) for message in messages), default=since)
    return HistoryRange(
        since=since,
        until=max(until, newest),
        settled=max(newest, settled),
        events=[event for event in parsed if event is not None],
        marks=dict(_marks(reader, by_others)),
        thread_id=thread_id,
    )


def _is_ours(identity: Identity, message: Message) -> bool:
    return message.get("bot_id") == identity.bot_id or message.get("user") == identity.bot_user_id


def _marks(reader: ChannelReader, messages: Sequence[Message]) -> Iterator[tuple[str, MarkSet]]:
    for message in messages:
        pairs, is_complete = message_payloads.parse_stored_reactions(message)
        if is_complete:
            yield (
                message["ts"],
                frozenset(
                    (person, reader.marks[name]) for person, name in pairs if name in reader.marks
                ),
            )

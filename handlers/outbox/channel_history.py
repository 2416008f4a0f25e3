"""A channel's history as Slack holds it, read in stretches from the newest to the oldest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.timeline import Mark, Source, moment_of, stamp_of
from bot.timeline.reconciliation import Marks, Stretch
from handlers.slack import payloads
from handlers.slack.payloads import Identity
from handlers.slack.slack_clock import SECOND, date_of
from storage.thread_sync import Seen

PAGE = 200
MICROSECOND = timedelta(microseconds=1)
MOMENT = timedelta(seconds=5)  # what was said so shortly before an answer may be missing from it
# How Slack says that there is no such message or thread.
NOT_FOUND = frozenset({"thread_not_found", "message_not_found"})
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
    """A stretch of the channel, the threads that begin in it, and where the next one ends.

    `answered_at` is Slack's time at which it gave the page; `size` is how many messages it gave.
    """

    stretch: Stretch
    threads: Mapping[str, Seen]
    before: str | None
    answered_at: datetime
    size: int = PAGE


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """Some replies of a thread, and the `ts` of the last one if more follow.

    `seen` is the thread as its first message shows it.
    """

    stretch: Stretch
    seen: Seen
    after: str | None


def page(reader: Reader, since: datetime, before: str | None) -> Page:
    """Read the newest messages of a channel since a time and before a `ts`."""
    answer = reader.client.conversations_history(
        channel=reader.channel, oldest=stamp_of(since), latest=before, limit=PAGE
    )
    messages: list[Message] = answer["messages"]
    earliest = messages[-1]["ts"] if messages else None
    more = bool(answer.get("has_more")) and earliest is not None
    answered_at = _answered_at(answer, messages, since)
    until = moment_of(before) if before else answered_at + SECOND
    reached = moment_of(earliest) if earliest and more else since
    return Page(
        stretch=_stretch(reader, messages, (reached, until), answered_at - MOMENT),
        threads={each["ts"]: _seen(each) for each in messages if each.get("reply_count")},
        before=earliest if more else None,
        answered_at=answered_at,
        size=len(messages),
    )


def thread_page(reader: Reader, ts: str, after: str | None, settled: datetime) -> ThreadPage:
    """Read the next replies of a thread, oldest first; `settled` is Slack's time before that.

    One page a call, so that a rate limit never makes a long thread begin anew.
    """
    answer = reader.client.conversations_replies(
        channel=reader.channel, ts=ts, oldest=after or "0", limit=PAGE
    )
    messages: list[Message] = answer["messages"]
    head = next((each for each in messages if each["ts"] == ts), {})
    said = [each for each in messages if each["ts"] != ts]
    more = bool(answer.get("has_more")) and bool(said)
    settled = max(settled, _answered_at(answer, messages, moment_of(ts)) - MOMENT)
    since = moment_of(after) + MICROSECOND if after else moment_of(ts)
    until = moment_of(said[-1]["ts"]) if more else settled
    return ThreadPage(
        stretch=_stretch(reader, said, (since, until), settled, thread_id=ts),
        seen=_seen(head),
        after=said[-1]["ts"] if more else None,
    )


def without_replies(thread: str, settled: datetime) -> Stretch:
    """Describe a thread that has no replies any more; `settled` is Slack's time before that was read."""
    since = moment_of(thread)
    return Stretch(since=since, until=settled, settled=settled, events=(), thread_id=thread)


def stands(reader: Reader, ts: str, thread: str | None = None) -> bool:
    """Ask Slack for one message: whether it's there, and not deleted. A refusal is raised.

    A reply may be gone with its whole thread. While the thread's first message is there, and be it a
    tombstone, "not found" contradicts it and proves nothing.
    """
    try:
        found = _found(reader, ts, thread)
    except SlackApiError as error:
        if thread is None or error.response["error"] not in NOT_FOUND:
            raise
        return _found(reader, thread, None) is not None
    return found is not None and found.get("subtype") != "tombstone"


def _found(reader: Reader, ts: str, thread: str | None) -> Message | None:
    """One message as Slack shows it; in a thread its first message is on every page."""
    client, channel = reader.client, reader.channel
    if thread is None:
        answer = client.conversations_history(channel=channel, latest=ts, inclusive=True, limit=1)
    else:
        answer = client.conversations_replies(
            channel=channel, ts=thread, oldest=ts, latest=ts, inclusive=True, limit=10
        )
    shown: list[Message] = answer["messages"]
    return next((each for each in shown if each["ts"] == ts), None)


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
    return Seen(int(head.get("reply_count") or 0), str(head.get("latest_reply", "")))


def _answered_at(answer: SlackResponse, messages: Sequence[Message], since: datetime) -> datetime:
    """Slack's time of an answer: its date, or what is newest in it; never our clock's."""
    newest = max((moment_of(each["ts"]) for each in messages), default=since)
    date = date_of(answer.headers)
    return max(newest, date) if date else newest


def _stretch(
    reader: Reader,
    messages: Sequence[Message],
    span: tuple[datetime, datetime],
    settled: datetime,
    thread_id: str | None = None,
) -> Stretch:
    """What people and other applications said; our own words are not what people said.

    All that Slack has is there up to the newest message, or to `settled` if that is later.
    """
    theirs = [each for each in messages if not _is_ours(reader.identity, each)]
    read = [payloads.stored_message(reader.channel, each, Source.FETCHED) for each in theirs]
    since, until = span
    newest = max((moment_of(each["ts"]) for each in messages), default=since)
    return Stretch(
        since=since,
        until=max(until, newest),
        settled=max(newest, settled),
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

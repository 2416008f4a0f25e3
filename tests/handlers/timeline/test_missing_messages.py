"""A message missing from the history is erased only after Slack confirms that it is gone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.timeline import Deletion, TimelineEvent
from handlers.outbox import channel_history, history_sync
from handlers.outbox.channel_history import Page
from handlers.slack import slack_clock
from sandbox.record import Call
from storage import outbox
from tests.support import harness
from tests.support.harness import LiveBot, eventually

AWAY = timedelta(minutes=20)
HISTORY = "conversations.history"


@dataclass
class Conversation:
    """An incident's channel in which Ana writes."""

    live_bot: LiveBot
    channel: str

    def say(self, text: str, **more: Any) -> str:
        return str(self.live_bot.workspace.say("ana", self.channel, text, **more))

    def delete(self, ts: str) -> None:
        self.live_bot.workspace.delete(self.channel, ts)

    def recorded(self) -> list[TimelineEvent]:
        return self.live_bot.timeline(self.channel)

    def event(self, ts: str) -> TimelineEvent:
        return next(event for event in self.recorded() if event.message_id == ts)

    def change_offline(self, change: Callable[[], object]) -> None:
        """Change something in Slack while the bot is down, then start it again."""
        self.live_bot.service.stop()
        change()
        self.live_bot.restart(away=AWAY)
        self.live_bot.settle()

    def compare_again(self) -> None:
        """Compare the channel after another message; the newest message gives Slack's time."""
        self.say("still here")
        self.live_bot.service.fetch_missed()
        self.live_bot.settle()

    def single_message_reads(self) -> list[Call]:
        """Return the calls that read a single message."""
        calls = self.live_bot.sandbox.record.calls
        return [call for call in calls if call.args.get("inclusive") and call.args.get("latest")]

    def is_retrying(self) -> bool:
        with self.live_bot.store.begin() as session:
            return outbox.retrying(session) > 0


@pytest.fixture
def conversation(live_bot: LiveBot) -> Conversation:
    return Conversation(live_bot, live_bot.declare())


def _omit_from_pages(monkeypatch: pytest.MonkeyPatch, *omitted: str) -> None:
    """Leave messages out of history pages, as if a page was read before they were posted."""
    original = channel_history.page

    def page(*args: Any) -> Page:
        result = original(*args)
        events = [event for event in result.history_range.events if event.message_id not in omitted]
        return replace(result, history_range=replace(result.history_range, events=events))

    monkeypatch.setattr(channel_history, "page", page)


def test_a_message_missing_from_a_page_but_still_in_slack_is_kept(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_ts = conversation.say("the queue is full")
    conversation.live_bot.settle()
    _omit_from_pages(monkeypatch, message_ts)
    conversation.compare_again()
    assert [call.args["latest"] for call in conversation.single_message_reads()] == [message_ts]
    assert conversation.event(message_ts).text == "the queue is full"


def test_an_unreported_deletion_is_confirmed_and_recorded(conversation: Conversation) -> None:
    message_ts = conversation.say("a slip")
    conversation.live_bot.settle()
    conversation.change_offline(lambda: conversation.delete(message_ts))
    event = conversation.event(message_ts)
    assert (event.text, event.deleted, event.deletion) == ("", True, Deletion.MISSING)
    assert len(conversation.single_message_reads()) == 1


def test_a_deleted_parent_loses_its_text_while_its_replies_stay(conversation: Conversation) -> None:
    parent = conversation.say("a slip")
    reply = conversation.say("what do you mean?", thread=parent)
    conversation.live_bot.settle()
    conversation.change_offline(lambda: conversation.delete(parent))  # Slack keeps a tombstone
    assert (conversation.event(parent).text, conversation.event(parent).deleted) == ("", True)
    assert conversation.event(reply).text == "what do you mean?"


def test_a_deleted_reply_among_others_is_recorded(conversation: Conversation) -> None:
    parent = conversation.say("a thread")
    replies = [conversation.say(f"reply {number}", thread=parent) for number in range(3)]
    conversation.live_bot.settle()
    conversation.change_offline(lambda: conversation.delete(replies[1]))
    assert [conversation.event(reply).text for reply in replies] == ["reply 0", "", "reply 2"]


def test_a_completely_deleted_thread_is_recorded(conversation: Conversation) -> None:
    parent = conversation.say("a thread")
    reply = conversation.say("a reply", thread=parent)
    conversation.live_bot.settle()

    def delete_all() -> None:
        conversation.delete(reply)
        conversation.delete(parent)

    conversation.change_offline(delete_all)
    assert [conversation.event(ts).deletion for ts in (parent, reply)] == [Deletion.MISSING] * 2


def test_thread_not_found_proves_no_deletion_while_the_thread_exists(
    conversation: Conversation,
) -> None:
    parent = conversation.say("a thread")
    reply = conversation.say("a reply", thread=parent)
    conversation.live_bot.settle()
    conversation.live_bot.service.stop()
    conversation.delete(reply)
    conversation.live_bot.sandbox.faults.on(
        "error", method="conversations.replies", error="thread_not_found"
    )
    conversation.live_bot.restart(away=AWAY)
    conversation.live_bot.settle()
    assert conversation.event(reply).text == "a reply"
    conversation.live_bot.sandbox.faults.clear()
    conversation.compare_again()
    assert conversation.event(reply).deletion is Deletion.MISSING


@pytest.mark.parametrize("fault", ["ratelimited", "server_error"])
def test_a_failed_confirmation_erases_nothing_and_is_retried(
    conversation: Conversation, fault: str
) -> None:
    message_ts = conversation.say("a slip")
    conversation.live_bot.settle()
    conversation.live_bot.service.stop()
    conversation.delete(message_ts)
    conversation.live_bot.sandbox.faults.on(fault, method=HISTORY, every=2, times=1, retry_after=30)
    conversation.live_bot.restart(away=AWAY)
    eventually(conversation.is_retrying, "Slack refused to confirm")
    assert conversation.event(message_ts).text == "a slip"
    conversation.live_bot.sandbox.clock.advance(timedelta(seconds=31))
    conversation.live_bot.settle()
    assert conversation.event(message_ts).deletion is Deletion.MISSING


def test_few_messages_are_confirmed_when_a_page_omits_many(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [conversation.say(f"message {number}") for number in range(15)]
    conversation.live_bot.settle()
    _omit_from_pages(monkeypatch, *messages)
    conversation.compare_again()
    assert len(conversation.single_message_reads()) == history_sync.MAX_STILL_PRESENT
    assert all(conversation.event(ts).text for ts in messages)


def test_a_message_erased_as_missing_is_restored_when_slack_shows_it_again(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_ts = conversation.say("the queue is full")
    conversation.live_bot.settle()
    with monkeypatch.context() as patch:
        _omit_from_pages(patch, message_ts)
        patch.setattr(channel_history, "still_exists", lambda *_: False)
        conversation.compare_again()
        assert conversation.event(message_ts).deletion is Deletion.MISSING
    conversation.compare_again()
    event = conversation.event(message_ts)
    assert (event.text, event.deleted, event.deletion) == ("the queue is full", False, None)


@pytest.mark.parametrize(
    "dated", [True, False], ids=["dated responses", "responses without a date"]
)
@pytest.mark.parametrize(
    "ahead", [timedelta(seconds=90), timedelta(hours=1), timedelta(days=1)], ids=str
)
def test_a_message_posted_between_reading_and_comparing_is_not_missing(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, *, dated: bool
) -> None:
    if not dated:
        monkeypatch.setattr(slack_clock, "date_of", lambda _: None)
        monkeypatch.setattr(channel_history, "date_of", lambda _: None)
    clock, original = conversation.live_bot.sandbox.clock, channel_history.page
    conversation.live_bot.service.stop()
    conversation.live_bot.service = harness.start_bot(
        conversation.live_bot.sandbox, conversation.live_bot.store, now=lambda: clock.now() + ahead
    )
    conversation.live_bot.settle()
    messages: list[str] = []

    def page(*args: Any) -> Page:
        result = original(*args)
        messages.append(conversation.say(f"in between {len(messages)}"))
        eventually(
            lambda: any(event.message_id == messages[-1] for event in conversation.recorded()),
            "it was heard",
        )
        return result

    with monkeypatch.context() as patch:
        patch.setattr(channel_history, "page", page)
        conversation.live_bot.service.fetch_missed()
        conversation.live_bot.settle()
    assert messages
    assert [conversation.event(ts).text for ts in messages] == ["in between 0"]
    assert conversation.single_message_reads() == []

"""A message that a channel's history lacks is erased only when Slack, asked for it, says it's gone."""

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
from tests.support.harness import Town, eventually

AWAY = timedelta(minutes=20)
HISTORY = "conversations.history"


@dataclass
class Talk:
    """An incident's channel, in which Ana writes."""

    town: Town
    channel: str

    def say(self, text: str, **more: Any) -> str:
        return str(self.town.ws.say("ana", self.channel, text, **more))

    def delete(self, ts: str) -> None:
        self.town.ws.delete(self.channel, ts)

    def recorded(self) -> list[TimelineEvent]:
        return self.town.recorded(self.channel)

    def event(self, ts: str) -> TimelineEvent:
        return next(event for event in self.recorded() if event.message_id == ts)

    def unheard(self, change: Callable[[], object]) -> None:
        """Change something in Slack while the bot is away, then start it again."""
        self.town.service.stop()
        change()
        self.town.restart(away=AWAY)
        self.town.settle()

    def look_again(self) -> None:
        """Have the channel compared, after somebody wrote: the newest message tells Slack's time."""
        self.say("still here")
        self.town.service.fetch_missed()
        self.town.settle()

    def asked_alone(self) -> list[Call]:
        """The calls that asked for one message."""
        calls = self.town.sandbox.record.calls
        return [call for call in calls if call.args.get("inclusive") and call.args.get("latest")]

    def waits(self) -> bool:
        with self.town.store.begin() as session:
            return outbox.retrying(session) > 0


@pytest.fixture
def talk(town: Town) -> Talk:
    return Talk(town, town.declare())


def _lacking(monkeypatch: pytest.MonkeyPatch, *lacked: str) -> None:
    """Let the pages of channels lack messages, as a page does that was read before they were said."""
    whole = channel_history.page

    def page(*given: Any) -> Page:
        made = whole(*given)
        events = [event for event in made.history_range.events if event.message_id not in lacked]
        return replace(made, history_range=replace(made.history_range, events=events))

    monkeypatch.setattr(channel_history, "page", page)


def test_a_message_that_a_page_lacks_and_that_stands_is_kept(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = talk.say("the queue is full")
    talk.town.settle()
    _lacking(monkeypatch, said)
    talk.look_again()
    assert [call.args["latest"] for call in talk.asked_alone()] == [said]
    assert talk.event(said).text == "the queue is full"


def test_a_deletion_that_nobody_reported_is_confirmed_and_followed(talk: Talk) -> None:
    said = talk.say("a slip")
    talk.town.settle()
    talk.unheard(lambda: talk.delete(said))
    event = talk.event(said)
    assert (event.text, event.deleted, event.deletion) == ("", True, Deletion.MISSING)
    assert len(talk.asked_alone()) == 1


def test_a_deleted_message_whose_replies_stand_loses_its_text_alone(talk: Talk) -> None:
    head = talk.say("a slip")
    reply = talk.say("what do you mean?", thread=head)
    talk.town.settle()
    talk.unheard(lambda: talk.delete(head))  # Slack keeps a tombstone
    assert (talk.event(head).text, talk.event(head).deleted) == ("", True)
    assert talk.event(reply).text == "what do you mean?"


def test_a_deleted_reply_among_others_is_followed(talk: Talk) -> None:
    head = talk.say("a thread")
    replies = [talk.say(f"reply {number}", thread=head) for number in range(3)]
    talk.town.settle()
    talk.unheard(lambda: talk.delete(replies[1]))
    assert [talk.event(each).text for each in replies] == ["reply 0", "", "reply 2"]


def test_a_thread_that_is_gone_as_a_whole_is_followed(talk: Talk) -> None:
    head = talk.say("a thread")
    reply = talk.say("a reply", thread=head)
    talk.town.settle()

    def delete_all() -> None:
        talk.delete(reply)
        talk.delete(head)

    talk.unheard(delete_all)
    assert [talk.event(each).deletion for each in (head, reply)] == [Deletion.MISSING] * 2


def test_not_found_proves_nothing_while_the_thread_stands(talk: Talk) -> None:
    head = talk.say("a thread")
    reply = talk.say("a reply", thread=head)
    talk.town.settle()
    talk.town.service.stop()
    talk.delete(reply)
    talk.town.sandbox.faults.on("error", method="conversations.replies", error="thread_not_found")
    talk.town.restart(away=AWAY)
    talk.town.settle()
    assert talk.event(reply).text == "a reply"
    talk.town.sandbox.faults.clear()
    talk.look_again()
    assert talk.event(reply).deletion is Deletion.MISSING


@pytest.mark.parametrize("fault", ["ratelimited", "server_error"])
def test_a_refusal_confirms_nothing_and_is_made_up_for(talk: Talk, fault: str) -> None:
    said = talk.say("a slip")
    talk.town.settle()
    talk.town.service.stop()
    talk.delete(said)
    talk.town.sandbox.faults.on(fault, method=HISTORY, every=2, times=1, retry_after=30)
    talk.town.restart(away=AWAY)
    eventually(talk.waits, "Slack refused to confirm")
    assert talk.event(said).text == "a slip"
    talk.town.sandbox.clock.advance(timedelta(seconds=31))
    talk.town.settle()
    assert talk.event(said).deletion is Deletion.MISSING


def test_when_a_page_lacks_a_lot_that_stands_few_are_asked_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [talk.say(f"message {number}") for number in range(15)]
    talk.town.settle()
    _lacking(monkeypatch, *said)
    talk.look_again()
    assert len(talk.asked_alone()) == history_sync.MAX_STILL_PRESENT
    assert all(talk.event(each).text for each in said)


def test_what_was_erased_as_missing_comes_back_when_slack_shows_it_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = talk.say("the queue is full")
    talk.town.settle()
    with monkeypatch.context() as slack_was_wrong:
        _lacking(slack_was_wrong, said)
        slack_was_wrong.setattr(channel_history, "still_exists", lambda *_: False)
        talk.look_again()
        assert talk.event(said).deletion is Deletion.MISSING
    talk.look_again()
    event = talk.event(said)
    assert (event.text, event.deleted, event.deletion) == ("the queue is full", False, None)


@pytest.mark.parametrize("dated", [True, False], ids=["dated answers", "answers without a date"])
@pytest.mark.parametrize("ahead", [timedelta(seconds=90), timedelta(hours=1), timedelta(days=1)])
def test_what_is_said_between_reading_and_comparing_is_not_missing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, *, dated: bool
) -> None:
    if not dated:
        monkeypatch.setattr(slack_clock, "date_of", lambda _: None)
        monkeypatch.setattr(channel_history, "date_of", lambda _: None)
    clock, whole = talk.town.sandbox.clock, channel_history.page
    talk.town.service.stop()
    talk.town.service = harness.serve(
        talk.town.sandbox, talk.town.store, now=lambda: clock.now() + ahead
    )
    talk.town.settle()
    said: list[str] = []

    def page(*given: Any) -> Page:
        made = whole(*given)
        said.append(talk.say(f"in between {len(said)}"))
        eventually(lambda: any(e.message_id == said[-1] for e in talk.recorded()), "it was heard")
        return made

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(channel_history, "page", page)
        talk.town.service.fetch_missed()
        talk.town.settle()
    assert said
    assert [talk.event(each).text for each in said] == ["in between 0"]
    assert talk.asked_alone() == []

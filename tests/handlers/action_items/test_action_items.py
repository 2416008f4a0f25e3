"""Action items: threads, buttons, forms, reminders and the weekly digest."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.reminders import ladder
from tests.support.harness import LiveBot


def _item(live_bot: LiveBot, channel: str, text: str = "add an alert") -> dict[str, object]:
    heads = ("Action item:", "Suggested action item:")
    return next(
        m
        for m in live_bot.messages(channel)
        if m["text"].startswith(heads) and text in m["text"].lower()
    )


def _with_item(live_bot: LiveBot, command: str = "action add an alert @ben 2026-03-13 P2") -> str:
    channel = live_bot.declare()
    live_bot.command("ana", command, channel)
    live_bot.settle()
    return channel


def test_an_item_thread_lists_its_missing_fields(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "action add an alert @ben")
    parent, reply = live_bot.workspace.replies(channel, _item(live_bot, channel)["ts"])
    assert "Due: not set" in parent["text"]
    assert reply["text"].startswith(
        "Still missing: a due date and a priority.\nTo update this item, reply"
    )


def test_an_open_item_shows_its_buttons_and_can_be_marked_done(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    message = _item(live_bot, channel)
    actions = message["blocks"][-1]["elements"]  # type: ignore[index]
    live_bot.press("ben", channel, "Mark as done")
    assert "Done by" in str(_item(live_bot, channel)["text"])
    labels = [button["text"]["text"] for button in actions]
    assert labels == ["Mark as done", "Change owner", "Change due date", "Won't do", "Show history"]


def test_an_item_text_over_300_characters_is_rejected_and_quoted_in_full(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    long_text = "check each of the pools " * 13 + "<b> & so on"
    reply = live_bot.command("ana", f"action {long_text} @ben 2026-03-13", channel)
    assert reply.startswith(
        "The text of an action item can have at most 300 characters, but this has 323"
    )
    assert "pools &lt;b&gt; &amp; so on”" in reply
    assert reply.count("check each of the pools") == 13
    assert "no action items yet" in live_bot.command("ana", "actions", channel)
    live_bot.command("ana", f"action {'x' * 300} @ben 2026-03-13", channel)
    assert "x" * 300 in live_bot.command("ana", "actions 1", channel)


def _modal(live_bot: LiveBot, person: str) -> str:
    return str(live_bot.workspace.open_view(person))


def test_a_done_item_shows_its_history_and_can_be_reopened(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.press("ben", channel, "Mark as done")
    buttons: list[Any] = _item(live_bot, channel)["blocks"][-1]["elements"]  # type: ignore[index]
    labels = [button["text"]["text"] for button in buttons]
    assert labels == ["Reopen item", "Show history"]
    live_bot.press("mei", channel, "Show history")
    assert f"<@{live_bot.workspace.person('ben').id}> marked it as done" in _modal(live_bot, "mei")
    live_bot.press("mei", channel, "Reopen item")
    assert live_bot.workspace.ephemerals("mei")[-1]["text"] == "Reopened: add an alert."
    assert "1 created, 1 open" in live_bot.command("ben", "digest")
    _at(live_bot, 3, 12, 14, 1)  # reminders resume
    assert "due tomorrow" in live_bot.workspace.dm("ben")[-1]["text"]


def test_a_dropped_suggestion_keeps_its_history(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    message_ts = live_bot.workspace.say("ana", channel, "we need an alert")
    live_bot.settle()
    live_bot.workspace.react("ana", channel, message_ts, "clipboard")
    live_bot.settle()
    live_bot.press("ana", channel, "Dismiss item")
    live_bot.press("mei", channel, "Show history")
    assert f"<@{live_bot.workspace.person('ana').id}> marked it as won't do" in _modal(
        live_bot, "mei"
    )


def test_a_stale_mark_done_button_is_rejected(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    live_bot.press("ben", channel, "Mark as done")  # the message still shows its buttons
    live_bot.press("mei", channel, "Mark as done")
    answer = live_bot.workspace.ephemerals("mei")[-1]["text"]
    assert answer == "This action item is marked as done, so nothing was changed."


def test_the_change_owner_form_reassigns_the_item(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.press("ana", channel, "Change owner")
    assert live_bot.workspace.open_view("ana")["title"]["text"] == "Change owner"
    live_bot.workspace.submit("ana", {"owner": {"owner": live_bot.workspace.person("mei").id}})
    live_bot.settle()
    assert f"Owner: <@{live_bot.workspace.person('mei').id}>" in str(
        _item(live_bot, channel)["text"]
    )


def test_the_due_date_form_rejects_a_date_in_the_past(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.press("ana", channel, "Change due date")
    answer = live_bot.workspace.submit("ana", {"due": {"due": "2026-03-01"}})
    assert "is in the past" in answer["errors"]["due"]
    live_bot.workspace.submit("ana", {"due": {"due": "2026-03-20"}})
    live_bot.settle()
    assert "Due: Fri 20 Mar 2026" in str(_item(live_bot, channel)["text"])


def test_a_commitment_is_suggested_and_accepted_with_one_click(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "I'll add an alert on queue depth by friday")
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    assert str(_item(live_bot, channel)["text"]).startswith("Suggested action item")
    live_bot.press("ben", channel, "Accept item")
    assert str(_item(live_bot, channel)["text"]).startswith("Action item")
    assert "1 created, 1 open" in live_bot.command("ben", "digest")


def test_a_dropped_suggestion_stays_dropped_after_a_redraft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "I'll add an alert on queue depth by friday")
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    live_bot.press("ana", channel, "Dismiss item")
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    items = [m for m in live_bot.messages(channel) if "ction item:" in m["text"]]
    assert len(items) == 1
    assert items[0]["text"].endswith("Dismissed.")


def _at(live_bot: LiveBot, month: int, day: int, hour: int, minute: int = 0) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=UTC))
    live_bot.settle()


def test_an_owner_is_reminded_at_ten_in_their_own_time_zone(live_bot: LiveBot) -> None:
    _with_item(live_bot)  # Ben lives in New York: ten o'clock is 14:00 UTC in March
    _at(live_bot, 3, 12, 13, 59)
    assert live_bot.workspace.dm("ben") == []
    _at(live_bot, 3, 12, 14, 1)
    (reminder,) = live_bot.workspace.dm("ben")
    assert "due tomorrow" in reminder["text"]
    _at(live_bot, 3, 13, 14, 1)
    assert "due today" in live_bot.workspace.dm("ben")[-1]["text"]
    _at(live_bot, 3, 20, 14, 1)
    assert "7 days overdue" in live_bot.workspace.dm("ben")[-1]["text"]
    assert len(live_bot.workspace.dm("ben")) == 3


def test_one_dm_lists_every_due_item(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.command("ana", "action write the runbook @ben 2026-03-13 P3", channel)
    _at(live_bot, 3, 12, 14, 1)
    (reminder,) = live_bot.workspace.dm("ben")
    assert "2 of your action items need attention" in reminder["text"]
    assert "write the runbook" in reminder["text"]


def test_replanning_reminders_keeps_one_that_is_already_due(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    live_bot.service._scheduler.pause()
    late = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    live_bot.sandbox.clock.move_to(late)
    with live_bot.store.begin() as session:
        ladder.replan(session, live_bot.service.bot, live_bot.workspace.person("ben").id, late)
    live_bot.service._scheduler.resume()
    live_bot.settle()
    (reminder,) = live_bot.workspace.dm("ben")
    assert "due tomorrow" in reminder["text"]


def _skip_to(live_bot: LiveBot, moment: datetime) -> None:
    """Move the clock while no scheduled task runs."""
    live_bot.service._scheduler.pause()
    live_bot.sandbox.clock.move_to(moment)
    live_bot.service._scheduler.resume()
    live_bot.settle()


def test_a_reminder_missed_at_night_is_sent_in_the_morning(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _skip_to(live_bot, datetime(2026, 3, 13, 3, 0, tzinfo=UTC))  # 23:00 in New York
    assert live_bot.workspace.dm("ben") == []
    _at(live_bot, 3, 13, 14, 1)
    (reminder,) = live_bot.workspace.dm("ben")
    assert "due today" in reminder["text"]


def test_an_owner_gets_one_reminder_a_day_even_after_a_late_one(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)  # due on Friday; Thursday's reminder is missed
    live_bot.command("ana", "action write the runbook @ben 2026-03-16 P3", channel)
    live_bot.settle()
    _skip_to(live_bot, datetime(2026, 3, 13, 13, 30, tzinfo=UTC))  # 9:30 in New York
    _at(live_bot, 3, 13, 17)  # at ten both were due, but one had already been reported as due today
    (reminder,) = live_bot.workspace.dm("ben")
    assert "due today" in reminder["text"]
    _at(live_bot, 3, 16, 14, 1)
    assert "One of your action items needs attention" in live_bot.workspace.dm("ben")[-1]["text"]
    _at(live_bot, 3, 20, 14, 1)
    assert "7 days overdue" in live_bot.workspace.dm("ben")[-1]["text"]
    assert len(live_bot.workspace.dm("ben")) == 3


def test_a_snoozed_item_sends_no_reminder_for_two_days(live_bot: LiveBot) -> None:
    _with_item(live_bot, "action add an alert @ben 2026-03-11 P2")
    _at(live_bot, 3, 11, 14, 1)
    live_bot.press("ben", "dm", "Snooze 2 days")
    _at(live_bot, 3, 12, 14, 1)
    assert len(live_bot.workspace.dm("ben")) == 1
    _at(live_bot, 3, 13, 14, 1)
    assert len(live_bot.workspace.dm("ben")) == 2


def test_marking_an_item_done_in_the_dm_updates_its_thread(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    _at(live_bot, 3, 12, 14, 1)
    live_bot.press("ben", "dm", "Mark as done")
    assert "Done by" in str(_item(live_bot, channel)["text"])


def test_the_weekly_digest_compares_with_the_previous_week(live_bot: LiveBot) -> None:
    _with_item(live_bot, "action add an alert @ben 2026-03-12 P2")
    _at(live_bot, 3, 16, 9, 1)
    _at(live_bot, 3, 23, 9, 1)
    first, second = [m["text"] for m in live_bot.messages("sre-weekly") if "week" in m["text"]]
    assert "0 of 1 item due last week is done" in first
    assert "No items were due last week; 1 open, 1 overdue." in second


def test_a_week_without_action_items_posts_no_digest(live_bot: LiveBot) -> None:
    _at(live_bot, 3, 16, 9, 1)
    assert not [m for m in live_bot.messages("sre-weekly") if "week" in m["text"]]


def test_a_weekly_digest_that_is_days_late_is_skipped(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _skip_to(live_bot, live_bot.sandbox.clock.now() + timedelta(days=8, hours=12))  # Thursday
    assert not [m for m in live_bot.messages("sre-weekly") if "week" in m["text"]]

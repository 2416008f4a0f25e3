"""Action items: threads, buttons, forms, reminders and the weekly digest."""

from datetime import UTC, datetime, timedelta

from bot.reminders import ladder
from tests.support.harness import Town


def _item(town: Town, channel: str, text: str = "add an alert") -> dict[str, object]:
    heads = ("Action item:", "Suggested action item:")
    return next(m for m in town.said(channel) if m["text"].startswith(heads) and text in m["text"])


def _with_item(town: Town, command: str = "action add an alert @ben 2026-03-13 P2") -> str:
    channel = town.declare()
    town.incident("ana", command, channel)
    town.settle()
    return channel


def test_an_item_thread_lists_its_missing_fields(town: Town) -> None:
    channel = _with_item(town, "action add an alert @ben")
    parent, reply = town.ws.replies(channel, _item(town, channel)["ts"])
    assert "Due: not set" in parent["text"]
    assert reply["text"].startswith("Still missing: a due date and a priority. Answer here:")


def test_an_open_item_shows_its_buttons_and_can_be_marked_done(town: Town) -> None:
    channel = _with_item(town)
    message = _item(town, channel)
    actions = message["blocks"][-1]["elements"]  # type: ignore[index]
    town.press("ben", channel, "Mark done")
    assert "Done by" in str(_item(town, channel)["text"])
    labels = [button["text"]["text"] for button in actions]
    assert labels == ["Mark done", "Change owner", "Change due date", "Won't do", "History"]


def test_an_item_text_over_300_characters_is_rejected_and_quoted_in_full(town: Town) -> None:
    channel = town.declare()
    long_text = "check each of the pools " * 13 + "<b> & so on"
    reply = town.incident("ana", f"action {long_text} @ben 2026-03-13", channel)
    assert reply.startswith(
        "The text of an action item takes 300 characters at most, and this has 323"
    )
    assert "pools &lt;b&gt; &amp; so on”" in reply
    assert reply.count("check each of the pools") == 13
    assert "no action items yet" in town.incident("ana", "actions", channel)
    town.incident("ana", f"action {'x' * 300} @ben 2026-03-13", channel)
    assert "x" * 300 in town.incident("ana", "actions 1", channel)


def _modal(town: Town, person: str) -> str:
    return str(town.ws.open_view(person))


def test_a_done_item_shows_its_history_and_can_be_reopened(town: Town) -> None:
    channel = _with_item(town)
    town.press("ben", channel, "Mark done")
    labels = [button["text"]["text"] for button in _item(town, channel)["blocks"][-1]["elements"]]  # type: ignore[index]
    assert labels == ["Reopen", "History"]
    town.press("mei", channel, "History")
    assert f"<@{town.ws.person('ben').id}>: state done" in _modal(town, "mei")
    town.press("mei", channel, "Reopen")
    assert town.ws.ephemerals("mei")[-1]["text"] == "To be done again: add an alert."
    assert "1 opened, 1 open" in town.incident("ben", "digest")
    _at(town, 3, 12, 14, 1)  # reminders resume
    assert "due Fri 13 Mar 2026" in town.ws.dm("ben")[-1]["text"]


def test_a_dropped_suggestion_keeps_its_history(town: Town) -> None:
    channel = town.declare()
    message_ts = town.ws.say("ana", channel, "we need an alert")
    town.settle()
    town.ws.react("ana", channel, message_ts, "clipboard")
    town.settle()
    town.press("ana", channel, "Drop")
    town.press("mei", channel, "History")
    assert f"<@{town.ws.person('ana').id}>: state dropped" in _modal(town, "mei")


def test_a_stale_mark_done_button_is_rejected(town: Town) -> None:
    channel = _with_item(town)
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.press("ben", channel, "Mark done")  # the message still shows its buttons
    town.press("mei", channel, "Mark done")
    (reply,) = [m for m in town.ws.ephemerals("mei") if "not open" in m["text"]]
    assert reply["text"] == "This action item is not open any more: it is done."


def test_the_change_owner_form_reassigns_the_item(town: Town) -> None:
    channel = _with_item(town)
    town.press("ana", channel, "Change owner")
    assert town.ws.open_view("ana")["title"]["text"] == "Change owner"
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.settle()
    assert f"Owner: <@{town.ws.person('mei').id}>" in str(_item(town, channel)["text"])


def test_the_due_date_form_rejects_a_date_in_the_past(town: Town) -> None:
    channel = _with_item(town)
    town.press("ana", channel, "Change due date")
    answer = town.ws.submit("ana", {"due": {"due": "2026-03-01"}})
    assert "is in the past" in answer["errors"]["due"]
    town.ws.submit("ana", {"due": {"due": "2026-03-20"}})
    town.settle()
    assert "Due: Fri 20 Mar 2026" in str(_item(town, channel)["text"])


def test_a_commitment_is_suggested_and_accepted_with_one_click(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I'll add an alert on queue depth by friday")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert str(_item(town, channel)["text"]).startswith("Suggested action item")
    town.press("ben", channel, "Accept")
    assert str(_item(town, channel)["text"]).startswith("Action item")
    assert "1 opened, 1 open" in town.incident("ben", "digest")


def test_a_dropped_suggestion_stays_dropped_after_a_redraft(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I'll add an alert on queue depth by friday")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    town.press("ana", channel, "Drop")
    town.incident("ana", "postmortem again", channel)
    town.settle()
    items = [m for m in town.said(channel) if "ction item:" in m["text"]]
    assert len(items) == 1
    assert items[0]["text"].endswith("Dropped.")


def _at(town: Town, month: int, day: int, hour: int, minute: int = 0) -> None:
    town.sandbox.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=UTC))
    town.settle()


def test_an_owner_is_reminded_at_ten_in_their_own_time_zone(town: Town) -> None:
    _with_item(town)  # Ben lives in New York: ten o'clock is 14:00 UTC in March
    _at(town, 3, 12, 13, 59)
    assert town.ws.dm("ben") == []
    _at(town, 3, 12, 14, 1)
    (reminder,) = town.ws.dm("ben")
    assert "due Fri 13 Mar 2026" in reminder["text"]
    _at(town, 3, 13, 14, 1)
    assert "due today" in town.ws.dm("ben")[-1]["text"]
    _at(town, 3, 20, 14, 1)
    assert "7 days late" in town.ws.dm("ben")[-1]["text"]
    assert len(town.ws.dm("ben")) == 3


def test_one_dm_lists_every_due_item(town: Town) -> None:
    channel = _with_item(town)
    town.incident("ana", "action write the runbook @ben 2026-03-13 P3", channel)
    _at(town, 3, 12, 14, 1)
    (reminder,) = town.ws.dm("ben")
    assert "2 of your action items need you" in reminder["text"]
    assert "write the runbook" in reminder["text"]


def test_replanning_reminders_keeps_one_that_is_already_due(town: Town) -> None:
    _with_item(town)
    town.service._scheduler.pause()
    late = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    town.sandbox.clock.move_to(late)
    with town.store.begin() as session:
        ladder.replan(session, town.service.bot, town.ws.person("ben").id, late)
    town.service._scheduler.resume()
    town.settle()
    (reminder,) = town.ws.dm("ben")
    assert "due Fri 13 Mar 2026" in reminder["text"]


def _skip_to(town: Town, moment: datetime) -> None:
    """Move the clock while no scheduled task runs."""
    town.service._scheduler.pause()
    town.sandbox.clock.move_to(moment)
    town.service._scheduler.resume()
    town.settle()


def test_a_reminder_missed_at_night_is_sent_in_the_morning(town: Town) -> None:
    _with_item(town)
    _skip_to(town, datetime(2026, 3, 13, 3, 0, tzinfo=UTC))  # 23:00 in New York
    assert town.ws.dm("ben") == []
    _at(town, 3, 13, 14, 1)
    (reminder,) = town.ws.dm("ben")
    assert "due today" in reminder["text"]


def test_an_owner_gets_one_reminder_a_day_even_after_a_late_one(town: Town) -> None:
    channel = _with_item(town)  # due on Friday; Thursday's reminder is missed
    town.incident("ana", "action write the runbook @ben 2026-03-16 P3", channel)
    town.settle()
    _skip_to(town, datetime(2026, 3, 13, 13, 30, tzinfo=UTC))  # 9:30 in New York
    _at(town, 3, 13, 17)  # at ten both were due, but one had already been reported as due today
    (reminder,) = town.ws.dm("ben")
    assert "due today" in reminder["text"]
    _at(town, 3, 16, 14, 1)
    assert "1 of your action items needs you" in town.ws.dm("ben")[-1]["text"]
    _at(town, 3, 20, 14, 1)
    assert "7 days late" in town.ws.dm("ben")[-1]["text"]
    assert len(town.ws.dm("ben")) == 3


def test_a_snoozed_item_sends_no_reminder_for_two_days(town: Town) -> None:
    _with_item(town, "action add an alert @ben 2026-03-11 P2")
    _at(town, 3, 11, 14, 1)
    town.press("ben", "dm", "Snooze 2 days")
    _at(town, 3, 12, 14, 1)
    assert len(town.ws.dm("ben")) == 1
    _at(town, 3, 13, 14, 1)
    assert len(town.ws.dm("ben")) == 2


def test_marking_an_item_done_in_the_dm_updates_its_thread(town: Town) -> None:
    channel = _with_item(town)
    _at(town, 3, 12, 14, 1)
    town.press("ben", "dm", "Mark done")
    assert "Done by" in str(_item(town, channel)["text"])


def test_the_weekly_digest_compares_with_the_previous_week(town: Town) -> None:
    _with_item(town, "action add an alert @ben 2026-03-12 P2")
    _at(town, 3, 16, 9, 1)
    _at(town, 3, 23, 9, 1)
    first, second = [m["text"] for m in town.said("sre-weekly") if "week" in m["text"]]
    assert "Of 1 that fell due this week, 0 are done (0 %)" in first
    assert "Nothing fell due this week" in second
    assert "Opened 0 (1)" in second
    assert "add an alert: INC-2026-001, 11 days late" in second


def test_a_week_without_action_items_posts_no_digest(town: Town) -> None:
    _at(town, 3, 16, 9, 1)
    assert not [m for m in town.said("sre-weekly") if "week" in m["text"]]


def test_a_weekly_digest_that_is_days_late_is_skipped(town: Town) -> None:
    _with_item(town)
    _skip_to(town, town.sandbox.clock.now() + timedelta(days=8, hours=12))  # Thursday
    assert not [m for m in town.said("sre-weekly") if "week" in m["text"]]

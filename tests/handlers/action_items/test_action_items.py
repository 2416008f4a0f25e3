"""Action items: threads, buttons, forms, reminders, digest."""

from datetime import UTC, datetime, timedelta

from bot.reminders import ladder
from tests.support.harness import Town


def _item(town: Town, channel: str, text: str = "add an alert") -> dict[str, object]:
    heads = ("Action item:", "Suggested action item:")
    return next(m for m in town.said(channel) if m["text"].startswith(heads) and text in m["text"])


def _with_item(town: Town, typed: str = "action add an alert @ben 2026-03-13 P2") -> str:
    channel = town.declare()
    town.incident("ana", typed, channel)
    town.settle()
    return channel


def test_an_item_is_a_thread_that_says_what_is_missing(town: Town) -> None:
    channel = _with_item(town, "action add an alert @ben")
    parent, reply = town.ws.replies(channel, _item(town, channel)["ts"])
    assert "Due: not set" in parent["text"]
    assert reply["text"].startswith("Still missing: a due date and a priority. Answer here:")


def test_done_twice_is_done_once(town: Town) -> None:
    channel = _with_item(town)
    message = _item(town, channel)
    actions = message["blocks"][-1]["elements"]  # type: ignore[index]
    town.press("ben", channel, "Mark done")
    assert "Done by" in str(_item(town, channel)["text"])
    labels = [each["text"]["text"] for each in actions]
    assert labels == ["Mark done", "Change owner", "Change due date", "Won't do", "History"]


def test_a_text_is_kept_whole_or_given_back(town: Town) -> None:
    channel = town.declare()
    long = "check each of the pools " * 13 + "<b> & so on"
    told = town.incident("ana", f"action {long} @ben 2026-03-13", channel)
    assert told.startswith(
        "The text of an action item takes 300 characters at most, and this has 323"
    )
    assert "pools &lt;b&gt; &amp; so on”" in told
    assert told.count("check each of the pools") == 13
    assert "no action items yet" in town.incident("ana", "actions", channel)
    town.incident("ana", f"action {'x' * 300} @ben 2026-03-13", channel)
    assert "x" * 300 in town.incident("ana", "actions 1", channel)


def _modal(town: Town, person: str) -> str:
    return str(town.ws.open_view(person))


def test_what_became_of_an_item_is_shown_once_it_is_done_and_it_can_be_taken_back(
    town: Town,
) -> None:
    channel = _with_item(town)
    town.press("ben", channel, "Mark done")
    labels = [each["text"]["text"] for each in _item(town, channel)["blocks"][-1]["elements"]]  # type: ignore[index]
    assert labels == ["Reopen", "History"]
    town.press("mei", channel, "History")
    assert f"<@{town.ws.person('ben').id}>: state done" in _modal(town, "mei")
    town.press("mei", channel, "Reopen")
    assert town.ws.ephemerals("mei")[-1]["text"] == "To be done again: add an alert."
    assert "1 opened, 1 open" in town.incident("ben", "digest")
    _at(town, 3, 12, 14, 1)  # the reminders come again
    assert "due Fri 13 Mar 2026" in town.ws.dm("ben")[-1]["text"]


def test_a_dropped_suggestion_keeps_its_history(town: Town) -> None:
    channel = town.declare()
    said = town.ws.say("ana", channel, "we need an alert")
    town.settle()
    town.ws.react("ana", channel, said, "clipboard")
    town.settle()
    town.press("ana", channel, "Drop")
    town.press("mei", channel, "History")
    assert f"<@{town.ws.person('ana').id}>: state dropped" in _modal(town, "mei")


def test_an_old_button_is_checked_against_what_is_stored(town: Town) -> None:
    channel = _with_item(town)
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.press("ben", channel, "Mark done")  # the message still shows its buttons
    town.press("mei", channel, "Mark done")
    (whisper,) = [m for m in town.ws.ephemerals("mei") if "not open" in m["text"]]
    assert whisper["text"] == "This action item is not open any more: it is done."


def test_the_owner_is_changed_with_a_form(town: Town) -> None:
    channel = _with_item(town)
    town.press("ana", channel, "Change owner")
    assert town.ws.open_view("ana")["title"]["text"] == "Change owner"
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.settle()
    assert f"Owner: <@{town.ws.person('mei').id}>" in str(_item(town, channel)["text"])


def test_a_due_date_in_the_past_is_refused_in_the_form(town: Town) -> None:
    channel = _with_item(town)
    town.press("ana", channel, "Change due date")
    answer = town.ws.submit("ana", {"due": {"due": "2026-03-01"}})
    assert "is in the past" in answer["errors"]["due"]
    town.ws.submit("ana", {"due": {"due": "2026-03-20"}})
    town.settle()
    assert "Due: Fri 20 Mar 2026" in str(_item(town, channel)["text"])


def test_a_commitment_is_suggested_and_taken_with_a_click(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I'll add an alert on queue depth by friday")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert str(_item(town, channel)["text"]).startswith("Suggested action item")
    town.press("ben", channel, "Accept")
    assert str(_item(town, channel)["text"]).startswith("Action item")
    assert "1 opened, 1 open" in town.incident("ben", "digest")


def test_a_dropped_suggestion_stays_dropped_when_it_is_drafted_again(town: Town) -> None:
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


def test_an_owner_is_reminded_at_ten_where_they_live(town: Town) -> None:
    _with_item(town)  # Ben lives in New York: ten o'clock is 14:00 UTC in March
    _at(town, 3, 12, 13, 59)
    assert town.ws.dm("ben") == []
    _at(town, 3, 12, 14, 1)
    (first,) = town.ws.dm("ben")
    assert "due Fri 13 Mar 2026" in first["text"]
    _at(town, 3, 13, 14, 1)
    assert "due today" in town.ws.dm("ben")[-1]["text"]
    _at(town, 3, 20, 14, 1)
    assert "7 days late" in town.ws.dm("ben")[-1]["text"]
    assert len(town.ws.dm("ben")) == 3


def test_all_that_is_due_comes_in_one_dm(town: Town) -> None:
    channel = _with_item(town)
    town.incident("ana", "action write the runbook @ben 2026-03-13 P3", channel)
    _at(town, 3, 12, 14, 1)
    (reminder,) = town.ws.dm("ben")
    assert "2 of your action items need you" in reminder["text"]
    assert "write the runbook" in reminder["text"]


def test_a_due_reminder_is_not_passed_over_when_its_owner_is_met(town: Town) -> None:
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


def test_a_reminder_missed_at_night_comes_in_the_morning(town: Town) -> None:
    _with_item(town)
    town.service._scheduler.pause()
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 3, 0, tzinfo=UTC))  # 23:00 in New York
    town.service._scheduler.resume()
    town.settle()
    assert town.ws.dm("ben") == []
    _at(town, 3, 13, 14, 1)
    (reminder,) = town.ws.dm("ben")
    assert "due today" in reminder["text"]


def test_there_is_one_dm_a_day_however_late_it_came(town: Town) -> None:
    channel = _with_item(town)  # due on Friday; the reminder of Thursday is missed
    town.incident("ana", "action write the runbook @ben 2026-03-16 P3", channel)
    town.settle()
    town.service._scheduler.pause()
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 13, 30, tzinfo=UTC))  # 9:30 in New York
    town.service._scheduler.resume()
    town.settle()
    _at(
        town, 3, 13, 17
    )  # at ten, both would have been due; of one was told already that it is today
    (late,) = town.ws.dm("ben")
    assert "due today" in late["text"]
    _at(town, 3, 16, 14, 1)
    assert "1 of your action items needs you" in town.ws.dm("ben")[-1]["text"]
    _at(town, 3, 20, 14, 1)
    assert "7 days late" in town.ws.dm("ben")[-1]["text"]
    assert len(town.ws.dm("ben")) == 3


def test_a_snoozed_item_is_quiet_for_two_days(town: Town) -> None:
    _with_item(town, "action add an alert @ben 2026-03-11 P2")
    _at(town, 3, 11, 14, 1)
    town.press("ben", "dm", "Snooze 2 days")
    _at(town, 3, 12, 14, 1)
    assert len(town.ws.dm("ben")) == 1
    _at(town, 3, 13, 14, 1)
    assert len(town.ws.dm("ben")) == 2


def test_marking_done_in_the_dm_changes_the_thread(town: Town) -> None:
    channel = _with_item(town)
    _at(town, 3, 12, 14, 1)
    town.press("ben", "dm", "Mark done")
    assert "Done by" in str(_item(town, channel)["text"])


def test_the_digest_compares_with_the_week_before(town: Town) -> None:
    _with_item(town, "action add an alert @ben 2026-03-12 P2")
    _at(town, 3, 16, 9, 1)
    _at(town, 3, 23, 9, 1)
    first, second = [m["text"] for m in town.said("sre-weekly") if "week" in m["text"]]
    assert "Of 1 that fell due this week, 0 are done (0 %)" in first
    assert "Nothing fell due this week" in second
    assert "Opened 0 (1)" in second
    assert "add an alert: INC-2026-001, 11 days late" in second


def test_a_week_with_nothing_to_say_is_silent(town: Town) -> None:
    _at(town, 3, 16, 9, 1)
    assert not [m for m in town.said("sre-weekly") if "week" in m["text"]]


def test_a_digest_that_is_days_late_is_folded_into_the_next(town: Town) -> None:
    _with_item(town)
    town.service._scheduler.pause()
    town.sandbox.clock.advance(timedelta(days=8, hours=12))  # Thursday
    town.service._scheduler.resume()
    town.settle()
    assert not [m for m in town.said("sre-weekly") if "week" in m["text"]]

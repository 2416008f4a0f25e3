"""The timeline form: paging, correcting and hiding entries, and the effect on the draft."""

from datetime import timedelta
from typing import Any

from bot.domain.timeline import TimelineEvent
from storage import timeline
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot, eventually


def _open(live_bot: LiveBot, channel: str, person: str = "ana") -> dict[str, Any]:
    assert live_bot.command(person, "timeline", channel) == ""
    return _view(live_bot, person)


def _view(live_bot: LiveBot, person: str = "ana") -> dict[str, Any]:
    view = live_bot.workspace.open_view(person)
    assert view is not None
    return dict(view)


def _entries(view: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def _choose(live_bot: LiveBot, text: str, kind: str, person: str = "ana") -> None:
    """Choose from the menu beside the entry with a text."""
    for block in _view(live_bot, person)["blocks"]:
        if block["type"] == "section" and text in block["text"]["text"]:
            menu = block["accessory"]
            (value,) = [
                option["value"] for option in menu["options"] if option["value"].startswith(kind)
            ]
            live_bot.workspace.press_in_view(person, menu["action_id"], value)
            return
    raise AssertionError(f"nothing says {text!r}")


def _press_page_button(live_bot: LiveBot, label: str) -> None:
    (row,) = [
        candidate for candidate in _view(live_bot)["blocks"] if candidate["type"] == "actions"
    ]
    (button,) = [candidate for candidate in row["elements"] if candidate["text"]["text"] == label]
    live_bot.workspace.press_in_view("ana", button["action_id"])


def _event(live_bot: LiveBot, channel: str, ts: str) -> TimelineEvent:
    (event,) = [entry for entry in live_bot.timeline(channel) if entry.message_id == ts]
    return event


def _document(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    return latest_postmortem(live_bot, channel).document


def test_the_timeline_opens_on_its_last_page_and_can_be_paged(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    for number in range(25):
        live_bot.workspace.say("ana", channel, f"step {number:02} done")
    live_bot.settle()
    view = _open(live_bot, channel)
    assert view["title"]["text"] == "INC-2026-001 timeline"
    assert len(_entries(view)) == 10
    assert "step 24" in _entries(view)[-1]
    assert "|open>" in _entries(view)[-1]
    live_bot.workspace.say("ana", channel, "said meanwhile")
    live_bot.settle()
    _press_page_button(live_bot, "Show earlier entries")
    assert "step 15" in _entries(_view(live_bot))[-1]
    _press_page_button(live_bot, "Show earlier entries")
    first_page = _entries(_view(live_bot))
    assert "_declared_" in first_page[0]
    _press_page_button(live_bot, "Show later entries")
    _press_page_button(live_bot, "Show later entries")
    assert "said meanwhile" in _entries(_view(live_bot))[-1]


def test_a_corrected_entry_is_marked_as_corrected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, "restarted the cash service & its pool")
    live_bot.settle()
    _open(live_bot, channel, "ben")
    _choose(live_bot, "restarted", "correct", "ben")
    form = _view(live_bot, "ben")
    assert form["title"]["text"] == "Edit entry"
    assert form["blocks"][0]["element"]["initial_value"] == "restarted the cash service & its pool"
    live_bot.workspace.submit("ben", {"text": {"text": "restarted the <cache>"}})
    redrawn = "restarted the &lt;cache&gt;"
    eventually(lambda: redrawn in str(_entries(_view(live_bot, "ben"))), "the page is redrawn")
    assert "_Edited by" in str(_entries(_view(live_bot, "ben")))


def test_the_draft_has_corrected_text_and_time_even_after_the_message_was_edited(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "restarted the cash service")
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=30))
    _open(live_bot, channel, "ben")
    live_bot.settle()  # Ben's time zone is looked up
    _choose(live_bot, "restarted", "correct", "ben")
    # Ben lives in New York: 13:50 UTC.
    live_bot.workspace.submit(
        "ben", {"text": {"text": "restarted the <cache>"}, "time": {"time": "9:50"}}
    )
    live_bot.workspace.edit(channel, ts, "restarted the cash service, I mean the kitchen")
    live_bot.settle()
    row = next(
        entry for entry in _document(live_bot, channel)["timeline"] if ts in entry["evidence"]
    )
    assert (row["text"], row["at"]) == ("Restarted the <cache>", "2026-03-10T13:50:00Z")
    assert "Timeline: 1 entry edited" in live_bot.text_in(channel)
    with live_bot.store.begin() as session:
        stored = timeline.by_ids(session, channel, [ts])[ts]
    assert stored.text == "restarted the cash service, I mean the kitchen"


def test_hidden_entries_are_left_out_of_the_draft_until_they_are_shown_again(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    hidden = live_bot.workspace.say("ana", channel, "restarted the cache")
    shown = live_bot.workspace.say("ben", channel, "root cause: the connection pool was too small")
    live_bot.settle()
    _open(live_bot, channel)
    _choose(live_bot, "restarted", "hide")
    _choose(live_bot, "root cause", "hide")
    assert str(_entries(_view(live_bot))).count("_Hidden from the draft._") == 2
    _choose(live_bot, "root cause", "show")
    document = _document(live_bot, channel)
    evidence = {ts for row in document["timeline"] for ts in row["evidence"]}
    assert hidden not in evidence
    assert shown in evidence
    assert document["recording"]["hidden"] == 1
    assert document["recording"]["messages"] == 2
    assert "Timeline: 1 entry hidden." in live_bot.text_in(channel)


def test_a_note_can_be_corrected_and_is_redacted(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "note rolled bakc 4.2", channel)
    _open(live_bot, channel)
    _choose(live_bot, "bakc", "correct")
    live_bot.workspace.submit(
        "ana", {"text": {"text": "rolled back 4.2, key AKIAIOSFODNN7EXAMPLE"}}
    )
    live_bot.settle()
    texts = [event.text for event in live_bot.timeline(channel)]
    assert any(text.startswith("rolled back 4.2, key [removed") for text in texts)
    assert not any("bakc" in text for text in texts)


def test_only_the_time_of_a_status_change_can_be_corrected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "status identified", channel)
    live_bot.settle()
    _open(live_bot, channel)
    _choose(live_bot, "_status_", "correct")
    assert [block["block_id"] for block in _view(live_bot)["blocks"]] == ["time"]


def test_the_card_shows_the_corrected_impact(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "impact 42 customers", channel)
    _open(live_bot, channel)
    _choose(live_bot, "42 customers", "correct")
    live_bot.workspace.submit("ana", {"text": {"text": "4,200 customers"}})
    live_bot.settle()
    assert "4,200 customers" in live_bot.text_in(channel)


def test_an_invalid_correction_is_rejected_at_its_field(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "restarted the cache")
    live_bot.settle()
    _open(live_bot, channel)
    _choose(live_bot, "restarted", "correct")
    answer = live_bot.workspace.submit("ana", {"text": {"text": "  "}, "time": {"time": ""}})
    assert "needs text" in answer["errors"]["text"]
    answer = live_bot.workspace.submit(
        "ana", {"text": {"text": "ok"}, "time": {"time": "23:59 tomorrow"}}
    )
    assert "isn't a time in the past" in answer["errors"]["time"]
    assert _event(live_bot, channel, ts).corrected_by == ""


def test_an_entry_deleted_meanwhile_disappears_from_the_page(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "restarted the cache")
    live_bot.settle()
    _open(live_bot, channel)
    live_bot.workspace.delete(channel, ts)
    live_bot.settle()
    _choose(live_bot, "restarted", "correct")
    assert "restarted" not in str(_entries(_view(live_bot)))


def test_the_timeline_is_sent_as_text_when_the_form_cannot_open(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="views.open", error="expired_trigger_id")
    assert "*Timeline for INC-2026-001*" in live_bot.command("ana", "timeline", channel)

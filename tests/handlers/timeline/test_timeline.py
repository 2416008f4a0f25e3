"""The timeline form: paging, correcting and hiding entries, and the effect on the draft."""

from datetime import timedelta
from typing import Any

from bot.domain.timeline import TimelineEvent
from storage import timeline
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town, eventually


def _open(town: Town, channel: str, person: str = "ana") -> dict[str, Any]:
    assert town.incident(person, "timeline", channel) == ""
    return _view(town, person)


def _view(town: Town, person: str = "ana") -> dict[str, Any]:
    view = town.ws.open_view(person)
    assert view is not None
    return dict(view)


def _entries(view: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def _choose(town: Town, text: str, kind: str, person: str = "ana") -> None:
    """Choose from the menu beside the entry with a text."""
    for block in _view(town, person)["blocks"]:
        if block["type"] == "section" and text in block["text"]["text"]:
            menu = block["accessory"]
            (value,) = [
                option["value"] for option in menu["options"] if option["value"].startswith(kind)
            ]
            town.ws.press_in_view(person, menu["action_id"], value)
            return
    raise AssertionError(f"nothing says {text!r}")


def _press_page_button(town: Town, label: str) -> None:
    (row,) = [candidate for candidate in _view(town)["blocks"] if candidate["type"] == "actions"]
    (button,) = [candidate for candidate in row["elements"] if candidate["text"]["text"] == label]
    town.ws.press_in_view("ana", button["action_id"])


def _event(town: Town, channel: str, ts: str) -> TimelineEvent:
    (event,) = [entry for entry in town.recorded(channel) if entry.message_id == ts]
    return event


def _document(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "resolve", channel)
    town.settle()
    return latest_postmortem(town, channel).document


def test_the_timeline_opens_on_its_last_page_and_can_be_paged(town: Town) -> None:
    channel = town.declare()
    for number in range(25):
        town.ws.say("ana", channel, f"step {number:02} done")
    town.settle()
    view = _open(town, channel)
    assert view["title"]["text"] == "Timeline INC-2026-001"
    assert len(_entries(view)) == 10
    assert "step 24" in _entries(view)[-1]
    assert "|open>" in _entries(view)[-1]
    town.ws.say("ana", channel, "said meanwhile")
    town.settle()
    _press_page_button(town, "Earlier")
    assert "step 15" in _entries(_view(town))[-1]
    _press_page_button(town, "Earlier")
    first_page = _entries(_view(town))
    assert "_declared_" in first_page[0]
    _press_page_button(town, "Later")
    _press_page_button(town, "Later")
    assert "said meanwhile" in _entries(_view(town))[-1]


def test_a_corrected_entry_is_marked_as_corrected(town: Town) -> None:
    channel = town.declare()
    town.ws.say("ana", channel, "restarted the cash service & its pool")
    town.settle()
    _open(town, channel, "ben")
    _choose(town, "restarted", "correct", "ben")
    form = _view(town, "ben")
    assert form["title"]["text"] == "Correct an entry"
    assert form["blocks"][0]["element"]["initial_value"] == "restarted the cash service & its pool"
    town.ws.submit("ben", {"text": {"text": "restarted the <cache>"}})
    redrawn = "restarted the &lt;cache&gt;"
    eventually(lambda: redrawn in str(_entries(_view(town, "ben"))), "the page is redrawn")
    assert "_Corrected by" in str(_entries(_view(town, "ben")))


def test_the_draft_has_corrected_text_and_time_even_after_the_message_was_edited(
    town: Town,
) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "restarted the cash service")
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=30))
    _open(town, channel, "ben")
    town.settle()  # Ben's time zone is looked up
    _choose(town, "restarted", "correct", "ben")
    # Ben lives in New York: 13:50 UTC.
    town.ws.submit("ben", {"text": {"text": "restarted the <cache>"}, "time": {"time": "9:50"}})
    town.ws.edit(channel, ts, "restarted the cash service, I mean the kitchen")
    town.settle()
    row = next(entry for entry in _document(town, channel)["timeline"] if ts in entry["evidence"])
    assert (row["text"], row["at"]) == ("restarted the <cache>", "2026-03-10T13:50:00Z")
    assert "1 corrected" in town.texts(channel)
    with town.store.begin() as session:
        stored = timeline.by_ids(session, channel, [ts])[ts]
    assert stored.text == "restarted the cash service, I mean the kitchen"


def test_hidden_entries_are_left_out_of_the_draft_until_they_are_shown_again(town: Town) -> None:
    channel = town.declare()
    hidden = town.ws.say("ana", channel, "restarted the cache")
    shown = town.ws.say("ben", channel, "root cause: the connection pool was too small")
    town.settle()
    _open(town, channel)
    _choose(town, "restarted", "hide")
    _choose(town, "root cause", "hide")
    assert str(_entries(_view(town))).count("_Hidden: not in the draft._") == 2
    _choose(town, "root cause", "show")
    document = _document(town, channel)
    evidence = {ts for row in document["timeline"] for ts in row["evidence"]}
    assert hidden not in evidence
    assert shown in evidence
    assert document["recording"]["hidden"] == 1
    assert document["recording"]["messages"] == 2
    assert "1 hidden" in town.texts(channel)


def test_a_note_can_be_corrected_and_is_redacted(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "note rolled bakc 4.2", channel)
    _open(town, channel)
    _choose(town, "bakc", "correct")
    town.ws.submit("ana", {"text": {"text": "rolled back 4.2, key AKIAIOSFODNN7EXAMPLE"}})
    town.settle()
    texts = [event.text for event in town.recorded(channel)]
    assert any(text.startswith("rolled back 4.2, key [removed") for text in texts)
    assert not any("bakc" in text for text in texts)


def test_only_the_time_of_a_status_change_can_be_corrected(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "status identified", channel)
    town.settle()
    _open(town, channel)
    _choose(town, "_status_", "correct")
    assert [block["block_id"] for block in _view(town)["blocks"]] == ["time"]


def test_the_card_shows_the_corrected_impact(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "impact 42 customers", channel)
    _open(town, channel)
    _choose(town, "42 customers", "correct")
    town.ws.submit("ana", {"text": {"text": "4,200 customers"}})
    town.settle()
    assert "4,200 customers" in town.texts(channel)


def test_an_invalid_correction_is_rejected_at_its_field(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "restarted the cache")
    town.settle()
    _open(town, channel)
    _choose(town, "restarted", "correct")
    answer = town.ws.submit("ana", {"text": {"text": "  "}, "time": {"time": ""}})
    assert "needs some text" in answer["errors"]["text"]
    answer = town.ws.submit("ana", {"text": {"text": "ok"}, "time": {"time": "23:59 tomorrow"}})
    assert "is not a time in the past" in answer["errors"]["time"]
    assert _event(town, channel, ts).corrected_by == ""


def test_an_entry_deleted_meanwhile_disappears_from_the_page(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "restarted the cache")
    town.settle()
    _open(town, channel)
    town.ws.delete(channel, ts)
    town.settle()
    _choose(town, "restarted", "correct")
    assert "restarted" not in str(_entries(_view(town)))


def test_the_timeline_is_sent_as_text_when_the_form_cannot_open(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="views.open", error="expired_trigger_id")
    assert "*Timeline of INC-2026-001*" in town.incident("ana", "timeline", channel)

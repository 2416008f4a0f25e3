"""`/incident timeline`: read page by page, corrected, hidden; the draft follows."""

from datetime import timedelta
from typing import Any

from bot.domain.timeline import TimelineEvent
from storage import incidents, postmortems, timeline
from tests.support.harness import Town, eventually


def _open(town: Town, channel: str, person: str = "ana") -> dict[str, Any]:
    assert town.incident(person, "timeline", channel) == ""
    return _view(town, person)


def _view(town: Town, person: str = "ana") -> dict[str, Any]:
    view = town.ws.open_view(person)
    assert view is not None
    return dict(view)


def _entries(view: dict[str, Any]) -> list[str]:
    return [each["text"]["text"] for each in view["blocks"] if each["type"] == "section"]


def _choose(town: Town, said: str, kind: str, person: str = "ana") -> None:
    """Choose from the menu beside the entry that says something."""
    for block in _view(town, person)["blocks"]:
        if block["type"] == "section" and said in block["text"]["text"]:
            menu = block["accessory"]
            (value,) = [each["value"] for each in menu["options"] if each["value"].startswith(kind)]
            town.ws.press_in_view(person, menu["action_id"], value)
            return
    raise AssertionError(f"nothing says {said!r}")


def _turn(town: Town, label: str) -> None:
    (row,) = [each for each in _view(town)["blocks"] if each["type"] == "actions"]
    (button,) = [each for each in row["elements"] if each["text"]["text"] == label]
    town.ws.press_in_view("ana", button["action_id"])


def _event(town: Town, channel: str, ts: str) -> TimelineEvent:
    (event,) = [each for each in town.recorded(channel) if each.message_id == ts]
    return event


def _document(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "resolve", channel)
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        found = postmortems.latest(session, incident.id)
        assert found
        return found.document


def test_it_opens_at_the_end_and_is_paged_through(town: Town) -> None:
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
    _turn(town, "Earlier")
    assert "step 15" in _entries(_view(town))[-1]
    _turn(town, "Earlier")
    first = _entries(_view(town))
    assert "_declared_" in first[0]
    _turn(town, "Later")
    _turn(town, "Later")
    assert "said meanwhile" in _entries(_view(town))[-1]


def test_an_entry_is_corrected_in_a_form_and_shown_so(town: Town) -> None:
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


def test_the_draft_tells_the_corrected_text_and_time_and_an_edit_does_not_undo_them(
    town: Town,
) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "restarted the cash service")
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=30))
    _open(town, channel, "ben")
    town.settle()  # his zone is asked for meanwhile
    _choose(town, "restarted", "correct", "ben")
    # Ben lives in New York: 13:50 UTC.
    town.ws.submit("ben", {"text": {"text": "restarted the <cache>"}, "time": {"time": "9:50"}})
    town.ws.edit(channel, ts, "restarted the cash service, I mean the kitchen")
    town.settle()
    row = next(each for each in _document(town, channel)["timeline"] if ts in each["evidence"])
    assert (row["text"], row["at"]) == ("restarted the <cache>", "2026-03-10T13:50:00Z")
    assert "1 corrected" in town.texts(channel)
    with town.store.begin() as session:
        known = timeline.by_ids(session, channel, [ts])[ts]
    assert known.text == "restarted the cash service, I mean the kitchen"


def test_what_is_hidden_is_left_out_of_the_draft_and_comes_back(town: Town) -> None:
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
    told = {each for row in document["timeline"] for each in row["evidence"]}
    assert hidden not in told
    assert shown in told
    assert document["recording"]["hidden"] == 1
    assert document["recording"]["messages"] == 2
    assert "1 hidden" in town.texts(channel)


def test_a_note_of_a_person_is_corrected_too(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "note rolled bakc 4.2", channel)
    _open(town, channel)
    _choose(town, "bakc", "correct")
    town.ws.submit("ana", {"text": {"text": "rolled back 4.2, key AKIAIOSFODNN7EXAMPLE"}})
    town.settle()
    texts = [each.text for each in town.recorded(channel)]
    assert any(text.startswith("rolled back 4.2, key [removed") for text in texts)
    assert not any("bakc" in text for text in texts)


def test_what_another_deed_set_keeps_its_words(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "status identified", channel)
    town.settle()
    _open(town, channel)
    _choose(town, "_status_", "correct")
    assert [each["block_id"] for each in _view(town)["blocks"]] == ["time"]


def test_the_card_shows_the_corrected_impact(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "impact 42 customers", channel)
    _open(town, channel)
    _choose(town, "42 customers", "correct")
    town.ws.submit("ana", {"text": {"text": "4,200 customers"}})
    town.settle()
    assert "4,200 customers" in town.texts(channel)


def test_bad_input_is_refused_at_its_field_and_nothing_is_lost(town: Town) -> None:
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


def test_an_entry_that_was_deleted_meanwhile_is_gone_from_the_page(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "restarted the cache")
    town.settle()
    _open(town, channel)
    town.ws.delete(channel, ts)
    town.settle()
    _choose(town, "restarted", "correct")
    assert "restarted" not in str(_entries(_view(town)))


def test_where_it_cannot_open_it_is_said(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="views.open", error="expired_trigger_id")
    assert "*Timeline of INC-2026-001*" in town.incident("ana", "timeline", channel)

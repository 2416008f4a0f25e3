"""People edit the sections of a postmortem in forms that are checked for blame."""

from typing import Any

import pytest

from bot.domain.section import SectionName
from storage import incidents, sections
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town

CAUSE = "The connection limit had no owner"


@pytest.fixture
def channel(town: Town) -> str:
    """An incident's channel with the draft in it."""
    channel_id = town.declare()
    town.ws.join("ben", channel_id)
    town.ws.say("ben", channel_id, "looking into it, 4,200 users are affected")
    town.ws.say("ben", channel_id, "it was caused by the new connection limit")
    town.ws.say("ben", channel_id, "the limit is set back, error rates are back to normal")
    town.incident("ana", "resolve limit set back", channel_id)
    town.settle()
    return channel_id


def summary(town: Town, channel: str) -> dict[str, Any]:
    """The newest message that shows the postmortem."""
    summaries = [
        m for m in town.said(channel) if "Postmortem" in m["text"] and "Version" in m["text"]
    ]
    return summaries[-1]


def thread(town: Town, channel: str) -> str:
    """Return the text in the thread of the newest summary."""
    _, *replies = town.ws.replies(channel, summary(town, channel)["ts"])
    return "\n".join(
        block["text"]
        for reply in replies
        for block in reply.get("blocks", [])
        if block["type"] == "markdown"
    )


def open_section_form(town: Town, person: str, channel: str, section: str) -> dict[str, Any]:
    """Open the form of a section by choosing it from the list."""
    town.press(person, channel, "Edit a section")
    answer = town.ws.submit(person, {"section": {"section": section}})
    assert answer["response_action"] == "update"
    return dict(town.ws.open_view(person))


def write(town: Town, person: str, channel: str, section: str, text: str) -> dict[str, Any]:
    open_section_form(town, person, channel, section)
    return send_text(town, person, text)


def send_text(town: Town, person: str, text: str) -> dict[str, Any]:
    answer = town.ws.submit(person, {"text": {"text": text}})
    town.settle()
    return dict(answer)


def initial_value(view: dict[str, Any], block: str) -> str:
    field = next(candidate for candidate in view["blocks"] if candidate["block_id"] == block)
    return str(field["element"].get("initial_value", ""))


def form_hints(view: dict[str, Any]) -> str:
    """Return what a form shows beside its fields."""
    return "\n".join(
        block["text"]["text"] for block in view["blocks"] if block["type"] == "section"
    )


def section_history(town: Town, channel: str, name: SectionName) -> list[tuple[str, str]]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        versions = sections.history(session, incident.id, name)
    names = {town.ws.person(name).id: name for name in ("ana", "ben", "mei")}
    return [(names[version.by], version.text) for version in versions]


def document(town: Town, channel: str) -> dict[str, Any]:
    return latest_postmortem(town, channel).document


def test_editing_a_section_updates_the_draft_in_place(town: Town, channel: str) -> None:
    before, files = len(town.said(channel)), len(town.ws.files)
    replies = len(town.ws.replies(channel, summary(town, channel)["ts"]))
    view = open_section_form(town, "ben", channel, "root_cause")
    assert "The new connection limit" in initial_value(view, "text")
    send_text(town, "ben", f"- {CAUSE}\n- It had no alert")
    assert town.ws.open_view("ben") is None
    assert (len(town.said(channel)), len(town.ws.files)) == (before, files)
    assert len(town.ws.replies(channel, summary(town, channel)["ts"])) == replies
    assert f"The cause: {CAUSE}." in summary(town, channel)["text"]
    assert "Written by people: root cause (ben)." in summary(town, channel)["text"]
    assert f"## Root cause\n\n- {CAUSE}\n- It had no alert\n" in thread(town, channel)
    assert "Version 2" in summary(town, channel)["text"]
    assert document(town, channel)["root_cause"][0]["written_by"] == "ben"


def test_a_redraft_keeps_sections_written_by_people(town: Town, channel: str) -> None:
    write(town, "ben", channel, "root_cause", CAUSE)
    old = summary(town, channel)["ts"]
    town.ws.say("mei", "incidents", "nothing to do with it")
    town.incident("ana", "note 14:01 the cause was a typo", channel)
    town.incident("ana", "postmortem again", channel)
    town.settle()
    assert summary(town, channel)["ts"] != old
    assert f"## Root cause\n\n- {CAUSE}\n\n" in thread(town, channel)
    write(town, "mei", channel, "lessons", "A limit is configuration")
    assert "- A limit is configuration" in thread(town, channel)
    assert CAUSE in thread(town, channel)


def test_a_blaming_text_is_questioned_and_can_be_saved_anyway(town: Town, channel: str) -> None:
    blaming_text = "Ben forgot to check the limit"
    answer = write(town, "mei", channel, "root_cause", blaming_text)
    assert answer["response_action"] == "update"
    view = town.ws.open_view("mei")
    assert "_Better:_" in form_hints(view)
    assert "Ben forgot" in form_hints(view)
    assert view["submit"]["text"] == "Save anyway"
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == []
    send_text(town, "mei", blaming_text)
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == [("mei", blaming_text)]
    assert town.ws.open_view("mei") is None


def test_another_blaming_text_is_questioned_again(town: Town, channel: str) -> None:
    write(town, "mei", channel, "root_cause", "Ben forgot to check the limit")
    answer = send_text(town, "mei", "Ben failed to check the limit")
    assert answer["response_action"] == "update"
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == []
    send_text(town, "mei", CAUSE)
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == [("mei", CAUSE)]


def test_a_conflicting_edit_is_pointed_out_and_both_texts_are_kept(
    town: Town, channel: str
) -> None:
    open_section_form(town, "ben", channel, "lessons")
    write(town, "ana", channel, "lessons", "Limits need owners")
    assert send_text(town, "ben", "Limits need alerts")["response_action"] == "update"
    assert "ana wrote here since you began:* “Limits need owners”" in form_hints(
        town.ws.open_view("ben")
    )
    assert section_history(town, channel, SectionName.LESSONS) == [("ana", "Limits need owners")]
    send_text(town, "ben", "Limits need alerts")
    both = [("ana", "Limits need owners"), ("ben", "Limits need alerts")]
    assert section_history(town, channel, SectionName.LESSONS) == both
    assert "- Limits need alerts" in thread(town, channel)
    assert "Limits need owners" not in thread(town, channel)


def test_saving_an_empty_text_restores_the_drafted_section(town: Town, channel: str) -> None:
    write(town, "ben", channel, "root_cause", CAUSE)
    view = open_section_form(town, "mei", channel, "root_cause")
    assert initial_value(view, "text") == CAUSE
    send_text(town, "mei", "")
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == [("ben", CAUSE), ("mei", "")]
    assert "caused by the new connection limit" in thread(town, channel)
    assert CAUSE not in thread(town, channel)


def test_saving_an_unchanged_text_creates_no_version(town: Town, channel: str) -> None:
    view = open_section_form(town, "ben", channel, "root_cause")
    send_text(town, "ben", initial_value(view, "text"))
    open_section_form(town, "ben", channel, "detection")
    send_text(town, "ben", "  \n- ")
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == []
    assert section_history(town, channel, SectionName.DETECTION) == []
    assert "Version 1" in summary(town, channel)["text"]


def test_a_secret_in_a_section_is_redacted(town: Town, channel: str) -> None:
    write(town, "ben", channel, "lessons", "The key was AKIAIOSFODNN7EXAMPLE all along")
    ((_, text),) = section_history(town, channel, SectionName.LESSONS)
    assert "AKIAIOSFODNN7EXAMPLE" not in text
    assert "AKIAIOSFODNN7EXAMPLE" not in thread(town, channel)


def test_markup_and_mentions_in_a_section_are_escaped(town: Town, channel: str) -> None:
    write(town, "ben", channel, "lessons", "<!channel> *bold* <script> # no heading")
    text = thread(town, channel)
    assert "&lt;!channel&gt; **bold** &lt;script&gt; \\# no heading" in text


def test_the_five_whys_form_writes_a_numbered_chain(town: Town, channel: str) -> None:
    town.press("ben", channel, "Five whys")
    view = town.ws.open_view("ben")
    assert "connection limit" in initial_value(view, "why1")
    answers = ["The pool ran dry", "The limit was copied from staging", "No check compares them"]
    values = {f"why{n}": {f"why{n}": text} for n, text in enumerate(answers, 1)}
    town.ws.submit("ben", values)
    town.settle()
    assert (
        "1. Why did it happen? The pool ran dry\n"
        "2. Why was that possible? The limit was copied from staging\n"
        "3. Why was that possible? No check compares them\n"
    ) in thread(town, channel)
    assert document(town, channel)["sections"]["five_whys"]["text"] == "\n".join(answers)


@pytest.mark.parametrize("last", ["Ben", "human error", "Carelessness", "it was Ben Okafor"])
def test_a_five_whys_chain_that_ends_with_a_person_is_questioned(
    town: Town, channel: str, last: str
) -> None:
    town.press("mei", channel, "Five whys")
    values = {"why1": {"why1": "The pool ran dry"}, "why2": {"why2": last}}
    assert town.ws.submit("mei", values)["response_action"] == "update"
    assert "_Better:_" in form_hints(town.ws.open_view("mei"))
    town.ws.submit("mei", values)
    town.settle()
    assert section_history(town, channel, SectionName.FIVE_WHYS) == [
        ("mei", f"The pool ran dry\n{last}")
    ]


def test_the_impact_form_has_a_field_for_each_measure(town: Town, channel: str) -> None:
    town.press("ana", channel, "Impact")
    assert "4,200 users are affected" in initial_value(town.ws.open_view("ana"), "users")
    town.ws.submit(
        "ana",
        {
            "users": {"users": "4,800 customers could not pay"},
            "revenue": {"revenue": "about 12,000 EUR"},
            "data": {"data": "none was lost"},
        },
    )
    town.settle()
    provenance = {"evidence": [], "written_by": "ana"}
    impact = document(town, channel)["impact"]
    assert [measure.pop("written_at")[:10] for measure in impact] == ["2026-03-10"] * 3
    assert impact == [
        {
            "text": "4,800 customers could not pay",
            "kind": "users",
            "value": 4800,
            "unit": "customers",
            **provenance,
        },
        {
            "text": "about 12,000 EUR",
            "kind": "revenue",
            "value": 12_000,
            "unit": "EUR",
            **provenance,
        },
        {"text": "none was lost", "kind": "data", "value": None, "unit": None, **provenance},
    ]
    assert "4,800 customers could not pay" in thread(town, channel)
    assert "4,200 users are affected" not in summary(town, channel)["text"]


def test_a_long_impact_text_survives_repeated_saves(town: Town, channel: str) -> None:
    long_text = (
        "4,800 customers could not pay, " + "and some tried again, " * 30 + "to the last one"
    )
    for _ in range(2):  # saved, opened and saved again
        town.press("ana", channel, "Impact")
        current = initial_value(town.ws.open_view("ana"), "users")
        users = current if "could not pay" in current else long_text
        town.ws.submit("ana", {"users": {"users": users}, "data": {"data": "none was lost"}})
        town.settle()
        impact = {measure["kind"]: measure["text"] for measure in document(town, channel)["impact"]}
        assert impact == {"users": long_text, "data": "none was lost"}


def test_the_impact_form_keeps_measures_without_a_field(town: Town, channel: str) -> None:
    town.incident("ana", "impact checkout was down for 40 minutes", channel)
    town.incident("ana", "postmortem again", channel)
    town.settle()
    before = {measure["kind"]: measure["text"] for measure in document(town, channel)["impact"]}
    assert "duration" in before
    for data in ("none was lost", "none at all was lost"):
        town.press("ana", channel, "Impact")
        town.ws.submit("ana", {"data": {"data": data}})
        town.settle()
        after = {measure["kind"]: measure["text"] for measure in document(town, channel)["impact"]}
        assert after == before | {"data": data}


def test_an_impact_over_the_section_limit_is_rejected(town: Town, channel: str) -> None:
    town.press("ana", channel, "Impact")
    before = document(town, channel)["impact"]
    values = {name: {name: "many " * 400} for name in ("users", "requests")}
    errors = town.ws.submit("ana", values)["errors"]
    assert "and a section takes 3000" in next(iter(errors.values()))
    town.settle()
    assert document(town, channel)["impact"] == before


def test_choosing_five_whys_or_impact_opens_its_own_form(town: Town, channel: str) -> None:
    assert initial_value(open_section_form(town, "ben", channel, "five_whys"), "why5") == ""
    assert "4,200" in initial_value(open_section_form(town, "ben", channel, "impact"), "users")


def test_the_edit_button_of_an_old_summary_opens_the_current_text(town: Town, channel: str) -> None:
    old = summary(town, channel)
    write(town, "ben", channel, "root_cause", CAUSE)
    town.incident("ana", "postmortem again", channel)
    town.settle()
    action = old["blocks"][-1]["elements"][0]["action_id"]
    town.ws.press("mei", channel, old["ts"], action)
    town.ws.submit("mei", {"section": {"section": "root_cause"}})
    assert initial_value(town.ws.open_view("mei"), "text") == CAUSE


def test_a_tampered_section_form_is_rejected(town: Town, channel: str) -> None:
    open_section_form(town, "ben", channel, "root_cause")
    town.ws.open_view("ben")["private_metadata"] = "1:headline:0:"
    answer = town.ws.submit("ben", {"text": {"text": CAUSE}})
    assert "a section" in answer["errors"]["text"]


def test_a_postmortem_that_grows_gets_another_message_in_the_thread(
    town: Town, channel: str
) -> None:
    replies = town.ws.replies(channel, summary(town, channel)["ts"])
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(town, "ben", channel, name, "\n".join([f"{name}: {'x' * 90}"] * 28))
    grown = town.ws.replies(channel, summary(town, channel)["ts"])
    assert len(grown) == len(replies) + 1
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(town, "ben", channel, name, "")
    assert len(town.ws.replies(channel, summary(town, channel)["ts"])) == len(grown)
    assert "This part now stands in the messages above." in thread(town, channel)

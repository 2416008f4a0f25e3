"""People write the postmortem: by forms, checked for blame, kept when it is drafted again."""

from typing import Any

import pytest

from bot.domain.section import SectionName
from storage import incidents, postmortems, sections
from tests.support.harness import Town

CAUSE = "The connection limit had no owner"


@pytest.fixture
def channel(town: Town) -> str:
    """An incident's channel with the draft in it."""
    where = town.declare()
    town.ws.join("ben", where)
    town.ws.say("ben", where, "looking into it, 4,200 users are affected")
    town.ws.say("ben", where, "it was caused by the new connection limit")
    town.ws.say("ben", where, "the limit is set back, error rates are back to normal")
    town.incident("ana", "resolve limit set back", where)
    town.settle()
    return where


def summary(town: Town, channel: str) -> dict[str, Any]:
    """The newest message that shows the postmortem."""
    found = [m for m in town.said(channel) if "Postmortem" in m["text"] and "Version" in m["text"]]
    return found[-1]


def thread(town: Town, channel: str) -> str:
    """What stands in the thread of the newest summary."""
    _, *replies = town.ws.replies(channel, summary(town, channel)["ts"])
    return "\n".join(
        block["text"]
        for reply in replies
        for block in reply.get("blocks", [])
        if block["type"] == "markdown"
    )


def begin(town: Town, person: str, channel: str, section: str) -> dict[str, Any]:
    """Open the form for a section, as somebody does who has chosen it from the list."""
    town.press(person, channel, "Edit a section")
    answer = town.ws.submit(person, {"section": {"section": section}})
    assert answer["response_action"] == "update"
    return dict(town.ws.open_view(person))


def write(town: Town, person: str, channel: str, section: str, text: str) -> dict[str, Any]:
    begin(town, person, channel, section)
    return send(town, person, text)


def send(town: Town, person: str, text: str) -> dict[str, Any]:
    answer = town.ws.submit(person, {"text": {"text": text}})
    town.settle()
    return dict(answer)


def value(view: dict[str, Any], block: str) -> str:
    found = next(each for each in view["blocks"] if each["block_id"] == block)
    return str(found["element"].get("initial_value", ""))


def told(view: dict[str, Any]) -> str:
    """What a form says beside its fields."""
    return "\n".join(each["text"]["text"] for each in view["blocks"] if each["type"] == "section")


def kept(town: Town, channel: str, name: SectionName) -> list[tuple[str, str]]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        found = sections.history(session, incident.id, name)
    names = {town.ws.person(name).id: name for name in ("ana", "ben", "mei")}
    return [(names[each.by], each.text) for each in found]


def document(town: Town, channel: str) -> dict[str, Any]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        newest = postmortems.latest(session, incident.id)
        assert newest
        return newest.document


def test_a_section_is_edited_where_it_stands(town: Town, channel: str) -> None:
    before, files = len(town.said(channel)), len(town.ws.files)
    replies = len(town.ws.replies(channel, summary(town, channel)["ts"]))
    view = begin(town, "ben", channel, "root_cause")
    assert "The new connection limit" in value(view, "text")
    send(town, "ben", f"- {CAUSE}\n- It had no alert")
    assert town.ws.open_view("ben") is None
    assert (len(town.said(channel)), len(town.ws.files)) == (before, files)
    assert len(town.ws.replies(channel, summary(town, channel)["ts"])) == replies
    assert f"The cause: {CAUSE}." in summary(town, channel)["text"]
    assert "Written by people: root cause (ben)." in summary(town, channel)["text"]
    assert f"## Root cause\n\n- {CAUSE}\n- It had no alert\n" in thread(town, channel)
    assert "Version 2" in summary(town, channel)["text"]
    assert document(town, channel)["root_cause"][0]["written_by"] == "ben"


def test_a_new_draft_keeps_what_a_person_wrote(town: Town, channel: str) -> None:
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


def test_blame_is_asked_about_and_people_decide(town: Town, channel: str) -> None:
    blaming = "Ben forgot to check the limit"
    answer = write(town, "mei", channel, "root_cause", blaming)
    assert answer["response_action"] == "update"
    view = town.ws.open_view("mei")
    assert "_Better:_" in told(view)
    assert "Ben forgot" in told(view)
    assert view["submit"]["text"] == "Save anyway"
    assert kept(town, channel, SectionName.ROOT_CAUSE) == []
    send(town, "mei", blaming)
    assert kept(town, channel, SectionName.ROOT_CAUSE) == [("mei", blaming)]
    assert town.ws.open_view("mei") is None


def test_another_text_is_asked_about_again(town: Town, channel: str) -> None:
    write(town, "mei", channel, "root_cause", "Ben forgot to check the limit")
    answer = send(town, "mei", "Ben failed to check the limit")
    assert answer["response_action"] == "update"
    assert kept(town, channel, SectionName.ROOT_CAUSE) == []
    send(town, "mei", CAUSE)
    assert kept(town, channel, SectionName.ROOT_CAUSE) == [("mei", CAUSE)]


def test_who_was_overtaken_is_told_and_both_texts_are_kept(town: Town, channel: str) -> None:
    begin(town, "ben", channel, "lessons")
    write(town, "ana", channel, "lessons", "Limits need owners")
    assert send(town, "ben", "Limits need alerts")["response_action"] == "update"
    assert "ana wrote here since you began:* “Limits need owners”" in told(town.ws.open_view("ben"))
    assert kept(town, channel, SectionName.LESSONS) == [("ana", "Limits need owners")]
    send(town, "ben", "Limits need alerts")
    both = [("ana", "Limits need owners"), ("ben", "Limits need alerts")]
    assert kept(town, channel, SectionName.LESSONS) == both
    assert "- Limits need alerts" in thread(town, channel)
    assert "Limits need owners" not in thread(town, channel)


def test_an_empty_text_gives_the_section_back(town: Town, channel: str) -> None:
    write(town, "ben", channel, "root_cause", CAUSE)
    view = begin(town, "mei", channel, "root_cause")
    assert value(view, "text") == CAUSE
    send(town, "mei", "")
    assert kept(town, channel, SectionName.ROOT_CAUSE) == [("ben", CAUSE), ("mei", "")]
    assert "caused by the new connection limit" in thread(town, channel)
    assert CAUSE not in thread(town, channel)


def test_what_stands_there_already_is_no_new_version(town: Town, channel: str) -> None:
    view = begin(town, "ben", channel, "root_cause")
    send(town, "ben", value(view, "text"))
    begin(town, "ben", channel, "detection")
    send(town, "ben", "  \n- ")
    assert kept(town, channel, SectionName.ROOT_CAUSE) == []
    assert kept(town, channel, SectionName.DETECTION) == []
    assert "Version 1" in summary(town, channel)["text"]


def test_a_secret_is_not_kept(town: Town, channel: str) -> None:
    write(town, "ben", channel, "lessons", "The key was AKIAIOSFODNN7EXAMPLE all along")
    ((_, text),) = kept(town, channel, SectionName.LESSONS)
    assert "AKIAIOSFODNN7EXAMPLE" not in text
    assert "AKIAIOSFODNN7EXAMPLE" not in thread(town, channel)


def test_nothing_typed_is_markup_or_pings(town: Town, channel: str) -> None:
    write(town, "ben", channel, "lessons", "<!channel> *bold* <script> # no heading")
    shown = thread(town, channel)
    assert "&lt;!channel&gt; **bold** &lt;script&gt; \\# no heading" in shown


def test_five_whys_are_a_chain(town: Town, channel: str) -> None:
    town.press("ben", channel, "Five whys")
    view = town.ws.open_view("ben")
    assert "connection limit" in value(view, "why1")
    answers = ["The pool ran dry", "The limit was copied from staging", "No check compares them"]
    given = {f"why{n}": {f"why{n}": text} for n, text in enumerate(answers, 1)}
    town.ws.submit("ben", given)
    town.settle()
    assert (
        "1. Why did it happen? The pool ran dry\n"
        "2. Why was that possible? The limit was copied from staging\n"
        "3. Why was that possible? No check compares them\n"
    ) in thread(town, channel)
    assert document(town, channel)["sections"]["five_whys"]["text"] == "\n".join(answers)


@pytest.mark.parametrize("last", ["Ben", "human error", "Carelessness", "it was Ben Okafor"])
def test_a_chain_does_not_end_with_a_person(town: Town, channel: str, last: str) -> None:
    town.press("mei", channel, "Five whys")
    given = {"why1": {"why1": "The pool ran dry"}, "why2": {"why2": last}}
    assert town.ws.submit("mei", given)["response_action"] == "update"
    assert "_Better:_" in told(town.ws.open_view("mei"))
    town.ws.submit("mei", given)
    town.settle()
    assert kept(town, channel, SectionName.FIVE_WHYS) == [("mei", f"The pool ran dry\n{last}")]


def test_the_impact_has_a_field_for_each_measure(town: Town, channel: str) -> None:
    town.press("ana", channel, "Impact")
    assert "4,200 users are affected" in value(town.ws.open_view("ana"), "users")
    town.ws.submit(
        "ana",
        {
            "users": {"users": "4,800 customers could not pay"},
            "revenue": {"revenue": "about 12,000 EUR"},
            "data": {"data": "none was lost"},
        },
    )
    town.settle()
    by = {"evidence": [], "written_by": "ana"}
    found = document(town, channel)["impact"]
    assert [each.pop("written_at")[:10] for each in found] == ["2026-03-10"] * 3
    assert found == [
        {
            "text": "4,800 customers could not pay",
            "kind": "users",
            "value": 4800,
            "unit": "customers",
            **by,
        },
        {"text": "about 12,000 EUR", "kind": "revenue", "value": 12_000, "unit": "EUR", **by},
        {"text": "none was lost", "kind": "data", "value": None, "unit": None, **by},
    ]
    assert "4,800 customers could not pay" in thread(town, channel)
    assert "4,200 users are affected" not in summary(town, channel)["text"]


def test_a_long_figure_keeps_its_end_however_often_it_is_saved(town: Town, channel: str) -> None:
    long = "4,800 customers could not pay, " + "and some tried again, " * 30 + "to the last one"
    for _ in range(2):  # saved, opened and saved again
        town.press("ana", channel, "Impact")
        shown = value(town.ws.open_view("ana"), "users")
        users = shown if "could not pay" in shown else long
        town.ws.submit("ana", {"users": {"users": users}, "data": {"data": "none was lost"}})
        town.settle()
        said = {each["kind"]: each["text"] for each in document(town, channel)["impact"]}
        assert said == {"users": long, "data": "none was lost"}


def test_what_the_form_of_the_impact_does_not_ask_stays(town: Town, channel: str) -> None:
    town.incident("ana", "impact checkout was down for 40 minutes", channel)
    town.incident("ana", "postmortem again", channel)
    town.settle()
    before = {each["kind"]: each["text"] for each in document(town, channel)["impact"]}
    assert "duration" in before
    for data in ("none was lost", "none at all was lost"):
        town.press("ana", channel, "Impact")
        town.ws.submit("ana", {"data": {"data": data}})
        town.settle()
        now = {each["kind"]: each["text"] for each in document(town, channel)["impact"]}
        assert now == before | {"data": data}


def test_an_impact_that_is_too_long_in_all_is_told_so_and_stays_in_the_form(
    town: Town, channel: str
) -> None:
    town.press("ana", channel, "Impact")
    before = document(town, channel)["impact"]
    long = {name: {name: "many " * 400} for name in ("users", "requests")}
    told = town.ws.submit("ana", long)["errors"]
    assert "and a section takes 3000" in next(iter(told.values()))
    town.settle()
    assert document(town, channel)["impact"] == before


def test_a_choice_leads_to_the_form_that_its_section_has(town: Town, channel: str) -> None:
    assert value(begin(town, "ben", channel, "five_whys"), "why5") == ""
    assert "4,200" in value(begin(town, "ben", channel, "impact"), "users")


def test_an_old_summary_still_opens_what_is_there_now(town: Town, channel: str) -> None:
    old = summary(town, channel)
    write(town, "ben", channel, "root_cause", CAUSE)
    town.incident("ana", "postmortem again", channel)
    town.settle()
    action = old["blocks"][-1]["elements"][0]["action_id"]
    town.ws.press("mei", channel, old["ts"], action)
    town.ws.submit("mei", {"section": {"section": "root_cause"}})
    assert value(town.ws.open_view("mei"), "text") == CAUSE


def test_a_form_that_was_tampered_with_changes_nothing(town: Town, channel: str) -> None:
    begin(town, "ben", channel, "root_cause")
    town.ws.open_view("ben")["private_metadata"] = "1:headline:0:"
    answer = town.ws.submit("ben", {"text": {"text": CAUSE}})
    assert "a section" in answer["errors"]["text"]


def test_a_text_that_grew_by_a_part_gets_its_place_in_the_thread(town: Town, channel: str) -> None:
    replies = town.ws.replies(channel, summary(town, channel)["ts"])
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(town, "ben", channel, name, "\n".join([f"{name}: {'x' * 90}"] * 28))
    longer = town.ws.replies(channel, summary(town, channel)["ts"])
    assert len(longer) == len(replies) + 1
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(town, "ben", channel, name, "")
    assert len(town.ws.replies(channel, summary(town, channel)["ts"])) == len(longer)
    assert "This part now stands in the messages above." in thread(town, channel)

"""People edit the sections of a postmortem in forms that are checked for blame."""

import re
from typing import Any

import pytest

from bot.domain.section import SectionName
from storage import incidents, sections
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot

CAUSE = "The connection limit had no owner"


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    """An incident's channel with the draft in it."""
    channel_id = live_bot.declare()
    live_bot.workspace.join("ben", channel_id)
    live_bot.workspace.say("ben", channel_id, "looking into it, 4,200 users are affected")
    live_bot.workspace.say("ben", channel_id, "it was caused by the new connection limit")
    live_bot.workspace.say(
        "ben", channel_id, "the limit is set back, error rates are back to normal"
    )
    live_bot.command("ana", "resolve limit set back", channel_id)
    live_bot.settle()
    return channel_id


def summary(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    """The newest message that shows the postmortem."""
    summaries = [
        m
        for m in live_bot.messages(channel)
        if "postmortem" in m["text"].lower() and "Version" in m["text"]
    ]
    return summaries[-1]


def thread(live_bot: LiveBot, channel: str) -> str:
    """Return the text in the thread of the newest summary."""
    _, *replies = live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])
    return "\n".join(
        block["text"]
        for reply in replies
        for block in reply.get("blocks", [])
        if block["type"] == "markdown"
    )


def open_section_form(live_bot: LiveBot, person: str, channel: str, section: str) -> dict[str, Any]:
    """Open the form of a section by choosing it from the list."""
    live_bot.press(person, channel, "Edit section")
    answer = live_bot.workspace.submit(person, {"section": {"section": section}})
    assert answer["response_action"] == "update"
    return dict(live_bot.workspace.open_view(person))


def write(live_bot: LiveBot, person: str, channel: str, section: str, text: str) -> dict[str, Any]:
    open_section_form(live_bot, person, channel, section)
    return send_text(live_bot, person, text)


def send_text(live_bot: LiveBot, person: str, text: str) -> dict[str, Any]:
    answer = live_bot.workspace.submit(person, {"text": {"text": text}})
    live_bot.settle()
    return dict(answer)


def initial_value(view: dict[str, Any], block: str) -> str:
    field = next(candidate for candidate in view["blocks"] if candidate["block_id"] == block)
    return str(field["element"].get("initial_value", ""))


def form_hints(view: dict[str, Any]) -> str:
    """Return what a form shows beside its fields."""
    return "\n".join(
        block["text"]["text"] for block in view["blocks"] if block["type"] == "section"
    )


def section_history(live_bot: LiveBot, channel: str, name: SectionName) -> list[tuple[str, str]]:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        versions = sections.history(session, incident.id, name)
    names = {live_bot.workspace.person(name).id: name for name in ("ana", "ben", "mei")}
    return [(names[version.by], version.text) for version in versions]


def document(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return latest_postmortem(live_bot, channel).document


def test_editing_a_section_updates_the_draft_in_place(live_bot: LiveBot, channel: str) -> None:
    before, files = len(live_bot.messages(channel)), len(live_bot.workspace.files)
    replies = len(live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"]))
    view = open_section_form(live_bot, "ben", channel, "root_cause")
    assert "The new connection limit" in initial_value(view, "text")
    send_text(live_bot, "ben", f"- {CAUSE}\n- It had no alert")
    assert live_bot.workspace.open_view("ben") is None
    assert (len(live_bot.messages(channel)), len(live_bot.workspace.files)) == (before, files)
    assert len(live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])) == replies
    assert (
        f"It happened because {CAUSE[:1].lower()}{CAUSE[1:]}." in summary(live_bot, channel)["text"]
    )
    assert "Edited sections: root cause (Ben Okafor)." in summary(live_bot, channel)["text"]
    assert f"## Root cause\n\n- {CAUSE}\n- It had no alert\n" in thread(live_bot, channel)
    assert "Version 2" in summary(live_bot, channel)["text"]
    assert re.search(r"^Record [0-9a-f]{12}, version 2$", thread(live_bot, channel), re.MULTILINE)
    assert document(live_bot, channel)["root_cause"][0]["written_by"] == "Ben Okafor"


def test_a_redraft_keeps_sections_written_by_people(live_bot: LiveBot, channel: str) -> None:
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    old = summary(live_bot, channel)["ts"]
    live_bot.workspace.say("mei", "incidents", "nothing to do with it")
    live_bot.command("ana", "note 14:01 the cause was a typo", channel)
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    assert summary(live_bot, channel)["ts"] != old
    assert f"## Root cause\n\n- {CAUSE}\n\n" in thread(live_bot, channel)
    write(live_bot, "mei", channel, "lessons", "A limit is configuration")
    assert "- A limit is configuration" in thread(live_bot, channel)
    assert CAUSE in thread(live_bot, channel)


def test_a_blaming_text_is_questioned_and_can_be_saved_anyway(
    live_bot: LiveBot, channel: str
) -> None:
    blaming_text = "Ben forgot to check the limit"
    answer = write(live_bot, "mei", channel, "root_cause", blaming_text)
    assert answer["response_action"] == "update"
    view = live_bot.workspace.open_view("mei")
    assert "_Better:_" in form_hints(view)
    assert "Ben forgot" in form_hints(view)
    assert view["submit"]["text"] == "Save anyway"
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == []
    send_text(live_bot, "mei", blaming_text)
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == [("mei", blaming_text)]
    assert live_bot.workspace.open_view("mei") is None


def test_another_blaming_text_is_questioned_again(live_bot: LiveBot, channel: str) -> None:
    write(live_bot, "mei", channel, "root_cause", "Ben forgot to check the limit")
    answer = send_text(live_bot, "mei", "Ben failed to check the limit")
    assert answer["response_action"] == "update"
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == []
    send_text(live_bot, "mei", CAUSE)
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == [("mei", CAUSE)]


def test_a_conflicting_edit_is_pointed_out_and_both_texts_are_kept(
    live_bot: LiveBot, channel: str
) -> None:
    open_section_form(live_bot, "ben", channel, "lessons")
    write(live_bot, "ana", channel, "lessons", "Limits need owners")
    assert send_text(live_bot, "ben", "Limits need alerts")["response_action"] == "update"
    assert "Ana Lopes changed this while you were editing:* “Limits need owners”" in form_hints(
        live_bot.workspace.open_view("ben")
    )
    assert section_history(live_bot, channel, SectionName.LESSONS) == [
        ("ana", "Limits need owners")
    ]
    send_text(live_bot, "ben", "Limits need alerts")
    both = [("ana", "Limits need owners"), ("ben", "Limits need alerts")]
    assert section_history(live_bot, channel, SectionName.LESSONS) == both
    assert "- Limits need alerts" in thread(live_bot, channel)
    assert "Limits need owners" not in thread(live_bot, channel)


def test_saving_an_empty_text_restores_the_drafted_section(live_bot: LiveBot, channel: str) -> None:
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    view = open_section_form(live_bot, "mei", channel, "root_cause")
    assert initial_value(view, "text") == CAUSE
    send_text(live_bot, "mei", "")
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == [
        ("ben", CAUSE),
        ("mei", ""),
    ]
    assert "caused by the new connection limit" in thread(live_bot, channel)
    assert CAUSE not in thread(live_bot, channel)


def test_saving_an_unchanged_text_creates_no_version(live_bot: LiveBot, channel: str) -> None:
    view = open_section_form(live_bot, "ben", channel, "root_cause")
    send_text(live_bot, "ben", initial_value(view, "text"))
    open_section_form(live_bot, "ben", channel, "detection")
    send_text(live_bot, "ben", "  \n- ")
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == []
    assert section_history(live_bot, channel, SectionName.DETECTION) == []
    assert "Version 1" in summary(live_bot, channel)["text"]


def test_a_secret_in_a_section_is_redacted(live_bot: LiveBot, channel: str) -> None:
    write(live_bot, "ben", channel, "lessons", "The key was AKIAIOSFODNN7EXAMPLE all along")
    ((_, text),) = section_history(live_bot, channel, SectionName.LESSONS)
    assert "AKIAIOSFODNN7EXAMPLE" not in text
    assert "AKIAIOSFODNN7EXAMPLE" not in thread(live_bot, channel)


def test_markup_and_mentions_in_a_section_are_escaped(live_bot: LiveBot, channel: str) -> None:
    write(live_bot, "ben", channel, "lessons", "<!channel> *bold* <script> # no heading")
    text = thread(live_bot, channel)
    assert "&lt;!channel&gt; **bold** &lt;script&gt; \\# no heading" in text


def test_the_five_whys_form_writes_a_numbered_chain(live_bot: LiveBot, channel: str) -> None:
    live_bot.press("ben", channel, "Edit five whys")
    view = live_bot.workspace.open_view("ben")
    assert "connection limit" in initial_value(view, "why1")
    answers = ["The pool ran dry", "The limit was copied from staging", "No check compares them"]
    values = {f"why{n}": {f"why{n}": text} for n, text in enumerate(answers, 1)}
    live_bot.workspace.submit("ben", values)
    live_bot.settle()
    assert (
        "1. Why did it happen? The pool ran dry\n"
        "2. Why was that possible? The limit was copied from staging\n"
        "3. Why was that possible? No check compares them\n"
    ) in thread(live_bot, channel)
    assert document(live_bot, channel)["sections"]["five_whys"]["text"] == "\n".join(answers)


@pytest.mark.parametrize("last", ["Ben", "human error", "Carelessness", "it was Ben Okafor"])
def test_a_five_whys_chain_that_ends_with_a_person_is_questioned(
    live_bot: LiveBot, channel: str, last: str
) -> None:
    live_bot.press("mei", channel, "Edit five whys")
    values = {"why1": {"why1": "The pool ran dry"}, "why2": {"why2": last}}
    assert live_bot.workspace.submit("mei", values)["response_action"] == "update"
    assert "_Better:_" in form_hints(live_bot.workspace.open_view("mei"))
    live_bot.workspace.submit("mei", values)
    live_bot.settle()
    assert section_history(live_bot, channel, SectionName.FIVE_WHYS) == [
        ("mei", f"The pool ran dry\n{last}")
    ]


def test_the_impact_form_has_a_field_for_each_measure(live_bot: LiveBot, channel: str) -> None:
    live_bot.press("ana", channel, "Edit impact")
    assert "4,200 users are affected" in initial_value(live_bot.workspace.open_view("ana"), "users")
    live_bot.workspace.submit(
        "ana",
        {
            "users": {"users": "4,800 customers could not pay"},
            "revenue": {"revenue": "about 12,000 EUR"},
            "data": {"data": "none was lost"},
        },
    )
    live_bot.settle()
    provenance = {"evidence": [], "written_by": "Ana Lopes"}
    impact = document(live_bot, channel)["impact"]
    assert [measure.pop("written_at")[:10] for measure in impact] == ["2026-03-10"] * 3
    assert impact == [
        {
            "text": "4,800 customers could not pay",
            "kind": "users",
            "measure": "users",
            "value": 4800,
            "unit": "customers",
            **provenance,
        },
        {
            "text": "about 12,000 EUR",
            "kind": "revenue",
            "measure": "revenue",
            "value": 12_000,
            "unit": "EUR",
            **provenance,
        },
        {
            "text": "none was lost",
            "kind": "data",
            "measure": "data",
            "value": None,
            "unit": None,
            **provenance,
        },
    ]
    assert "4,800 customers could not pay" in thread(live_bot, channel)
    assert "4,200 users are affected" not in summary(live_bot, channel)["text"]


def test_a_long_impact_text_survives_repeated_saves(live_bot: LiveBot, channel: str) -> None:
    long_text = (
        "4,800 customers could not pay, " + "and some tried again, " * 30 + "to the last one"
    )
    for _ in range(2):  # saved, opened and saved again
        live_bot.press("ana", channel, "Edit impact")
        current = initial_value(live_bot.workspace.open_view("ana"), "users")
        users = current if "could not pay" in current else long_text
        live_bot.workspace.submit(
            "ana", {"users": {"users": users}, "data": {"data": "none was lost"}}
        )
        live_bot.settle()
        impact = {
            measure["kind"]: measure["text"] for measure in document(live_bot, channel)["impact"]
        }
        assert impact == {"users": long_text, "data": "none was lost"}


def test_the_impact_form_keeps_measures_without_a_field(live_bot: LiveBot, channel: str) -> None:
    live_bot.command("ana", "impact checkout was down for 40 minutes", channel)
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    before = {measure["kind"]: measure["text"] for measure in document(live_bot, channel)["impact"]}
    assert "duration" in before
    for data in ("none was lost", "none at all was lost"):
        live_bot.press("ana", channel, "Edit impact")
        live_bot.workspace.submit("ana", {"data": {"data": data}})
        live_bot.settle()
        after = {
            measure["kind"]: measure["text"] for measure in document(live_bot, channel)["impact"]
        }
        assert after == before | {"data": data}


def test_an_impact_over_the_section_limit_is_rejected(live_bot: LiveBot, channel: str) -> None:
    live_bot.press("ana", channel, "Edit impact")
    before = document(live_bot, channel)["impact"]
    values = {name: {name: "many " * 400} for name in ("users", "requests")}
    errors = live_bot.workspace.submit("ana", values)["errors"]
    assert "a section can have at most 3000" in next(iter(errors.values()))
    live_bot.settle()
    assert document(live_bot, channel)["impact"] == before


def test_choosing_five_whys_or_impact_opens_its_own_form(live_bot: LiveBot, channel: str) -> None:
    assert initial_value(open_section_form(live_bot, "ben", channel, "five_whys"), "why5") == ""
    assert "4,200" in initial_value(open_section_form(live_bot, "ben", channel, "impact"), "users")


def test_the_edit_button_of_an_old_summary_opens_the_current_text(
    live_bot: LiveBot, channel: str
) -> None:
    old = summary(live_bot, channel)
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    action = old["blocks"][-1]["elements"][0]["action_id"]
    live_bot.workspace.press("mei", channel, old["ts"], action)
    live_bot.workspace.submit("mei", {"section": {"section": "root_cause"}})
    assert initial_value(live_bot.workspace.open_view("mei"), "text") == CAUSE


def test_a_tampered_section_form_is_rejected(live_bot: LiveBot, channel: str) -> None:
    open_section_form(live_bot, "ben", channel, "root_cause")
    live_bot.workspace.open_view("ben")["private_metadata"] = "1:headline:0:"
    answer = live_bot.workspace.submit("ben", {"text": {"text": CAUSE}})
    assert "a section" in answer["errors"]["text"]


def test_a_postmortem_that_grows_gets_another_message_in_the_thread(
    live_bot: LiveBot, channel: str
) -> None:
    replies = live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(live_bot, "ben", channel, name, "\n".join([f"{name}: {'x' * 90}"] * 28))
    grown = live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])
    assert len(grown) == len(replies) + 1
    for name in ("root_cause", "lessons", "went_well", "went_poorly"):
        write(live_bot, "ben", channel, name, "")
    assert len(live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])) == len(grown)
    assert "This section has moved to the messages above." in thread(live_bot, channel)

"""The review of a postmortem, over the wire: by buttons, by commands, and by who may not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.domain.timeline import EventKind
from tests.handlers.postmortems.test_sections import document, summary, thread, write
from tests.support.harness import Town

SAID = (
    "alert: error rate 14 % since 14:00 UTC",
    "looking into it, 4,200 users are affected",
    "it was caused by the new connection limit",
    "rolling back the limit",
    "error rates are back to normal, users are fine again",
)
LESSONS = {
    "went_well": "The rollback was one click",
    "went_poorly": "The runbook was old",
    "lessons": "A limit needs an owner",
}


@pytest.fixture
def channel(town: Town) -> str:
    """An incident's channel with a draft in it that misses something."""
    where = town.declare()
    town.ws.join("ben", where)
    town.ws.join("mei", where)
    for each in SAID:
        town.sandbox.clock.advance(timedelta(minutes=2))
        town.ws.say("ben", where, each)
    town.incident("ana", "resolve limit set back", where)
    town.settle()
    return where


def in_channel(town: Town, channel: str) -> list[str]:
    """What the channel itself was told: no reply of a thread."""
    said = town.said(channel)
    return [each["text"] for each in said if each.get("thread_ts", each["ts"]) == each["ts"]]


def labels(town: Town, channel: str) -> list[str]:
    return [each["text"]["text"] for each in summary(town, channel)["blocks"][-1]["elements"]]


def notices(town: Town, channel: str) -> list[str]:
    """What the summary's thread was told beside the document."""
    _, *replies = town.ws.replies(channel, summary(town, channel)["ts"])
    return [each["text"] for each in replies if "postmortem of" in each["text"]]


def whispered(town: Town, person: str) -> str:
    return str(town.ws.ephemerals(person)[-1]["text"])


def do(town: Town, person: str, channel: str, words: str) -> str:
    answer = town.incident(person, f"postmortem {words}", channel)
    town.settle()
    return answer


def give_back(town: Town, person: str, channel: str, why: str) -> None:
    town.press(person, channel, "Return with a reason")
    town.ws.submit(person, {"why": {"why": why}})
    town.settle()


def test_what_is_missing_is_named_and_a_reason_goes_past_it(town: Town, channel: str) -> None:
    town.press("ana", channel, "Submit for review")
    told = whispered(town, "ana")
    assert "still needs" in told
    assert "an action item" in told
    assert "“what went poorly”" in told
    assert "/incident postmortem submit because" in told
    assert labels(town, channel)[-1] == "Submit for review"
    assert "is in review" in do(town, "ana", channel, "submit because it was a small one")
    assert "Postmortem in review" in summary(town, channel)["text"]
    assert "as it is: it was a small one" in summary(town, channel)["text"]


def complete(town: Town, channel: str) -> None:
    """Say and write all that a postmortem needs."""
    town.incident("ana", "action add an alert on the limit @ben 2026-03-20 P2", channel)
    for name, text in LESSONS.items():
        write(town, "ana", channel, name, text)
    do(town, "ana", channel, "again")


def test_a_complete_one_goes_through_by_buttons(town: Town, channel: str) -> None:
    complete(town, channel)
    town.press("ana", channel, "Submit for review")
    assert "is in review" in whispered(town, "ana")
    assert labels(town, channel)[4:] == ["Approve", "Return with a reason", "Make final"]
    town.press("ben", channel, "Approve")
    assert whispered(town, "ben").endswith("It can be made final now.")
    said = len(in_channel(town, channel))
    town.press("mei", channel, "Make final")
    assert "Postmortem, final: INC-2026-001" in summary(town, channel)["text"]
    assert labels(town, channel) == ["Reopen"]
    (final,) = in_channel(town, channel)[said:]
    assert "made the postmortem of INC-2026-001 final. <https:/" in final
    assert "author: ana; reviewers: ben; approved by ben" in thread(town, channel)
    town.press("ana", channel, "Reopen")
    assert "Postmortem draft: INC-2026-001" in summary(town, channel)["text"]


def test_the_page_is_put_into_the_thread_when_it_is_sent_and_when_it_is_final(
    town: Town, channel: str
) -> None:
    before = len(town.ws.files)
    do(town, "ana", channel, "submit because small")
    do(town, "ben", channel, "approve")
    assert [each.name for each in town.ws.files[before:]] == ["inc-2026-001-v2-postmortem.html"]
    do(town, "ben", channel, "final")
    assert [each.name for each in town.ws.files[before + 1 :]] == [
        "inc-2026-001-v4-postmortem.html"
    ]


def test_notices_stay_in_the_thread(town: Town, channel: str) -> None:
    before = in_channel(town, channel)
    do(town, "ana", channel, "submit because small")
    give_back(town, "ben", channel, "Say more & <b>, <!channel>")
    do(town, "ana", channel, "submit because said")
    do(town, "ben", channel, "approve")
    assert [each.partition("\n")[0] for each in in_channel(town, channel)][1:] == [
        each.partition("\n")[0].replace("draft:", "in review:") for each in before
    ][1:]
    ana, ben = town.ws.person("ana").id, town.ws.person("ben").id
    assert notices(town, channel) == [
        f"<@{ana}> sent the postmortem of INC-2026-001 to review, as it is: small",
        f"<@{ben}> returned the postmortem of INC-2026-001 to <@{ana}>: Say more &amp; &lt;b&gt;, &lt;!channel&gt;",
        f"<@{ana}> sent the postmortem of INC-2026-001 to review, as it is: said",
        f"<@{ben}> approved the postmortem of INC-2026-001.",
    ]


def test_returned_it_is_a_draft_with_the_reason_on_it(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    give_back(town, "ben", channel, "It was caused by a typo, see https://example.org/diff")
    assert "*Returned* by ben" in summary(town, channel)["text"]
    assert "It was caused by a typo" in summary(town, channel)["text"]
    assert labels(town, channel)[-1] == "Submit for review"
    do(town, "ana", channel, "again")
    assert "typo" not in thread(town, channel)
    assert "example.org/diff" not in thread(town, channel)  # a review is no part of what happened


def test_each_step_is_in_the_timeline(town: Town, channel: str) -> None:
    for person, words in (
        ("ana", "submit because small"),
        ("ben", "return the cause is thin"),
        ("ana", "submit because small"),
        ("ben", "approve"),
        ("ben", "final"),
        ("mei", "reopen new facts"),
    ):
        do(town, person, channel, words)
    steps = [each.detail for each in town.recorded(channel) if each.kind is EventKind.REVIEW]
    assert steps == ["submitted", "returned", "submitted", "approved", "final", "reopened"]
    found = document(town, channel)["review"]
    assert [each["step"] for each in found["steps"]] == steps
    assert (found["state"], found["author"], found["reviewers"]) == ("draft", "ana", ["ben"])
    assert found["steps"][1]["because"] == "the cause is thin"
    assert "*Reopened* by mei" in summary(town, channel)["text"]


def test_an_author_may_approve_and_the_record_says_so(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    assert "you are its author" in do(town, "ana", channel, "approve")
    assert "as its author; nobody else did yet" in notices(town, channel)[-1]
    assert "Approved by ana, its author." in summary(town, channel)["text"]
    do(town, "ana", channel, "final")
    assert "it was approved by its author alone" in in_channel(town, channel)[-1]
    assert document(town, channel)["review"]["approved_by_author_alone"] is True
    assert "approved by ana, its author" in thread(town, channel)


def test_nobody_approved_nothing_is_final(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    town.press("ana", channel, "Make final")
    assert "Nobody has approved the postmortem of INC-2026-001." in whispered(town, "ana")
    assert "Postmortem in review" in summary(town, channel)["text"]


def test_what_was_changed_after_the_approval_is_approved_again(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    do(town, "ben", channel, "approve")
    assert "already, as it is now" in do(town, "ben", channel, "approve")
    town.sandbox.clock.advance(timedelta(minutes=5))
    write(town, "mei", channel, "lessons", "A limit needs an owner")
    assert "since it was changed" in do(town, "ana", channel, "final")
    assert "You approved" in do(town, "ben", channel, "approve")
    assert "is final" in do(town, "ana", channel, "final")


def test_a_final_one_is_neither_drafted_again_nor_written_in(town: Town, channel: str) -> None:
    old = summary(town, channel)
    do(town, "ana", channel, "again")
    town.press("mei", channel, "Edit a section")
    do(town, "ana", channel, "submit because small")
    do(town, "ben", channel, "approve")
    do(town, "ben", channel, "final")
    answer = town.ws.submit("mei", {"section": {"section": "lessons"}})
    assert "is final, so nothing was changed" in answer["errors"]["section"]
    assert "is final, so nothing was changed" in do(town, "ana", channel, "again")
    for element in old["blocks"][-1]["elements"][:3]:
        town.ws.press("ben", channel, old["ts"], element["action_id"])
    told = [each["text"] for each in town.ws.ephemerals("ben") if "is final, so" in each["text"]]
    assert len(told) == 3
    assert "postmortem reopen` makes it a draft" in do(town, "ana", channel, "")
    assert "is a draft again" in do(town, "ana", channel, "reopen late facts")
    assert "is being drafted again" in do(town, "ana", channel, "again")


def test_an_old_button_is_told_how_it_stands(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    old = summary(town, channel)
    do(town, "ana", channel, "again")  # the old message stays as it was
    do(town, "ben", channel, "return it is thin")
    buttons = {each["text"]["text"]: each["action_id"] for each in old["blocks"][-1]["elements"]}
    town.ws.press("mei", channel, old["ts"], buttons["Approve"])
    town.settle()
    assert whispered(town, "mei") == (
        "The postmortem of INC-2026-001 is a draft, so nothing was changed: "
        "for this it must be in review."
    )
    town.ws.press("mei", channel, old["ts"], buttons["Return with a reason"])
    answer = town.ws.submit("mei", {"why": {"why": "late"}})
    assert "is a draft, so nothing was changed" in answer["errors"]["why"]


def test_returning_needs_a_reason(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    assert "Say what is to be different" in do(town, "ben", channel, "return")
    assert labels(town, channel)[4] == "Approve"


def test_there_is_nothing_to_review_before_a_draft(town: Town) -> None:
    channel = town.declare()
    assert "has no postmortem yet" in do(town, "ana", channel, "submit because why not")


def test_an_incident_that_goes_on_takes_its_postmortem_with_it(town: Town, channel: str) -> None:
    do(town, "ana", channel, "submit because small")
    do(town, "ben", channel, "approve")
    do(town, "ben", channel, "final")
    town.incident("mei", "reopen it is back", channel)
    town.settle()
    assert document(town, channel)["review"]["state"] == "draft"
    town.incident("mei", "resolve set back again", channel)
    town.settle()
    assert "Postmortem draft" in summary(town, channel)["text"]


def test_export_shows_the_state_and_what_people_wrote(
    town: Town, channel: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(town, "mei", channel, "lessons", "A limit needs an owner")
    do(town, "ana", channel, "submit because small")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/debrief.db")
    monkeypatch.chdir(tmp_path)

    def export(*arguments: str) -> str:
        return CliRunner().invoke(app, ["export", "INC-2026-001", *arguments]).stdout

    found: dict[str, Any] = json.loads(export("--format", "json"))
    assert found["review"]["state"] == "in review"
    assert found["sections"]["lessons"]["text"] == "A limit needs an owner"
    for template in ("standard", "quick", "structured", "learning", "complete"):
        text = export("--template", template)
        assert "in review; author: ana" in text
        assert "- A limit needs an owner" in text
    for template in ("blameless", "engineering"):
        assert "Status:** in review; the incident is resolved" in export("--template", template)

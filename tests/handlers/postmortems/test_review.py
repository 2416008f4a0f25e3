"""The review of a postmortem by buttons and commands."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.domain.timeline import EventKind
from tests.handlers.postmortems.test_sections import document, summary, thread, write
from tests.support.harness import LiveBot

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
def channel(live_bot: LiveBot) -> str:
    """An incident's channel with an incomplete draft."""
    channel_id = live_bot.declare()
    live_bot.workspace.join("ben", channel_id)
    live_bot.workspace.join("mei", channel_id)
    for text in SAID:
        live_bot.sandbox.clock.advance(timedelta(minutes=2))
        live_bot.workspace.say("ben", channel_id, text)
    live_bot.command("ana", "resolve limit set back", channel_id)
    live_bot.settle()
    return channel_id


def in_channel(live_bot: LiveBot, channel: str) -> list[str]:
    """Return the messages in the channel itself, without thread replies."""
    messages = live_bot.messages(channel)
    return [
        message["text"]
        for message in messages
        if message.get("thread_ts", message["ts"]) == message["ts"]
    ]


def labels(live_bot: LiveBot, channel: str) -> list[str]:
    return [
        button["text"]["text"] for button in summary(live_bot, channel)["blocks"][-1]["elements"]
    ]


def notices(live_bot: LiveBot, channel: str) -> list[str]:
    """Return the review notices in the summary's thread."""
    _, *replies = live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"])
    return [reply["text"] for reply in replies if "postmortem for" in reply["text"]]


def last_ephemeral(live_bot: LiveBot, person: str) -> str:
    return str(live_bot.workspace.ephemerals(person)[-1]["text"])


def command(live_bot: LiveBot, person: str, channel: str, text: str) -> str:
    """Type `/incident postmortem …` and return the answer."""
    answer = live_bot.command(person, f"postmortem {text}", channel)
    live_bot.settle()
    return answer


def request_changes(live_bot: LiveBot, person: str, channel: str, why: str) -> None:
    live_bot.press(person, channel, "Request changes")
    live_bot.workspace.submit(person, {"why": {"why": why}})
    live_bot.settle()


def test_submitting_an_incomplete_postmortem_names_the_gaps_and_needs_a_reason(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.press("ana", channel, "Submit for review")
    reply = last_ephemeral(live_bot, "ana")
    assert "still needs" in reply
    assert "an action item" in reply
    assert "“what went poorly”" in reply
    assert "/incident postmortem submit &lt;reason&gt;" in reply
    assert labels(live_bot, channel)[-1] == "Submit for review"
    assert "is in review" in command(live_bot, "ana", channel, "submit because it was a small one")
    assert "Postmortem in review" in summary(live_bot, channel)["text"]
    assert "with parts missing. Reason: it was a small one" in summary(live_bot, channel)["text"]


def complete(live_bot: LiveBot, channel: str) -> None:
    """Write everything that a postmortem requires."""
    live_bot.command("ana", "action add an alert on the limit @ben 2026-03-20 P2", channel)
    for name, text in LESSONS.items():
        write(live_bot, "ana", channel, name, text)
    command(live_bot, "ana", channel, "again")


def test_a_complete_postmortem_is_submitted_approved_and_finalized_with_buttons(
    live_bot: LiveBot, channel: str
) -> None:
    complete(live_bot, channel)
    live_bot.press("ana", channel, "Submit for review")
    assert "is in review" in last_ephemeral(live_bot, "ana")
    assert labels(live_bot, channel)[4:] == [
        "Approve postmortem",
        "Request changes",
        "Finalize postmortem",
    ]
    live_bot.press("ben", channel, "Approve postmortem")
    assert last_ephemeral(live_bot, "ben").endswith("It can be finalized now.")
    count = len(in_channel(live_bot, channel))
    live_bot.press("mei", channel, "Finalize postmortem")
    assert "Final postmortem: INC-2026-001" in summary(live_bot, channel)["text"]
    assert labels(live_bot, channel) == ["Reopen postmortem"]
    (final,) = in_channel(live_bot, channel)[count:]
    assert "finalized the postmortem for INC-2026-001. <https:/" in final
    assert "author: Ana Lopes; reviewers: Ben Okafor; approved by Ben Okafor" in thread(
        live_bot, channel
    )
    live_bot.press("ana", channel, "Reopen postmortem")
    assert "Postmortem draft: INC-2026-001" in summary(live_bot, channel)["text"]


def test_the_html_page_is_posted_when_submitted_and_when_finalized(
    live_bot: LiveBot, channel: str
) -> None:
    before = len(live_bot.workspace.files)
    command(live_bot, "ana", channel, "submit because small")
    command(live_bot, "ben", channel, "approve")
    assert [file.name for file in live_bot.workspace.files[before:]] == [
        "inc-2026-001-v2-postmortem.html"
    ]
    command(live_bot, "ben", channel, "finalize")
    assert [file.name for file in live_bot.workspace.files[before + 1 :]] == [
        "inc-2026-001-v4-postmortem.html"
    ]


def test_review_notices_are_posted_in_the_thread(live_bot: LiveBot, channel: str) -> None:
    before = in_channel(live_bot, channel)
    command(live_bot, "ana", channel, "submit because small")
    request_changes(live_bot, "ben", channel, "Say more & <b>, <!channel>")
    command(live_bot, "ana", channel, "submit because said")
    command(live_bot, "ben", channel, "approve")
    assert [text.partition("\n")[0] for text in in_channel(live_bot, channel)][1:] == [
        text.partition("\n")[0].replace("draft:", "in review:") for text in before
    ][1:]
    ana = live_bot.workspace.person("ana").id
    assert notices(live_bot, channel) == [
        "Ana Lopes submitted the postmortem for INC-2026-001 for review with parts missing. Reason: small",
        f"<@{ana}>, Ben Okafor requested changes to the postmortem for INC-2026-001. Reason: Say more &amp; &lt;b&gt;, &lt;!channel&gt;",
        "Ana Lopes submitted the postmortem for INC-2026-001 for review with parts missing. Reason: said",
        "Ben Okafor approved the postmortem for INC-2026-001.",
    ]


def test_requesting_changes_makes_it_a_draft_that_shows_the_reason(
    live_bot: LiveBot, channel: str
) -> None:
    command(live_bot, "ana", channel, "submit because small")
    request_changes(
        live_bot, "ben", channel, "It was caused by a typo, see https://example.org/diff"
    )
    assert "*Changes requested* by Ben Okafor" in summary(live_bot, channel)["text"]
    assert "It was caused by a typo" in summary(live_bot, channel)["text"]
    assert labels(live_bot, channel)[-1] == "Submit for review"
    command(live_bot, "ana", channel, "again")
    assert "typo" not in thread(live_bot, channel)
    assert "example.org/diff" not in thread(live_bot, channel)  # review comments are not evidence


def test_every_review_step_is_recorded_in_the_timeline(live_bot: LiveBot, channel: str) -> None:
    for person, text in (
        ("ana", "submit because small"),
        ("ben", "changes the cause is thin"),
        ("ana", "submit because small"),
        ("ben", "approve"),
        ("ben", "finalize"),
        ("mei", "reopen new facts"),
    ):
        command(live_bot, person, channel, text)
    steps = [entry.detail for entry in live_bot.timeline(channel) if entry.kind is EventKind.REVIEW]
    assert steps == ["submitted", "returned", "submitted", "approved", "final", "reopened"]
    review = document(live_bot, channel)["review"]
    assert [entry["step"] for entry in review["steps"]] == steps
    assert (review["state"], review["author"], review["reviewers"]) == (
        "draft",
        "Ana Lopes",
        ["Ben Okafor"],
    )
    assert review["steps"][1]["because"] == "the cause is thin"
    assert "*Reopened* by Mei Tanaka" in summary(live_bot, channel)["text"]


def test_an_authors_own_approval_is_allowed_and_marked_as_such(
    live_bot: LiveBot, channel: str
) -> None:
    command(live_bot, "ana", channel, "submit because small")
    assert "as its author" in command(live_bot, "ana", channel, "approve")
    assert "Nobody else has approved it yet." in notices(live_bot, channel)[-1]
    assert "Approved by Ana Lopes (author)." in summary(live_bot, channel)["text"]
    command(live_bot, "ana", channel, "finalize")
    assert "only its author approved it" in in_channel(live_bot, channel)[-1]
    assert document(live_bot, channel)["review"]["approved_by_author_alone"] is True
    assert "approved by Ana Lopes (the author)" in thread(live_bot, channel)


def test_a_postmortem_without_approval_cannot_be_finalized(live_bot: LiveBot, channel: str) -> None:
    command(live_bot, "ana", channel, "submit because small")
    live_bot.press("ana", channel, "Finalize postmortem")
    assert "Nobody has approved the postmortem for INC-2026-001." in last_ephemeral(live_bot, "ana")
    assert "Postmortem in review" in summary(live_bot, channel)["text"]


def test_a_change_after_the_approval_needs_another_approval(
    live_bot: LiveBot, channel: str
) -> None:
    command(live_bot, "ana", channel, "submit because small")
    command(live_bot, "ben", channel, "approve")
    assert "already approved the current version" in command(live_bot, "ben", channel, "approve")
    live_bot.sandbox.clock.advance(timedelta(minutes=5))
    write(live_bot, "mei", channel, "lessons", "A limit needs an owner")
    assert "since it was changed" in command(live_bot, "ana", channel, "finalize")
    assert "You approved" in command(live_bot, "ben", channel, "approve")
    assert "is final" in command(live_bot, "ana", channel, "finalize")


def test_a_final_postmortem_can_be_neither_redrafted_nor_edited(
    live_bot: LiveBot, channel: str
) -> None:
    old = summary(live_bot, channel)
    command(live_bot, "ana", channel, "again")
    live_bot.press("mei", channel, "Edit section")
    command(live_bot, "ana", channel, "submit because small")
    command(live_bot, "ben", channel, "approve")
    command(live_bot, "ben", channel, "finalize")
    answer = live_bot.workspace.submit("mei", {"section": {"section": "lessons"}})
    assert "is final, so nothing was changed" in answer["errors"]["section"]
    assert "is final, so nothing was changed" in command(live_bot, "ana", channel, "again")
    for element in old["blocks"][-1]["elements"][:3]:
        live_bot.workspace.press("ben", channel, old["ts"], element["action_id"])
    refusals = [
        message["text"]
        for message in live_bot.workspace.ephemerals("ben")
        if "is final, so" in message["text"]
    ]
    assert len(refusals) == 3
    assert "To make it a draft again, type" in command(live_bot, "ana", channel, "")
    assert "is a draft again" in command(live_bot, "ana", channel, "reopen late facts")
    assert "I'm redrafting the postmortem" in command(live_bot, "ana", channel, "again")


def test_stale_review_buttons_are_rejected_with_the_current_state(
    live_bot: LiveBot, channel: str
) -> None:
    command(live_bot, "ana", channel, "submit because small")
    old = summary(live_bot, channel)
    command(live_bot, "ana", channel, "again")  # the old message stays as it was
    command(live_bot, "ben", channel, "changes it is thin")
    buttons = {
        button["text"]["text"]: button["action_id"] for button in old["blocks"][-1]["elements"]
    }
    live_bot.workspace.press("mei", channel, old["ts"], buttons["Approve postmortem"])
    live_bot.settle()
    assert last_ephemeral(live_bot, "mei") == (
        "The postmortem for INC-2026-001 is a draft, so nothing was changed. "
        "This is only possible when it's in review."
    )
    live_bot.workspace.press("mei", channel, old["ts"], buttons["Request changes"])
    answer = live_bot.workspace.submit("mei", {"why": {"why": "late"}})
    assert "is a draft, so nothing was changed" in answer["errors"]["why"]


def test_requesting_changes_needs_a_reason(live_bot: LiveBot, channel: str) -> None:
    command(live_bot, "ana", channel, "submit because small")
    assert "Say what should change" in command(live_bot, "ben", channel, "changes")
    assert labels(live_bot, channel)[4] == "Approve postmortem"


def test_submitting_before_there_is_a_draft_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert "has no postmortem yet" in command(live_bot, "ana", channel, "submit because why not")


def test_reopening_the_incident_makes_its_final_postmortem_a_draft(
    live_bot: LiveBot, channel: str
) -> None:
    command(live_bot, "ana", channel, "submit because small")
    command(live_bot, "ben", channel, "approve")
    command(live_bot, "ben", channel, "finalize")
    live_bot.command("mei", "reopen it is back", channel)
    live_bot.settle()
    assert document(live_bot, channel)["review"]["state"] == "draft"
    live_bot.command("mei", "resolve set back again", channel)
    live_bot.settle()
    assert "Postmortem draft" in summary(live_bot, channel)["text"]


def test_the_export_shows_the_review_state_and_written_sections(
    live_bot: LiveBot, channel: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(live_bot, "mei", channel, "lessons", "A limit needs an owner")
    command(live_bot, "ana", channel, "submit because small")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/debrief.db")
    monkeypatch.chdir(tmp_path)

    def export(*arguments: str) -> str:
        return CliRunner().invoke(app, ["export", "INC-2026-001", *arguments]).stdout

    exported: dict[str, Any] = json.loads(export("--format", "json"))
    assert exported["review"]["state"] == "in review"
    assert exported["sections"]["lessons"]["text"] == "A limit needs an owner"
    for template in ("standard", "quick", "structured", "learning", "complete"):
        text = export("--template", template)
        assert "In review; author: Ana Lopes" in text
        assert "- A limit needs an owner" in text
    for template in ("blameless", "engineering"):
        assert "Status:** In review\n- **Incident status:** Resolved" in export(
            "--template", template
        )

"""`/incident check`, and the language findings in the draft's summary."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from handlers.commands.postmortem import MAX_FINDINGS
from tests.handlers.postmortems.test_sections import write
from tests.support.harness import LiveBot


def resolved(live_bot: LiveBot, *messages: str) -> str:
    """Resolve an incident in which Ben wrote these messages, and return its channel."""
    channel = live_bot.declare("P1 checkout fails")
    live_bot.workspace.join("ben", channel)
    for message in messages:
        live_bot.workspace.say("ben", channel, message)
    live_bot.settle()
    live_bot.command("ana", "resolve cache restarted", channel)
    live_bot.settle()
    return channel


def test_a_blaming_sentence_is_answered_with_a_suggestion(live_bot: LiveBot) -> None:
    answer = live_bot.workspace.command(
        "ana", "incidents", "/incident", "check Dave forgot to renew the certificate"
    )
    assert answer.response_type == "ephemeral"
    assert "*Forgot:* “Dave forgot to renew the certificate”" in answer.text
    assert "_Better:_ Nothing reminded anybody to renew the certificate." in answer.text


def test_a_sentence_about_the_system_has_no_findings(live_bot: LiveBot) -> None:
    assert live_bot.command("ana", "check The deploy broke checkout") == "No suggestions."


def test_a_mentioned_person_counts_as_a_person_and_is_not_pinged(live_bot: LiveBot) -> None:
    live_bot.command("ana", "action look @mei friday", live_bot.declare())
    live_bot.settle()
    answer = live_bot.command("ana", "check @mei was too slow to answer <!channel>")
    assert "*Too slow:*" in answer
    assert "<@" not in answer
    assert "<!channel>" not in answer


def test_checking_the_draft_lists_the_first_findings_and_how_to_get_the_rest(
    live_bot: LiveBot,
) -> None:
    channel = resolved(
        live_bot,
        "root cause: the intern broke the cache with an untested script",
        "we found that QA missed the alert",
        "Dave forgot to renew the certificate, errors everywhere",
        "we are still failing, someone should have caught this in review",
    )
    answer = live_bot.command("mei", "check", channel)
    assert "for the INC-2026-001 draft* (version 1)" in answer
    assert "on people instead of the system" in answer
    assert "the intern broke the cache" in answer.casefold()
    assert "*Empty section:* “" in answer
    assert answer.count("_Better:_") == MAX_FINDINGS
    assert "run `debrief export INC-2026-001 | debrief check -`" in answer
    assert "Read the draft in the channel" in answer


def test_the_suggested_command_line_lists_every_finding(
    live_bot: LiveBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved(live_bot, "root cause: the intern broke the cache with an untested script")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/debrief.db")
    exported = CliRunner().invoke(app, ["export", "INC-2026-001"])
    checked = CliRunner().invoke(app, ["check", "-"], input=exported.stdout)
    assert checked.exit_code == 1
    assert "empty section" in checked.stdout


def test_the_summary_counts_sentences_about_people(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "root cause: the intern broke the cache with an untested script")
    assert (
        "people instead of the system. For suggestions, type `/incident check`"
        in live_bot.text_in(channel)
    )
    (summary,) = [
        message for message in live_bot.messages(channel) if "Version 1" in message["text"]
    ]
    assert "people instead of" in json.dumps(summary["blocks"])  # blocks are what Slack draws


def test_the_check_recognizes_participants_by_name(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "looking", "root cause: ben failed to notice the full disk")
    assert "*Failed to:* “Ben failed to notice the full disk”" in live_bot.command(
        "mei", "check", channel
    )


def test_the_summary_mentions_no_findings_for_a_draft_about_the_system(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "root cause: the deploy broke the cache")
    assert "Postmortem draft: INC-2026-001" in live_bot.text_in(channel)
    assert "people instead of" not in live_bot.text_in(channel)


def test_checking_without_an_incident_or_a_draft_is_rejected(live_bot: LiveBot) -> None:
    assert live_bot.command("ana", "check").startswith("There's no incident in this channel.")
    assert "has no postmortem yet" in live_bot.command("ana", "check", live_bot.declare())


def test_checking_the_draft_finds_rough_durations(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "the cache was full")
    write(live_bot, "ana", channel, "summary", "Checkout was down for about an hour.")
    answer = live_bot.command("mei", "check", channel)
    assert "*Rough duration:* “about an hour” (line " in answer
    assert "_Better:_ How long was it exactly?" in answer

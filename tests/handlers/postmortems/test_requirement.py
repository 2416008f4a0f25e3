"""Whether a postmortem is required, requested or skipped."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.requirement import Decision
from bot.domain.timeline import EventKind
from storage import incidents, requirement_decisions
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support import harness
from tests.support.harness import POLICY, LiveBot, eventually


def resolved(live_bot: LiveBot, title: str = "P3 export is slow", *messages: str) -> str:
    channel = live_bot.declare(title)
    for text in messages:
        live_bot.workspace.say("ben", channel, text)
    live_bot.command("ana", "resolve restarted it", channel)
    live_bot.settle()
    return channel


def document(live_bot: LiveBot, channel: str) -> dict[str, object]:
    return latest_postmortem(live_bot, channel).document


def find_waiver(live_bot: LiveBot, channel: str) -> Decision | None:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return requirement_decisions.find_waiver(session, incident.id)


def count_drafts(live_bot: LiveBot, channel: str) -> int:
    return sum("Postmortem draft: INC" in message["text"] for message in live_bot.messages(channel))


def test_the_summary_and_the_document_say_why_a_postmortem_is_required(live_bot: LiveBot) -> None:
    channel = resolved(
        live_bot, "P1 checkout fails", "4,200 customers cannot pay", "we lost 40 rows"
    )
    texts = live_bot.text_in(channel)
    assert (
        "*Reasons for a postmortem:*\n• Severity is P1 (policy: P1 or worse)\n• 4,200 customers"
        in texts
    )
    assert "Data was lost: “we lost 40 rows”" in texts
    need = document(live_bot, channel)["need"]
    assert isinstance(need, dict)
    assert need["needed"] is True
    assert [reason["rule"] for reason in need["reasons"]] == ["severity", "users", "data_loss"]
    message_ids = {event.text: event.message_id for event in live_bot.timeline(channel)}
    assert need["reasons"][1]["evidence"] == [message_ids["4,200 customers cannot pay"]]
    assert need["waived"] is None


def test_the_summary_says_when_none_is_required_and_how_to_skip_it(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    texts = live_bot.text_in(channel)
    assert "*No postmortem required by policy, as far as the channel shows.*" in texts
    assert "*Not clear from the channel:* the start time; " in texts
    assert "how many users were affected" in texts
    assert "If you don't need it, type `/incident postmortem skip &lt;reason&gt;`." in texts
    assert (
        "**No postmortem required by policy, as far as the channel shows.**"
        in latest_postmortem(live_bot, channel).markdown
    )


def test_quotes_in_a_reason_contain_no_live_mention(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "P3 slow", "we lost 40 rows <!channel> *now*")
    summary = next(
        message
        for message in live_bot.messages(channel)
        if "Reason for a postmortem" in message["text"]
    )
    assert "@channel" in summary["text"]
    assert "<!channel>" not in str(summary)


def test_skipping_after_the_draft_records_person_time_and_reason(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    answer = live_bot.command(
        "ben", "postmortem skip because it was a <b>planned</b> test", channel
    )
    assert "Postmortem skipped for INC-2026-001. Your reason is recorded" in answer
    assert "I've kept the existing draft" in answer
    assert "speaks against it" not in answer
    live_bot.settle()
    ben = live_bot.workspace.person("ben").id
    waiver = find_waiver(live_bot, channel)
    assert waiver
    assert (waiver.by, waiver.because) == (ben, "it was a <b>planned</b> test")
    assert waiver.at >= harness.START
    assert (
        "Ben Okafor skipped the postmortem for INC-2026-001. Reason: it was a &lt;b&gt;planned"
        in (live_bot.text_in(channel))
    )
    event = next(entry for entry in live_bot.timeline(channel) if entry.kind is EventKind.SKIPPED)
    assert (event.author, event.message_id) == (ben, waiver.event_id)
    answer_later = live_bot.command("ana", "postmortem", channel)
    assert "is a draft (version 1" in answer_later
    assert f"<@{ben}> skipped the postmortem for INC-2026-001" in answer_later
    assert "it was a &lt;b&gt;planned&lt;/b&gt; test" in answer_later


@pytest.mark.parametrize(
    "command", ["postmortem skip", "postmortem skip because", "postmortem SKIP  …"]
)
def test_skipping_without_a_reason_is_rejected(live_bot: LiveBot, command: str) -> None:
    channel = live_bot.declare()
    recorded = len(live_bot.timeline(channel))
    assert live_bot.command("ana", command, channel) == (
        "Say why no postmortem is required: `/incident postmortem skip &lt;reason&gt;`. Your reason is recorded."
    )
    assert find_waiver(live_bot, channel) is None
    assert len(live_bot.timeline(channel)) == recorded


def test_skipping_a_required_postmortem_lists_the_reasons_against_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.command("ana", "impact 4,200 customers could not pay", channel)
    answer = live_bot.command("ana", "postmortem skip a drill", channel)
    assert "I won't draft one when the incident is resolved" in answer
    assert "*Reasons for a postmortem:*\n• Severity is P1 (policy: P1 or worse)" in answer
    assert "• 4,200 customers were affected (policy: 100 or more)" in answer


def test_skipping_in_a_long_channel_lists_only_reasons_from_commands(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.postmortems.drafts.MAX_QUICK_EVENTS", 2)
    channel = live_bot.declare("P1 checkout fails")
    for text in ("we lost 40 rows", "4,200 users affected"):
        live_bot.workspace.say("ben", channel, text)
    live_bot.settle()
    answer = live_bot.command("ana", "postmortem skip a drill", channel)
    assert "• Severity is P1" in answer
    assert "4,200" not in answer


def test_a_skipped_postmortem_is_drafted_only_once_somebody_asks_for_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P2 search slow")
    live_bot.command("ben", "postmortem skip: a copy of INC-2026-009", channel)
    answer = live_bot.command("ana", "resolve done", channel)
    ben = live_bot.workspace.person("ben").id
    assert f"because <@{ben}> skipped it. Reason: a copy of INC-2026-009\n" in answer
    assert "To draft one anyway, type `/incident postmortem request`." in answer
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 0
    assert "The postmortem draft follows" not in live_bot.text_in(channel)
    assert "The postmortem was skipped. To draft one anyway" in live_bot.text_in(channel)
    assert f"<@{ben}> skipped the postmortem for INC-2026-001" in live_bot.command(
        "ana", "postmortem", channel
    )
    answer = live_bot.command(
        "mei", "postmortem request because support asked @Ben Okafor all day", channel
    )
    assert "I'm drafting it" in answer
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 1
    assert find_waiver(live_bot, channel) is None
    assert "Mei Tanaka requested one: “support asked @Ben Okafor all day”" in live_bot.text_in(
        channel
    )
    assert "requested a postmortem for INC-2026-001. Reason: support" in live_bot.text_in(channel)
    assert "No postmortem: a copy of INC-2026-009" in latest_postmortem(
        live_bot, channel
    ).markdown.replace("\\", "")


def test_postmortem_again_reverts_a_skip(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    live_bot.command("ana", "postmortem skip too small", channel)
    live_bot.settle()
    assert "I'm redrafting" in live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    assert find_waiver(live_bot, channel) is None
    assert count_drafts(live_bot, channel) == 2
    assert "*Reason for a postmortem:* Ana Lopes requested one." in live_bot.text_in(channel)


def test_postmortem_again_reverts_a_skip_before_any_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P3 slow")
    live_bot.command("ana", "postmortem skip too small", channel)
    assert "draft it when the incident is resolved" in live_bot.command(
        "ana", "postmortem again", channel
    )
    assert "has no postmortem yet" in live_bot.command("ana", "postmortem again", channel)
    live_bot.command("ana", "postmortem skip too small", channel)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert "I'm redrafting" in live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 1


def test_a_request_during_the_incident_is_a_reason_in_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P4 typo on the page")
    answer = live_bot.command("mei", "postmortem request", channel)
    assert "draft it when the incident is resolved" in answer
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 1
    assert "*Reason for a postmortem:* Mei Tanaka requested one." in live_bot.text_in(channel)
    assert (
        "There's already a draft. To redraft it, type `/incident postmortem again`"
        in live_bot.command("ben", "postmortem request", channel)
    )
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 1
    ben = live_bot.workspace.person("ben").id
    assert f"<@{ben}> requested a postmortem" in live_bot.command("ben", "postmortem", channel)


def test_skipping_a_requested_postmortem_names_the_request(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P4 typo on the page")
    live_bot.command("mei", "postmortem request it keeps happening", channel)
    live_bot.settle()
    answer = live_bot.command("ana", "postmortem skip too small", channel)
    assert "• Mei Tanaka requested one: “it keeps happening”" in answer


def test_a_skip_survives_reopening_the_incident(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P3 slow")
    live_bot.command("ana", "postmortem skip too small", channel)
    live_bot.command("ana", "resolve", channel)
    live_bot.command("ana", "reopen", channel)
    assert "I won't draft a postmortem" in live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 0


def test_a_draft_already_in_progress_says_that_it_was_skipped(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P3 slow")
    live_bot.sandbox.faults.on(
        "ratelimited", method="conversations.history", times=1, retry_after=60
    )
    live_bot.command("ana", "resolve", channel)
    eventually(
        lambda: bool(live_bot.sandbox.record.called("conversations.history")), "the draft waits"
    )
    answer = live_bot.command("ben", "postmortem skip a *drill*", channel)
    assert "If I've already started a draft, I'll still post it" in answer
    live_bot.sandbox.clock.advance(timedelta(minutes=2))
    live_bot.settle()
    assert "*Postmortem skipped* by Ben Okafor. Reason: a *drill*" in live_bot.text_in(channel)
    assert (
        "**Postmortem skipped** by Ben Okafor on 2026-03-10 14:00 UTC. Reason: a **drill**"
        in latest_postmortem(live_bot, channel).markdown
    )
    need = document(live_bot, channel)["need"]
    assert isinstance(need, dict)
    assert need["waived"]["by"] == "Ben Okafor"
    assert need["waived"]["because"] == "a *drill*"
    assert need["waived"]["at"].startswith("2026-03-10T14:00")


def test_a_cancelled_incident_is_drafted_on_request(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P3 slow")
    live_bot.command("ana", "cancel a drill", channel)
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 0
    answer = live_bot.command("ana", "postmortem skip it was a drill", channel)
    assert "Your reason is recorded. To undo this, type `/incident postmortem request`." in answer
    assert "I'm drafting it" in live_bot.command("ana", "postmortem request to be sure", channel)
    live_bot.settle()
    assert count_drafts(live_bot, channel) == 1


def test_an_unknown_postmortem_command_lists_the_valid_ones(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    answer = live_bot.command("ana", "postmortem <!here> now", channel)
    assert "&lt;!here&gt;" in answer
    choices = "again, request, skip, submit, approve, changes, finalize, reopen"
    assert f"isn't a valid word after `postmortem`. Choose one of: {choices}." in answer


def test_a_secret_in_a_skip_reason_is_redacted(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    token = "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"
    live_bot.command("ana", f"postmortem skip because {token}", channel)
    live_bot.settle()
    waiver = find_waiver(live_bot, channel)
    assert waiver
    assert token not in waiver.because
    assert token not in live_bot.text_in(channel)
    assert token not in live_bot.command("ana", "postmortem", channel)


def test_a_similar_incident_within_a_month_is_named_unless_it_is_private(live_bot: LiveBot) -> None:
    live_bot.workspace.add_channel("secret", members=["ana"], private=True)
    live_bot.workspace.invite_bot("secret")
    live_bot.command("ana", "here P3 search is slow", "secret")
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(days=2))
    first = resolved(live_bot, "P3 search slow")
    assert "No postmortem required by policy" in live_bot.text_in(first)
    assert "INC-2026-001" not in live_bot.text_in(first)
    live_bot.sandbox.clock.advance(timedelta(days=2))
    second = resolved(live_bot, "P3 search errors")
    assert "INC-2026-002 (“search slow”) was similar, 2 days earlier" in live_bot.text_in(second)


@pytest.fixture
def strict_town(tmp_path: Path) -> Iterator[LiveBot]:
    needed = {"severity": False, "users": 5, "data_loss": False, "repeat_days": 0}
    policy = POLICY.model_validate(
        POLICY.model_dump(exclude={"postmortem"}) | {"postmortem": {"needed_when": needed}}
    )
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def test_the_configured_thresholds_decide_whether_it_is_required(strict_town: LiveBot) -> None:
    channel = resolved(strict_town, "P0 search down", "6 users affected, we lost 40 rows")
    assert (
        "*Reason for a postmortem:* 6 users were affected (policy: 5 or more)."
        in strict_town.text_in(channel)
    )

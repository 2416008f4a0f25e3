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
from tests.support.harness import POLICY, Town, eventually


def resolved(town: Town, title: str = "P3 export is slow", *messages: str) -> str:
    channel = town.declare(title)
    for text in messages:
        town.ws.say("ben", channel, text)
    town.incident("ana", "resolve restarted it", channel)
    town.settle()
    return channel


def document(town: Town, channel: str) -> dict[str, object]:
    return latest_postmortem(town, channel).document


def find_waiver(town: Town, channel: str) -> Decision | None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return requirement_decisions.find_waiver(session, incident.id)


def count_drafts(town: Town, channel: str) -> int:
    return sum("Postmortem draft: INC" in message["text"] for message in town.said(channel))


def test_the_summary_and_the_document_say_why_a_postmortem_is_required(town: Town) -> None:
    channel = resolved(town, "P1 checkout fails", "4,200 customers cannot pay", "we lost 40 rows")
    texts = town.texts(channel)
    assert (
        "*Postmortem required:* Its severity is P1 (policy: P1 or worse); 4,200 customers" in texts
    )
    assert "Data was lost: “we lost 40 rows”" in texts
    need = document(town, channel)["need"]
    assert isinstance(need, dict)
    assert need["needed"] is True
    assert [reason["rule"] for reason in need["reasons"]] == ["severity", "users", "data_loss"]
    message_ids = {event.text: event.message_id for event in town.recorded(channel)}
    assert need["reasons"][1]["evidence"] == [message_ids["4,200 customers cannot pay"]]
    assert need["waived"] is None


def test_the_summary_says_when_none_is_required_and_how_to_skip_it(town: Town) -> None:
    channel = resolved(town)
    texts = town.texts(channel)
    assert "*No postmortem required by policy.*" in texts
    assert "*Not clear from the channel:* when it began; " in texts
    assert "how many users were affected" in texts
    assert "To close it, type `/incident postmortem skip because …`." in texts
    assert "**No postmortem required by policy.**" in latest_postmortem(town, channel).markdown


def test_quotes_in_a_reason_contain_no_live_mention(town: Town) -> None:
    channel = resolved(town, "P3 slow", "we lost 40 rows <!channel> *now*")
    summary = next(
        message for message in town.said(channel) if "Postmortem required" in message["text"]
    )
    assert "@channel" in summary["text"]
    assert "<!channel>" not in str(summary)


def test_skipping_after_the_draft_records_person_time_and_reason(town: Town) -> None:
    channel = resolved(town)
    answer = town.incident("ben", "postmortem skip because it was a <b>planned</b> test", channel)
    assert "INC-2026-001 is to have no postmortem, and the reason is kept" in answer
    assert "The draft stays where it is" in answer
    assert "speaks against it" not in answer
    town.settle()
    ben = town.ws.person("ben").id
    waiver = find_waiver(town, channel)
    assert waiver
    assert (waiver.by, waiver.because) == (ben, "it was a <b>planned</b> test")
    assert waiver.at >= harness.START
    assert f"<@{ben}> decided that INC-2026-001 gets no postmortem: it was a &lt;b&gt;planned" in (
        town.texts(channel)
    )
    event = next(entry for entry in town.recorded(channel) if entry.kind is EventKind.SKIPPED)
    assert (event.author, event.message_id) == (ben, waiver.event_id)
    answer_later = town.incident("ana", "postmortem", channel)
    assert "is drafted (version 1" in answer_later
    assert f"is to have no postmortem, <@{ben}> decided" in answer_later
    assert "it was a &lt;b&gt;planned&lt;/b&gt; test" in answer_later


@pytest.mark.parametrize(
    "command", ["postmortem skip", "postmortem skip because", "postmortem SKIP  …"]
)
def test_skipping_without_a_reason_is_rejected(town: Town, command: str) -> None:
    channel = town.declare()
    recorded = len(town.recorded(channel))
    assert town.incident("ana", command, channel) == (
        "Say why there is to be no postmortem: `/incident postmortem skip because …`. It is kept."
    )
    assert find_waiver(town, channel) is None
    assert len(town.recorded(channel)) == recorded


def test_skipping_a_required_postmortem_lists_the_reasons_against_it(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.incident("ana", "impact 4,200 customers could not pay", channel)
    answer = town.incident("ana", "postmortem skip a drill", channel)
    assert "None is drafted when it is resolved" in answer
    assert "*This speaks against it:*\n• Its severity is P1 (policy: P1 or worse)" in answer
    assert "• 4,200 customers were affected (policy: 100 or more)" in answer


def test_skipping_in_a_long_channel_lists_only_reasons_from_commands(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.postmortems.drafts.MAX_QUICK_EVENTS", 2)
    channel = town.declare("P1 checkout fails")
    for text in ("we lost 40 rows", "4,200 users affected"):
        town.ws.say("ben", channel, text)
    town.settle()
    answer = town.incident("ana", "postmortem skip a drill", channel)
    assert "• Its severity is P1" in answer
    assert "4,200" not in answer


def test_a_skipped_postmortem_is_drafted_only_once_somebody_asks_for_it(town: Town) -> None:
    channel = town.declare("P2 search slow")
    town.incident("ben", "postmortem skip: a copy of INC-2026-009", channel)
    answer = town.incident("ana", "resolve done", channel)
    ben = town.ws.person("ben").id
    assert f"No postmortem is drafted: <@{ben}> decided so (a copy of INC-2026-009)." in answer
    assert "`/incident postmortem ask` drafts one all the same." in answer
    town.settle()
    assert count_drafts(town, channel) == 0
    assert "The postmortem draft follows" not in town.texts(channel)
    assert "No postmortem is drafted, as was decided" in town.texts(channel)
    assert f"is to have no postmortem, <@{ben}> decided" in town.incident(
        "ana", "postmortem", channel
    )
    answer = town.incident("mei", "postmortem ask because support asked @ben all day", channel)
    assert "It is being drafted" in answer
    town.settle()
    assert count_drafts(town, channel) == 1
    assert find_waiver(town, channel) is None
    assert "mei asked for one: “support asked @ben all day”" in town.texts(channel)
    assert "asks for a postmortem of INC-2026-001: support" in town.texts(channel)
    assert "No postmortem: a copy of INC-2026-009" in latest_postmortem(
        town, channel
    ).markdown.replace("\\", "")


def test_postmortem_again_reverts_a_skip(town: Town) -> None:
    channel = resolved(town)
    town.incident("ana", "postmortem skip too small", channel)
    town.settle()
    assert "being drafted again" in town.incident("ana", "postmortem again", channel)
    town.settle()
    assert find_waiver(town, channel) is None
    assert count_drafts(town, channel) == 2
    assert "*Postmortem required:* ana asked for one." in town.texts(channel)


def test_postmortem_again_reverts_a_skip_before_any_draft(town: Town) -> None:
    channel = town.declare("P3 slow")
    town.incident("ana", "postmortem skip too small", channel)
    assert "It is drafted when the incident is resolved" in town.incident(
        "ana", "postmortem again", channel
    )
    assert "has no postmortem yet" in town.incident("ana", "postmortem again", channel)
    town.incident("ana", "postmortem skip too small", channel)
    town.incident("ana", "resolve", channel)
    town.settle()
    assert "being drafted again" in town.incident("ana", "postmortem again", channel)
    town.settle()
    assert count_drafts(town, channel) == 1


def test_a_request_during_the_incident_is_a_reason_in_the_draft(town: Town) -> None:
    channel = town.declare("P4 typo on the page")
    answer = town.incident("mei", "postmortem ask", channel)
    assert "It is drafted when the incident is resolved" in answer
    town.incident("ana", "resolve", channel)
    town.settle()
    assert count_drafts(town, channel) == 1
    assert "*Postmortem required:* mei asked for one." in town.texts(channel)
    assert "There is a draft; `/incident postmortem again`" in town.incident(
        "ben", "postmortem ask", channel
    )
    town.settle()
    assert count_drafts(town, channel) == 1
    ben = town.ws.person("ben").id
    assert f"<@{ben}> asked for a postmortem" in town.incident("ben", "postmortem", channel)


def test_skipping_a_requested_postmortem_names_the_request(town: Town) -> None:
    channel = town.declare("P4 typo on the page")
    town.incident("mei", "postmortem ask it keeps happening", channel)
    town.settle()
    answer = town.incident("ana", "postmortem skip too small", channel)
    assert "• mei asked for one: “it keeps happening”" in answer


def test_a_skip_survives_reopening_the_incident(town: Town) -> None:
    channel = town.declare("P3 slow")
    town.incident("ana", "postmortem skip too small", channel)
    town.incident("ana", "resolve", channel)
    town.incident("ana", "reopen", channel)
    assert "No postmortem is drafted" in town.incident("ana", "resolve", channel)
    town.settle()
    assert count_drafts(town, channel) == 0


def test_a_draft_already_in_progress_says_that_it_was_skipped(town: Town) -> None:
    channel = town.declare("P3 slow")
    town.sandbox.faults.on("ratelimited", method="conversations.history", times=1, retry_after=60)
    town.incident("ana", "resolve", channel)
    eventually(lambda: bool(town.sandbox.record.called("conversations.history")), "the draft waits")
    answer = town.incident("ben", "postmortem skip a *drill*", channel)
    assert "A draft that is on its way still comes" in answer
    town.sandbox.clock.advance(timedelta(minutes=2))
    town.settle()
    assert "*No postmortem*, ben decided: a *drill*" in town.texts(channel)
    assert (
        "**No postmortem**, ben decided on 2026-03-10 14:00 UTC: a **drill**"
        in latest_postmortem(town, channel).markdown
    )
    need = document(town, channel)["need"]
    assert isinstance(need, dict)
    assert need["waived"]["by"] == "ben"
    assert need["waived"]["because"] == "a *drill*"
    assert need["waived"]["at"].startswith("2026-03-10T14:00")


def test_a_cancelled_incident_is_drafted_on_request(town: Town) -> None:
    channel = town.declare("P3 slow")
    town.incident("ana", "cancel a drill", channel)
    town.settle()
    assert count_drafts(town, channel) == 0
    answer = town.incident("ana", "postmortem skip it was a drill", channel)
    assert "the reason is kept. `/incident postmortem ask` takes this back." in answer
    assert "It is being drafted" in town.incident("ana", "postmortem ask to be sure", channel)
    town.settle()
    assert count_drafts(town, channel) == 1


def test_an_unknown_postmortem_command_lists_the_valid_ones(town: Town) -> None:
    channel = resolved(town)
    answer = town.incident("ana", "postmortem <!here> now", channel)
    assert "&lt;!here&gt;" in answer
    choices = "again, ask, skip, submit, approve, return, final, reopen"
    assert f"is not a word after `postmortem`. Choose one of: {choices}." in answer


def test_a_secret_in_a_skip_reason_is_redacted(town: Town) -> None:
    channel = resolved(town)
    token = "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"
    town.incident("ana", f"postmortem skip because {token}", channel)
    town.settle()
    waiver = find_waiver(town, channel)
    assert waiver
    assert token not in waiver.because
    assert token not in town.texts(channel)
    assert token not in town.incident("ana", "postmortem", channel)


def test_a_similar_incident_within_a_month_is_named_unless_it_is_private(town: Town) -> None:
    town.ws.add_channel("secret", members=["ana"], private=True)
    town.ws.invite_bot("secret")
    town.incident("ana", "here P3 search is slow", "secret")
    town.settle()
    town.sandbox.clock.advance(timedelta(days=2))
    first = resolved(town, "P3 search slow")
    assert "No postmortem required by policy" in town.texts(first)
    assert "INC-2026-001" not in town.texts(first)
    town.sandbox.clock.advance(timedelta(days=2))
    second = resolved(town, "P3 search errors")
    assert "INC-2026-002 (“search slow”) was much the same, 2 days before" in town.texts(second)


@pytest.fixture
def strict_town(tmp_path: Path) -> Iterator[Town]:
    needed = {"severity": False, "users": 5, "data_loss": False, "repeat_days": 0}
    policy = POLICY.model_validate(
        POLICY.model_dump(exclude={"postmortem"}) | {"postmortem": {"needed_when": needed}}
    )
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def test_the_configured_thresholds_decide_whether_it_is_required(strict_town: Town) -> None:
    channel = resolved(strict_town, "P0 search down", "6 users affected, we lost 40 rows")
    assert "*Postmortem required:* 6 users were affected (policy: 5 or more)." in strict_town.texts(
        channel
    )

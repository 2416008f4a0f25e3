"""The course of an incident: recoveries, and later messages that take them back."""

import pytest

from bot.domain.key_times import Basis
from bot.domain.timeline import EventKind, Record
from bot.drafting.draft import draft
from bot.drafting.reading.alerts import AlarmState, alert_name, classify_alarm
from bot.drafting.reading.lines import read_record
from bot.drafting.reading.status_pages import find_status_pages
from bot.drafting.recovery_course import find_recovery_course
from tests.drafting.records import event, record, talk

BROKEN = "12:00 alice: checkout is failing"


def restored(*lines: str) -> str | None:
    moment = draft(talk(BROKEN, *lines)).moments.restored
    return f"{moment.at:%H:%M}" if moment else None


@pytest.mark.parametrize(
    "message",
    [
        "our partner says all green",
        "their status page says it is fixed",
        "the payment provider is healthy",
        "the DNS provider's dashboard is all green",
        "vendor reports all systems operational",
        "the database looks healthy",
        "checkout is recovering slowly",
        "most users are back online",
        "search works again, but checkout is still down",
        "is it back to normal?",
        "looks like it is back to normal",
        "error rate is falling",
        "waiting for the queue to recover",
    ],
)
def test_partial_uncertain_or_foreign_recoveries_do_not_count(message: str) -> None:
    assert restored(f"12:10 bob: {message}") is None


@pytest.mark.parametrize(
    "message",
    [
        "error rate is back to normal",
        "errors are gone",
        "logins work again",
        "no more timeouts",
        "queue is empty",
        "the site is back up",
        "error rate is back at 0.2%",
        "0.3%, that's our normal",
        "works for me now",
    ],
)
def test_a_clear_recovery_counts(message: str) -> None:
    assert restored(f"12:10 bob: {message}") == "12:10"


@pytest.mark.parametrize(
    "message", ["the payment provider is healthy", "the DNS provider's dashboard is all green"]
)
def test_a_healthy_third_party_restores_nothing_after_an_action_either(message: str) -> None:
    assert restored("12:05 bob: rolled back", f"12:07 bob: {message}") is None
    assert restored("12:05 bob: rolled back", "12:07 bob: checkout is healthy") == "12:07"


def test_a_good_state_is_a_recovery_only_after_an_action() -> None:
    assert (
        restored("12:05 bob: restarted the workers", "12:10 bob: everything looks good") == "12:10"
    )
    assert restored("12:10 bob: everything looks good") is None


def test_a_time_mentioned_with_the_recovery_counts() -> None:
    moment = draft(talk(BROKEN, "12:10 bob: payments work again since 12:07")).moments.restored
    assert moment is not None
    assert (f"{moment.at:%H:%M}", moment.basis) == ("12:07", Basis.REPORTED)


@pytest.mark.parametrize(
    "message",
    [
        "it is failing again",
        "that didn't help",
        "the errors are back",
        "spoke too soon",
        "still seeing errors in eu",
    ],
)
def test_a_relapse_takes_a_recovery_back(message: str) -> None:
    assert restored("12:10 bob: back to normal", f"12:12 amy: {message}") is None
    assert (
        restored("12:10 bob: back to normal", f"12:12 amy: {message}", "12:30 bob: back to normal")
        == "12:30"
    )


def test_a_remark_after_the_end_takes_nothing_back() -> None:
    lines = ("12:10 bob: back to normal", "12:15 bob: incident resolved")
    assert restored(*lines, "12:30 amy: the first restart didn't help") == "12:10"


def test_an_alert_that_fires_again_takes_a_recovery_back() -> None:
    lines = (
        "12:01 mon-bot: FIRING errors at 9%",
        "12:10 bob: back to normal",
        "12:11 mon-bot: FIRING errors at 8%",
    )
    assert restored(*lines) is None
    assert restored(*lines, "12:20 mon-bot: RESOLVED errors at 0%") == "12:20"


def test_an_action_before_a_relapse_is_not_the_mitigation() -> None:
    postmortem = draft(
        talk(
            BROKEN,
            "12:05 bob: rolling back",
            "12:08 bob: back to normal",
            "12:10 amy: it is failing again",
            "12:15 bob: restarting the database",
            "12:20 bob: back to normal",
        )
    )
    assert postmortem.moments.mitigating is not None
    assert f"{postmortem.moments.mitigating.at:%H:%M}" == "12:15"
    assert [entry.text for entry in postmortem.went_poorly] == [
        "This didn't solve it: rolling back."
    ]


def test_start_and_recovery_are_read_from_one_sentence() -> None:
    moments = draft(
        talk(
            BROKEN, "12:40 bob: between 11:52 and 12:31 UTC, payments failed", "12:41 bob: resolved"
        )
    ).moments
    assert moments.started is not None
    assert moments.restored is not None
    assert (f"{moments.started.at:%H:%M}", f"{moments.restored.at:%H:%M}") == ("11:52", "12:31")


def record_with_notes(*events: tuple[str, str]) -> Record:
    notes = [event(clock, "sam", text, kind=EventKind.NOTE) for clock, text in events]
    live = [
        event("12:20", "amy", "Checkout fails", kind=EventKind.DECLARED),
        event("12:30", "bob", "root cause: change 4471 cut the pool, rolled out at 12:02"),
        event("12:35", "bob", "reverting change 4471"),
        event("12:40", "bob", "payments work again"),
    ]
    return record(*sorted((*notes, *live), key=lambda entry: entry.happened_at))


def test_a_note_about_the_causing_change_is_the_start() -> None:
    postmortem = draft(
        record_with_notes(("12:04", "change 4471 goes out"), ("12:11", "first ticket from support"))
    )
    started, detected = postmortem.moments.started, postmortem.moments.detected
    assert started is not None
    assert detected is not None
    assert (f"{started.at:%H:%M}", started.basis) == ("12:04", Basis.TYPED)
    assert (f"{detected.at:%H:%M}", detected.basis) == ("12:11", Basis.TYPED)


def test_a_note_about_another_change_is_not_the_start() -> None:
    started = draft(record_with_notes(("12:01", "release 88 of the shop goes out"))).moments.started
    assert started is not None
    assert (f"{started.at:%H:%M}", started.basis) == ("12:02", Basis.REPORTED)


def test_an_empty_record_has_no_recovery_or_relapse() -> None:
    assert find_recovery_course(read_record(record())) == find_recovery_course(())
    assert find_recovery_course(()).relapse == -1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[FIRING:2] HighLatency", AlarmState.RAISED),
        ("CRITICAL disk at 100%", AlarmState.RAISED),
        ("queue depth exceeds 5,000", AlarmState.RAISED),
        ("[RESOLVED] HighLatency", AlarmState.ENDED),
        ("RECOVERY db is UP", AlarmState.ENDED),
        ("Monitor has recovered", AlarmState.ENDED),
        ("Deployed build 811 to production", None),
    ],
)
def test_alerts_are_classified_as_raised_or_ended(text: str, expected: AlarmState | None) -> None:
    assert classify_alarm(event("12:00", "mon", text, kind=EventKind.ALERT), text) is expected


def test_a_persons_message_is_an_alert_only_in_the_form_of_one() -> None:
    assert (
        classify_alarm(event("12:00", "amy", "FIRING api errors"), "FIRING api errors")
        is AlarmState.RAISED
    )
    assert (
        classify_alarm(event("12:00", "amy", "firing up the grill"), "firing up the grill") is None
    )


def test_an_alert_and_its_end_have_the_same_name() -> None:
    assert alert_name("FIRING api errors 9% (limit 5%)") == alert_name(
        "RESOLVED api errors 0.1% (limit 5%)"
    )


def test_an_author_who_posts_in_phases_is_a_status_page() -> None:
    posts = [
        ("page", "[Investigating] Logins are failing"),
        ("page", "[Resolved] This is over"),
        ("mon", "[RESOLVED] HighLatency"),
        ("amy", "Update: still looking"),
        ("amy", "found it"),
    ]
    assert find_status_pages(posts) == {"page"}

"""A silence shows how long nothing was written in the channel, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.template_names import TEMPLATES
from bot.domain.timeline import EventKind, TimelineEvent
from bot.drafting.draft import draft
from bot.rendering import documents
from tests.drafting.records import event, record, talk

FAILING = event("12:00", "amy", "checkout is failing")
LOOKING = event("12:02", "bob", "looking")
ROLLED_BACK = event("12:10", "bob", "rolled back v42")
RESOLVED = event("12:20", "bob", "well again", kind=EventKind.RESOLVED)


def later(event_: TimelineEvent, days: int = 9) -> TimelineEvent:
    moved = event_.happened_at + timedelta(days=days)
    return replace(event_, happened_at=moved, message_id=f"{event_.message_id}-{days}")


REOPENED = later(event("12:30", "amy", "it fails again", kind=EventKind.REOPENED))
RESOLVED_AGAIN = later(event("12:40", "amy", "well again", kind=EventKind.RESOLVED))
WORD_AFTER = later(event("11:00", "amy", "how did this go?"))
THANKS = later(event("12:30", "amy", "payments work again, thanks"))
CLOSING = later(event("12:30", "bob", "closing this"))


@pytest.mark.parametrize(
    "events",
    [
        pytest.param((FAILING, LOOKING, later(RESOLVED)), id="resolved by command long after"),
        pytest.param((FAILING, LOOKING, ROLLED_BACK, CLOSING), id="resolved in words long after"),
        pytest.param((FAILING, ROLLED_BACK, RESOLVED, WORD_AFTER, THANKS), id="talk after the end"),
        pytest.param((FAILING, ROLLED_BACK, RESOLVED, RESOLVED_AGAIN), id="resolved twice"),
        pytest.param((FAILING, RESOLVED, REOPENED, RESOLVED_AGAIN), id="reopened"),
    ],
)
def test_a_silence_that_may_be_outside_the_incident_is_not_reported(
    events: tuple[TimelineEvent, ...],
) -> None:
    assert not [statement.text for statement in draft(record(*events)).went_poorly]


def test_a_silence_after_the_incident_was_reopened_counts() -> None:
    still = later(event("13:40", "amy", "still failing"))
    resolved = later(event("13:50", "amy", "well again", kind=EventKind.RESOLVED))
    postmortem = draft(record(FAILING, RESOLVED, REOPENED, still, resolved))
    assert [statement.text for statement in postmortem.went_poorly] == [
        "No messages in the channel for 1 h 10 min during the incident."
    ]


@pytest.mark.parametrize("template", [each for each in TEMPLATES if each != "public"])
def test_no_template_presents_a_silence_as_detection_or_recovery(template: str) -> None:
    postmortem = draft(talk("12:00 amy: checkout is failing", "12:50 amy: payments work again"))
    text = documents.markdown(postmortem, template)
    before, heading, behind = text.partition("Timeline")
    outside_timeline = before + behind.partition("\n## ")[2]  # everything except the timeline
    assert heading or template == "quick"
    assert "Nothing recorded" not in outside_timeline


@pytest.mark.parametrize(
    "message",
    [
        "it's quiet",
        "no messages for 20 min",
        "no news from the vendor",
        "assuming it recovered since nobody complains",
        "nobody has said anything for an hour",
        "no data since 12:10",
    ],
)
def test_a_remark_about_silence_is_not_a_recovery(message: str) -> None:
    postmortem = draft(
        talk("12:00 amy: checkout is failing", "12:05 bob: restarting it", f"12:40 bob: {message}")
    )
    assert postmortem.moments.restored is None
    assert postmortem.moments.resolved is None

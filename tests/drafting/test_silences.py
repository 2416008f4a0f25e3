"""What a silence in a channel shows: how long nothing was said, and nothing else."""

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


def later(said: TimelineEvent, days: int = 9) -> TimelineEvent:
    moved = said.happened_at + timedelta(days=days)
    return replace(said, happened_at=moved, message_id=f"{said.message_id}-{days}")


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
def test_a_silence_of_which_nobody_knows_that_it_lasted_is_none(
    events: tuple[TimelineEvent, ...],
) -> None:
    assert not [each.text for each in draft(record(*events)).went_poorly]


def test_a_silence_after_the_incident_was_reopened_counts() -> None:
    still = later(event("13:40", "amy", "still failing"))
    resolved = later(event("13:50", "amy", "well again", kind=EventKind.RESOLVED))
    made = draft(record(FAILING, RESOLVED, REOPENED, still, resolved))
    assert [each.text for each in made.went_poorly] == [
        "Nothing was said in the channel for 1 h 10 min while it lasted."
    ]


@pytest.mark.parametrize("template", [each for each in TEMPLATES if each != "public"])
def test_no_template_takes_a_silence_for_the_sign_or_the_recovery(template: str) -> None:
    made = draft(talk("12:00 amy: checkout is failing", "12:50 amy: payments work again"))
    text = documents.markdown(made, template)
    before, heading, behind = text.partition("Timeline")
    told = before + behind.partition("\n## ")[2]  # all but the timeline itself
    assert heading or template == "quick"
    assert "Nothing recorded" not in told


@pytest.mark.parametrize(
    "said",
    [
        "it's quiet",
        "no messages for 20 min",
        "no news from the vendor",
        "assuming it recovered since nobody complains",
        "nobody has said anything for an hour",
        "no data since 12:10",
    ],
)
def test_that_nothing_is_heard_is_no_recovery(said: str) -> None:
    made = draft(
        talk("12:00 amy: checkout is failing", "12:05 bob: restarting it", f"12:40 bob: {said}")
    )
    assert made.moments.restored is None
    assert made.moments.resolved is None

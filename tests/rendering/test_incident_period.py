"""The date and duration of an incident, in every document."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft
from bot.domain.incident import Status
from bot.domain.key_times import Basis, Moment, Moments
from bot.drafting.draft import draft
from bot.rendering import document_json, documents, text_filters
from bot.rendering.incident_period import find_incident_period
from tests.drafting.records import NOON, talk

INTERNAL_TEMPLATES = [each for each in TEMPLATES if each != PUBLIC]
CALM = talk("12:00 amy: checkout is failing", "12:20 amy: payments work again")


def make_moments(**moments: timedelta) -> Moments:
    return Moments(
        **{
            name: Moment(at=NOON + after, basis=Basis.MARKED, evidence=("1",))
            for name, after in moments.items()
        }
    )


def with_times(status: Status = Status.RESOLVED, **moments: timedelta) -> Draft:
    postmortem = draft(CALM)
    heading = replace(postmortem.incident, status=status)
    return replace(postmortem, incident=heading, moments=make_moments(**moments))


ONE_DAY = with_times(started=timedelta(minutes=-10), resolved=timedelta(minutes=67))
NINE_DAYS = with_times(detected=timedelta(), resolved=timedelta(days=9, hours=3, minutes=2))
ONGOING = with_times(Status.INVESTIGATING, started=timedelta(minutes=5))
CONTRADICTORY = with_times(started=timedelta(), resolved=timedelta(hours=-1))


@pytest.mark.parametrize("template", INTERNAL_TEMPLATES)
@pytest.mark.parametrize(
    ("postmortem", "date", "duration"),
    [
        (
            ONE_DAY,
            "Tue 10 Mar 2026 (UTC)",
            "1 hour 17 minutes (started 11:50, resolved 13:07 UTC)",
        ),
        (
            NINE_DAYS,
            "Tue 10 Mar 2026 to Thu 19 Mar 2026 (UTC)",
            "9 days 3 hours (detected 2026-03-10 12:00, resolved 2026-03-19 15:02 UTC)",
        ),
        (ONGOING, "Tue 10 Mar 2026 (UTC)", "ongoing, started 2026-03-10 12:05 UTC"),
        (CONTRADICTORY, "Tue 10 Mar 2026 (UTC)", "**Open question:** "),
    ],
    ids=["one day", "nine days", "ongoing", "contradictory"],
)
def test_every_document_has_the_date_and_duration(
    postmortem: Draft, date: str, duration: str, template: str
) -> None:
    text = documents.markdown(postmortem, template)
    row = "| {} | {}" if "| Date |" in text else "- **{}:** {}"
    assert row.format("Duration", duration) in text
    if template != "learning":  # this template's row has the time too
        assert row.format("Date", date) in text


def test_html_and_json_have_the_dates_and_the_duration() -> None:
    page = documents.html(NINE_DAYS)
    assert ">Tue 10 Mar 2026 to Thu 19 Mar 2026 (UTC)</td>" in page
    assert "9 days 3 hours" in page
    incident = json.loads(document_json.as_json(NINE_DAYS))["incident"]
    assert incident["dates"] == ["2026-03-10", "2026-03-19"]
    assert incident["duration"] == {
        "seconds": 788520,
        "from": "detected",
        "to": "resolved",
        "ongoing": False,
    }
    ongoing = json.loads(document_json.as_json(ONGOING))["incident"]["duration"]
    assert ongoing == {"seconds": None, "from": "started", "to": None, "ongoing": True}


def test_an_incident_without_key_times_is_measured_from_its_declaration() -> None:
    span = find_incident_period(with_times(Status.DECLARED))
    assert (span.start_name, span.start, span.is_ongoing) == ("declared", NOON, True)
    assert not find_incident_period(with_times()).is_ongoing


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=1, minutes=59), "2 days 1 hour"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(seconds=40), "40 seconds"),
        (timedelta(), "0 seconds"),
    ],
)
def test_a_duration_is_written_in_words(span: timedelta, words: str) -> None:
    assert text_filters.in_words(span) == words

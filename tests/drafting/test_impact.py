import pytest

from bot.domain.draft import ImpactKind
from bot.domain.timeline import EventKind
from bot.drafting.draft import draft
from tests.drafting.records import event, record, talk


@pytest.mark.parametrize(
    ("message", "kind", "value", "unit"),
    [
        ("about 4,200 users are affected", ImpactKind.USERS, 4200, "users"),
        ("12.5k failed requests so far", ImpactKind.REQUESTS, 12500, "requests"),
        ("12.5k requests failed so far", ImpactKind.REQUESTS, 12500, "requests"),
        ("error rate peaked at 42%", ImpactKind.ERRORS, 42, "%"),
        ("SLA is now 99.94%", ImpactKind.SLA, 99.94, "%"),
        ("we lost about $890 in orders", ImpactKind.REVENUE, 890, "$"),
        ("67 support tickets", ImpactKind.TICKETS, 67, "tickets"),
        ("down in 3 regions", ImpactKind.REGIONS, 3, "regions"),
        ("15 rows were lost", ImpactKind.DATA, 15, "rows"),
        ("23 minutes of downtime", ImpactKind.DURATION, 23, "minutes"),
    ],
)
def test_impact_figures_have_their_kind_value_and_unit(
    message: str, kind: ImpactKind, value: float, unit: str
) -> None:
    (figure,) = draft(talk(f"12:00 alice: {message}")).impact
    assert (figure.kind, figure.value, figure.unit) == (kind, value, unit)


@pytest.mark.parametrize(
    "message",
    ["port 8080 is open", "v2.3.1 is out", "see ticket 4711", "at 14:32", "did 5 users see it?"],
)
def test_other_numbers_are_not_impact_figures(message: str) -> None:
    assert draft(talk(f"12:00 alice: {message}")).impact == ()


def test_a_correction_replaces_the_corrected_figure() -> None:
    postmortem = draft(talk("12:00 a: 9,000 users are affected", "12:05 b: actually 4,200 users"))
    assert [figure.value for figure in postmortem.impact] == [4200]


def test_impact_entered_by_command_comes_first_in_its_own_words() -> None:
    postmortem = draft(
        record(
            event("12:00", "a", "300 users hit"),
            event("12:10", "b", "nobody in Asia could pay", kind=EventKind.IMPACT),
        )
    )
    assert [figure.text for figure in postmortem.impact] == [
        "nobody in Asia could pay",
        "300 users hit",
    ]


@pytest.mark.parametrize(
    ("messages", "values"),
    [
        (["error rate is 55% (limit 10%)"], [55]),
        (["api errors at 41%", "api errors at 55%", "api errors at 49%"], [55]),
        (["error rate is down to 6%", "error rate 25% and falling"], []),
        (["search error rate 17%", "login error rate 1%"], [17, 1]),
        (["about 61,000 EUR of orders did not go through"], [61_000]),
    ],
)
def test_the_peak_of_a_rate_counts_and_limits_do_not(
    messages: list[str], values: list[int]
) -> None:
    lines = [f"12:{minute:02} amy: {text}" for minute, text in enumerate(messages)]
    assert [figure.value for figure in draft(talk(*lines)).impact] == values


def test_impact_entered_by_command_replaces_the_same_figure_in_chat() -> None:
    postmortem = draft(
        record(
            event("12:00", "amy", "3,900 customers could not pay"),
            event("12:05", "amy", "actually, 4,200 customers could not pay"),
            event("12:06", "bob", "4,200 customers were locked out", kind=EventKind.IMPACT),
        )
    )
    assert [figure.text for figure in postmortem.impact] == ["4,200 customers were locked out"]


@pytest.mark.parametrize(
    ("message", "kind", "value", "unit"),
    [
        ("about 4.1M devices are affected", "users", 4_100_000, "devices"),
        ("2.1 billion rows are lost", "data", 2_100_000_000, "rows"),
        ("retry queue: 18,406 payments", "requests", 18_406, "payments"),
        ("1,877 queued, the oldest from 04:26", "requests", 1_877, "queued"),
        ("conversion is down 11% against last week", "revenue", 11, "%"),
        ("31,200 customers affected, is that right?", "users", 31_200, "customers"),
        ("the delay is around 50 minutes", "duration", 50, "minutes"),
    ],
)
def test_impact_is_recognized_in_many_units(
    message: str, kind: str, value: float, unit: str
) -> None:
    postmortem = draft(talk(f"12:00 amy: {message}"))
    assert [(figure.kind, figure.value, figure.unit) for figure in postmortem.impact] == [
        (kind, value, unit)
    ]


@pytest.mark.parametrize(
    "message",
    [
        "debugging some earlier 400 errors",
        "every cull fails due to 503 requests",
        "we hit the 300 user limit, everything fails",
        "0 errors left",
        "that makes 900k user-minutes",
    ],
)
def test_status_codes_limits_and_zero_are_not_impact(message: str) -> None:
    assert not draft(talk(f"12:00 amy: {message}")).impact


def test_the_lowest_success_rate_counts() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: success rate is 61%",
            "12:10 amy: success rate is 57%",
            "12:20 amy: success rate is 58%",
        )
    )
    assert [figure.value for figure in postmortem.impact] == [57]

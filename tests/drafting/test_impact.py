import json

import pytest

from bot.domain.draft import ImpactKind
from bot.domain.timeline import EventKind
from bot.drafting.draft import draft
from bot.rendering.document_json import as_json
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
        ("the delay is around 50 minutes", "latency", 50, "minutes"),
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


def test_the_lowest_success_rate_counts_as_the_highest_share_of_failures() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: success rate is 61%",
            "12:10 amy: success rate is 57%",
            "12:20 amy: success rate is 58%",
        )
    )
    assert [(figure.kind, figure.value) for figure in postmortem.impact] == [("errors", 43)]
    assert postmortem.impact[0].text == "success rate is 57%"


@pytest.mark.parametrize(
    ("message", "figure"),
    [
        ("success rate at 85 %", ("errors", 15, "%")),
        ("delivered: 97 % of the mails", ("errors", 3, "%")),
        ("6% of uploads fail", ("errors", 6, "%")),
        ("20% of users can't log in", ("users", 20, "% of users")),
        ("burned 40% of the error budget", ("sla", 40, "% of error budget")),
        ("error budget: 12 % left", ("sla", 88, "% of error budget")),
        ("p99 latency is 4.2 s, usually 200 ms", ("latency", 4.2, "s")),
        ("checkout takes 12 seconds to load", ("latency", 12, "seconds")),
        ("15 downstream services are failing", ("downstream", 15, "downstream services")),
        ("5 services are down", ("services", 5, "services")),
        ("three regions are down", ("regions", 3, "regions")),
        ("90 complaints so far", ("tickets", 90, "complaints")),
        ("lost 12,000 events", ("data", 12000, "events")),
        ("refunded 61,000 EUR", ("revenue", 61_000, "EUR")),
        ("lost revenue is around \u20ac12k", ("revenue", 12_000, "\u20ac")),
        ("customers affected: 612", ("users", 612, "customers")),
        ("Failed requests: 3,400", ("requests", 3400, "requests")),
        ("there were only 40 users when there used to be 900", ("users", 40, "users")),
        ("2,300 parcels missed the truck, for the record", ("requests", 2300, "parcels")),
    ],
)
def test_each_measure_is_recognized(message: str, figure: tuple[str, float, str]) -> None:
    impact = draft(talk(f"12:00 amy: {message}")).impact
    assert (impact[0].kind, impact[0].value, impact[0].unit) == figure


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("~4,200", 4200),
        ("about 4.2k", 4200),
        ("1.2M", 1_200_000),
        ("1 460", 1460),
        ("200-300", 300),
        ("between 200 and 300", 300),
        ("two hundred", 200),
        ("a dozen", 12),
        ("twenty-five", 25),
        ("three thousand two hundred", 3200),
    ],
)
def test_numbers_are_read_as_people_write_them(number: str, value: int) -> None:
    (figure,) = draft(talk(f"12:00 amy: {number} customers could not pay")).impact
    assert (figure.value, figure.unit) == (value, "customers")


@pytest.mark.parametrize(
    ("duration", "value", "unit"),
    [
        ("23 minutes", 23, "minutes"),
        ("1 h 20", 80, "minutes"),
        ("2 hours and 10 minutes", 130, "minutes"),
        ("two hours and seven minutes", 127, "minutes"),
        ("three and a half hours", 3.5, "hours"),
    ],
)
def test_a_duration_in_two_units_is_one_figure(duration: str, value: float, unit: str) -> None:
    (figure,) = draft(talk(f"12:00 amy: pages were down for {duration}")).impact
    assert (figure.kind, figure.value, figure.unit) == (ImpactKind.DURATION, value, unit)


@pytest.mark.parametrize(
    "message",
    [
        # limits, aims and thresholds
        "we hit the limit of 500 users, logins fail",
        "the retry limit is 5 attempts, requests failed",
        "we should alert when errors exceed 5 %",
        "alert when 500 requests fail",
        "timeout after 30 seconds, requests fail",
        # ports, status codes, versions, ids, hosts and times
        "connection to port 5432 failed",
        "requests fail with 503",
        "v2.14.3 fails",
        "release 2026.21 errors on start",
        "order 48213 failed",
        "ticket 4711 has the errors",
        "web-12 failed",
        "error 1062 on insert",
        "failed at 14:20 on 2026-03-10",
        # sizes
        "pods are limited to 512 MB and got OOM killed",
        "the node has 64 GB and 16 cores, errors everywhere",
        "scaled to 40 pods, errors continue",
        "CPU at 97%, errors rising",
        "disk is 100 % full, writes fail",
        # tests
        "3 of 40 tests failed",
        "12 test cases failed in CI",
        "400 requests failed in the load test",
        # conditions, plans, past incidents and questions
        "if 5,000 users hit this we are in trouble",
        "this could affect 20,000 customers",
        "40,000 customers would be affected",
        "we would lose $50,000 an hour",
        "let's fail over 300 customers tomorrow",
        "last year 12,000 users were affected by the same bug",
        "in 2023 we had 900 failed orders",
        "did 400 users get errors?",
        # nothing happened, or it's over, or it's somebody else's
        "none of the 400 customers were affected",
        "not one of our 5,000 users was affected",
        "no data lost",
        "success rate recovered to 99%",
        "error rate back to 0.1%",
        "the canary gets 5% of traffic, no errors",
        "their status page says 3 regions are degraded",
        "the provider reports 4,000 failed requests on their side",
        # a rate isn't a number of anything
        "900 users per minute sign up, none fails",
        "orders did not go through, and 40% of those people came back later",
        "checkout was failing; 300 of these customers were fine after a reload",
    ],
)
def test_what_is_no_harm_is_no_figure(message: str) -> None:
    assert not draft(talk(f"12:00 amy: {message}")).impact


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("99.9% SLA breached", "sla"),
        ("all customers are affected", "users"),
        ("all regions are down", "regions"),
        ("downstream billing can't sync", "downstream"),
        ("it's trending on Twitter, people are angry", "reputation"),
    ],
)
def test_harm_without_a_number_is_quoted(message: str, kind: str) -> None:
    (figure,) = draft(talk(f"12:00 amy: {message}")).impact
    assert (figure.kind, figure.value, figure.text) == (kind, None, message)


def test_harm_without_a_number_gives_way_to_a_figure_of_its_kind() -> None:
    talked = talk("12:00 amy: all customers are affected", "12:05 bob: 600 customers can't pay")
    assert [figure.value for figure in draft(talked).impact] == [600]


def test_a_sentence_is_quoted_once() -> None:
    sentence = "800 orders failed, 300 customers couldn't pay and 12 tickets came in"
    assert [
        (figure.value, figure.text) for figure in draft(talk(f"12:00 amy: {sentence}")).impact
    ] == [
        (800, "800 orders failed"),
        (300, sentence),
        (12, "12 tickets came in"),
    ]


@pytest.mark.parametrize(
    "correction",
    [
        "it's 4,200, not 1,200",
        "actually 4,200 users",
        "now 4,200 users are affected",
        "scratch that, 4,200 users",
    ],
)
def test_a_corrected_figure_replaces_the_earlier_one(correction: str) -> None:
    (figure,) = draft(
        talk("12:00 amy: 1,200 users are affected", f"12:05 bob: {correction}")
    ).impact
    assert (figure.kind, figure.value, figure.unit) == (ImpactKind.USERS, 4200, "users")


def test_now_replaces_a_larger_figure_too() -> None:
    talked = talk("12:00 amy: 900 users are affected", "12:05 bob: now 350 users are affected")
    assert [figure.value for figure in draft(talked).impact] == [350]


def test_the_largest_figure_of_the_same_thing_counts() -> None:
    talked = talk(
        "12:00 amy: 200 orders failed",
        "12:05 amy: 800 orders failed",
        "12:06 bob: 500 orders failed",
    )
    assert [figure.value for figure in draft(talked).impact] == [800]


def test_the_last_figure_typed_counts_whatever_is_said() -> None:
    postmortem = draft(
        record(
            event("12:00", "amy", "9,000 users are affected"),
            event("12:05", "amy", "5,000 users are affected", kind=EventKind.IMPACT),
            event("12:06", "amy", "4,200 users are affected!", kind=EventKind.IMPACT),
        )
    )
    assert [figure.value for figure in postmortem.impact] == [4200]


def test_typed_impact_needs_no_word_for_harm() -> None:
    typed = record(event("12:00", "amy", "31 schools", kind=EventKind.IMPACT))
    assert [(figure.value, figure.unit) for figure in draft(typed).impact] == [(31, "schools")]


def test_the_json_has_the_kinds_of_its_version_and_the_exact_measure() -> None:
    impact = json.loads(as_json(draft(talk("12:00 amy: p99 latency is 4.2 s"))))["impact"]
    assert [(figure["kind"], figure["measure"]) for figure in impact] == [("duration", "latency")]


def test_at_most_twelve_figures_are_shown() -> None:
    lines = [
        f"12:{number:02} amy: {number + 20} orders of shop{number}x failed" for number in range(20)
    ]
    assert len(draft(talk(*lines)).impact) == 12

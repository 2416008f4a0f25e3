"""Similar incidents are found, and incidents that only sound similar are not.

All incidents are made up. A wrong match is worse than none, so every pair of different incidents is
tried.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from bot.domain.incident import Incident
from bot.domain.library_page import Traits
from bot.domain.requirement import PastIncident
from bot.domain.similarity import compare_incidents
from bot.domain.timeline import EventKind, Record
from bot.drafting.library.similar_incidents import build_search_groups, rank_similar
from bot.drafting.library.traits import find_traits
from tests.drafting.records import NOON, event, incident, talk

# Each story is a title and its messages. Stories with the same letter are about the same problem.
STORIES: dict[str, tuple[str, ...]] = {
    "a1": (
        "Checkout fails for card payments",
        "12:00 beacon-bot: FIRING payments-api error rate is 21.4% (limit 10% for 5 min) in eu-west, production",
        "12:05 ana: pod log says `HikariPool-cards - Connection is not available`",
        "12:09 ana: the connection pool is exhausted on payments-api",
    ),
    "a2": (
        "Nobody can pay by card",
        "12:00 beacon-bot: FIRING payments-api error rate is 55.0% (limit 10% for 5 min) in us-east, production",
        "12:03 ben: pool exhausted again on payments-api?",
        "12:08 ben: seeing `HikariPool-cards - Connection is not available`",
    ),
    "b1": (
        "Search results are empty",
        "12:00 pager-bot: [FIRING] SearchIndexLag index older than 30 min",
        "12:10 mei: search-index worker died with `OutOfMemoryError`, out of memory",
        "12:11 mei: search-index is out of memory, restarting",
    ),
    "b2": (
        "Search index is stale",
        "12:00 pager-bot: [FIRING] SearchIndexLag index older than 45 min",
        "12:10 mei: search-index restarted, search-index was killed",
    ),
    "c1": (
        "TLS handshake errors on the gateway",
        "12:00 ana: the certificate of auth-gateway has expired",
        "12:05 ana: auth-gateway serves the expired certificate",
    ),
    "c2": (
        "Partners get SSL errors",
        "12:00 ana: auth-gateway again, x509: the certificate has expired",
        "12:05 ana: renewed on auth-gateway, cert expired at noon",
    ),
    "d": (  # the same service as a, failing in another way, with a common error
        "Payments are slow",
        "12:00 ana: payments-api is at 100% cpu",
        "12:05 ana: payments-api throws TimeoutError and HTTP 503",
        "12:07 ana: it is not the pool, the pool is not exhausted",
    ),
    "e": (  # the same common errors as d, in another service
        "Invoices are late",
        "12:00 ben: billing-worker throws TimeoutError, HTTP 503 from the mail provider",
        "12:05 ben: billing-worker backs off",
    ),
    "f": (  # the same failure mode as b1, in another service
        "Login is broken",
        "12:00 mei: session-cache is out of memory",
        "12:01 mei: session-cache OOMKilled",
    ),
    "g": (  # a very generic alert
        "Batch jobs are late",
        "12:00 pager-bot: ALERT High CPU usage 98%",
        "12:01 mei: report-scheduler stuck",
    ),
    "h": (
        "Image uploads hang",
        "12:00 pager-bot: ALERT High CPU usage 91%",
        "12:01 mei: image-proxy and image-proxy again",
    ),
    "i": (  # mentions the services of others in passing
        "DNS does not resolve in the office",
        "12:00 ana: payments-api, search-index and auth-gateway are all fine",
        "12:01 ana: is the disk full? is the pool exhausted?",
        "12:02 ana: no, DNS resolution fails at the office router",
    ),
    "j": (
        "Customers cannot log in with Google",
        "12:00 ben: the OAuth callback returns 400s",
    ),
    "k": (
        "Customers cannot see invoices",
        "12:00 ben: the page returns 400s",
    ),
}
SIMILAR_PAIRS = {("a1", "a2"), ("b1", "b2"), ("c1", "c2")}


def record_of(name: str) -> Record:
    title, *lines = STORIES[name]
    record = talk(*lines)
    return replace(record, incident=replace(incident(), title=title, key=name))


def past_incident(name: str, days: int = 9) -> PastIncident:
    record = record_of(name)
    return PastIncident(
        key=name,
        title=record.incident.title,
        declared_at=NOON - timedelta(days=days),
        traits=find_traits(record),
    )


@pytest.mark.parametrize("pair", sorted(SIMILAR_PAIRS))
def test_a_recurrence_of_the_same_problem_is_found(pair: tuple[str, str]) -> None:
    for current, earlier in (pair, pair[::-1]):
        comparison = compare_incidents(
            record_of(current).incident, find_traits(record_of(current)), past_incident(earlier)
        )
        assert comparison.is_enough, comparison


def test_different_incidents_are_not_considered_similar() -> None:
    wrong = {
        pair: found.reasons
        for pair in combinations(STORIES, 2)
        if pair not in SIMILAR_PAIRS
        and (
            found := compare_incidents(
                record_of(pair[0]).incident, find_traits(record_of(pair[0])), past_incident(pair[1])
            )
        ).is_enough
    }
    assert wrong == {}


def test_the_reason_for_a_similarity_is_given_in_words() -> None:
    record = record_of("a1")
    (found,) = rank_similar(record.incident, find_traits(record), [past_incident(name, 12) for name in STORIES if name != "a1"])  # fmt: skip
    assert found.key == "a2"
    assert found.why == (
        "same service payments-api; same error HikariPool-cards - Connection is not available; "
        "same alert payments-api error rate; 12 days earlier"
    )


def test_the_most_similar_incident_comes_first_and_at_most_three_are_listed() -> None:
    record = record_of("c1")
    others = [replace(past_incident("c2", days), key=str(days)) for days in (30, 3, 20, 10)]
    strong = replace(past_incident("c1", 99), key="strong")
    found = rank_similar(record.incident, find_traits(record), [*others, strong])
    assert [similar.key for similar in found] == ["strong", "3", "10"]


def test_a_later_incident_is_not_a_past_one() -> None:
    record = record_of("c1")
    assert rank_similar(record.incident, find_traits(record), [past_incident("c2", -1)]) == ()


def test_a_different_failure_mode_outweighs_the_same_title() -> None:
    one = replace(incident(), title="Checkout is down")
    other = PastIncident(key="x", title="Checkout is down", declared_at=NOON, traits=Traits(modes=("disk full",)))  # fmt: skip
    assert compare_incidents(one, Traits(modes=("disk full",)), other).is_enough
    assert compare_incidents(one, Traits(), other).is_enough
    assert not compare_incidents(one, Traits(modes=("certificate expired",)), replace(other, title="Checkout down")).points > 4  # fmt: skip
    assert not compare_incidents(one, Traits(modes=("deadlock",)), other).is_enough


def test_candidates_are_searched_by_uncommon_words() -> None:
    named = Traits(services=("payments-api",), errors=("PoolTimeoutException", "HTTP 503", "TimeoutError"))  # fmt: skip
    found = build_search_groups("Checkout errors", named)
    assert found == [["checkout"], ["payments", "api"], ["pooltimeoutexception"]]


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("java.sql.SQLTransientConnectionException: pool", {"SQLTransientConnectionException"}),
        ("Failure is expected. Timeout again. ERROR", set()),
        ("we get ECONNREFUSED and HTTP 502, then 503s", {"ECONNREFUSED", "HTTP 502", "HTTP 503"}),
        ("port 5432, 404 rows, 500 users, up 503%", set()),
        (
            'it says "could not obtain lock on row" and "all good here"',
            {"could not obtain lock on row"},
        ),
        ("A" * 2_000 + "_", set()),
        ("a." * 2_000, set()),
    ],
)
def test_errors_are_recognized_by_their_form(message: str, names: set[str]) -> None:
    assert {*find_traits(talk(f"12:00 ana: {message}")).errors} == names


def test_services_are_recognized_by_their_form() -> None:
    message = "service=checkout is slow, the billing service and payments-db too; the service, self-service, https://x.example/mail-api/"
    note = event("12:00", "ana", message, kind=EventKind.NOTE)
    found = find_traits(Record(incident=incident(), events=(note,)))
    assert {*found.services} == {"checkout", "billing", "payments-db"}


def test_deleted_and_hidden_messages_have_no_traits() -> None:
    events = [event("12:00", "ana", "payments-api PoolTimeoutException", kind=EventKind.NOTE, **{flag: True}) for flag in ("deleted", "hidden")]  # fmt: skip
    assert find_traits(Record(incident=incident(), events=tuple(events))) == Traits()


def test_titles_with_the_same_words_are_similar() -> None:
    one: Incident = replace(incident(), title="Payment API pool exhausted")
    found = compare_incidents(one, Traits(), PastIncident(key="x", title="payment api pool exhausted in eu", declared_at=NOON))  # fmt: skip
    assert found.is_enough
    assert found.is_by_title


@pytest.mark.parametrize(
    "shared",
    [
        {"alerts": ("checkout p99",)},
        {"errors": ("PoolTimeoutException",)},
        {"services": ("billing",), "errors": ("HTTP 503", "TimeoutError")},
        {"modes": ("disk full",), "errors": ("HTTP 503",)},
    ],
)
def test_a_single_shared_trait_is_not_enough(shared: dict[str, tuple[str, ...]]) -> None:
    traits = Traits(**shared)
    one = replace(incident(), title="Invoices are late")
    found = compare_incidents(one, traits, PastIncident(key="x", title="Login broken", declared_at=NOON, traits=traits))  # fmt: skip
    assert found.points
    assert not found.is_enough


def test_a_service_mentioned_once_in_passing_is_not_a_trait() -> None:
    once = talk("12:00 ana: payments-api looks fine", "12:01 ben: the disk is full of cat pictures")
    assert find_traits(once) == Traits()
    twice = talk("12:00 ana: payments-api is down", "12:01 ben: payments-api again")
    assert find_traits(twice).services == ("payments-api",)

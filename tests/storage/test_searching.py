"""Searching the library: both databases return the same results in the same order for any query."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import BotError
from bot.domain.incident import Incident, Severity, Status
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.library_query import parse_query
from bot.domain.timeline import Deletion, TimelineEvent
from storage import incidents, library, library_search, timeline
from storage.engine.store import Session, Store
from storage.library_search import SearchRange
from tests.storage.conftest import NOON, declare


def add_page(session: Session, number: int, title: str, *, told: str = "", items: str = "", causes: str = "", alerts: str = "", errors: str = "", services: str = "", **facts: Any) -> Incident:  # fmt: skip  # noqa: PLR0913
    """Store an incident declared on day `number`, with its library page."""
    facts = {"declared_at": NOON + timedelta(days=number)} | facts
    incident = declare(session, number, title=title, **facts)

    def lines(joined: str) -> tuple[str, ...]:
        return tuple(filter(None, joined.split("; ")))

    traits = Traits(services=lines(services), errors=lines(errors), alerts=lines(alerts), causes=lines(causes))  # fmt: skip
    page = LibraryPage(title=title, traits=traits, items=lines(items), lines=lines(told))
    library.save_page(session, incident.id, page, 1)
    return incident


def search_keys(
    session: Session, typed: str, channels: tuple[str, ...] = (), most: int = 10
) -> list[str]:
    found = library_search.find(session, parse_query(typed), channels, most)
    return [incident.key[-3:] for incident, _ in found.incidents]


def test_a_search_needs_all_words_in_any_field(session: Session) -> None:
    add_page(session, 1, "Checkout fails", told="the pool was exhausted")
    add_page(session, 2, "Checkout slow")
    assert search_keys(session, "checkout pool") == ["001"]
    assert search_keys(session, "POOL, checkout!") == ["001"]
    assert search_keys(session, "nothing") == []


def test_a_word_matches_prefixes_and_parts_of_names_but_numbers_only_whole(
    session: Session,
) -> None:
    add_page(session, 1, "x", errors="ConnectionPoolTimeout; HTTP 503", told="5031 timeouts")
    for matching in (
        "timeout",
        "pool timeout",
        "connectionpool",
        "503",
        "5031",
        "ConnectionPoolTimeout",
    ):
        assert search_keys(session, matching) == ["001"], matching
    for not_matching in ("50", "meout", "poolconnection"):
        assert search_keys(session, not_matching) == [], not_matching


def test_search_ignores_case_and_accents(session: Session) -> None:
    add_page(session, 1, "Café ist AUS", told="Überlauf; naïve; オーダー失敗; сбой оплаты")
    for matching in ("cafe", "CAFÉ", "überlauf", "uberlauf", "naive", "オーダー失敗", "СБОЙ"):
        assert search_keys(session, matching) == ["001"], matching


def test_results_rank_titles_before_causes_before_messages_and_the_newest_first(
    session: Session,
) -> None:
    add_page(session, 1, "Database locked")
    add_page(session, 2, "x", causes="a locked row")
    add_page(session, 3, "x", told="is it locked?")
    add_page(session, 4, "Locked out")
    add_page(session, 5, "x", told="locked")
    assert search_keys(session, "locked") == ["004", "001", "002", "005", "003"]


def test_a_named_field_searches_only_that_field(session: Session) -> None:
    add_page(session, 1, "Checkout fails", severity=Severity.P1)
    add_page(session, 2, "x", services="checkout-api", causes="a timeout", severity=Severity.P2)
    add_page(session, 3, "x", told="checkout timeout", items="add an alert", alerts="latency high")
    add_page(session, 4, "x", told="alert latency", errors="PoolTimeout")
    assert search_keys(session, "service:checkout") == ["002", "001"]
    assert search_keys(session, "cause:timeout") == ["004", "002"]
    assert search_keys(session, "item:alert") == ["003"]
    assert search_keys(session, "alert:latency") == ["003"]
    assert search_keys(session, "service:checkout severity:sev1") == ["001"]
    assert search_keys(session, "severity:P1 severity:P2") == ["004", "003", "002", "001"]
    assert search_keys(session, 'item:"add alert"') == ["003"]
    assert search_keys(session, "since:2026-03-13") == ["004", "003"]
    assert search_keys(session, "before:2026-03-12") == ["001"]
    assert search_keys(session, "timeout since:2026 before:2027-01 service:checkout") == ["002"]


def test_results_are_limited_but_all_are_counted(session: Session) -> None:
    for number in range(1, 6):
        add_page(session, number, "Checkout fails")
    found = library_search.find(session, parse_query("checkout"), (), 2)
    assert ([incident.key for incident, _ in found.incidents], found.total) == (["INC-2026-005", "INC-2026-004"], 5)  # fmt: skip


def test_private_incidents_are_found_only_by_members_of_their_channels(session: Session) -> None:
    add_page(session, 1, "Payroll leak", private=True, channel_id="C1")
    add_page(session, 2, "Payroll late", private=True)
    assert search_keys(session, "payroll") == search_keys(session, "payroll", ("C9",)) == []
    assert library_search.find(session, parse_query("payroll"), (), 10).total == 0
    assert search_keys(session, "payroll", ("C1", "C9")) == ["001"]


def test_the_author_of_a_message_added_as_evidence_is_not_a_responder(session: Session) -> None:
    incident = add_page(session, 1, "Payroll leak", private=True)
    evidence = TimelineEvent(message_id="1.1", channel_id="C-general", author="U3", text="look", happened_at=NOON)  # fmt: skip
    timeline.add(session, incident.id, evidence)
    assert not incidents.is_responder(session, incident.id, "U3")


def test_a_forgotten_message_is_not_found(session: Session) -> None:
    incident = add_page(session, 1, "Checkout fails", told="zanzibar")
    message = TimelineEvent(message_id="1.1", channel_id="C1", author="U3", text="zanzibar", happened_at=NOON)  # fmt: skip
    timeline.add(session, incident.id, message)
    found = timeline.find(session, "C1", "1.1")
    assert found
    assert search_keys(session, "zanzibar") == ["001"]
    timeline.erase(session, found, Deletion.REPORTED)
    assert search_keys(session, "zanzibar") == []


def test_earlier_incidents_are_found_by_any_group_whose_words_all_match(session: Session) -> None:
    add_page(session, 1, "Checkout fails")
    add_page(session, 2, "x", errors="PoolTimeout; too many connections")
    add_page(session, 3, "Checkout fails", private=True)
    add_page(session, 4, "Checkout fails", status=Status.CANCELLED)
    add_page(session, 5, "x", told="checkout")
    current = add_page(session, 6, "Checkout fails")
    add_page(session, 7, "Checkout fails")

    def find_earlier(*groups: list[str], days: int = 90) -> list[str]:
        search_range = SearchRange(
            current.declared_at - timedelta(days=days), current.declared_at, 10
        )
        return [
            incident.key[-3:]
            for incident, _ in library_search.find_by_words(session, current, groups, search_range)
        ]

    assert find_earlier(["checkout"]) == ["001"]
    assert find_earlier(["checkout"], ["too", "many", "connections"]) == ["002", "001"]
    assert find_earlier(["checkout", "pooltimeout"]) == []
    assert find_earlier(["checkout"], days=3) == []
    assert find_earlier([]) == find_earlier() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(typed=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(
    ['"', "'", "(", ")", "*", "-", "NOT", "AND", "OR", "NEAR(", ":", "service:", 'cause:"', "^x", "{named}:", "a b", "🔥", "\\", ":*A", "&", "|", "!", "<->", "%", "\x00", "checkout", "\ud800"]
), max_size=8).map(" ".join)))  # fmt: skip
def test_no_query_breaks_the_search(store: Store, typed: str) -> None:
    with store.begin() as session:
        try:
            library_search.find(session, parse_query(typed), (), 10)
        except BotError as error:
            assert str(error)  # noqa: PT017 - an error for people needs a sentence


@pytest.mark.parametrize("typed", ["", "🔥 !!", "“”", "service:", "since:soon", "since:2026-13", "severity:bad", "before:2026-02-30"])  # fmt: skip
def test_an_empty_or_invalid_query_is_refused(typed: str) -> None:
    with pytest.raises(BotError):
        parse_query(typed)

"""Searching the library: both databases find the same, in the same order, whatever is typed."""

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


def shelve(session: Session, number: int, title: str, *, told: str = "", items: str = "", causes: str = "", alerts: str = "", errors: str = "", services: str = "", **facts: Any) -> Incident:  # fmt: skip  # noqa: PLR0913
    """An incident of day `number`, with its page."""
    facts = {"declared_at": NOON + timedelta(days=number)} | facts
    incident = declare(session, number, title=title, **facts)

    def lines(said: str) -> tuple[str, ...]:
        return tuple(filter(None, said.split("; ")))

    traits = Traits(services=lines(services), errors=lines(errors), alerts=lines(alerts), causes=lines(causes))  # fmt: skip
    page = LibraryPage(title=title, traits=traits, items=lines(items), lines=lines(told))
    library.save_page(session, incident.id, page, 1)
    return incident


def keys(session: Session, typed: str, channels: tuple[str, ...] = (), most: int = 10) -> list[str]:
    found = library_search.find(session, parse_query(typed), channels, most)
    return [incident.key[-3:] for incident, _ in found.incidents]


def test_all_words_are_needed_wherever_they_are(session: Session) -> None:
    shelve(session, 1, "Checkout fails", told="the pool was exhausted")
    shelve(session, 2, "Checkout slow")
    assert keys(session, "checkout pool") == ["001"]
    assert keys(session, "POOL, checkout!") == ["001"]
    assert keys(session, "nothing") == []


def test_a_word_finds_longer_ones_and_parts_of_names_but_numbers_are_whole(
    session: Session,
) -> None:
    shelve(session, 1, "x", errors="ConnectionPoolTimeout; HTTP 503", told="5031 timeouts")
    for found in (
        "timeout",
        "pool timeout",
        "connectionpool",
        "503",
        "5031",
        "ConnectionPoolTimeout",
    ):
        assert keys(session, found) == ["001"], found
    for missed in ("50", "meout", "poolconnection"):
        assert keys(session, missed) == [], missed


def test_letters_are_folded(session: Session) -> None:
    shelve(session, 1, "Café ist AUS", told="Überlauf; naïve; オーダー失敗; сбой оплаты")
    for found in ("cafe", "CAFÉ", "überlauf", "uberlauf", "naive", "オーダー失敗", "СБОЙ"):
        assert keys(session, found) == ["001"], found


def test_titles_come_first_then_causes_then_talk_and_the_newest_of_each(session: Session) -> None:
    shelve(session, 1, "Database locked")
    shelve(session, 2, "x", causes="a locked row")
    shelve(session, 3, "x", told="is it locked?")
    shelve(session, 4, "Locked out")
    shelve(session, 5, "x", told="locked")
    assert keys(session, "locked") == ["004", "001", "002", "005", "003"]


def test_each_name_looks_where_it_says(session: Session) -> None:
    shelve(session, 1, "Checkout fails", severity=Severity.P1)
    shelve(session, 2, "x", services="checkout-api", causes="a timeout", severity=Severity.P2)
    shelve(session, 3, "x", told="checkout timeout", items="add an alert", alerts="latency high")
    shelve(session, 4, "x", told="alert latency", errors="PoolTimeout")
    assert keys(session, "service:checkout") == ["002", "001"]
    assert keys(session, "cause:timeout") == ["004", "002"]
    assert keys(session, "item:alert") == ["003"]
    assert keys(session, "alert:latency") == ["003"]
    assert keys(session, "service:checkout severity:sev1") == ["001"]
    assert keys(session, "severity:P1 severity:P2") == ["004", "003", "002", "001"]
    assert keys(session, 'item:"add alert"') == ["003"]
    assert keys(session, "since:2026-03-13") == ["004", "003"]
    assert keys(session, "before:2026-03-12") == ["001"]
    assert keys(session, "timeout since:2026 before:2027-01 service:checkout") == ["002"]


def test_most_are_shown_and_all_are_counted(session: Session) -> None:
    for number in range(1, 6):
        shelve(session, number, "Checkout fails")
    found = library_search.find(session, parse_query("checkout"), (), 2)
    assert ([each.key for each, _ in found.incidents], found.total) == (["INC-2026-005", "INC-2026-004"], 5)  # fmt: skip


def test_private_ones_are_found_by_members_of_their_channels(session: Session) -> None:
    shelve(session, 1, "Payroll leak", private=True, channel_id="C1")
    shelve(session, 2, "Payroll late", private=True)
    assert keys(session, "payroll") == keys(session, "payroll", ("C9",)) == []
    assert library_search.find(session, parse_query("payroll"), (), 10).total == 0
    assert keys(session, "payroll", ("C1", "C9")) == ["001"]


def test_whose_message_was_brought_as_evidence_takes_no_part(session: Session) -> None:
    incident = shelve(session, 1, "Payroll leak", private=True)
    brought = TimelineEvent(message_id="1.1", channel_id="C-general", author="U3", text="look", happened_at=NOON)  # fmt: skip
    timeline.add(session, incident.id, brought)
    assert not incidents.is_responder(session, incident.id, "U3")


def test_what_is_forgotten_is_not_found(session: Session) -> None:
    incident = shelve(session, 1, "Checkout fails", told="zanzibar")
    said = TimelineEvent(message_id="1.1", channel_id="C1", author="U3", text="zanzibar", happened_at=NOON)  # fmt: skip
    timeline.add(session, incident.id, said)
    found = timeline.find(session, "C1", "1.1")
    assert found
    assert keys(session, "zanzibar") == ["001"]
    timeline.erase(session, found, Deletion.REPORTED)
    assert keys(session, "zanzibar") == []


def test_those_before_name_all_words_of_one_group(session: Session) -> None:
    shelve(session, 1, "Checkout fails")
    shelve(session, 2, "x", errors="PoolTimeout; too many connections")
    shelve(session, 3, "Checkout fails", private=True)
    shelve(session, 4, "Checkout fails", status=Status.CANCELLED)
    shelve(session, 5, "x", told="checkout")
    now = shelve(session, 6, "Checkout fails")
    shelve(session, 7, "Checkout fails")

    def before(*groups: list[str], days: int = 90) -> list[str]:
        stretch = SearchRange(now.declared_at - timedelta(days=days), now.declared_at, 10)
        return [
            each.key[-3:] for each, _ in library_search.find_by_words(session, now, groups, stretch)
        ]

    assert before(["checkout"]) == ["001"]
    assert before(["checkout"], ["too", "many", "connections"]) == ["002", "001"]
    assert before(["checkout", "pooltimeout"]) == []
    assert before(["checkout"], days=3) == []
    assert before([]) == before() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(typed=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(
    ['"', "'", "(", ")", "*", "-", "NOT", "AND", "OR", "NEAR(", ":", "service:", 'cause:"', "^x", "{named}:", "a b", "🔥", "\\", ":*A", "&", "|", "!", "<->", "%", "\x00", "checkout", "\ud800"]
), max_size=8).map(" ".join)))  # fmt: skip
def test_nothing_that_is_typed_breaks_it(store: Store, typed: str) -> None:
    with store.begin() as session:
        try:
            library_search.find(session, parse_query(typed), (), 10)
        except BotError as told:
            assert str(told)  # noqa: PT017 - it is a sentence


@pytest.mark.parametrize("typed", ["", "🔥 !!", "“”", "service:", "since:soon", "since:2026-13", "severity:bad", "before:2026-02-30"])  # fmt: skip
def test_what_cannot_be_searched_for_is_said(typed: str) -> None:
    with pytest.raises(BotError):
        parse_query(typed)

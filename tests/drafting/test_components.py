"""Status pages that give the state of each component."""

import pytest

from bot.domain.draft import ImpactKind
from bot.domain.timeline import EventKind, Record
from bot.drafting.draft import draft
from bot.drafting.reading.component_posts import parse_component_text
from tests.drafting.records import event, record

FEED = (
    ("12:00", "[Investigating] We are investigating reports of degraded performance for Search."),
    ("12:05", "[Update] Search is experiencing degraded availability. We are continuing to investigate."),
    ("12:06", "[Update] Webhooks is experiencing a partial outage."),
    ("12:10", "[Update] Git Operations is experiencing degraded performance."),
    ("12:20", "[Update] We have found the change that caused this and are reverting it."),
    ("12:25", "[Update] Webhooks is experiencing degraded performance."),
    ("12:30", "[Update] Search is operating normally."),
    ("12:41", "[Update] Webhooks is operating normally."),
    ("12:42", "[Update] Git Operations is operating normally."),
)  # fmt: skip


def feed(*posts: tuple[str, str]) -> list[str]:
    """Return the texts of the timeline's rows."""
    return [row.text for row in draft(_record(*posts)).timeline]


def _record(*posts: tuple[str, str]) -> Record:
    return record(*(event(at, "Status", text, kind=EventKind.ALERT) for at, text in posts))


@pytest.mark.parametrize(
    ("post", "names", "trouble"),
    [
        ("Search is experiencing degraded performance.", ("Search",), "degraded performance"),
        ("[Update] Git Operations is operating normally.", ("Git Operations",), ""),
        ("API Requests, Search and Webhooks are experiencing a major outage.", ("API Requests", "Search", "Webhooks"), "major outage"),
        ("Hosted Runners (Linux): partial outage", ("Hosted Runners (Linux)",), "partial outage"),
        ("Artifacts: operational", ("Artifacts",), ""),
        ("We see degraded availability for Search, Pages and API Requests", ("Search", "Pages", "API Requests"), "degraded availability"),
    ],
)  # fmt: skip
def test_a_post_about_components_is_read(post: str, names: tuple[str, ...], trouble: str) -> None:
    found = parse_component_text(post)
    assert found is not None
    assert (found.names, found.trouble) == (names, trouble)


@pytest.mark.parametrize(
    "post",
    [
        "We are continuing to investigate.",
        "The change has been rolled out to 4 of 11 locations.",
        "Customers may see slow pages.",
        "Error rate is 4%",
    ],
)
def test_other_posts_are_not_about_components(post: str) -> None:
    assert parse_component_text(post) is None


def test_each_component_has_its_interval_in_the_impact() -> None:
    figures = [each for each in draft(_record(*FEED)).impact if each.kind is ImpactKind.SERVICES]
    assert [figure.text for figure in figures] == [
        "Search: degraded performance, 12:00 to 12:30 UTC",
        "Webhooks: partial outage, 12:06 to 12:41 UTC",
        "Git Operations: degraded performance, 12:10 to 12:42 UTC",
    ]
    assert all(len(figure.evidence) == 2 for figure in figures)


def test_posts_about_components_in_a_row_are_one_row_and_known_trouble_is_left_out() -> None:
    rows = feed(*FEED)
    assert rows[0] == "Affected: Search, Webhooks, Git Operations"
    assert rows[1].startswith("We have found the change")
    assert rows[-1] == "Operating normally: Search, Webhooks, Git Operations"
    assert len(rows) <= 4


def test_users_are_fine_when_the_last_component_works_again() -> None:
    moments = draft(_record(*FEED)).moments
    assert moments.restored is not None
    assert f"{moments.restored.at:%H:%M}" == "12:42"


def test_users_are_not_fine_while_a_component_is_in_trouble() -> None:
    moments = draft(_record(*FEED[:-1])).moments
    assert moments.restored is None


def test_a_component_in_trouble_again_is_affected_until_it_works_again() -> None:
    relapse = (
        ("12:50", "[Update] Search is experiencing degraded performance."),
        ("13:10", "[Update] Search is operating normally."),
    )
    figures = draft(_record(*FEED, *relapse)).impact
    assert "Search: degraded performance, 12:00 to 13:10 UTC" in [each.text for each in figures]


def test_a_person_who_says_that_a_component_works_is_no_status_page() -> None:
    posts = record(
        event("12:00", "amy", "Search is experiencing degraded performance."),
        event("12:10", "bob", "Search is operating normally."),
    )
    assert not [each for each in draft(posts).impact if each.kind is ImpactKind.SERVICES]


def test_the_summary_ends_with_all_components_and_cites_each() -> None:
    sentence = draft(_record(*FEED)).summary[-1]
    assert sentence.text == "All affected components work again."
    assert len(sentence.evidence) == 3

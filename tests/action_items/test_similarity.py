"""Action items that ask for the same thing, and items that only sound similar."""

import pytest

from bot.action_items.similarity import is_similar


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add an alert on queue depth", "add alerts for the queue's depth"),
        ("Alert on pool saturation", "Add alerting on connection pool saturation at 80 %"),
        ("Rotate the database keys", "rotating database keys"),
        ("Limit retries of the payment client", "limit the payment client's retries to 3"),
    ],
)
def test_similar_items_are_similar_both_ways(one: str, other: str) -> None:
    assert is_similar(one, other)
    assert is_similar(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add an alert on queue depth", "Add an alert on disk usage"),
        ("Write the runbook", "Write the runbook for failover of the payments database"),
        ("Fix it", "Fix it"),  # too few meaningful words to compare
        ("Upgrade the cache client", "Remove the cache from checkout"),
        ("", ""),
    ],
)
def test_different_items_are_not_similar(one: str, other: str) -> None:
    assert not is_similar(one, other)

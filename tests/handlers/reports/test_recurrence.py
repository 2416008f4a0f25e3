"""Three weeks after an action item is done: did the failure come back?"""

from datetime import datetime, timedelta

from bot.reports import recurrence
from tests.handlers.reports.test_library import POOL, past
from tests.support.harness import START, Town

ITEM = "action make the pool of the cards larger @ben 2026-04-01"
DAY = timedelta(days=1)


def done(town: Town) -> str:
    """An incident with an item that is done at once; returns its channel."""
    channel = past(town, "Checkout fails for cards", *POOL)
    town.incident("ana", ITEM, channel)
    town.settle()
    town.press("ben", channel, "Mark done")
    return channel


def go_to(town: Town, at: datetime) -> None:
    town.sandbox.clock.move_to(at)
    town.settle()


def asked(town: Town, channel: str) -> list[str]:
    """The questions in the threads of a channel's action items."""
    heads = [m["ts"] for m in town.said(channel) if "make the pool" in m["text"]]
    replies = [m["text"] for ts in heads for m in town.ws.replies(channel, ts)]
    return [text for text in replies if "Did this item help" in text]


def kept(town: Town) -> dict[int, str]:
    with town.store.begin() as session:
        return recurrence.load_results(session)


def test_its_thread_asks_once_where_it_came_back(town: Town) -> None:
    channel = done(town)
    go_to(town, START + 9 * DAY)
    past(town, "Nobody can pay in the shop", *POOL)
    go_to(town, START + 20 * DAY)
    assert asked(town, channel) == []
    assert kept(town) == {}
    go_to(town, START + 21 * DAY + timedelta(hours=1))
    (told,) = asked(town, channel)
    assert told.startswith("This is done since Tue 10 Mar 2026, and since then <http")
    assert "|INC-2026-002> happened, which is much the same as here (same service payments-api; same error HikariPool" in told  # fmt: skip
    assert "Nobody can pay in the shop. Did this item help" in told
    assert kept(town) == {1: "INC-2026-002"}
    past(town, "Nobody can pay in the shop again", *POOL)
    go_to(town, START + 24 * DAY)
    assert len(asked(town, channel)) == 1


def test_where_nothing_came_back_nothing_is_said_and_that_is_kept(town: Town) -> None:
    channel = done(town)
    go_to(town, START + 9 * DAY)
    past(town, "Search index is stale", "search-worker is behind, search-worker restarted")
    go_to(town, START + 22 * DAY)
    assert asked(town, channel) == []
    assert kept(town) == {1: ""}


def test_a_private_or_cancelled_one_is_not_named(town: Town) -> None:
    channel = done(town)
    go_to(town, START + 9 * DAY)
    town.incident("ana", "private Checkout fails for cards")
    town.settle()
    other = town.declare("Checkout fails for cards")
    town.incident("ana", "cancel a drill", other)
    go_to(town, START + 22 * DAY)
    assert asked(town, channel) == []
    assert kept(town) == {1: ""}


def test_at_night_and_on_weekends_nobody_is_asked(town: Town) -> None:
    channel = done(town)
    go_to(town, START + 9 * DAY)
    past(town, "Nobody can pay in the shop", *POOL)
    go_to(town, START + 25 * DAY)  # a Saturday
    assert asked(town, channel) == []
    go_to(town, START + 27 * DAY)  # Monday
    assert len(asked(town, channel)) == 1


def test_what_is_done_for_long_is_not_asked_about(town: Town) -> None:
    channel = done(town)
    go_to(town, START + 9 * DAY)
    past(town, "Nobody can pay in the shop", *POOL)
    town.service.stop()
    town.restart(timedelta(days=40))
    town.settle()
    assert asked(town, channel) == []
    assert kept(town) == {}

"""Three weeks after an action item is done, its thread asks whether the failure came back."""

from datetime import datetime, timedelta

from bot.reports import recurrence
from tests.handlers.reports.test_library import POOL, resolve_incident
from tests.support.harness import START, Town

ITEM = "action make the pool of the cards larger @ben 2026-04-01"
DAY = timedelta(days=1)


def finish_item(town: Town) -> str:
    """Create an incident with an item that is done at once, and return its channel."""
    channel = resolve_incident(town, "Checkout fails for cards", *POOL)
    town.incident("ana", ITEM, channel)
    town.settle()
    town.press("ben", channel, "Mark done")
    return channel


def go_to(town: Town, at: datetime) -> None:
    town.sandbox.clock.move_to(at)
    town.settle()


def find_questions(town: Town, channel: str) -> list[str]:
    """Return the questions in the threads of a channel's action items."""
    parents = [m["ts"] for m in town.said(channel) if "make the pool" in m["text"]]
    replies = [m["text"] for ts in parents for m in town.ws.replies(channel, ts)]
    return [text for text in replies if "Did this item help" in text]


def load_results(town: Town) -> dict[int, str]:
    with town.store.begin() as session:
        return recurrence.load_results(session)


def test_a_recurred_failure_is_asked_about_once_in_the_items_thread(town: Town) -> None:
    channel = finish_item(town)
    go_to(town, START + 9 * DAY)
    resolve_incident(town, "Nobody can pay in the shop", *POOL)
    go_to(town, START + 20 * DAY)
    assert find_questions(town, channel) == []
    assert load_results(town) == {}
    go_to(town, START + 21 * DAY + timedelta(hours=1))
    (question,) = find_questions(town, channel)
    assert question.startswith("This is done since Tue 10 Mar 2026, and since then <http")
    assert "|INC-2026-002> happened, which is much the same as here (same service payments-api; same error HikariPool" in question  # fmt: skip
    assert "Nobody can pay in the shop. Did this item help" in question
    assert load_results(town) == {1: "INC-2026-002"}
    resolve_incident(town, "Nobody can pay in the shop again", *POOL)
    go_to(town, START + 24 * DAY)
    assert len(find_questions(town, channel)) == 1


def test_without_a_recurrence_nothing_is_asked_and_the_result_is_stored(town: Town) -> None:
    channel = finish_item(town)
    go_to(town, START + 9 * DAY)
    resolve_incident(
        town, "Search index is stale", "search-worker is behind, search-worker restarted"
    )
    go_to(town, START + 22 * DAY)
    assert find_questions(town, channel) == []
    assert load_results(town) == {1: ""}


def test_private_or_cancelled_incidents_do_not_count_as_a_recurrence(town: Town) -> None:
    channel = finish_item(town)
    go_to(town, START + 9 * DAY)
    town.incident("ana", "private Checkout fails for cards")
    town.settle()
    other = town.declare("Checkout fails for cards")
    town.incident("ana", "cancel a drill", other)
    go_to(town, START + 22 * DAY)
    assert find_questions(town, channel) == []
    assert load_results(town) == {1: ""}


def test_the_recurrence_question_waits_for_a_working_day(town: Town) -> None:
    channel = finish_item(town)
    go_to(town, START + 9 * DAY)
    resolve_incident(town, "Nobody can pay in the shop", *POOL)
    go_to(town, START + 25 * DAY)  # a Saturday
    assert find_questions(town, channel) == []
    go_to(town, START + 27 * DAY)  # Monday
    assert len(find_questions(town, channel)) == 1


def test_an_item_done_too_long_ago_is_not_asked_about(town: Town) -> None:
    channel = finish_item(town)
    go_to(town, START + 9 * DAY)
    resolve_incident(town, "Nobody can pay in the shop", *POOL)
    town.service.stop()
    town.restart(timedelta(days=40))
    town.settle()
    assert find_questions(town, channel) == []
    assert load_results(town) == {}

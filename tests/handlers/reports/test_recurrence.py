"""Three weeks after an action item is done, its thread asks whether the failure came back."""

from datetime import datetime, timedelta

from bot.reports import recurrence
from tests.handlers.reports.test_library import POOL, resolve_incident
from tests.support.harness import START, LiveBot

ITEM = "action make the pool of the cards larger @ben 2026-04-01"
DAY = timedelta(days=1)


def finish_item(live_bot: LiveBot) -> str:
    """Create an incident with an item that is done at once, and return its channel."""
    channel = resolve_incident(live_bot, "Checkout fails for cards", *POOL)
    live_bot.command("ana", ITEM, channel)
    live_bot.settle()
    live_bot.press("ben", channel, "Mark as done")
    return channel


def go_to(live_bot: LiveBot, at: datetime) -> None:
    live_bot.sandbox.clock.move_to(at)
    live_bot.settle()


def find_questions(live_bot: LiveBot, channel: str) -> list[str]:
    """Return the questions in the threads of a channel's action items."""
    parents = [m["ts"] for m in live_bot.messages(channel) if "make the pool" in m["text"]]
    replies = [m["text"] for ts in parents for m in live_bot.workspace.replies(channel, ts)]
    return [text for text in replies if "Did this item help" in text]


def load_results(live_bot: LiveBot) -> dict[int, str]:
    with live_bot.store.begin() as session:
        return recurrence.load_results(session)


def test_a_recurred_failure_is_asked_about_once_in_the_items_thread(live_bot: LiveBot) -> None:
    channel = finish_item(live_bot)
    go_to(live_bot, START + 9 * DAY)
    resolve_incident(live_bot, "Nobody can pay in the shop", *POOL)
    go_to(live_bot, START + 20 * DAY)
    assert find_questions(live_bot, channel) == []
    assert load_results(live_bot) == {}
    go_to(live_bot, START + 21 * DAY + timedelta(hours=1))
    (question,) = find_questions(live_bot, channel)
    assert question.startswith(
        "This item was done on Tue 10 Mar 2026. Since then, there's been a similar incident: <http"
    )
    assert "(same service payments-api; same error HikariPool" in question  # fmt: skip
    assert "|INC-2026-002>, Nobody can pay in the shop" in question
    assert load_results(live_bot) == {1: "INC-2026-002"}
    resolve_incident(live_bot, "Nobody can pay in the shop again", *POOL)
    go_to(live_bot, START + 24 * DAY)
    assert len(find_questions(live_bot, channel)) == 1


def test_without_a_recurrence_nothing_is_asked_and_the_result_is_stored(live_bot: LiveBot) -> None:
    channel = finish_item(live_bot)
    go_to(live_bot, START + 9 * DAY)
    resolve_incident(
        live_bot, "Search index is stale", "search-worker is behind, search-worker restarted"
    )
    go_to(live_bot, START + 22 * DAY)
    assert find_questions(live_bot, channel) == []
    assert load_results(live_bot) == {1: ""}


def test_private_or_cancelled_incidents_do_not_count_as_a_recurrence(live_bot: LiveBot) -> None:
    channel = finish_item(live_bot)
    go_to(live_bot, START + 9 * DAY)
    live_bot.command("ana", "private Checkout fails for cards")
    live_bot.settle()
    other = live_bot.declare("Checkout fails for cards")
    live_bot.command("ana", "cancel a drill", other)
    go_to(live_bot, START + 22 * DAY)
    assert find_questions(live_bot, channel) == []
    assert load_results(live_bot) == {1: ""}


def test_the_recurrence_question_waits_for_a_working_day(live_bot: LiveBot) -> None:
    channel = finish_item(live_bot)
    go_to(live_bot, START + 9 * DAY)
    resolve_incident(live_bot, "Nobody can pay in the shop", *POOL)
    go_to(live_bot, START + 25 * DAY)  # a Saturday
    assert find_questions(live_bot, channel) == []
    go_to(live_bot, START + 27 * DAY)  # Monday
    assert len(find_questions(live_bot, channel)) == 1


def test_an_item_done_too_long_ago_is_not_asked_about(live_bot: LiveBot) -> None:
    channel = finish_item(live_bot)
    go_to(live_bot, START + 9 * DAY)
    resolve_incident(live_bot, "Nobody can pay in the shop", *POOL)
    live_bot.service.stop()
    live_bot.restart(timedelta(days=40))
    live_bot.settle()
    assert find_questions(live_bot, channel) == []
    assert load_results(live_bot) == {}

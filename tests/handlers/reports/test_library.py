"""Searching past incidents, and similar incidents."""

from datetime import timedelta

import pytest

from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot, eventually


def resolve_incident(live_bot: LiveBot, title: str, *messages: str, author: str = "ana", cause: str = "", note: str = "fixed") -> str:  # fmt: skip
    """Resolve an incident with these messages and return its channel."""
    channel = live_bot.declare(title)
    for text in messages:
        live_bot.workspace.say(author, channel, text)
    if cause:
        ts = live_bot.workspace.say(author, channel, cause)
        live_bot.workspace.react(author, channel, ts, "seedling")
    live_bot.command("ana", f"resolve {note}", channel)
    live_bot.settle()
    return channel


def test_a_search_result_quotes_the_match_and_links_the_postmortem(live_bot: LiveBot) -> None:
    resolve_incident(live_bot, "P1 Checkout fails", "I see `connection pool exhausted` in the log")
    resolve_incident(live_bot, "P2 Search is slow")
    answer = live_bot.command("mei", "search pool exhausted")
    assert "*Results for “pool exhausted”*" in answer
    assert "• *INC-2026-001 P1: Checkout fails*, Tue 10 Mar 2026, <http" in answer
    assert "|postmortem>" in answer
    assert "connection pool exhausted" in answer
    assert "INC-2026-002" not in answer


def test_an_open_incident_is_found_and_its_channel_linked(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 Checkout fails")
    answer = live_bot.command("mei", "search service:checkout severity:P1")
    assert f"• *INC-2026-001 P1: Checkout fails*, Tue 10 Mar 2026, <#{channel}>" in answer


def test_causes_and_action_items_can_be_searched_by_field(live_bot: LiveBot) -> None:
    channel = resolve_incident(
        live_bot, "Payments down", cause="root cause: the certificate expired overnight"
    )
    live_bot.command("ana", "action page on expiring certificates @ben 2026-04-01", channel)
    live_bot.settle()
    assert "cause: " in live_bot.command("mei", "search cause:certificate")
    assert "action item: page on expiring certificates" in live_bot.command(
        "mei", "search item:page"
    )
    assert "No results for" in live_bot.command("mei", "search cause:page")


def test_ten_results_are_shown_newest_first_and_the_rest_counted(live_bot: LiveBot) -> None:
    for _ in range(12):
        live_bot.command("ana", "declare checkout fails")
    live_bot.settle()
    answer = live_bot.command("mei", "search checkout")
    assert answer.count("• *INC") == 10
    assert "and 2 more" in answer
    assert answer.index("INC-2026-012") < answer.index("INC-2026-011")


def test_a_deleted_message_is_not_found(live_bot: LiveBot) -> None:
    channel = resolve_incident(live_bot, "Checkout fails", "the rollback of zanzibar is done")
    assert "INC-2026-001" in live_bot.command("mei", "search zanzibar")
    (message,) = [
        m for m in live_bot.messages(channel) if m["text"].startswith("the rollback of zanzibar")
    ]
    live_bot.workspace.delete(channel, message["ts"])
    live_bot.sandbox.settle(10)
    assert "No results for" in live_bot.command("mei", "search zanzibar")
    live_bot.settle()  # a repeated sync doesn't bring it back from the draft
    assert "No results for" in live_bot.command("mei", "search zanzibar")
    assert "INC-2026-001" in live_bot.command("mei", "search checkout")


def test_an_edited_message_is_found_by_its_current_text(live_bot: LiveBot) -> None:
    channel = live_bot.declare("Checkout fails")
    ts = live_bot.workspace.say("ana", channel, "it is zanzibar")
    live_bot.command("ana", "note hm", channel)
    live_bot.settle()
    assert "INC-2026-001" in live_bot.command("mei", "search zanzibar")
    live_bot.workspace.edit(channel, ts, "it is madagascar")
    live_bot.settle()
    assert "No results for" in live_bot.command("mei", "search zanzibar")
    assert "INC-2026-001" in live_bot.command("mei", "search madagascar")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("search", "Type something to search for"),
        ("search 🔥", "Type something to search for"),
        ("search since:soon x", "“soon” isn't a date"),
        ("search severity:bad", "“bad” isn't a severity"),
        ('search "checkout" OR (NEAR * -x', "No results for"),
        ("search <!channel> <@U1>", "No results for"),
    ],
)
def test_an_invalid_search_is_rejected_with_the_reason(
    live_bot: LiveBot, command: str, reason: str
) -> None:
    answer = live_bot.command("mei", command)
    assert reason in answer
    assert "<!channel>" not in answer
    assert "our fault" not in answer


def test_search_works_in_a_mention_and_in_a_direct_message(live_bot: LiveBot) -> None:
    resolve_incident(live_bot, "Checkout fails")
    live_bot.workspace.say("mei", "general", "@debrief search checkout")
    live_bot.workspace.say_to_bot("mei", "search service:checkout")
    live_bot.settle()

    def count_answers() -> int:
        return sum(
            "INC-2026-001" in message["text"] for message in live_bot.workspace.ephemerals("mei")
        )

    eventually(lambda: count_answers() == 2, "both are answered")


POOL = (
    "seeing `HikariPool-cards - Connection is not available` in every pod",
    "payments-api has no connection left, payments-api waits for the pool",
)


def test_a_repeated_incident_is_named_in_the_summary_with_its_open_items(live_bot: LiveBot) -> None:
    first = resolve_incident(live_bot, "Checkout fails for cards", *POOL)
    live_bot.command("ana", "action add an alert on the pool of the cards @ben 2026-04-01", first)
    live_bot.command("ana", "action write the runbook @ben 2026-04-01", first)
    live_bot.settle()
    live_bot.press("ben", first, "Mark as done")  # the runbook
    live_bot.sandbox.clock.advance(timedelta(days=12))
    second = resolve_incident(live_bot, "Nobody can pay in the shop", *POOL)
    (summary,) = [
        m["text"] for m in live_bot.messages(second) if m["text"].startswith("Postmortem draft")
    ]
    assert "*Similar past incident*\n• *<http" in summary
    assert "|INC-2026-001>: Checkout fails for cards*\n  Same service payments-api; same error HikariPool-cards - Connection is not available; 12 days earlier." in summary  # fmt: skip
    assert "Still open: add an alert on the pool of the cards." in summary
    assert "was similar, 12 days earlier: same service payments-api" in summary
    postmortem = latest_postmortem(live_bot, second)
    assert "## Similar past incidents\n\n- **INC-2026-001: Checkout fails for cards.** Same service" in postmortem.markdown  # fmt: skip
    assert "12 days earlier. Still open: add an alert on the pool of" in postmortem.markdown
    (related,) = postmortem.document["related"]
    assert (related["key"], related["open_items"]) == ("INC-2026-001", ["add an alert on the pool of the cards"])  # fmt: skip


def test_an_unrelated_incident_is_not_named_as_related(live_bot: LiveBot) -> None:
    resolve_incident(live_bot, "Checkout fails for cards", *POOL)
    second = resolve_incident(
        live_bot, "Search index is stale", "search-worker is behind, search-worker restarted"
    )
    assert "Related" not in live_bot.text_in(second)
    assert "similar title" not in live_bot.text_in(second)


def test_the_similar_command_lists_similar_past_incidents(live_bot: LiveBot) -> None:
    first = resolve_incident(live_bot, "Checkout fails for cards", *POOL)
    live_bot.command("ana", "action add an alert on the pool @ben 2026-04-01", first)
    second = live_bot.declare("Nobody can pay in the shop")
    assert "No similar past incidents yet." in live_bot.command("ana", "similar", second)
    for text in POOL:
        live_bot.workspace.say("ana", second, text)
    live_bot.settle()
    answer = live_bot.command("ana", "similar", second)
    assert "*Incidents similar to INC-2026-002*" in answer
    assert "|INC-2026-001>: Checkout fails for cards*\n  Same service payments-api" in answer
    assert "Still open: add an alert on the pool" in answer
    assert "no incident" in live_bot.command("ana", "similar", "general").lower()


def test_a_private_incident_is_never_listed_as_similar_but_can_list_others(
    live_bot: LiveBot,
) -> None:
    resolve_incident(live_bot, "Checkout fails for cards", *POOL)
    private_channel = live_bot.declare("Checkout fails for cards of zanzibar", private=True)
    for text in POOL:
        live_bot.workspace.say("ana", private_channel, text)
    live_bot.settle()
    assert "INC-2026-001" in live_bot.command("ana", "similar", private_channel)
    live_bot.command("ana", "resolve fixed", private_channel)
    live_bot.settle()
    third = resolve_incident(live_bot, "Checkout fails for cards of zanzibar", *POOL)
    assert "INC-2026-002" not in live_bot.text_in(third)
    assert "INC-2026-002" not in live_bot.command("ana", "similar", third)
    assert "INC-2026-001" in live_bot.command("ana", "similar", third)

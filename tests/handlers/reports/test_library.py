"""Searching past incidents, and similar incidents."""

from datetime import timedelta

import pytest

from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town, eventually


def resolve_incident(town: Town, title: str, *messages: str, author: str = "ana", cause: str = "", note: str = "fixed") -> str:  # fmt: skip
    """Resolve an incident with these messages and return its channel."""
    channel = town.declare(title)
    for text in messages:
        town.ws.say(author, channel, text)
    if cause:
        ts = town.ws.say(author, channel, cause)
        town.ws.react(author, channel, ts, "seedling")
    town.incident("ana", f"resolve {note}", channel)
    town.settle()
    return channel


def test_a_search_result_quotes_the_match_and_links_the_postmortem(town: Town) -> None:
    resolve_incident(town, "P1 Checkout fails", "I see `connection pool exhausted` in the log")
    resolve_incident(town, "P2 Search is slow")
    answer = town.incident("mei", "search pool exhausted")
    assert "*Found for “pool exhausted”*" in answer
    assert "• *INC-2026-001* Tue 10 Mar 2026, P1: Checkout fails, <http" in answer
    assert "|postmortem>" in answer
    assert "connection pool exhausted" in answer
    assert "INC-2026-002" not in answer


def test_an_open_incident_is_found_and_its_channel_linked(town: Town) -> None:
    channel = town.declare("P1 Checkout fails")
    answer = town.incident("mei", "search service:checkout severity:P1")
    assert f"• *INC-2026-001* Tue 10 Mar 2026, P1: Checkout fails, <#{channel}>" in answer


def test_causes_and_action_items_can_be_searched_by_field(town: Town) -> None:
    channel = resolve_incident(
        town, "Payments down", cause="root cause: the certificate expired overnight"
    )
    town.incident("ana", "action page on expiring certificates @ben 2026-04-01", channel)
    town.settle()
    assert "cause: " in town.incident("mei", "search cause:certificate")
    assert "action item: page on expiring certificates" in town.incident("mei", "search item:page")
    assert "Nothing was found" in town.incident("mei", "search cause:page")


def test_ten_results_are_shown_newest_first_and_the_rest_counted(town: Town) -> None:
    for _ in range(12):
        town.incident("ana", "declare checkout fails")
    town.settle()
    answer = town.incident("mei", "search checkout")
    assert answer.count("• *INC") == 10
    assert "and 2 more" in answer
    assert answer.index("INC-2026-012") < answer.index("INC-2026-011")


def test_a_deleted_message_is_not_found(town: Town) -> None:
    channel = resolve_incident(town, "Checkout fails", "the rollback of zanzibar is done")
    assert "INC-2026-001" in town.incident("mei", "search zanzibar")
    (message,) = [m for m in town.said(channel) if m["text"].startswith("the rollback of zanzibar")]
    town.ws.delete(channel, message["ts"])
    town.sandbox.settle(10)
    assert "Nothing was found" in town.incident("mei", "search zanzibar")
    town.settle()  # a repeated sync doesn't bring it back from the draft
    assert "Nothing was found" in town.incident("mei", "search zanzibar")
    assert "INC-2026-001" in town.incident("mei", "search checkout")


def test_an_edited_message_is_found_by_its_current_text(town: Town) -> None:
    channel = town.declare("Checkout fails")
    ts = town.ws.say("ana", channel, "it is zanzibar")
    town.incident("ana", "note hm", channel)
    town.settle()
    assert "INC-2026-001" in town.incident("mei", "search zanzibar")
    town.ws.edit(channel, ts, "it is madagascar")
    town.settle()
    assert "Nothing was found" in town.incident("mei", "search zanzibar")
    assert "INC-2026-001" in town.incident("mei", "search madagascar")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("search", "no word to look for"),
        ("search 🔥", "no word to look for"),
        ("search since:soon x", "“soon” is no date"),
        ("search severity:bad", "“bad” is no severity"),
        ('search "checkout" OR (NEAR * -x', "Nothing was found"),
        ("search <!channel> <@U1>", "Nothing was found"),
    ],
)
def test_an_invalid_search_is_rejected_with_the_reason(
    town: Town, command: str, reason: str
) -> None:
    answer = town.incident("mei", command)
    assert reason in answer
    assert "<!channel>" not in answer
    assert "our fault" not in answer


def test_search_works_in_a_mention_and_in_a_direct_message(town: Town) -> None:
    resolve_incident(town, "Checkout fails")
    town.ws.say("mei", "general", "@debrief search checkout")
    town.ws.say_to_bot("mei", "search service:checkout")
    town.settle()

    def count_answers() -> int:
        return sum("INC-2026-001" in message["text"] for message in town.ws.ephemerals("mei"))

    eventually(lambda: count_answers() == 2, "both are answered")


POOL = (
    "seeing `HikariPool-cards - Connection is not available` in every pod",
    "payments-api has no connection left, payments-api waits for the pool",
)


def test_a_repeated_incident_is_named_in_the_summary_with_its_open_items(town: Town) -> None:
    first = resolve_incident(town, "Checkout fails for cards", *POOL)
    town.incident("ana", "action add an alert on the pool of the cards @ben 2026-04-01", first)
    town.incident("ana", "action write the runbook @ben 2026-04-01", first)
    town.settle()
    town.press("ben", first, "Mark done")  # the runbook
    town.sandbox.clock.advance(timedelta(days=12))
    second = resolve_incident(town, "Nobody can pay in the shop", *POOL)
    (summary,) = [m["text"] for m in town.said(second) if m["text"].startswith("Postmortem draft")]
    assert "*Related incident*\n• <http" in summary
    assert "|INC-2026-001> Checkout fails for cards: same service payments-api; same error HikariPool-cards - Connection is not available; 12 days before." in summary  # fmt: skip
    assert "Promised then and still open: add an alert on the pool of the cards." in summary
    assert "was much the same, 12 days before: same service payments-api" in summary
    postmortem = latest_postmortem(town, second)
    assert "## Related incidents\n\n- **INC-2026-001** Checkout fails for cards: same service" in postmortem.markdown  # fmt: skip
    assert (
        "12 days before. Promised then and still open: add an alert on the pool of"
        in postmortem.markdown
    )
    (related,) = postmortem.document["related"]
    assert (related["key"], related["open_items"]) == ("INC-2026-001", ["add an alert on the pool of the cards"])  # fmt: skip


def test_an_unrelated_incident_is_not_named_as_related(town: Town) -> None:
    resolve_incident(town, "Checkout fails for cards", *POOL)
    second = resolve_incident(
        town, "Search index is stale", "search-worker is behind, search-worker restarted"
    )
    assert "Related" not in town.texts(second)
    assert "much the same" not in town.texts(second)


def test_the_similar_command_lists_similar_past_incidents(town: Town) -> None:
    first = resolve_incident(town, "Checkout fails for cards", *POOL)
    town.incident("ana", "action add an alert on the pool @ben 2026-04-01", first)
    second = town.declare("Nobody can pay in the shop")
    assert "Nothing of before is much like INC-2026-002" in town.incident("ana", "similar", second)
    for text in POOL:
        town.ws.say("ana", second, text)
    town.settle()
    answer = town.incident("ana", "similar", second)
    assert "*Much like INC-2026-002*" in answer
    assert "|INC-2026-001> Checkout fails for cards: same service payments-api" in answer
    assert "Promised then and still open: add an alert on the pool" in answer
    assert "no incident" in town.incident("ana", "similar", "general").lower()


def test_a_private_incident_is_never_listed_as_similar_but_can_list_others(town: Town) -> None:
    resolve_incident(town, "Checkout fails for cards", *POOL)
    private_channel = town.declare("Checkout fails for cards of zanzibar", private=True)
    for text in POOL:
        town.ws.say("ana", private_channel, text)
    town.settle()
    assert "INC-2026-001" in town.incident("ana", "similar", private_channel)
    town.incident("ana", "resolve fixed", private_channel)
    town.settle()
    third = resolve_incident(town, "Checkout fails for cards of zanzibar", *POOL)
    assert "INC-2026-002" not in town.texts(third)
    assert "INC-2026-002" not in town.incident("ana", "similar", third)
    assert "INC-2026-001" in town.incident("ana", "similar", third)

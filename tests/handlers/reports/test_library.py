"""The library: what happened before is found again, by words and by what incidents have in common."""

from datetime import timedelta

import pytest

from storage import incidents, postmortems
from storage.postmortems import Postmortem
from tests.support.harness import Town, eventually


def past(town: Town, title: str, *said: str, by: str = "ana", cause: str = "", resolve: str = "fixed") -> str:  # fmt: skip
    """An incident that is over, with what was said in it; returns its channel."""
    channel = town.declare(title)
    for text in said:
        town.ws.say(by, channel, text)
    if cause:
        ts = town.ws.say(by, channel, cause)
        town.ws.react(by, channel, ts, "seedling")
    town.incident("ana", f"resolve {resolve}", channel)
    town.settle()
    return channel


def test_one_line_says_why_with_the_postmortems_link(town: Town) -> None:
    past(town, "P1 Checkout fails", "I see `connection pool exhausted` in the log")
    past(town, "P2 Search is slow")
    told = town.incident("mei", "search pool exhausted")
    assert "*Found for “pool exhausted”*" in told
    assert "• *INC-2026-001* Tue 10 Mar 2026, P1: Checkout fails, <http" in told
    assert "|postmortem>" in told
    assert "connection pool exhausted" in told
    assert "INC-2026-002" not in told


def test_one_that_runs_is_found_by_its_title_and_links_its_channel(town: Town) -> None:
    channel = town.declare("P1 Checkout fails")
    told = town.incident("mei", "search service:checkout severity:P1")
    assert f"• *INC-2026-001* Tue 10 Mar 2026, P1: Checkout fails, <#{channel}>" in told


def test_action_items_and_causes_by_their_names(town: Town) -> None:
    channel = past(town, "Payments down", cause="root cause: the certificate expired overnight")
    town.incident("ana", "action page on expiring certificates @ben 2026-04-01", channel)
    town.settle()
    assert "cause: " in town.incident("mei", "search cause:certificate")
    assert "action item: page on expiring certificates" in town.incident("mei", "search item:page")
    assert "Nothing was found" in town.incident("mei", "search cause:page")


def test_ten_are_shown_and_the_rest_is_counted(town: Town) -> None:
    for _ in range(12):
        town.incident("ana", "declare checkout fails")
    town.settle()
    told = town.incident("mei", "search checkout")
    assert told.count("• *INC") == 10
    assert "and 2 more" in told
    assert told.index("INC-2026-012") < told.index("INC-2026-011")


def test_what_is_deleted_or_hidden_is_not_found(town: Town) -> None:
    channel = past(town, "Checkout fails", "the rollback of zanzibar is done")
    assert "INC-2026-001" in town.incident("mei", "search zanzibar")
    (said,) = [m for m in town.said(channel) if m["text"].startswith("the rollback of zanzibar")]
    town.ws.delete(channel, said["ts"])
    town.sandbox.settle(10)
    assert "Nothing was found" in town.incident("mei", "search zanzibar")
    town.settle()  # read anew, the draft from before has it still
    assert "Nothing was found" in town.incident("mei", "search zanzibar")
    assert "INC-2026-001" in town.incident("mei", "search checkout")


def test_what_is_edited_is_found_as_it_is_now(town: Town) -> None:
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
    ("typed", "told"),
    [
        ("search", "no word to look for"),
        ("search 🔥", "no word to look for"),
        ("search since:soon x", "“soon” is no date"),
        ("search severity:bad", "“bad” is no severity"),
        ('search "checkout" OR (NEAR * -x', "Nothing was found"),
        ("search <!channel> <@U1>", "Nothing was found"),
    ],
)
def test_bad_words_are_answered_in_a_sentence(town: Town, typed: str, told: str) -> None:
    answer = town.incident("mei", typed)
    assert told in answer
    assert "<!channel>" not in answer
    assert "our fault" not in answer


def test_it_is_answered_to_a_mention_and_in_a_direct_message(town: Town) -> None:
    past(town, "Checkout fails")
    town.ws.say("mei", "general", "@debrief search checkout")
    town.ws.say_to_bot("mei", "search service:checkout")
    town.settle()

    def heard() -> int:
        return sum("INC-2026-001" in each["text"] for each in town.ws.ephemerals("mei"))

    eventually(lambda: heard() == 2, "both are answered")


def drafted(town: Town, channel: str) -> Postmortem:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        made = postmortems.latest(session, incident.id)
    assert made
    return made


POOL = (
    "seeing `HikariPool-cards - Connection is not available` in every pod",
    "payments-api has no connection left, payments-api waits for the pool",
)


def test_a_repeat_is_said_in_the_summary_with_what_is_still_open(town: Town) -> None:
    first = past(town, "Checkout fails for cards", *POOL)
    town.incident("ana", "action add an alert on the pool of the cards @ben 2026-04-01", first)
    town.incident("ana", "action write the runbook @ben 2026-04-01", first)
    town.settle()
    town.press("ben", first, "Mark done")  # the runbook
    town.sandbox.clock.advance(timedelta(days=12))
    second = past(town, "Nobody can pay in the shop", *POOL)
    (summary,) = [m["text"] for m in town.said(second) if m["text"].startswith("Postmortem draft")]
    assert "*Related incident*\n• <http" in summary
    assert "|INC-2026-001> Checkout fails for cards: same service payments-api; same error HikariPool-cards - Connection is not available; 12 days before." in summary  # fmt: skip
    assert "Promised then and still open: add an alert on the pool of the cards." in summary
    assert "was much the same, 12 days before: same service payments-api" in summary
    made = drafted(town, second)
    assert "## Related incidents\n\n- **INC-2026-001** Checkout fails for cards: same service" in made.markdown  # fmt: skip
    assert (
        "12 days before. Promised then and still open: add an alert on the pool of" in made.markdown
    )
    (related,) = made.document["related"]
    assert (related["key"], related["open_items"]) == ("INC-2026-001", ["add an alert on the pool of the cards"])  # fmt: skip


def test_another_incident_is_no_repeat(town: Town) -> None:
    past(town, "Checkout fails for cards", *POOL)
    second = past(town, "Search index is stale", "search-worker is behind, search-worker restarted")
    assert "Related" not in town.texts(second)
    assert "much the same" not in town.texts(second)


def test_responders_see_what_it_is_like_while_it_runs(town: Town) -> None:
    first = past(town, "Checkout fails for cards", *POOL)
    town.incident("ana", "action add an alert on the pool @ben 2026-04-01", first)
    second = town.declare("Nobody can pay in the shop")
    assert "Nothing of before is much like INC-2026-002" in town.incident("ana", "similar", second)
    for text in POOL:
        town.ws.say("ana", second, text)
    town.settle()
    told = town.incident("ana", "similar", second)
    assert "*Much like INC-2026-002*" in told
    assert "|INC-2026-001> Checkout fails for cards: same service payments-api" in told
    assert "Promised then and still open: add an alert on the pool" in told
    assert "no incident" in town.incident("ana", "similar", "general").lower()


def test_a_private_one_is_no_relative_of_another_but_has_its_own(town: Town) -> None:
    past(town, "Checkout fails for cards", *POOL)
    town.incident("ana", "private Checkout fails for cards of zanzibar")
    town.settle()
    secret = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    for text in POOL:
        town.ws.say("ana", secret, text)
    town.settle()
    assert "INC-2026-001" in town.incident("ana", "similar", secret)
    town.incident("ana", "resolve fixed", secret)
    town.settle()
    third = past(town, "Checkout fails for cards of zanzibar", *POOL)
    assert "INC-2026-002" not in town.texts(third)
    assert "INC-2026-002" not in town.incident("ana", "similar", third)
    assert "INC-2026-001" in town.incident("ana", "similar", third)

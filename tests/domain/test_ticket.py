from itertools import product

import pytest

from bot.action_items.reply_parsing import Intent, parse_reply
from bot.domain.action_item import Priority
from bot.domain.ticket import SyncStep, TicketState, choose_sync_step, parse_web_address
from handlers.trackers.jira import _PRIORITIES


def test_sync_follows_the_side_that_changed_and_then_rests() -> None:
    for last_synced, here, in_tracker in product(TicketState, (False, True), (False, True)):
        step = choose_sync_step(last_synced, here=here, there=in_tracker)
        assert (step is SyncStep.NOTHING) == (here == in_tracker)
        settled = here if step is SyncStep.PUSH else in_tracker
        if here != in_tracker:
            assert settled != (last_synced is TicketState.DONE)  # the side that changed
        after = TicketState.DONE if settled else TicketState.OPEN
        assert choose_sync_step(after, here=settled, there=settled) is SyncStep.NOTHING


@pytest.mark.parametrize("words", ["ticket", "Create a ticket please", "open an issue"])
def test_a_reply_that_asks_for_a_ticket_has_the_ticket_intent(words: str) -> None:
    answer = parse_reply(words)
    assert answer
    assert answer.intent is Intent.TICKET


@pytest.mark.parametrize("words", ["the ticket is in the backlog", "no ticket", "issue?"])
def test_a_remark_about_tickets_has_no_intent(words: str) -> None:
    assert parse_reply(words) is None


def test_a_web_address_must_stand_alone() -> None:
    assert parse_web_address("<https://a.example/x?a=1&amp;b=2|x>") == "https://a.example/x?a=1&b=2"
    assert parse_web_address(" https://a.example/x ") == "https://a.example/x"
    for text in ("see https://a.example/x", "https://a.example/x https://b.example", "done", ""):
        assert parse_web_address(text) is None


def test_each_priority_has_a_name_in_jira() -> None:
    assert set(_PRIORITIES) == set(Priority)

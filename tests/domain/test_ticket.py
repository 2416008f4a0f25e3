from itertools import product

import pytest

from bot.action_items.reply_parsing import Intent, parse_reply
from bot.domain.action_item import Priority
from bot.domain.ticket import SyncStep, TicketState, choose_sync_step, parse_web_address
from handlers.trackers.jira import _PRIORITIES


def test_whoever_left_what_was_agreed_on_is_followed_and_then_nothing_is_left() -> None:
    for agreed, here, there in product(TicketState, (False, True), (False, True)):
        step = choose_sync_step(agreed, here=here, there=there)
        assert (step is SyncStep.NOTHING) == (here == there)
        settled = here if step is SyncStep.PUSH else there
        if here != there:
            assert settled != (agreed is TicketState.DONE)  # the one that changed
        after = TicketState.DONE if settled else TicketState.OPEN
        assert choose_sync_step(after, here=settled, there=settled) is SyncStep.NOTHING


@pytest.mark.parametrize("words", ["ticket", "Create a ticket please", "open an issue"])
def test_a_ticket_is_asked_for_in_so_many_words(words: str) -> None:
    answer = parse_reply(words)
    assert answer
    assert answer.intent is Intent.TICKET


@pytest.mark.parametrize("words", ["the ticket is in the backlog", "no ticket", "issue?"])
def test_talk_of_tickets_is_talk(words: str) -> None:
    assert parse_reply(words) is None


def test_an_address_is_one_that_stands_alone() -> None:
    assert parse_web_address("<https://a.example/x?a=1&amp;b=2|x>") == "https://a.example/x?a=1&b=2"
    assert parse_web_address(" https://a.example/x ") == "https://a.example/x"
    for talk in ("see https://a.example/x", "https://a.example/x https://b.example", "done", ""):
        assert parse_web_address(talk) is None


def test_each_priority_has_a_name_in_jira() -> None:
    assert set(_PRIORITIES) == set(Priority)

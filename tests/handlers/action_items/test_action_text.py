"""Parsing what people type after `/incident action`."""

from datetime import date
from itertools import permutations

import pytest

from bot.domain.action_item import Priority
from bot.domain.action_item_errors import GroupAsOwner, NoOwner, TooManyOwners
from bot.domain.errors import BotError, NotAPerson, NothingToDo
from handlers.commands.action_text import ParsedItem, parse, parse_one_person

TODAY = date(2026, 11, 18)  # a Wednesday
FRIDAY = date(2026, 11, 20)


def parsed(text: str) -> ParsedItem:
    return parse(text, TODAY, "/incident")


@pytest.mark.parametrize("endings", list(permutations(["<@U1>", "friday", "P2"])), ids=" ".join)
def test_owner_due_date_and_priority_are_parsed_in_any_order(endings: tuple[str, ...]) -> None:
    assert parsed(f"Alert on queue depth {' '.join(endings)}") == ParsedItem(
        text="Alert on queue depth", owner="U1", due=FRIDAY, priority=Priority.P2, phrase="friday"
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("<@U1> restart it", "restart it"),
        ("restart it <@U1|ana>", "restart it"),
        ("ask <@W1> to restart it", "ask to restart it"),
        ("<@U1> restart it by friday", "restart it"),
        ("  restart   it\n<@U1>  ", "restart it"),
        ("upgrade to P2P mesh <@U1>", "upgrade to P2P mesh"),
        ("page P1 owners <@U1>", "page P1 owners"),
        ("explain why Friday was slow <@U1>", "explain why Friday was slow"),
        ("scale to 5/6 <@U1>", "scale to 5/6"),
    ],
)
def test_the_text_is_what_remains_without_owner_date_and_priority(typed: str, text: str) -> None:
    assert parsed(typed).text == text


@pytest.mark.parametrize(
    ("typed", "due", "phrase"),
    [
        ("restart it <@U1>", None, ""),
        ("restart it <@U1> in 2 weeks", date(2026, 12, 2), "in 2 weeks"),
        ("restart it in 2 weeks <@U1>", date(2026, 12, 2), "in 2 weeks"),
        ("restart it by 2026-12-04 <@U1> P1", date(2026, 12, 4), "2026-12-04"),
        ("restart it tomorrow <@U1> friday", FRIDAY, "friday"),
        ("restart it 2026-11-17 <@U1>", None, ""),
    ],
)
def test_a_due_date_is_parsed_with_its_phrase(typed: str, due: date | None, phrase: str) -> None:
    assert (parsed(typed).due, parsed(typed).phrase) == (due, phrase)


@pytest.mark.parametrize(
    ("typed", "priority"),
    [
        ("restart it <@U1>", None),
        ("restart it <@U1> p0", Priority.P0),
        ("restart it P3 <@U1>", Priority.P3),
        ("restart it <@U1> P4 friday", Priority.P4),
        ("restart it <@U1> P5", None),
        ("read the map2 <@U1>", None),
    ],
)
def test_a_priority_is_parsed_in_upper_or_lower_case(typed: str, priority: Priority | None) -> None:
    assert parsed(typed).priority is priority


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("restart it friday P2", NoOwner),
        ("", NoOwner),
        ("restart it @ana", NoOwner),
        ("restart it <!subteam^S1|@sre>", GroupAsOwner),
        ("restart it <#C1|sre> friday", GroupAsOwner),
        ("restart it <!here>", GroupAsOwner),
        ("restart it <@U1> and <@U2>", TooManyOwners),
        ("<@U1>", NothingToDo),
        ("<@U1> friday P2", NothingToDo),
    ],
)
def test_an_item_without_exactly_one_owner_or_without_a_text_is_rejected(
    text: str, error: type[BotError]
) -> None:
    with pytest.raises(error):
        parsed(text)


def test_a_mentioned_person_is_the_owner_even_next_to_a_group() -> None:
    assert parsed("tell <!subteam^S1|@sre> about it <@U1>").owner == "U1"


def test_the_error_for_several_owners_says_how_many_were_mentioned() -> None:
    with pytest.raises(TooManyOwners, match="names 3"):
        parsed("restart it <@U1> <@U2> <@U3>")


@pytest.mark.parametrize("text", ["<@U1>", "  <@U1|ana> ", "it is <@U1> now"])
def test_a_single_mention_is_parsed_as_a_person(text: str) -> None:
    assert parse_one_person(text) == "U1"


@pytest.mark.parametrize("text", ["", "ana", "@ana", "<@U1> <@U2>", "<!subteam^S1>"])
def test_no_mention_or_several_mentions_are_not_parsed_as_a_person(text: str) -> None:
    with pytest.raises(NotAPerson):
        parse_one_person(text)

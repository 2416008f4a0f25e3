from datetime import date
from itertools import permutations

import pytest

from bot.domain.action_item import Priority
from bot.domain.action_item_errors import GroupAsOwner, NoOwner, TooManyOwners
from bot.domain.errors import BotError, NotAPerson, NothingToDo
from handlers.commands.action_text import ParsedItem, parse, parse_one_person

TODAY = date(2026, 11, 18)  # a Wednesday
FRIDAY = date(2026, 11, 20)


def said(typed: str) -> ParsedItem:
    return parse(typed, TODAY, "/incident")


@pytest.mark.parametrize("endings", list(permutations(["<@U1>", "friday", "P2"])), ids=" ".join)
def test_owner_date_and_priority_may_come_in_any_order(endings: tuple[str, ...]) -> None:
    assert said(f"Alert on queue depth {' '.join(endings)}") == ParsedItem(
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
def test_what_is_to_be_done_is_what_remains(typed: str, text: str) -> None:
    assert said(typed).text == text


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
def test_a_date_is_read_as_it_was_said(typed: str, due: date | None, phrase: str) -> None:
    assert (said(typed).due, said(typed).phrase) == (due, phrase)


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
def test_a_priority_is_read_in_either_case(typed: str, priority: Priority | None) -> None:
    assert said(typed).priority is priority


@pytest.mark.parametrize(
    ("typed", "error"),
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
def test_what_has_no_single_owner_or_no_deed_is_refused(typed: str, error: type[BotError]) -> None:
    with pytest.raises(error):
        said(typed)


def test_a_person_counts_even_when_a_group_is_named_too() -> None:
    assert said("tell <!subteam^S1|@sre> about it <@U1>").owner == "U1"


def test_the_refusal_says_how_many_were_named() -> None:
    with pytest.raises(TooManyOwners, match="names 3"):
        said("restart it <@U1> <@U2> <@U3>")


@pytest.mark.parametrize("typed", ["<@U1>", "  <@U1|ana> ", "it is <@U1> now"])
def test_one_person_is_read_from_a_mention(typed: str) -> None:
    assert parse_one_person(typed) == "U1"


@pytest.mark.parametrize("typed", ["", "ana", "@ana", "<@U1> <@U2>", "<!subteam^S1>"])
def test_nobody_or_several_are_not_one_person(typed: str) -> None:
    with pytest.raises(NotAPerson):
        parse_one_person(typed)

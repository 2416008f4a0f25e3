"""Hostile texts for a pattern: those that nearly match it, however long they get."""

import re
from collections.abc import Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MANY = 16  # a repetition that may be as long as this can be pumped
_ALPHABET = " \t\n\xa0ax1A_-.,:;(<>[]\"'`*=/@#%|~+!?\\é"
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_SAMPLES = 4  # of a class of characters


class Pump(NamedTuple):
    """A text of any length: a unit again and again, with something before and after it."""

    head: str
    unit: str
    tail: str

    def text(self, length: int) -> str:
        room = max(0, length - len(self.head) - len(self.tail))
        return self.head + (self.unit * (room // len(self.unit) + 1))[:room] + self.tail


GENERAL = tuple(
    Pump("", unit, tail)
    for unit in (
        " ", "\xa0", "\t", "\n", "\r\n", "a", "A", "1", "a ", "a\n", "a\xa0", "1 ", "1,", "1.", "a.", "a. ", ". ", "a-", "-",
        "--", " - ", ",", ", ", "(", ")", "()", "[", "]", "![", "[]", "](", "![](", "*", "_", "~", "`", "` ", "`a", "```\n", ">",
        "> ", "> - ", "- ", "  - ", "1. ", "#", "# ", "|", "|\n", "\\", '"', "'", "<", "<a", "<!--", "<http://", "http://", "https://a ",
        "<@U1>", "<!", "@", "@a", ":", ":a", ":a:", "&", "&amp;", "=", "/", "a/", "é", "is ", "A1", "1:", "10:00 ", "%", "$1 ",
    )
    for tail in ("", "\x00")
)  # fmt: skip


def pumps(pattern: re.Pattern[str]) -> list[Pump]:
    """Texts made of the parts of the pattern: each that it may repeat, led by what must stand before."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    found = {Pump("", whole, ""): None for whole in _halves(_sample(tree)) if whole}
    for head, unit in _repeated(tree, ""):
        for pump in (
            Pump("", unit, "\x00"),
            Pump(head, unit, "\x00"),
            Pump("", head + unit, ""),
            Pump("", head, unit),
        ):
            if pump.unit:
                found[pump] = None
    return list(found)


def _halves(whole: str) -> Iterator[str]:
    """What matches, and what would if it did not end too soon."""
    yield whole
    yield whole[:-1]
    yield whole + " "
    yield whole[: len(whole) // 2]


def _repeated(tree: Sequence[Any], head: str) -> Iterator[tuple[str, str]]:
    """Each part that may be repeated, and what must stand before it."""
    for op, given in tree:
        if op in _REPEATS:
            _, most, body = given
            if most >= MANY:
                yield from ((head, unit) for unit in _variants(body) if unit)
        for body in _bodies(op, given):
            yield from _repeated(body, head)
        head += _sample([(op, given)])


def _bodies(op: Any, given: Any) -> list[Any]:
    if op in _REPEATS:
        return [given[2]]
    if op is sre.SUBPATTERN:
        return [given[3]]
    if op is sre.BRANCH:
        return list(given[1])
    if op in {sre.ASSERT, sre.ASSERT_NOT}:
        return [given[1]]
    return [given] if op is sre.ATOMIC_GROUP else []


def _variants(tree: Sequence[Any]) -> Iterator[str]:
    """Samples of a part: of each of its branches, and of each sort of character that may begin it."""
    for at, (op, given) in enumerate(tree):
        before, after = _sample(tree[:at]), _sample(tree[at + 1 :])
        if op is sre.IN:
            yield from (before + each + after for each in _members(given)[:_SAMPLES])
        elif op in {sre.BRANCH, sre.SUBPATTERN}:
            for body in _bodies(op, given):
                yield from (before + each + after for each in _variants(body))
    yield _sample(tree)


def _sample(tree: Sequence[Any]) -> str:
    """The shortest text, or nearly so, that a part matches; what only looks around is left out."""
    return "".join(_one(op, given) for op, given in tree)


def _one(op: Any, given: Any) -> str:
    if op is sre.LITERAL:
        return chr(given)
    if op is sre.NOT_LITERAL:
        return "a" if given != ord("a") else "b"
    if op is sre.ANY:
        return "a"
    if op is sre.IN:
        return next(iter(_members(given)), "")
    if op in _REPEATS:
        least, _, body = given
        return _sample(body) * int(least)
    bodies = [] if op in {sre.ASSERT, sre.ASSERT_NOT} else _bodies(op, given)
    return _sample(bodies[0]) if bodies else ""


def _members(given: Any) -> list[str]:
    """Characters of a class, each of another sort where it has them."""
    negated = given[0][0] is sre.NEGATE
    named = [
        chr(a if op is sre.LITERAL else a[0]) for op, a in given if op in {sre.LITERAL, sre.RANGE}
    ]
    among = [*([] if negated else named), *_ALPHABET]
    found = [each for each in among if _is_in(each, given[negated:]) != negated]
    sorts = {(each.isspace(), each.isdigit(), each.isalpha()): each for each in reversed(found)}
    return list(dict.fromkeys([*sorts.values(), *found]))


def _is_in(char: str, given: Any) -> bool:
    return any(_is_one(char, op, part) for op, part in given)


def _is_one(char: str, op: Any, part: Any) -> bool:
    if op is sre.LITERAL:
        return bool(ord(char) == part)
    if op is sre.RANGE:
        return bool(part[0] <= ord(char) <= part[1])
    sort = {
        sre.CATEGORY_DIGIT: char.isdecimal(),
        sre.CATEGORY_SPACE: char.isspace(),
        sre.CATEGORY_WORD: char.isalnum() or char == "_",
    }
    if part in sort:
        return sort[part]
    opposite = {
        sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
        sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
        sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
    }
    return not sort[opposite[part]]

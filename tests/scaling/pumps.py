"""Generate hostile texts for a pattern: long texts that almost match."""

import re
from collections.abc import Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MANY = 16  # a repetition that allows this many can be pumped
_ALPHABET = " \t\n\xa0ax1A_-.,:;(<>[]\"'`*=/@#%|~+!?\\é"
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_SAMPLES = 4  # per character class


class Pump(NamedTuple):
    """A text of any length: a repeated unit between a fixed head and tail."""

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
    """Return texts that repeat each part the pattern may repeat, after the text it must follow."""
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
    """Yield a match, and texts that would match if they didn't end too early."""
    yield whole
    yield whole[:-1]
    yield whole + " "
    yield whole[: len(whole) // 2]


def _repeated(tree: Sequence[Any], head: str) -> Iterator[tuple[str, str]]:
    """Yield each part that may be repeated, with the text that must come before it."""
    for op, argument in tree:
        if op in _REPEATS:
            _, most, body = argument
            if most >= MANY:
                yield from ((head, unit) for unit in _variants(body) if unit)
        for body in _bodies(op, argument):
            yield from _repeated(body, head)
        head += _sample([(op, argument)])


def _bodies(op: Any, argument: Any) -> list[Any]:
    if op in _REPEATS:
        return [argument[2]]
    if op is sre.SUBPATTERN:
        return [argument[3]]
    if op is sre.BRANCH:
        return list(argument[1])
    if op in {sre.ASSERT, sre.ASSERT_NOT}:
        return [argument[1]]
    return [argument] if op is sre.ATOMIC_GROUP else []


def _variants(tree: Sequence[Any]) -> Iterator[str]:
    """Yield samples of a part: one for each branch, and for each sort of character it may begin with."""
    for at, (op, argument) in enumerate(tree):
        before, after = _sample(tree[:at]), _sample(tree[at + 1 :])
        if op is sre.IN:
            yield from (before + member + after for member in _members(argument)[:_SAMPLES])
        elif op in {sre.BRANCH, sre.SUBPATTERN}:
            for body in _bodies(op, argument):
                yield from (before + variant + after for variant in _variants(body))
    yield _sample(tree)


def _sample(tree: Sequence[Any]) -> str:
    """Return a shortest or nearly shortest match; lookarounds are left out."""
    return "".join(_one(op, argument) for op, argument in tree)


def _one(op: Any, argument: Any) -> str:
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if op is sre.ANY:
        return "a"
    if op is sre.IN:
        return next(iter(_members(argument)), "")
    if op in _REPEATS:
        least, _, body = argument
        return _sample(body) * int(least)
    bodies = [] if op in {sre.ASSERT, sre.ASSERT_NOT} else _bodies(op, argument)
    return _sample(bodies[0]) if bodies else ""


def _members(parts: Any) -> list[str]:
    """Return characters of a class, with different sorts of characters first."""
    negated = parts[0][0] is sre.NEGATE
    named = [
        chr(a if op is sre.LITERAL else a[0]) for op, a in parts if op in {sre.LITERAL, sre.RANGE}
    ]
    among = [*([] if negated else named), *_ALPHABET]
    found = [char for char in among if _is_in(char, parts[negated:]) != negated]
    sorts = {(char.isspace(), char.isdigit(), char.isalpha()): char for char in reversed(found)}
    return list(dict.fromkeys([*sorts.values(), *found]))


def _is_in(char: str, part_argument: Any) -> bool:
    return any(_is_one(char, op, part) for op, part in part_argument)


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

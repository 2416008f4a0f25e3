"""Every error is one sentence or two for a person, and is raised with what its sentence needs."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.errors import BotError

ROOT = Path(__file__).parents[2]
MODULES = ("bot.domain.errors", "bot.config.policy", "bot.config.settings", "storage.engine.schema")


def all_errors() -> dict[str, type[BotError]]:
    for name in MODULES:
        importlib.import_module(name)
    return {each.__name__: each for each in BotError.__subclasses__()}


ERRORS = all_errors()


def needed(error: type[BotError]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", error.__doc__ or ""))


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where an error is made: place, name, and the facts it is given (None: not spelled out)."""
    for room in ("bot", "handlers", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                    given = {word.arg for word in node.keywords}
                    spelled = None if None in given else {str(each) for each in given}
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name, spelled


FIELD = "field"  # of the form that was sent; not for the sentence
CALLS = [
    pytest.param(name, given, id=place)
    for place, name, given in raised()
    if name in ERRORS and given is not None
]


@pytest.mark.parametrize(("name", "given"), CALLS)
def test_an_error_is_given_the_facts_that_its_sentence_needs(name: str, given: set[str]) -> None:
    assert given - {FIELD} == needed(ERRORS[name])


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.__name__)
def test_an_error_reads_as_a_sentence(error: type[BotError]) -> None:
    told = str(error(**dict.fromkeys(needed(error), "value")))
    assert told[0].isupper() or told.startswith(("“", "value"))
    assert told.endswith((".", "?", "`."))
    assert "\n" not in told
    assert "  " not in told
    assert "{" not in told


def test_what_is_missing_is_never_left_out_in_silence() -> None:
    with pytest.raises(KeyError):
        errors.AlreadyResolved(key="INC-2026-001")


def test_braces_that_somebody_typed_stay_as_they_are() -> None:
    assert "“{0.x} {key}” is not a" in str(
        errors.NotAChoice(given="{0.x} {key}", what="severity", choices="P0")
    )


def test_an_error_keeps_its_facts() -> None:
    assert errors.AlreadySet(key="K", what="w", value="v").facts == {
        "key": "K", "what": "w", "value": "v",
    }  # fmt: skip

"""Every error is one or two sentences for people, and is raised with all facts that its sentence needs."""

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
    return {error.__name__: error for error in BotError.__subclasses__()}


ERRORS = all_errors()


def required_facts(error: type[BotError]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", error.__doc__ or ""))


def find_error_calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield the place, name and keyword arguments of each call (None when not spelled out)."""
    for layer in ("bot", "handlers", "storage"):
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                    arguments = {keyword.arg for keyword in node.keywords}
                    names = None if None in arguments else {str(argument) for argument in arguments}
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name, names


FIELD = "field"  # the form's field with the error; not part of the sentence
CALLS = [
    pytest.param(name, facts, id=place)
    for place, name, facts in find_error_calls()
    if name in ERRORS and facts is not None
]


@pytest.mark.parametrize(("name", "facts"), CALLS)
def test_an_error_is_raised_with_the_facts_of_its_sentence(name: str, facts: set[str]) -> None:
    assert facts - {FIELD} == required_facts(ERRORS[name])


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.__name__)
def test_an_error_reads_as_a_sentence(error: type[BotError]) -> None:
    sentence = str(error(**dict.fromkeys(required_facts(error), "value")))
    assert sentence[0].isupper() or sentence.startswith(("“", "value"))
    assert sentence.endswith((".", "?", "`."))
    assert "\n" not in sentence
    assert "  " not in sentence
    assert "{" not in sentence


def test_an_error_without_its_facts_cannot_be_created() -> None:
    with pytest.raises(KeyError):
        errors.AlreadyResolved(key="INC-2026-001")


def test_braces_in_typed_text_are_kept() -> None:
    assert "“{0.x} {key}” isn't a valid" in str(
        errors.NotAChoice(given="{0.x} {key}", what="severity", choices="P0")
    )


def test_an_error_keeps_its_facts() -> None:
    assert errors.AlreadySet(key="K", what="w", value="v").facts == {
        "key": "K", "what": "w", "value": "v",
    }  # fmt: skip

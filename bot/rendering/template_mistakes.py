"""Mistakes in templates, as a file, a line, and a sentence that says how to fix them."""

import dataclasses
import difflib
import re
import traceback
from collections.abc import Iterable
from pathlib import Path

from jinja2 import (
    Environment,
    TemplateError,
    TemplateNotFound,
    TemplatesNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from bot.config.did_you_mean import suggest
from bot.domain import draft as model
from bot.domain.letter_case import lower_first

_NAME = re.compile(r"'(\w+)' is undefined")
_ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")
_UNKNOWN = re.compile(r"No (filter|test) named '([^']+)'")
_FIELDS = sorted(
    {
        field.name
        for value in vars(model).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value)
        for field in dataclasses.fields(value)
    }
)


class Mistake(Exception):
    """A mistake in `file` at `line`; `problem` is a sentence without its full stop."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(problem)


class TimeLimitExceeded(Exception):
    """A template has used all the time that it may."""


TOO_LONG = "it takes too long: shorten its loops"
TOO_MUCH = "it needs too much memory: shorten its text"
_LIMITS: dict[type[Exception], str] = {
    TimeLimitExceeded: TOO_LONG,
    MemoryError: TOO_MUCH,
    RecursionError: "it includes itself, or is nested too deeply: remove a level",
}

# Errors that a template can raise: Jinja's own, and those of expressions in it.
MISTAKES = (
    Mistake,
    TimeLimitExceeded,
    MemoryError,
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def find_mistake(
    error: Exception, folder: Path, file: Path, environment: Environment
) -> Mistake | None:
    """Return the mistake behind an error raised by a template; None if no template is to blame.

    `file` is the template that was rendered. If the error is in an included file, the innermost
    line in the team's own `folder` is named, because that's where it can be fixed.
    """
    if isinstance(error, Mistake):
        return error
    if isinstance(error, TemplateSyntaxError):
        where = Path(error.filename) if error.filename else file
        return Mistake(where, error.lineno, _syntax(str(error.message), environment))
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return Mistake(file, line, "it isn't valid UTF-8: save it as UTF-8")
    lines = [
        (Path(frame.filename), frame.lineno or 1)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(".j2")
    ]
    if not lines:
        in_reading = isinstance(error, (*_LIMITS, OSError))
        return Mistake(file, 1, _describe(error, environment)) if in_reading else None
    ours = [(path, line) for path, line in lines if path.is_relative_to(folder)]
    return Mistake(*(ours or lines)[-1], _describe(error, environment))


def describe_unknown_name(name: str, known: Iterable[str]) -> str:
    return f"{name} isn't defined{_near(name, known)}"


def describe_unknown_file(name: str, environment: Environment) -> str:
    files = [path for path in environment.list_templates() if path.endswith(".md.j2")]
    near = difflib.get_close_matches(name, files, n=1, cutoff=0.75)
    sections = ": fix the name; Debrief's own sections are postmortem/sections/NAME.md.j2"
    return f"there's no {name} to include" + (f" (did you mean {near[0]}?)" if near else sections)


def _syntax(message: str, environment: Environment) -> str:
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        problem = lower_first(message).rstrip(".")
        return (
            f"{problem}: fix the line (see https://jinja.palletsprojects.com/en/stable/templates)"
        )
    kind, name = unknown.groups()
    names = environment.filters if kind == "filter" else environment.tests
    return f"there's no {kind} {name}{_near(name, names)}"


def _describe(error: Exception, environment: Environment) -> str:
    if isinstance(error, TemplatesNotFound | TemplateNotFound):
        return describe_unknown_file(str(error.name), environment)
    for kind, problem in _LIMITS.items():
        if isinstance(error, kind):
            return problem
    if isinstance(error, OSError):
        return f"{error.strerror or error}: check the file"
    message = str(error)
    if isinstance(error, UndefinedError):
        return _undefined(message)
    return f"{message.rstrip('.') or type(error).__name__}: fix the expression"


def _undefined(message: str) -> str:
    if name := _NAME.search(message):
        return f"{name[1]} isn't defined here: fix the name, or set it first"
    if message.startswith("'None'"):
        return f"{message}: not every incident has this, so check for it with {{% if … %}}"
    attribute = _ATTRIBUTE.search(message)
    return f"{message}{_near(attribute[1], _FIELDS) if attribute else ': fix the name'}"


def _near(word: str, words: Iterable[str]) -> str:
    return suggest(word, sorted(map(str, words)))

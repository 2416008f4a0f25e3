"""Collect every regular expression of the product, with the methods it is used with."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

PACKAGES = ("bot", "handlers", "storage")
ANCHORED = {"match", "fullmatch"}
SEARCHING = {"search", "split", "findall", "finditer", "sub", "subn"}
_NO_HOLDERS = (str, bytes, int, float, complex, type(None), ModuleType)

Pattern = re.Pattern[str]


def modules() -> list[ModuleType]:
    """Import and return every module of the product."""
    found = []
    for package in map(importlib.import_module, PACKAGES):
        below = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        names = (module_info.name for module_info in below if ".migrations" not in module_info.name)
        found += [package, *map(importlib.import_module, names)]
    return found


def collect() -> dict[Pattern, tuple[str, set[str]]]:
    """Return each pattern with one place where it occurs and the methods it is used with.

    A pattern without a name of its own, such as one in a tuple, may be used with any method.
    """
    found: dict[Pattern, str] = {}
    used: dict[Pattern, set[str]] = {}
    for module in modules():
        walk = _Walk(found)
        for name, value in vars(module).items():
            walk.enter(value, f"{module.__name__}.{name}")
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        for pattern, where in _literals(module, tree):
            found.setdefault(pattern, where)
        for pattern, method in _uses(module, tree):
            used.setdefault(pattern, set()).add(method)
    return {
        pattern_found: (where, used.get(pattern_found) or SEARCHING)
        for pattern_found, where in found.items()
    }


class _Walk:
    """Search containers, functions, and the product's own classes and objects for patterns."""

    def __init__(self, found: dict[Pattern, str]) -> None:
        self._found = found
        self._seen: dict[int, object] = {}

    def enter(self, value: object, where: str) -> None:
        if isinstance(value, re.Pattern):
            if isinstance(value.pattern, str):
                self._found.setdefault(value, where)
        elif not isinstance(value, _NO_HOLDERS) and id(value) not in self._seen:
            self._seen[id(value)] = value
            for name, part in _parts(value):
                self.enter(part, f"{where}{name}")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield the values held by a value, each with its path from there."""
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        yield from _held_by_container(value)
    elif isinstance(value, FunctionType):
        yield from _held_by_function(value)
    elif isinstance(value, MethodType):
        yield from (("", value.__self__), ("", value.__func__))
    elif _is_ours(value):
        yield from ((f".{name}", attribute) for name, attribute in _attributes(value))
    elif hasattr(value, "__wrapped__"):  # `functools.cache` and similar
        yield "", value.__wrapped__


def _held_by_container(value: Mapping[Any, Any] | Iterable[Any]) -> Iterator[tuple[str, object]]:
    """Yield the values, and the keys of a mapping too: a pattern may be one."""
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]"[:40], item) for key, item in value.items())
    yield from ((f"[{n}]", item) for n, item in enumerate(value))


def _held_by_function(function: FunctionType) -> Iterator[tuple[str, object]]:
    if not _is_ours(function):
        return
    yield "()", [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    for cell in function.__closure__ or ():
        try:
            yield "()", cell.cell_contents
        except ValueError:  # not set yet
            continue


def _attributes(value: object) -> list[tuple[str, object]]:
    slots = getattr(type(value), "__slots__", ())
    names = (slots,) if isinstance(slots, str) else slots
    own = vars(value) if hasattr(value, "__dict__") else {}
    return [*own.items(), *((name, getattr(value, name, None)) for name in names)]


def _is_ours(value: object) -> bool:
    module = getattr(value, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in PACKAGES


def _literals(module: ModuleType, tree: ast.Module) -> Iterator[tuple[Pattern, str]]:
    """Patterns written inside a function, such as `re.split(r"\\s+", text)`."""
    functions = (function for function in ast.walk(tree) if isinstance(function, ast.FunctionDef))
    for node in (inner for function in functions for inner in ast.walk(function)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=called),
                args=[ast.Constant(value=str(written)), *_],
            ) if called in {"compile", *ANCHORED, *SEARCHING}:
                yield re.compile(written), f"{module.__name__}:{node.lineno}"


def _uses(module: ModuleType, tree: ast.Module) -> Iterator[tuple[Pattern, str]]:
    """Yield patterns with the methods called on them by name; one that is passed on counts as searched for."""
    called = {}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name) as base, attr=attribute):
                called[id(base)] = True
                method = attribute
            case ast.Name(id=name, ctx=ast.Load()) if id(node) not in called:
                method = "search"
            case _:
                continue
        pattern = vars(module).get(name)
        if isinstance(pattern, re.Pattern) and method in ANCHORED | SEARCHING:
            yield pattern, method

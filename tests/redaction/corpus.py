"""Count the planted secrets that redaction finds, and the harmless lines that it changes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from bot.redaction import redact
from tests.redaction import benign
from tests.redaction.contexts import Context
from tests.redaction.kinds import TOKENS
from tests.redaction.shapes import Kind, Planted
from tests.redaction.written_kinds import NAMED, WRITTEN

KINDS = TOKENS + NAMED + WRITTEN
VALUES = 20
WINDOW = 8  # a secret has leaked when this many of its characters are left
NEUTRAL = (
    "VALUE",
    "x_value",
    "item",
)  # meaningless names, for values that are recognized without one


@dataclass
class Counted:
    """Planted and found secrets by context and by kind, and the missed ones."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)
    missed_by_kind: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found.total() / self.planted.total()

    def recall_in(self, context: str) -> float:
        return self.found[context] / self.planted[context]


def has_leaked(planted: Planted, clean: str) -> bool:
    """Return whether the secret, or `WINDOW` characters of a long one, is still in the text."""
    for line in planted.secret.splitlines():
        if len(line) <= WINDOW:
            if line in clean and len(planted.secret) <= WINDOW:
                return True
            continue
        if any(line[at : at + WINDOW] in clean for at in range(len(line) - WINDOW + 1)):
            return True
    return False


def count(contexts: Mapping[str, Context], seed: int, values: int = VALUES) -> Counted:
    counted = Counted()
    for kind in KINDS:
        for context, put in contexts.items():
            for text in planted({context: put}, kind, seed, values):
                _count(counted, kind.name, context, text)
    return counted


def _count(counted: Counted, kind: str, context: str, text: Planted) -> None:
    counted.planted[context] += 1
    counted.by_kind[kind] += 1
    clean, _ = redact(text.text)
    if has_leaked(text, clean):
        counted.missed_by_kind[kind] += 1
        counted.missed.append((kind, context, text.text, clean))
    else:
        counted.found[context] += 1


def planted(
    contexts: Mapping[str, Context], kind: Kind, seed: int, values: int
) -> Iterator[Planted]:
    """Plant values of one kind in each context that can hold it."""
    random = Random(f"{seed} {kind.name}")
    names = kind.names or NEUTRAL
    for number in range(values):
        value = _value(kind, random)
        texts = (put(kind, names[number % len(names)], value) for put in contexts.values())
        yield from (text for text in texts if text is not None)


def _value(kind: Kind, random: Random) -> Planted:
    if kind.written is not None:
        return kind.written(random)
    assert kind.make is not None
    value = kind.make(random)
    return Planted(value, value)


def changed(seed: int) -> tuple[list[tuple[str, str]], int]:
    """Return the harmless lines that redaction changes, and the number of harmless lines."""
    lines = benign.lines(seed)
    cleaned = [(line, redact(line)[0]) for line in lines]
    return [(line, clean) for line, clean in cleaned if line != clean], len(lines)


def table(counted: Counted) -> str:
    rows = [
        f"| {name} | {counted.planted[name]:,} | {counted.recall_in(name):.4f} |"
        for name in counted.planted
    ]
    total = f"| all | {counted.planted.total():,} | {counted.recall:.4f} |"
    return "\n".join(["| context | planted | recall |", "|---|---|---|", *rows, total])

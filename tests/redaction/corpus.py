"""Count how many planted secrets redaction finds, and how many harmless lines it changes."""

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
WINDOW = 8  # characters of a secret; when so many of them are left, it has leaked
NEUTRAL = ("VALUE", "x_value", "item")  # names that say nothing, for values that need none


@dataclass
class Counted:
    """What was planted and found, by context and by kind, and what was changed without need."""

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
    """Whether the secret, or a good part of a long one, is still there."""
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
    for context, kind, planted in _planted(contexts, seed, values):
        counted.planted[context] += 1
        counted.by_kind[kind] += 1
        clean, _ = redact(planted.text)
        if has_leaked(planted, clean):
            counted.missed_by_kind[kind] += 1
            counted.missed.append((kind, context, planted.text, clean))
        else:
            counted.found[context] += 1
    return counted


def _planted(
    contexts: Mapping[str, Context], seed: int, values: int
) -> Iterator[tuple[str, str, Planted]]:
    for kind in KINDS:
        random = Random(f"{seed} {kind.name}")
        for number in range(values):
            planted = _value(kind, random)
            names = kind.names or NEUTRAL
            for context, put in contexts.items():
                text = put(kind, names[number % len(names)], planted)
                if text is not None:
                    yield context, kind.name, text


def _value(kind: Kind, random: Random) -> Planted:
    if kind.written is not None:
        return kind.written(random)
    assert kind.make is not None
    value = kind.make(random)
    return Planted(value, value)


def changed(seed: int) -> tuple[list[tuple[str, str]], int]:
    """Harmless lines that redaction changes, and how many lines there are."""
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

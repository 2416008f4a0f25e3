"""The built-in reader: a linear model that scores each sentence for each role.

Its weights are whole numbers, hundredths of a log-odds, and sums of whole numbers are the same on
every machine. `make train` writes them; see `training/README.md`.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Protocol

from bot.drafting.reading.lines import Line
from bot.drafting.roles import features
from bot.drafting.roles.role import Role

UNIT = 100  # a weight of 100 multiplies the odds by e
Scores = Mapping[Role, int]


class Reader(Protocol):
    """Reads a record's lines: for each clause of each line, its score for every role."""

    def read(self, lines: Sequence[Line]) -> list[list[Scores]]: ...


class LinearReader:
    """The built-in reader: for each role a bias, for each feature pairs of a role and a weight."""

    def __init__(self, bias: Sequence[int], weights: Mapping[str, Sequence[int]]) -> None:
        """Take the content of `weights.json`. There, a pair is two numbers in a row."""
        self._bias = tuple(bias)
        self._weights = {feature: _make_row(pairs) for feature, pairs in weights.items()}

    def read(self, lines: Sequence[Line]) -> list[list[Scores]]:
        return [[self._score(clause) for clause in features.extract(line)] for line in lines]

    def _score(self, clause: Sequence[str]) -> Scores:
        rows = (row for feature in clause if (row := self._weights.get(feature)))
        return dict(zip(Role, map(sum, zip(self._bias, *rows, strict=True)), strict=True))


def _make_row(pairs: Sequence[int]) -> tuple[int, ...]:
    """Return a feature's weight for each role, because adding whole rows is fastest."""
    weights = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return tuple(weights.get(number, 0) for number in range(len(Role)))


@cache
def load_reader() -> LinearReader:
    """Return the built-in reader with the weights that come with Debrief."""
    content = json.loads(files(__package__).joinpath("weights.json").read_text("utf-8"))
    return LinearReader(content["bias"], content["weights"])


def to_probability(score: int) -> float:
    """Return the probability that a score means, rounded, since `exp` differs between machines."""
    return round(1 / (1 + exp(-score / UNIT)), 4)

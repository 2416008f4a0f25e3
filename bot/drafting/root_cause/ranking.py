"""Rank the sentences that may state the cause by the chance that they state the true one.

All candidates of an incident and "nobody said it" share a chance of 1, so a close second lowers the
first. The weights come from `make train`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import CachedLines, compute_once
from bot.drafting.roles.role import Role
from bot.drafting.root_cause.candidates import Candidate, find_candidates


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A sentence that may state the cause, with the chance from 0 to 1 that it does.

    `role` is what the sentence does most likely.
    """

    line: Line
    clause: str
    chance: float
    role: Role


def rank_causes(lines: Sequence[Line]) -> list[RankedCause]:
    """Return the sentences that may state the cause, the likeliest first."""
    return compute_once(_rank, lines)


def _rank(lines: Sequence[Line]) -> list[RankedCause]:
    return rank_candidates(find_candidates(lines), _load_weights())


def set_ranking(lines: CachedLines, ranked: list[RankedCause]) -> None:
    """Use this ranking for a record's lines, made with other weights than the built-in ones."""
    lines.memory[_rank] = ranked


def rank_candidates(
    candidates: Sequence[Candidate], weights: Mapping[str, Any]
) -> list[RankedCause]:
    """Return the candidates with their chances, the likeliest first; the earlier one of equals."""
    odds = [_odds(candidate.facts, weights) for candidate in candidates]
    total = sum(odds) + exp(weights["nobody"])
    # Rounded, since `exp` differs between machines in its last digit.
    ranked = [
        RankedCause(candidate.line, candidate.clause, round(share / total, 4), candidate.role)
        for candidate, share in zip(candidates, odds, strict=True)
    ]
    return sorted(ranked, key=lambda cause: -cause.chance)


def _odds(facts: Sequence[float], weights: Mapping[str, Any]) -> float:
    total = 0.0
    for fact, weight in zip(facts, weights["facts"], strict=True):
        total += fact * weight
    return exp(total)


@cache
def _load_weights() -> dict[str, Any]:
    content = json.loads(files(__package__).joinpath("weights.json").read_text("utf-8"))
    return dict(content)

"""Fit the weights that rank sentences by the chance that they state the true cause.

A conditional logistic regression: within each incident, the true sentences and "nobody said it"
share a probability of 1 with all other candidates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bot.drafting.root_cause.candidates import Candidate
from training.incidents import Incident

_PENALTY = 15.0  # on squared weights; a larger number prefers smaller weights
Judged = tuple[Candidate, bool]
Numbers = Any  # an array of floats; NumPy's types aren't installed where the code is checked


def judge(incident: Incident, candidates: Sequence[Candidate]) -> list[Judged]:
    """Return each candidate, and whether its message states the true cause."""
    stating = {f"m{number:04d}" for number in incident.expected["root_cause_lines"]}
    return [(candidate, candidate.line.id in stating) for candidate in candidates]


def fit(incidents: Sequence[Sequence[Judged]]) -> dict[str, Any]:
    """Return the content of the ranking's `weights.json`."""
    facts = [np.array([each.facts for each, _ in judged]) for judged in incidents if judged]
    true = [np.array([is_true for _, is_true in judged], float) for judged in incidents if judged]
    mean, spread = np.concatenate(facts).mean(axis=0), np.concatenate(facts).std(axis=0) + 1e-6
    samples = [((own - mean) / spread, own_true) for own, own_true in zip(facts, true, strict=True)]
    start = np.zeros(len(mean) + 1)
    fitted: Numbers = minimize(_loss, start, tuple(samples), jac=True, method="L-BFGS-B").x
    weights = fitted[:-1] / spread
    return {
        "nobody": round(float(fitted[-1] + weights @ mean), 4),
        "facts": [round(float(weight), 4) for weight in weights],
    }


def _loss(weights: Numbers, *samples: tuple[Numbers, Numbers]) -> tuple[float, Numbers]:
    """Return the penalized log-loss over all incidents, and its gradient."""
    loss, gradient = _PENALTY * float(weights[:-1] @ weights[:-1]), 2 * _PENALTY * weights
    gradient[-1] = 0.0
    for facts, true in samples:
        scores: Numbers = np.append(facts @ weights[:-1], weights[-1])
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        wanted = np.append(true, 0.0 if true.any() else 1.0) * chances
        loss -= float(np.log(wanted.sum() + 1e-12))
        rest = chances - wanted / (wanted.sum() + 1e-12)
        gradient[:-1] += facts.T @ rest[:-1]
        gradient[-1] += rest[-1]
    return loss, gradient

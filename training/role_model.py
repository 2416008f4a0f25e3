"""Fit the weights of the built-in reader: one logistic regression for each role."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.drafting.roles.features import extract
from bot.drafting.roles.model import UNIT
from bot.drafting.roles.role import Role
from training.incidents import Incident, Labels, read_sentences

# Weight of a sentence of the banks: there, rare roles are as frequent as common ones.
_TRUST_IN_BANK = 0.5
_MIN_SENTENCES = 3  # sentences with a feature; rarer ones tell nothing
_STRENGTH = 0.1  # of the fit; smaller numbers prefer smaller weights
# In hundredths. A feature needs one telling weight, and weights near zero are left out: else the
# file would be twice as large for the same decisions.
_TELLING, _SMALLEST = 10, 3
Sample = tuple[set[str], Labels]


def list_samples(incidents: Sequence[Incident]) -> list[Sample]:
    """Return the features and labels of each labelled clause."""
    return [sample for incident in incidents for sample in _samples_of(incident)]


def list_bank() -> list[Sample]:
    """Return the features and labels of the single sentences."""
    return [
        (set().union(*extract(line)), labels) for line, labels in read_sentences() if line.clauses
    ]


def _samples_of(incident: Incident) -> Iterator[Sample]:
    for line, labels in zip(incident.lines, incident.labels, strict=True):
        for features, names in zip(extract(line), labels, strict=True):
            if names is not None:
                yield set(features), names


def fit(spoken: Sequence[Sample], bank: Sequence[Sample]) -> dict[str, Any]:
    """Return the content of `weights.json`: whole numbers, so that sums are exact."""
    samples = [*spoken, *bank]
    trust = [1.0] * len(spoken) + [_TRUST_IN_BANK] * len(bank)
    counts = Counter(feature for features, _ in samples for feature in features)
    names = sorted(name for name, count in counts.items() if count >= _MIN_SENTENCES)
    matrix = _matrix(samples, {name: column for column, name in enumerate(names)})
    fitted = [
        LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0).fit(
            matrix, [role in labels for _, labels in samples], sample_weight=trust
        )
        for role in Role
    ]
    weights = np.rint(np.stack([model.coef_[0] for model in fitted]) * UNIT).astype(int)
    return {
        "bias": [round(float(model.intercept_[0]) * UNIT) for model in fitted],
        "weights": {
            name: pairs
            for column, name in enumerate(names)
            if (pairs := _pairs(weights[:, column]))
        },
    }


def _pairs(column: Any) -> list[int]:
    """Return the numbers of roles, each followed by its weight; empty if none of them is telling."""
    if max(abs(column)) < _TELLING:
        return []
    pairs = [(role, int(weight)) for role, weight in enumerate(column) if abs(weight) >= _SMALLEST]
    return [number for pair in pairs for number in pair]


def _matrix(samples: Sequence[Sample], columns: Mapping[str, int]) -> csr_matrix:
    places = [
        (row, columns[feature])
        for row, (features, _) in enumerate(samples)
        for feature in features
        if feature in columns
    ]
    rows, used = zip(*places, strict=True)
    return csr_matrix((np.ones(len(places)), (rows, used)), shape=(len(samples), len(columns)))

"""Sentences that mean nothing without the one before them: "nobody could see that in the diff"."""

import re
from collections.abc import Sequence

_REFERENCE = re.compile(r"\b(?:it|that|this|them|those|one)\b", re.IGNORECASE)


def with_antecedent(clauses: Sequence[str], place: int, most_words: int) -> list[str]:
    """Return a clause, after the one before it if it's short and points back."""
    clause = clauses[place]
    is_short = len(clause.split()) <= most_words
    needed = place and is_short and _REFERENCE.search(clause)
    return [clauses[place - 1], clause] if needed else [clause]

"""Recall of at least 0.97 in every context, and at most 0.02 of harmless lines changed."""

import pytest

from bot.redaction import redact
from tests.redaction import corpus, held_out
from tests.redaction.contexts import CONTEXTS, Context

LEAST_RECALL, MOST_CHANGED = 0.97, 0.02
FEW = 2  # values of each kind; `python -m tests.redaction.report` plants 20


def test_the_corpus_has_enough_kinds_and_harmless_lines() -> None:
    assert len({kind.name for kind in corpus.KINDS}) == len(corpus.KINDS) >= 120
    assert corpus.changed(1)[1] >= 200


@pytest.mark.parametrize("contexts", [CONTEXTS, held_out.CONTEXTS], ids=["known", "held out"])
def test_secrets_are_found_in_every_context(contexts: dict[str, Context]) -> None:
    counted = corpus.count(contexts, seed=5, values=FEW)
    low = {name: counted.recall_in(name) for name in contexts}
    assert {name: rate for name, rate in low.items() if rate < LEAST_RECALL} == {}
    by_kind = {
        kind: counted.missed_by_kind[kind] / planted for kind, planted in counted.by_kind.items()
    }
    assert {kind: rate for kind, rate in by_kind.items() if rate > 0.2} == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_few_harmless_lines_are_changed(seed: int) -> None:
    changed, lines = corpus.changed(seed)
    assert len(changed) / lines <= MOST_CHANGED, changed


def test_redacting_the_corpus_twice_changes_nothing_more() -> None:
    for context in ("alone", "JSON in JSON", "Slack link"):
        for kind in corpus.KINDS:
            for planted in corpus.planted({context: CONTEXTS[context]}, kind, seed=9, values=1):
                clean, _ = redact(planted.text)
                assert redact(clean) == (clean, [])

"""The data that the reader is trained on. Only `make train` needs scikit-learn; this doesn't."""

import json
from collections import Counter

import pytest

from bot.drafting.roles.role import Role
from training.agreement import SECOND, kappa, pair_labels
from training.incidents import FAMILIES, Incident, read_incidents, read_sentences


@pytest.fixture(scope="module")
def incidents() -> list[Incident]:
    return read_incidents()


def test_there_are_enough_labelled_sentences_of_each_role(incidents: list[Incident]) -> None:
    counts = Counter(
        role
        for incident in incidents
        for labels in incident.labels
        for names in labels
        for role in names or ()
    )
    assert sum(counts.values()) >= 2_500
    assert min(counts[role] for role in Role) >= 25


def test_nearly_every_clause_of_a_message_has_a_label(incidents: list[Incident]) -> None:
    labels = [names for incident in incidents for clauses in incident.labels for names in clauses]
    assert (
        sum(names is None for names in labels) <= len(labels) // 20
    )  # the rest is pasted or an emoji


def test_the_banks_have_rare_roles() -> None:
    counts = Counter(role for _, labels in read_sentences() for role in labels)
    assert min(counts[role] for role in (Role.CAUSE, Role.RELAPSE, Role.LUCK)) >= 80


def test_the_causes_and_moments_of_an_incident_are_about_its_messages() -> None:
    for file in FAMILIES.glob("*/*/expected.json"):
        expected = json.loads(file.read_text("utf-8"))
        messages = (file.parent / "messages.jsonl").read_text("utf-8").splitlines()
        assert all(1 <= line <= len(messages) for line in expected["root_cause_lines"]), file
        assert bool(expected["root_cause"]) == bool(expected["root_cause_lines"]), file


def test_two_labellers_agree() -> None:
    pairs = [pair for file in FAMILIES.glob(f"*/{SECOND}") for pair in pair_labels(file)]
    assert len(pairs) >= 2_500
    assert kappa(pairs) > 0.8


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 0.0),
        ([("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")], 0.5),
    ],
)
def test_kappa_is_the_agreement_beyond_chance(
    pairs: list[tuple[str, str]], expected: float
) -> None:
    assert kappa([([one], [other]) for one, other in pairs]) == expected

"""Measure impact figures on the made-up incidents: `make validate`.

Each incident is read by weights that its family had no part in. `recall` is the share of expected
figures among the first ten of a draft. `impact` is the share of figures that are expected, or whose
sentence is labelled as impact; `harm` also counts sentences labelled as symptoms, reports or alerts.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.draft import ImpactFigure
from bot.drafting.impact.figures import find_figures
from bot.drafting.roles.role import Role
from training.cross_validation import read_left_out
from training.incidents import Incident, Labels, read_incidents

_ROWS = 10
_HARM = frozenset({Role.SYMPTOM, Role.REPORT, Role.ALERT, Role.RELAPSE, Role.UPDATE})
_NUMBER = re.compile(r"-?(\d+(?:\.\d+)?) ?%?")
Counts = tuple[int, int, int, int, int]


def main() -> None:
    """Print a row for each family, and one for all."""
    counts = [(incident.family, _count(incident)) for incident in read_left_out(read_incidents())]
    sys.stdout.write("family             expected   recall   figures   impact   harm\n")
    for family in sorted({name for name, _ in counts}):
        _print(family, [each for name, each in counts if name == family])
    _print("all", [each for _, each in counts])


def _count(incident: Incident) -> Counts:
    figures = find_figures(incident.lines)
    wanted = list(_expected(incident.expected.get("impact", [])))
    shown = {figure.value for figure in figures[:_ROWS]}
    times = {value * factor for value in wanted for factor in (1, 60, 1 / 60)}
    found = sum(not shown.isdisjoint({value, value * 60, value / 60}) for value in wanted)
    labels = [_labels(incident, figure) for figure in figures]
    right = [
        figure.value in times or Role.IMPACT in roles
        for figure, roles in zip(figures, labels, strict=True)
    ]
    harm = [is_right or bool(roles & _HARM) for is_right, roles in zip(right, labels, strict=True)]
    return len(wanted), found, len(figures), sum(right), sum(harm)


def _expected(impact: Sequence[dict[str, Any]]) -> Iterator[float]:
    """Yield the expected values that are numbers, but no zeros: nothing lost is no figure."""
    for entry in impact:
        match = _NUMBER.fullmatch(str(entry["value"]))
        if match and float(match[1]):
            yield float(match[1])


def _labels(incident: Incident, figure: ImpactFigure) -> Labels:
    """Return the labels of the clauses that a figure quotes, or is part of."""
    return frozenset().union(
        *(
            labels or ()
            for line, by_clause in zip(incident.lines, incident.labels, strict=True)
            if line.id in figure.evidence
            for clause, labels in zip(line.clauses, by_clause, strict=True)
            if clause[:200] in figure.text or figure.text[:200] in clause
        )
    )


def _print(name: str, counts: Sequence[Counts]) -> None:
    wanted, found, figures, right, harm = (sum(column) for column in zip(*counts, strict=True))
    row = f"{name:18} {wanted:8}   {found / max(1, wanted):6.2f}   {figures:7}"
    rates = f"   {right / max(1, figures):6.2f}   {harm / max(1, figures):4.2f}\n"
    sys.stdout.write(row + rates)


if __name__ == "__main__":
    main()

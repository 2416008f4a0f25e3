"""Measure the reader on families that it never saw: `make validate`.

Each family is scored by weights that were fitted to all others. `first` is the share of incidents with a
known cause whose draft states the right one, `wrong` the share of stated causes that are wrong, and
`mentioned` the share of incidents whose cause is stated or among the possible ones.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.drafting.root_cause.candidates import find_candidates
from bot.drafting.root_cause.decision import find_clear_cause, find_possible_causes
from bot.drafting.root_cause.ranking import rank_candidates, set_ranking
from training import cause_model
from training.cross_validation import read_left_out
from training.incidents import Incident, read_incidents


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draft says about the cause of one incident."""

    family: str
    is_known: bool
    is_stated: bool
    is_right: bool
    is_mentioned: bool


def main() -> None:
    """Print a row for each family, and one for all."""
    outcomes = list(judge_causes())
    sys.stdout.write("family             incidents   first   wrong   mentioned\n")
    for family in sorted({outcome.family for outcome in outcomes}):
        _print(family, [outcome for outcome in outcomes if outcome.family == family])
    _print("all", outcomes)


def judge_causes() -> Iterable[Outcome]:
    """Yield the outcome of each incident, with weights that its family had no part in."""
    incidents = list(read_left_out(read_incidents()))
    candidates = {incident.name: find_candidates(incident.lines) for incident in incidents}
    for family in sorted({incident.family for incident in incidents}):
        weights = cause_model.fit(
            [
                cause_model.judge(incident, candidates[incident.name])
                for incident in incidents
                if incident.family != family
            ]
        )
        for incident in incidents:
            if incident.family == family:
                set_ranking(incident.lines, rank_candidates(candidates[incident.name], weights))
                yield _judge(incident)


def _judge(incident: Incident) -> Outcome:
    true = {f"m{number:04d}" for number in incident.expected["root_cause_lines"]}
    clear = find_clear_cause(incident.lines)
    mentioned = {
        message for each in find_possible_causes(incident.lines) for message in each.evidence
    }
    return Outcome(
        family=incident.family,
        is_known=bool(true),
        is_stated=clear is not None,
        is_right=clear is not None and clear.line.id in true,
        is_mentioned=not true.isdisjoint(mentioned | ({clear.line.id} if clear else set())),
    )


def _print(name: str, outcomes: Sequence[Outcome]) -> None:
    known = [outcome for outcome in outcomes if outcome.is_known]
    stated = [outcome for outcome in outcomes if outcome.is_stated]
    first = sum(outcome.is_right for outcome in known) / len(known)
    wrong = sum(not outcome.is_right for outcome in stated) / max(1, len(stated))
    mentioned = sum(outcome.is_mentioned for outcome in known) / len(known)
    row = f"{name:18} {len(outcomes):9}   {first:5.2f}   {wrong:5.2f}   {mentioned:9.2f}\n"
    sys.stdout.write(row)


if __name__ == "__main__":
    main()

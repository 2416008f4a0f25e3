"""Measure the key times on the made-up incidents: `make validate`.

Each incident is read by weights that its family had no part in. `right` is the share of found times
that are right, `found` the share of expected ones that were found right, and `guesses` the number of
found times per incident that nobody told. A time is right within two minutes of one that was stated,
and within ten of one that an author had to infer.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.key_times import Moments
from bot.drafting.key_times.finding import find_moments
from training.cross_validation import read_left_out
from training.incidents import Incident, read_incidents

NAMES = {
    "started": "impact_start",
    "detected": "first_sign",
    "acknowledged": "acknowledged",
    "investigating": "investigation_began",
    "identified": "root_cause_identified",
    "mitigating": "mitigation_started",
    "restored": "service_restored",
    "resolved": "resolved",
}
_WITHIN = {"stated": timedelta(minutes=2), "read": timedelta(minutes=10)}


def main() -> None:
    """Print a row for each key time, and one for all."""
    counts: Counter[tuple[str, str]] = Counter()
    incidents = list(read_left_out(read_incidents()))
    for incident in incidents:
        counts.update(judge(incident, find_moments(incident.lines, {})))
    sys.stdout.write("key time        right   found   guesses\n")
    for name in (*NAMES, "all"):
        right, wrong, missed, guessed = (
            sum(counts[each, what] for each in NAMES if name in {each, "all"})
            for what in ("right", "wrong", "missed", "guessed")
        )
        shares = (
            f"{right / ((right + wrong) or 1):7.2f} {right / ((right + wrong + missed) or 1):7.2f}"
        )
        sys.stdout.write(f"{name:13} {shares} {guessed / len(incidents):9.2f}\n")


def judge(incident: Incident, found: Moments) -> Iterable[tuple[str, str]]:
    """Yield what became of each key time: right, wrong, missed, or guessed where there is none."""
    for name, moment in found.named():
        wanted = incident.expected["key_moments"].get(NAMES[name])
        if wanted is None:
            yield from [(name, "guessed")] if moment else []
        elif moment is None:
            yield name, "missed"
        else:
            off = abs(moment.at - datetime.fromisoformat(wanted["ts"]))
            yield name, "right" if off <= _WITHIN[wanted["basis"]] else "wrong"


if __name__ == "__main__":
    main()

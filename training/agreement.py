"""How often two labellers agree, family by family: `python -m training.agreement`.

The second labeller saw the sentences and `labelling.md`, not the first labels. Kappa is Cohen's: the
agreement beyond what chance would give (J. Cohen, "A Coefficient of Agreement for Nominal Scales",
1960). It compares first labels; the share also counts sentences that have one of two labels in common.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.incidents import FAMILIES, PASTED

SECOND = "second_labels.txt"
_UNLABELLED = "-"  # a sentence that changed after the second labeller saw it
Pair = tuple[list[str], list[str]]


def main() -> None:
    """Print a row for each family that two people labelled."""
    pairs = {file.parent.name: list(pair_labels(file)) for file in FAMILIES.glob(f"*/{SECOND}")}
    pairs["all"] = [pair for family in pairs.values() for pair in family]
    sys.stdout.write("family             sentences   agree   kappa\n")
    for family, own in sorted(pairs.items(), key=lambda entry: (entry[0] == "all", entry[0])):
        agree = sum(not set(one).isdisjoint(other) for one, other in own) / len(own)
        sys.stdout.write(f"{family:18} {len(own):9}   {agree:5.2f}   {kappa(own):5.2f}\n")


def pair_labels(second: Path) -> Iterator[Pair]:
    """Yield both labellers' labels of each sentence of a family, without pasted text."""
    first = (
        names.split()
        for file in sorted(second.parent.glob("*/messages.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        for _, names in json.loads(line)["said"]
        if PASTED not in names.split()
    )
    lines = second.read_text("utf-8").splitlines()
    for one, line in zip(first, lines, strict=True):
        other = line.split()[1:]
        if other != [_UNLABELLED]:
            yield one, other


def kappa(pairs: Sequence[Pair]) -> float:
    """Return Cohen's kappa of the first labels, 1 for full agreement and 0 for chance."""
    ones, others = Counter(one[0] for one, _ in pairs), Counter(other[0] for _, other in pairs)
    agree = sum(one[0] == other[0] for one, other in pairs) / len(pairs)
    by_chance = sum(count * others[name] for name, count in ones.items()) / len(pairs) ** 2
    return (agree - by_chance) / (1 - by_chance)


if __name__ == "__main__":
    main()

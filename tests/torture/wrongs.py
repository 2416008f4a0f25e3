"""One way in which the record differs from what happened, in a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """How the record differs from what happened."""

    LOST = "lost"
    DOUBLED = "doubled"
    EXTRA = "extra"
    DISORDERLY = "disorderly"  # said in another order, or faster than may be


@dataclass(frozen=True)
class Discrepancy:
    wrong: Wrong
    told: str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.told}"


def lost(told: str) -> Discrepancy:
    return Discrepancy(Wrong.LOST, told)


def doubled(told: str) -> Discrepancy:
    return Discrepancy(Wrong.DOUBLED, told)


def extra(told: str) -> Discrepancy:
    return Discrepancy(Wrong.EXTRA, told)


def disorderly(told: str) -> Discrepancy:
    return Discrepancy(Wrong.DISORDERLY, told)

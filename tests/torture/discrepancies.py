"""Discrepancies between the record and what happened, each in a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class DiscrepancyKind(StrEnum):
    """A kind of discrepancy."""

    LOST = "lost"
    DOUBLED = "doubled"
    EXTRA = "extra"
    DISORDERLY = "disorderly"  # posted in another order, or faster than allowed


@dataclass(frozen=True)
class Discrepancy:
    wrong: DiscrepancyKind
    told: str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.told}"


def lost(told: str) -> Discrepancy:
    return Discrepancy(DiscrepancyKind.LOST, told)


def doubled(told: str) -> Discrepancy:
    return Discrepancy(DiscrepancyKind.DOUBLED, told)


def extra(told: str) -> Discrepancy:
    return Discrepancy(DiscrepancyKind.EXTRA, told)


def disorderly(told: str) -> Discrepancy:
    return Discrepancy(DiscrepancyKind.DISORDERLY, told)

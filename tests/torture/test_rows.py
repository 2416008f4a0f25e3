"""Every row of `make torture` in its short form: few faults, a small load, the same count at the end."""

from dataclasses import replace

import pytest

from tests.torture.plans import Plan
from tests.torture.rows import ON_POSTGRES, ROWS

SOON = (0.0, 0.7, 2.0)
SHORT: dict[str, Plan] = {
    "kill": Plan(7, messages=60, seconds=2, strikes=1, hurried=True, retries=SOON),
    "repeats": Plan(1, messages=80, seconds=1, strikes=1, retries=SOON),
    "slack": Plan(7, messages=12, seconds=1, strikes=1, outage=90, jobs=15, retries=SOON),
    "sockets": Plan(7, messages=80, seconds=1, strikes=1),
    "database": Plan(7, messages=60, seconds=2, strikes=2, outage=1, retries=SOON),
    "postgres": Plan(7, messages=60, seconds=2, strikes=1, outage=1, retries=SOON),
    "clock": Plan(7, messages=160, seconds=3, strikes=2, retries=SOON),
    "refusals": Plan(7, messages=120, seconds=2, strikes=1, retries=SOON),
    "year": Plan(3, messages=30, seconds=0, strikes=13),
    "replicas": Plan(7, messages=40, seconds=2, strikes=1, hurried=True, retries=SOON),
}


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_lost_or_duplicated(name: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue("postgres") if name in ON_POSTGRES else ""
    played = ROWS[name].play(replace(SHORT[name], postgres=address))
    wrong = [str(discrepancy) for discrepancy in played.count.wrong]
    assert [*wrong[:10], *played.broken] == []
    assert played.holds, played

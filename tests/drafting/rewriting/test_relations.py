"""A sentence says who does what to what as the cited messages do."""

import pytest

from bot.drafting.rewriting.answer import Proposal
from bot.drafting.rewriting.check import Problem, find_problem
from tests.drafting.records import talk
from tests.drafting.rewriting.incidents import sources_of

RIGHT_AND_SWAPPED = [
    ("the full disk caused the slow queries", "The full disk caused the slow queries.", "The slow queries caused the full disk."),
    ("logins failed because the cert expired", "Logins failed because the cert expired.", "The cert expired because logins failed."),
    ("the retries led to the queue overflow", "The retries led to the queue overflow.", "The queue overflow led to the retries."),
    ("timeouts due to packet loss", "There were timeouts due to packet loss.", "There was packet loss due to timeouts."),
    ("the cache flush triggered high load", "High load was triggered by the cache flush.", "The cache flush was triggered by high load."),
    ("redis is unreachable from checkout", "Redis was unreachable from checkout.", "Checkout was unreachable from redis."),
    ("the backlog grew before the restart", "The backlog grew before the restart.", "The backlog grew after the restart."),
    ("errors rose after the migration", "Errors rose after the migration.", "Errors rose before the migration."),
    ("we see more errors on search", "There were more errors on search.", "There were less errors on search."),
    ("the proxy crashed at startup", "The proxy crashed at startup.", "The proxy crashed again at startup."),
    ("api is back to normal", "The API was healthy again.", "The API was healthy, and."),
    ("rolled back build 12 on edge", "Build 12 on edge was rolled back.", "12 was rolled back on edge."),
    ("the cron was not paused, and the queue was paused", "The cron was not paused.", "The cron was paused, and the queue was not paused."),
]  # fmt: skip


@pytest.mark.parametrize(("told", "right", "swapped"), RIGHT_AND_SWAPPED)
def test_swapped_roles_are_rejected(told: str, right: str, swapped: str) -> None:
    sources = sources_of(talk(f"12:00 ana: {told}", "12:09 ben: ok"))
    assert find_problem(Proposal(right, (1,)), sources) is None
    assert find_problem(Proposal(swapped, (1,)), sources) in {Problem.CERTAINTY, Problem.WORDS}

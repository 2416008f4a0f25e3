"""Compare what really happened with the database: lost, duplicated and made-up records, each in a sentence.

The sandbox knows the truth: the messages in its channels, and everything it recorded on the wire.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sandbox.server import Sandbox
from storage.engine.store import Session, Store
from tests.torture import compare_posts, compare_timeline, database_rows, truth
from tests.torture.discrepancies import Discrepancy, DiscrepancyKind
from tests.torture.truth import Truth

COMPARED = (
    compare_timeline.compare_messages, compare_timeline.find_made_up, compare_timeline.find_repeated, compare_timeline.compare_deletions, compare_timeline.compare_marks,
    compare_timeline.compare_commands, compare_timeline.compare_incidents, compare_timeline.compare_items,
    compare_posts.compare_messages, compare_posts.compare_files, compare_posts.compare_jobs, compare_posts.compare_occasions, compare_posts.compare_order,
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """The number of things compared, and the discrepancies."""

    messages: int
    deleted: int
    marks: int
    commands: int
    jobs: int
    wrong: tuple[Discrepancy, ...]

    def of(self, *kinds: DiscrepancyKind) -> int:
        return sum(discrepancy.wrong in kinds for discrepancy in self.wrong)


def count(sandbox: Sandbox, store: Store, at: datetime) -> Count:
    """Compare everything. Stop the bot first or wait until it is quiet; `at` is its time then."""
    happened = truth.read(sandbox)
    with store.begin() as session:
        wrong = differences(happened, session, at)
    return Count(
        messages=len(happened.standing),
        deleted=len(happened.unsaid),
        marks=len(happened.marks),
        commands=sum(command.done for command in happened.commands),
        jobs=len(happened.spoken),
        wrong=wrong,
    )


def differences(happened: Truth, session: Session, at: datetime) -> tuple[Discrepancy, ...]:
    """Return what differs in the database that the session sees."""
    return tuple(_differences(happened, session, at))


def _differences(happened: Truth, session: Session, at: datetime) -> Iterator[Discrepancy]:
    rows = database_rows.read(session)
    for compare in COMPARED:
        yield from compare(happened, rows)
    yield from compare_posts.compare_reminders(happened, rows, at)

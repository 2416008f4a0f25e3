"""Let time pass for some rows only, so that no test has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from sandbox.clock import real_now
from storage.engine.store import DatabaseError, Session, Store
from storage.tables import OutboxRow, ReminderRow

TRIES = 10


def make_due(url: str) -> None:
    """Make every pending reminder due, while the bot runs on the same database.

    Updating all rows at once may deadlock with the bot's own changes, in which case one of the
    two is rolled back.
    """
    for left in reversed(range(TRIES)):
        try:
            with _session(url) as session:
                waiting = update(ReminderRow).where(col(ReminderRow.state) == "waiting")
                session.execute(waiting.values(due_at=real_now() - timedelta(seconds=1)))
        except DatabaseError as error:
            if not (error.passes and left):
                raise
        else:
            return


def expire_claims(url: str) -> None:
    """Expire claims on jobs whose workers are dead. The bot must not be running."""
    with _session(url) as session:
        claimed = update(OutboxRow).where(col(OutboxRow.state) == "claimed")
        session.execute(claimed.values(claimed_until=real_now() - timedelta(seconds=1)))


def count_overdue(url: str) -> int:
    """Count the reminders that are due and unsent, which the next scheduler run will send."""
    with _session(url) as session:
        due = select(ReminderRow).where(
            ReminderRow.state == "waiting", ReminderRow.due_at <= real_now()
        )
        return len(session.exec(due).all())


@contextmanager
def _session(url: str) -> Iterator[Session]:
    store = Store(url)
    try:
        with store.begin() as session:
            yield session
    finally:
        store.close()

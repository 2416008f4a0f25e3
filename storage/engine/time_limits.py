"""The time limit of a transaction: Slack waits three seconds for a response."""

import time
from dataclasses import dataclass, field

from sqlalchemy import Connection

# Seconds from the start of a transaction, including waiting in the queue and for locks. The rest of
# Slack's three seconds is for rendering the response and sending it.
TRANSACTION_SECONDS = 2.0
CONTEXT_OPTION = "debrief_turn"


@dataclass
class TransactionContext:
    """One transaction: its deadline, and the identity of the file it's in, if any."""

    until: float = field(default_factory=lambda: time.monotonic() + TRANSACTION_SECONDS)
    file: object = None

    @property
    def left(self) -> float:
        """Return the remaining seconds."""
        return self.until - time.monotonic()


def get_context(connection: Connection) -> TransactionContext | None:
    """Return a connection's transaction; None outside of the store, as in migrations."""
    context = connection.get_execution_options().get(CONTEXT_OPTION)
    return context if isinstance(context, TransactionContext) else None

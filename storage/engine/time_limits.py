"""How long a transaction may take: Slack waits three seconds for an answer."""

import time
from dataclasses import dataclass, field

from sqlalchemy import Connection

# Seconds from the beginning of a transaction, waiting for a turn and for locks included; what is
# left of Slack's three is for rendering the answer and for the way back.
PATIENCE = 2.0
TURN = "debrief_turn"


@dataclass
class Turn:
    """One transaction: when it must have ended, and in which file it was, where there is one."""

    until: float = field(default_factory=lambda: time.monotonic() + PATIENCE)
    file: object = None

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - time.monotonic()


def turn_of(connection: Connection) -> Turn | None:
    """The turn that a connection serves; None outside of the store, as migrations are."""
    found = connection.get_execution_options().get(TURN)
    return found if isinstance(found, Turn) else None

"""PostgreSQL: connections checked before use, and time limits."""

import select
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.engine.error_messages import hide_values
from storage.engine.time_limits import TRANSACTION_SECONDS, get_context

_PING_SECONDS = 0.5  # seconds in which a live server responds
_MIN_TIMEOUT_MS = 100  # milliseconds; even a late transaction can do quick work
_GOOD = 0  # libpq's CONNECTION_OK
_USED = "used"
_LIMITS = text(
    "SELECT set_config('lock_timeout', :lock, true),"
    " set_config('statement_timeout', :statement, true)"
)
_CONNECT = {
    "connect_timeout": 2,  # seconds; the driver takes no fewer
    # For a server that vanished silently: two seconds after a send, or ten seconds of silence and
    # two probes.
    "tcp_user_timeout": 2000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def build_engine(url: URL) -> Engine:
    """Create the engine. Connection settings in the address take precedence over ours."""
    engine = create_engine(
        url,
        pool_timeout=TRANSACTION_SECONDS,
        hide_parameters=True,
        connect_args={name: value for name, value in _CONNECT.items() if name not in url.query},
    )
    event.listen(engine, "checkout", partial(_check_connection, engine.dialect.loaded_dbapi.Error))
    event.listen(engine, "begin", _set_time_limits)
    hide_values(engine)
    return engine


def _check_connection(
    broken: type[Exception], connection: Any, entry: ConnectionPoolEntry, _proxy: object
) -> None:
    """Check a connection before each transaction; reopen it if its server doesn't respond.

    SQLAlchemy's own ping would wait for a hanging server as long as it hangs.
    """
    if _USED in entry.info and not _is_responsive(connection.pgconn, broken):
        raise InvalidatePoolError
    entry.info[_USED] = True


def _is_responsive(server: Any, broken: type[Exception]) -> bool:
    try:
        server.send_query(b"")
        server.flush()
        if not select.select([server.socket], [], [], _PING_SECONDS)[0]:
            return False
        while server.get_result() is not None:
            pass
    except (broken, OSError):
        return False
    return bool(server.status == _GOOD)


def _set_time_limits(connection: Connection) -> None:
    """Let the server end statements that exceed the remaining time; migrations have no limit."""
    transaction = get_context(connection)
    if transaction:
        milliseconds = max(round(transaction.left * 1000), 2 * _MIN_TIMEOUT_MS)
        # The lock's limit comes first, so that the error names the lock.
        connection.execute(
            _LIMITS,
            {"lock": f"{milliseconds - _MIN_TIMEOUT_MS}ms", "statement": f"{milliseconds}ms"},
        )

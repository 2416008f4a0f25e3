"""PostgreSQL: connections that are known to live, and waiting that ends in time."""

import select
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.engine.error_messages import hide_values
from storage.engine.time_limits import PATIENCE, turn_of

_ANSWERS_WITHIN = 0.5  # seconds in which a server that lives says so
_LEAST = 100  # milliseconds; the turn came late, but what is quick is still done
_GOOD = 0  # libpq's CONNECTION_OK
_USED = "used"
_LIMITS = text(
    "SELECT set_config('lock_timeout', :lock, true),"
    " set_config('statement_timeout', :statement, true)"
)
_CONNECT = {
    "connect_timeout": 2,  # seconds; the driver takes no fewer
    # A server that vanished without a word: two seconds after what was sent, or after a silence of
    # ten seconds and two tries.
    "tcp_user_timeout": 2000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def engine(url: URL) -> Engine:
    """Make the engine; a setting of the connection that the address names itself is left to it."""
    made = create_engine(
        url,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        connect_args={name: value for name, value in _CONNECT.items() if name not in url.query},
    )
    event.listen(made, "checkout", partial(_ask, made.dialect.loaded_dbapi.Error))
    event.listen(made, "begin", _end_in_time)
    hide_values(made)
    return made


def _ask(
    broken: type[Exception], connection: Any, entry: ConnectionPoolEntry, _proxy: object
) -> None:
    """Before each transaction: a connection whose server does not answer is opened anew.

    SQLAlchemy's own ping would wait for a server that hangs for as long as it hangs.
    """
    if _USED in entry.info and not _answers(connection.pgconn, broken):
        raise InvalidatePoolError
    entry.info[_USED] = True


def _answers(server: Any, broken: type[Exception]) -> bool:
    try:
        server.send_query(b"")
        server.flush()
        if not select.select([server.socket], [], [], _ANSWERS_WITHIN)[0]:
            return False
        while server.get_result() is not None:
            pass
    except (broken, OSError):
        return False
    return bool(server.status == _GOOD)


def _end_in_time(connection: Connection) -> None:
    """Let the server itself end what would take longer than is left; migrations have no end."""
    turn = turn_of(connection)
    if turn:
        most = max(round(turn.left * 1000), 2 * _LEAST)
        # The lock's limit first: then the reason is said.
        connection.execute(_LIMITS, {"lock": f"{most - _LEAST}ms", "statement": f"{most}ms"})

"""Remove values from database error messages, so that logs never hold what people wrote.

The drivers quote values: PostgreSQL in `DETAIL: Key (text)=(…)` and in `invalid input syntax for
type integer: "…"`, SQLite's search in `fts5: syntax error near "…"`. SQLAlchemy adds the parameters
of the statement unless it's told to hide them. Messages are rewritten at the source, so it doesn't
matter who logs the error and how.
"""

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext

# PostgreSQL's error classes whose first line names only tables, columns, limits or settings:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_NAMES_ONLY = {"08", "23", "25", "28", "40", "53", "55", "57", "58", "XX"}
_UNDEFINED = {"42P01", "42703"}  # a table or column that isn't there


def hide_values(engine: Engine) -> None:
    """Remove the values from every error message of this engine's driver."""
    event.listen(engine, "handle_error", _hide)


def without_values(error: BaseException) -> str:
    """Return a driver's error message on one line, without values from the statement."""
    if hasattr(error, "sqlstate"):
        return _of_postgresql(error)
    if hasattr(error, "sqlite_errorname"):
        return _of_sqlite(error)
    return str(error)


def _hide(context: ExceptionContext) -> None:
    driver, wrapper = context.original_exception, context.sqlalchemy_exception
    message = without_values(driver)
    if message == str(driver):
        return
    driver.args = (message,)
    if wrapper is not None:
        kind = type(driver)
        wrapper.args = (f"({kind.__module__}.{kind.__qualname__}) {message}",)


def _of_postgresql(error: BaseException) -> str:
    state: str | None = getattr(error, "sqlstate", None)
    first = str(error).strip().partition("\n")[0]
    if state is None:  # not from a server: the driver's own message, about addresses and timeouts
        return first
    if state[:2] in _NAMES_ONLY or state in _UNDEFINED:
        return first
    return f"{type(error).__name__} ({state})"


def _of_sqlite(error: BaseException) -> str:
    name, message = str(getattr(error, "sqlite_errorname", "")), str(error)
    if name != "SQLITE_ERROR" or message.startswith("no such table"):
        return message
    return message.partition('"')[0].partition(":")[0].strip() + f" ({name})"

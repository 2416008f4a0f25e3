"""A database that fails for a while: locked, read-only, full or gone."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from tests.support.postgres import superuser
from tests.torture.environments import InProcessBot
from tests.torture.process import until

BACK_WITHIN = 30.0  # seconds until the bot is ready again, without a restart
ANSWERS_WITHIN = 10.0  # seconds for a response, whatever the database does
LOCKED_WITHIN = 30.0
SILENT = "/readyz does not answer"
PATIENT = 12.0  # a lock that ends sooner is waited out and needn't be reported


@dataclass(frozen=True)
class Outage:
    name: str
    begin: Callable[[InProcessBot], AbstractContextManager[None]]


def of_file(url: str) -> list[Outage]:
    """Outages of a SQLite file."""
    path = Path(make_url(url).database or "")
    return [
        Outage("locked", partial(_locked, path)),
        Outage("read-only", partial(_pragma, on="query_only = ON", off="query_only = OFF")),
        Outage(
            "full", partial(_pragma, on="max_page_count = 1", off="max_page_count = 1073741823")
        ),
        Outage("gone", partial(_moved, path)),
    ]


def of_server(url: str) -> list[Outage]:
    """Outages of a PostgreSQL server."""
    return [
        Outage("locked", partial(_locked_tables, url)),
        Outage("read-only", partial(_read_only, url)),
        Outage("gone", partial(_refusing, url)),
    ]


def cause_outage(bot: InProcessBot, outage: Outage, seconds: float) -> list[str]:
    """Cause the outage; return broken promises: /readyz must report it with 503, and the bot must recover."""
    reported: list[str] = []
    with outage.begin(bot):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            reported += _troubles(bot)
            time.sleep(0.5)
    broken = {report for report in reported if report == SILENT or "\n" in report}
    if not reported and not (outage.name == "locked" and seconds < PATIENT):
        broken.add(f"/readyz said nothing of it in {seconds:.0f} s")
    try:
        until(lambda: not _troubles(bot), BACK_WITHIN, "it is ready again")
    except TimeoutError as error:
        broken.add(f"{error}; it says {_troubles(bot)}")
    return [f"{outage.name}: {promise}" for promise in sorted(broken)]


def _troubles(bot: InProcessBot) -> list[str]:
    """Return the failures that /readyz reports, or nothing when the bot is ready."""
    page = f"http://127.0.0.1:{bot.service.port}/readyz"
    try:
        answer = httpx.get(page, timeout=ANSWERS_WITHIN)
    except httpx.TransportError:
        return [SILENT]
    return list(answer.json()["troubles"]) if answer.status_code == 503 else []


@contextmanager
def _locked(path: Path, _bot: InProcessBot) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def _pragma(bot: InProcessBot, *, on: str, off: str) -> Iterator[None]:
    """Every connection taken from the pool gets the pragma, as a disk failure affects all connections."""
    setting = [on]

    def apply_pragma(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA {setting[0]}")

    event.listen(bot.store.engine, "checkout", apply_pragma)
    yield
    setting[0] = off  # broken connections are repaired when they are next taken


@contextmanager
def _moved(path: Path, _bot: InProcessBot) -> Iterator[None]:
    moved = path.with_suffix(".away")
    path.rename(moved)
    yield
    path.unlink(missing_ok=True)
    moved.rename(path)


@contextmanager
def _locked_tables(url: str, _bot: InProcessBot) -> Iterator[None]:
    with superuser(url) as connection:
        until(lambda: _lock(connection), LOCKED_WITHIN, "the tables are locked")
        yield
        connection.exec_driver_sql("ROLLBACK")


def _lock(connection: Connection) -> bool:
    """Lock three tables. The bot takes locks in another order, so we may lose a deadlock."""
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql("LOCK TABLE deliveries, timeline_events, outbox")
    except OperationalError:
        connection.exec_driver_sql("ROLLBACK")
        return False
    return True


@contextmanager
def _read_only(url: str, _bot: InProcessBot) -> Iterator[None]:
    with _set(url, "SET default_transaction_read_only = on", "RESET default_transaction_read_only"):
        yield


@contextmanager
def _refusing(url: str, _bot: InProcessBot) -> Iterator[None]:
    with _set(url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def _set(url: str, on: str, off: str) -> Iterator[None]:
    """Change the database, and terminate all connections so that they reconnect."""
    name = make_url(url).database
    with superuser(str(make_url(url).set(database="postgres"))) as connection:
        for change in (on, off):
            connection.execute(text(f'ALTER DATABASE "{name}" {change}'))
            terminate = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            )
            connection.execute(text(terminate), {"name": name})
            if change == on:
                yield

"""A database that does not work for a while: locked, read-only, full, gone."""

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
from tests.torture.process import until
from tests.torture.stage import Inside

BACK_WITHIN = 30.0  # seconds until it is ready again, without a restart
ANSWERS_WITHIN = 10.0  # seconds, whatever the database does: who asks does not wait for longer
LOCKED_WITHIN = 30.0
SILENT = "/readyz does not answer"
PATIENT = 12.0  # a lock that ends sooner is waited out, and nobody needs to hear of it


@dataclass(frozen=True)
class Outage:
    name: str
    begin: Callable[[Inside], AbstractContextManager[None]]


def of_file(url: str) -> list[Outage]:
    """SQLite."""
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
    """PostgreSQL."""
    return [
        Outage("locked", partial(_locked_tables, url)),
        Outage("read-only", partial(_read_only, url)),
        Outage("gone", partial(_refusing, url)),
    ]


def suffer(bot: Inside, outage: Outage, seconds: float) -> list[str]:
    """Have the outage. What did not hold: to say 503 meanwhile and why, and to be ready afterwards."""
    told: list[str] = []
    with outage.begin(bot):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            told += _troubles(bot)
            time.sleep(0.5)
    broken = {each for each in told if each == SILENT or "\n" in each}
    if not told and not (outage.name == "locked" and seconds < PATIENT):
        broken.add(f"/readyz said nothing of it in {seconds:.0f} s")
    try:
        until(lambda: not _troubles(bot), BACK_WITHIN, "it is ready again")
    except TimeoutError as error:
        broken.add(f"{error}; it says {_troubles(bot)}")
    return [f"{outage.name}: {each}" for each in sorted(broken)]


def _troubles(bot: Inside) -> list[str]:
    """What it says is wrong; nothing when it says that it is ready."""
    page = f"http://127.0.0.1:{bot.service.port}/readyz"
    try:
        answer = httpx.get(page, timeout=ANSWERS_WITHIN)
    except httpx.TransportError:
        return [SILENT]
    return list(answer.json()["troubles"]) if answer.status_code == 503 else []


@contextmanager
def _locked(path: Path, _bot: Inside) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _pragma(bot: Inside, *, on: str, off: str) -> Iterator[None]:
    """Whoever takes a connection finds it so: what a disk does to every connection alike."""
    setting = [on]

    def taken(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA {setting[0]}")

    event.listen(bot.store.engine, "checkout", taken)
    yield
    setting[0] = off  # connections that were spoilt are mended when they are taken next


@contextmanager
def _moved(path: Path, _bot: Inside) -> Iterator[None]:
    away = path.with_suffix(".away")
    path.rename(away)
    yield
    path.unlink(missing_ok=True)
    away.rename(path)


@contextmanager
def _locked_tables(url: str, _bot: Inside) -> Iterator[None]:
    with superuser(url) as connection:
        until(lambda: _lock(connection), LOCKED_WITHIN, "the tables are locked")
        yield
        connection.exec_driver_sql("ROLLBACK")


def _lock(connection: Connection) -> bool:
    """Lock three tables; the bot, which takes them in another order, may make us give way."""
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql("LOCK TABLE deliveries, timeline_events, outbox")
    except OperationalError:
        connection.exec_driver_sql("ROLLBACK")
        return False
    return True


@contextmanager
def _read_only(url: str, _bot: Inside) -> Iterator[None]:
    with _set(url, "SET default_transaction_read_only = on", "RESET default_transaction_read_only"):
        yield


@contextmanager
def _refusing(url: str, _bot: Inside) -> Iterator[None]:
    with _set(url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def _set(url: str, on: str, off: str) -> Iterator[None]:
    """Change the database and let everybody who is in it come again."""
    name = make_url(url).database
    with superuser(str(make_url(url).set(database="postgres"))) as connection:
        for change in (on, off):
            connection.execute(text(f'ALTER DATABASE "{name}" {change}'))
            leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(leave), {"name": name})
            if change == on:
                yield

"""Database outages: nothing unstored is acknowledged, the reason is reported, and work resumes."""

import resource
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from tests.support import harness
from tests.support.harness import LAST_RETRY, Town, eventually
from tests.support.postgres import postgres_database, superuser

LONG = "keep this " * 2_000  # more than the pages that a file has left over
Trouble = Callable[[Town], AbstractContextManager[object]]


def database_file(town: Town) -> Path:
    assert town.store.file is not None
    return town.store.file


@contextmanager
def moved_away(town: Town) -> Iterator[None]:
    path = database_file(town)
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    yield
    assert not path.exists(), "an empty database was made in its place"
    elsewhere.rename(path)


@contextmanager
def replaced_by_empty_file(town: Town) -> Iterator[None]:
    path = database_file(town)
    elsewhere, empty = path.with_suffix(".elsewhere"), path.with_suffix(".nothing")
    elsewhere.hardlink_to(path)
    empty.touch()
    empty.replace(path)
    yield
    assert path.stat().st_size == 0
    elsewhere.replace(path)


@contextmanager
def deleted_and_restored(town: Town) -> Iterator[None]:
    path = database_file(town)
    with town.store.begin() as session:
        session.connection()  # keeps other writers out
        backup = shutil.copy(path, path.with_suffix(".backup"))
    path.unlink()
    yield
    Path(backup).rename(path)


@contextmanager
def locked(town: Town) -> Iterator[None]:
    with closing(sqlite3.connect(database_file(town), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_by_another_program(town: Town) -> Iterator[None]:
    """A reader lets other connections begin to write, but not commit."""
    with closing(sqlite3.connect(database_file(town), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM incidents").fetchone()
        yield


@contextmanager
def on_each_connection(town: Town, pragma: str) -> Iterator[None]:
    def prepare(connection: Any, *_others: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(town.store.engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(town.store.engine, "checkout", prepare)


def read_only(town: Town) -> AbstractContextManager[None]:
    return on_each_connection(town, "query_only = ON")


def full(town: Town) -> AbstractContextManager[None]:
    return on_each_connection(town, "max_page_count = 1")  # no growth beyond the current size


@contextmanager
def unwritable(town: Town) -> Iterator[None]:
    """Make every write beyond the end of the file fail, as on a broken disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (database_file(town).stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def file_overwritten(town: Town, text: bytes, *, cut: bool = False) -> Iterator[None]:
    """Overwrite the file itself, and put the original back afterwards."""
    path = database_file(town)
    with town.store.begin() as session:
        session.connection()  # keeps other readers out
        good = Path(shutil.copy(path, path.with_suffix(".good")))
        with path.open("r+b") as opened:
            opened.write(text * (path.stat().st_size // 16))
            opened.truncate(0 if cut else None)
    yield
    good.replace(path)


def overwritten(town: Town) -> AbstractContextManager[None]:
    return file_overwritten(town, b"a shopping list ")


def emptied(town: Town) -> AbstractContextManager[None]:
    return file_overwritten(town, b"", cut=True)


SQLITE: dict[str, tuple[Trouble, str]] = {
    "moved away": (moved_away, "the database file is gone"),
    "replaced by an empty file": (replaced_by_empty_file, "the database holds nothing of Debrief"),
    "deleted and restored": (deleted_and_restored, "the database file is gone"),
    "locked": (locked, "the database is locked by another program"),
    "read by another program": (
        read_by_another_program,
        "the database is locked by another program",
    ),
    "read-only": (read_only, "the database may only be read"),
    "full": (full, "the disk is full"),
    "unwritable": (unwritable, "the disk reports an error"),
    "emptied": (emptied, "the database holds nothing of Debrief"),
    "overwritten": (overwritten, "the database file is not a database"),
}


def administer(town: Town, *statements: str) -> None:
    url = town.store.engine.url
    with superuser(str(server_url(url))) as connection:
        for statement in statements:
            connection.execute(text(statement.format(name=url.database)))


def server_url(url: Any) -> str:
    return str(url.set(database="postgres").render_as_string(hide_password=False))


UNREACHABLE = "no connection to the database"
TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = '{name}' AND pid <> pg_backend_pid()"
)


@contextmanager
def connections_refused(town: Town) -> Iterator[None]:
    administer(town, 'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', TERMINATE)
    yield
    administer(town, 'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def server_read_only(town: Town) -> Iterator[None]:
    setting = 'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    administer(town, setting + "on", TERMINATE)
    yield
    administer(town, setting + "off", TERMINATE)


@contextmanager
def table_locked(town: Town) -> Iterator[None]:
    engine = create_engine(town.store.engine.url)
    try:
        with engine.begin() as other:
            other.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        engine.dispose()


POSTGRESQL: dict[str, tuple[Trouble, str]] = {
    "connections refused": (connections_refused, UNREACHABLE),
    "read-only": (server_read_only, "the database may only be read"),
    "table locked": (table_locked, "the database is locked by another program"),
}


@pytest.fixture
def over_http(tmp_path: Path) -> Iterator[Town]:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


@pytest.fixture
def on_postgres(postgres: str) -> Iterator[Town]:
    with postgres_database(postgres) as url, harness.town(url, over_http=True) as running_town:
        yield running_town


@pytest.mark.parametrize("kind", SQLITE)
def test_messages_that_sqlite_cannot_store_are_not_acknowledged_and_come_again(
    over_http: Town, kind: str
) -> None:
    _check_outage(over_http, *SQLITE[kind])


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_messages_that_postgresql_cannot_store_are_not_acknowledged_and_come_again(
    on_postgres: Town, kind: str
) -> None:
    _check_outage(on_postgres, *POSTGRESQL[kind])


def _declare_with_lead(town: Town) -> str:
    """Declare an incident with a lead, so that the bot doesn't ask for one meanwhile."""
    channel = town.declare()
    town.incident("ana", "lead", channel)
    town.settle()
    return channel


def _check_outage(town: Town, trouble: Trouble, reason: str) -> None:
    """Write a message and a command during the outage, and check the outcome when it is over."""
    channel = _declare_with_lead(town)
    before = len(town.said(channel))
    with capture_logs() as log:
        with trouble(town):
            ts = town.ws.say("ana", channel, LONG)
            _check_reports(town, channel, reason)
            eventually(lambda: len(_acknowledgements(town, ts)) > 1, "Slack tried twice")
            assert not any(_acknowledgements(town, ts))
        eventually(lambda: _ready(town)["ready"], "it is ready again")
        town.sandbox.clock.advance(LAST_RETRY)
        town.settle()
        assert "Noted for" in town.incident("ana", f"note {LONG}", channel)
        town.settle()
    assert _acknowledgements(town, ts)[-1]
    stored = [
        entry.text.strip() for entry in town.recorded(channel) if entry.text.startswith("keep this")
    ]
    assert stored == [LONG.strip()] * 2
    assert len(town.said(channel)) == before + 1  # the bot posted nothing twice
    assert "debrief_database_working 1.0" in _page(town, "metrics")[1]
    _check_logged_once(log, reason)


def _check_reports(town: Town, channel: str, reason: str) -> None:
    answer = town.incident("ana", f"note {LONG}", channel)
    assert f"does not answer: {reason}. Nothing was recorded" in answer
    eventually(lambda: _page(town, "readyz")[0] == 503, "it is not ready")
    first, *damage = _ready(town)["troubles"]
    assert first == f"the database does not answer: {reason}"
    assert bool(damage) is (reason == "the database file is not a database")
    assert "debrief_database_working 0.0" in _page(town, "metrics")[1]
    assert _page(town, "healthz") == (200, "ok\n")


def _check_logged_once(log: list[Any], reason: str) -> None:
    lines = [(line["event"], line["log_level"], line.get("reason")) for line in log]
    # Some outages begin by cutting connections.
    ignored = UNREACHABLE if reason != UNREACHABLE else ""
    warnings = [
        entry for entry in lines if entry[1] not in {"debug", "error"} and entry[2] != ignored
    ]
    assert {entry[0] for entry in lines if entry[1] == "error"} <= {"database damaged"}
    # Writers at that moment saw only that the file was gone.
    if warnings[0][2] == "the database file is gone":
        warnings = warnings[-2:]
    assert warnings == [
        ("database trouble", "warning", reason),
        ("database works again", "info", None),
    ]


def _acknowledgements(town: Town, ts: str) -> list[bool]:
    """Return whether each delivery of a message was acknowledged."""
    deliveries = town.sandbox.record.events("message")
    return [
        delivery.acknowledged for delivery in deliveries if delivery.body["event"].get("ts") == ts
    ]


def _page(town: Town, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{town.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def _ready(town: Town) -> dict[str, Any]:
    return dict(httpx.get(f"http://127.0.0.1:{town.service.port}/readyz", timeout=30).json())


def test_simultaneous_commands_are_all_answered_while_the_database_is_locked(town: Town) -> None:
    channel = town.declare()
    answers: list[str] = []

    def note(number: int) -> None:
        answers.append(town.incident("ana", f"note number {number}", channel))

    with locked(town):
        threads = [threading.Thread(target=note, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ["Nothing was recorded" in answer for answer in answers] == [True] * 10
    assert "Noted for" in town.incident("ana", "note afterwards", channel)


def test_a_short_lock_is_waited_for(town: Town) -> None:
    channel = town.declare()
    with closing(
        sqlite3.connect(database_file(town), isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, other.rollback)
        release.start()
        assert "Noted for" in town.incident("ana", "note it was short", channel)
        release.join()
    assert town.store.trouble is None


def test_a_click_and_a_form_during_an_outage_report_it_and_change_nothing(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    item = next(m for m in town.said(channel) if m["text"].startswith("Action item:"))
    town.press("ana", channel, "Change owner")
    with moved_away(town):
        done = item["blocks"][-1]["elements"][0]["action_id"]
        town.ws.press("ben", channel, item["ts"], done)
        eventually(lambda: bool(town.ws.ephemerals("ben")), "Ben is told")
        assert "the database file is gone. Nothing was" in town.ws.ephemerals("ben")[-1]["text"]
        answer = town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
        assert "the database file is gone. Nothing was" in answer["errors"]["owner"]
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.press("mei", channel, "Mark done")
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Action item:")]
    assert "Done by" in item["text"]


class Wire:
    """A proxy to a PostgreSQL server that can fall silent without closing, as networks do."""

    def __init__(self, server: str) -> None:
        self._target = make_url(server)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.open = threading.Event()
        self.open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.open.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = self._dial()
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _dial(self) -> socket.socket:
        folder = self._target.query.get("host")
        if folder is None:
            return socket.create_connection((self._target.host or "", self._target.port or 5432))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{folder}/.s.PGSQL.{self._target.port or 5432}")
        return far

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while data := source.recv(65_536):
                self.open.wait()
                target.sendall(data)


@contextmanager
def silent(wire: Wire) -> Iterator[None]:
    wire.open.clear()
    try:
        yield
    finally:
        wire.open.set()


@pytest.fixture
def wire(postgres: str) -> Iterator[Wire]:
    proxy = Wire(postgres)
    yield proxy
    proxy.close()


def test_a_silent_network_is_reported_as_no_connection_to_the_database(
    postgres: str, wire: Wire
) -> None:
    with postgres_database(postgres) as database:
        url = make_url(database).set(host="127.0.0.1", port=wire.port, query={"sslmode": "disable"})
        address = url.render_as_string(hide_password=False)
        with harness.town(address, over_http=True) as town:
            _check_outage(town, lambda _town: silent(wire), UNREACHABLE)

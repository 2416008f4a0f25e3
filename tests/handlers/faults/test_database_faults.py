"""When the database is in trouble: nothing is acknowledged that is not stored, people and operators
are told why, and when it is over all goes on by itself."""

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


def file_of(town: Town) -> Path:
    assert town.store.file is not None
    return town.store.file


@contextmanager
def moved_away(town: Town) -> Iterator[None]:
    path = file_of(town)
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    yield
    assert not path.exists(), "an empty database was made in its place"
    elsewhere.rename(path)


@contextmanager
def replaced_by_nothing(town: Town) -> Iterator[None]:
    path = file_of(town)
    elsewhere, nothing = path.with_suffix(".elsewhere"), path.with_suffix(".nothing")
    elsewhere.hardlink_to(path)
    nothing.touch()
    nothing.replace(path)
    yield
    assert path.stat().st_size == 0
    elsewhere.replace(path)


@contextmanager
def deleted_and_restored(town: Town) -> Iterator[None]:
    path = file_of(town)
    with town.store.begin() as session:
        session.connection()  # nobody writes meanwhile
        backup = shutil.copy(path, path.with_suffix(".backup"))
    path.unlink()
    yield
    Path(backup).rename(path)


@contextmanager
def locked(town: Town) -> Iterator[None]:
    with closing(sqlite3.connect(file_of(town), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_by_another(town: Town) -> Iterator[None]:
    """One that reads lets others begin to write, and not commit."""
    with closing(sqlite3.connect(file_of(town), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM incidents").fetchone()
        yield


@contextmanager
def each_connection(town: Town, pragma: str) -> Iterator[None]:
    def prepare(connection: Any, *_others: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(town.store.engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(town.store.engine, "checkout", prepare)


def read_only(town: Town) -> AbstractContextManager[None]:
    return each_connection(town, "query_only = ON")


def full(town: Town) -> AbstractContextManager[None]:
    return each_connection(town, "max_page_count = 1")  # no more than it has already


@contextmanager
def unwritable(town: Town) -> Iterator[None]:
    """Every write beyond the file's end fails, as on a broken disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_of(town).stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def written_into(town: Town, text: bytes, *, cut: bool = False) -> Iterator[None]:
    """Somebody writes into the file itself, and later puts what it held in its place."""
    path = file_of(town)
    with town.store.begin() as session:
        session.connection()  # nobody else reads meanwhile
        good = Path(shutil.copy(path, path.with_suffix(".good")))
        with path.open("r+b") as opened:
            opened.write(text * (path.stat().st_size // 16))
            opened.truncate(0 if cut else None)
    yield
    good.replace(path)


def overwritten(town: Town) -> AbstractContextManager[None]:
    return written_into(town, b"a shopping list ")


def emptied(town: Town) -> AbstractContextManager[None]:
    return written_into(town, b"", cut=True)


SQLITE: dict[str, tuple[Trouble, str]] = {
    "moved away": (moved_away, "the database file is gone"),
    "replaced by nothing": (replaced_by_nothing, "the database holds nothing of Debrief"),
    "deleted and restored": (deleted_and_restored, "the database file is gone"),
    "locked": (locked, "the database is locked by another program"),
    "read by another": (read_by_another, "the database is locked by another program"),
    "read-only": (read_only, "the database may only be read"),
    "full": (full, "the disk is full"),
    "unwritable": (unwritable, "the disk reports an error"),
    "emptied": (emptied, "the database holds nothing of Debrief"),
    "overwritten": (overwritten, "the database file is not a database"),
}


def administer(town: Town, *statements: str) -> None:
    url = town.store.engine.url
    with superuser(str(server_of(url))) as connection:
        for statement in statements:
            connection.execute(text(statement.format(name=url.database)))


def server_of(url: Any) -> str:
    return str(url.set(database="postgres").render_as_string(hide_password=False))


UNREACHABLE = "no connection to the database"
TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = '{name}' AND pid <> pg_backend_pid()"
)


@contextmanager
def gone(town: Town) -> Iterator[None]:
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
    "gone": (gone, UNREACHABLE),
    "read-only": (server_read_only, "the database may only be read"),
    "table locked": (table_locked, "the database is locked by another program"),
}


@pytest.fixture
def over_http(tmp_path: Path) -> Iterator[Town]:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as made:
        yield made


@pytest.fixture
def on_postgres(postgres: str) -> Iterator[Town]:
    with postgres_database(postgres) as url, harness.town(url, over_http=True) as made:
        yield made


@pytest.mark.parametrize("kind", SQLITE)
def test_what_sqlite_cannot_store_is_not_acknowledged(over_http: Town, kind: str) -> None:
    _bears(over_http, *SQLITE[kind])


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_what_postgresql_cannot_store_is_not_acknowledged(on_postgres: Town, kind: str) -> None:
    _bears(on_postgres, *POSTGRESQL[kind])


def _led(town: Town) -> str:
    """An incident that somebody leads: else the bot asks for a lead meanwhile."""
    channel = town.declare()
    town.incident("ana", "lead", channel)
    town.settle()
    return channel


def _bears(town: Town, trouble: Trouble, reason: str) -> None:
    """Say and type something during the trouble, and see what came of it when it is over."""
    channel = _led(town)
    before = len(town.said(channel))
    with capture_logs() as log:
        with trouble(town):
            ts = town.ws.say("ana", channel, LONG)
            _is_plain_about(town, channel, reason)
            eventually(lambda: len(_attempts(town, ts)) > 1, "Slack tried twice")
            assert not any(_attempts(town, ts))
        eventually(lambda: _ready(town)["ready"], "it is ready again")
        town.sandbox.clock.advance(LAST_RETRY)
        town.settle()
        assert "Noted for" in town.incident("ana", f"note {LONG}", channel)
        town.settle()
    assert _attempts(town, ts)[-1]
    kept = [e.text.strip() for e in town.recorded(channel) if e.text.startswith("keep this")]
    assert kept == [LONG.strip()] * 2
    assert len(town.said(channel)) == before + 1  # the bot said nothing twice
    assert "debrief_database_working 1.0" in _page(town, "metrics")[1]
    _is_told_once(log, reason)


def _is_plain_about(town: Town, channel: str, reason: str) -> None:
    answer = town.incident("ana", f"note {LONG}", channel)
    assert f"does not answer: {reason}. Nothing was recorded" in answer
    eventually(lambda: _page(town, "readyz")[0] == 503, "it is not ready")
    first, *damage = _ready(town)["troubles"]
    assert first == f"the database does not answer: {reason}"
    assert bool(damage) is (reason == "the database file is not a database")
    assert "debrief_database_working 0.0" in _page(town, "metrics")[1]
    assert _page(town, "healthz") == (200, "ok\n")


def _is_told_once(log: list[Any], reason: str) -> None:
    told = [(line["event"], line["log_level"], line.get("reason")) for line in log]
    lost = (
        UNREACHABLE if reason != UNREACHABLE else ""
    )  # some of these begin by cutting connections
    said = [each for each in told if each[1] not in {"debug", "error"} and each[2] != lost]
    assert {each[0] for each in told if each[1] == "error"} <= {"database damaged"}
    if (
        said[0][2] == "the database file is gone"
    ):  # who wrote at that moment saw only that the file was gone
        said = said[-2:]
    assert said == [
        ("database trouble", "warning", reason),
        ("database works again", "info", None),
    ]


def _attempts(town: Town, ts: str) -> list[bool]:
    """Whether each attempt to deliver a message was acknowledged."""
    deliveries = town.sandbox.record.events("message")
    return [each.acknowledged for each in deliveries if each.body["event"].get("ts") == ts]


def _page(town: Town, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{town.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def _ready(town: Town) -> dict[str, Any]:
    return dict(httpx.get(f"http://127.0.0.1:{town.service.port}/readyz", timeout=30).json())


def test_many_at_once_are_all_answered_while_it_is_locked(town: Town) -> None:
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


def test_a_lock_that_ends_in_time_is_waited_for(town: Town) -> None:
    channel = town.declare()
    with closing(
        sqlite3.connect(file_of(town), isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        letting_go = threading.Timer(0.5, other.rollback)
        letting_go.start()
        assert "Noted for" in town.incident("ana", "note it was short", channel)
        letting_go.join()
    assert town.store.trouble is None


def test_a_click_and_a_form_are_told_and_change_nothing(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    item = next(m for m in town.said(channel) if m["text"].startswith("Action item:"))
    town.press("ana", channel, "Change owner")
    with moved_away(town):
        done = item["blocks"][-1]["elements"][0]["action_id"]
        town.ws.press("ben", channel, item["ts"], done)
        eventually(lambda: bool(town.ws.ephemerals("ben")), "he is told")
        assert "the database file is gone. Nothing was" in town.ws.ephemerals("ben")[-1]["text"]
        answer = town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
        assert "the database file is gone. Nothing was" in answer["errors"]["owner"]
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.press("mei", channel, "Mark done")
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Action item:")]
    assert "Done by" in item["text"]


class Wire:
    """Between the bot and a PostgreSQL server: it can fall silent without breaking, as networks do."""

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
    made = Wire(postgres)
    yield made
    made.close()


def test_a_network_that_swallows_everything_is_noticed_in_time(postgres: str, wire: Wire) -> None:
    with postgres_database(postgres) as made:
        url = make_url(made).set(host="127.0.0.1", port=wire.port, query={"sslmode": "disable"})
        address = url.render_as_string(hide_password=False)
        with harness.town(address, over_http=True) as town:
            _bears(town, lambda _town: silent(wire), UNREACHABLE)

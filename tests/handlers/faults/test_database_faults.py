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
from tests.support.harness import AFTER_LAST_RETRY, LiveBot, eventually
from tests.support.postgres import postgres_database, superuser

LONG = "keep this " * 2_000  # more than the pages that a file has left over
Trouble = Callable[[LiveBot], AbstractContextManager[object]]


def database_file(live_bot: LiveBot) -> Path:
    assert live_bot.store.file is not None
    return live_bot.store.file


@contextmanager
def moved_away(live_bot: LiveBot) -> Iterator[None]:
    path = database_file(live_bot)
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    yield
    assert not path.exists(), "an empty database was made in its place"
    elsewhere.rename(path)


@contextmanager
def replaced_by_empty_file(live_bot: LiveBot) -> Iterator[None]:
    path = database_file(live_bot)
    elsewhere, empty = path.with_suffix(".elsewhere"), path.with_suffix(".nothing")
    elsewhere.hardlink_to(path)
    empty.touch()
    empty.replace(path)
    yield
    assert path.stat().st_size == 0
    elsewhere.replace(path)


@contextmanager
def deleted_and_restored(live_bot: LiveBot) -> Iterator[None]:
    path = database_file(live_bot)
    with live_bot.store.begin() as session:
        session.connection()  # keeps other writers out
        backup = shutil.copy(path, path.with_suffix(".backup"))
    path.unlink()
    yield
    Path(backup).rename(path)


@contextmanager
def locked(live_bot: LiveBot) -> Iterator[None]:
    with closing(sqlite3.connect(database_file(live_bot), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_by_another_program(live_bot: LiveBot) -> Iterator[None]:
    """A reader lets other connections begin to write, but not commit."""
    with closing(sqlite3.connect(database_file(live_bot), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM incidents").fetchone()
        yield


@contextmanager
def on_each_connection(live_bot: LiveBot, pragma: str) -> Iterator[None]:
    def prepare(connection: Any, *_others: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(live_bot.store.engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(live_bot.store.engine, "checkout", prepare)


def read_only(live_bot: LiveBot) -> AbstractContextManager[None]:
    return on_each_connection(live_bot, "query_only = ON")


def full(live_bot: LiveBot) -> AbstractContextManager[None]:
    return on_each_connection(live_bot, "max_page_count = 1")  # no growth beyond the current size


@contextmanager
def unwritable(live_bot: LiveBot) -> Iterator[None]:
    """Make every write beyond the end of the file fail, as on a broken disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (database_file(live_bot).stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def file_overwritten(live_bot: LiveBot, text: bytes, *, cut: bool = False) -> Iterator[None]:
    """Overwrite the file itself, and put the original back afterwards."""
    path = database_file(live_bot)
    with live_bot.store.begin() as session:
        session.connection()  # keeps other readers out
        good = Path(shutil.copy(path, path.with_suffix(".good")))
        with path.open("r+b") as opened:
            opened.write(text * (path.stat().st_size // 16))
            opened.truncate(0 if cut else None)
    yield
    good.replace(path)


def overwritten(live_bot: LiveBot) -> AbstractContextManager[None]:
    return file_overwritten(live_bot, b"a shopping list ")


def emptied(live_bot: LiveBot) -> AbstractContextManager[None]:
    return file_overwritten(live_bot, b"", cut=True)


SQLITE: dict[str, tuple[Trouble, str]] = {
    "moved away": (moved_away, "the database file is gone"),
    "replaced by an empty file": (replaced_by_empty_file, "the database has no Debrief data"),
    "deleted and restored": (deleted_and_restored, "the database file is gone"),
    "locked": (locked, "the database is locked by another program"),
    "read by another program": (
        read_by_another_program,
        "the database is locked by another program",
    ),
    "read-only": (read_only, "the database is read-only"),
    "full": (full, "the disk is full"),
    "unwritable": (unwritable, "the disk reports an error"),
    "emptied": (emptied, "the database has no Debrief data"),
    "overwritten": (overwritten, "the database file isn't a database"),
}


def administer(live_bot: LiveBot, *statements: str) -> None:
    url = live_bot.store.engine.url
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
def connections_refused(live_bot: LiveBot) -> Iterator[None]:
    administer(live_bot, 'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', TERMINATE)
    yield
    administer(live_bot, 'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def server_read_only(live_bot: LiveBot) -> Iterator[None]:
    setting = 'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    administer(live_bot, setting + "on", TERMINATE)
    yield
    administer(live_bot, setting + "off", TERMINATE)


@contextmanager
def table_locked(live_bot: LiveBot) -> Iterator[None]:
    engine = create_engine(live_bot.store.engine.url)
    try:
        with engine.begin() as other:
            other.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        engine.dispose()


POSTGRESQL: dict[str, tuple[Trouble, str]] = {
    "connections refused": (connections_refused, UNREACHABLE),
    "read-only": (server_read_only, "the database is read-only"),
    "table locked": (table_locked, "the database is locked by another program"),
}


@pytest.fixture
def over_http(tmp_path: Path) -> Iterator[LiveBot]:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


@pytest.fixture
def on_postgres(postgres: str) -> Iterator[LiveBot]:
    with (
        postgres_database(postgres) as url,
        harness.start_live_bot(url, over_http=True) as running_town,
    ):
        yield running_town


@pytest.mark.parametrize("kind", SQLITE)
def test_messages_that_sqlite_cannot_store_are_not_acknowledged_and_come_again(
    over_http: LiveBot, kind: str
) -> None:
    _check_outage(over_http, *SQLITE[kind])


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_messages_that_postgresql_cannot_store_are_not_acknowledged_and_come_again(
    on_postgres: LiveBot, kind: str
) -> None:
    _check_outage(on_postgres, *POSTGRESQL[kind])


def _declare_with_lead(live_bot: LiveBot) -> str:
    """Declare an incident with a lead, so that the bot doesn't ask for one meanwhile."""
    channel = live_bot.declare()
    live_bot.command("ana", "lead", channel)
    live_bot.settle()
    return channel


def _check_outage(live_bot: LiveBot, trouble: Trouble, reason: str) -> None:
    """Write a message and a command during the outage, and check the outcome when it is over."""
    channel = _declare_with_lead(live_bot)
    before = len(live_bot.messages(channel))
    with capture_logs() as log:
        with trouble(live_bot):
            ts = live_bot.workspace.say("ana", channel, LONG)
            _check_reports(live_bot, channel, reason)
            eventually(lambda: len(_acknowledgements(live_bot, ts)) > 1, "Slack tried twice")
            assert not any(_acknowledgements(live_bot, ts))
        eventually(lambda: _ready(live_bot)["ready"], "it is ready again")
        live_bot.sandbox.clock.advance(AFTER_LAST_RETRY)
        live_bot.settle()
        assert "Note added at" in live_bot.command("ana", f"note {LONG}", channel)
        live_bot.settle()
    assert _acknowledgements(live_bot, ts)[-1]
    stored = [
        entry.text.strip()
        for entry in live_bot.timeline(channel)
        if entry.text.startswith("keep this")
    ]
    assert stored == [LONG.strip()] * 2
    assert len(live_bot.messages(channel)) == before + 1  # the bot posted nothing twice
    assert "debrief_database_working 1.0" in _page(live_bot, "metrics")[1]
    _check_logged_once(log, reason)


def _check_reports(live_bot: LiveBot, channel: str, reason: str) -> None:
    answer = live_bot.command("ana", f"note {LONG}", channel)
    assert f"isn't available ({reason}). Nothing was recorded" in answer
    eventually(lambda: _page(live_bot, "readyz")[0] == 503, "it is not ready")
    first, *damage = _ready(live_bot)["troubles"]
    assert first == f"the database isn't responding: {reason}"
    assert bool(damage) is (reason == "the database file isn't a database")
    assert "debrief_database_working 0.0" in _page(live_bot, "metrics")[1]
    assert _page(live_bot, "healthz") == (200, "ok\n")


def _check_logged_once(log: list[Any], reason: str) -> None:
    lines = [(line["event"], line["log_level"], line.get("reason")) for line in log]
    # Some outages begin by cutting connections.
    ignored = UNREACHABLE if reason != UNREACHABLE else ""
    warnings = [
        entry for entry in lines if entry[1] not in {"debug", "error"} and entry[2] != ignored
    ]
    assert {entry[0] for entry in lines if entry[1] == "error"} <= {"database is corrupt"}
    # Writers at that moment saw only that the file was gone.
    if warnings[0][2] == "the database file is gone":
        warnings = warnings[-2:]
    assert warnings == [
        ("database is unavailable", "warning", reason),
        ("database is available again", "info", None),
    ]


def _acknowledgements(live_bot: LiveBot, ts: str) -> list[bool]:
    """Return whether each delivery of a message was acknowledged."""
    deliveries = live_bot.sandbox.record.events("message")
    return [
        delivery.acknowledged for delivery in deliveries if delivery.body["event"].get("ts") == ts
    ]


def _page(live_bot: LiveBot, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{live_bot.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def _ready(live_bot: LiveBot) -> dict[str, Any]:
    return dict(httpx.get(f"http://127.0.0.1:{live_bot.service.port}/readyz", timeout=30).json())


def test_simultaneous_commands_are_all_answered_while_the_database_is_locked(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    answers: list[str] = []

    def note(number: int) -> None:
        answers.append(live_bot.command("ana", f"note number {number}", channel))

    with locked(live_bot):
        threads = [threading.Thread(target=note, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ["Nothing was recorded" in answer for answer in answers] == [True] * 10
    assert "Note added at" in live_bot.command("ana", "note afterwards", channel)


def test_a_short_lock_is_waited_for(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    with closing(
        sqlite3.connect(database_file(live_bot), isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, other.rollback)
        release.start()
        assert "Note added at" in live_bot.command("ana", "note it was short", channel)
        release.join()
    assert live_bot.store.trouble is None


def test_a_click_and_a_form_during_an_outage_report_it_and_change_nothing(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    item = next(m for m in live_bot.messages(channel) if m["text"].startswith("Action item:"))
    live_bot.press("ana", channel, "Change owner")
    with moved_away(live_bot):
        done = item["blocks"][-1]["elements"][0]["action_id"]
        live_bot.workspace.press("ben", channel, item["ts"], done)
        eventually(lambda: bool(live_bot.workspace.ephemerals("ben")), "Ben is told")
        assert (
            "the database file is gone). Nothing was"
            in live_bot.workspace.ephemerals("ben")[-1]["text"]
        )
        answer = live_bot.workspace.submit(
            "ana", {"owner": {"owner": live_bot.workspace.person("mei").id}}
        )
        assert "the database file is gone). Nothing was" in answer["errors"]["owner"]
    live_bot.workspace.submit("ana", {"owner": {"owner": live_bot.workspace.person("mei").id}})
    live_bot.press("mei", channel, "Mark as done")
    (item,) = [m for m in live_bot.messages(channel) if m["text"].startswith("Action item:")]
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
        with harness.start_live_bot(address, over_http=True) as live_bot:
            _check_outage(live_bot, lambda _start_bot: silent(wire), UNREACHABLE)

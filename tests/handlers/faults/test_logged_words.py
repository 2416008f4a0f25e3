"""Database errors never put what people wrote into the logs."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.logging_setup import log_to_stderr
from handlers import errors
from storage.engine import schema
from storage.engine.store import DatabaseError, Session, Store
from storage.tables import DeliveryRow, PersonRow, SettingRow
from tests.handlers.faults.test_database_faults import POSTGRESQL, SQLITE, Trouble
from tests.support import harness
from tests.support.harness import LiveBot, eventually
from tests.support.postgres import postgres_database
from tests.support.stores import open_store

MARKER = "zebra-lasagne"
Fault = Callable[[Session], object]
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def insert_duplicate_key(session: Session) -> None:
    for _ in range(2):
        session.execute(insert(SettingRow).values(name=MARKER, value=MARKER))


def insert_missing_value(session: Session) -> None:
    session.execute(text("INSERT INTO settings (name) VALUES (:name)"), {"name": MARKER})


def insert_dangling_reference(session: Session) -> None:
    row = {"id": 1, "channel": "C1", "person": MARKER}
    session.execute(
        text(
            "INSERT INTO roles (id, incident_id, name, person, since)"
            " VALUES (:id, 4711, :person, :person, '2026-03-10')"
        ),
        row,
    )


def use_text_as_number(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS integer)"), {"given": MARKER})
    else:
        session.execute(text("INSERT INTO incidents (id) VALUES (:given)"), {"given": MARKER})


def parse_invalid_json(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS json)"), {"given": f"{{{MARKER}"})
    else:
        session.execute(text("SELECT json(:given)"), {"given": f"{{{MARKER}"})


def run_invalid_search(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS tsquery)"), {"given": f"{MARKER} & | !"})
    else:
        session.execute(
            text("SELECT 1 FROM library_words WHERE library_words MATCH :given"),
            {"given": f'{MARKER} AND "'},
        )


def insert_unencodable_text(session: Session) -> None:
    session.execute(insert(SettingRow).values(name="half", value=f"{MARKER} \ud83d"))


def use_nul_character(session: Session) -> None:
    session.execute(text("SELECT CAST(:given AS text)"), {"given": f"{MARKER}\0"})
    session.execute(text("SELECT nothing_of_the_kind(:given)"), {"given": MARKER})


def insert_wrong_type(session: Session) -> None:
    row = {"id": "U1", "name": MARKER, "zone": "UTC", "learned_at": MARKER}
    session.execute(insert(PersonRow).values(**row))


def use_too_large_number(session: Session) -> None:
    session.execute(text("SELECT CAST(:given AS integer), :word"), {"given": 2**70, "word": MARKER})
    session.execute(insert(DeliveryRow).values(id=MARKER, seen_at=None))


FAULTS: list[Fault] = [
    insert_duplicate_key,
    insert_missing_value,
    insert_dangling_reference,
    use_text_as_number,
    parse_invalid_json,
    run_invalid_search,
    insert_unencodable_text,
    use_nul_character,
    insert_wrong_type,
    use_too_large_number,
]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        migrated = open_store(f"sqlite:///{tmp_path / 'debrief.db'}")
        schema.upgrade(migrated)
        yield migrated
        migrated.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        migrated = Store(url)
        schema.upgrade(migrated)
        yield migrated
        migrated.close()


def run_fault(store: Store, fault: Fault) -> Exception:
    """Run a fault as a worker runs a job, and return its error."""

    def run() -> None:
        with store.begin() as session:
            fault(session)

    outcome = errors.run_guarded(run, "a fault")
    assert isinstance(outcome, (SQLAlchemyError, DatabaseError, ValueError, OverflowError)), outcome
    return outcome


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_failed_statement_is_logged_without_its_values(
    store: Store, fault: Fault, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr(form)  # type: ignore[arg-type]
    error = run_fault(store, fault)
    errors.explain(error)
    logging.getLogger("sqlalchemy.pool").error("as a library logs it", exc_info=error)
    raise_in_thread(error)
    log = "".join(capfd.readouterr())
    assert "a fault" in log or isinstance(error, DatabaseError)
    assert "Traceback" in log
    assert MARKER not in log
    assert MARKER not in str(error)


def raise_in_thread(error: Exception) -> None:
    """Let an error end a thread, which prints it to standard error."""

    def fail() -> None:
        raise error

    hook, threading.excepthook = threading.excepthook, threading.__excepthook__
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook


@pytest.mark.parametrize("kind", SQLITE)
def test_message_texts_are_not_logged_while_sqlite_fails(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("json")  # to the captured standard error
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as live_bot:
        _write_during_trouble(live_bot, SQLITE[kind][0])
    _assert_no_text_logged("".join(capfd.readouterr()))


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_message_texts_are_not_logged_while_postgresql_fails(
    postgres: str, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("json")
    with (
        postgres_database(postgres) as url,
        harness.start_live_bot(url, over_http=True) as live_bot,
    ):
        _write_during_trouble(live_bot, POSTGRESQL[kind][0])
    _assert_no_text_logged("".join(capfd.readouterr()))


def _write_during_trouble(live_bot: LiveBot, trouble: Trouble) -> None:
    channel = live_bot.declare()
    with trouble(live_bot):
        live_bot.workspace.say("ana", channel, f"{MARKER} " * 2_000)
        answer = live_bot.command("ana", f"note {MARKER} " + "of a kind " * 2_000, channel)
        assert "Nothing was recorded" in answer
        eventually(lambda: live_bot.store.trouble is not None, "the trouble is noticed")


def _assert_no_text_logged(log: str) -> None:
    assert "database is unavailable" in log
    assert MARKER not in log

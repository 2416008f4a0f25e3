"""Whatever goes wrong in the database, what people wrote isn't in the logs."""

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
from tests.support.harness import Town, eventually
from tests.support.postgres import postgres_database
from tests.support.stores import opened

MARKER = "zebra-lasagne"
Fault = Callable[[Session], object]
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def taken_twice(session: Session) -> None:
    for _ in range(2):
        session.execute(insert(SettingRow).values(name=MARKER, value=MARKER))


def missing_value(session: Session) -> None:
    session.execute(text("INSERT INTO settings (name) VALUES (:name)"), {"name": MARKER})


def dangling_reference(session: Session) -> None:
    row = {"id": 1, "channel": "C1", "person": MARKER}
    session.execute(
        text(
            "INSERT INTO roles (id, incident_id, name, person, since)"
            " VALUES (:id, 4711, :person, :person, '2026-03-10')"
        ),
        row,
    )


def not_a_number(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS integer)"), {"given": MARKER})
    else:
        session.execute(text("INSERT INTO incidents (id) VALUES (:given)"), {"given": MARKER})


def not_json(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS json)"), {"given": f"{{{MARKER}"})
    else:
        session.execute(text("SELECT json(:given)"), {"given": f"{{{MARKER}"})


def not_a_search(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT CAST(:given AS tsquery)"), {"given": f"{MARKER} & | !"})
    else:
        session.execute(
            text("SELECT 1 FROM library_words WHERE library_words MATCH :given"),
            {"given": f'{MARKER} AND "'},
        )


def not_encodable(session: Session) -> None:
    session.execute(insert(SettingRow).values(name="half", value=f"{MARKER} \ud83d"))


def nul(session: Session) -> None:
    session.execute(text("SELECT CAST(:given AS text)"), {"given": f"{MARKER}\0"})
    session.execute(text("SELECT nothing_of_the_kind(:given)"), {"given": MARKER})


def wrong_type(session: Session) -> None:
    row = {"id": "U1", "name": MARKER, "zone": "UTC", "learned_at": MARKER}
    session.execute(insert(PersonRow).values(**row))


def too_large(session: Session) -> None:
    session.execute(text("SELECT CAST(:given AS integer), :word"), {"given": 2**70, "word": MARKER})
    session.execute(insert(DeliveryRow).values(id=MARKER, seen_at=None))


FAULTS: list[Fault] = [
    taken_twice,
    missing_value,
    dangling_reference,
    not_a_number,
    not_json,
    not_a_search,
    not_encodable,
    nul,
    wrong_type,
    too_large,
]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made = opened(f"sqlite:///{tmp_path / 'debrief.db'}")
        schema.upgrade(made)
        yield made
        made.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        made = Store(url)
        schema.upgrade(made)
        yield made
        made.close()


def failed(store: Store, fault: Fault) -> Exception:
    """Run a fault the way a worker runs its work, and return what it came to."""

    def work() -> None:
        with store.begin() as session:
            fault(session)

    outcome = errors.run_guarded(work, "a fault")
    assert isinstance(outcome, (SQLAlchemyError, DatabaseError, ValueError, OverflowError)), outcome
    return outcome


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_failed_statement_is_logged_without_its_values(
    store: Store, fault: Fault, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr(form)  # type: ignore[arg-type]
    error = failed(store, fault)
    errors.explain(error)
    logging.getLogger("sqlalchemy.pool").error("as a library logs it", exc_info=error)
    uncaught(error)
    written = "".join(capfd.readouterr())
    assert "a fault" in written or isinstance(error, DatabaseError)
    assert "Traceback" in written
    assert MARKER not in written
    assert MARKER not in str(error)


def uncaught(error: Exception) -> None:
    """Let an error end a thread, which prints it to standard error by itself."""

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
def test_while_sqlite_is_in_trouble_words_are_not_logged(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("json")  # to what is captured now
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as town:
        _fails_while_people_write(town, SQLITE[kind][0])
    _is_clean("".join(capfd.readouterr()))


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_while_postgresql_is_in_trouble_words_are_not_logged(
    postgres: str, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("json")
    with postgres_database(postgres) as url, harness.town(url, over_http=True) as town:
        _fails_while_people_write(town, POSTGRESQL[kind][0])
    _is_clean("".join(capfd.readouterr()))


def _fails_while_people_write(town: Town, trouble: Trouble) -> None:
    channel = town.declare()
    with trouble(town):
        town.ws.say("ana", channel, f"{MARKER} " * 2_000)
        answer = town.incident("ana", f"note {MARKER} " + "of a kind " * 2_000, channel)
        assert "Nothing was recorded" in answer
        eventually(lambda: town.store.trouble is not None, "the trouble is noticed")


def _is_clean(log: str) -> None:
    assert "database trouble" in log
    assert MARKER not in log

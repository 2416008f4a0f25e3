"""A database is its owner's alone: from its first moment, and when it's opened again."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import settings
from storage.engine import backup, schema
from storage.engine.store import Store

LOOSE, OWNER_ONLY = 0o644, 0o600


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _nothing_masked() -> Iterator[None]:
    """A mask of zero lets every permission through that a program asks for."""
    before = os.umask(0)
    yield
    os.umask(before)


def upgraded(path: Path) -> Store:
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store)
    return store


@contextmanager
def every_line_looks(folder: Path) -> Iterator[set[tuple[str, int]]]:
    """Collect the permissions of every file in a folder before each line that runs in `storage`."""
    seen: set[tuple[str, int]] = set()

    def look(frame: object, _event: str, _arg: object) -> object:
        name = frame.f_code.co_filename  # type: ignore[attr-defined]
        if f"{os.sep}storage{os.sep}" not in name:
            return None
        seen.update((each.name, mode_of(each)) for each in folder.iterdir())
        return look

    before = sys.gettrace()
    sys.settrace(look)  # type: ignore[arg-type]
    try:
        yield seen
    finally:
        sys.settrace(before)


def test_a_new_database_is_never_readable_by_others(tmp_path: Path) -> None:
    with every_line_looks(tmp_path) as seen:
        upgraded(tmp_path / "debrief.db").close()
    assert ("debrief.db", OWNER_ONLY) in seen
    assert {mode for _, mode in seen} == {OWNER_ONLY}


def test_files_beside_the_database_are_not_readable_by_others(tmp_path: Path) -> None:
    store = upgraded(tmp_path / "debrief.db")
    with store.begin() as session:
        settings.save(session, "team", "T1")
        session.flush()
        modes = {each.name: mode_of(each) for each in tmp_path.iterdir()}
    store.close()
    assert modes == {"debrief.db": OWNER_ONLY, "debrief.db-journal": OWNER_ONLY}


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
def test_existing_files_are_tightened_when_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "debrief.db"
    upgraded(path).close()
    path.chmod(LOOSE)
    beside = path.with_name(path.name + suffix)
    beside.touch(LOOSE)
    store = Store(f"sqlite:///{path}")
    assert not schema.is_outdated(store)
    assert mode_of(path) == OWNER_ONLY
    assert not beside.exists() or mode_of(beside) == OWNER_ONLY
    store.close()


def test_a_backup_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    store = upgraded(tmp_path / "debrief.db")
    loose = tmp_path / "backup.db"
    with every_line_looks(tmp_path) as seen:
        backup.create(store, loose)
        loose.chmod(LOOSE)
        backup.create(store, loose)  # replaces one that others could read
    store.close()
    assert mode_of(loose) == OWNER_ONLY
    assert {mode for name, mode in seen if name.startswith(".backup")} == {OWNER_ONLY}

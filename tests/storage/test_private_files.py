"""Only the owner can read a database, from the moment it is created and whenever it is opened."""

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
def _no_umask() -> Iterator[None]:
    """With a umask of zero, files get every permission that a program requests."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_upgraded(path: Path) -> Store:
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store)
    return store


@contextmanager
def watch_permissions(folder: Path) -> Iterator[set[tuple[str, int]]]:
    """Collect the permissions of every file in a folder before each line that runs in `storage`."""
    seen: set[tuple[str, int]] = set()

    def trace(frame: object, _event: str, _arg: object) -> object:
        name = frame.f_code.co_filename  # type: ignore[attr-defined]
        if f"{os.sep}storage{os.sep}" not in name:
            return None
        seen.update((path.name, mode_of(path)) for path in folder.iterdir())
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        yield seen
    finally:
        sys.settrace(before)


def test_a_new_database_is_never_readable_by_others(tmp_path: Path) -> None:
    with watch_permissions(tmp_path) as seen:
        open_upgraded(tmp_path / "debrief.db").close()
    assert ("debrief.db", OWNER_ONLY) in seen
    assert {mode for _, mode in seen} == {OWNER_ONLY}


def test_files_beside_the_database_are_not_readable_by_others(tmp_path: Path) -> None:
    store = open_upgraded(tmp_path / "debrief.db")
    with store.begin() as session:
        settings.save(session, "team", "T1")
        session.flush()
        modes = {path.name: mode_of(path) for path in tmp_path.iterdir()}
    store.close()
    assert modes == {"debrief.db": OWNER_ONLY, "debrief.db-journal": OWNER_ONLY}


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
def test_permissions_of_existing_files_are_tightened_on_opening(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / "debrief.db"
    open_upgraded(path).close()
    path.chmod(LOOSE)
    companion = path.with_name(path.name + suffix)
    companion.touch(LOOSE)
    store = Store(f"sqlite:///{path}")
    assert not schema.is_outdated(store)
    assert mode_of(path) == OWNER_ONLY
    assert not companion.exists() or mode_of(companion) == OWNER_ONLY
    store.close()


def test_a_backup_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    store = open_upgraded(tmp_path / "debrief.db")
    backup_file = tmp_path / "backup.db"
    with watch_permissions(tmp_path) as seen:
        backup.create(store, backup_file)
        backup_file.chmod(LOOSE)
        backup.create(store, backup_file)  # replaces one that others could read
    store.close()
    assert mode_of(backup_file) == OWNER_ONLY
    assert {mode for name, mode in seen if name.startswith(".backup")} == {OWNER_ONLY}

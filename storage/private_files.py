"""File permissions: a database is readable and writable by its owner alone."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# SQLite gives a file that it makes beside the database the permissions of the database.
_BESIDE = ("", "-journal", "-wal", "-shm")


def secure(database: Path, *, create: bool) -> None:
    """Take a SQLite file away from group and others before it's opened; make it empty if missing.

    SQLite itself would make it readable by everybody, and only then could that be changed. A file that
    belongs to somebody else stays as it is: `debrief doctor` reports it. An existing file isn't opened
    here: closing it would end the locks that SQLite holds on it in this process.
    """
    for suffix in _BESIDE:
        with suppress(OSError):
            _tighten(database.with_name(database.name + suffix))
    if create:
        with suppress(
            OSError
        ):  # it's there, or SQLite is about to say what's wrong with the folder
            os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))


def is_open_to_others(path: Path) -> bool:
    """Whether group or others have any permission on a file."""
    return bool(path.stat().st_mode & _OTHERS)


def is_writable_by_others(folder: Path) -> bool:
    """Whether others than the owner can replace files in a folder; with a sticky bit they can't."""
    mode = folder.stat().st_mode
    return bool(mode & (stat.S_IWGRP | stat.S_IWOTH)) and not mode & stat.S_ISVTX


def _tighten(file: Path) -> None:
    if is_open_to_others(file):
        file.chmod(OWNER_ONLY)

"""File permissions: only its owner can read and write a database."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# SQLite gives the files it creates next to the database the same permissions.
_SUFFIXES = ("", "-journal", "-wal", "-shm")


def secure(database: Path, *, create: bool) -> None:
    """Remove group and other permissions from a SQLite file before it's opened, or create it.

    SQLite itself would create it readable by everybody, until changed afterwards. A file owned by
    somebody else stays unchanged, and `debrief doctor` reports it. An existing file isn't opened
    here, because closing it would release the locks that SQLite holds on it in this process.
    """
    for suffix in _SUFFIXES:
        with suppress(OSError):
            _tighten(database.with_name(database.name + suffix))
    if create:
        with suppress(OSError):  # it exists, or SQLite will report the problem with the folder
            os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))


def is_open_to_others(path: Path) -> bool:
    """Return whether group or others have any permission on a file."""
    return bool(path.stat().st_mode & _OTHERS)


def is_writable_by_others(folder: Path) -> bool:
    """Return whether people other than the owner can replace files in a folder.

    A sticky bit prevents it.
    """
    mode = folder.stat().st_mode
    return bool(mode & (stat.S_IWGRP | stat.S_IWOTH)) and not mode & stat.S_ISVTX


def _tighten(file: Path) -> None:
    if is_open_to_others(file):
        file.chmod(OWNER_ONLY)

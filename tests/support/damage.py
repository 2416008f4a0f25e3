"""Damage a SQLite file as a broken disk does: whole pages hold something else."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

CHANGE_COUNTER = 24  # offset in the file: https://sqlite.org/fileformat.html#file_change_counter


def overwrite(file: Path, table: str, *, noticed: bool = False) -> None:
    """Overwrite the root page of a table with noise.

    A connection that has the page in its cache doesn't read it again. With `noticed` it does, as after
    another process has written.
    """
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, (table,)).fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(os.urandom(size))
        if noticed:
            opened.seek(CHANGE_COUNTER)
            count = int.from_bytes(opened.read(4), "big")
            opened.seek(CHANGE_COUNTER)
            opened.write((count + 1).to_bytes(4, "big"))

"""Damage a SQLite file as a broken disk would: whole pages are overwritten."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

CHANGE_COUNTER = 24  # offset in the file: https://sqlite.org/fileformat.html#file_change_counter


def overwrite(file: Path, table: str, *, noticed: bool = False) -> None:
    """Overwrite the root page of a table with noise.

    A connection that has the page in its cache doesn't read it again, unless `noticed` changes
    the file's change counter, as a write by another process would.
    """
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, (table,)).fetchone()
    with file.open("r+b") as database_file:
        database_file.seek((page - 1) * size)
        database_file.write(os.urandom(size))
        if noticed:
            database_file.seek(CHANGE_COUNTER)
            count = int.from_bytes(database_file.read(4), "big")
            database_file.seek(CHANGE_COUNTER)
            database_file.write((count + 1).to_bytes(4, "big"))

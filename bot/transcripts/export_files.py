"""Read the files of a Slack export from a folder or a zip, never outside of it and only within limits."""

import errno
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from bot import files

MOST_IN_ALL = 4 * files.MOST_BYTES  # for all files together
MOST_FILES = 200_000  # in a zip
_PACKED = {
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
}  # the methods Slack uses; others unpack too much at once


class ExportFiles(Protocol):
    """Files by their path in the export, such as `inc-1/2026-03-10.json`. All raise OSError."""

    def has(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes: ...

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; "" is the top of the export."""


@dataclass
class FolderFiles:
    """An unpacked export. Links are followed as long as they stay inside it."""

    root: Path
    left: int = field(default_factory=lambda: MOST_IN_ALL)

    def has(self, name: str) -> bool:
        return self._inside(name).is_file()

    def read(self, name: str) -> bytes:
        found = files.read(self._inside(name), min(files.MOST_BYTES, self.left))
        self.left -= len(found)
        return found

    def names(self, folder: str) -> list[str]:
        path = self._inside(folder)
        return sorted(each.name for each in path.iterdir()) if path.is_dir() else []

    def _inside(self, name: str) -> Path:
        path = self.root / name
        if not files.is_inside(path, self.root):
            raise OSError(errno.EPERM, f"{name} is a link that points outside the export")
        return path


@dataclass
class ZipFiles:
    """A zipped export. Unpacked bytes are counted, regardless of the sizes the zip claims."""

    archive: zipfile.ZipFile
    left: int = field(default_factory=lambda: MOST_IN_ALL)
    entries: dict[str, zipfile.ZipInfo] = field(init=False)

    def __post_init__(self) -> None:
        listed = self.archive.infolist()
        if len(listed) > MOST_FILES:
            raise OSError(errno.EFBIG, f"it has more than {MOST_FILES:,} files")
        self.entries = {each.filename: each for each in listed if not each.is_dir()}

    def has(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        entry = self.entries[name]
        if entry.compress_type not in _PACKED:
            raise OSError(errno.EINVAL, f"{name} uses a compression that Slack never uses")
        with self.archive.open(entry) as source:
            found = files.read_all(source, min(files.MOST_BYTES, self.left))
        self.left -= len(found)
        return found

    def names(self, folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        below = (name for name in self.entries if name.startswith(start))
        return sorted({name.removeprefix(start).partition("/")[0] for name in below})


@dataclass
class Nested:
    """The files in a folder of an export: some zips hold everything in one folder."""

    whole: ExportFiles
    folder: str

    def has(self, name: str) -> bool:
        return self.whole.has(f"{self.folder}/{name}")

    def read(self, name: str) -> bytes:
        return self.whole.read(f"{self.folder}/{name}")

    def names(self, folder: str) -> list[str]:
        return self.whole.names(f"{self.folder}/{folder}".rstrip("/"))


@contextmanager
def opened(path: Path) -> Iterator[ExportFiles]:
    """Open an export's files. Raises OSError and `zipfile.BadZipFile`."""
    if path.is_dir():
        yield _top(FolderFiles(path))
        return
    with files.opened(path) as source, zipfile.ZipFile(source) as archive:
        yield _top(ZipFiles(archive))


def is_one_name(name: str) -> bool:
    """Return whether a name is a plain folder name that doesn't point elsewhere."""
    is_plain = not set("/\\\0") & set(name) and name not in {"", ".", ".."}
    return is_plain and PurePosixPath(name).name == name


def _top(whole: ExportFiles) -> ExportFiles:
    if whole.has("channels.json"):
        return whole
    inner = [each for each in whole.names("") if whole.has(f"{each}/channels.json")]
    return Nested(whole, inner[0]) if len(inner) == 1 else whole

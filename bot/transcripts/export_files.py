"""Read the files of a Slack export from a folder or a zip, never outside of it and only within limits.

Names come from the folder or zip. A name from a JSON file is only compared, never used as a path.
"""

import errno
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from bot.config import files
from bot.transcripts.errors import EncryptedZip

MAX_TOTAL_BYTES = 4 * files.MAX_BYTES  # for all files together
MAX_FILES = 200_000  # in a zip
# The methods that Slack uses. Others unpack too much at once.
_COMPRESSION_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # flags of a zip's entry
_MAX_DEPTH = 8  # nested folders
TOP_LISTS = ("channels.json", "groups.json", "users.json", "org_users.json")


class ExportFiles(Protocol):
    """Files by their path in the export, such as `inc-1/2026-03-10.json`. All raise OSError."""

    def has(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes: ...

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted, without macOS's own; "" is the top of the export."""


@dataclass
class FolderFiles:
    """An unpacked export. Links are followed as long as they stay inside it."""

    root: Path
    left: int = field(default_factory=lambda: MAX_TOTAL_BYTES)

    def has(self, name: str) -> bool:
        return self._inside(name).is_file()

    def read(self, name: str) -> bytes:
        content = files.read(self._inside(name), min(files.MAX_BYTES, self.left))
        self.left -= len(content)
        return content

    def names(self, folder: str) -> list[str]:
        path = self._inside(folder)
        return (
            sorted(_without_system_files(entry.name for entry in path.iterdir()))
            if path.is_dir()
            else []
        )

    def _inside(self, name: str) -> Path:
        path = self.root / name
        if not files.is_inside(path, self.root):
            raise OSError(errno.EPERM, f"{name} is a link that points outside the export")
        return path


@dataclass
class ZipFiles:
    """A zipped export. Unpacked bytes are counted, regardless of the sizes the zip claims."""

    archive: zipfile.ZipFile
    path: Path
    left: int = field(default_factory=lambda: MAX_TOTAL_BYTES)
    entries: dict[str, zipfile.ZipInfo] = field(init=False)
    folders: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        listed = self.archive.infolist()
        if len(listed) > MAX_FILES:
            raise OSError(errno.EFBIG, f"it has more than {MAX_FILES:,} files")
        paths = ((_entry_path(entry), entry) for entry in listed if not entry.is_dir())
        self.entries = {path: entry for path, entry in paths if path.count("/") < _MAX_DEPTH}
        self.folders = {}
        for name in self.entries:
            _add_to_folders(self.folders, name)

    def has(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        entry = self.entries[name]
        if entry.flag_bits & _ENCRYPTED:
            raise EncryptedZip(path=self.path)
        if entry.compress_type not in _COMPRESSION_METHODS:
            raise OSError(errno.EINVAL, f"{name} uses a compression method that Slack never uses")
        with self.archive.open(entry) as source:
            content = files.read_all(source, min(files.MAX_BYTES, self.left))
        self.left -= len(content)
        return content

    def names(self, folder: str) -> list[str]:
        return sorted(_without_system_files(self.folders.get(folder, ())))


@dataclass
class NestedFiles:
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
def open_export(path: Path) -> Iterator[ExportFiles]:
    """Open an export's files. Raises OSError, `zipfile.BadZipFile` and `EncryptedZip`."""
    if path.is_dir():
        yield find_top(FolderFiles(path))
        return
    with files.open_file(path) as source, zipfile.ZipFile(source) as archive:
        yield find_top(ZipFiles(archive, path))


def is_plain_name(name: str) -> bool:
    """Return whether a name is a plain folder name that doesn't point elsewhere."""
    is_plain = not set("/\\\0") & set(name) and name not in {"", ".", ".."}
    return is_plain and PurePosixPath(name).name == name


def find_top(whole: ExportFiles) -> ExportFiles:
    """Return the folder that holds the export: some zips put everything in one more folder, or in two."""
    top = whole
    for _ in range(_MAX_DEPTH):
        inner = [NestedFiles(top, name) for name in top.names("")]
        tops = [folder for folder in inner if _is_top(folder)]
        if _is_top(top) or not (len(tops) == 1 or _is_wrapping(inner)):
            return top
        top = tops[0] if len(tops) == 1 else inner[0]
    return whole


def _is_wrapping(inner: list[NestedFiles]) -> bool:
    """Return whether there is just one folder, with folders in it: channels, where no list tells."""
    return (
        len(inner) == 1
        and bool(inner[0].names(""))
        and all(map(inner[0].names, inner[0].names("")))
    )


def _is_top(folder: ExportFiles) -> bool:
    return any(folder.has(name) for name in TOP_LISTS)


def _without_system_files(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if not name.startswith(".") and name != "__MACOSX")


def _add_to_folders(folders: dict[str, set[str]], path: str) -> None:
    """Add a file and its parent folders to the folders that contain them."""
    while path:
        above, _, name = path.rpartition("/")
        folders.setdefault(above, set()).add(name)
        path = above


def _entry_path(entry: zipfile.ZipInfo) -> str:
    """Return an entry's path. Slack's zips hold UTF-8 but don't say so, and some programs write backslashes."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."})

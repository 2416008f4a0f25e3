"""Recognize files that are neither a transcript nor an export, by their first bytes."""

from typing import NamedTuple

UNPACK = "Unpack it, and use the folder or file inside"
SLACKDUMP = (
    "If slackdump made it, convert it with `slackdump convert -f export`, and use the result"
)
_JSON = "Use Slack's JSON export: its folder or zip"


class FileType(NamedTuple):
    """What a file is, and what to do about it."""

    kind: str
    advice: str


_STARTS = (
    (b"\x1f\x8b", FileType("a gzip archive", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", FileType("a 7z archive", UNPACK)),
    (b"Rar!\x1a\x07", FileType("a RAR archive", UNPACK)),
    (b"BZh", FileType("a bzip2 archive", UNPACK)),
    (b"\xfd7zXZ\x00", FileType("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", FileType("a zstd archive", UNPACK)),
    (b"SQLite format 3\x00", FileType("a SQLite database", SLACKDUMP)),
    (b"%PDF-", FileType("a PDF", _JSON)),
)  # fmt: skip
_PAGES = ("<!doctype html", "<html", "<?xml", "<head", "<body", "<!--")
_TAR = (257, b"ustar")
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
START_BYTES = 1_024  # bytes needed to recognize a file


def is_zip(start: bytes) -> bool:
    """Return whether a file begins as a zip does."""
    return start.startswith(_ZIPS)


def recognize(start: bytes) -> FileType | None:
    """Return the type of a file that can't have messages; None if it may have some."""
    place, magic = _TAR
    if start[place:].startswith(magic):
        return FileType("a tar archive", UNPACK)
    file_type = next((candidate for begin, candidate in _STARTS if start.startswith(begin)), None)
    return file_type or _page(start)


def _page(start: bytes) -> FileType | None:
    text = start.decode("utf-8-sig", errors="replace").lstrip().lower()
    return FileType("a web page", _JSON) if text.startswith(_PAGES) else None

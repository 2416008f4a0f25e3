"""Read files named by users within size limits, and write files atomically."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import IO, BinaryIO

MAX_BYTES = 64 * 2**20
SMALL_FILE_BYTES = 2**20  # for hand-written files


def open_file(path: Path) -> BinaryIO:
    """Open a regular file. Raises OSError, also for devices and pipes, which may never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        raise OSError(errno.EINVAL, "it isn't a regular file")
    return os.fdopen(handle, "rb")


def read(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most `max_bytes` bytes. Raises OSError."""
    with open_file(path) as source:
        return read_all(source, max_bytes)


def read_all(source: IO[bytes], max_bytes: int) -> bytes:
    """Read the rest of a file. Raises OSError if that is more than `max_bytes` bytes."""
    content = source.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {max_bytes:,} bytes")
    return content


def write(path: Path, text: str) -> None:
    """Write a text file atomically: an existing file keeps its content until the new one is complete.

    A device or a pipe, such as /dev/stdout, is written to directly.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, "utf-8", newline="\n")
        return
    target = path.resolve()  # for a link, replace its target
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", prefix=f".{target.name}.", dir=target.parent,
        delete=False,
    ) as temporary:  # fmt: skip
        try:
            temporary.write(text)
            temporary.flush()
            _copy_mode(target, temporary.fileno())
            Path(temporary.name).replace(target)
        except OSError:
            Path(temporary.name).unlink(missing_ok=True)
            raise


def is_inside(path: Path, folder: Path) -> bool:
    """Return whether a file is in a folder after resolving links."""
    return path.resolve().is_relative_to(folder.resolve())


def _copy_mode(target: Path, handle: int) -> None:
    """Give a new file the permissions of the one it replaces, or the default ones."""
    if target.exists():
        os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
        return
    mask = os.umask(0)
    os.umask(mask)
    os.fchmod(handle, 0o666 & ~mask)

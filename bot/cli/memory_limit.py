"""A memory limit for commands that read untrusted files."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import BotError

MAX_BYTES = 2**30  # bytes beyond the program's own use


class TooMuchMemory(BotError):
    """The file is too large: processing it would take more than {most} MB of memory. Use a
    smaller file."""


@contextmanager
def limit_memory(max_bytes: int = MAX_BYTES) -> Iterator[None]:
    """Raise `TooMuchMemory` instead of using up all memory."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = _used_bytes()
    if used is not None:
        resource.setrlimit(
            resource.RLIMIT_AS, (_lower_limit(used + max_bytes, before[0]), before[1])
        )
    try:
        yield
    except MemoryError:
        raise TooMuchMemory(most=max_bytes // 2**20) from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _used_bytes() -> int | None:
    """Return this process's address space in bytes; None if the system doesn't report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return None
    return pages * resource.getpagesize()


def _lower_limit(requested: int, limit: int) -> int:
    return requested if limit == resource.RLIM_INFINITY else min(requested, limit)

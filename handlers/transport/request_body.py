"""Read request bodies within limits: a maximum size, and only a few large ones at a time."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

MAX_BYTES = 8 * 2**20  # bytes; a message of a million characters, each escaped, is smaller
SMALL_BYTES = 2**16  # bytes; commands, clicks and most events are smaller
LARGE_AT_ONCE = 8  # so that all bodies together fit into memory, with any number of clients


class BodyTooLarge(Exception):
    """The body has more bytes than Slack would ever send."""


class BodyReader:
    """Reader of request bodies for one web application."""

    def __init__(self) -> None:
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def read(self, request: Request) -> bytes:
        """Return the whole body.

        Raises BodyTooLarge as soon as the header or the byte count shows it.
        """
        if _get_content_length(request) > MAX_BYTES:
            raise BodyTooLarge
        body, chunks = bytearray(), request.stream()
        if not await _fill(body, chunks, SMALL_BYTES):
            async with self._large:
                if not await _fill(body, chunks, MAX_BYTES):
                    raise BodyTooLarge
        return bytes(body)


async def _fill(body: bytearray, chunks: AsyncIterator[bytes], most: int) -> bool:
    """Append chunks to a body; return False once it has more than `most` bytes."""
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            return False
    return True


def _get_content_length(request: Request) -> int:
    """Return the Content-Length; h11 has already refused non-numbers."""
    return int(request.headers.get("content-length", 0))

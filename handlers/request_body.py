"""Reading a request's body within bounds: so long each, and few long ones at a time."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

LARGEST = 8 * 2**20  # bytes; a message of a million characters, each escaped, is smaller
SMALL = 2**16  # bytes; commands, clicks and most events are smaller
LARGE_AT_ONCE = 8  # so that all bodies together fit into memory, however many clients there are


class BodyTooLarge(Exception):
    """More bytes than Slack would ever send."""


class BodyReader:
    """Reads bodies for one web application."""

    def __init__(self) -> None:
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def read(self, request: Request) -> bytes:
        """The whole body; `BodyTooLarge` as soon as that is known, from its header or by counting."""
        if _announced(request) > LARGEST:
            raise BodyTooLarge
        body, chunks = bytearray(), request.stream()
        if not await _fill(body, chunks, SMALL):
            async with self._large:
                if not await _fill(body, chunks, LARGEST):
                    raise BodyTooLarge
        return bytes(body)


async def _fill(body: bytearray, chunks: AsyncIterator[bytes], most: int) -> bool:
    """Append chunks to a body; False as soon as it has more than `most` bytes."""
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            return False
    return True


def _announced(request: Request) -> int:
    """Content-Length; h11 has refused what is no number."""
    return int(request.headers.get("content-length", 0))

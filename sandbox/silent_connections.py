"""A link that stays open while nothing comes over it, as behind a router that forgot the way."""

import asyncio
from dataclasses import dataclass
from typing import Any


class _DiscardingProtocol(asyncio.Protocol):
    """Drops what arrives. That the other side hung up is noticed."""

    def __init__(self, listening: asyncio.Protocol) -> None:
        self.listening = listening

    def data_received(self, data: bytes) -> None:
        del data

    def eof_received(self) -> bool | None:
        return self.listening.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.listening.connection_lost(exc)


class _DiscardingTransport:
    """A transport that drops what is written; the rest works."""

    def __init__(self, speaking: asyncio.Transport) -> None:
        self._speaking = speaking

    def write(self, data: bytes) -> None:
        del data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._speaking, name)


@dataclass(eq=False)
class SilentConnection:
    """One connection of uvicorn's, silent from here on until `end`."""

    connection: Any

    def __post_init__(self) -> None:
        self._transport: asyncio.Transport = self.connection.transport
        self.connection.stop_keepalive()  # else this side would hang up on a link that never pongs
        self.connection.transport = _DiscardingTransport(self._transport)
        self._transport.set_protocol(_DiscardingProtocol(self.connection))

    def end(self) -> None:
        if self._transport.is_closing():
            return
        self.connection.transport = self._transport
        self._transport.set_protocol(self.connection)
        self.connection.start_keepalive()

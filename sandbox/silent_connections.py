"""Connections that stay open while no data passes, as behind a router that lost its state."""

import asyncio
from dataclasses import dataclass
from typing import Any


class _DiscardingProtocol(asyncio.Protocol):
    """A protocol that discards received data, but notices when the connection is closed."""

    def __init__(self, listening: asyncio.Protocol) -> None:
        self.listening = listening

    def data_received(self, data: bytes) -> None:
        del data

    def eof_received(self) -> bool | None:
        return self.listening.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.listening.connection_lost(exc)


class _DiscardingTransport:
    """A transport that discards written data; everything else works."""

    def __init__(self, speaking: asyncio.Transport) -> None:
        self._speaking = speaking

    def write(self, data: bytes) -> None:
        del data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._speaking, name)


@dataclass(eq=False)
class SilentConnection:
    """A uvicorn connection that's silent until `end`."""

    connection: Any

    def __post_init__(self) -> None:
        self._transport: asyncio.Transport = self.connection.transport
        self.connection.stop_keepalive()  # otherwise this side would close a connection without pongs
        self.connection.transport = _DiscardingTransport(self._transport)
        self._transport.set_protocol(_DiscardingProtocol(self.connection))

    def end(self) -> None:
        if self._transport.is_closing():
            return
        self.connection.transport = self._transport
        self._transport.set_protocol(self.connection)
        self.connection.start_keepalive()

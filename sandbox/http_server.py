"""uvicorn in a thread that can be stopped at once, and whose connections can be cut."""

import asyncio
import socket
import threading
from typing import Any

import uvicorn


class StoppableServer(uvicorn.Server):
    """A server that signals when it listens, and stops at once without waiting for requests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self._ended = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        self.drop(None)
        await asyncio.sleep(0)  # lets connections notice that they're lost
        for task in self.server_state.tasks:
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)

    def end(self) -> None:
        """Stop the server; called on its loop."""
        self._ended.set()

    def drop(self, address: tuple[str, int] | None) -> None:
        """Cut the TCP connections of a client's address, or all."""
        for connection in self.connections(address):
            connection.transport.abort()

    def connections(self, address: tuple[str, int] | None) -> list[Any]:
        """Return the connections of a client's address, or all."""
        all_connections = list(self.server_state.connections)
        return [
            connection
            for connection in all_connections
            if address is None or getattr(connection, "client", None) == address
        ]

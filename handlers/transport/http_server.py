"""HTTP listener: uvicorn in a thread, on a port that is bound before anything else starts."""

import asyncio
import logging
import socket
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from bot.domain.errors import BotError
from handlers.transport.http_connections import BoundedServer, TimedConnection

SHUTDOWN_SECONDS = 3  # seconds for requests in progress when it stops


class PortTaken(BotError):
    """Port {port} on {host} is already in use ({reason}). Stop the other program, or set
    DEBRIEF_PORT."""


class _Server(BoundedServer):
    """Server that stops at once when told to; uvicorn checks only every 0.1 seconds."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    async def main_loop(self) -> None:
        await self.ended.wait()


class Listener:
    """Serves `pages` from `start` to `stop`. Port 0 picks any free port."""

    def __init__(self, pages: Starlette, host: str, port: int) -> None:
        self._listening = _bind(host, port)
        self.port: int = self._listening.getsockname()[1]
        config = uvicorn.Config(
            pages,
            log_config=None,
            log_level=logging.ERROR,  # one line per client mistake would only be noise
            http=TimedConnection,
            ws="none",  # otherwise an upgrade would take a connection out of our count
            lifespan="off",
            access_log=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        self._server = _Server(config)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish requests in progress, for at most `SHUTDOWN_SECONDS`, then stop listening."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.ended.set)
            self._thread.join(SHUTDOWN_SECONDS + 1)
        self.close()

    def close(self) -> None:
        """Release the port, even if nothing was started."""
        self._listening.close()
        if not self._thread.is_alive():  # otherwise it ends with the process
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve(sockets=[self._listening]))


def _bind(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(port=port, host=host, reason=error.strerror) from error
    return listening

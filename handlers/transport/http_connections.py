"""Limits on HTTP connections: how many at once, and how long a client may take.

uvicorn limits neither: it waits forever for a request and accepts connections until no file
descriptor is left. Anybody who can reach the port could stop the bot that way, without a signature.
"""

import asyncio
import resource
import socket
from asyncio import TimerHandle

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from handlers.slack.log_once import OnceLogger

REQUEST_SECONDS = 5.0  # for a whole request, header and body; also how long a connection may idle
RESPONSE_SECONDS = 30.0  # for the answer, including the time the client takes to read it
MIN_REQUEST_SECONDS = 0.5  # guaranteed to every client for its request, however many others wait
MAX_CONNECTIONS = 640  # connections at once
DESCRIPTOR_SHARE = 0.625  # of file descriptors; the rest is for the database and Slack
RECHECK_SECONDS = 0.01  # seconds between checks for connections that have ended
RETRY_SECONDS = 0.1  # seconds until the next accept if no descriptor is left


class TimedConnection(H11Protocol):
    """A connection that's closed if the client is too slow to send a request or read a response.

    `waiting` holds the connections that still owe a request, longest wait first.
    """

    waiting: dict["TimedConnection", None]
    deadline: TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        """Return whether a request hasn't fully arrived yet."""
        return self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self in self.waiting and not self.is_waiting:
            self._set_deadline()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close at once; the slot is free before the next loop iteration."""
        self._forget_deadline()
        self.connections.discard(self)
        self.transport.abort()

    def _set_deadline(self) -> None:
        self._forget_deadline()
        if self.is_waiting:
            self.waiting[self] = None
        seconds = REQUEST_SECONDS if self.is_waiting else RESPONSE_SECONDS
        self.deadline = self.loop.call_later(seconds, self.drop)

    def _forget_deadline(self) -> None:
        self.waiting.pop(self, None)
        if self.deadline is not None:
            self.deadline.cancel()


class BoundedServer(uvicorn.Server):
    """A server that accepts connections itself, one at a time, and at most `most`.

    When all slots are taken, the client that has taken longest to send its request is dropped, but
    not before `MIN_REQUEST_SECONDS`: a slow network isn't an attack.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.most = compute_max_connections()
        self.once = OnceLogger()
        self._waiting: dict[TimedConnection, None] = {}

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        self.servers = []  # uvicorn's would accept without end
        (listening,) = sockets or []
        listening.settimeout(0)  # asyncio waits for it
        listening.listen(self.config.backlog)
        self._accepting = asyncio.create_task(self._accept(listening))
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._accepting.cancel()
        await asyncio.wait({self._accepting})
        await super().shutdown(sockets)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._make_room(loop)
            await _wait_for_client(loop, listening)
            try:
                # Nothing is awaited in between: stopping just then would leave the connection open.
                accepted, _ = listening.accept()
                accepted.setblocking(False)  # noqa: FBT003 - its only argument
                await loop.connect_accepted_socket(self._connection, accepted)
            except BlockingIOError:  # the client has gone
                continue
            except OSError as error:  # no descriptor left
                self.once.warn("cannot accept a connection", reason=str(error.strerror))
                self._drop_slowest()
                await asyncio.sleep(RETRY_SECONDS)

    async def _make_room(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for a free slot. If all clients have sent their request, none is dropped."""
        while len(self.server_state.connections) >= self.most:
            self.once.warn("too many HTTP connections: dropping the slowest")
            slowest = next(iter(self._waiting), None)
            left = _seconds_left(slowest, loop.time())
            if left <= 0:
                self._drop_slowest()
            else:
                await asyncio.sleep(min(left, RECHECK_SECONDS))

    def _drop_slowest(self) -> None:
        slowest = next(iter(self._waiting), None)
        if slowest is not None:
            slowest.drop()

    def _connection(self) -> TimedConnection:
        connection = TimedConnection(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        connection.waiting = self._waiting
        return connection


async def _wait_for_client(loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
    """Wait until a client wants to connect."""
    has_client = asyncio.Event()
    loop.add_reader(listening, has_client.set)
    try:
        await has_client.wait()
    finally:
        loop.remove_reader(listening)


def _seconds_left(connection: TimedConnection | None, now: float) -> float:
    """Return how long a connection is safe from being dropped; for None, when to check again."""
    if connection is None or connection.deadline is None:
        return RETRY_SECONDS
    began_at = connection.deadline.when() - REQUEST_SECONDS
    return began_at + MIN_REQUEST_SECONDS - now


def compute_max_connections() -> int:
    """Return the number of connections that leaves enough file descriptors for everything else."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        MAX_CONNECTIONS
        if allowed == resource.RLIM_INFINITY
        else min(MAX_CONNECTIONS, int(allowed * DESCRIPTOR_SHARE))
    )

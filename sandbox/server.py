"""The running sandbox: a simulated workspace, and its server in a thread."""

import asyncio
import concurrent.futures
import socket
import ssl
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import uvicorn
from starlette.routing import BaseRoute

from sandbox import manifest as manifests
from sandbox.api.dispatcher import Dispatcher
from sandbox.api.methods import METHODS, Method
from sandbox.api.request import Request, SlackError
from sandbox.clock import Clock
from sandbox.delivery import RETRY_DELAYS, DeliveryQueue
from sandbox.events import Publisher
from sandbox.faults import Faults
from sandbox.http_app import HttpApp
from sandbox.http_delivery import HttpDelivery
from sandbox.http_server import StoppableServer
from sandbox.ids import Identity, Ids
from sandbox.record import Record
from sandbox.silent_connections import SilentConnection
from sandbox.socket_mode import SocketMode
from sandbox.workspace import Workspace
from sandbox.workspace_state import Json, Person, WorkspaceState

HOST = "127.0.0.1"
TIMEOUT = 10.0  # seconds; longer means that something is broken
T = TypeVar("T")


@dataclass(eq=False)
class Sandbox:
    """A simulated workspace: `with Sandbox(Path("manifest.yml")) as sandbox:`, or `start` and `stop`."""

    manifest: Path | str | Json
    port: int = 0
    clock: Clock = field(default_factory=Clock)
    strict: bool = False
    granted_scopes: tuple[str, ...] | None = None  # None: all scopes of the manifest
    ack_timeout: float = 3.0  # seconds of real time
    retries: tuple[float, ...] = RETRY_DELAYS  # seconds of the sandbox's clock
    seed: int = 0  # for the random numbers of faults
    enterprise_id: str = ""  # of an Enterprise Grid organisation

    def __post_init__(self) -> None:
        self.routes: list[BaseRoute] = []
        self.faults, self.record = Faults(self.seed), Record()
        self.state = self._new_state()
        identity = self.state.identity
        self.bot_token, self.app_token = identity.bot_token, identity.app_token
        self.signing_secret = identity.signing_secret
        self._socket_mode = SocketMode(self.state.ids, identity.app_id, self.ack_timeout)
        self.queue = DeliveryQueue(
            self.clock,
            self.faults,
            self.record,
            self._socket_mode,
            self.state.ids,
            tuple(self.retries),
        )
        self.state.publish = Publisher(self.state, self.queue).publish
        self.workspace = Workspace(self.state, self.queue)
        self.dispatcher = Dispatcher(
            self.state, self.faults, self.record, self.strict, self._methods()
        )
        self._silenced: list[SilentConnection] = []
        self._server: StoppableServer | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._http: httpx.AsyncClient | None = None

    @property
    def url(self) -> str:
        return self.state.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def start(self) -> Self:
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self.state.url = f"http://{HOST}:{self.port}"
        self._server = server = StoppableServer(self._config())
        self._thread = threading.Thread(
            target=self._run,
            args=(server, listener),
            name="sandbox",
            daemon=True,
        )
        self._thread.start()
        if not server.listening.wait(TIMEOUT):
            raise RuntimeError("the sandbox did not start")
        return self

    def stop(self) -> None:
        """Stop deliveries, connections and the server. May be called twice."""
        if self._thread is None or self._server is None:
            return
        self._on_loop(self._close())
        self._thread.join(TIMEOUT)
        self._thread = self._server = self._loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def deliver_over_http(self, url: str) -> None:
        """Switch to signed HTTP requests to `url`; Socket Mode connections are closed."""
        assert self._http, "start the sandbox first"  # noqa: S101
        transport = HttpDelivery(
            url, self.signing_secret, self.ack_timeout, self._http, self.clock.now
        )
        self.queue.transport = transport
        self._on_loop(self._socket_mode.disconnect("link_disabled"))

    def verify_url(self, challenge: str = "3eZbrw1aB") -> bool:
        """Verify the request URL as Slack does; return whether the app sent the challenge back."""
        transport = self.queue.transport
        if not isinstance(transport, HttpDelivery):
            raise TypeError("deliver_over_http first")
        token = self.state.identity.verification_token
        return self._on_loop(transport.challenge(token, challenge))

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect: `warning`, `refresh_requested` or `link_disabled`."""
        self._on_loop(self._socket_mode.disconnect(reason))

    def cut(self) -> None:
        """Cut every Socket Mode connection without a close frame."""
        self._on_loop(self._cut_links())

    def mute(self) -> None:
        """Silence the current connections: they stay open, but nothing passes in either direction.

        Not even pongs. Connections that the app opens afterwards work.
        """
        self._on_loop(self._silence_links())

    def unmute(self) -> None:
        """Restore the connections that `mute` silenced. Data sent meanwhile is lost."""
        self._on_loop(self._restore_links())

    def refuse_links(self, refuse: bool = True) -> None:  # noqa: FBT001, FBT002  a switch
        """Refuse new connections: apps.connections.open fails. Open ones stay."""
        self._socket_mode.refusing = refuse

    def forget_blocks(self, *types: str) -> None:
        """Simulate a version of Slack without these block types: messages with them are refused."""
        self.state.unknown_blocks = frozenset(types)

    def send_raw(self, text: str) -> None:
        """Send a text frame over every connection as it is: `send_raw("not json")`."""
        self._on_loop(self._socket_mode.send_raw(text))

    def settle(self, timeout: float = TIMEOUT) -> None:
        """Wait until every delivery was acknowledged or given up. Raises NotSettled after `timeout`.

        A delivery with a retry due later by the sandbox's clock is outstanding until then.
        """
        self.queue.settle(timeout)

    def wait_connected(self, links: int = 1, timeout: float = TIMEOUT) -> None:
        """Wait until the app has opened this many Socket Mode connections."""
        if not self._socket_mode.wait_linked(links, timeout):
            raise TimeoutError(f"{len(self._socket_mode.links)} of {links} links after {timeout} s")

    def _new_state(self) -> WorkspaceState:
        manifest = manifests.read(self.manifest)
        identity = Identity(manifest.app_name, enterprise_id=self.enterprise_id)
        granted = manifest.scopes if self.granted_scopes is None else self.granted_scopes
        grants = frozenset(granted)
        state = WorkspaceState(self.clock, identity, manifest, grants, Ids(manifest.app_name))
        bot = Person(identity.bot_user_id, manifest.bot_name, manifest.app_name, is_bot=True)
        bot.bot_id = identity.bot_id
        state.people[bot.id] = bot
        return state

    def _config(self) -> uvicorn.Config:
        app = HttpApp(self.dispatcher, self._socket_mode, self._cut).app(self.routes)
        # Without uvicorn's logging: a dropped connection isn't an error here.
        return uvicorn.Config(
            app, log_config=None, log_level="critical", access_log=False, lifespan="off",
            proxy_headers=False, date_header=False, http="h11", ws="websockets-sansio", ws_max_size=2**24,
        )  # fmt: skip

    def _methods(self) -> dict[str, Method]:
        opened = Method(self._open_connection, token="app")  # noqa: S106
        return {**METHODS, "apps.connections.open": opened}

    def _open_connection(self, _request: Request) -> Json:
        if isinstance(self.queue.transport, HttpDelivery):
            raise SlackError("socket_mode_not_enabled")
        if self._socket_mode.refusing:
            raise SlackError("service_unavailable", 503)
        ticket, app_id = self._socket_mode.ticket(), self.state.identity.app_id
        return {"url": f"ws://{HOST}:{self.port}/link/?ticket={ticket}&app_id={app_id}"}

    def _run(self, server: StoppableServer, listener: socket.socket) -> None:
        asyncio.run(self._serve(server, listener))

    async def _serve(self, server: StoppableServer, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        # No certificates: connections go to loopback without TLS, and loading certificates is slow.
        no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with httpx.AsyncClient(verify=no_certificates) as self._http:
            self.queue.open()
            await server.serve(sockets=[listener])

    async def _close(self) -> None:
        await self.queue.close()
        if self._server:
            self._server.end()

    async def _cut_links(self) -> None:
        for link in list(self._socket_mode.links):
            if link.client:
                self._cut((link.client.host, link.client.port))

    async def _silence_links(self) -> None:
        assert self._server  # noqa: S101  on its loop
        addresses = [
            (link.client.host, link.client.port) for link in self._socket_mode.links if link.client
        ]
        for address in addresses:
            self._silenced += [
                SilentConnection(connection) for connection in self._server.connections(address)
            ]

    async def _restore_links(self) -> None:
        silenced, self._silenced = self._silenced, []
        for silence in silenced:
            silence.end()

    def _cut(self, address: tuple[str, int]) -> None:
        if self._server:
            self._server.drop(address)

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop, "start the sandbox first"  # noqa: S101
        future: concurrent.futures.Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(TIMEOUT)

"""Socket Mode: connections of the app, envelopes to it, and its acknowledgements."""

import asyncio
import itertools
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.delivery import Attempt, Outcome
from sandbox.ids import Ids

Json = dict[str, Any]
MAX_LINKS = 10
# Envelopes whose acknowledgement may contain a response.
ANSWERED = frozenset({"slash_commands", "interactive"})


@dataclass(eq=False)
class SocketMode:
    """The app's connections, on the server's loop. Envelopes are sent over them in turn."""

    ids: Ids
    app_id: str
    ack_timeout: float
    links: list[WebSocket] = field(default_factory=list)
    refusing: bool = False  # no new links
    _tickets: set[str] = field(default_factory=set)
    _awaited: "dict[str, asyncio.Future[Any]]" = field(default_factory=dict)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)
    _linked: threading.Condition = field(default_factory=threading.Condition)

    def ticket(self) -> str:
        """Return a ticket for one connection."""
        ticket = self.ids.uuid()
        self._tickets.add(ticket)
        return ticket

    async def link(self, websocket: WebSocket) -> None:
        """Handle a connection until it ends."""
        await websocket.accept()
        if not await self._admit(websocket):
            return
        try:
            await websocket.send_json(self._hello())
            while True:
                self._receive(await websocket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self._forget(websocket)

    async def send(self, attempt: Attempt) -> Outcome:
        if not self.links:
            return Outcome(acknowledged=False, reason="not_connected")
        link = self.links[next(self._turn) % len(self.links)]
        envelope = self._envelope(attempt)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._awaited[envelope["envelope_id"]] = answer
        try:
            await link.send_json(envelope)
            return Outcome(True, await asyncio.wait_for(answer, self.ack_timeout))  # noqa: FBT003
        except TimeoutError:
            return Outcome(acknowledged=False, reason="timeout")
        except (WebSocketDisconnect, RuntimeError):  # the connection was lost while sending
            self._forget(link)
            return Outcome(acknowledged=False, reason="connection_failed")
        finally:
            del self._awaited[envelope["envelope_id"]]

    async def disconnect(self, reason: str) -> None:
        """Ask the app to reconnect. It closes the old connection, as Slack's clients do."""
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}}
        closing, self.links = self.links, []
        for link in closing:
            await link.send_json(message)

    async def send_raw(self, text: str) -> None:
        """Send a text frame over every connection."""
        for link in list(self.links):
            await link.send_text(text)

    def wait_linked(self, links: int, timeout: float) -> bool:
        """Wait until there are this many connections; for other threads."""
        with self._linked:
            return self._linked.wait_for(lambda: len(self.links) >= links, timeout)

    async def _admit(self, websocket: WebSocket) -> bool:
        if self.refusing:
            await websocket.close(code=1013, reason="try_again_later")
            return False
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(code=4001, reason="invalid_ticket")
            return False
        self._tickets.remove(ticket)
        if len(self.links) >= MAX_LINKS:
            await websocket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return False
        with self._linked:
            self.links.append(websocket)
            self._linked.notify_all()
        return True

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links),
            "debug_info": {
                "host": "loopback",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self.app_id},
        }

    def _envelope(self, attempt: Attempt) -> Json:
        envelope = {
            "envelope_id": self.ids.uuid(),
            "payload": attempt.pending.body,
            "type": attempt.pending.kind,
            "accepts_response_payload": attempt.pending.kind in ANSWERED,
        }
        if attempt.pending.retried:
            # Over Socket Mode, Slack gives no other reason than a timeout.
            reason = "timeout" if attempt.number else ""
            envelope |= {"retry_attempt": attempt.number, "retry_reason": reason}
        return envelope

    def _receive(self, frame: str) -> None:
        try:
            message = json.loads(frame)
        except ValueError:
            return  # Slack ignores unreadable frames
        envelope_id = message.get("envelope_id") if isinstance(message, dict) else None
        answer = self._awaited.get(envelope_id or "")
        if answer and not answer.done():
            answer.set_result(message.get("payload"))

    def _forget(self, link: WebSocket) -> None:
        if link in self.links:
            self.links.remove(link)

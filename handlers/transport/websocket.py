"""One WebSocket connection to Slack, read by one thread and written by several."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

from websocket import ABNF, WebSocketException, WebSocketTimeoutException, create_connection

MAX_MISSED_PINGS = 3  # pings without a reply, evenly spaced, until a connection counts as dead
OPEN_TIMEOUT = 10.0  # seconds for each step of opening a connection


class WebSocketConnection:
    """An open connection. Creating it raises OSError or WebSocketException if that fails.

    `greeted` is set by Slack's hello and `ended` once nothing comes any more; `lost` then says why.
    `reconnect_reason` is set when Slack asks us to reconnect.
    """

    def __init__(self, url: str, silence: float) -> None:
        """Open a connection that's given up after `silence` seconds without any frame."""
        # JSON parsing checks UTF-8 in C; the library would check it byte by byte in Python.
        self._connection = create_connection(url, timeout=OPEN_TIMEOUT, skip_utf8_validation=True)
        self._connection.settimeout(silence / MAX_MISSED_PINGS)
        self._silence = silence
        self.opened_at = monotonic()
        self.greeted, self.ended = Event(), Event()
        self.greeted_or_ended = Event()
        self.reconnect_reason = ""
        self.lost = ""

    @property
    def is_good(self) -> bool:
        return self.greeted.is_set() and not self.ended.is_set() and not self.reconnect_reason

    def greet(self) -> None:
        self.greeted.set()
        self.greeted_or_ended.set()

    def frames(self) -> Iterator[bytes]:
        """Yield Slack's data frames until the connection is lost."""
        try:
            yield from self._frames()
        finally:
            self.ended.set()
            self.greeted_or_ended.set()
            self._connection.shutdown()  # type: ignore[no-untyped-call]

    def send(self, text: str) -> bool:
        """Send a text; return False if the connection is lost."""
        if self.ended.is_set():
            return False
        try:
            self._connection.send(text)
        except (OSError, WebSocketException):
            self.disconnect()  # part of a frame may have been sent, so nothing can follow it
            return False
        return True

    def disconnect(self) -> None:
        """Close the connection; the reader notices at once."""
        bare_socket = self._connection.sock
        if bare_socket is not None:
            with suppress(OSError):  # broken already
                # Shut down the bare socket: closing TLS would break the session that the reader
                # uses.
                socket.socket.shutdown(bare_socket, socket.SHUT_RDWR)

    def _frames(self) -> Iterator[bytes]:
        missed_pings = 0
        while not self.lost:
            try:
                opcode, data = self._connection.recv_data(control_frame=True)
            except WebSocketTimeoutException:
                missed_pings += 1
                self._check_silence(missed_pings)
                continue
            except (OSError, WebSocketException) as error:
                self.lost = str(error) or type(error).__name__
                return
            missed_pings = 0
            if opcode == ABNF.OPCODE_CLOSE:
                self.lost = "closed by Slack"
            elif opcode in {ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY}:
                yield data

    def _check_silence(self, missed_pings: int) -> None:
        if self.reconnect_reason:
            self.lost = self.reconnect_reason
        elif missed_pings >= MAX_MISSED_PINGS:
            self.lost = f"nothing received for {self._silence:g} s"
        else:
            with suppress(OSError, WebSocketException):
                self._connection.ping()

"""One WebSocket connection to Slack, read by one thread and written by several."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

from websocket import ABNF, WebSocketException, WebSocketTimeoutException, create_connection

LOOKS = 3  # pings without an answer, in equal parts of the silence, before a link counts as dead
OPENING = 10.0  # seconds for each step of opening it


class Link:
    """Made by opening it; OSError or WebSocketException when that fails.

    `greeted` is set when Slack said hello, `leaving` when it asked us to come back on another link,
    `ended` when nothing comes any more, and then `lost` says why.
    """

    def __init__(self, url: str, silence: float) -> None:
        """After `silence` seconds without any frame the link is given up."""
        # Python checks UTF-8 when it reads the JSON; the library would, byte by byte.
        self._connection = create_connection(url, timeout=OPENING, skip_utf8_validation=True)
        self._connection.settimeout(silence / LOOKS)
        self._silence = silence
        self.opened_at = monotonic()
        self.greeted, self.ended = Event(), Event()
        self.stirred = Event()  # greeted or ended
        self.leaving = ""
        self.lost = ""

    @property
    def is_good(self) -> bool:
        return self.greeted.is_set() and not self.ended.is_set() and not self.leaving

    def greet(self) -> None:
        self.greeted.set()
        self.stirred.set()

    def frames(self) -> Iterator[bytes]:
        """What Slack sends, frame by frame, until the link is lost."""
        try:
            yield from self._frames()
        finally:
            self.ended.set()
            self.stirred.set()
            self._connection.shutdown()  # type: ignore[no-untyped-call]

    def send(self, text: str) -> bool:
        """Send a text; False when it cannot be sent any more."""
        if self.ended.is_set():
            return False
        try:
            self._connection.send(text)
        except (OSError, WebSocketException):
            self.hang_up()  # a frame may have gone out in part, so nothing can follow it
            return False
        return True

    def hang_up(self) -> None:
        """End the link; whoever reads it notices at once."""
        held = self._connection.sock
        if held is not None:
            with suppress(OSError):  # broken already
                # The bare socket's: that of TLS would take the reader's session from under it.
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    def _frames(self) -> Iterator[bytes]:
        quiet = 0
        while not self.lost:
            try:
                opcode, data = self._connection.recv_data(control_frame=True)
            except WebSocketTimeoutException:
                quiet += 1
                self._look(quiet)
                continue
            except (OSError, WebSocketException) as error:
                self.lost = str(error) or type(error).__name__
                return
            quiet = 0
            if opcode == ABNF.OPCODE_CLOSE:
                self.lost = "closed by Slack"
            elif opcode in {ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY}:
                yield data

    def _look(self, quiet: int) -> None:
        if self.leaving:
            self.lost = self.leaving
        elif quiet >= LOOKS:
            self.lost = f"nothing came for {self._silence:g} s"
        else:
            with suppress(OSError, WebSocketException):
                self._connection.ping()

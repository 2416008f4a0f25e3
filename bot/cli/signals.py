"""Handle SIGINT and SIGTERM.

A signal handler runs in the main thread between any two bytecodes. If the main thread is about to
wait for an `Event` or `Queue`, it may hold the lock at that point, so setting it in the handler
would deadlock. A `SimpleQueue` avoids this ("put is reentrant", Python's documentation of `queue`).
"""

import signal
from queue import Empty, SimpleQueue

STOP = "stop"
POLL_SECONDS = 1.0  # seconds between checks
SignalQueue = SimpleQueue[str]


def install_handlers() -> SignalQueue:
    """Make both signals put `STOP` on a queue, which the main thread reads."""
    queue: SignalQueue = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: queue.put(STOP))
    return queue


def wait_for_item(queue: SignalQueue) -> str:
    """Return the next item, waking up every second.

    A signal that arrives just as this thread starts to wait doesn't wake it.
    """
    while True:
        try:
            return queue.get(timeout=POLL_SECONDS)
        except Empty:
            continue


def wait_for_stop(queue: SignalQueue) -> None:
    """Wait for `STOP`, ignoring other items."""
    while wait_for_item(queue) != STOP:
        pass

"""Being told to stop, by SIGINT or SIGTERM.

A handler runs in the main thread between any two of its steps. An `Event` or a `Queue` that this very
thread is about to wait for may hold its lock just then, and setting it would wait for ever; a
`SimpleQueue` is made for this ("put is reentrant", Python's documentation of `queue`).
"""

import signal
from queue import Empty, SimpleQueue

STOP = "stop"
LOOK = 1.0  # seconds
News = SimpleQueue[str]


def listen() -> News:
    """Let both signals put `STOP` on a queue that is read by the main thread."""
    news: News = SimpleQueue()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: news.put(STOP))
    return news


def hear(news: News) -> str:
    """Wait for the next news, with a look each second: a signal that comes just as this thread falls
    asleep wakes nobody, and would be heard never."""
    while True:
        try:
            return news.get(timeout=LOOK)
        except Empty:
            continue


def wait_for_stop(news: News) -> None:
    """Wait until told, whatever other news there is."""
    while hear(news) != STOP:
        pass

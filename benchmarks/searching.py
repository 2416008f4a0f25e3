"""`python -m benchmarks.searching [URL]`: how long a search takes among ten thousand incidents."""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.incident import Incident, Severity, Status
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.library_query import parse_query
from storage import incidents, library, library_search
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.library_search import SearchRange

INCIDENTS = 10_000
BATCH = 500
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
SERVICES = ("checkout", "payments-api", "search-api", "billing", "auth-gateway", "mail-worker")
ERRORS = ("PoolTimeoutException", "HTTP 503", "OutOfMemoryError", "ECONNREFUSED", "SSLError")
ASKED = (
    "checkout",
    "error pool timeout",
    "service:payments cause:timeout severity:P1 since:2024",
    "item:alert",
    "word17 word170 word1700",
    "nothing at all",
)


def main() -> None:
    """Fill a database and print the slowest of five tries of each search, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if sys.argv[1:] else f"sqlite:///{Path(folder) / 'bench.db'}"
        store = Store(url)
        schema.upgrade(store)
        began = time.perf_counter()
        fill(store)
        sys.stdout.write(f"{INCIDENTS} incidents filled in {time.perf_counter() - began:.0f} s\n")
        for typed in ASKED:
            with store.begin() as session:
                total = library_search.find(session, parse_query(typed), (), 10).total
            sys.stdout.write(f"{slowest(store, finding(typed)):7.1f} ms  {total:6}  {typed}\n")
        sys.stdout.write(f"{slowest(store, alike):7.1f} ms          like the last one\n")
        store.close()


def finding(typed: str) -> Callable[[Session], object]:
    return lambda session: library_search.find(session, parse_query(typed), (), 10)


def alike(session: Session) -> object:
    incident = incidents.by_key(session, "INC-1-9999")
    assert incident is not None  # noqa: S101 - it was filled in
    groups = [["checkout"], ["pooltimeoutexception"], ["http", "503"]]
    stretch = SearchRange(FIRST, incident.declared_at, 100)
    return library_search.find_by_words(session, incident, groups, stretch)


def slowest(store: Store, work: Callable[[Session], object]) -> float:
    took = []
    for _ in range(5):
        with store.begin() as session:
            began = time.perf_counter()
            work(session)
            took.append(time.perf_counter() - began)
    return max(took) * 1000


def fill(store: Store) -> None:
    chance = random.Random(7)  # noqa: S311 - made-up talk
    for first in range(0, INCIDENTS, BATCH):
        with store.begin() as session:
            for number in range(first, first + BATCH):
                incident = declared(session, number, chance)
                library.save_page(session, incident.id, page(incident, chance), 1)


def declared(session: Session, number: int, chance: random.Random) -> Incident:
    return incidents.add(
        session,
        key=f"INC-1-{number}",
        title=f"{chance.choice(SERVICES)} {chance.choice(('fails', 'is slow', 'is down'))}",
        severity=chance.choice(list(Severity)),
        status=Status.RESOLVED,
        private=chance.random() < 0.05,  # noqa: PLR2004 - some
        channel_name="inc",
        channel_id=f"C{number}",
        declared_by=f"U{number % 100}",
        declared_at=FIRST + timedelta(hours=5 * number),
    )


def page(incident: Incident, chance: random.Random) -> LibraryPage:
    """A page as a middling incident has: some eighty lines, two thousand words."""
    talk = tuple(
        " ".join(f"word{int(chance.paretovariate(0.6)) % 20_000}" for _ in range(25))
        for _ in range(80)
    )
    traits = Traits(
        services=(chance.choice(SERVICES),),
        errors=(chance.choice(ERRORS),),
        alerts=(f"{chance.choice(SERVICES)} latency",),
        causes=(f"a timeout of {chance.choice(SERVICES)} with word{chance.randrange(20_000)}",),
    )
    items = ("add an alert on the pool", "write the runbook")
    return LibraryPage(title=incident.title, traits=traits, items=items, lines=talk)


if __name__ == "__main__":
    main()

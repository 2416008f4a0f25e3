"""Time searches among 10,000 incidents: `python -m benchmarks.search [URL]`.

Without a URL, on SQLite in a temporary file.
"""

import random
import sys
from datetime import UTC, datetime, timedelta

from benchmarks.measure import Work, filled_store, slowest
from bot.domain.incident import Incident, Severity, Status
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.library_query import parse_query
from storage import incidents, library, library_search
from storage.engine.store import Session, Store
from storage.library_search import SearchRange

INCIDENTS = 10_000
BATCH = 500
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
SERVICES = ("checkout", "payments-api", "search-api", "billing", "auth-gateway", "mail-worker")
ERRORS = ("PoolTimeoutException", "HTTP 503", "OutOfMemoryError", "ECONNREFUSED", "SSLError")
QUERIES = (
    "checkout",
    "error pool timeout",
    "service:payments cause:timeout severity:P1 since:2024",
    "item:alert",
    "word17 word170 word1700",
    "nothing at all",
)


def main() -> None:
    """Print the slowest run of each search in milliseconds, and the number of matches."""
    with filled_store(fill) as store:
        sys.stdout.write(f"{store.kind}, {INCIDENTS:,} incidents\n")
        for text in QUERIES:
            with store.begin() as session:
                total = library_search.find(session, parse_query(text), (), 10).total
            sys.stdout.write(f"{slowest(store, searching(text)):7.1f} ms  {total:6}  {text}\n")
        sys.stdout.write(f"{slowest(store, find_similar):7.1f} ms          similar incidents\n")


def searching(text: str) -> Work:
    return lambda session: library_search.find(session, parse_query(text), (), 10)


def find_similar(session: Session) -> object:
    incident = incidents.by_key(session, f"INC-1-{INCIDENTS - 1}")
    assert incident is not None  # noqa: S101 - it was filled in
    groups = [["checkout"], ["pooltimeoutexception"], ["http", "503"]]
    search_range = SearchRange(FIRST, incident.declared_at, 100)
    return library_search.find_by_words(session, incident, groups, search_range)


def fill(store: Store) -> None:
    generator = random.Random(7)  # noqa: S311 - generated texts
    for first in range(0, INCIDENTS, BATCH):
        with store.begin() as session:
            for number in range(first, first + BATCH):
                incident = declare(session, number, generator)
                library.save_page(session, incident.id, build_page(incident, generator), 1)


def declare(session: Session, number: int, generator: random.Random) -> Incident:
    return incidents.add(
        session,
        key=f"INC-1-{number}",
        title=f"{generator.choice(SERVICES)} {generator.choice(('fails', 'is slow', 'is down'))}",
        severity=generator.choice(list(Severity)),
        status=Status.RESOLVED,
        private=generator.random() < 0.05,  # noqa: PLR2004 - a few
        channel_name="inc",
        channel_id=f"C{number}",
        declared_by=f"U{number % 100}",
        declared_at=FIRST + timedelta(hours=5 * number),
    )


def build_page(incident: Incident, generator: random.Random) -> LibraryPage:
    """Return the page of a typical incident: 80 lines, 2,000 words."""
    texts = tuple(
        " ".join(f"word{int(generator.paretovariate(0.6)) % 20_000}" for _ in range(25))
        for _ in range(80)
    )
    traits = Traits(
        services=(generator.choice(SERVICES),),
        errors=(generator.choice(ERRORS),),
        alerts=(f"{generator.choice(SERVICES)} latency",),
        causes=(
            f"a timeout of {generator.choice(SERVICES)} with word{generator.randrange(20_000)}",
        ),
    )
    items = ("add an alert on the pool", "write the runbook")
    return LibraryPage(title=incident.title, traits=traits, items=items, lines=texts)


if __name__ == "__main__":
    main()

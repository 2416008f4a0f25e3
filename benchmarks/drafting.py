"""Measure time and memory of a draft as the record grows: `python -m benchmarks.drafting`."""

import resource
import sys
import time
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident, Severity, Status
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft

SIZES = (1_000, 10_000, 100_000)
START = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
MESSAGES = (
    "errors are rising again",
    "looking into the logs of node {n}, it seems to be due to the index",
    "could it be the deploy at 14:02?",
    "restarted worker {n}, no change",
    "ok",
    "about 4{n} users are affected, see https://example.org/{n}",
    "I'll add an alert on queue depth by friday",
    "FIRING queue depth {n} (limit 100)",
)


def main() -> None:
    """Print a row for each size. The time per message must stay the same."""
    sys.stdout.write("messages    seconds    ms per message  MB of the process\n")
    for size in SIZES:
        record = _record(size)
        began = time.process_time()
        draft(record)
        seconds = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = f"{size:8,}    {seconds:7.2f}    {1000 * seconds / size:12.3f}    {peak:17.0f}"
        sys.stdout.write(row + "\n")


def _record(size: int) -> Record:
    incident = Incident(
        id=1, key="INC-2026-001", title="a long one", severity=Severity.P1, status=Status.RESOLVED,
        channel_name="inc", declared_by="U0", declared_at=START,
    )  # fmt: skip
    return Record(incident=incident, events=tuple(_event(number) for number in range(size)))


def _event(number: int) -> TimelineEvent:
    return TimelineEvent(
        message_id=str(number),
        channel_id="C1",
        author=f"U{number % 9}",
        text=MESSAGES[number % len(MESSAGES)].format(n=number),
        happened_at=START + timedelta(seconds=7 * number),
    )


if __name__ == "__main__":
    main()

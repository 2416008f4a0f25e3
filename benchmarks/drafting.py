"""Measure time and memory of a draft as the record grows: `python -m benchmarks.drafting`."""

import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident, Severity, Status
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft
from training.incidents import FAMILIES, list_messages

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
    """Print a row for each size and kind of talk. The time per message must stay the same."""
    sys.stdout.write("talk       messages    seconds    ms per message  MB of the process\n")
    for kind, texts in (("made up", MESSAGES), ("dense", _read_dense_talk())):
        for size in SIZES:
            record = _record(size, texts)
            began = time.process_time()
            draft(record)
            seconds = time.process_time() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            per_message = 1000 * seconds / size
            row = f"{kind:8} {size:10,} {seconds:10.2f} {per_message:17.3f} {peak:18.0f}"
            sys.stdout.write(row + "\n")


def _read_dense_talk() -> list[str]:
    """Return the messages of all training incidents, of which no two are alike."""
    folders = sorted(file.parent for file in FAMILIES.glob("*/*/messages.jsonl"))
    return [message["text"] for folder in folders for message in list_messages(folder)]


def _record(size: int, texts: Sequence[str]) -> Record:
    incident = Incident(
        id=1, key="INC-2026-001", title="a long one", severity=Severity.P1, status=Status.RESOLVED,
        channel_name="inc", declared_by="U0", declared_at=START,
    )  # fmt: skip
    events = (_event(number, texts[number % len(texts)]) for number in range(size))
    return Record(incident=incident, events=tuple(events))


def _event(number: int, text: str) -> TimelineEvent:
    return TimelineEvent(
        message_id=str(number),
        channel_id="C1",
        author=f"U{number % 9}",
        text=text.replace("{n}", str(number)),
        happened_at=START + timedelta(seconds=7 * number),
    )


if __name__ == "__main__":
    main()

"""Compare what the bot should have posted with the messages in Slack."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.timeline import from_slack_ts
from storage.tables import OutboxRow
from tests.torture.database_rows import DatabaseRows
from tests.torture.discrepancies import Discrepancy, disorderly, doubled, extra, lost
from tests.torture.truth import BotMessage, Truth

# Each of these is posted once per subject; other kinds are edited in place.
ONCE = frozenset(
    {"notice", "item_thread", "summary", "section", "file", "digest", "digest_intro", "monthly"}
)
# These jobs read Slack and post nothing; anything they miss is found elsewhere.
LOOKS = frozenset({"fetch", "channels"})
HEADS = frozenset({"card", "announcement", "item"})


def compare_messages(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    """Every message of the bot belongs to one job, and no job was posted twice."""
    known = {row.uuid for row in kept.outbox}
    by_uuid: dict[str | None, list[BotMessage]] = defaultdict(list)
    for spoken in truth.spoken:
        by_uuid[spoken.uuid].append(spoken)
    for uuid, messages in by_uuid.items():
        if uuid not in known:
            yield from (
                extra(f"the bot said {message}: no posting says that") for message in messages
            )
        elif len(messages) > 1:
            yield doubled(f"the bot said {messages[0]} {len(messages)} times")


def compare_files(truth: Truth, _kept: DatabaseRows) -> Iterator[Discrepancy]:
    for (thread, name), times in Counter(truth.files).items():
        if times > 1:
            yield doubled(f"the file {name} is {times} times in the thread {thread}")


def compare_jobs(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    for row in kept.outbox:
        if row.kind in LOOKS:
            continue
        description = f"{row.kind} {row.id} in {row.lane} ({row.about})"
        if row.state != "sent":
            yield lost(f"posting {description} is {row.state}: {row.trouble or 'no trouble known'}")
        elif row.message_id and (row.channel_id or "", row.message_id) not in truth.there:
            yield lost(f"posting {description} is not in Slack")


def compare_occasions(_truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    """There is one job per occasion, and one message for each that is edited in place."""
    times = Counter(_about(row) for row in kept.outbox if row.kind in ONCE)
    for about, count in times.items():
        if count > 1:
            yield doubled(f"{about} was decided {count} times")
    messages = {(_about(row), row.message_id) for row in kept.outbox if row.kind in HEADS}
    heads = Counter(about for about, message_id in messages if message_id)
    for about, count in heads.items():
        if count > 1:
            yield doubled(f"{about} stands in Slack {count} times")


def compare_order(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    """In each lane, jobs are posted in the order they were enqueued."""
    posted = {
        message.uuid: message for message in reversed(truth.spoken)
    }  # a repeated message comes later
    last: dict[str, BotMessage] = {}
    for row in sorted(kept.outbox, key=lambda row: row.id or 0):
        spoken = posted.get(row.uuid)
        before = last.get(row.lane)
        if spoken and before and from_slack_ts(spoken.ts) < from_slack_ts(before.ts):
            yield disorderly(f"the bot said {spoken} before {before}")
        if spoken:
            last[row.lane] = spoken


def compare_pace(truth: Truth, interval: timedelta) -> Iterator[Discrepancy]:
    """No two messages of the bot in one channel are closer together than `interval`."""
    last: dict[str, BotMessage] = {}
    for spoken in sorted(truth.spoken, key=lambda each: from_slack_ts(each.ts)):
        before = last.get(spoken.channel)
        if before and from_slack_ts(spoken.ts) - from_slack_ts(before.ts) < interval:
            yield disorderly(f"the bot said {spoken} too soon after {before.ts}")
        last[spoken.channel] = spoken


def compare_reminders(truth: Truth, kept: DatabaseRows, at: datetime) -> Iterator[Discrepancy]:
    """There is one direct message per day and owner, and no due reminder is left."""
    for row in kept.reminders:
        if row.state == "waiting" and row.due_at < at:
            yield lost(f"the reminder of {row.owner}, due at {row.due_at:%H:%M:%S}")
    rows = {row.uuid: row for row in kept.outbox if row.kind == "reminder"}
    sent_jobs = [
        rows[message.uuid] for message in truth.spoken if message.direct and message.uuid in rows
    ]
    for (lane, day), times in Counter(
        (row.lane, row.written_at.date()) for row in sent_jobs
    ).items():
        if times > 1:
            yield doubled(f"{times} reminders to {lane} on {day}")


def _about(row: OutboxRow) -> str:
    return f"{row.kind} of incident {row.incident_id} ({row.about})"

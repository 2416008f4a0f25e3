"""What the bot was to say, against what stands in Slack."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.timeline import from_slack_ts
from storage.tables import OutboxRow
from tests.torture.kept import Kept
from tests.torture.truth import Spoken, Truth
from tests.torture.wrongs import Discrepancy, disorderly, doubled, extra, lost

# Each of these is said once for what it is about; the others are edited in place.
ONCE = frozenset(
    {"notice", "item_thread", "summary", "section", "file", "digest", "digest_intro", "monthly"}
)
# They look at Slack and say nothing; what one did not find is missing elsewhere in the count.
LOOKS = frozenset({"fetch", "channels"})
HEADS = frozenset({"card", "announcement", "item"})


def said(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    """Every message of the bot stands for one posting, and no posting was said twice."""
    known = {row.uuid for row in kept.outbox}
    by_uuid: dict[str | None, list[Spoken]] = defaultdict(list)
    for spoken in truth.spoken:
        by_uuid[spoken.uuid].append(spoken)
    for uuid, spoken_so in by_uuid.items():
        if uuid not in known:
            yield from (extra(f"the bot said {each}: no posting says that") for each in spoken_so)
        elif len(spoken_so) > 1:
            yield doubled(f"the bot said {spoken_so[0]} {len(spoken_so)} times")


def files(truth: Truth, _kept: Kept) -> Iterator[Discrepancy]:
    for (thread, name), times in Counter(truth.files).items():
        if times > 1:
            yield doubled(f"the file {name} is {times} times in the thread {thread}")


def sent(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    for row in kept.outbox:
        if row.kind in LOOKS:
            continue
        named = f"{row.kind} {row.id} in {row.lane} ({row.about})"
        if row.state != "sent":
            yield lost(f"posting {named} is {row.state}: {row.trouble or 'no trouble known'}")
        elif row.message_id and (row.channel_id or "", row.message_id) not in truth.there:
            yield lost(f"posting {named} is not in Slack")


def decided(_truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    """One posting for one occasion, and one message for what is edited in place."""
    times = Counter(_about(row) for row in kept.outbox if row.kind in ONCE)
    for about, written in times.items():
        if written > 1:
            yield doubled(f"{about} was decided {written} times")
    where = {(_about(row), row.message_id) for row in kept.outbox if row.kind in HEADS}
    heads = Counter(about for about, message_id in where if message_id)
    for about, standing in heads.items():
        if standing > 1:
            yield doubled(f"{about} stands in Slack {standing} times")


def ordered(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    """What was decided first is said first, in each lane."""
    said_at = {each.uuid: each for each in reversed(truth.spoken)}  # said again comes later
    last: dict[str, Spoken] = {}
    for row in sorted(kept.outbox, key=lambda row: row.id or 0):
        spoken = said_at.get(row.uuid)
        before = last.get(row.lane)
        if spoken and before and from_slack_ts(spoken.ts) < from_slack_ts(before.ts):
            yield disorderly(f"the bot said {spoken} before {before}")
        if spoken:
            last[row.lane] = spoken


def paced(truth: Truth, interval: timedelta) -> Iterator[Discrepancy]:
    """No two messages of the bot in one channel closer than `interval`."""
    last: dict[str, Spoken] = {}
    for spoken in sorted(truth.spoken, key=lambda each: from_slack_ts(each.ts)):
        before = last.get(spoken.channel)
        if before and from_slack_ts(spoken.ts) - from_slack_ts(before.ts) < interval:
            yield disorderly(f"the bot said {spoken} too soon after {before.ts}")
        last[spoken.channel] = spoken


def reminders(truth: Truth, kept: Kept, at: datetime) -> Iterator[Discrepancy]:
    """One direct message a day and owner, and none that is due is left."""
    for row in kept.reminders:
        if row.state == "waiting" and row.due_at < at:
            yield lost(f"the reminder of {row.owner}, due at {row.due_at:%H:%M:%S}")
    rows = {row.uuid: row for row in kept.outbox if row.kind == "reminder"}
    told = [rows[each.uuid] for each in truth.spoken if each.direct and each.uuid in rows]
    for (lane, day), times in Counter((row.lane, row.written_at.date()) for row in told).items():
        if times > 1:
            yield doubled(f"{times} reminders to {lane} on {day}")


def _about(row: OutboxRow) -> str:
    return f"{row.kind} of incident {row.incident_id} ({row.about})"

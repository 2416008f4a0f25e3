"""Compare what people wrote and did with the timeline."""

from collections import Counter
from collections.abc import Iterator

from bot.domain.app_updates import original_message_id
from storage.tables import TimelineEventRow
from tests.torture.database_rows import DatabaseRows
from tests.torture.discrepancies import Discrepancy, doubled, extra, lost
from tests.torture.truth import Command, Place, Truth

TALK = frozenset({"message", "alert"})
KINDS = {"note": "note", "impact": "impact", "status": "status", "sev": "severity", "lead": "role"}


def compare_messages(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    # The newest state of an updated alert is last.
    rows = {_place(row): row for row in sorted(kept.events, key=lambda row: row.version)}
    for place, text in truth.standing.items():
        row = rows.get(place)
        if place[0] not in kept.channels:
            continue
        if row is None:
            heard = "acknowledged" if place in truth.acknowledged else "never acknowledged"
            yield lost(f"message {place[1]} of {place[0]}, {heard}: {text!r}")
        elif row.deleted or row.text != text:
            yield lost(f"message {place[1]} says {text!r}; recorded is {_recorded(row)}")


def find_made_up(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    rows = [row for row in kept.events if row.kind in TALK]
    for row in rows:
        place = _place(row)
        if place not in truth.there and place not in truth.unsaid:
            yield extra(f"{row.kind} {place[1]} of {place[0]}, {row.text!r}: nobody said that")


def find_repeated(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    written = Counter(truth.standing.values())
    recorded = Counter(row.text for row in kept.events if row.kind in TALK and row.text)
    for text, times in recorded.items():
        if times > max(1, written[text]):
            yield doubled(f"{text!r} is recorded {times} times")


def _place(row: TimelineEventRow) -> Place:
    return row.channel_id, original_message_id(row.message_id)


def _recorded(row: TimelineEventRow) -> str:
    return "a deletion" if row.deleted else repr(row.text)


def compare_deletions(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    """A message deleted while the bot was away may be absent, but its text must not be stored."""
    deleted_texts = {text: place for place, texts in truth.unsaid.items() for text in texts if text}
    for row in kept.events:
        place = _place(row)
        if row.text in deleted_texts and place == deleted_texts[row.text]:
            yield lost(f"the deletion of {row.message_id}: its text {row.text!r} is still kept")
    for revision in kept.revisions:
        if revision.text in deleted_texts:
            yield lost(f"a deletion: an earlier version {revision.text!r} is still kept")


def compare_marks(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    rows = {(row.channel_id, row.message_id, row.person, row.mark) for row in kept.marks}
    for mark in truth.marks - rows:
        if mark[0] in kept.channels:
            yield lost(f"the mark {mark[3]} of {mark[2]} on {mark[1]} in {mark[0]}")
    for mark in rows - truth.marks:
        if mark[:2] in truth.there:  # Slack removes marks together with a deleted message
            yield extra(f"the mark {mark[3]} of {mark[2]} on {mark[1]} in {mark[0]}")


def compare_commands(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    rows = {row.message_id: row for row in kept.events if row.message_id.startswith("deed-")}
    typed = {f"deed-{command.request}": command for command in truth.commands}
    for message_id, command in typed.items():
        if command.done and command.word in KINDS:
            yield from _command(command, rows.get(message_id))
    for message_id, row in rows.items():
        if message_id not in typed:
            yield extra(f"{row.kind} {message_id}, {row.text!r}: nobody typed that")


def _command(command: Command, row: TimelineEventRow | None) -> Iterator[Discrepancy]:
    if row is None or row.channel_id != command.channel or row.kind != KINDS[command.word]:
        yield lost(str(command))
    elif command.word in {"note", "impact"} and row.text != command.rest:
        yield lost(f"{command}; recorded is {row.text!r}")


def compare_incidents(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    titles = Counter(row.title for row in kept.incidents)
    for command in truth.commands:
        title = command.rest.partition(" ")[2]  # the severity comes first
        if command.word not in {"here", "declare"}:
            continue
        if command.done and not titles[title]:
            yield lost(str(command))
        elif titles[title] > 1:
            yield doubled(f"the incident {title!r}")
    for channel in truth.made - kept.channels:
        yield doubled(f"the channel {channel} was made, and no incident is in it")


def compare_items(truth: Truth, kept: DatabaseRows) -> Iterator[Discrepancy]:
    channels = {row.id: row.channel_id for row in kept.incidents}
    rows = Counter((channels.get(row.incident_id), row.text) for row in kept.items)
    requested: set[tuple[str | None, str]] = set()
    for command in truth.commands:
        if command.word != "action":
            continue
        item = (command.channel, command.rest.partition(" <@")[0])  # the owner comes next
        requested.add(item)
        if command.done and not rows[item]:
            yield lost(str(command))
        if rows[item] > 1:
            yield doubled(f"the action item {item[1]!r} of {item[0]}")
    for channel, text in rows.keys() - requested:
        yield extra(f"the action item {text!r} of {channel}")

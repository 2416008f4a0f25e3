"""What people said and did, against what is recorded of it."""

from collections import Counter
from collections.abc import Iterator

from bot.domain.app_updates import original_message_id
from storage.tables import TimelineEventRow
from tests.torture.kept import Kept
from tests.torture.truth import Command, Place, Truth
from tests.torture.wrongs import Discrepancy, doubled, extra, lost

TALK = frozenset({"message", "alert"})
KINDS = {"note": "note", "impact": "impact", "status": "status", "sev": "severity", "lead": "role"}


def messages(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    # Of an alert that was updated, the newest state is last.
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


def made_up(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    talk = [row for row in kept.events if row.kind in TALK]
    for row in talk:
        place = _place(row)
        if place not in truth.there and place not in truth.unsaid:
            yield extra(f"{row.kind} {place[1]} of {place[0]}, {row.text!r}: nobody said that")


def repeated(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    said = Counter(truth.standing.values())
    recorded = Counter(row.text for row in kept.events if row.kind in TALK and row.text)
    for text, times in recorded.items():
        if times > max(1, said[text]):
            yield doubled(f"{text!r} is recorded {times} times")


def _place(row: TimelineEventRow) -> Place:
    return row.channel_id, original_message_id(row.message_id)


def _recorded(row: TimelineEventRow) -> str:
    return "a deletion" if row.deleted else repr(row.text)


def deletions(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    """A message that was deleted while nobody listened may be absent; its text may not be there."""
    taken_back = {text: place for place, texts in truth.unsaid.items() for text in texts if text}
    for row in kept.events:
        place = _place(row)
        if row.text in taken_back and place == taken_back[row.text]:
            yield lost(f"the deletion of {row.message_id}: its text {row.text!r} is still kept")
    for revision in kept.revisions:
        if revision.text in taken_back:
            yield lost(f"a deletion: an earlier version {revision.text!r} is still kept")


def marks(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    rows = {(row.channel_id, row.message_id, row.person, row.mark) for row in kept.marks}
    for mark in truth.marks - rows:
        if mark[0] in kept.channels:
            yield lost(f"the mark {mark[3]} of {mark[2]} on {mark[1]} in {mark[0]}")
    for mark in rows - truth.marks:
        if mark[:2] in truth.there:  # marks of what was deleted are gone with it in Slack
            yield extra(f"the mark {mark[3]} of {mark[2]} on {mark[1]} in {mark[0]}")


def commands(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    rows = {row.message_id: row for row in kept.events if row.message_id.startswith("deed-")}
    typed = {f"deed-{command.request}": command for command in truth.commands}
    for deed, command in typed.items():
        if command.done and command.word in KINDS:
            yield from _command(command, rows.get(deed))
    for deed, row in rows.items():
        if deed not in typed:
            yield extra(f"{row.kind} {deed}, {row.text!r}: nobody typed that")


def _command(command: Command, row: TimelineEventRow | None) -> Iterator[Discrepancy]:
    if row is None or row.channel_id != command.channel or row.kind != KINDS[command.word]:
        yield lost(str(command))
    elif command.word in {"note", "impact"} and row.text != command.rest:
        yield lost(f"{command}; recorded is {row.text!r}")


def incidents(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
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


def items(truth: Truth, kept: Kept) -> Iterator[Discrepancy]:
    channels = {row.id: row.channel_id for row in kept.incidents}
    rows = Counter((channels.get(row.incident_id), row.text) for row in kept.items)
    asked: set[tuple[str | None, str]] = set()
    for command in truth.commands:
        if command.word != "action":
            continue
        wanted = (command.channel, command.rest.partition(" <@")[0])  # the owner comes next
        asked.add(wanted)
        if command.done and not rows[wanted]:
            yield lost(str(command))
        if rows[wanted] > 1:
            yield doubled(f"the action item {wanted[1]!r} of {wanted[0]}")
    for channel, text in rows.keys() - asked:
        yield extra(f"the action item {text!r} of {channel}")

"""Decide which updates of an app's own message become timeline events.

An alert that becomes "Acknowledged" and then "Resolved" says something new each time, so each state is a
timeline event with the time of the update. Progress isn't an event: consecutive states that differ only in
figures or symbols, or that extend the same line, count as one. Of those, the first and the newest state
are kept, and one in between every five minutes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain.timeline import SPOKEN_KINDS, Source, TimelineEvent, from_slack_ts, to_slack_ts

PROGRESS = timedelta(minutes=5)  # between two kept states of one stretch
SAME_EDIT = timedelta(seconds=1)  # between the times that an event and a history give of one edit
MIN_STATES_FOR_GROWTH = 5  # states from which a line that grows is progress
MAX_STATES = 20  # states of one message; after that the newest replaces the last
_UPDATE_ID = re.compile(r"(.*\d\.\d+)@[\d.]+")
_NOT_WORDS = re.compile(r"[\d\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class StateChange:
    """A change to a message's recorded states: set the words of one, or add one if `event_id` is None."""

    text: str
    version: str
    event_id: int | None = None

    @property
    def happened_at(self) -> datetime:
        return from_slack_ts(self.version)


def make_update_id(message_id: str, version: str) -> str:
    """Return the id of the event for an update of a message."""
    return f"{message_id}@{version}"


def original_message_id(event_id: str) -> str:
    """Return the id of the message that an event shows: of an update, the updated message."""
    match = _UPDATE_ID.fullmatch(event_id)
    return match[1] if match else event_id


def count_unreadable(events: Iterable[TimelineEvent]) -> int:
    """Count the messages without any words that could be read, as first said or as updated."""
    spoken = [event for event in events if event.kind in SPOKEN_KINDS and not event.deleted]
    read = {original_message_id(event.message_id) for event in spoken if event.text.strip()}
    return len({original_message_id(event.message_id) for event in spoken} - read)


def is_update(event_id: str) -> bool:
    return original_message_id(event_id) != event_id


def find_state_change(
    states: Sequence[TimelineEvent], message: TimelineEvent, now: datetime
) -> StateChange | None:
    """Return what to change after a message was seen; None if its words aren't news.

    `states` are the original and its recorded updates, in order of `version`. Updates may arrive in any
    order and more than once. A history shows only the present state, perhaps without the time of the
    update; then the time is `now`.
    """
    version = _version(states, message, now)
    if version is None:
        return None
    if not version:
        return StateChange(text=message.text, version="", event_id=states[0].id)
    change = StateChange(text=message.text, version=version)
    before = [state for state in states if state.version <= version]
    after = [state for state in states if state.version > version]
    if not before or before[-1].text == change.text:
        return None
    if after and after[0].text == change.text:
        return _replace_state(after[0], change)
    return _place_between(before, after, change)


def _version(states: Sequence[TimelineEvent], message: TimelineEvent, now: datetime) -> str | None:
    """Return the version of the state that was seen: empty for the original, None for a known one."""
    if message.source is Source.FETCHED:
        return _present_version(states, message, now)
    if not message.version and message.text and not states[0].text:
        return ""
    return message.version or None


def _present_version(
    states: Sequence[TimelineEvent], message: TimelineEvent, now: datetime
) -> str | None:
    """Return the version of the state that a history shows, which may be older than the last known one."""
    has_own_time = _has_own_time(states, message)
    if message.text == states[-1].text:
        return None
    if has_own_time and message.version > states[-1].version:
        return message.version
    if any(message.text == state.text for state in states):
        return None
    if not message.version and not states[0].text:
        return ""
    return message.version if has_own_time else to_slack_ts(now)


def _has_own_time(states: Sequence[TimelineEvent], message: TimelineEvent) -> bool:
    """Return whether a time of an edit is that of this state: Slack keeps the time of an earlier one
    when only attachments or blocks change."""
    if not message.version:
        return False
    at = from_slack_ts(message.version)
    known_times = (from_slack_ts(state.version) for state in states if state.version)
    return all(abs(at - edit_time) >= SAME_EDIT for edit_time in known_times)


def _place_between(
    before: Sequence[TimelineEvent], after: Sequence[TimelineEvent], change: StateChange
) -> StateChange | None:
    count = len(before) + len(after)
    last, following = before[-1], after[0] if after else None
    progress = partial(_is_progress, is_long=count >= MIN_STATES_FOR_GROWTH)
    continues = progress(last, change)
    continued = following is not None and progress(following, change)
    if continues and continued:
        return None
    if continues and len(before) > 1 and progress(before[-2], _as_change(last)):
        return _replace_state(last, change)
    if following and continued and len(after) > 1 and progress(after[1], _as_change(following)):
        return _replace_state(following, change)
    if count < MAX_STATES:
        return change
    return None if after else _replace_state(last, change)


def _replace_state(state: TimelineEvent, change: StateChange) -> StateChange:
    return StateChange(text=change.text, version=change.version, event_id=state.id)


def _as_change(state: TimelineEvent) -> StateChange:
    return StateChange(text=state.text, version=state.version)


def _is_progress(state: TimelineEvent, change: StateChange, *, is_long: bool) -> bool:
    """Return whether two states, in either order, belong to one stretch of progress.

    A line that grows is progress only in a long row of states, so that "…, acknowledged" is kept.
    """
    since = from_slack_ts(state.version) if state.version else state.happened_at
    if abs(change.happened_at - since) >= PROGRESS or not (state.text and change.text):
        return False
    is_growing = is_long and _continues_line(state.text, change.text)
    return is_growing or _words(state.text) == _words(change.text)


def _continues_line(first: str, second: str) -> bool:
    """Return whether the longer of two texts only goes on writing the line at which the other ends."""
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and "\n" not in long[len(short) :]


def _words(text: str) -> set[str]:
    """Return the words of a text, without figures and symbols."""
    return set(_NOT_WORDS.sub(" ", text.casefold()).split())

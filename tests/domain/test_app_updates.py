"""Which updates of an application's message are events."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.app_updates import (
    MAX_STATES,
    MIN_STATES_FOR_GROWTH,
    find_state_change,
    is_update,
    make_update_id,
    original_message_id,
)
from bot.domain.timeline import EventKind, Source, TimelineEvent, from_slack_ts, to_slack_ts

TS = "1773153000.000100"
AT = from_slack_ts(TS)
NOW = AT + timedelta(hours=1)
ORIGINAL = TimelineEvent(
    message_id=TS, channel_id="C1", author="Pager", text="Triggered: queue", happened_at=AT,
    kind=EventKind.ALERT, id=1,
)  # fmt: skip


def seen(text: str, seconds: float | None, source: Source = Source.HEARD) -> TimelineEvent:
    version = "" if seconds is None else to_slack_ts(AT + timedelta(seconds=seconds))
    return replace(ORIGINAL, text=text, version=version, source=source)


def after(*told: TimelineEvent, original: TimelineEvent = ORIGINAL) -> list[TimelineEvent]:
    """Return the states that are recorded after these were seen, in this order."""
    states = [original]
    for each in told:
        step = find_state_change(states, each, NOW)
        if step is None:
            continue
        known = next((state for state in states if state.id == step.event_id), None)
        at = step.happened_at if step.version else AT
        new = replace(
            known or ORIGINAL, id=known.id if known else len(states) + 1, text=step.text,
            version=step.version, happened_at=at,
        )  # fmt: skip
        states = sorted([s for s in states if s is not known] + [new], key=lambda s: s.version)
    return states


def texts(states: list[TimelineEvent]) -> list[str]:
    return [state.text for state in states]


def test_states_are_the_same_in_whatever_order_they_arrive() -> None:
    told = [
        seen("Acknowledged: queue", 10),
        seen("Acknowledged: queue", 20),
        seen("Resolved: queue", 30),
        seen("Reopened: queue", 40),
    ]
    expected = ["Triggered: queue", "Acknowledged: queue", "Resolved: queue", "Reopened: queue"]
    for order in permutations(told * 2, 5):
        found = after(*order, *told)
        assert texts(found) == expected
        assert [int((each.happened_at - AT).total_seconds()) for each in found] == [0, 10, 30, 40]


@pytest.mark.parametrize(
    "words",
    [
        [f"Deploying {percent} %" for percent in range(20)],
        [f"`{'#' * done}{'.' * (20 - done)}`" for done in range(20)],
        [f"Building {':large_green_square:' * n}{':white_square:' * (20 - n)}" for n in range(1, 20)],
    ],
)  # fmt: skip
def test_progress_leaves_the_first_and_the_newest_state(words: list[str]) -> None:
    told = [seen(text, second) for second, text in enumerate(words[1:], start=1)]
    original = replace(ORIGINAL, text=words[0])
    assert texts(after(*told, original=original)) == [words[0], words[-1]]
    mixed = after(*told[::2], *told[1::2], *told, original=original)
    assert texts(mixed)[-1] == words[-1]
    assert len(mixed) <= 3


def test_a_line_that_is_written_word_by_word_leaves_a_few_states() -> None:
    words = ["Looking into it and writing this word by word"[: 4 + 2 * n] for n in range(20)]
    told = [seen(text, second) for second, text in enumerate(words[1:], start=1)]
    found = after(*told, original=replace(ORIGINAL, text=words[0]))
    assert len(found) <= MIN_STATES_FOR_GROWTH + 1
    assert found[-1].text == words[-1]


def test_long_progress_is_kept_every_five_minutes() -> None:
    told = [seen(f"Restoring the table: {minute} %", minute * 60) for minute in range(1, 31)]
    minutes = [
        int((state.happened_at - AT).total_seconds()) // 60
        for state in after(*told, original=replace(ORIGINAL, text="Restoring the table: 0 %"))
    ]
    assert minutes[0] == 0
    assert minutes[-1] == 30
    assert 6 <= len(minutes) <= 12


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Triggered", "Triggered\nAcknowledged by ana"),
        ("Triggered", "Triggered, acknowledged by ana"),
        ("*Open*: 3 hosts down", "*Closed*: 3 hosts down"),
        (":red_circle: checkout", ":large_green_circle: checkout"),
        ("störung", "behoben"),
    ],
)
def test_other_words_are_another_state_however_soon(first: str, second: str) -> None:
    found = after(seen(second, 1), original=replace(ORIGINAL, text=first))
    assert texts(found) == [first, second]


def test_a_line_to_which_each_state_is_added_keeps_them_all() -> None:
    texts_said = ["Triggered: queue, acknowledged", "Triggered: queue, acknowledged, resolved"]
    found = after(*(seen(text, second) for second, text in enumerate(texts_said, start=1)))
    assert texts(found) == ["Triggered: queue", *texts_said]


def test_there_is_a_limit_for_one_message_and_the_newest_state_is_kept() -> None:
    told = [
        seen(f"step {chr(97 + n % 26)}{chr(97 + n // 26)} of the build", n) for n in range(1, 90)
    ]
    found = after(*told)
    assert len(found) == MAX_STATES
    assert found[-1].text == told[-1].text


def test_a_history_shows_the_present_state_only() -> None:
    fetched = Source.FETCHED
    acknowledged, resolved = seen("Acknowledged: queue", 10), seen("Resolved: queue", 30)
    missed = seen("Resolved: queue", 30, fetched)
    assert texts(after(acknowledged, missed, missed)) == texts(after(acknowledged, resolved))
    stale = seen("Triggered: queue", None, fetched)
    assert texts(after(acknowledged, resolved, stale)) == texts(after(acknowledged, resolved))
    # The time of the edit is that of an earlier update: only attachments changed since.
    late = after(acknowledged, seen("Resolved: queue", 10, fetched))
    assert (late[-1].text, late[-1].happened_at) == ("Resolved: queue", NOW)
    assert texts(after(acknowledged, seen("Resolved: queue", 10, fetched), resolved)) == texts(late)


def test_an_original_that_comes_after_its_update_has_its_words() -> None:
    unknown = replace(ORIGINAL, text="")
    update, original = seen("Resolved: queue", 30), seen("Triggered: queue", None)
    found = after(update, original, original, original=unknown)
    assert texts(found) == ["Triggered: queue", "Resolved: queue"]
    assert found[0].happened_at == AT


def test_an_update_is_told_from_its_message_by_its_id() -> None:
    update = make_update_id(TS, "1773153030.000200")
    assert original_message_id(update) == TS
    assert is_update(update)
    for other in (TS, f"deed-INC-2026-001-{TS}", "deed-1.2-U1-x@y", "left-U1-1.2", "<a.1@mail>"):
        assert not is_update(other)
        assert original_message_id(other) == other

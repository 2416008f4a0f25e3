"""Updates of an application's message: the ones that become timeline events."""

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


def updated_to(text: str, seconds: float | None, source: Source = Source.HEARD) -> TimelineEvent:
    version = "" if seconds is None else to_slack_ts(AT + timedelta(seconds=seconds))
    return replace(ORIGINAL, text=text, version=version, source=source)


def recorded_states(
    *updates: TimelineEvent, original: TimelineEvent = ORIGINAL
) -> list[TimelineEvent]:
    """Return the states recorded after these updates, in this order."""
    states = [original]
    for app_update in updates:
        step = find_state_change(states, app_update, NOW)
        if step is None:
            continue
        earlier = next((state for state in states if state.id == step.event_id), None)
        at = step.happened_at if step.version else AT
        new = replace(
            earlier or ORIGINAL, id=earlier.id if earlier else len(states) + 1, text=step.text,
            version=step.version, happened_at=at,
        )  # fmt: skip
        states = sorted(
            [state for state in states if state is not earlier] + [new], key=lambda s: s.version
        )
    return states


def texts(states: list[TimelineEvent]) -> list[str]:
    return [state.text for state in states]


def test_the_recorded_states_do_not_depend_on_the_order_of_updates() -> None:
    updates = [
        updated_to("Acknowledged: queue", 10),
        updated_to("Acknowledged: queue", 20),
        updated_to("Resolved: queue", 30),
        updated_to("Reopened: queue", 40),
    ]
    expected = ["Triggered: queue", "Acknowledged: queue", "Resolved: queue", "Reopened: queue"]
    for order in permutations(updates * 2, 5):
        states = recorded_states(*order, *updates)
        assert texts(states) == expected
        assert [int((state.happened_at - AT).total_seconds()) for state in states] == [
            0,
            10,
            30,
            40,
        ]


@pytest.mark.parametrize(
    "words",
    [
        [f"Deploying {percent} %" for percent in range(20)],
        [f"`{'#' * done}{'.' * (20 - done)}`" for done in range(20)],
        [f"Building {':large_green_square:' * n}{':white_square:' * (20 - n)}" for n in range(1, 20)],
    ],
)  # fmt: skip
def test_progress_keeps_the_first_and_the_newest_state(words: list[str]) -> None:
    updates = [updated_to(text, second) for second, text in enumerate(words[1:], start=1)]
    original = replace(ORIGINAL, text=words[0])
    assert texts(recorded_states(*updates, original=original)) == [words[0], words[-1]]
    mixed = recorded_states(*updates[::2], *updates[1::2], *updates, original=original)
    assert texts(mixed)[-1] == words[-1]
    assert len(mixed) <= 3


def test_a_text_written_word_by_word_keeps_only_a_few_states() -> None:
    words = ["Looking into it and writing this word by word"[: 4 + 2 * n] for n in range(20)]
    updates = [updated_to(text, second) for second, text in enumerate(words[1:], start=1)]
    found = recorded_states(*updates, original=replace(ORIGINAL, text=words[0]))
    assert len(found) <= MIN_STATES_FOR_GROWTH + 1
    assert found[-1].text == words[-1]


def test_long_progress_is_kept_every_five_minutes() -> None:
    updates = [
        updated_to(f"Restoring the table: {minute} %", minute * 60) for minute in range(1, 31)
    ]
    minutes = [
        int((state.happened_at - AT).total_seconds()) // 60
        for state in recorded_states(
            *updates, original=replace(ORIGINAL, text="Restoring the table: 0 %")
        )
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
def test_a_different_text_is_a_new_state_however_soon(first: str, second: str) -> None:
    found = recorded_states(updated_to(second, 1), original=replace(ORIGINAL, text=first))
    assert texts(found) == [first, second]


def test_a_text_that_grows_by_each_state_keeps_them_all() -> None:
    later_texts = ["Triggered: queue, acknowledged", "Triggered: queue, acknowledged, resolved"]
    found = recorded_states(
        *(updated_to(text, second) for second, text in enumerate(later_texts, start=1))
    )
    assert texts(found) == ["Triggered: queue", *later_texts]


def test_the_states_of_one_message_are_limited_and_the_newest_is_kept() -> None:
    updates = [
        updated_to(f"step {chr(97 + n % 26)}{chr(97 + n // 26)} of the build", n)
        for n in range(1, 90)
    ]
    found = recorded_states(*updates)
    assert len(found) == MAX_STATES
    assert found[-1].text == updates[-1].text


def test_a_history_shows_only_the_current_state() -> None:
    fetched = Source.FETCHED
    acknowledged, resolved = (
        updated_to("Acknowledged: queue", 10),
        updated_to("Resolved: queue", 30),
    )
    from_history = updated_to("Resolved: queue", 30, fetched)
    assert texts(recorded_states(acknowledged, from_history, from_history)) == texts(
        recorded_states(acknowledged, resolved)
    )
    stale = updated_to("Triggered: queue", None, fetched)
    assert texts(recorded_states(acknowledged, resolved, stale)) == texts(
        recorded_states(acknowledged, resolved)
    )
    # The edit time is that of an earlier update, because only attachments changed since then.
    late = recorded_states(acknowledged, updated_to("Resolved: queue", 10, fetched))
    assert (late[-1].text, late[-1].happened_at) == ("Resolved: queue", NOW)
    assert texts(
        recorded_states(acknowledged, updated_to("Resolved: queue", 10, fetched), resolved)
    ) == texts(late)


def test_an_original_that_arrives_after_its_update_keeps_its_text() -> None:
    unknown = replace(ORIGINAL, text="")
    update, original = updated_to("Resolved: queue", 30), updated_to("Triggered: queue", None)
    found = recorded_states(update, original, original, original=unknown)
    assert texts(found) == ["Triggered: queue", "Resolved: queue"]
    assert found[0].happened_at == AT


def test_an_update_is_distinguished_from_its_message_by_its_id() -> None:
    update = make_update_id(TS, "1773153030.000200")
    assert original_message_id(update) == TS
    assert is_update(update)
    for other in (TS, f"deed-INC-2026-001-{TS}", "deed-1.2-U1-x@y", "left-U1-1.2", "<a.1@mail>"):
        assert not is_update(other)
        assert original_message_id(other) == other

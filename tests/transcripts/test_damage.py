"""Randomly damaged exports: an error names the file and the place, and the rest can be read."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BotError
from bot.drafting.draft import draft
from bot.transcripts import read_with_warnings
from bot.transcripts.records import ReadResult
from tests.transcripts.exports import DAY, EXPORT, FIRST, Files, write_folder

DAY_FILE = "inc-1/2026-03-10.json"
MESSAGES: list[dict[str, Any]] = [
    *DAY,
    FIRST
    | {
        "ts": "1773155500.000100",
        "bot_id": "B1",
        "subtype": "bot_message",
        "bot_profile": {"id": "B1", "name": "Alerts"},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a"}, "fields": []}],
        "attachments": [{"title": "t", "fields": [{"title": "a", "value": "b"}], "blocks": []}],
        "edited": {"ts": "1773155501.000100"},
        "reactions": [{"name": "pushpin", "users": ["U1"]}],
    },
    FIRST
    | {
        "ts": "1773155600.000100",
        "thread_ts": FIRST["ts"],
        "user_profile": {"display_name": "cy", "real_name": "Cy Adams"},
        "files": [{"name": "a.png", "title": "A", "preview": "x"}],
        "room": {"created_by": "U1", "date_start": 1, "date_end": 2, "participant_history": []},
        "slackdump_thread_replies": [FIRST | {"ts": "1773155700.000100"}],
    },
]
USERS = [
    {"id": "U1", "name": "ana", "profile": {"display_name": "ana", "bot_id": "B9"}},
    {"id": "U2", "name": "ben", "real_name": "Ben"},
]
SOUND: Files = EXPORT | {"users.json": USERS, DAY_FILE: MESSAGES}
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 10**400, 1e300, float("nan"), "", "\0", "\ud83d", "x" * 5_000, [], {}, [[]], [None], [1], {"a": []}]
)  # fmt: skip
DELETED = object()


def _paths_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from _paths_in(item, (*path, key))


PLACES = [(name, path) for name, content in SOUND.items() for path in _paths_in(content)]


def _damaged(content: Any, path: tuple[Any, ...], wrong: object) -> Any:
    if not path:
        return None if wrong is DELETED else wrong
    damaged_copy = deepcopy(content)
    inner = damaged_copy
    for key in path[:-1]:
        inner = inner[key]
    if wrong is DELETED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = wrong
    return damaged_copy


def _read(files: Files, *, lenient: bool) -> ReadResult | str:
    """Read an export as the command line does; return the sentence if it is refused."""
    with TemporaryDirectory() as temporary:
        path = write_folder(Path(temporary) / "export", files)
        try:
            reading = read_with_warnings(path, lenient=lenient)
        except BotError as error:
            sentence = str(error)
            assert "\n" not in sentence
            assert len(sentence) < 1_000
            return sentence
        draft(reading.record)
        return reading


def _ids(read: ReadResult | str) -> set[str]:
    assert isinstance(read, ReadResult), read
    return {event.message_id for event in read.record.events}


@given(st.sampled_from(PLACES), st.one_of(st.just(DELETED), WRONG))
def test_a_wrong_or_missing_value_is_named_and_other_messages_are_read(
    place: tuple[str, tuple[Any, ...]], wrong: object
) -> None:
    name, path = place
    files = SOUND | {name: json.dumps(_damaged(SOUND[name], path, wrong))}
    strict, lenient = _read(files, lenient=False), _read(files, lenient=True)
    if isinstance(strict, str):
        assert any(name_part in strict for name_part in (name, "channel", "inc-1"))
    if name != DAY_FILE or not path:
        return
    others = [message for number, message in enumerate(MESSAGES) if number != path[0]]
    assert {message["ts"] for message in others} <= _ids(lenient)


@given(st.integers(min_value=1), st.sampled_from([DAY_FILE, "users.json", "channels.json"]))
def test_a_truncated_file_is_named_and_complete_messages_are_read(length: int, name: str) -> None:
    text = json.dumps(SOUND[name], indent=1)
    truncated = text[: length % len(text)]
    strict, lenient = (
        _read(SOUND | {name: truncated}, lenient=False),
        _read(SOUND | {name: truncated}, lenient=True),
    )
    assert isinstance(strict, str)
    assert name in strict
    if name != DAY_FILE:
        assert len(_ids(lenient)) == len(MESSAGES) + 1
    elif truncated.count("\n }") > 1:
        assert {message["ts"] for message in MESSAGES[: truncated.count("\n }") - 1]} <= _ids(
            lenient
        )


@given(st.binary(min_size=1, max_size=40), st.integers(min_value=0))
def test_a_file_with_overwritten_bytes_is_read_or_named(noise: bytes, place: int) -> None:
    content = bytearray(json.dumps(MESSAGES, indent=1).encode())
    start = place % len(content)
    content[start : start + len(noise)] = noise
    for lenient in (True, False):
        read = _read(SOUND | {DAY_FILE: bytes(content)}, lenient=lenient)
        assert isinstance(read, ReadResult) or DAY_FILE in read or "inc-1" in read


LINES = [json.dumps(each) for each in MESSAGES]
PARTS = st.sampled_from(
    [*LINES, json.dumps(MESSAGES), json.dumps({"ok": True, "messages": MESSAGES}), "[", "]", "{", "}", ",", "\n", "\r\n", "5", "null", "\0", "\ufeff", '"', "é"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), st.lists(PARTS, max_size=8).map("".join).map(str.encode)))
def test_any_file_is_read_or_refused_by_name(content: bytes) -> None:
    for name in ("talk.jsonl", "2026-03-10.json", "export.zip", "talk"):
        with TemporaryDirectory() as place:
            path = write_folder(Path(place), {name: content}) / name
            for lenient in (True, False):
                refusal = _refused(path, lenient=lenient)
                assert refusal is None or name.partition(".")[0] in refusal


def _refused(path: Path, *, lenient: bool) -> str | None:
    """Return the sentence that a file is refused with; None if it is read."""
    try:
        read_with_warnings(path, lenient=lenient)
    except BotError as error:
        return str(error)
    return None


@given(st.lists(st.sampled_from(PLACES), min_size=2, max_size=6), st.data())
def test_damage_in_several_places_raises_no_unexpected_error(
    places: list[tuple[str, tuple[Any, ...]]], data: st.DataObject
) -> None:
    files = dict(SOUND)
    for name, path in places:
        if path in _paths_in(files[name]):
            files[name] = _damaged(files[name], path, data.draw(st.one_of(st.just(DELETED), WRONG)))
    files_as_json = {name: json.dumps(content) for name, content in files.items()}
    for lenient in (True, False):
        _read(files_as_json, lenient=lenient)

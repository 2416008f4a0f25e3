import json
import re
import zipfile
from pathlib import Path

import pytest

from bot.domain.draft import Draft
from bot.domain.errors import BotError
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting.draft import draft
from bot.transcripts import errors, read, read_with_warnings

SHARED = Path(__file__).parents[3] / "shared" / "incidents"
GOOD = {"ts": "2026-03-10T14:23:00Z", "user": "alice", "text": "checkout is failing"}


def write_lines(folder: Path, *lines: object, name: str = "talk.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def write_export(folder: Path, messages: list[object], *, users: bool = True) -> Path:
    root = folder / "export"
    (root / "inc-1").mkdir(parents=True)
    (root / "channels.json").write_text(json.dumps([{"id": "C1", "name": "inc-1"}]))
    if users:
        people = [
            {"id": "U1", "name": "al", "profile": {"display_name": "Alice", "real_name": "A L"}},
            {"id": "U2", "name": "bob", "real_name": "", "profile": {}},
        ]
        (root / "users.json").write_text(json.dumps(people))
    (root / "inc-1" / "2026-03-10.json").write_text(json.dumps(messages))
    return root


def test_a_line_becomes_an_event(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path,
        GOOD | {"id": "m1", "reactions": [{"name": "pushpin", "users": ["bob"]}], "edited": True},
        GOOD | {"ts": "2026-03-10T14:24:00Z", "thread_ts": GOOD["ts"], "bot": True},
        GOOD | {"ts": "2026-03-10T14:25:00Z", "deleted": True, "thread_ts": "2026-03-10T14:25:00Z"},
    )
    first, second, third = read(path).events
    assert (first.message_id, first.edited, first.marks) == ("m1", True, frozenset({Mark.TIMELINE}))
    assert (second.message_id, second.thread_id) == ("2026-03-10T14:24:00Z", GOOD["ts"])
    assert (second.kind, third.deleted, third.thread_id) == (EventKind.ALERT, True, None)


def test_lines_of_the_same_minute_keep_their_order(tmp_path: Path) -> None:
    lines = [GOOD | {"text": str(number)} for number in range(9)]
    early = GOOD | {"ts": "2026-03-10T14:00:00+00:00", "text": "early"}
    record = read(write_lines(tmp_path, *lines, early))
    assert [event_.text for event_ in record.events] == ["early", *"012345678"]


def test_a_transcript_becomes_an_incident_named_after_its_file(tmp_path: Path) -> None:
    incident = read(write_lines(tmp_path, GOOD, name="payments.jsonl")).incident
    assert (incident.key, incident.title, incident.status) == ("DRAFT", "payments", "resolved")


def test_slack_timestamps_are_parsed_and_kept_as_message_ids(tmp_path: Path) -> None:
    (event,) = read(write_lines(tmp_path, GOOD | {"ts": "1710167000.000100"})).events
    assert event.message_id == "1710167000.000100"
    assert event.happened_at.isoformat() == "2024-03-11T14:23:20.000100+00:00"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        "{}",
        '{"ts": 1710167000.1, "text": "a number"}',
        '{"ts": "yesterday"}',
        '{"ts": "9999-12-31T23:59:59Z"}',
        '{"ts": "99999999999.1"}',
        '{"ts": "2026-03-10T14:23:00Z", "text": 5}',
        "[" * 100_000,
    ],
)
def test_a_broken_line_is_reported_with_its_number(tmp_path: Path, line: str) -> None:
    path = write_lines(tmp_path, GOOD, line, GOOD)
    with pytest.raises(errors.BrokenLine, match="Line 2 of") as caught:
        read(path)
    assert "\n" not in str(caught.value)
    reading = read_with_warnings(path, lenient=True)
    assert len(reading.record.events) == 2
    (warning,) = reading.warnings
    assert "line 2" in warning


def test_half_a_surrogate_pair_can_be_encoded(tmp_path: Path) -> None:
    line = '{"ts": "2026-03-10T14:23:00Z", "user": "a", "text": "it failed \\ud83d"}'
    read(write_lines(tmp_path, line)).events[0].text.encode()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.EmptyFile, match="talk"):
        read(write_lines(tmp_path, ""))


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="No such file"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    with pytest.raises(errors.Unreadable):
        read(tmp_path / "bad.zip")


def test_a_channel_of_a_transcript_can_be_chosen(tmp_path: Path) -> None:
    path = write_lines(tmp_path, GOOD | {"channel": "a"}, GOOD | {"channel": "b", "text": "hm"})
    assert [event.text for event in read(path, channel="b").events] == ["hm"]
    with pytest.raises(errors.NoChannel, match="a, b"):
        read(path, channel="c")


MESSAGES: list[object] = [
    {"type": "message", "user": "U1", "text": "it failed <@U2|b>", "ts": "1773153000.000100"},
    {"type": "message", "subtype": "channel_join", "user": "U2", "text": "j", "ts": "1773153001.0"},
    {
        "type": "message",
        "subtype": "bot_message",
        "username": "pager",
        "text": "",
        "attachments": [{"fallback": "alert: 14 % errors"}],
        "ts": "1773153002.000000",
    },
    {
        "type": "message",
        "user": "U2",
        "text": "on it",
        "ts": "1773153003.000000",
        "thread_ts": "1773153000.000100",
        "edited": {"user": "U2", "ts": "1773153004.0"},
        "reactions": [{"name": "pushpin", "users": ["U1"], "count": 1}],
        "files": [{"title": "graph.png"}],
    },
    {"type": "message", "subtype": "tombstone", "text": "gone", "ts": "1773153005.000000"},
    {
        "type": "message",
        "subtype": "file_share",
        "user": "U1",
        "text": "uploaded",
        "file": {"name": "old.txt"},
        "ts": "1773153006.000000",
    },
]


def test_an_export_becomes_a_record(tmp_path: Path) -> None:
    record = read(write_export(tmp_path, MESSAGES))
    message, joined, alert, reply, deleted, shared = record.events
    assert record.people == {"U1": "A L", "U2": "bob"}
    assert (message.author, joined.kind, alert.kind) == ("U1", EventKind.JOINED, EventKind.ALERT)
    assert (alert.author, alert.text) == ("pager", "alert: 14 % errors")
    assert (reply.thread_id, reply.edited) == ("1773153000.000100", True)
    assert (reply.marks, reply.text) == (frozenset({Mark.TIMELINE}), "on it\n[file: graph.png]")
    assert deleted.deleted
    assert shared.text == "uploaded\n[file: old.txt]"


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    root = write_export(tmp_path, MESSAGES)
    for prefix, name in (("", "flat.zip"), ("export/", "nested.zip")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path in sorted(root.rglob("*.json")):
                archive.write(path, prefix + path.relative_to(root).as_posix())
        assert read(tmp_path / name) == read(root)


def test_an_unknown_empty_or_missing_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.NoChannel, match="inc-1"):
        read(write_export(tmp_path / "b", MESSAGES), channel="general")
    with pytest.raises(errors.EmptyChannel, match="inc-1"):
        read(write_export(tmp_path / "c", []))
    several = write_export(tmp_path / "d", MESSAGES)
    names = [{"id": "C1", "name": "inc-1"}, {"id": "C2", "name": "other"}]
    (several / "channels.json").write_text(json.dumps(names))
    with pytest.raises(errors.ChannelNeeded, match="inc-1, other"):
        read(several)
    assert read(several, channel="#inc-1") == read(several, channel="C1")


def test_a_broken_file_of_an_export_is_named(tmp_path: Path) -> None:
    root = write_export(tmp_path, [*MESSAGES, {"user": "U1", "text": "when?"}])
    with pytest.raises(errors.BrokenFile, match="2026-03-10"):
        read(root)
    reading = read_with_warnings(root, lenient=True)
    assert len(reading.record.events) == len(MESSAGES)
    assert len(reading.warnings) == 1


def test_every_error_is_one_sentence() -> None:
    found = [value for value in vars(errors).values() if _is_error(value)]
    assert found
    for error in found:
        names = re.findall(r"{(\w+)}", error.__doc__ or "")
        assert "\n" not in str(error(**dict.fromkeys(names, "x")))


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BotError) and value is not BotError


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared incidents are not on this machine")
def test_the_shared_incidents_and_the_real_export_are_read() -> None:
    def draft_of(record: Record) -> Draft:
        return draft(record)

    for path in sorted(SHARED.glob("*/messages.jsonl")):
        reading = read_with_warnings(path)
        assert draft_of(reading.record).timeline
        assert (
            reading.warnings == ()
        )  # no pause within these incidents is taken for a second incident
    meetup = SHARED / "slack-exports" / "meetup-2016"
    for channel in ("meetup", "organizations", "sponsors", "team-d3", "design-thinking"):
        assert draft_of(read(meetup, channel=channel)).recording.sha256


def test_a_file_of_an_export_that_is_not_a_list_of_messages_is_named(tmp_path: Path) -> None:
    root = write_export(tmp_path, MESSAGES)
    for text in ("{", "{}", "[1]"):
        (root / "inc-1" / "2026-03-11.json").write_text(text)
        with pytest.raises(errors.BrokenFile, match="2026-03-11"):
            read(root)
        assert len(read_with_warnings(root, lenient=True).warnings) == 1

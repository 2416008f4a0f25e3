"""`--since` and `--until`: drafting from part of a channel, and the hint about channels with two incidents."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.transcripts.exports import draft, draft_json, refusal_of, write_folder

FIRST = datetime(2026, 3, 10, 14, 30, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def write_transcript(path: Path, *times: datetime) -> Path:
    lines = [{"ts": f"{at:%FT%TZ}", "user": "ana", "text": f"at {at:%F %T}"} for at in times]
    return write_folder(path, {"inc-1.jsonl": "\n".join(map(json.dumps, lines))}) / "inc-1.jsonl"


def count_messages(*arguments: object) -> int:
    count: int = draft_json(*arguments)["recording"]["messages"]
    return count


# Messages at 14:30:05, 15:30:05 and so on, until 00:30:05 of the next day.
PERIODS = {
    ("--since", "2026-03-10"): 11,
    ("--since", "2026-03-11"): 1,
    ("--until", "2026-03-10"): 10,
    ("--until", "2026-03-11"): 11,
    ("--since", "2026-03-10T15:30"): 10,
    ("--since", "2026-03-10 15:30:06"): 9,
    ("--since", "2026-03-10T15:30:05Z"): 10,
    ("--since", "2026-03-10T16:30+01:00"): 10,
    ("--until", "2026-03-10 15:30"): 2,
    ("--until", "2026-03-10T15:30:04"): 1,
    ("--since", "2026-03-10T15:00", "--until", "2026-03-10T17:00"): 2,
    ("--since", "Mar 10, 2026 15:00"): 10,
    ("--since", "10 March 2026"): 11,
    ("--until", "2999-01-01"): 11,
    ("--until", "9999-12-31"): 11,
}


@pytest.mark.parametrize("options", PERIODS)
def test_a_period_contains_the_messages_from_its_start_to_its_end(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = write_transcript(tmp_path, *(FIRST + n * HOUR for n in range(11)))
    assert count_messages(path, *options) == PERIODS[options]


def test_a_time_without_a_date_works_only_for_a_single_day(tmp_path: Path) -> None:
    path = write_transcript(tmp_path, FIRST, FIRST + HOUR)
    assert (
        count_messages(path, "--since", "15:00") == count_messages(path, "--until", "2:30 pm") == 1
    )
    path = write_transcript(tmp_path, FIRST, FIRST + DAY)
    error = 'The value of --since needs a date, because the messages span several days: "2026-03-10 15:00".'
    assert refusal_of(path, "--since", "15:00") == error


def test_times_are_in_the_configured_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_transcript(tmp_path, FIRST, datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    config = write_folder(tmp_path, {"zone.toml": 'zone = "Europe/Berlin"'}) / "zone.toml"
    monkeypatch.setenv("DEBRIEF_CONFIG", str(config))
    assert (
        count_messages(path, "--since", "2026-03-11")
        == count_messages(path, "--until", "2026-03-10")
        == 1
    )
    assert count_messages(path, "--since", "2026-03-10T15:31") == 1
    assert count_messages(path, "--since", "2026-03-10T15:30") == 2


REFUSED = {
    ("--since", "2026-03-11", "--until", "2026-03-10"): "The end is before the start: --since 2026-03-11 --until 2026-03-10.",
    ("--since", "15:00", "--until", "14:59"): "The end is before the start: --since 15:00 --until 14:59.",
    ("--since", "2027-01-01"): "No messages in inc-1 match --since 2027-01-01. Its messages are from"
    " 2026-03-10 14:30 UTC to 2026-03-10 15:30 UTC.",
    ("--until", "2026-03-09"): "No messages in inc-1 match --until 2026-03-09. Its messages are from",
    ("--since", "25:99"): "The value of --since isn't a date or time: “25:99”.",
    ("--since", "2026-02-30"): "The value of --since isn't a date or time: “2026-02-30”.",
    ("--until", "soon"): "The value of --until isn't a date or time: “soon”.",
    ("--until", ""): "The value of --until isn't a date or time: “”.",
}  # fmt: skip


@pytest.mark.parametrize("options", REFUSED)
def test_an_invalid_or_empty_period_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = write_transcript(tmp_path, FIRST, FIRST + HOUR)
    assert refusal_of(path, *options).startswith(REFUSED[options])


def test_a_gap_of_several_days_is_pointed_out(tmp_path: Path) -> None:
    second = FIRST + 20 * DAY
    path = write_transcript(tmp_path, FIRST, FIRST + HOUR, second, second + HOUR)
    hint = (
        "Nobody posted for 19 days, from 2026-03-10T15:30Z to 2026-03-30T14:30Z. If these are two"
        " incidents, draft one of them with --until 2026-03-10T15:30Z or --since 2026-03-30T14:30Z.\n"
    )
    assert draft(path).stderr == hint
    for option in ("--until 2026-03-10T15:30Z", "--since 2026-03-30T14:30Z"):
        assert count_messages(path, *option.split()) == 2
        assert draft(path, *option.split()).stderr == ""
    path = write_transcript(tmp_path, *(FIRST + n * n * DAY for n in range(4)))
    assert "Nobody posted for 5 days" in draft(path).stderr
    assert "the longest of 2 such gaps" in draft(path).stderr


def test_a_gap_of_a_night_or_weekend_is_not_pointed_out(tmp_path: Path) -> None:
    assert (
        draft(write_transcript(tmp_path, FIRST, FIRST + 16 * HOUR, FIRST + 60 * HOUR)).stderr == ""
    )

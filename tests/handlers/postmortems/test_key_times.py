"""Key times set by command, form or reaction: checked for order and shown with their author."""

from typing import Any

import pytest

from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town


@pytest.fixture
def channel(town: Town) -> str:
    """An incident's channel in which everybody typed a command, so that time zones are known."""
    channel_id = town.declare()
    for person in ("ana", "ben", "mei"):
        town.incident(person, "list", channel_id)
    town.settle()
    return channel_id


def _resolve(town: Town, channel: str) -> None:
    town.incident("ana", "resolve cache restarted", channel)
    town.settle()


def test_a_key_time_set_by_a_person_is_in_the_draft_with_their_name(
    town: Town, channel: str
) -> None:
    town.ws.say("ben", channel, "it started at 13:40, errors everywhere")
    answer = town.incident("ana", "time started 13:30", channel)
    assert "*Started* set to" in answer
    _resolve(town, channel)
    started = _moments(town, channel)["started"]
    assert (started["at"], started["basis"]) == ("2026-03-10T13:30:00Z", "marked")
    assert started["set_by"] == "ana"
    assert "set by ana" in latest_postmortem(town, channel).markdown


def _moments(town: Town, channel: str) -> dict[str, Any]:
    return dict(latest_postmortem(town, channel).document["moments"])


def test_setting_a_key_time_after_the_draft_updates_it_in_place(town: Town, channel: str) -> None:
    _resolve(town, channel)
    messages = len(town.said(channel))
    town.incident("mei", "time restored 22:59", channel)  # in Tokyo: 13:59
    town.settle()
    assert _moments(town, channel)["restored"]["at"] == "2026-03-10T13:59:00Z"
    assert len(town.said(channel)) == messages


def test_clearing_a_key_time_falls_back_to_the_channel(town: Town, channel: str) -> None:
    town.ws.say("ben", channel, "it started at 13:40, errors everywhere")
    town.incident("ana", "time started 13:30", channel)
    _resolve(town, channel)
    assert "*Started* cleared" in town.incident("ana", "time started clear", channel)
    town.settle()
    assert _moments(town, channel)["started"].get("set_by") is None


def test_the_time_command_lists_all_eight_key_times_with_their_authors(
    town: Town, channel: str
) -> None:
    town.incident("ana", "time ack 13:45", channel)
    answer = town.incident("ben", "time", channel)
    assert "set by ana" in answer
    assert answer.count("not known") == 7


def test_an_unknown_key_time_or_an_invalid_time_is_rejected(town: Town, channel: str) -> None:
    assert "“ended” is not a key time" in town.incident("ana", "time ended 13:45", channel)
    assert "is not a time in the past" in town.incident("ana", "time restored soon", channel)
    assert "is not a time in the past" in town.incident("ana", "time restored", channel)


def test_key_times_out_of_order_are_reported_and_block_the_submission(
    town: Town, channel: str
) -> None:
    town.incident("ana", "time started 13:50", channel)
    answer = town.incident("ana", "time restored 13:40", channel)
    assert "*Out of order:* restored is before started" in answer
    _resolve(town, channel)
    refusal = town.incident("ana", "postmortem submit because it is late", channel)
    assert "out of order: restored is before started" in refusal
    town.incident("ana", "time restored 13:55", channel)
    town.settle()
    assert "is in review" in town.incident("ana", "postmortem submit because x", channel)


def test_the_key_times_form_changes_only_the_edited_times(town: Town, channel: str) -> None:
    town.incident("ana", "time started 13:30", channel)
    town.incident("ana", "time detected 13:35", channel)
    _resolve(town, channel)
    town.press("ben", channel, "Key times")  # in New York, four hours behind UTC
    town.ws.submit("ben", {"started": {"started": ""}, "restored": {"restored": "9:59"}})
    town.settle()
    moments = _moments(town, channel)
    assert moments["restored"]["at"] == "2026-03-10T13:59:00Z"
    assert moments["restored"]["set_by"] == "ben"
    assert moments["detected"]["set_by"] == "ana"
    assert (moments["started"] or {}).get("set_by") is None


def test_the_key_times_form_rejects_an_invalid_time_at_its_field(town: Town, channel: str) -> None:
    town.press("ben", channel, "Key times")
    answer = town.ws.submit("ben", {"restored": {"restored": "25:99"}})
    assert "“25:99” is not a time in the past" in answer["errors"]["restored"]


@pytest.mark.parametrize(
    ("emoji", "name"), [("triangular_flag_on_post", "started"), ("checkered_flag", "restored")]
)
def test_a_flag_reaction_marks_the_start_or_the_recovery(
    town: Town, channel: str, emoji: str, name: str
) -> None:
    message_ts = town.ws.say("mei", channel, "deploy of v42 is out")
    town.settle()
    town.ws.react("ben", channel, message_ts, emoji)
    town.settle()
    _resolve(town, channel)
    moment = _moments(town, channel)[name]
    assert (moment["basis"], moment["evidence"]) == ("marked", [message_ts])


def test_key_times_of_a_final_postmortem_cannot_be_changed(town: Town, channel: str) -> None:
    _resolve(town, channel)
    for step in ("submit because x", "approve", "final"):
        town.incident("ana", f"postmortem {step}", channel)
        town.settle()
    assert "is final" in town.incident("ana", "time started 13:30", channel)

"""Key times set by command, form or reaction: checked for order and shown with their author."""

from typing import Any

import pytest

from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    """An incident's channel in which everybody typed a command, so that time zones are known."""
    channel_id = live_bot.declare()
    for person in ("ana", "ben", "mei"):
        live_bot.command(person, "list", channel_id)
    live_bot.settle()
    return channel_id


def _resolve(live_bot: LiveBot, channel: str) -> None:
    live_bot.command("ana", "resolve cache restarted", channel)
    live_bot.settle()


def test_a_key_time_set_by_a_person_is_in_the_draft_with_their_name(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.workspace.say("ben", channel, "it started at 13:40, errors everywhere")
    answer = live_bot.command("ana", "time started 13:30", channel)
    assert "*Started* set to" in answer
    _resolve(live_bot, channel)
    started = _moments(live_bot, channel)["started"]
    assert (started["at"], started["basis"]) == ("2026-03-10T13:30:00Z", "marked")
    assert started["set_by"] == "Ana Lopes"
    assert "Set by Ana Lopes" in latest_postmortem(live_bot, channel).markdown


def _moments(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return dict(latest_postmortem(live_bot, channel).document["moments"])


def test_setting_a_key_time_after_the_draft_updates_it_in_place(
    live_bot: LiveBot, channel: str
) -> None:
    _resolve(live_bot, channel)
    messages = len(live_bot.messages(channel))
    live_bot.command("mei", "time restored 22:59", channel)  # in Tokyo: 13:59
    live_bot.settle()
    assert _moments(live_bot, channel)["restored"]["at"] == "2026-03-10T13:59:00Z"
    assert len(live_bot.messages(channel)) == messages


def test_clearing_a_key_time_falls_back_to_the_channel(live_bot: LiveBot, channel: str) -> None:
    live_bot.workspace.say("ben", channel, "it started at 13:40, errors everywhere")
    live_bot.command("ana", "time started 13:30", channel)
    _resolve(live_bot, channel)
    assert "*Started* cleared" in live_bot.command("ana", "time started none", channel)
    live_bot.settle()
    assert _moments(live_bot, channel)["started"].get("set_by") is None


def test_the_time_command_lists_all_eight_key_times_with_their_authors(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "time ack 13:45", channel)
    answer = live_bot.command("ben", "time", channel)
    assert "set by Ana Lopes" in answer
    assert answer.count("not known") == 7


def test_an_unknown_key_time_or_an_invalid_time_is_rejected(
    live_bot: LiveBot, channel: str
) -> None:
    assert "“ended” isn't a valid key time" in live_bot.command("ana", "time ended 13:45", channel)
    assert "isn't a time in the past" in live_bot.command("ana", "time restored soon", channel)
    assert "isn't a time in the past" in live_bot.command("ana", "time restored", channel)


def test_key_times_out_of_order_are_reported_and_block_the_submission(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "time started 13:50", channel)
    answer = live_bot.command("ana", "time restored 13:40", channel)
    assert "*Out of order:* *Restored* is earlier than *Started*" in answer
    _resolve(live_bot, channel)
    refusal = live_bot.command("ana", "postmortem submit because it is late", channel)
    assert "out of order: Restored is earlier than Started" in refusal
    live_bot.command("ana", "time restored 13:55", channel)
    live_bot.settle()
    assert "is in review" in live_bot.command("ana", "postmortem submit because x", channel)


def test_the_key_times_form_changes_only_the_edited_times(live_bot: LiveBot, channel: str) -> None:
    live_bot.command("ana", "time started 13:30", channel)
    live_bot.command("ana", "time detected 13:35", channel)
    _resolve(live_bot, channel)
    live_bot.press("ben", channel, "Set key times")  # in New York, four hours behind UTC
    live_bot.workspace.submit("ben", {"started": {"started": ""}, "restored": {"restored": "9:59"}})
    live_bot.settle()
    moments = _moments(live_bot, channel)
    assert moments["restored"]["at"] == "2026-03-10T13:59:00Z"
    assert moments["restored"]["set_by"] == "Ben Okafor"
    assert moments["detected"]["set_by"] == "Ana Lopes"
    assert (moments["started"] or {}).get("set_by") is None


def test_the_key_times_form_rejects_an_invalid_time_at_its_field(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.press("ben", channel, "Set key times")
    answer = live_bot.workspace.submit("ben", {"restored": {"restored": "25:99"}})
    assert "“25:99” isn't a time in the past" in answer["errors"]["restored"]


@pytest.mark.parametrize(
    ("emoji", "name"), [("triangular_flag_on_post", "started"), ("checkered_flag", "restored")]
)
def test_a_flag_reaction_marks_the_start_or_the_recovery(
    live_bot: LiveBot, channel: str, emoji: str, name: str
) -> None:
    message_ts = live_bot.workspace.say("mei", channel, "deploy of v42 is out")
    live_bot.settle()
    live_bot.workspace.react("ben", channel, message_ts, emoji)
    live_bot.settle()
    _resolve(live_bot, channel)
    moment = _moments(live_bot, channel)[name]
    assert (moment["basis"], moment["evidence"]) == ("marked", [message_ts])


def test_key_times_of_a_final_postmortem_cannot_be_changed(live_bot: LiveBot, channel: str) -> None:
    _resolve(live_bot, channel)
    for step in ("submit because x", "approve", "finalize"):
        live_bot.command("ana", f"postmortem {step}", channel)
        live_bot.settle()
    assert "is final" in live_bot.command("ana", "time started 13:30", channel)

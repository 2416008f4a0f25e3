"""Slack's payloads become values; what Slack leaves out or adds must not lose the rest."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.timeline import EventKind, Source, TimelineEvent
from handlers.slack.event_payloads import parse_reaction
from handlers.slack.interaction_payloads import parse_click, parse_command, parse_submission
from handlers.slack.message_payloads import parse_message, parse_posted_message

SAMPLES = Path(__file__).parents[3].parent / "shared" / "slack-samples"
TS, LATER = "1773144000.000100", "1773144060.000200"
AT = datetime(2026, 3, 10, 12, 0, 0, 100, tzinfo=UTC)
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SAID = {"type": "message", "channel": "C1", "user": "U1", "text": "it fails", "ts": TS}
BOT = {"type": "message", "subtype": "bot_message", "channel": "C1", "bot_id": "B1", "ts": TS}


def read(event: dict[str, Any]) -> TimelineEvent:
    found = parse_message(event)
    assert found is not None
    return found


def heard(**changes: Any) -> TimelineEvent:
    return read(SAID | changes)


def alert(**changes: Any) -> TimelineEvent:
    return read(BOT | changes)


# Messages


def test_a_message_is_what_a_person_said() -> None:
    assert read(SAID) == TimelineEvent(
        message_id=TS, channel_id="C1", author="U1", text="it fails", happened_at=AT,
        kind=EventKind.MESSAGE, source=Source.HEARD,
    )  # fmt: skip


def test_a_reply_knows_its_thread() -> None:
    assert heard(ts=LATER, thread_ts=TS).thread_id == TS


def test_the_head_of_a_thread_is_no_reply_to_itself() -> None:
    assert heard(thread_ts=TS).thread_id is None


def test_a_broadcast_reply_is_recorded_with_its_thread() -> None:
    event = heard(subtype="thread_broadcast", ts=LATER, thread_ts=TS, root=SAID)
    assert (event.text, event.thread_id, event.kind) == ("it fails", TS, EventKind.MESSAGE)


def test_a_me_message_is_a_message() -> None:
    assert heard(subtype="me_message").kind is EventKind.MESSAGE


def test_a_shared_file_leaves_its_name_beside_the_text() -> None:
    event = heard(subtype="file_share", files=[{"name": "5xx.png"}, {"id": "F2"}])
    assert event.text == "it fails\n[file: 5xx.png]\n[file: unnamed]"


def test_a_file_without_words_is_still_a_message() -> None:
    assert (
        heard(subtype="file_share", text="", files=[{"name": "5xx.png"}]).text == "[file: 5xx.png]"
    )


def test_an_application_of_today_is_an_alert() -> None:
    assert heard(bot_id="B1", bot_profile={"name": "Grafana"}).kind is EventKind.ALERT


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ({"username": "Alertmanager"}, "Alertmanager"),
        ({"bot_profile": {"name": "PagerDuty"}}, "PagerDuty"),
        ({"username": "", "bot_profile": None}, "B1"),
        ({"username": "Alertmanager", "user": "U9"}, "Alertmanager"),
        ({"bot_id": None}, "unknown"),
    ],
)
def test_an_application_goes_by_its_name(given: dict[str, Any], author: str) -> None:
    assert alert(text="down", **given).author == author


@pytest.mark.parametrize(
    ("attachment", "text"),
    [
        ({"title": "DiskFull", "text": "db-1 is full", "fallback": "x"}, "DiskFull\ndb-1 is full"),
        ({"pretext": "firing", "title": "DiskFull"}, "firing\nDiskFull"),
        ({"fallback": "[FIRING] DiskFull"}, "[FIRING] DiskFull"),
        (
            {
                "fallback": "[no preview available]",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "db-1 full"}}],
            },
            "db-1 full",
        ),
    ],
)
def test_an_application_may_speak_in_attachments_only(
    attachment: dict[str, Any], text: str
) -> None:
    assert alert(text="", attachments=[attachment]).text == text


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "header", "text": {"type": "plain_text", "text": "Down"}}, "Down"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "*Down*"}}, "*Down*"),
        ({"type": "section", "fields": [{"text": "a"}, {"text": "b"}]}, "a\nb"),
        ({"type": "markdown", "text": "# Down"}, "# Down"),
        (
            {"type": "context", "elements": [{"type": "image"}, {"text": "since 12:00"}]},
            "since 12:00",
        ),
    ],
)
def test_an_application_may_speak_in_blocks_only(block: dict[str, Any], text: str) -> None:
    assert alert(blocks=[block]).text == text


@pytest.mark.parametrize(
    "wordless",
    [
        {"attachments": [{"color": "#f00"}]},
        {"blocks": [{"type": "actions", "elements": [{"text": {"text": "Press me"}}]}]},
        {"blocks": [{"type": "divider"}]},
    ],
)
def test_what_has_nothing_to_read_is_no_message(wordless: dict[str, Any]) -> None:
    assert parse_message(BOT | {"text": ""} | wordless) is None


def test_blocks_that_repeat_the_text_are_not_said_twice() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "it fails"}}
    assert heard(blocks=[block]).text == "it fails"


@pytest.mark.parametrize("empty", [None, []])
def test_lists_that_are_empty_or_null_are_no_trouble(empty: Any) -> None:
    assert heard(blocks=empty, attachments=empty, files=empty).text == "it fails"


@pytest.mark.parametrize("subtype", ["channel_join", "group_join"])
def test_who_joins_is_recorded_as_joining(subtype: str) -> None:
    assert heard(subtype=subtype, text="<@U1> has joined").kind is EventKind.JOINED


@pytest.mark.parametrize(
    ("subtype", "name"),
    [
        ("channel_topic", "topic"),
        ("group_topic", "topic"),
        ("channel_purpose", "purpose"),
        ("group_purpose", "purpose"),
    ],
)
def test_a_new_topic_is_kept_as_it_was_set(subtype: str, name: str) -> None:
    event = heard(subtype=subtype, text="set it to: P1", **{name: "P1"})
    assert (event.kind, event.detail) == (EventKind.TOPIC, "P1")


@pytest.mark.parametrize(
    "subtype",
    ["channel_archive", "channel_name", "pinned_item", "bot_add", "reminder_add",
     "ekm_access_denied", "message_replied", "assistant_app_thread", "of_tomorrow"],
)  # fmt: skip
def test_what_tells_nothing_of_an_incident_is_left_out(subtype: str) -> None:
    assert parse_message(SAID | {"subtype": subtype}) is None


@pytest.mark.parametrize("subtype", ["channel_leave", "group_leave"])
def test_who_leaves_is_read(subtype: str) -> None:
    event = parse_message(SAID | {"subtype": subtype})
    assert event is not None
    assert (event.kind, event.author) == (EventKind.LEFT, SAID["user"])


def test_history_is_read_as_fetched() -> None:
    message = {name: value for name, value in SAID.items() if name != "channel"}
    found = parse_posted_message("C1", message | {"edited": {"ts": LATER}}, Source.FETCHED)
    assert found is not None
    assert (found.channel_id, found.source, found.edited) == ("C1", Source.FETCHED, True)


# Changes


def change(**now: Any) -> dict[str, Any]:
    message = {name: value for name, value in SAID.items() if name != "channel"}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "ts": LATER,
        "message": message | {"edited": {"user": "U1", "ts": LATER}} | now,
        "previous_message": message,
    }


def test_an_edit_is_of_the_message_and_not_of_the_event() -> None:
    event = read(change(text="it works"))
    assert (event.message_id, event.happened_at, event.version) == (TS, AT, LATER)
    assert (event.channel_id, event.text, event.edited) == ("C1", "it works", True)


def test_a_change_that_is_no_edit_is_as_new_as_its_event() -> None:
    event = read(change(edited=None) | {"event_ts": LATER})
    assert (event.version, event.deleted) == (LATER, False)


def test_an_alert_that_is_edited_stays_an_alert() -> None:
    event = read(change(subtype="bot_message", bot_id="B1", username="Grafana", text="OK"))
    assert (event.kind, event.author) == (EventKind.ALERT, "Grafana")


def test_a_deleted_message_with_replies_is_a_deletion() -> None:
    tombstone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    event = read(change(**tombstone))
    assert (event.deleted, event.message_id, event.text) == (True, TS, "")


def test_a_change_of_what_is_not_recorded_is_left_out() -> None:
    assert parse_message(change(subtype="channel_archive")) is None


def deletion(**changes: Any) -> dict[str, Any]:
    event = {
        "type": "message", "subtype": "message_deleted", "channel": "C1", "ts": LATER,
        "deleted_ts": TS, "previous_message": SAID,
    }  # fmt: skip
    return event | changes


def test_a_deletion_is_of_the_message_and_not_of_the_event() -> None:
    event = read(deletion())
    assert (event.deleted, event.message_id, event.author) == (True, TS, "U1")
    assert event.text == ""


def test_a_deletion_that_does_not_say_of_what_is_followed_too() -> None:
    event = deletion()
    del event["previous_message"]
    assert read(event).message_id == TS


# Reactions


def reaction(emoji: str = "pushpin", **item: Any) -> dict[str, Any]:
    on = {"type": "message", "channel": "C1", "ts": TS} | item
    return {"type": "reaction_added", "user": "U1", "reaction": emoji, "item": on}


def test_a_reaction_says_who_put_what_on_which_message() -> None:
    found = parse_reaction(reaction(), "Ev1", NOON)
    assert found is not None
    assert (found.actor.person, found.actor.channel_id) == ("U1", "C1")
    assert (found.message_id, found.emoji) == (TS, "pushpin")
    assert (found.actor.request_id, found.actor.at) == ("Ev1", NOON)


def test_a_skin_tone_is_no_other_emoji() -> None:
    found = parse_reaction(reaction("ok_hand::skin-tone-3"), "Ev1", NOON)
    assert found is not None
    assert found.emoji == "ok_hand"


@pytest.mark.parametrize("item", [{"type": "file", "file": "F1"}, {"type": "file_comment"}])
def test_a_reaction_on_a_file_is_none(item: dict[str, Any]) -> None:
    assert parse_reaction({**reaction(), "item": item}, "Ev1", NOON) is None


# Commands, clicks and forms


def test_a_command_says_who_typed_what_where() -> None:
    body = {"user_id": "U1", "channel_id": "C1", "trigger_id": "1.2.a", "text": "declare P1"}
    command = parse_command(body, NOON)
    actor = command.actor
    assert (actor.person, actor.channel_id, actor.request_id) == ("U1", "C1", "1.2.a")
    assert command.text == "declare P1"


def click(**action: Any) -> dict[str, Any]:
    made = {"type": "button", "action_id": "item_done:7", "action_ts": "1773144000.1", "value": "7"}
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "trigger_id": "1.2.a",
        "response_url": "https://hooks.slack.com/actions/1",
        "actions": [made | action],
    }


def test_a_click_says_who_pressed_what_where() -> None:
    press = parse_click(click(), NOON)
    assert (press.actor.person, press.actor.channel_id) == ("U1", "C1")
    assert (press.action, press.value) == ("item_done", "7")
    assert (press.trigger_id, press.response_url) == ("1.2.a", "https://hooks.slack.com/actions/1")


def test_the_same_click_delivered_twice_is_the_same_request() -> None:
    again = click() | {"trigger_id": "9.9.z"}
    assert parse_click(click(), NOON).actor == parse_click(again, NOON).actor


@pytest.mark.parametrize("other", [{"action_ts": "1773144000.2"}, {"action_id": "item_drop:7"}])
def test_another_click_is_another_request(other: dict[str, Any]) -> None:
    one, two = (parse_click(click(**each), NOON).actor for each in ({}, other))
    assert one.request_id != two.request_id


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"type": "users_select", "selected_user": "U2"}, "U2"),
        ({"type": "datepicker", "selected_date": "2026-12-04"}, "2026-12-04"),
        ({"type": "datepicker", "selected_date": None}, ""),
        ({"type": "static_select", "selected_option": {"value": "P2"}}, "P2"),
        ({"type": "button"}, ""),
    ],
)
def test_a_choice_made_in_a_message_is_the_value(action: dict[str, Any], value: str) -> None:
    assert parse_click(click(value=None, **action), NOON).value == value


def test_a_click_on_the_home_tab_is_in_no_channel() -> None:
    body = click()
    del body["channel"], body["response_url"]
    press = parse_click(body, NOON)
    assert (press.actor.channel_id, press.response_url) == ("", "")


def form(**values: Any) -> dict[str, Any]:
    state = {name: {"input": given} for name, given in values.items()}
    view = {
        "id": "V1", "hash": "1.a", "callback_id": "item_due", "private_metadata": "7",
        "state": {"values": state},
    }  # fmt: skip
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def test_a_form_says_who_sent_what_about_which_item() -> None:
    sent = parse_submission(form(), NOON)
    assert (sent.actor.person, sent.form, sent.about) == ("U1", "item_due", "7")
    assert (sent.actor.request_id, dict(sent.values)) == ("V1-1.a", {})


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"type": "datepicker", "selected_date": "2026-12-04"}, "2026-12-04"),
        ({"type": "users_select", "selected_user": "U2"}, "U2"),
        ({"type": "plain_text_input", "value": "because"}, "because"),
        ({"type": "static_select", "selected_option": {"value": "P2"}}, "P2"),
        ({"type": "static_select", "selected_option": None}, None),
        ({"type": "users_select", "selected_user": None}, None),
    ],
)
def test_each_input_of_a_form_gives_its_value(given: dict[str, Any], value: str | None) -> None:
    assert parse_submission(form(field=given), NOON).values == {"field": value}


# The recorded shapes


recorded = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the recorded shapes are not beside this repository"
)


# What a payload always has a value in; the recordings left it empty.
NAMES = {"action_id", "callback_id", "channel", "channel_id", "id", "reaction", "trigger_id", "user", "user_id"}  # fmt: skip


def sample(name: str) -> dict[str, Any]:
    """A recorded payload; its values were taken out, so each time gets one."""

    def filled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: filled(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        if key == "ts" or key.endswith("_ts"):
            return TS
        return "X1" if value == "" and key in NAMES else value

    found: dict[str, Any] = filled(json.loads((SAMPLES / f"{name}.json").read_text()))
    return found


@recorded
@pytest.mark.parametrize(
    ("name", "deleted", "kind"),
    [
        ("MessagePayload", False, EventKind.MESSAGE),
        ("MessageBotPayload", False, EventKind.ALERT),
        ("MessageFileSharePayload", False, EventKind.MESSAGE),
        ("MessageMePayload", False, EventKind.MESSAGE),
        ("MessageThreadBroadcastPayload", False, EventKind.MESSAGE),
        ("MessageChannelJoinPayload", False, EventKind.JOINED),
        ("MessageChannelLeavePayload", False, EventKind.LEFT),
        ("MessageChannelTopicPayload", False, EventKind.TOPIC),
        ("MessageChannelPurposePayload", False, EventKind.TOPIC),
        ("MessageGroupTopicPayload", False, EventKind.TOPIC),
        ("MessageDeletedPayload", True, EventKind.MESSAGE),
    ],
)
def test_a_recorded_message_is_read(name: str, deleted: bool, kind: EventKind) -> None:  # noqa: FBT001
    event = sample(f"events/{name}")["event"]
    event["bot_id"] = "B1" if kind is EventKind.ALERT else ""
    found = read(event)
    assert (found.deleted, found.kind, found.message_id) == (deleted, kind, TS)


@recorded
def test_a_recorded_edit_is_read_once_it_says_of_what() -> None:
    event = sample("events/MessageChangedPayload")["event"]
    event["message"]["subtype"] = None
    assert read(event).version == TS


@recorded
@pytest.mark.parametrize(
    "name",
    ["MessageChannelArchivePayload", "MessageChannelNamePayload",
     "MessageEkmAccessDeniedPayload", "MessageRepliedPayload"],
)  # fmt: skip
def test_a_recorded_message_without_news_is_left_out(name: str) -> None:
    assert parse_message(sample(f"events/{name}")["event"]) is None


@recorded
@pytest.mark.parametrize("name", ["ReactionAddedPayload", "ReactionRemovedPayload"])
def test_a_recorded_reaction_is_read(name: str) -> None:
    found = parse_reaction(sample(f"events/{name}")["event"], "Ev1", NOON)
    assert found is not None
    assert found.message_id == TS


@recorded
def test_a_recorded_click_command_and_form_are_read() -> None:
    press = parse_click(sample("interactive/BlockActionPayload"), NOON)
    command = parse_command(sample("interactive/SlashCommandPayload"), NOON)
    sent = parse_submission(sample("interactive/ViewSubmissionPayload"), NOON)
    assert (press.actor.at, command.actor.at, sent.actor.at) == (NOON, NOON, NOON)
    assert press.actor.request_id == f"{TS}-X1-X1"
    assert dict(sent.values) == {}


def test_a_preview_of_a_link_is_not_what_the_person_wrote() -> None:
    preview = {"from_url": "https://x.example/a", "title": "A page", "text": "about something"}
    said = {**SAID, "text": "see <https://x.example/a>", "attachments": [preview]}
    event = parse_posted_message("C1", said)
    assert event is not None
    assert event.text == "see <https://x.example/a>"


def test_an_application_goes_by_its_name_though_it_has_a_user_id() -> None:
    said = {**SAID, "user": "U0BOT", "bot_id": "B7", "bot_profile": {"name": "Beacon"}}
    event = parse_posted_message("C1", said)
    assert event is not None
    assert (event.author, event.kind) == ("Beacon", EventKind.ALERT)

"""Slack payloads are parsed into values, and missing or unknown fields don't lose the rest."""

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
MESSAGE = {"type": "message", "channel": "C1", "user": "U1", "text": "it fails", "ts": TS}
BOT_MESSAGE = {
    "type": "message",
    "subtype": "bot_message",
    "channel": "C1",
    "bot_id": "B1",
    "ts": TS,
}


def parse(event: dict[str, Any]) -> TimelineEvent:
    parsed = parse_message(event)
    assert parsed is not None
    return parsed


def parse_person_message(**changes: Any) -> TimelineEvent:
    return parse(MESSAGE | changes)


def parse_alert(**changes: Any) -> TimelineEvent:
    return parse(BOT_MESSAGE | changes)


# Messages


def test_a_message_event_is_parsed_with_its_author_text_and_time() -> None:
    assert parse(MESSAGE) == TimelineEvent(
        message_id=TS, channel_id="C1", author="U1", text="it fails", happened_at=AT,
        kind=EventKind.MESSAGE, source=Source.HEARD,
    )  # fmt: skip


def test_a_reply_has_the_id_of_its_thread() -> None:
    assert parse_person_message(ts=LATER, thread_ts=TS).thread_id == TS


def test_the_parent_of_a_thread_has_no_thread_id() -> None:
    assert parse_person_message(thread_ts=TS).thread_id is None


def test_a_broadcast_reply_is_parsed_with_its_thread() -> None:
    event = parse_person_message(subtype="thread_broadcast", ts=LATER, thread_ts=TS, root=MESSAGE)
    assert (event.text, event.thread_id, event.kind) == ("it fails", TS, EventKind.MESSAGE)


def test_a_me_message_is_parsed_as_a_message() -> None:
    assert parse_person_message(subtype="me_message").kind is EventKind.MESSAGE


def test_the_names_of_shared_files_follow_the_text() -> None:
    event = parse_person_message(subtype="file_share", files=[{"name": "5xx.png"}, {"id": "F2"}])
    assert event.text == "it fails\n[file: 5xx.png]\n[file: unnamed]"


def test_a_file_without_text_is_parsed_as_a_message() -> None:
    assert (
        parse_person_message(subtype="file_share", text="", files=[{"name": "5xx.png"}]).text
        == "[file: 5xx.png]"
    )


def test_a_message_with_a_bot_id_is_parsed_as_an_alert() -> None:
    assert (
        parse_person_message(bot_id="B1", bot_profile={"name": "Grafana"}).kind is EventKind.ALERT
    )


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"username": "Alertmanager"}, "Alertmanager"),
        ({"bot_profile": {"name": "PagerDuty"}}, "PagerDuty"),
        ({"username": "", "bot_profile": None}, "B1"),
        ({"username": "Alertmanager", "user": "U9"}, "Alertmanager"),
        ({"bot_id": None}, "unknown"),
    ],
)
def test_an_app_message_is_by_the_name_of_the_app(fields: dict[str, Any], author: str) -> None:
    assert parse_alert(text="down", **fields).author == author


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
def test_the_text_of_an_app_message_may_come_from_attachments_alone(
    attachment: dict[str, Any], text: str
) -> None:
    assert parse_alert(text="", attachments=[attachment]).text == text


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
def test_the_text_of_an_app_message_may_come_from_blocks_alone(
    block: dict[str, Any], text: str
) -> None:
    assert parse_alert(blocks=[block]).text == text


@pytest.mark.parametrize(
    "wordless",
    [
        {"attachments": [{"color": "#f00"}]},
        {"blocks": [{"type": "actions", "elements": [{"text": {"text": "Press me"}}]}]},
        {"blocks": [{"type": "divider"}]},
    ],
)
def test_an_app_message_without_readable_text_is_ignored(wordless: dict[str, Any]) -> None:
    assert parse_message(BOT_MESSAGE | {"text": ""} | wordless) is None


def test_blocks_that_repeat_the_text_are_not_added_to_it() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "it fails"}}
    assert parse_person_message(blocks=[block]).text == "it fails"


@pytest.mark.parametrize("empty", [None, []])
def test_empty_or_null_lists_are_accepted(empty: Any) -> None:
    assert parse_person_message(blocks=empty, attachments=empty, files=empty).text == "it fails"


@pytest.mark.parametrize("subtype", ["channel_join", "group_join"])
def test_a_join_message_is_parsed_as_a_join(subtype: str) -> None:
    assert parse_person_message(subtype=subtype, text="<@U1> has joined").kind is EventKind.JOINED


@pytest.mark.parametrize(
    ("subtype", "name"),
    [
        ("channel_topic", "topic"),
        ("group_topic", "topic"),
        ("channel_purpose", "purpose"),
        ("group_purpose", "purpose"),
    ],
)
def test_a_topic_or_purpose_change_is_parsed_with_its_text(subtype: str, name: str) -> None:
    event = parse_person_message(subtype=subtype, text="set it to: P1", **{name: "P1"})
    assert (event.kind, event.detail) == (EventKind.TOPIC, "P1")


@pytest.mark.parametrize(
    "subtype",
    ["channel_archive", "channel_name", "pinned_item", "bot_add", "reminder_add",
     "ekm_access_denied", "message_replied", "assistant_app_thread", "of_tomorrow"],
)  # fmt: skip
def test_irrelevant_message_subtypes_are_ignored(subtype: str) -> None:
    assert parse_message(MESSAGE | {"subtype": subtype}) is None


@pytest.mark.parametrize("subtype", ["channel_leave", "group_leave"])
def test_a_leave_message_is_parsed_with_its_author(subtype: str) -> None:
    event = parse_message(MESSAGE | {"subtype": subtype})
    assert event is not None
    assert (event.kind, event.author) == (EventKind.LEFT, MESSAGE["user"])


def test_a_message_from_the_history_is_parsed_as_fetched() -> None:
    message = {name: value for name, value in MESSAGE.items() if name != "channel"}
    event = parse_posted_message("C1", message | {"edited": {"ts": LATER}}, Source.FETCHED)
    assert event is not None
    assert (event.channel_id, event.source, event.edited) == ("C1", Source.FETCHED, True)


# Changes


def edit_event(**changes: Any) -> dict[str, Any]:
    message = {name: value for name, value in MESSAGE.items() if name != "channel"}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "ts": LATER,
        "message": message | {"edited": {"user": "U1", "ts": LATER}} | changes,
        "previous_message": message,
    }


def test_an_edit_has_the_id_and_time_of_the_edited_message() -> None:
    event = parse(edit_event(text="it works"))
    assert (event.message_id, event.happened_at, event.version) == (TS, AT, LATER)
    assert (event.channel_id, event.text, event.edited) == ("C1", "it works", True)


def test_a_change_without_an_edit_has_the_event_time_as_its_version() -> None:
    event = parse(edit_event(edited=None) | {"event_ts": LATER})
    assert (event.version, event.deleted) == (LATER, False)


def test_an_edited_alert_stays_an_alert() -> None:
    event = parse(edit_event(subtype="bot_message", bot_id="B1", username="Grafana", text="OK"))
    assert (event.kind, event.author) == (EventKind.ALERT, "Grafana")


def test_a_tombstone_is_parsed_as_a_deletion() -> None:
    tombstone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    event = parse(edit_event(**tombstone))
    assert (event.deleted, event.message_id, event.text) == (True, TS, "")


def test_an_edit_of_an_ignored_subtype_is_ignored() -> None:
    assert parse_message(edit_event(subtype="channel_archive")) is None


def deletion_event(**changes: Any) -> dict[str, Any]:
    event = {
        "type": "message", "subtype": "message_deleted", "channel": "C1", "ts": LATER,
        "deleted_ts": TS, "previous_message": MESSAGE,
    }  # fmt: skip
    return event | changes


def test_a_deletion_has_the_id_of_the_deleted_message() -> None:
    event = parse(deletion_event())
    assert (event.deleted, event.message_id, event.author) == (True, TS, "U1")
    assert event.text == ""


def test_a_deletion_without_the_previous_message_is_parsed() -> None:
    event = deletion_event()
    del event["previous_message"]
    assert parse(event).message_id == TS


# Reactions


def reaction_event(emoji: str = "pushpin", **item: Any) -> dict[str, Any]:
    target = {"type": "message", "channel": "C1", "ts": TS} | item
    return {"type": "reaction_added", "user": "U1", "reaction": emoji, "item": target}


def test_a_reaction_is_parsed_with_its_person_emoji_and_message() -> None:
    parsed = parse_reaction(reaction_event(), "Ev1", NOON)
    assert parsed is not None
    assert (parsed.actor.person, parsed.actor.channel_id) == ("U1", "C1")
    assert (parsed.message_id, parsed.emoji) == (TS, "pushpin")
    assert (parsed.actor.request_id, parsed.actor.at) == ("Ev1", NOON)


def test_a_skin_tone_is_removed_from_the_emoji_name() -> None:
    parsed = parse_reaction(reaction_event("ok_hand::skin-tone-3"), "Ev1", NOON)
    assert parsed is not None
    assert parsed.emoji == "ok_hand"


@pytest.mark.parametrize("item", [{"type": "file", "file": "F1"}, {"type": "file_comment"}])
def test_a_reaction_on_a_file_is_ignored(item: dict[str, Any]) -> None:
    assert parse_reaction({**reaction_event(), "item": item}, "Ev1", NOON) is None


# Commands, clicks and forms


def test_a_command_is_parsed_with_its_person_channel_and_text() -> None:
    body = {"user_id": "U1", "channel_id": "C1", "trigger_id": "1.2.a", "text": "declare P1"}
    command = parse_command(body, NOON)
    actor = command.actor
    assert (actor.person, actor.channel_id, actor.request_id) == ("U1", "C1", "1.2.a")
    assert command.text == "declare P1"


def click_payload(**action: Any) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": "item_done:7",
        "action_ts": "1773144000.1",
        "value": "7",
    }
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "trigger_id": "1.2.a",
        "response_url": "https://hooks.slack.com/actions/1",
        "actions": [button | action],
    }


def test_a_click_is_parsed_with_its_person_channel_action_and_value() -> None:
    press = parse_click(click_payload(), NOON)
    assert (press.actor.person, press.actor.channel_id) == ("U1", "C1")
    assert (press.action, press.value) == ("item_done", "7")
    assert (press.trigger_id, press.response_url) == ("1.2.a", "https://hooks.slack.com/actions/1")


def test_a_repeated_delivery_of_a_click_has_the_same_request_id() -> None:
    again = click_payload() | {"trigger_id": "9.9.z"}
    assert parse_click(click_payload(), NOON).actor == parse_click(again, NOON).actor


@pytest.mark.parametrize("changed", [{"action_ts": "1773144000.2"}, {"action_id": "item_drop:7"}])
def test_another_click_has_another_request_id(changed: dict[str, Any]) -> None:
    first, second = (parse_click(click_payload(**action), NOON).actor for action in ({}, changed))
    assert first.request_id != second.request_id


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
def test_a_choice_in_a_message_is_parsed_as_the_value(action: dict[str, Any], value: str) -> None:
    assert parse_click(click_payload(value=None, **action), NOON).value == value


def test_a_click_on_the_home_tab_has_no_channel_and_no_response_url() -> None:
    body = click_payload()
    del body["channel"], body["response_url"]
    press = parse_click(body, NOON)
    assert (press.actor.channel_id, press.response_url) == ("", "")


def form_payload(**values: Any) -> dict[str, Any]:
    state = {name: {"input": value} for name, value in values.items()}
    view = {
        "id": "V1", "hash": "1.a", "callback_id": "item_due", "private_metadata": "7",
        "state": {"values": state},
    }  # fmt: skip
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def test_a_form_is_parsed_with_its_person_form_and_item() -> None:
    submission = parse_submission(form_payload(), NOON)
    assert (submission.actor.person, submission.form, submission.about) == ("U1", "item_due", "7")
    assert (submission.actor.request_id, dict(submission.values)) == ("V1-1.a", {})


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ({"type": "datepicker", "selected_date": "2026-12-04"}, "2026-12-04"),
        ({"type": "users_select", "selected_user": "U2"}, "U2"),
        ({"type": "plain_text_input", "value": "because"}, "because"),
        ({"type": "static_select", "selected_option": {"value": "P2"}}, "P2"),
        ({"type": "static_select", "selected_option": None}, None),
        ({"type": "users_select", "selected_user": None}, None),
    ],
)
def test_each_type_of_form_input_is_parsed_into_its_value(
    state: dict[str, Any], value: str | None
) -> None:
    assert parse_submission(form_payload(field=state), NOON).values == {"field": value}


# Recorded payloads


needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the recorded shapes are not beside this repository"
)


# Fields that always have a value in real payloads; the recordings left them empty.
NAMES = {"action_id", "callback_id", "channel", "channel_id", "id", "reaction", "trigger_id", "user", "user_id"}  # fmt: skip


def sample(name: str) -> dict[str, Any]:
    """Load a recorded payload and fill its values, which were taken out."""

    def fill(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: fill(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        if key == "ts" or key.endswith("_ts"):
            return TS
        return "X1" if value == "" and key in NAMES else value

    payload: dict[str, Any] = fill(json.loads((SAMPLES / f"{name}.json").read_text()))
    return payload


@needs_samples
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
def test_recorded_messages_are_parsed(name: str, deleted: bool, kind: EventKind) -> None:  # noqa: FBT001
    event = sample(f"events/{name}")["event"]
    event["bot_id"] = "B1" if kind is EventKind.ALERT else ""
    parsed = parse(event)
    assert (parsed.deleted, parsed.kind, parsed.message_id) == (deleted, kind, TS)


@needs_samples
def test_a_recorded_edit_is_parsed() -> None:
    event = sample("events/MessageChangedPayload")["event"]
    event["message"]["subtype"] = None
    assert parse(event).version == TS


@needs_samples
@pytest.mark.parametrize(
    "name",
    ["MessageChannelArchivePayload", "MessageChannelNamePayload",
     "MessageEkmAccessDeniedPayload", "MessageRepliedPayload"],
)  # fmt: skip
def test_recorded_irrelevant_messages_are_ignored(name: str) -> None:
    assert parse_message(sample(f"events/{name}")["event"]) is None


@needs_samples
@pytest.mark.parametrize("name", ["ReactionAddedPayload", "ReactionRemovedPayload"])
def test_recorded_reactions_are_parsed(name: str) -> None:
    parsed = parse_reaction(sample(f"events/{name}")["event"], "Ev1", NOON)
    assert parsed is not None
    assert parsed.message_id == TS


@needs_samples
def test_a_recorded_click_command_and_form_are_parsed() -> None:
    press = parse_click(sample("interactive/BlockActionPayload"), NOON)
    command = parse_command(sample("interactive/SlashCommandPayload"), NOON)
    submission = parse_submission(sample("interactive/ViewSubmissionPayload"), NOON)
    assert (press.actor.at, command.actor.at, submission.actor.at) == (NOON, NOON, NOON)
    assert press.actor.request_id == f"{TS}-X1-X1"
    assert dict(submission.values) == {}


def test_a_link_preview_is_not_part_of_the_text() -> None:
    preview = {"from_url": "https://x.example/a", "title": "A page", "text": "about something"}
    message = {**MESSAGE, "text": "see <https://x.example/a>", "attachments": [preview]}
    event = parse_posted_message("C1", message)
    assert event is not None
    assert event.text == "see <https://x.example/a>"


def test_an_app_with_a_user_id_still_goes_by_its_name() -> None:
    message = {**MESSAGE, "user": "U0BOT", "bot_id": "B7", "bot_profile": {"name": "Beacon"}}
    event = parse_posted_message("C1", message)
    assert event is not None
    assert (event.author, event.kind) == ("Beacon", EventKind.ALERT)

"""Malformed payloads and texts: rejected or repaired, logged once, and never a crash."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.domain.timeline import EventKind
from bot.slack_text.blocks import MAX_DEPTH
from bot.slack_text.json_values import MAX_OBJECTS
from handlers import app
from handlers.slack import fields
from handlers.slack.fields import MAX_TEXT_LENGTH, NotUnderstood, redact_and_shorten
from handlers.slack.identity import Identity
from handlers.slack.interaction_payloads import parse_command
from handlers.slack.log_once import OnceLogger
from handlers.slack.message_payloads import parse_message, parse_stored_reactions
from handlers.slack.workspace_check import WorkspaceCheck
from sandbox.http_delivery import HttpDelivery
from tests.support import harness
from tests.support.harness import LiveBot

TS = "1773144000.000100"
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OURS, THEIRS, ORGANISATION = "T0OURS", "T0THEIRS", "E0OURS"
IDENTITY = Identity(team_id=OURS, bot_id="B1", bot_user_id="U0BOT", url="https://x/", name="bot",
                    enterprise_id=ORGANISATION)  # fmt: skip
Body = dict[str, Any]
Logs = list[Body]


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as caught:
        yield caught  # type: ignore[misc]


@pytest.fixture
def over_http(tmp_path: Path) -> Iterator[LiveBot]:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


# Fields


def message_event(**changes: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": "U1", "text": "x", "ts": TS} | changes


@pytest.mark.parametrize(
    ("event", "missing"),
    [
        (message_event(channel=None), "channel"),
        (message_event(channel="C" * 300), "channel"),
        (message_event(ts=None), "ts"),
        (message_event(ts=1773144000.0001), "ts"),
        (message_event(ts="yesterday"), "ts"),
        (message_event(ts="9" * 5_000), "ts"),
        (message_event(ts="99999999999.000000"), "ts"),
        (message_event(ts="-1.0"), "ts"),
        (message_event(ts="١٧٧٣١٤٤٠٠٠.000100"), "ts"),
        (message_event(subtype="message_changed"), "ts"),
        (message_event(subtype="message_changed", message=[]), "ts"),
        (message_event(subtype="message_deleted"), "deleted_ts"),
    ],
)
def test_a_message_event_without_a_required_field_is_rejected_by_name(
    event: dict[str, Any], missing: str
) -> None:
    with pytest.raises(NotUnderstood, match=f"without a `{missing}`"):
        parse_message(event)


@pytest.mark.parametrize(
    "changes",
    [
        {"user": 5, "text": {"a": 1}, "subtype": []}, {"thread_ts": 7, "edited": "yes"},
        {"bot_profile": [1], "username": None, "bot_id": {}}, {"blocks": {"type": "section"}},
        {"text": "", "blocks": [None, 5, [], {"text": 5, "fields": "x"}, {"fields": [1, {}]}]},
        {"attachments": "x", "files": 9}, {"attachments": [[], {"blocks": [[]]}], "files": [7, {}]},
        {"client_msg_id": 10**400},
    ],
)  # fmt: skip
def test_a_message_with_a_field_of_the_wrong_type_is_still_parsed(changes: dict[str, Any]) -> None:
    message = parse_message(message_event(**changes))
    assert message is not None
    assert (message.message_id, message.deleted) == (TS, False)
    assert all(isinstance(text, str) for text in (message.author, message.text))


def test_characters_that_databases_reject_are_replaced() -> None:
    message = parse_message(message_event(text="a\x00b\ud83dc\U0001f600", user="U\x001"))
    assert message is not None
    assert (message.text, message.author) == ("a\ufffdb\ufffdc\U0001f600", "U\ufffd1")
    command = parse_command(
        {"user_id": "U1", "channel_id": "C1", "trigger_id": "1", "text": "note \udfff"}, AT
    )
    assert command.text == "note \ufffd"


def test_blocks_and_reactions_beyond_slacks_limits_are_ignored() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "b"}}
    attachment = {"text": "a", "blocks": [block] * 5_000}
    message = parse_message(
        message_event(text="", blocks=[block] * 5_000, attachments=[attachment] * 3)
    )
    assert message is not None
    assert message.text.count("b") == MAX_OBJECTS * 4
    users = ["U1"] * 100_000
    many = {"reactions": [{"name": "eyes", "users": users, "count": 10**18}]}
    pairs, whole = parse_stored_reactions(many)
    assert (pairs, whole) == ({("U1", "eyes")}, False)


def test_nested_blocks_are_parsed_only_a_few_levels_deep() -> None:
    nested: dict[str, Any] = {"type": "context", "elements": []}
    for _ in range(5_000):
        nested = {"type": "context", "text": "x", "elements": [nested]}
    message = parse_message(message_event(text="", blocks=[nested]))
    assert message is not None
    assert message.text == "\n".join("x" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("value", ["", "x", "-1", "1.0", "9" * 400, "\u0661", "1\n"])
def test_an_invalid_row_id_is_rejected(value: str) -> None:
    with pytest.raises(NotUnderstood):
        fields.parse_row_id(value)
    assert fields.parse_row_id("12") == 12


# Long texts


def test_a_text_of_the_maximum_length_is_kept_whole() -> None:
    assert redact_and_shorten("x" * MAX_TEXT_LENGTH) == "x" * MAX_TEXT_LENGTH


@pytest.mark.parametrize("length", [MAX_TEXT_LENGTH + 1, 55_000, 60_000, 60_001, 1_000_000])
def test_a_longer_text_is_shortened_and_says_how_much_was_left_out(length: int) -> None:
    shortened = redact_and_shorten("x" * length)
    assert (
        shortened
        == "x" * MAX_TEXT_LENGTH + f"\n[left out: {length - MAX_TEXT_LENGTH:,} characters]"
    )


@pytest.mark.parametrize("before", range(MAX_TEXT_LENGTH - 36, MAX_TEXT_LENGTH + 5, 4))
@pytest.mark.parametrize("after", [0, 5, 19_970, 20_000, 900_000])
def test_shortening_a_text_leaves_no_part_of_a_secret(before: int, after: int) -> None:
    secret = "password=correct-horse-battery-staple-9"
    shortened = redact_and_shorten("x " * (before // 2) + secret + " y" * (after // 2))
    assert "correct" not in shortened


def test_redacting_many_secrets_before_shortening_leaves_no_part_of_one() -> None:
    line = "password=" + "x" * 60 + "9 AKIAIOSFODNN7EXAMPLE "  # redaction makes it shorter
    for shift in range(0, len(line), 4):
        assert "AKIAIO" not in redact_and_shorten("x" * shift + " " + line * 10_000)


# Workspaces


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"team_id": OURS}, True),
        ({"team_id": THEIRS}, False),
        ({}, True),
        ({"team_id": None, "authorizations": 5}, True),
        ({"team_id": THEIRS, "authorizations": [{"team_id": OURS}]}, True),
        ({"team_id": THEIRS, "authorizations": [{"team_id": THEIRS}, {"team_id": OURS}]}, True),
        ({"team_id": THEIRS, "context_team_id": OURS}, True),
        ({"team_id": THEIRS, "context_team_id": THEIRS, "enterprise_id": ORGANISATION}, False),
        ({"team": {"id": THEIRS}, "user": {"team_id": THEIRS}}, False),
        ({"team": {"id": OURS}, "user": {"team_id": THEIRS}}, True),
        ({"team": {"id": THEIRS}, "view": {"app_installed_team_id": OURS}}, True),
        ({"team": None, "enterprise": {"id": ORGANISATION}}, True),
        ({"team": None, "enterprise": {"id": "E0THEIRS"}}, False),
        ({"enterprise_id": "E0THEIRS"}, False),
    ],
)
def test_a_payload_is_ours_by_its_team_or_enterprise_id(body: dict[str, Any], ours: bool) -> None:  # noqa: FBT001
    assert WorkspaceCheck(IDENTITY, OnceLogger(), app.do_nothing).is_ours(body) is ours


def test_payloads_of_another_workspace_are_ignored_and_logged_once(
    live_bot: LiveBot, logs: Logs
) -> None:
    channel = live_bot.declare()
    dispatcher = live_bot.service._dispatcher
    foreign = {"team_id": THEIRS, "trigger_id": "1", "user_id": "U1", "channel_id": channel}
    event: Body = {"type": "event_callback", "event_id": "Ev1", "team_id": THEIRS}
    event |= {"event": message_event(channel=channel)}
    press: Body = {"type": "block_actions", "team": {"id": THEIRS}, "user": {"id": "U1"},
             "actions": [{"action_id": "item_done:1", "action_ts": "1", "value": "1"}]}  # fmt: skip
    form: Body = {
        "type": "view_submission",
        "team": {"id": THEIRS},
        "view": {},
        "user": {"id": "U1"},
    }
    command = {"command": "/incident", "text": "resolve", **foreign}
    for body in (event, event, command, press, form):
        answer = dispatcher.dispatch(body, {})
        assert (answer.status, answer.body) == (200, "")
    assert not [
        entry
        for entry in live_bot.timeline(channel)
        if entry.kind in {EventKind.MESSAGE, EventKind.RESOLVED}
    ]
    assert [line["team"] for line in logs if "another workspace" in line["event"]] == [THEIRS]
    event |= {"authorizations": [{"team_id": live_bot.service.identity.team_id}]}
    assert dispatcher.dispatch(event, {}).status == 200
    assert [
        entry.text for entry in live_bot.timeline(channel) if entry.kind is EventKind.MESSAGE
    ] == ["x"]


def test_a_rate_limited_event_stream_triggers_a_history_sync(live_bot: LiveBot, logs: Logs) -> None:
    syncs: list[int] = []
    identity = live_bot.service.identity
    dispatcher = app.build_dispatcher(
        live_bot.service.bot,
        live_bot.service._client,
        identity,
        wake=Event(),
        on_missed=lambda: syncs.append(1),
    )
    event = {"type": "app_rate_limited", "team_id": identity.team_id, "minute_rate_limited": 5}
    assert dispatcher.dispatch(event, {}).status == 200
    assert dispatcher.dispatch(event, {}).status == 200
    assert syncs == [1, 1]
    assert len([line for line in logs if "dropped events" in line["event"]]) == 1


# Answers to people


def test_an_unreadable_command_or_form_is_answered_with_the_problem(live_bot: LiveBot) -> None:
    dispatcher = live_bot.service._dispatcher
    answer = dispatcher.dispatch({"command": "/incident", "text": "list", "user_id": "U1"}, {})
    assert answer.status == 200
    assert "without a `channel_id`" in answer.body
    inputs = {"due": {"day": {"selected_date": "soon"}}}
    view = {"id": "V1", "callback_id": "item_due", "private_metadata": "1",
            "state": {"values": inputs}}  # fmt: skip
    form = {
        "type": "view_submission",
        "view": view,
        "user": {"id": live_bot.workspace.person("ana").id},
    }
    assert "without a date" in json.loads(dispatcher.dispatch(form, {}).body)["errors"]["due"]
    view["state"] = {"values": {}}
    assert dispatcher.dispatch(form, {}).status == 200


def test_a_click_with_an_unusable_response_url_is_acknowledged_at_once(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("somebody waits for us"))
    for address in ("http://127.0.0.1:9/", "http://[", "file:///etc/passwd", "", "http://\x00"):
        body = {"type": "block_actions", "user": {"id": live_bot.workspace.person("ana").id}, "response_url": address,
                "actions": [{"action_id": "item_done:1", "action_ts": "1", "value": "x"}]}  # fmt: skip
        assert live_bot.service._dispatcher.dispatch(body, {}).status == 200


def test_unreadable_events_are_acknowledged_and_logged_once(live_bot: LiveBot, logs: Logs) -> None:
    channel = live_bot.declare()
    for number in range(3):
        event = message_event(channel=channel, ts=None, text=f"{number}")
        body = {"type": "event_callback", "event_id": f"Ev{number}", "event": event}
        assert live_bot.service._dispatcher.dispatch(body, {}).status == 200
    (line,) = [entry for entry in logs if entry["event"] == "cannot parse payload"]
    assert (line["kind"], line["missing"]) == ("message", "a `ts`")


def test_payload_types_without_a_handler_are_acknowledged(live_bot: LiveBot) -> None:
    kinds = ("shortcut", "message_action", "view_closed", "block_suggestion", "dialog_submission",
             "interactive_message", "workflow_step_edit", "", "x" * 1_000)  # fmt: skip
    for kind in kinds:
        body = {"type": kind, "callback_id": "x", "view": {"callback_id": "x"}, "actions": []}
        assert live_bot.service._dispatcher.dispatch(body, {}).status == 200


MALFORMED: list[Body] = [
    {"authorizations": 5}, {"authorizations": [5]}, {"authorizations": [{"authorizations": {"x": 1}}]},
    {"team": 5}, {"enterprise": 7.5}, {"user": True}, {"channel": 10**400}, {"response_urls": [5]},
    {"view": 5}, {"view": {"callback_id": 5}}, {"event": None}, {"event": {"type": 5}}, {"event": "x"},
    {"event": {"type": ["message"]}}, {"is_ext_shared_channel": True, "event": []}, {"actions": 5},
    {"actions": []}, {"actions": [{}]}, {"actions": [{"action_id": 5}]}, {"command": 5}, {"type": []},
]  # fmt: skip


def test_payloads_that_would_crash_bolt_are_acknowledged(live_bot: LiveBot, logs: Logs) -> None:
    kinds: list[Body] = [{"command": "/incident"}]
    kinds += [{"type": kind} for kind in ("event_callback", "block_actions", "view_submission")]
    for kind, body in product(kinds, MALFORMED):
        assert live_bot.service._dispatcher.dispatch(kind | body, {}).status == 200, kind | body
    assert not [line for line in logs if line["log_level"] == "error"]


# HTTP


def post(live_bot: LiveBot, content: bytes, kind: str = "application/json", **headers: str) -> int:
    url = f"http://127.0.0.1:{live_bot.service.port}/slack/events"
    sandbox = live_bot.sandbox
    signer = HttpDelivery(url, sandbox.signing_secret, 3, httpx.AsyncClient(), sandbox.clock.now)
    try:
        signed = {name.lower(): value for name, value in signer._signed(content).items()}
    except UnicodeDecodeError:
        signed = {}
    return httpx.post(
        url, content=content, headers={"content-type": kind, **signed, **headers}
    ).status_code


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400), (b"not json", "application/json", 400),
        (b"[]", "application/json", 400), (b"null", "application/json", 400),
        (b"{", "text/plain", 400), (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400), (b"9" * 10_000, "application/json", 400),
        (b"{}", "image/png", 200), (b"payload=", FORM, 400), (b"payload=5", FORM, 400),
        (b"payload=%7B", FORM, 400), (b"x=1", FORM, 200), (b"", FORM, 400),
        (b"a=1&" * 5_000, FORM, 400), (b"command=%00&text=%ff%fe", FORM, 200),
        (b"ssl_check=1&token=x", FORM, 200), (b"{}" + b" " * 9_000_000, "text/plain", 413),
    ],
)  # fmt: skip
def test_invalid_request_bodies_are_answered_without_a_traceback(
    over_http: LiveBot, content: bytes, kind: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert post(over_http, content, kind) == status
    over_http.workspace.command("ana", "general", "/incident", "list")
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=0"}, {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": "1" * 5_000}, {"x-slack-request-timestamp": "1773144000"},
        {"x-slack-signature": "é"}, {"x-slack-request-timestamp": ""},
    ],
)  # fmt: skip
def test_requests_with_a_wrong_signature_or_timestamp_are_rejected(
    over_http: LiveBot, headers: dict[str, str]
) -> None:
    raw = {name: value.encode() for name, value in headers.items()}
    assert post(over_http, b"{}", **raw) == 401  # type: ignore[arg-type]

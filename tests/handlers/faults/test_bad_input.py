"""What nobody should send: taken or left as it helps, said once, and never a crash."""

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
from handlers import app, fields
from handlers.fields import MAX_TEXT_LENGTH, NotUnderstood, redact_and_shorten
from handlers.slack import payloads
from handlers.slack.log_once import OnceLogger
from handlers.slack.payloads import Identity
from handlers.slack.workspace_check import WorkspaceCheck
from sandbox.http_delivery import HttpDelivery
from tests.support import harness
from tests.support.harness import Town

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
def over_http(tmp_path: Path) -> Iterator[Town]:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as made:
        yield made


# Fields


def said(**changes: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": "U1", "text": "x", "ts": TS} | changes


@pytest.mark.parametrize(
    ("event", "missing"),
    [
        (said(channel=None), "channel"),
        (said(channel="C" * 300), "channel"),
        (said(ts=None), "ts"),
        (said(ts=1773144000.0001), "ts"),
        (said(ts="yesterday"), "ts"),
        (said(ts="9" * 5_000), "ts"),
        (said(ts="99999999999.000000"), "ts"),
        (said(ts="-1.0"), "ts"),
        (said(ts="١٧٧٣١٤٤٠٠٠.000100"), "ts"),
        (said(subtype="message_changed"), "ts"),
        (said(subtype="message_changed", message=[]), "ts"),
        (said(subtype="message_deleted"), "deleted_ts"),
    ],
)
def test_what_a_message_cannot_be_without_is_named(event: dict[str, Any], missing: str) -> None:
    with pytest.raises(NotUnderstood, match=f"without a `{missing}`"):
        payloads.parse_message(event)


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
def test_a_field_of_another_type_does_not_lose_the_message(changes: dict[str, Any]) -> None:
    read = payloads.parse_message(said(**changes))
    assert read is not None
    assert (read.message_id, read.deleted) == (TS, False)
    assert all(isinstance(text, str) for text in (read.author, read.text))


def test_what_no_database_takes_is_replaced() -> None:
    read = payloads.parse_message(said(text="a\x00b\ud83dc\U0001f600", user="U\x001"))
    assert read is not None
    assert (read.text, read.author) == ("a\ufffdb\ufffdc\U0001f600", "U\ufffd1")
    _, text = payloads.parse_command(
        {"user_id": "U1", "channel_id": "C1", "trigger_id": "1", "text": "note \udfff"}, AT
    )
    assert text == "note \ufffd"


def test_parts_beyond_what_a_message_can_have_are_not_read() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "b"}}
    attachment = {"text": "a", "blocks": [block] * 5_000}
    read = payloads.parse_message(
        said(text="", blocks=[block] * 5_000, attachments=[attachment] * 3)
    )
    assert read is not None
    assert read.text.count("b") == fields.MAX_OBJECTS * 4
    users = ["U1"] * 100_000
    many = {"reactions": [{"name": "eyes", "users": users, "count": 10**18}]}
    pairs, whole = payloads.parse_stored_reactions(many)
    assert (pairs, whole) == ({("U1", "eyes")}, False)


def test_blocks_within_blocks_are_read_a_few_levels_deep() -> None:
    nested: dict[str, Any] = {"type": "context", "elements": []}
    for _ in range(5_000):
        nested = {"type": "context", "text": "x", "elements": [nested]}
    read = payloads.parse_message(said(text="", blocks=[nested]))
    assert read is not None
    assert read.text == "\n".join("x" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("value", ["", "x", "-1", "1.0", "9" * 400, "\u0661", "1\n"])
def test_a_row_number_that_is_none_is_unreadable(value: str) -> None:
    with pytest.raises(NotUnderstood):
        fields.parse_row_id(value)
    assert fields.parse_row_id("12") == 12


# Long texts


def test_a_text_of_slacks_longest_is_whole() -> None:
    assert redact_and_shorten("x" * MAX_TEXT_LENGTH) == "x" * MAX_TEXT_LENGTH


@pytest.mark.parametrize("length", [MAX_TEXT_LENGTH + 1, 55_000, 60_000, 60_001, 1_000_000])
def test_a_longer_text_is_cut_and_says_how_much_is_missing(length: int) -> None:
    shown = redact_and_shorten("x" * length)
    assert shown == "x" * MAX_TEXT_LENGTH + f"\n[left out: {length - MAX_TEXT_LENGTH:,} characters]"


@pytest.mark.parametrize("before", range(MAX_TEXT_LENGTH - 36, MAX_TEXT_LENGTH + 5, 4))
@pytest.mark.parametrize("after", [0, 5, 19_970, 20_000, 900_000])
def test_a_cut_leaves_no_half_of_a_secret(before: int, after: int) -> None:
    secret = "password=correct-horse-battery-staple-9"
    shown = redact_and_shorten("x " * (before // 2) + secret + " y" * (after // 2))
    assert "correct" not in shown


def test_many_secrets_do_not_move_half_a_secret_to_the_front() -> None:
    line = "password=" + "x" * 60 + "9 AKIAIOSFODNN7EXAMPLE "  # it shrinks; its end has one shape
    for shift in range(0, len(line), 4):
        assert "AKIAIO" not in redact_and_shorten("x" * shift + " " + line * 10_000)


# Whose it is


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
def test_whose_a_payload_is(body: dict[str, Any], ours: bool) -> None:  # noqa: FBT001
    assert WorkspaceCheck(IDENTITY, OnceLogger(), app.do_nothing).is_ours(body) is ours


def test_another_workspaces_payloads_do_nothing_and_are_said_once(town: Town, logs: Logs) -> None:
    channel = town.declare()
    intake = town.service._intake
    foreign = {"team_id": THEIRS, "trigger_id": "1", "user_id": "U1", "channel_id": channel}
    event: Body = {"type": "event_callback", "event_id": "Ev1", "team_id": THEIRS}
    event |= {"event": said(channel=channel)}
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
        answer = intake.take(body, {})
        assert (answer.status, answer.body) == (200, "")
    assert not [
        e for e in town.recorded(channel) if e.kind in {EventKind.MESSAGE, EventKind.RESOLVED}
    ]
    assert [each["team"] for each in logs if "another workspace" in each["event"]] == [THEIRS]
    event |= {"authorizations": [{"team_id": town.service.identity.team_id}]}
    assert intake.take(event, {}).status == 200
    assert [e.text for e in town.recorded(channel) if e.kind is EventKind.MESSAGE] == ["x"]


def test_events_that_slack_left_out_are_to_be_fetched(town: Town, logs: Logs) -> None:
    missed: list[int] = []
    identity = town.service.identity
    intake = app.build_intake(
        town.service.bot,
        town.service._client,
        identity,
        wake=Event(),
        on_missed=lambda: missed.append(1),
    )
    limited = {"type": "app_rate_limited", "team_id": identity.team_id, "minute_rate_limited": 5}
    assert intake.take(limited, {}).status == 200
    assert intake.take(limited, {}).status == 200
    assert missed == [1, 1]
    assert len([each for each in logs if "left events out" in each["event"]]) == 1


# What people get


def test_who_presses_or_types_something_unreadable_is_told(town: Town) -> None:
    intake = town.service._intake
    answer = intake.take({"command": "/incident", "text": "list", "user_id": "U1"}, {})
    assert answer.status == 200
    assert "without a `channel_id`" in answer.body
    inputs = {"due": {"day": {"selected_date": "soon"}}}
    view = {"id": "V1", "callback_id": "item_due", "private_metadata": "1",
            "state": {"values": inputs}}  # fmt: skip
    form = {"type": "view_submission", "view": view, "user": {"id": town.ws.person("ana").id}}
    assert "without a date" in json.loads(intake.take(form, {}).body)["errors"]["due"]
    view["state"] = {"values": {}}
    assert intake.take(form, {}).status == 200


def test_a_click_that_cannot_be_answered_is_acknowledged_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("somebody waits for us"))
    for address in ("http://127.0.0.1:9/", "http://[", "file:///etc/passwd", "", "http://\x00"):
        body = {"type": "block_actions", "user": {"id": town.ws.person("ana").id}, "response_url": address,
                "actions": [{"action_id": "item_done:1", "action_ts": "1", "value": "x"}]}  # fmt: skip
        assert town.service._intake.take(body, {}).status == 200


def test_an_unreadable_event_is_acknowledged_and_said_once(town: Town, logs: Logs) -> None:
    channel = town.declare()
    for number in range(3):
        event = said(channel=channel, ts=None, text=f"{number}")
        body = {"type": "event_callback", "event_id": f"Ev{number}", "event": event}
        assert town.service._intake.take(body, {}).status == 200
    (line,) = [each for each in logs if each["event"] == "not understood"]
    assert (line["kind"], line["missing"]) == ("message", "a `ts`")


def test_kinds_that_have_no_door_are_acknowledged(town: Town) -> None:
    kinds = ("shortcut", "message_action", "view_closed", "block_suggestion", "dialog_submission",
             "interactive_message", "workflow_step_edit", "", "x" * 1_000)  # fmt: skip
    for kind in kinds:
        body = {"type": kind, "callback_id": "x", "view": {"callback_id": "x"}, "actions": []}
        assert town.service._intake.take(body, {}).status == 200


STUMBLES: list[Body] = [
    {"authorizations": 5}, {"authorizations": [5]}, {"authorizations": [{"authorizations": {"x": 1}}]},
    {"team": 5}, {"enterprise": 7.5}, {"user": True}, {"channel": 10**400}, {"response_urls": [5]},
    {"view": 5}, {"view": {"callback_id": 5}}, {"event": None}, {"event": {"type": 5}}, {"event": "x"},
    {"event": {"type": ["message"]}}, {"is_ext_shared_channel": True, "event": []}, {"actions": 5},
    {"actions": []}, {"actions": [{}]}, {"actions": [{"action_id": 5}]}, {"command": 5}, {"type": []},
]  # fmt: skip


def test_what_bolt_would_stumble_over_is_taken(town: Town, logs: Logs) -> None:
    kinds: list[Body] = [{"command": "/incident"}]
    kinds += [{"type": kind} for kind in ("event_callback", "block_actions", "view_submission")]
    for kind, body in product(kinds, STUMBLES):
        assert town.service._intake.take(kind | body, {}).status == 200, kind | body
    assert not [each for each in logs if each["log_level"] == "error"]


# HTTP


def post(town: Town, content: bytes, kind: str = "application/json", **headers: str) -> int:
    url = f"http://127.0.0.1:{town.service.port}/slack/events"
    sandbox = town.sandbox
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
def test_bodies_that_are_no_payload_get_an_answer(
    over_http: Town, content: bytes, kind: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert post(over_http, content, kind) == status
    over_http.ws.command("ana", "general", "/incident", "list")
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=0"}, {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": "1" * 5_000}, {"x-slack-request-timestamp": "1773144000"},
        {"x-slack-signature": "é"}, {"x-slack-request-timestamp": ""},
    ],
)  # fmt: skip
def test_what_slack_did_not_sign_is_refused(over_http: Town, headers: dict[str, str]) -> None:
    raw = {name: value.encode() for name, value in headers.items()}
    assert post(over_http, b"{}", **raw) == 401  # type: ignore[arg-type]

"""Almost valid Slack payloads: missing, mistyped or random values never cause an internal error.

The samples are a few of ours and, where they lie beside this repository, those of Slack's own SDK.
Each is sent as signed HTTP, followed by a valid message.
"""

import copy
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import BoltResponse
from structlog.testing import capture_logs

from bot.config.clock import utcnow
from handlers.transport.signed_http import SignedHttp
from sandbox.http_delivery import FORM, HttpDelivery
from sandbox.workspace_state import Person
from storage import incidents, timeline, timeline_counts
from tests.support import harness
from tests.support.harness import LiveBot

SAMPLES = Path(__file__).parents[3].parent / "shared" / "slack-samples"
NOW = int(utcnow().timestamp())
TS = f"{NOW}.000100"
MANY = 1_000  # more parts than any payload has
NOWHERE = "http://127.0.0.1:9/"
SECRET = "a signing secret"
Body = dict[str, Any]

MESSAGE: Body = {
    "type": "event_callback", "event_id": "", "team_id": "", "event_time": NOW,
    "authorizations": [{"team_id": "", "user_id": "U0", "is_bot": True}],
    "event": {
        "type": "message", "channel": "", "user": "U1", "ts": "", "text": "it fails", "team": "",
        "client_msg_id": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
        "attachments": [{"title": "t", "fields": [], "blocks": [{"type": "context", "elements": [{}]}]}],
        "files": [{"name": "f"}], "edited": {"ts": ""}, "thread_ts": TS,
    },
}  # fmt: skip
CHANGED: Body = MESSAGE | {"event": {
    "type": "message", "subtype": "message_changed", "channel": "", "ts": "", "event_ts": TS,
    "message": MESSAGE["event"], "previous_message": MESSAGE["event"],
}}  # fmt: skip
DELETED: Body = MESSAGE | {"event": {
    "type": "message", "subtype": "message_deleted", "channel": "", "ts": "", "deleted_ts": "",
    "previous_message": MESSAGE["event"],
}}  # fmt: skip
REACTION: Body = MESSAGE | {"event": {
    "type": "reaction_added", "user": "U1", "reaction": "pushpin", "event_ts": TS,
    "item": {"type": "message", "channel": "", "ts": ""},
}}  # fmt: skip
COMMAND: Body = {
    "command": "/incident", "text": "note it fails", "user_id": "U1", "channel_id": "",
    "trigger_id": "", "team_id": "", "response_url": "",
}  # fmt: skip
PRESS: Body = {
    "type": "block_actions", "team": {"id": ""}, "user": {"id": "U1"}, "trigger_id": "t",
    "response_url": "", "channel": {"id": ""}, "container": {"type": "message"},
    "actions": [{"action_id": "item_done:1", "action_ts": "", "value": "1", "type": "button"}],
}  # fmt: skip
SUBMISSION: Body = {
    "type": "view_submission", "team": {"id": ""}, "user": {"id": "U1"},
    "view": {"id": "", "hash": "h", "callback_id": "item_due", "private_metadata": "1",
             "type": "modal", "state": {"values": {"due": {"x": {"selected_date": "2030-01-01"}}}}},
}  # fmt: skip
MENTION: Body = MESSAGE | {"event": {
    "type": "app_mention", "channel": "", "user": "U1", "ts": "", "text": "<@U0> note it fails",
    "client_msg_id": "", "thread_ts": TS, "event_ts": "",
}}  # fmt: skip
DIRECT: Body = MESSAGE | {"event": {
    "type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "", "text": "list",
}}  # fmt: skip
SHORTCUT: Body = {
    "type": "message_action", "callback_id": "add_to_timeline", "trigger_id": "", "team": {"id": ""},
    "user": {"id": "U1"}, "channel": {"id": ""}, "response_url": "",
    "message": {"type": "message", "user": "U1", "ts": "", "text": "it fails"},
}  # fmt: skip
PAGED: Body = {
    "type": "block_actions", "team": {"id": ""}, "user": {"id": "U1"}, "trigger_id": "t",
    "view": {"id": "", "type": "modal", "callback_id": "timeline", "private_metadata": "1:0"},
    "actions": [{"action_id": "entry:1", "action_ts": "", "type": "overflow",
                 "selected_option": {"value": "hide:1"}}],
}  # fmt: skip
CORRECTED: Body = SUBMISSION | {"view": {
    "id": "", "root_view_id": "", "callback_id": "entry_correct", "private_metadata": "1:0",
    "type": "modal", "state": {"values": {"text": {"text": {"value": "it failed"}},
                                          "time": {"time": {"value": "13:00"}}}},
}}  # fmt: skip
OURS = [MESSAGE, CHANGED, DELETED, REACTION, COMMAND, PRESS, SUBMISSION, MENTION, DIRECT, SHORTCUT,
        PAGED, CORRECTED]  # fmt: skip


def load_sdk_shapes() -> list[Body]:
    """Load the SDK's recorded payloads, whose values are all empty, and put the event type back."""
    shapes = []
    for folder in ("events", "interactive") if SAMPLES.is_dir() else ():
        for file in sorted((SAMPLES / folder).glob("*.json")):
            body = json.loads(file.read_text())
            if "event" in body:
                body["type"] = "event_callback"
            shapes.append(body)
    return shapes


SHAPES = OURS + load_sdk_shapes()
FORMS = [
    f"{word} {rest}".strip()
    for word in ("declare", "here", "sev", "status", "lead", "role", "resolve", "reopen", "cancel",
                 "note", "impact", "action", "actions", "postmortem", "check", "digest", "timeline",
                 "list", "help", "")
    for rest in ("", "P1", "x")
]  # fmt: skip
texts = st.one_of(
    st.text(alphabet=st.characters(codec=None), max_size=40),
    st.sampled_from(["\x00", "\ud800", "\udfff\x00", "9" * 5_000, "x" * 50_000, "<!channel>", TS]),
    st.sampled_from(["message", "channel_join", "tombstone", "bot_message", "event_callback",
                     "block_actions", "view_submission", "interactive_message", "shortcut",
                     "item_owner", "item_done:1", "item_due:x", "2030-02-30", "item_snooze"]),
    st.sampled_from(FORMS),
)  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.just(10**400), st.just([]),
    st.just({}), texts,
)  # fmt: skip
nonsense = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "ts", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every value in a payload."""
    if path:
        yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in items:
        yield from paths(inner, (*path, name))


def change(body: Body, path: tuple[Any, ...], how: str, new: Any) -> None:
    holder: Any = body
    try:
        for name in path[:-1]:
            holder = holder[name]
        old = holder[path[-1]]
        holder[path[-1]] = old  # a letter of what was put in the place of a list is refused here
    except (KeyError, IndexError, TypeError):
        return  # changed before
    if how == "delete":
        del holder[path[-1]]
    elif how == "nest":
        holder[path[-1]] = [old] if isinstance(new, bool) else {"x": old, "id": old}
    elif how == "many":
        holder[path[-1]] = [old] * MANY
    else:
        holder[path[-1]] = new


@st.composite
def payloads(draw: st.DrawFn) -> Body:
    body = copy.deepcopy(draw(st.sampled_from(SHAPES)))
    candidates = list(paths(body))
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.sampled_from(["delete", "replace", "replace", "nest"]))
        change(body, draw(st.sampled_from(candidates)), how, draw(nonsense))
    if draw(st.integers(0, 9)) == 0:
        change(body, draw(st.sampled_from(candidates)), "many", None)
    return body


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Slack"]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with harness.start_live_bot(f"sqlite:///{folder}/debrief.db") as live_bot:
        live_bot.service._scheduler.pause()
        live_bot.service._worker.stop()  # only the endpoint is under test
        yield Slack(live_bot)


class Slack:
    """Signs payloads and hands them to the HTTP endpoint without a network."""

    def __init__(self, live_bot: LiveBot) -> None:
        self.channel = "C0FUZZ"
        self.live_bot = live_bot
        live_bot.sandbox.state.people["U1"] = Person("U1", "uma", "Uma One")
        self.endpoint = SignedHttp(live_bot.service._dispatcher, SECRET)
        self.signer: Any = HttpDelivery("", SECRET, 0, None)  # type: ignore[arg-type]
        self.numbers = count(1)
        self.answer = BoltResponse(status=0)
        self.take(COMMAND | {"text": "here it fails", "channel_id": self._channel_id()})

    def _channel_id(self) -> str:
        self.channel = str(self.live_bot.workspace.channel("general").id)
        return self.channel

    def take(self, body: Body) -> int:
        content, kind = _encode(self._fill_in(body))
        headers = {name.lower(): value for name, value in self.signer._signed(content).items()}
        self.answer = self.endpoint.answer(content, {"content-type": kind, **headers})
        return int(self.answer.status)

    def _fill_in(self, body: Body) -> Body:
        """Fill a shape's empty values with our channel, our team and the current time."""
        team = self.live_bot.service.identity.team_id
        number = next(self.numbers)
        ts = f"{NOW}.{number % 100:06d}"  # some refer to messages that exist
        fill = {
            **dict.fromkeys(("channel", "channel_id"), self.channel),
            **dict.fromkeys(("team_id", "team"), team),
            **dict.fromkeys(("ts", "deleted_ts"), ts),
            **dict.fromkeys(
                ("id", "event_id", "trigger_id", "action_ts", "client_msg_id"), f"{number}"
            ),
            "response_url": NOWHERE,
        }
        filled: Body = _fill_values(body, fill)
        return filled

    def records_once(self) -> bool:
        """Return whether a valid message, delivered twice under two ids, adds one event."""
        number = next(self.numbers)
        event = {"type": "message", "channel": self.channel, "user": "U1", "text": f"good {number}"}
        event["ts"] = f"{NOW + number}.000200"
        before = self.count()
        for delivery in (f"Good{number}", f"Again{number}"):
            body = {"type": "event_callback", "event_id": delivery, "event": event}
            assert self.take(body) == 200
        with self.live_bot.store.begin() as session:
            recorded_event = timeline.find(session, self.channel, event["ts"])
        return (
            recorded_event is not None
            and recorded_event.text == event["text"]
            and self.count() == before + 1
        )

    def count(self) -> int:
        with self.live_bot.store.begin() as session:
            incident = incidents.by_channel(session, self.channel)
            assert incident is not None
            return timeline_counts.count(session, incident.id)


def _fill_values(value: Any, fill: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_fill_values(item, fill) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {name: _fill_values(item, fill) for name, item in value.items()}
    for name, item in filled.items():
        if item == "" or name == "response_url":  # no request leaves this machine
            filled[name] = fill.get(name, "x")
    return filled


def _encode(body: Body) -> tuple[bytes, str]:
    if "command" in body and "type" not in body:
        fields = {name: _encode_field(value) for name, value in body.items() if value is not None}
        return urlencode(fields, errors="surrogatepass").encode(), FORM
    content = json.dumps(body)
    if "event" in body:
        return content.encode(), "application/json"
    return urlencode({"payload": content}).encode(), FORM


def _encode_field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@given(body=payloads())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_no_malformed_payload_causes_an_error_or_blocks_the_next_message(
    slack: Slack, body: Body
) -> None:
    with capture_logs() as logs:
        status = slack.take(body)
        assert slack.records_once()
    assert status == 200 or (status == 400 and _encode(body)[1] == FORM)
    assert not [entry for entry in logs if entry["log_level"] in {"error", "critical"}], logs


@pytest.mark.parametrize("body", SHAPES, ids=range(len(SHAPES)))
def test_every_unchanged_sample_payload_is_accepted(slack: Slack, body: Body) -> None:
    with capture_logs() as logs:
        assert slack.take(body) == 200
    assert not [entry for entry in logs if entry["log_level"] == "error"]


def test_valid_payloads_reach_the_timeline_through_the_fuzzed_endpoint(slack: Slack) -> None:
    """Otherwise the tests above would prove nothing."""
    before = slack.count()
    message = copy.deepcopy(MESSAGE)
    message["event"]["ts"] = f"{NOW}.000300"
    message["event"]["thread_ts"] = f"{NOW}.000200"
    assert slack.take(message) == 200
    assert slack.take(COMMAND | {"text": "note by hand", "trigger_id": "once"}) == 200
    assert slack.count() == before + 2


@given(content=st.binary(max_size=200), kind=st.sampled_from(["application/json", FORM, "", "x/y"]))
def test_no_request_body_crashes_the_endpoint(slack: Slack, content: bytes, kind: str) -> None:
    try:
        headers = {name.lower(): value for name, value in slack.signer._signed(content).items()}
    except UnicodeDecodeError:
        headers = {}
    assert slack.endpoint.answer(content, {"content-type": kind, **headers}).status in {
        200,
        400,
        401,
    }

"""The sandbox sends only names and types that Slack's own recorded payloads have.

Slack may send more than the sandbox does, but the sandbox sends nothing that Slack doesn't.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.server import Sandbox
from tests.sandbox.conftest import Probe
from tests.sandbox.test_bolt import BUTTON, MENU, modal

SAMPLES = Path(__file__).parents[2].parent / "shared" / "slack-samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="the recorded shapes are not beside this repository",
)
# Documented in Slack's reference but not in these recordings, either by name, or by path where the
# recorded message had no thread, or the recorded conversation was of another kind.
UNRECORDED = {
    "bot_profile", "context_enterprise_id", "context_team_id", "hidden", "is_locked", "members",
    "root", "subscribed", "is_email_confirmed", "who_can_share_contact_card", "pinned_to",
    "parent_user_id", "channel_actions_count", "channel_actions_ts",
    "MessageThreadBroadcastPayload/event/app_id", "MessageThreadBroadcastPayload/event/bot_id",
    "MessageThreadBroadcastPayload/event/root/client_msg_id",
    "ViewSubmissionPayload/response_urls", "pins.list/items/channel", "pins.list/items/message",
    "conversations.info/channel/is_user_deleted", "conversations.info/channel/priority",
    "conversations.info/channel/user", "conversations.open/channel/is_user_deleted",
}  # fmt: skip
# Keys that any message may have, wherever it appears.
IN_MESSAGES = {
    "client_msg_id", "edited", "latest_reply", "reply_count", "reply_users", "reply_users_count",
    "thread_ts",
}  # fmt: skip
# By key: maps with IDs as keys, and objects that are empty in the recordings.
OPAQUE = {"blocks", "attachments", "values", "files", "state", "event_payload", "args", "shares"}


def differences(ours: Any, slacks: Any, where: str = "") -> list[str]:
    """Return where ours has a name that the recording lacks, or another type."""
    if ours is None or slacks is None:
        return []
    if isinstance(ours, dict) and isinstance(slacks, dict):
        return [found for name in ours for found in _named(name, ours, slacks, where)]
    if isinstance(ours, list) and isinstance(slacks, list):
        return [found for mine in ours for found in _closest(mine, slacks, where)]
    same = type(ours) is type(slacks) or {type(ours), type(slacks)} <= {int, float}
    return [] if same else [f"{where}: {type(ours).__name__}, not {type(slacks).__name__}"]


def _named(name: str, ours: Any, slacks: Any, where: str) -> list[str]:
    if name in OPAQUE:
        return []
    if name not in slacks:
        path = f"{where}/{name}"
        known = {name, path} & UNRECORDED or (where.endswith("message") and name in IN_MESSAGES)
        return [] if known or not slacks else [f"{path} is not Slack's"]
    return differences(ours[name], slacks[name], f"{where}/{name}")


def _closest(mine: Any, slacks: list[Any], where: str) -> list[str]:
    """Compare with the closest item: a list may hold several kinds, and one of them must match."""
    return min((differences(mine, candidate, where) for candidate in slacks), key=len, default=[])


def sample(kind: str, name: str) -> Any:
    return json.loads((SAMPLES / kind / f"{name}.json").read_text())


def test_differences_in_type_and_name_are_found() -> None:
    assert differences({"a": 1}, {"a": "x"}) == ["/a: int, not str"]
    assert differences({"a": {"b": 1}}, {"a": {"c": 1}}) == ["/a/b is not Slack's"]


def test_api_responses_have_the_shape_of_slacks(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    call_every_method(sandbox, client, general)
    compared, wrong = set(), set()
    for call in sandbox.record.calls:
        if (SAMPLES / "api" / f"{call.method}.json").is_file():
            compared.add(call.method)
            wrong |= set(differences(call.answer, sample("api", call.method), call.method))
    assert not wrong, "\n".join(sorted(wrong))
    assert len(compared) >= 30, sorted(compared)


def call_every_method(sandbox: Sandbox, client: WebClient, general: str) -> None:
    """Call each method once with success, and some with an error."""
    ana = sandbox.workspace.person("ana").id
    sandbox.workspace.add_usergroup("oncall", "On call", [ana])
    call_message_methods(client, general, ana)
    call_channel_methods(sandbox, client, ana)
    call_read_methods(sandbox, client, ana)
    client.files_upload_v2(channel=general, filename="a.md", content="x")
    client.files_info(file=sandbox.workspace.files[0].id)
    for method in ("chat.postMessage", "pins.add"):
        with pytest.raises(SlackApiError):
            client.api_call(method, json={"channel": "C404", "text": "x"})


def call_message_methods(client: WebClient, general: str, ana: str) -> None:
    blocks = [{"type": "actions", "elements": [BUTTON, MENU]}]
    ts = client.chat_postMessage(channel=general, text="x", blocks=blocks)["ts"]
    client.chat_postMessage(channel=general, text="y", thread_ts=ts)
    client.chat_update(channel=general, ts=ts, text="z", blocks=blocks)
    client.chat_postEphemeral(channel=general, user=ana, text="x")
    client.chat_getPermalink(channel=general, message_ts=ts)
    client.pins_add(channel=general, timestamp=ts)
    client.pins_list(channel=general)
    client.reactions_add(channel=general, timestamp=ts, name="eyes")
    client.reactions_get(channel=general, timestamp=ts)
    client.reactions_remove(channel=general, timestamp=ts, name="eyes")
    client.conversations_history(channel=general)
    client.conversations_replies(channel=general, ts=ts)
    client.pins_remove(channel=general, timestamp=ts)
    client.chat_delete(channel=general, ts=ts)
    client.bookmarks_add(channel_id=general, title="t", type="link", link="https://example.com")
    client.bookmarks_list(channel_id=general)
    client.views_publish(user_id=ana, view={"type": "home", "blocks": blocks})


def call_channel_methods(sandbox: Sandbox, client: WebClient, ana: str) -> None:
    channel_id = client.conversations_create(name="new")["channel"]["id"]
    client.conversations_invite(channel=channel_id, users=[ana])
    client.conversations_setTopic(channel=channel_id, topic="t")
    client.conversations_setPurpose(channel=channel_id, purpose="p")
    client.conversations_rename(channel=channel_id, name="newer")
    client.conversations_info(channel=channel_id, include_num_members=True)
    client.conversations_members(channel=channel_id)
    client.conversations_archive(channel=channel_id)
    client.conversations_join(channel=sandbox.workspace.channel("random").id)
    direct = client.conversations_open(users=[ana], return_im=True)["channel"]["id"]
    client.conversations_info(channel=direct)


def call_read_methods(sandbox: Sandbox, client: WebClient, ana: str) -> None:
    client.conversations_list(types="public_channel,im")
    client.users_conversations()
    client.users_info(user=ana, include_locale=True)
    client.users_info(user=sandbox.state.bot.id)
    client.users_list()
    client.auth_test()
    client.team_info()
    client.usergroups_list(include_users=True)
    client.apps_connections_open(app_token=sandbox.app_token)
    client.canvases_create(title="t")


EVENTS = {
    ("message", None): "MessagePayload",
    ("message", "bot_message"): "MessageBotPayload",
    ("message", "message_changed"): "MessageChangedPayload",
    ("message", "message_deleted"): "MessageDeletedPayload",
    ("message", "file_share"): "MessageFileSharePayload",
    ("message", "channel_join"): "MessageChannelJoinPayload",
    ("message", "channel_leave"): "MessageChannelLeavePayload",
    ("message", "channel_topic"): "MessageChannelTopicPayload",
    ("message", "channel_name"): "MessageChannelNamePayload",
    ("message", "thread_broadcast"): "MessageThreadBroadcastPayload",
    ("message", "channel_archive"): "MessageChannelArchivePayload",
    ("reaction_added", None): "ReactionAddedPayload",
    ("reaction_removed", None): "ReactionRemovedPayload",
    ("pin_added", None): "PinAddedPayload",
    ("pin_removed", None): "PinRemovedPayload",
    ("member_joined_channel", None): "MemberJoinedChannelPayload",
    ("member_left_channel", None): "MemberLeftChannelPayload",
    ("channel_archive", None): "ChannelArchivePayload",
    ("channel_created", None): "ChannelCreatedPayload",
    ("channel_rename", None): "ChannelRenamePayload",
    ("app_home_opened", None): "AppHomeOpenedPayload",
    ("app_mention", None): "AppMentionPayload",
    ("file_shared", None): "FileSharedPayload",
}


def test_events_have_the_shape_of_slacks(
    sandbox: Sandbox, probe: Probe, client: WebClient, general: str
) -> None:
    cause_every_event(sandbox, client, general)
    sandbox.settle()
    compared, wrong = set(), set()
    for body in (received for received in probe.bodies if "event" in received):
        name = EVENTS[body["event"]["type"], body["event"].get("subtype")]
        compared.add(name)
        wrong |= set(differences(body, sample("events", name), name))
    assert not wrong, "\n".join(sorted(wrong))
    assert compared == set(EVENTS.values())


def cause_every_event(sandbox: Sandbox, client: WebClient, general: str) -> None:
    workspace = sandbox.workspace
    ts = workspace.say("ana", "general", "@probe, down")
    workspace.edit("general", ts, "up")
    client.chat_postMessage(channel=general, text="all", thread_ts=ts, reply_broadcast=True)
    deleted_ts = workspace.say("ana", "general", "oops")
    workspace.delete("general", deleted_ts)
    workspace.alert("Grafana", "general", "5xx")
    workspace.say("ana", "general", "graph", files=[("5xx.png", b"png")])
    workspace.react("ana", "general", ts, "eyes")
    workspace.unreact("ana", "general", ts, "eyes")
    workspace.pin("ana", "general", ts)
    workspace.unpin("ana", "general", ts)
    workspace.leave("ben", "general")
    workspace.invite("ana", "general", "ben")
    workspace.set_topic("ana", "general", "P1")
    workspace.open_home("ana")
    channel_id = client.conversations_create(name="new")["channel"]["id"]
    client.conversations_rename(channel=channel_id, name="newer")
    client.conversations_archive(channel=channel_id)


def test_interactions_have_the_shape_of_slacks(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox, probe: Probe, client: WebClient, general: str
) -> None:
    app, workspace = probe.app, sandbox.workspace

    @app.command("/probe")
    def command(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))

    app.action("take")(lambda ack: ack())
    app.shortcut("on_message")(lambda ack: ack())
    app.view("one")(lambda ack: ack(response_action="errors", errors={"what": "no"}))
    app.view_closed("one")(lambda ack: ack())
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    ts = client.chat_postMessage(channel=general, text="card", blocks=blocks)["ts"]
    workspace.press("ana", "general", ts, "take")
    workspace.message_shortcut("ana", "on_message", "general", ts)
    workspace.command("ana", "general", "/probe", "x")
    workspace.submit("ana", {"what": {"text": "x"}})
    workspace.close_view("ana")
    sandbox.settle()
    names = {
        "block_actions": "BlockActionPayload",
        "message_action": "MessageShortcutPayload",
        "view_submission": "ViewSubmissionPayload",
        "view_closed": "ViewClosedPayload",
        None: "SlashCommandPayload",
    }
    interactions = [body for body in probe.bodies if "event" not in body]
    assert {interaction.get("type") for interaction in interactions} == set(names)
    wrong = set()
    for body in interactions:
        name = names[body.get("type")]
        wrong |= set(differences(body, sample("interactive", name), name))
    assert not wrong, "\n".join(sorted(wrong))

"""What the sandbox says has the names and types that Slack's own recorded payloads have.

Only one way round: Slack may say more than we do, but we say nothing that Slack does not.
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
# Real, and in Slack's reference, but not in these recordings: names, or paths where the
# recording happens to be of a message without a thread, of a person, or of a channel.
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
# What a message may have wherever it is shown.
IN_MESSAGES = {
    "client_msg_id", "edited", "latest_reply", "reply_count", "reply_users", "reply_users_count",
    "thread_ts",
}  # fmt: skip
# By key: maps with ids as keys, and what the recordings empty.
OPAQUE = {"blocks", "attachments", "values", "files", "state", "event_payload", "args", "shares"}


def differences(ours: Any, slacks: Any, where: str = "") -> list[str]:
    """Where ours has a name that the recording lacks, or another type."""
    if ours is None or slacks is None:
        return []
    if isinstance(ours, dict) and isinstance(slacks, dict):
        return [each for name in ours for each in _named(name, ours, slacks, where)]
    if isinstance(ours, list) and isinstance(slacks, list):
        return [each for mine in ours for each in _closest(mine, slacks, where)]
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
    """A list may hold things of several kinds; it is enough to be one of them."""
    return min((differences(mine, each, where) for each in slacks), key=len, default=[])


def sample(kind: str, name: str) -> Any:
    return json.loads((SAMPLES / kind / f"{name}.json").read_text())


def test_a_difference_is_seen() -> None:
    assert differences({"a": 1}, {"a": "x"}) == ["/a: int, not str"]
    assert differences({"a": {"b": 1}}, {"a": {"c": 1}}) == ["/a/b is not Slack's"]


def test_answers(sandbox: Sandbox, client: WebClient, general: str) -> None:
    exercise(sandbox, client, general)
    seen, wrong = set(), set()
    for call in sandbox.record.calls:
        if (SAMPLES / "api" / f"{call.method}.json").is_file():
            seen.add(call.method)
            wrong |= set(differences(call.answer, sample("api", call.method), call.method))
    assert not wrong, "\n".join(sorted(wrong))
    assert len(seen) >= 30, sorted(seen)


def exercise(sandbox: Sandbox, client: WebClient, general: str) -> None:
    """Each method once, well, and some badly."""
    ana = sandbox.workspace.person("ana").id
    sandbox.workspace.add_usergroup("oncall", "On call", [ana])
    write(client, general, ana)
    organise(sandbox, client, ana)
    ask(sandbox, client, ana)
    client.files_upload_v2(channel=general, filename="a.md", content="x")
    client.files_info(file=sandbox.workspace.files[0].id)
    for method in ("chat.postMessage", "pins.add"):
        with pytest.raises(SlackApiError):
            client.api_call(method, json={"channel": "C404", "text": "x"})


def write(client: WebClient, general: str, ana: str) -> None:
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


def organise(sandbox: Sandbox, client: WebClient, ana: str) -> None:
    made = client.conversations_create(name="new")["channel"]["id"]
    client.conversations_invite(channel=made, users=[ana])
    client.conversations_setTopic(channel=made, topic="t")
    client.conversations_setPurpose(channel=made, purpose="p")
    client.conversations_rename(channel=made, name="newer")
    client.conversations_info(channel=made, include_num_members=True)
    client.conversations_members(channel=made)
    client.conversations_archive(channel=made)
    client.conversations_join(channel=sandbox.workspace.channel("random").id)
    direct = client.conversations_open(users=[ana], return_im=True)["channel"]["id"]
    client.conversations_info(channel=direct)


def ask(sandbox: Sandbox, client: WebClient, ana: str) -> None:
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


def test_events(sandbox: Sandbox, probe: Probe, client: WebClient, general: str) -> None:
    live(sandbox, client, general)
    sandbox.settle()
    seen, wrong = set(), set()
    for body in (each for each in probe.bodies if "event" in each):
        name = EVENTS[body["event"]["type"], body["event"].get("subtype")]
        seen.add(name)
        wrong |= set(differences(body, sample("events", name), name))
    assert not wrong, "\n".join(sorted(wrong))
    assert seen == set(EVENTS.values())


def live(sandbox: Sandbox, client: WebClient, general: str) -> None:
    workspace = sandbox.workspace
    ts = workspace.say("ana", "general", "@probe, down")
    workspace.edit("general", ts, "up")
    client.chat_postMessage(channel=general, text="all", thread_ts=ts, reply_broadcast=True)
    gone = workspace.say("ana", "general", "oops")
    workspace.delete("general", gone)
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
    made = client.conversations_create(name="new")["channel"]["id"]
    client.conversations_rename(channel=made, name="newer")
    client.conversations_archive(channel=made)


def test_interactions(sandbox: Sandbox, probe: Probe, client: WebClient, general: str) -> None:  # noqa: PLR0915  one story
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
    told = [each for each in probe.bodies if "event" not in each]
    assert {each.get("type") for each in told} == set(names)
    wrong = set()
    for body in told:
        name = names[body.get("type")]
        wrong |= set(differences(body, sample("interactive", name), name))
    assert not wrong, "\n".join(sorted(wrong))

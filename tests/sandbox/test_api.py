"""The sandbox's Web API as slack_sdk sees it: tokens, scopes, Slack's error names, cursors and limits."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.server import Sandbox
from tests.sandbox.conftest import SCOPES, client_of, furnish, manifest


def error_of(call: Any, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    return str(caught.value.response["error"])


def test_auth_test_works_with_a_valid_token_and_fails_otherwise(
    sandbox: Sandbox, client: WebClient
) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == sandbox.state.identity.bot_user_id
    assert answer.headers["x-oauth-scopes"] == ",".join(sorted(SCOPES))
    url = f"{sandbox.api_url}auth.test"
    in_body = httpx.post(url, data={"token": sandbox.bot_token}).json()
    assert in_body["ok"]
    assert httpx.post(url).json() == {"ok": False, "error": "not_authed"}
    assert httpx.post(url, data={"token": "nonsense"}).json()["error"] == "invalid_auth"
    assert error_of(WebClient(sandbox.app_token, base_url=sandbox.api_url).auth_test) == (
        "not_allowed_token_type"
    )
    assert error_of(client.apps_connections_open, app_token=sandbox.bot_token) == (
        "not_allowed_token_type"
    )
    assert error_of(client.api_call, api_method="chat.shout") == "unknown_method"


def test_recorded_calls_do_not_contain_the_token(sandbox: Sandbox, general: str) -> None:
    args = {"token": sandbox.bot_token, "channel": general, "text": "hello"}
    assert httpx.post(f"{sandbox.api_url}chat.postMessage", json=args).json()["ok"]
    (call,) = sandbox.record.called("chat.postMessage")
    assert call.args == {"channel": general, "text": "hello"}
    assert call.ok


def test_a_call_without_its_scope_fails_with_missing_scope() -> None:
    granted = ("chat:write", "channels:read", "channels:history")
    with Sandbox(manifest(), granted_scopes=granted) as sandbox:
        client = client_of(furnish(sandbox))
        with pytest.raises(SlackApiError) as caught:
            client.pins_add(channel="C0", timestamp="1.1")
        answer = caught.value.response
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "pins:write"
        assert answer["provided"] == "channels:history,channels:read,chat:write"
        sandbox.workspace.invite_bot("secret")
        secret = sandbox.workspace.channel("secret").id
        with pytest.raises(SlackApiError) as caught:
            client.conversations_history(channel=secret)
        assert caught.value.response["needed"] == "groups:history"
        kinds = "public_channel,private_channel"
        assert error_of(client.conversations_list, types=kinds) == "missing_scope"


def test_posting_fails_in_channels_without_the_bot_and_archived_ones(
    sandbox: Sandbox, client: WebClient
) -> None:
    workspace, post = sandbox.workspace, client.chat_postMessage
    random, secret = workspace.channel("random").id, workspace.channel("secret").id
    assert error_of(post, channel=random, text="hi") == "not_in_channel"
    assert error_of(post, channel=secret, text="hi") == "channel_not_found"
    assert error_of(post, channel="C404", text="hi") == "channel_not_found"
    workspace.archive("ana", "general")
    assert error_of(post, channel="#general", text="hi") == "is_archived"


def test_a_posts_metadata_is_in_the_history_only_on_request(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
) -> None:
    metadata = {"event_type": "posting", "event_payload": {"id": "7f"}}
    posted = client.chat_postMessage(channel=general, text="hello", metadata=metadata)
    history = client.conversations_history(channel=general)["messages"]
    assert history[0]["ts"] == posted["ts"]
    assert "metadata" not in history[0]
    with_metadata = client.conversations_history(channel=general, include_all_metadata=True)
    assert with_metadata["messages"][0]["metadata"] == metadata
    bad = {"event_type": 7, "event_payload": {}}
    assert error_of(client.chat_postMessage, channel=general, text="x", metadata=bad) == (
        "invalid_metadata_format"
    )
    assert sandbox.workspace.history("general")[-1]["bot_id"] == sandbox.state.identity.bot_id


def test_an_update_without_blocks_removes_them(client: WebClient, general: str) -> None:
    blocks = [{"type": "divider"}]
    ts = client.chat_postMessage(channel=general, text="one", blocks=blocks)["ts"]
    updated = client.chat_update(channel=general, ts=ts, text="two")["message"]
    assert updated["text"] == "two"
    assert "blocks" not in updated
    assert updated["edited"]["user"]
    long = "x" * 4001
    assert error_of(client.chat_update, channel=general, ts=ts, text=long) == "msg_too_long"


def test_an_app_can_change_only_its_own_messages(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
) -> None:
    ts = sandbox.workspace.say("ana", "general", "mine")
    assert error_of(client.chat_update, channel=general, ts=ts, text="no") == "cant_update_message"
    assert error_of(client.chat_delete, channel=general, ts=ts) == "cant_delete_message"
    assert error_of(client.chat_delete, channel=general, ts="1.000001") == "message_not_found"


def test_text_is_escaped_linked_and_truncated_as_slack_does(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
) -> None:
    text = "a & b &lt; <https://example.com|c> https://example.com/d?x=1."
    stored = client.chat_postMessage(channel=general, text=text)["message"]["text"]
    assert stored == "a &amp; b &lt; <https://example.com|c> <https://example.com/d?x=1>."
    long = client.chat_postMessage(channel=general, text="x" * 40_001)
    assert len(long["message"]["text"]) == 40_000
    assert long["warning"] == "message_truncated"
    empty = {"channel": general, "text": " "}
    assert error_of(client.api_call, api_method="chat.postMessage", json=empty) == "no_text"
    ana = sandbox.workspace.person("ana").id
    ts = sandbox.workspace.say("ben", "general", f"<@{ana}> x<y && @ana &gt; <!here>")
    assert sandbox.workspace.replies("general", ts)[0]["text"] == (
        f"<@{ana}> x&lt;y &amp;&amp; <@{ana}> &gt; <!here>"
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("Inc", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("inc.1", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
        ("general", "name_taken"),
        ("secret", "name_taken"),
        ("inc-größe-障害_1", ""),
    ],
)
def test_invalid_and_taken_channel_names_are_refused(
    client: WebClient, name: str, error: str
) -> None:
    if error:
        assert error_of(client.conversations_create, name=name) == error
    else:
        assert client.conversations_create(name=name)["channel"]["name"] == name


def test_a_private_channel_is_created_filled_renamed_and_archived(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox, client: WebClient
) -> None:
    ana = sandbox.workspace.person("ana").id
    channel = client.conversations_create(name="inc-1", is_private=True)["channel"]
    assert channel["is_private"]
    assert channel["is_member"]
    here = {"channel": channel["id"]}
    assert client.conversations_invite(**here, users=[ana])["ok"]
    assert error_of(client.conversations_invite, **here, users=[ana]) == "already_in_channel"
    assert error_of(client.conversations_invite, **here, users=["U404"]) == "user_not_found"
    bot = sandbox.state.bot.id
    assert error_of(client.conversations_invite, **here, users=[bot]) == "cant_invite_self"
    client.conversations_setTopic(**here, topic="P1")
    client.conversations_setPurpose(**here, purpose="checkout")
    assert error_of(client.conversations_setTopic, **here, topic="x" * 251) == "too_long"
    client.conversations_rename(**here, name="inc-1b")
    info = client.conversations_info(**here, include_num_members=True)["channel"]
    assert (info["topic"]["value"], info["purpose"]["value"]) == ("P1", "checkout")
    assert (info["name"], info["previous_names"], info["num_members"]) == ("inc-1b", ["inc-1"], 2)
    client.conversations_archive(**here)
    assert error_of(client.conversations_archive, **here) == "already_archived"
    subtypes = [message.get("subtype") for message in sandbox.workspace.history(channel["id"])]
    expected = ["channel_join", "channel_join", "channel_topic", "channel_purpose", "channel_name"]
    assert subtypes == [*expected, "channel_archive"]


def test_joining_works_for_public_channels_only(sandbox: Sandbox, client: WebClient) -> None:
    random, secret = (sandbox.workspace.channel(name).id for name in ("random", "secret"))
    assert client.conversations_join(channel=random)["channel"]["is_member"]
    assert client.conversations_join(channel=random)["warning"] == "already_in_channel"
    assert error_of(client.conversations_join, channel=secret) == "channel_not_found"


def test_history_is_read_in_pages_and_time_ranges(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
) -> None:
    posted = [sandbox.workspace.say("ana", "general", f"{number}") for number in range(7)]
    read, cursor = [], ""
    for _ in range(3):
        page = client.conversations_history(channel=general, limit=3, cursor=cursor)
        read += [message["ts"] for message in page["messages"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
    assert read == posted[::-1]
    assert not cursor
    between = client.conversations_history(channel=general, oldest=posted[1], latest=posted[4])
    assert [message["text"] for message in between["messages"]] == ["3", "2"]
    inclusive = client.conversations_history(
        channel=general,
        oldest=posted[1],
        latest=posted[4],
        inclusive=True,
    )
    assert [message["text"] for message in inclusive["messages"]] == ["4", "3", "2", "1"]
    assert error_of(client.conversations_history, channel=general, cursor="?") == "invalid_cursor"
    assert error_of(client.conversations_history, channel=general, limit=1001) == "invalid_limit"


def test_a_thread_counts_and_pages_its_replies(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    workspace = sandbox.workspace
    parent = workspace.say("ana", "general", "down")
    replies = [workspace.say("ben", "general", f"{number}", thread=parent) for number in range(5)]
    broadcast = client.chat_postMessage(
        channel=general,
        text="up",
        thread_ts=replies[0],
        reply_broadcast=True,
    )
    top, first = client.conversations_history(channel=general)["messages"][:2]
    assert top["ts"] == broadcast["ts"]
    assert (top["subtype"], top["thread_ts"]) == ("thread_broadcast", parent)
    assert (first["reply_count"], first["latest_reply"]) == (6, broadcast["ts"])
    assert len(first["reply_users"]) == 2
    read, cursor = [], ""
    for _ in range(3):
        page = client.conversations_replies(channel=general, ts=parent, limit=3, cursor=cursor)
        assert page["messages"][0]["ts"] == parent
        read += [message["ts"] for message in page["messages"][1:]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
    assert read == [*replies, broadcast["ts"]]
    assert not cursor
    workspace.delete("general", parent)
    assert workspace.history("general")[0]["subtype"] == "tombstone"
    assert error_of(client.conversations_replies, channel=general, ts="1.000001") == (
        "thread_not_found"
    )


def test_people_and_channels_are_listed_in_pages(sandbox: Sandbox, client: WebClient) -> None:
    names = [member["name"] for page in client.users_list(limit=2) for member in page["members"]]
    assert names == ["probe", "ana", "ben"]
    ana = client.users_info(user=sandbox.workspace.person("ana").id)["user"]
    assert ana["tz"] == "Europe/Lisbon"
    assert ana["tz_offset"] in {0, 3600}
    assert "email" not in ana["profile"]  # users:read.email isn't in the manifest
    kinds = "public_channel,private_channel,im"
    listed = client.conversations_list(types=kinds)["channels"]
    assert [listed_channel["name"] for listed_channel in listed] == ["general", "random"]
    mine = client.users_conversations(types=kinds)["channels"]
    assert [own_channel["name"] for own_channel in mine] == ["general"]
    assert error_of(client.users_info, user="U404") == "user_not_found"
    general = sandbox.workspace.channel("general").id
    assert len(client.conversations_members(channel=general)["members"]) == 3


def test_pins_reactions_and_bookmarks_are_added_and_removed(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    ts = sandbox.workspace.say("ana", "general", "14:02 deploy")
    here = {"channel": general, "timestamp": ts}
    client.pins_add(**here)
    assert error_of(client.pins_add, **here) == "already_pinned"
    (item,) = client.pins_list(channel=general)["items"]
    assert item["message"]["pinned_to"] == [general]
    client.pins_remove(**here)
    assert error_of(client.pins_remove, **here) == "no_pin"
    client.reactions_add(**here, name="eyes")
    assert error_of(client.reactions_add, **here, name="eyes") == "already_reacted"
    sandbox.workspace.react("ben", "general", ts, "eyes")
    (reaction,) = client.reactions_get(channel=general, timestamp=ts)["message"]["reactions"]
    assert reaction["count"] == 2
    client.reactions_remove(**here, name="eyes")
    assert error_of(client.reactions_remove, **here, name="eyes") == "no_reaction"
    link = {"channel_id": general, "title": "Doc", "type": "link"}
    bookmark = client.bookmarks_add(**link, link="https://example.com")["bookmark"]
    client.bookmarks_edit(channel_id=general, bookmark_id=bookmark["id"], title="Draft")
    assert client.bookmarks_list(channel_id=general)["bookmarks"][0]["title"] == "Draft"
    assert error_of(client.bookmarks_add, **link, link="nowhere") == "invalid_link"


def test_a_file_is_uploaded_shared_and_downloaded(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    parent = client.chat_postMessage(channel=general, text="draft")["ts"]
    answer = client.files_upload_v2(
        channel=general, thread_ts=parent, filename="draft.md", title="Draft",
        content="# What happened", initial_comment="the draft",
    )  # fmt: skip
    (stored,) = sandbox.workspace.files
    assert stored.bytes == b"# What happened"
    assert (stored.title, stored.channels, stored.thread) == ("Draft", [general], parent)
    message = sandbox.workspace.replies("general", parent)[-1]
    assert (message["subtype"], message["text"]) == ("file_share", "the draft")
    info = client.files_info(file=answer["file"]["id"])["file"]
    assert info["shares"]["public"][general][0]["thread_ts"] == parent
    token = {"Authorization": f"Bearer {sandbox.bot_token}"}
    assert httpx.get(info["url_private"], headers=token).content == b"# What happened"
    assert httpx.get(info["url_private"]).status_code == 403
    for file_id in ("F0", stored.id):  # an upload can be completed only once
        again = {"files": [{"id": file_id}], "channel_id": general, "thread_ts": parent}
        assert error_of(client.files_completeUploadExternal, **again) == "file_not_found"
    _, shared = sandbox.workspace.replies("general", parent)
    assert shared == message


def test_direct_and_ephemeral_messages_reach_only_their_person(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
) -> None:
    workspace = sandbox.workspace
    ana = workspace.person("ana").id
    direct = client.conversations_open(users=[ana])["channel"]["id"]
    client.chat_postMessage(channel=direct, text="one")
    client.chat_postMessage(channel=ana, text="two")
    assert [message["text"] for message in workspace.dm("ana")] == ["one", "two"]
    client.chat_postEphemeral(channel=general, user=ana, text="psst")
    (ephemeral,) = workspace.ephemerals("ana")
    assert (ephemeral["text"], ephemeral["channel"]) == ("psst", general)
    assert "psst" not in str(workspace.history("general"))
    workspace.leave("ben", "general")
    ben = workspace.person("ben").id
    assert error_of(client.chat_postEphemeral, channel=general, user=ben, text="psst") == (
        "user_not_in_channel"
    )


def test_strict_mode_allows_one_post_per_second_and_channel() -> None:
    with Sandbox(manifest(), strict=True) as sandbox:
        client, general = client_of(furnish(sandbox)), sandbox.workspace.channel("general").id
        sandbox.workspace.invite_bot("random")
        client.chat_postMessage(channel=general, text="one")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=general, text="two")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        assert caught.value.response.data == {"ok": False, "error": "ratelimited"}
        client.chat_postMessage(channel=sandbox.workspace.channel("random").id, text="elsewhere")
        sandbox.clock.advance(timedelta(seconds=1))
        client.chat_postMessage(channel=general, text="two")


def test_permalinks_teams_usergroups_and_canvases_work(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    ts = client.chat_postMessage(channel=general, text="x")["ts"]
    link = client.chat_getPermalink(channel=general, message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/{general}/p{ts.replace('.', '')}")
    assert client.team_info()["team"]["id"] == sandbox.state.identity.team_id
    sandbox.workspace.add_usergroup("oncall", "On call", ["ana"])
    (group,) = client.usergroups_list(include_users=True)["usergroups"]
    assert group["users"] == [sandbox.workspace.person("ana").id]
    content = {"type": "markdown", "markdown": "# One"}
    canvas = client.canvases_create(title="T", document_content=content)["canvas_id"]
    change = {"operation": "insert_at_end", "document_content": content}
    client.canvases_edit(canvas_id=canvas, changes=[change])
    assert sandbox.state.canvases[canvas]["markdown"] == "# One\n# One"
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"


def canvas_of(text: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": text}


def test_canvases_of_a_channel_are_its_tabs(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    tab = client.canvases_create(title="T", channel_id=general)["canvas_id"]
    args: dict[str, Any] = {"channel_id": general, "document_content": canvas_of("# x")}
    own = client.conversations_canvases_create(**args)["canvas_id"]
    error = error_of(client.conversations_canvases_create, **args)
    assert error == "channel_canvas_already_exists"
    client.canvases_create(title="of no channel")
    tabs = client.conversations_info(channel=general)["channel"]["properties"]["tabs"]
    found = [tab_info["data"]["file_id"] for tab_info in tabs if tab_info["type"] == "canvas"]
    assert found == [tab, own]
    assert [canvas["id"] for canvas in sandbox.workspace.canvases(general)] == found
    client.canvases_delete(canvas_id=tab)
    assert error_of(client.canvases_delete, canvas_id=tab) == "canvas_not_found"
    secret = sandbox.workspace.channel("secret").id
    assert error_of(client.canvases_create, channel_id=secret) == "channel_not_found"
    random = sandbox.workspace.channel("random").id
    assert error_of(client.canvases_create, channel_id=random) == "not_in_channel"


def test_the_free_plan_allows_one_canvas_per_channel(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    standalone = client.canvases_create(title="before")["canvas_id"]
    sandbox.state.free_plan = True
    args: dict[str, Any] = {"channel_id": general, "document_content": canvas_of("# x")}
    tab = error_of(client.conversations_canvases_create, **args)
    assert tab == "team_tier_cannot_create_channel_canvases"
    assert error_of(client.canvases_create) == "free_teams_cannot_create_non_tabbed_canvases"
    client.canvases_create(channel_id=general)
    second = error_of(client.canvases_create, channel_id=general)
    assert second == "free_team_canvas_tab_already_exists"
    change = {"operation": "replace", "document_content": canvas_of("x")}
    edited = error_of(client.canvases_edit, canvas_id=standalone, changes=[change])
    assert edited == "free_teams_cannot_edit_standalone_canvases"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("# a\n#### b", "Unsupported heading depth (4)"),
        ("x" * 1_048_577, "Content is too large"),
        ("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 150, "Table has more than 300 cells"),
    ],
)
def test_a_canvas_refuses_content_beyond_its_limits(
    client: WebClient, text: str, detail: str
) -> None:
    canvas = client.canvases_create(document_content=canvas_of("```\n#### code\n```"))["canvas_id"]
    with pytest.raises(SlackApiError) as caught:
        client.canvases_create(document_content=canvas_of(text))
    assert caught.value.response.data["error"] == "canvas_creation_failed"
    assert caught.value.response.data["detail"] == detail
    change = {"operation": "replace", "document_content": canvas_of(text)}
    failed = error_of(client.canvases_edit, canvas_id=canvas, changes=[change])
    assert failed == "canvas_editing_failed"


def test_direct_messages_need_the_messages_tab() -> None:
    without_messages_tab = manifest()
    without_messages_tab["features"]["app_home"]["messages_tab_enabled"] = False
    with Sandbox(without_messages_tab) as sandbox:
        client, ana = client_of(furnish(sandbox)), sandbox.workspace.person("ana").id
        assert error_of(client.chat_postMessage, channel=ana, text="x") == "messages_tab_disabled"

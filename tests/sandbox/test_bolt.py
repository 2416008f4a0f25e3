"""The sandbox with a real Bolt app over Socket Mode."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.server import Sandbox
from tests.sandbox.conftest import Probe
from tests.sandbox.test_socket_mode import linked

Body = dict[str, Any]
BUTTON = {
    "type": "button",
    "action_id": "take",
    "text": {"type": "plain_text", "text": "Take"},
    "value": "7",
}
OPTIONS = [{"text": {"type": "plain_text", "text": each}, "value": each} for each in ("P1", "P2")]
MENU = {"type": "static_select", "action_id": "severity", "options": OPTIONS}


def title(text: str) -> Body:
    return {"type": "plain_text", "text": text}


def an_input(block_id: str, element: Body, **more: Any) -> Body:
    return {"type": "input", "block_id": block_id, "label": title("L"), "element": element, **more}


def modal(name: str = "one", **more: Any) -> Body:
    typed = {"type": "plain_text_input", "action_id": "text"}
    blocks = [an_input("what", typed), an_input("how", MENU, optional=True)]
    common = {"type": "modal", "callback_id": name, "title": title(name), "submit": title("Go")}
    return {**common, "blocks": blocks, **more}


def test_messages_replies_edits_and_deletions_reach_the_app(
    sandbox: Sandbox,
    probe: Probe,
    general: str,
) -> None:
    workspace = sandbox.workspace
    ts = workspace.say("ana", "general", "checkout is down & @ben knows")
    reply = workspace.say("ben", "general", "looking", thread=ts)
    workspace.edit("general", reply, "looking now")
    workspace.delete("general", reply)
    sandbox.settle()
    first, second = probe.events("message")
    ben = workspace.person("ben").id
    assert first["text"] == f"checkout is down &amp; <@{ben}> knows"
    assert first["channel"] == general
    assert first["channel_type"] == "channel"
    assert first["client_msg_id"]
    assert second["thread_ts"] == ts
    (changed,) = probe.events("message", "message_changed")
    assert changed["message"]["text"] == "looking now"
    assert changed["hidden"] is True
    assert changed["previous_message"]["text"] == "looking"
    (deleted,) = probe.events("message", "message_deleted")
    assert deleted["deleted_ts"] == reply
    assert all(delivery.acknowledged for delivery in sandbox.record.deliveries)


def test_alerts_reactions_pins_files_mentions_and_joins_reach_the_app(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox, probe: Probe, general: str
) -> None:
    workspace = sandbox.workspace
    alert = workspace.alert("Grafana", "general", "5xx", [{"title": "5xx", "color": "#f00"}])
    workspace.react("ana", "general", alert, "pushpin")
    workspace.unreact("ana", "general", alert, "pushpin")
    workspace.pin("ana", "general", alert)
    workspace.unpin("ana", "general", alert)
    workspace.say("ana", "general", "graph", files=[("5xx.png", b"png")])
    workspace.say("ana", "general", "@probe help")
    workspace.say_to_bot("ben", "hello")
    workspace.invite_bot("secret")
    workspace.rename("ana", "general", "all")
    sandbox.settle()
    (alert_event,) = probe.events("message", "bot_message")
    assert alert_event["attachments"][0]["title"] == "5xx"
    for name in ("reaction_added", "reaction_removed"):
        assert probe.events(name)[0]["item"] == {"type": "message", "channel": general, "ts": alert}
    assert probe.events("pin_added")[0]["pin_count"] == 1
    assert probe.events("pin_removed")[0]["has_pins"] is False
    (shared,) = probe.events("message", "file_share")
    assert shared["files"][0]["name"] == "5xx.png"
    assert len(probe.events("app_mention")) == 1
    assert probe.events("message")[-1]["channel_type"] == "im"
    assert probe.events("member_joined_channel")[0]["user"] == sandbox.state.bot.id
    assert probe.events("message", "channel_join")[0]["inviter"] == workspace.person("ana").id
    assert probe.events("channel_rename")[0]["channel"]["name"] == "all"


def test_messages_the_bot_cannot_see_do_not_reach_the_app(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.workspace.say("ana", "random", "where the bot is not")
    sandbox.workspace.say("ana", "secret", "nor here")
    sandbox.settle()
    assert probe.bodies == []


def test_the_bots_own_messages_arrive_as_events(
    sandbox: Sandbox,
    probe: Probe,
    client: WebClient,
    general: str,
) -> None:
    client.chat_postMessage(channel=general, text="recorded")
    sandbox.settle()
    (event,) = probe.events("message")
    identity = sandbox.state.identity
    assert (event["bot_id"], event["app_id"]) == (identity.bot_id, identity.app_id)
    assert event["bot_profile"]["name"] == "probe"


def test_a_command_gets_an_immediate_reply_and_five_later_ones(
    sandbox: Sandbox,
    probe: Probe,
    general: str,
) -> None:
    later: list[str] = []

    @probe.app.command("/probe")
    def answer(ack: Ack, command: Body) -> None:
        later.append(command["response_url"])
        ack(text=f"took {command['text']}", blocks=[{"type": "actions", "elements": [BUTTON]}])

    result = sandbox.workspace.command("ana", "general", "/probe", "to @ben in #general <now>")
    ben = sandbox.workspace.person("ben").id
    assert result.status == "ok"
    assert result.text == f"took to <@{ben}|ben> in <#{general}|general> &lt;now&gt;"
    assert sandbox.workspace.ephemerals("ana")[0]["text"] == result.text
    for number in range(5):
        body = {"text": f"{number}", "response_type": "in_channel" if number else "ephemeral"}
        assert httpx.post(later[0], json=body).status_code == 200
    assert [response["text"] for response in result.responses] == ["0", "1", "2", "3", "4"]
    refused = httpx.post(later[0], json={"text": "6"})
    assert (refused.status_code, refused.json()["error"]) == (404, "used_url")
    assert sandbox.workspace.history("general")[-1]["text"] == "4"
    assert sandbox.workspace.command("ana", "general", "/nothing").status == "unknown_command"


def test_a_response_url_expires_after_half_an_hour(sandbox: Sandbox, probe: Probe) -> None:
    later: list[str] = []

    @probe.app.command("/probe")
    def answer(ack: Ack, command: Body) -> None:
        later.append(command["response_url"])
        ack()

    sandbox.workspace.command("ana", "general", "/probe")
    sandbox.clock.advance(timedelta(minutes=31))
    assert httpx.post(later[0], json={"text": "late"}).json()["error"] == "expired_url"


def test_an_unacknowledged_command_fails_without_a_retry(impatient: Sandbox) -> None:
    workspace = impatient.workspace
    assert workspace.command("ana", "general", "/probe").status == "dispatch_failed"
    with linked(impatient):
        assert workspace.command("ana", "general", "/probe").status == "operation_timeout"
    assert [delivery.attempt for delivery in impatient.record.delivered("slash_commands")] == [0, 0]


def test_buttons_and_menus_send_actions_that_can_replace_their_message(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox,
    probe: Probe,
    client: WebClient,
    general: str,
) -> None:
    bodies: list[Body] = []

    @probe.app.action("take")
    def on_take(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        bodies.append(body)
        respond(text="taken", replace_original=True)

    @probe.app.action("severity")
    def on_severity(ack: Ack, body: Body) -> None:
        ack()
        bodies.append(body)

    blocks = [{"type": "actions", "block_id": "b", "elements": [BUTTON, MENU]}]
    ts = client.chat_postMessage(channel=general, text="card", blocks=blocks)["ts"]
    sandbox.workspace.press("ana", "general", ts, "severity", "P2")
    sandbox.workspace.press("ana", "general", ts, "take")
    menu, button = bodies
    assert menu["actions"][0]["selected_option"]["value"] == "P2"
    assert menu["state"]["values"]["b"]["severity"]["selected_option"]["value"] == "P2"
    assert button["actions"][0]["value"] == "7"
    assert button["container"]["message_ts"] == ts
    assert button["message"]["text"] == "card"
    assert sandbox.workspace.history("general")[-1]["text"] == "taken"
    with pytest.raises(LookupError, match="nothing called 'take'"):
        sandbox.workspace.press("ana", "general", ts, "take")
    ana = sandbox.workspace.person("ana").id
    client.chat_postEphemeral(channel=general, user=ana, text="only you", blocks=blocks)
    ephemeral = sandbox.workspace.ephemerals("ana")[0]
    with pytest.raises(LookupError, match="ben can see"):
        sandbox.workspace.press("ben", "general", ephemeral["ts"], "take")
    sandbox.workspace.press("ana", "general", ephemeral["ts"], "take")
    assert "message" not in bodies[-1]
    assert sandbox.workspace.ephemerals("ana")[0]["text"] == "taken"


def test_a_modal_is_opened_validated_updated_pushed_and_cleared(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox, probe: Probe
) -> None:
    answers: list[Body] = [
        {"response_action": "errors", "errors": {"what": "shorter"}},
        {"response_action": "update", "view": modal("two")},
        {"response_action": "push", "view": modal("three")},
        {},
        {"response_action": "clear"},
    ]
    states: list[Body] = []

    @probe.app.shortcut("everywhere")
    def on_shortcut(ack: Ack, shortcut: Body, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal())

    @probe.app.view({"type": "view_submission", "callback_id": "one"})
    @probe.app.view("two")
    @probe.app.view("three")
    def on_submit(ack: Ack, view: Body) -> None:
        states.append(view["state"]["values"])
        ack(**answers.pop(0))

    workspace = sandbox.workspace
    workspace.shortcut("ana", "everywhere")
    assert workspace.submit("ana")["errors"] == {"what": "Please complete this required field."}
    values = {"what": {"text": "down"}, "how": {"severity": "P1"}}
    assert workspace.submit("ana", values)["errors"] == {"what": "shorter"}
    assert states[0]["what"]["text"] == {"type": "plain_text_input", "value": "down"}
    assert states[0]["how"]["severity"]["selected_option"]["value"] == "P1"
    assert workspace.submit("ana")["response_action"] == "update"
    assert (workspace.open_view("ana") or {})["callback_id"] == "two"
    assert workspace.submit("ana")["response_action"] == "push"
    assert (workspace.open_view("ana") or {})["callback_id"] == "three"
    assert workspace.submit("ana", values) == {}
    assert (workspace.open_view("ana") or {})["callback_id"] == "two"
    workspace.submit("ana")
    assert workspace.open_view("ana") is None


def test_a_trigger_id_works_once_and_for_three_seconds(
    sandbox: Sandbox,
    probe: Probe,
    client: WebClient,
    general: str,
) -> None:
    triggers: list[str] = []
    probe.app.view_closed("one")(lambda ack: ack())

    @probe.app.shortcut("on_message")
    def on_message_shortcut(ack: Ack, shortcut: Body) -> None:
        ack()
        triggers.append(shortcut["trigger_id"])
        assert shortcut["message"]["text"] == "look"
        assert shortcut["channel"] == {"id": general, "name": "general"}

    ts = sandbox.workspace.say("ana", "general", "look")
    for _ in range(2):
        sandbox.workspace.message_shortcut("ana", "on_message", "general", ts)
    errors = []
    for trigger in (triggers[0], triggers[0], "1.2.x"):
        try:
            client.views_open(trigger_id=trigger, view=modal(notify_on_close=True))
        except SlackApiError as error:
            errors.append(error.response["error"])
    sandbox.clock.advance(timedelta(seconds=3.1))
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=triggers[1], view=modal())
    assert errors == ["exchanged_trigger_id", "invalid_trigger_id"]
    sandbox.workspace.close_view("ana")
    assert probe.bodies[-1]["type"] == "view_closed"


def test_views_are_updated_by_hash_and_pushed_up_to_the_limit(
    sandbox: Sandbox,
    probe: Probe,
    client: WebClient,
) -> None:
    @probe.app.shortcut("everywhere")
    def on_shortcut(ack: Ack, shortcut: Body) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal())

    @probe.app.action("more")
    def on_more(ack: Ack, body: Body) -> None:
        ack()
        view = modal(blocks=[{"type": "actions", "elements": [{**BUTTON, "action_id": "more"}]}])
        client.views_push(trigger_id=body["trigger_id"], view=view)

    sandbox.workspace.shortcut("ana", "everywhere")
    view = sandbox.workspace.open_view("ana") or {}
    button = {"type": "actions", "elements": [{**BUTTON, "action_id": "more"}]}
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash="0", view=modal())
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(blocks=[button]))
    sandbox.workspace.press_in_view("ana", "more")
    sandbox.workspace.press_in_view("ana", "more")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=_trigger(sandbox), view=modal())
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.views_open(trigger_id=_trigger(sandbox), view=modal(title=title("x" * 25)))


def _trigger(sandbox: Sandbox) -> str:
    from sandbox.modals import Modals  # noqa: PLC0415  only here

    with sandbox.state.lock:
        return Modals(sandbox.state).trigger(sandbox.workspace.person("ana"))


def test_app_home_shows_what_the_app_publishes(
    sandbox: Sandbox, probe: Probe, client: WebClient
) -> None:
    blocks = [{"type": "section", "text": title("nothing to do")}]

    @probe.app.middleware
    def publish(body: Body, next: Any) -> Any:  # noqa: A002  Bolt finds it by this name
        if body.get("event", {}).get("type") == "app_home_opened":
            view = {"type": "home", "blocks": blocks}
            client.views_publish(user_id=body["event"]["user"], view=view)
        return next()

    view = sandbox.workspace.open_home("ana") or {}
    assert view["blocks"][0]["text"]["text"] == "nothing to do"
    assert sandbox.workspace.open_home("ana") is view
    assert probe.events("app_home_opened")[1]["view"]["id"] == view["id"]

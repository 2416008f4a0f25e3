"""The page of `debrief sandbox`, as a browser without scripts uses it."""

import re
from html import unescape

import httpx
import pytest

from sandbox.server import Sandbox
from sandbox.workspace_state import Person
from tests.sandbox.web_client.conftest import Bot, item
from tests.sandbox.web_client.markup import read


@pytest.fixture(name="ana")
def somebody(sandbox: Sandbox) -> Person:
    ana = sandbox.workspace.add_person("ana", "Ana Ribeiro", "Europe/Lisbon")
    bo = sandbox.workspace.add_person("bo", "Bo <b>Chen</b>", "Asia/Tokyo")
    sandbox.workspace.add_channel("general", members=[ana, bo])
    sandbox.workspace.add_channel("secret", members=[bo], private=True)
    return ana


@pytest.fixture(name="here")
def place(sandbox: Sandbox, ana: Person) -> dict[str, str]:
    return {"as": ana.id, "in": sandbox.workspace.channel("general").id}


def test_the_start_page_offers_every_person(browser: httpx.Client, ana: Person) -> None:
    page = browser.get("/").text
    assert f'href="/?as={ana.id}"' in page
    assert "Bo &lt;b&gt;Chen&lt;/b&gt;" in page
    assert "Who would you like to be?" in page


def test_a_person_sees_only_their_own_channels(browser: httpx.Client, ana: Person) -> None:
    page = browser.get("/", params={"as": ana.id}).text
    assert "#general" in page
    assert "secret" not in page


def test_a_person_can_neither_read_nor_post_in_a_channel_they_are_not_in(
    browser: httpx.Client, sandbox: Sandbox, ana: Person
) -> None:
    sandbox.workspace.say("bo", "secret", "psst")
    hidden = sandbox.workspace.channel("secret").id
    page = browser.get("/", params={"as": ana.id, "in": hidden}).text
    assert "psst" not in page
    browser.post("/say", data={"as": ana.id, "in": hidden, "text": "hi"})
    assert [message["text"] for message in sandbox.workspace.history("secret")] == ["psst"]


def test_messages_are_posted_replied_to_edited_and_deleted(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    page = browser.post("/say", data={**here, "text": "is <b>checkout</b> ok, @bo?"}).text
    assert "is &lt;b&gt;checkout&lt;/b&gt; ok, " in page
    first = sandbox.workspace.history("general")[-1]["ts"]
    assert "Replying to Ana Ribeiro" in browser.get("/", params={**here, "thread": first}).text
    page = browser.post("/say", data={**here, "thread": first, "text": "no"}).text
    assert "1 reply" in page
    assert "Replying to Ana Ribeiro" in page
    assert (
        "is &lt;b&gt;checkout&lt;/b&gt; ok, @bo?</textarea>"
        in browser.get("/", params={**here, "edit": first}).text
    )
    page = browser.post("/edit", data={**here, "ts": first, "text": "is it ok?"}).text
    assert "is it ok?" in page
    assert "(edited)" in page
    reply = sandbox.workspace.history("general")[-1]["ts"]
    assert "1 reply" not in browser.post("/delete", data={**here, "ts": reply}).text


def test_a_person_can_change_only_their_own_messages(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    ts = sandbox.workspace.say("bo", "general", "mine")
    page = browser.post("/delete", data={**here, "ts": ts}).text
    assert "That didn&#39;t work: only the author can edit a message" in page
    assert sandbox.workspace.history("general")[-1]["text"] == "mine"


def test_a_pushpin_is_added_and_removed(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    ts = sandbox.workspace.say("bo", "general", "the cause")
    assert 'title="Ana Ribeiro"' in browser.post("/react", data={**here, "ts": ts}).text
    assert 'title="Ana Ribeiro"' not in browser.post("/react", data={**here, "ts": ts}).text


@pytest.mark.usefixtures("bot")
def test_a_reply_to_a_command_is_visible_only_to_that_person(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    page = browser.post("/say", data={**here, "text": "/incident help"}).text
    assert "Got it: help" in page
    assert "Only visible to you" in page
    other = {**here, "as": sandbox.workspace.person("bo").id}
    assert "Got it" not in browser.get("/", params=other).text


def test_a_failing_command_shows_its_error(browser: httpx.Client, here: dict[str, str]) -> None:
    page = browser.post("/say", data={**here, "text": "/incident help"}).text
    assert "/incident failed with status dispatch_failed." in page
    assert "not a valid command" in browser.post("/say", data={**here, "text": "/nothing"}).text


@pytest.mark.usefixtures("bot")
def test_pressing_a_button_updates_its_message(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    browser.post("/say", data={**here, "text": "/incident declare x"})
    browser.post("/say", data={**here, "text": "/incident action Rotate the key"})
    channel = sandbox.workspace.channel("inc-1")
    in_channel = {**here, "in": channel.id}
    page = browser.get("/", params=in_channel).text
    button = re.search(r'name="press" value="([^"]*)"[^>]*>Mark as done', page)
    assert button
    ts = sandbox.workspace.history(channel)[-1]["ts"]
    page = browser.post("/press", data={**in_channel, "ts": ts, "press": unescape(button[1])}).text
    assert "Done: Rotate the key" in page


@pytest.mark.usefixtures("bot")
def test_a_modal_is_validated_submitted_and_closed(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str], ana: Person
) -> None:
    page = browser.post("/say", data={**here, "text": "/incident form"}).text
    assert 'role="dialog"' in page
    text_field, owner_field = 'field ["what", "text"]', 'field ["who", "person"]'
    names = [value for _, name, value in read(page).attributes if name == "name"]
    assert {text_field, owner_field} <= set(names)
    page = browser.post("/submit", data=here).text
    assert "Please complete this required field." in page
    page = browser.post("/submit", data={**here, text_field: "abc", owner_field: ana.id}).text
    assert "Say a little more" in page
    assert 'value="abc"' in page
    assert f'value="{ana.id}" selected' in page
    page = browser.post("/submit", data={**here, text_field: "long enough"}).text
    assert 'role="dialog"' not in page
    browser.post("/say", data={**here, "text": "/incident form"})
    assert 'role="dialog"' not in browser.post("/close", data=here).text
    assert sandbox.workspace.open_view(ana) is None


def test_direct_messages_and_the_home_tab_are_shown(
    browser: httpx.Client, bot: Bot, sandbox: Sandbox, here: dict[str, str], ana: Person
) -> None:
    direct = bot.client.conversations_open(users=ana.id)["channel"]["id"]
    bot.client.chat_postMessage(channel=direct, text="*Due today*: one item")
    page = browser.get("/", params={**here, "in": "dm"}).text
    assert "<b>Due today</b>: one item" in page
    assert "shows nothing on its Home tab" in browser.post("/home", data=here).text
    bot.client.views_publish(user_id=ana.id, view={"type": "home", "blocks": item("*My items*")})
    page = browser.get("/", params={**here, "in": "home"}).text
    assert "<b>My items</b>" in page
    assert sandbox.workspace.dm(ana)


def test_waiting_moves_the_clock(
    browser: httpx.Client, sandbox: Sandbox, here: dict[str, str]
) -> None:
    before = sandbox.clock.now()
    assert "Wed 11 Mar" in browser.post("/wait", data={**here, "hours": "24"}).text
    assert sandbox.clock.now().day == before.day + 1


def test_requests_from_other_sites_are_refused(browser: httpx.Client, here: dict[str, str]) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert browser.post("/say", data={**here, "text": "x"}, headers=foreign).status_code == 403
    assert browser.get("/", headers={"Host": "evil.example"}).status_code == 403
    own = {"Origin": str(browser.base_url).rstrip("/")}
    assert browser.post("/say", data={**here, "text": "x"}, headers=own).status_code == 200


def test_the_page_allows_only_its_own_script(browser: httpx.Client, here: dict[str, str]) -> None:
    answer = browser.get("/", params=here)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline' 'self" not in policy
    assert answer.text.count("<script>") == 1


def test_an_invalid_form_shows_an_error(browser: httpx.Client, here: dict[str, str]) -> None:
    assert browser.post("/say", data={"as": "nobody"}).status_code == 404
    for name in ("say", "edit", "delete", "react", "press", "message-shortcut", "shortcut", "wait"):
        page = browser.post(f"/{name}", data={**here, "ts": "1.1", "press": "[", "hours": "x"})
        assert page.status_code == 200, name
        assert "That didn&#39;t work" in page.text, name


def test_a_canvas_is_a_tab_of_its_channel_for_members_only(
    browser: httpx.Client, sandbox: Sandbox, ana: Person, here: dict[str, str]
) -> None:
    assert "Tabs of the channel" not in browser.get("/", params=here).text
    for number, name in enumerate(("general", "secret")):
        sandbox.state.canvases[f"F0{number}"] = {
            "id": f"F0{number}", "title": f"Of <{name}>", "channel": sandbox.workspace.channel(name).id,
            "markdown": "## What happened\n\n<script>x</script> a **limit**\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        }  # fmt: skip
    page = browser.get("/", params=here).text
    assert "Of &lt;general&gt;</a>" in page
    assert "secret" not in page
    assert "What happened" not in page
    page = browser.get("/", params={**here, "canvas": "F00"}).text
    assert "<h2>What happened</h2>" in page
    assert "<strong>limit</strong>" in page
    assert "<td>2</td>" in page
    assert "&lt;script&gt;x" in page
    assert "What happened" not in browser.get("/", params={**here, "canvas": "F01"}).text
    hidden = {"as": ana.id, "in": sandbox.workspace.channel("secret").id, "canvas": "F01"}
    assert "What happened" not in browser.get("/", params=hidden).text

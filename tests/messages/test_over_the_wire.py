"""Hostile text through every input of one incident:

Slack refuses nothing, and nobody is mentioned.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import Phase, example, given, settings

from tests.messages.shown import live, walk, without_our_markdown
from tests.messages.test_any_words import words
from tests.support import harness
from tests.support.harness import Town

# Calls that are expected to fail sometimes.
MAY_FAIL = {
    "users.info",
    "conversations.info",
    "conversations.join",
    "pins.add",
    "conversations.invite",
}
PINGS = "<!channel> <!here|here> @everyone <https://evil.example|click> <#C0EVIL> & <b> `&lt;` *_~ 🔥 \u202e"
DAYS = timedelta(days=6)


@given(words)
@example([PINGS + " & " * 700])
@settings(max_examples=1, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)
def test_hostile_text_is_accepted_by_slack_and_mentions_nobody(
    given_words: list[str],
) -> None:
    with TemporaryDirectory() as folder, harness.town(f"sqlite:///{folder}/debrief.db") as town:
        town.ws.add_person(name="odd", real_name=given_words[0][:80])
        stranger = town.ws.add_person(name="zoe").id  # mentioned only by the text
        texts = [f"{word[:2_900]} @zoe <@{stranger}>" for word in given_words[:1]]
        answers = [answer for text in texts for answer in _send_everywhere(town, text)]
        calls = town.sandbox.record.calls
        failed_calls = [(call.method, call.answer) for call in calls if not call.ok]
        assert [failed_call for failed_call in failed_calls if failed_call[0] not in MAY_FAIL] == []
        assert [call.method for call in calls if {"parse", "link_names"} & call.args.keys()] == []
        assert _live(town, [*answers, *_texts(town)]) == []
        bot_messages = [message for message in town.said("incidents") if message.get("bot_id")]
        assert len(bot_messages) > len(given_words)


def _send_everywhere(town: Town, text: str) -> Iterator[str]:
    """Bring a text into an incident through every input; yield the replies."""
    yield town.incident("ana", f"declare P1 {text}")
    town.settle()
    channel = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    for person in ("ben", "odd"):
        town.ws.join(person, channel)
    yield from _send_by_command(town, channel, text)
    ts = _send_by_message(town, channel, text)
    _send_by_form(town, channel, text, ts)
    yield from _send_after_resolving(town, channel, text)


def _send_by_command(town: Town, channel: str, text: str) -> Iterator[str]:
    lines = ("note", "impact", "update 30m", "action @ben friday P2", "sev", "status")
    for line in (*lines, "postmortem", "check", "nonsense"):
        yield town.incident("ana", f"{line} {text}", channel)
    for line in ("lead", "role scribe", "action"):
        yield town.incident("ana", f"{line} {_without_mentions(text)}", channel)
    for line in ("timeline", "actions", "list", "catchup"):
        yield town.incident("ana", line, channel)


def _send_by_message(town: Town, channel: str, text: str) -> str:
    ts = town.ws.say("odd", channel, f"the root cause is {text}")
    town.ws.alert("Pager", channel, text)
    town.ws.react("odd", channel, ts, "seedling")
    town.ws.say("odd", channel, f"<@{town.service.identity.bot_user_id}> note {text}")
    town.settle()
    items = [message for message in town.said(channel) if "Owner:" in message["text"]]
    for item in items[:1]:
        town.ws.say("ben", channel, _without_mentions(text), thread=item["ts"])
    town.ws.message_shortcut("ben", "add_to_timeline", channel, ts)
    town.ws.submit("ben", {})
    town.ws.message_shortcut("ben", "create_item", channel, ts)
    town.ws.submit("ben", {})
    town.ws.message_shortcut("ben", "declare_from_message", channel, ts)
    town.ws.submit("ben", {"title": {"title": text[:200]}})
    town.settle()
    return str(ts)


def _send_by_form(town: Town, channel: str, text: str, ts: str) -> None:
    town.press("ana", channel, "Post update")
    town.ws.submit("ana", {"update": {"update": text[:2_000]}})
    town.ws.message_shortcut("ana", "add_to_timeline", channel, ts)
    town.ws.submit("ana", {"time": {"time": text[:40]}})
    town.settle()


def _send_after_resolving(town: Town, channel: str, text: str) -> Iterator[str]:
    yield town.incident("ana", f"resolve {text}", channel)
    town.settle()
    town.press("ana", channel, "Edit a section")
    town.ws.submit("ana", {"section": {"section": "summary"}})
    while town.ws.open_view("ana"):  # findings are shown first
        town.ws.submit("ana", {"text": {"text": text[:3_000]}})
    for word in ("skip", "ask", "submit", "approve", "return"):
        yield town.incident("ana", f"postmortem {word} {text}", channel)
    yield town.incident("ana", "check", channel)
    town.ws.open_home("ben")
    town.sandbox.clock.advance(DAYS)  # reminders and the digest
    town.settle()


def _texts(town: Town) -> Iterator[str]:
    """Yield all text sent to Slack in which it would interpret markup."""
    for call in town.sandbox.record.calls:
        if call.method.startswith(("chat.", "views.", "conversations.setTopic", "response_url")):
            parts = [*walk(call.args)]
            markdown = any(part.get("type") == "markdown" for part in parts)
            top = [str(call.args.get(name) or "") for name in ("text", "topic")]
            yield from (
                without_our_markdown(top_text) if markdown else top_text for top_text in top
            )
            yield from (part["text"] for part in parts if part.get("type") == "mrkdwn")
            yield from (
                without_our_markdown(part["text"])
                for part in parts
                if part.get("type") == "markdown"
            )
    for person in ("ana", "ben", "odd"):
        yield from (message["text"] for message in town.ws.ephemerals(person))


def _live(town: Town, texts: list[str]) -> list[str]:
    people = [town.ws.person(name).id for name in ("ana", "ben", "mei", "odd")]
    created = town.sandbox.record.called("conversations.create")
    channels = [call.answer["channel"]["id"] for call in created if call.ok]
    ours = {f"<@{id_}>" for id_ in people} | {f"<#{id_}>" for id_ in channels}
    # Slack turns a bare URL into a link; a link with another label would hide its target.
    link = re.compile(r"<https?://[^|<>]+(?:/archives/\w+/p\d+\|[\w ']+)?>")
    return [f"{token} in {text[:200]}" for text in texts for token in live(text, ours, link)]


def _without_mentions(text: str) -> str:
    """Remove the mention where a command asks for one, because the bot would rightly mention that person."""
    return text.rpartition(" @zoe")[0]

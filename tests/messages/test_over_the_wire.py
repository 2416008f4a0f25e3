"""Hostile text through every input of one incident:

Slack refuses nothing, and nobody is mentioned.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import Phase, example, given, settings

from tests.messages.shown import live_markup, walk, without_our_markdown
from tests.messages.test_any_words import hostile_texts
from tests.support import harness
from tests.support.harness import LiveBot

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


@given(hostile_texts)
@example([PINGS + " & " * 700])
@settings(max_examples=1, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)
def test_hostile_text_is_accepted_by_slack_and_mentions_nobody(
    given_words: list[str],
) -> None:
    with (
        TemporaryDirectory() as folder,
        harness.start_live_bot(f"sqlite:///{folder}/debrief.db") as live_bot,
    ):
        live_bot.workspace.add_person(name="odd", real_name=given_words[0][:80])
        stranger = live_bot.workspace.add_person(name="zoe").id  # mentioned only by the text
        texts = [f"{word[:2_900]} @zoe <@{stranger}>" for word in given_words[:1]]
        answers = [answer for text in texts for answer in _send_everywhere(live_bot, text)]
        calls = live_bot.sandbox.record.calls
        failed_calls = [(call.method, call.answer) for call in calls if not call.ok]
        assert [failed_call for failed_call in failed_calls if failed_call[0] not in MAY_FAIL] == []
        assert [call.method for call in calls if {"parse", "link_names"} & call.args.keys()] == []
        assert _live(live_bot, [*answers, *_texts(live_bot)]) == []
        bot_messages = [
            message for message in live_bot.messages("incidents") if message.get("bot_id")
        ]
        assert len(bot_messages) > len(given_words)


def _send_everywhere(live_bot: LiveBot, text: str) -> Iterator[str]:
    """Bring a text into an incident through every input; yield the replies."""
    yield live_bot.command("ana", f"declare P1 {text}")
    live_bot.settle()
    channel = str(
        live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    )
    for person in ("ben", "odd"):
        live_bot.workspace.join(person, channel)
    yield from _send_by_command(live_bot, channel, text)
    ts = _send_by_message(live_bot, channel, text)
    _send_by_form(live_bot, channel, text, ts)
    yield from _send_after_resolving(live_bot, channel, text)


def _send_by_command(live_bot: LiveBot, channel: str, text: str) -> Iterator[str]:
    lines = ("note", "impact", "update 30m", "action @ben friday P2", "sev", "status")
    for line in (*lines, "postmortem", "check", "nonsense"):
        yield live_bot.command("ana", f"{line} {text}", channel)
    for line in ("lead", "role scribe", "action"):
        yield live_bot.command("ana", f"{line} {_without_mentions(text)}", channel)
    for line in ("timeline", "actions", "list", "catchup"):
        yield live_bot.command("ana", line, channel)


def _send_by_message(live_bot: LiveBot, channel: str, text: str) -> str:
    ts = live_bot.workspace.say("odd", channel, f"the root cause is {text}")
    live_bot.workspace.alert("Pager", channel, text)
    live_bot.workspace.react("odd", channel, ts, "seedling")
    live_bot.workspace.say(
        "odd", channel, f"<@{live_bot.service.identity.bot_user_id}> note {text}"
    )
    live_bot.settle()
    items = [message for message in live_bot.messages(channel) if "Owner:" in message["text"]]
    for item in items[:1]:
        live_bot.workspace.say("ben", channel, _without_mentions(text), thread=item["ts"])
    live_bot.workspace.message_shortcut("ben", "add_to_timeline", channel, ts)
    live_bot.workspace.submit("ben", {})
    live_bot.workspace.message_shortcut("ben", "create_item", channel, ts)
    live_bot.workspace.submit("ben", {})
    live_bot.workspace.message_shortcut("ben", "declare_from_message", channel, ts)
    live_bot.workspace.submit("ben", {"title": {"title": text[:200]}})
    live_bot.settle()
    return str(ts)


def _send_by_form(live_bot: LiveBot, channel: str, text: str, ts: str) -> None:
    live_bot.press("ana", channel, "Post update")
    live_bot.workspace.submit("ana", {"update": {"update": text[:2_000]}})
    live_bot.workspace.message_shortcut("ana", "add_to_timeline", channel, ts)
    live_bot.workspace.submit("ana", {"time": {"time": text[:40]}})
    live_bot.settle()


def _send_after_resolving(live_bot: LiveBot, channel: str, text: str) -> Iterator[str]:
    yield live_bot.command("ana", f"resolve {text}", channel)
    live_bot.settle()
    live_bot.press("ana", channel, "Edit section")
    live_bot.workspace.submit("ana", {"section": {"section": "summary"}})
    while live_bot.workspace.open_view("ana"):  # findings are shown first
        live_bot.workspace.submit("ana", {"text": {"text": text[:3_000]}})
    for word in ("skip", "request", "submit", "approve", "changes"):
        yield live_bot.command("ana", f"postmortem {word} {text}", channel)
    yield live_bot.command("ana", "check", channel)
    live_bot.workspace.open_home("ben")
    live_bot.sandbox.clock.advance(DAYS)  # reminders and the digest
    live_bot.settle()


def _texts(live_bot: LiveBot) -> Iterator[str]:
    """Yield all text sent to Slack in which it would interpret markup."""
    for call in live_bot.sandbox.record.calls:
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
        yield from (message["text"] for message in live_bot.workspace.ephemerals(person))


def _live(live_bot: LiveBot, texts: list[str]) -> list[str]:
    people = [live_bot.workspace.person(name).id for name in ("ana", "ben", "mei", "odd")]
    created = live_bot.sandbox.record.called("conversations.create")
    channels = [call.answer["channel"]["id"] for call in created if call.ok]
    ours = {f"<@{id_}>" for id_ in people} | {f"<#{id_}>" for id_ in channels}
    # Slack turns a bare URL into a link; a link with another label would hide its target.
    link = re.compile(r"<https?://[^|<>]+(?:/archives/\w+/p\d+\|[\w ']+)?>")
    return [f"{token} in {text[:200]}" for text in texts for token in live_markup(text, ours, link)]


def _without_mentions(text: str) -> str:
    """Remove the mention where a command asks for one, because the bot would rightly mention that person."""
    return text.rpartition(" @zoe")[0]

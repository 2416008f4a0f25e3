"""One incident into which anything goes by every way in: Slack refuses nothing, and nobody is pinged."""

import re
from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import Phase, example, given, settings

from tests.messages.shown import live, walk, without_our_markdown
from tests.messages.test_any_words import words
from tests.support import harness
from tests.support.harness import Town

# Asked of Slack in the knowledge that it may say no.
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
def test_whatever_comes_in_nobody_is_pinged_and_slack_refuses_nothing(
    given_words: list[str],
) -> None:
    with TemporaryDirectory() as folder, harness.town(f"sqlite:///{folder}/debrief.db") as town:
        town.ws.add_person(name="odd", real_name=given_words[0][:80])
        stranger = town.ws.add_person(name="zoe").id  # named in the words, and by nobody else
        texts = [f"{each[:2_900]} @zoe <@{stranger}>" for each in given_words[:1]]
        answers = [answer for text in texts for answer in _through(town, text)]
        calls = town.sandbox.record.calls
        refused = [(each.method, each.answer) for each in calls if not each.ok]
        assert [each for each in refused if each[0] not in MAY_FAIL] == []
        assert [each.method for each in calls if {"parse", "link_names"} & each.args.keys()] == []
        assert _live(town, [*answers, *_texts(town)]) == []
        said = [m for m in town.said("incidents") if m.get("bot_id")]
        assert len(said) > len(given_words)


def _through(town: Town, text: str) -> Iterator[str]:
    """Bring a text into an incident by all ways; what is answered."""
    yield town.incident("ana", f"declare P1 {text}")
    town.settle()
    channel = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    for person in ("ben", "odd"):
        town.ws.join(person, channel)
    yield from _by_command(town, channel, text)
    ts = _by_message(town, channel, text)
    _by_form(town, channel, text, ts)
    yield from _in_the_end(town, channel, text)


def _by_command(town: Town, channel: str, text: str) -> Iterator[str]:
    lines = ("note", "impact", "update 30m", "action @ben friday P2", "sev", "status")
    for line in (*lines, "postmortem", "check", "nonsense"):
        yield town.incident("ana", f"{line} {text}", channel)
    for line in ("lead", "role scribe", "action"):
        yield town.incident("ana", f"{line} {_naming_nobody(text)}", channel)
    for line in ("timeline", "actions", "list", "catchup"):
        yield town.incident("ana", line, channel)


def _by_message(town: Town, channel: str, text: str) -> str:
    ts = town.ws.say("odd", channel, f"the root cause is {text}")
    town.ws.alert("Pager", channel, text)
    town.ws.react("odd", channel, ts, "seedling")
    town.ws.say("odd", channel, f"<@{town.service.identity.bot_user_id}> note {text}")
    town.settle()
    items = [m for m in town.said(channel) if "Owner:" in m["text"]]
    for item in items[:1]:
        town.ws.say("ben", channel, _naming_nobody(text), thread=item["ts"])
    town.ws.message_shortcut("ben", "add_to_timeline", channel, ts)
    town.ws.submit("ben", {})
    town.ws.message_shortcut("ben", "create_item", channel, ts)
    town.ws.submit("ben", {})
    town.ws.message_shortcut("ben", "declare_from_message", channel, ts)
    town.ws.submit("ben", {"title": {"title": text[:200]}})
    town.settle()
    return str(ts)


def _by_form(town: Town, channel: str, text: str, ts: str) -> None:
    town.press("ana", channel, "Post update")
    town.ws.submit("ana", {"update": {"update": text[:2_000]}})
    town.ws.message_shortcut("ana", "add_to_timeline", channel, ts)
    town.ws.submit("ana", {"time": {"time": text[:40]}})
    town.settle()


def _in_the_end(town: Town, channel: str, text: str) -> Iterator[str]:
    yield town.incident("ana", f"resolve {text}", channel)
    town.settle()
    town.press("ana", channel, "Edit a section")
    town.ws.submit("ana", {"section": {"section": "summary"}})
    while town.ws.open_view("ana"):  # what speaks against it is shown first
        town.ws.submit("ana", {"text": {"text": text[:3_000]}})
    for word in ("skip", "ask", "submit", "approve", "return"):
        yield town.incident("ana", f"postmortem {word} {text}", channel)
    yield town.incident("ana", "check", channel)
    town.ws.open_home("ben")
    town.sandbox.clock.advance(DAYS)  # reminders and the digest
    town.settle()


def _texts(town: Town) -> Iterator[str]:
    """Everything that Slack would read markup in, of all that was sent to it."""
    for call in town.sandbox.record.calls:
        if call.method.startswith(("chat.", "views.", "conversations.setTopic", "response_url")):
            parts = [*walk(call.args)]
            markdown = any(each.get("type") == "markdown" for each in parts)
            top = [str(call.args.get(name) or "") for name in ("text", "topic")]
            yield from (without_our_markdown(each) if markdown else each for each in top)
            yield from (each["text"] for each in parts if each.get("type") == "mrkdwn")
            yield from (
                without_our_markdown(each["text"])
                for each in parts
                if each.get("type") == "markdown"
            )
    for person in ("ana", "ben", "odd"):
        yield from (message["text"] for message in town.ws.ephemerals(person))


def _live(town: Town, texts: list[str]) -> list[str]:
    people = [town.ws.person(name).id for name in ("ana", "ben", "mei", "odd")]
    made = town.sandbox.record.called("conversations.create")
    channels = [call.answer["channel"]["id"] for call in made if call.ok]
    ours = {f"<@{each}>" for each in people} | {f"<#{each}>" for each in channels}
    # Slack makes a link of a bare address; another's label would hide where it leads.
    link = re.compile(r"<https?://[^|<>]+(?:/archives/\w+/p\d+\|[\w ']+)?>")
    return [f"{token} in {text[:200]}" for text in texts for token in live(text, ours, link)]


def _naming_nobody(text: str) -> str:
    """Where a mention is what is asked for, it would be by us that somebody is named."""
    return text.rpartition(" @zoe")[0]

"""Final postmortems are shared outside their channel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.handlers.postmortems.test_review import SAID
from tests.handlers.postmortems.test_sections import write
from tests.support import harness
from tests.support.harness import POLICY, ROOT, START, LiveBot

LESSON = "A limit needs an owner"
SHARING = POLICY.model_validate(
    POLICY.model_dump()
    | {
        "channels": {"announce": "incidents", "digest": "sre-weekly", "postmortems": "general"},
        "postmortem": {"stakeholders": {"P1": ["@leads", "@nobody", "U0MEI"]}},
    }
)


@pytest.fixture
def sharing_bot(tmp_path: Path) -> Iterator[LiveBot]:
    manifest = tmp_path / "manifest.yml"
    template = (ROOT / "manifest.yml").read_text("utf-8")
    manifest.write_text(template.replace("- users:read", "- usergroups:read\n      - users:read"))
    sandbox = Sandbox(manifest, clock=Clock(START))
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(url, policy=SHARING, sandbox=sandbox) as running:
        running.workspace.add_usergroup("leads", "Leads", ["ana"])
        yield running


def finalize(live_bot: LiveBot, *, private: bool = False) -> str:
    """Take an incident from its declaration to a final postmortem; return its channel."""
    channel = live_bot.declare(private=private)
    live_bot.workspace.join("ben", channel)
    for text in SAID:
        live_bot.workspace.say("ben", channel, text)
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    write(live_bot, "ana", channel, "lessons", LESSON)
    approve_and_finalize(live_bot, channel)
    return channel


def approve_and_finalize(live_bot: LiveBot, channel: str) -> None:
    for person, step in (("ana", "submit good enough"), ("ben", "approve"), ("ana", "finalize")):
        live_bot.command(person, f"postmortem {step}", channel)
        live_bot.settle()


def shared(live_bot: LiveBot, channel: str = "general") -> list[dict[str, Any]]:
    return [
        message
        for message in live_bot.messages(channel)
        if message["text"].startswith(("Final postmortem", "Reopened postmortem"))
    ]


def announcement(live_bot: LiveBot) -> str:
    texts = (str(message["text"]) for message in live_bot.messages("incidents"))
    return next(text for text in texts if text.startswith("INC-2026-001"))


def test_a_final_postmortem_is_shared_with_stakeholders_and_linked(sharing_bot: LiveBot) -> None:
    channel = finalize(sharing_bot)
    (message,) = shared(sharing_bot)
    text = message["text"]
    assert text.startswith("Final postmortem: INC-2026-001\n*checkout fails*\nLooking")
    assert "*Severity:* P1" in text
    groups = sharing_bot.workspace.state.usergroups
    assert f"cc <!subteam^{groups[0]['id']}> @nobody <@U0MEI>" in text
    assert LESSON in str(message["blocks"])
    (button,) = message["blocks"][-1]["elements"]
    assert button["url"] in announcement(sharing_bot)
    assert channel in button["url"]
    assert shared(sharing_bot, "incidents") == []


def test_it_is_shared_in_the_announcement_channel_by_default(live_bot: LiveBot) -> None:
    finalize(live_bot)
    (message,) = shared(live_bot, "incidents")
    assert "cc" not in message["text"]


def test_reopening_is_shown_and_the_next_final_text_replaces_it(sharing_bot: LiveBot) -> None:
    channel = finalize(sharing_bot)
    sharing_bot.command("ana", "postmortem reopen", channel)
    sharing_bot.settle()
    (reopened,) = shared(sharing_bot)
    assert reopened["text"].startswith("Reopened postmortem: INC-2026-001")
    assert "Final postmortem" not in announcement(sharing_bot)
    approve_and_finalize(sharing_bot, channel)
    (again,) = shared(sharing_bot)
    assert again["ts"] == reopened["ts"]
    assert again["text"].startswith("Final postmortem")


def test_a_draft_is_not_shared(sharing_bot: LiveBot) -> None:
    channel = sharing_bot.declare()
    sharing_bot.workspace.say("ben", channel, "it was caused by the new connection limit")
    sharing_bot.command("ana", "resolve limit set back", channel)
    sharing_bot.settle()
    sharing_bot.command("ana", "postmortem submit good enough", channel)
    sharing_bot.settle()
    assert shared(sharing_bot) == []


def test_a_private_incident_is_never_shared_and_one_made_private_is_withdrawn(
    sharing_bot: LiveBot,
) -> None:
    finalize(sharing_bot, private=True)
    assert shared(sharing_bot) == []
    channel = finalize(sharing_bot)
    (message,) = shared(sharing_bot)
    sharing_bot.workspace.make_private("ana", channel)
    sharing_bot.settle()
    assert shared(sharing_bot) == []
    texts = {each["ts"]: each["text"] for each in sharing_bot.messages("general")}
    assert texts[message["ts"]] == "INC-2026-002 is private now."


def test_erased_text_is_removed_from_what_was_shared(sharing_bot: LiveBot) -> None:
    channel = finalize(sharing_bot)
    (message,) = shared(sharing_bot)
    assert "connection limit" in message["text"]
    said = next(m for m in sharing_bot.messages(channel) if "connection limit" in m["text"])
    sharing_bot.workspace.delete(channel, said["ts"])
    sharing_bot.settle()
    (now,) = shared(sharing_bot)
    assert "connection limit" not in str(now)


def test_the_digest_lists_the_postmortems_of_its_week(sharing_bot: LiveBot) -> None:
    channel = finalize(sharing_bot)
    sharing_bot.command("ana", "action add an alert @ben 2026-03-12", channel)
    sharing_bot.settle()
    for day, expected in ((16, True), (23, False)):
        sharing_bot.sandbox.clock.move_to(datetime(2026, 3, day, 9, 1, tzinfo=UTC))
        sharing_bot.settle()
        digest = sharing_bot.messages("sre-weekly")[-1]
        assert ("*Final postmortems*" in str(digest["blocks"])) is expected

"""A message in a channel notifies only people who it asks for something; others are shown by name."""

import re

import pytest

from tests.support.harness import LiveBot


def _notified(live_bot: LiveBot, *texts: str) -> list[set[str]]:
    """Return the names of the people whom each text mentions."""
    names = {live_bot.workspace.person(name).id: name for name in ("ana", "ben", "mei")}
    return [
        {names[person] for person in re.findall(r"<@(U\w+)>", text) if person in names}
        for text in texts
    ]


def _posted(live_bot: LiveBot, channel: str, since: int) -> list[str]:
    """Return the bot's messages since a number of them, with their thread replies and blocks."""
    live_bot.settle()
    messages = live_bot.messages(channel)[since:]
    return [str(message) for message in messages if message.get("bot_id")]


@pytest.mark.parametrize(
    "command",
    ["update 30m rolled back", "sev P3", "status identified", "services checkout", "resolve fixed",
     "cancel a drill", "postmortem request we learn", "lead"],
)  # fmt: skip
def test_nobody_is_notified_of_their_own_doing(live_bot: LiveBot, command: str) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    before = len(live_bot.messages(channel))
    live_bot.command("ana", command, channel)
    posted = _posted(live_bot, channel, before)
    assert posted
    assert "Ana Lopes" in posted[0]
    assert _notified(live_bot, *posted) == [set()] * len(posted)
    everything = [*_posted(live_bot, channel, 0), *_posted(live_bot, "incidents", 0)]
    assert set().union(*_notified(live_bot, *everything)) == set()


def test_an_assigned_owner_is_notified_until_the_item_is_done(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    before = len(live_bot.messages(channel))
    live_bot.command("ana", "action add an alert @ben friday P2", channel)
    (item,) = [text for text in _posted(live_bot, channel, before) if "Action item" in text]
    assert _notified(live_bot, item) == [{"ben"}]
    live_bot.press("mei", channel, "Mark as done")
    (item,) = [text for text in _posted(live_bot, channel, before) if "Action item" in text]
    assert _notified(live_bot, item) == [set()]
    assert "Done by Mei Tanaka" in item


def test_a_person_who_gets_a_role_is_notified_and_not_the_one_who_had_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "lead", channel)
    live_bot.settle()
    before = len(live_bot.messages(channel))
    live_bot.command("ana", "lead @ben", channel)
    assert _notified(live_bot, *_posted(live_bot, channel, before)) == [{"ben"}]
    assert "replacing Mei Tanaka" in live_bot.text_in(channel)


def test_an_author_whose_changes_are_requested_is_notified(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    for person, step in (("ana", "submit because small"), ("ben", "return because thin")):
        live_bot.command(person, f"postmortem {step}", channel)
        live_bot.settle()
    posts = _posted(live_bot, channel, 0)
    notices = [post for post in posts if " the postmortem for INC" in post]
    assert _notified(live_bot, *notices) == [set(), {"ana"}]

"""`/incident` commands and their answers, typed by people in the workspace."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import LiveBot


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveBot]:
    """One workspace for commands that change nothing."""
    folder: Path = tmp_path_factory.mktemp("live_bot")
    with harness.start_live_bot(f"sqlite:///{folder}/debrief.db") as running_town:
        yield running_town


@pytest.mark.parametrize("command", ["", "help", "  HELP "])
def test_an_empty_command_is_answered_with_help_that_only_its_author_sees(
    shared: LiveBot, command: str
) -> None:
    before = len(shared.messages("incidents"))
    answer = shared.workspace.command("ana", "incidents", "/incident", command)
    assert "/incident declare" in answer.text
    assert answer.response_type == "ephemeral"
    assert len(shared.messages("incidents")) == before


def test_an_unknown_command_is_quoted_without_a_live_mention(shared: LiveBot) -> None:
    assert "`&lt;!channel&gt;`" in shared.command("ana", "<!channel>")


@pytest.mark.parametrize(
    "command",
    [
        "sev P2", "status identified", "lead", "role scribe @ben", "note 14:00 x", "impact y",
        "action z @ben", "timeline", "postmortem", "resolve", "reopen", "cancel",
    ],
)  # fmt: skip
def test_commands_outside_an_incident_channel_are_rejected(shared: LiveBot, command: str) -> None:
    assert shared.command("ana", command).startswith("There's no incident in this channel.")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Überlastete Datenbank!", "inc-2026-001-überlastete-datenbank"),
        ("データベース障害", "inc-2026-001-データベース障害"),
        ("🔥🔥🔥", "inc-2026-001"),
        ("", "inc-2026-001"),
        ("x" * 200, "inc-2026-001-" + "x" * 67),
    ],
)
def test_a_title_in_any_script_becomes_a_valid_channel_name(
    live_bot: LiveBot, title: str, name: str
) -> None:
    live_bot.command("ana", f"declare {title}")
    live_bot.settle()
    assert live_bot.workspace.channel(name)


def test_a_taken_channel_name_gets_a_suffix(live_bot: LiveBot) -> None:
    live_bot.workspace.add_channel("inc-2026-001-db-down", members=["ana"])
    live_bot.command("ana", "declare db down")
    live_bot.settle()
    channel = live_bot.workspace.channel("inc-2026-001-db-down-2")
    assert live_bot.workspace.person("ana").id in channel.members


def test_the_declarer_is_invited_right_after_the_channel_is_created(live_bot: LiveBot) -> None:
    live_bot.sandbox.record.clear()
    live_bot.declare("db down")
    ignored = {"users.info", "conversations.list"}  # from other queues
    calls = [call.method for call in live_bot.sandbox.record.calls if call.method not in ignored]
    assert calls[:3] == ["conversations.create", "conversations.invite", "chat.postMessage"]


def test_changing_the_severity_updates_card_topic_and_announcement(live_bot: LiveBot) -> None:
    channel = live_bot.declare("db down")
    assert "the severity is now P2" in live_bot.command("ana", "sev sev-2", channel)
    live_bot.settle()
    assert "INC-2026-001 P2, declared. db down" in live_bot.text_in(channel)
    assert "INC-2026-001 P2, declared: db down" in live_bot.text_in("incidents")
    assert live_bot.workspace.channel(channel).topic["value"] == "INC-2026-001 P2: db down"


def test_an_unknown_severity_is_answered_with_the_list_of_severities(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ana", "sev minor, only 1 customer", channel)
    assert "isn't a valid severity" in answer
    assert "P0 (Everything is down" in answer
    assert "P1, declared" in live_bot.text_in(channel)


def test_setting_the_same_severity_again_changes_nothing(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 db down")
    recorded = len(live_bot.timeline(channel))
    assert "The severity of INC-2026-001 is already P1" in live_bot.command(
        "ana", "sev P1", channel
    )
    assert len(live_bot.timeline(channel)) == recorded


def test_resolving_a_resolved_incident_changes_nothing(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve done", channel)
    live_bot.settle()
    count = len(live_bot.messages(channel))
    assert "is already resolved" in live_bot.command("ben", "resolve again", channel)
    live_bot.settle()
    assert len(live_bot.messages(channel)) == count


def test_resolving_a_reopened_incident_drafts_a_second_version(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve done", channel)
    live_bot.settle()
    assert "is now investigating" in live_bot.command("ana", "reopen it came back", channel)
    live_bot.command("ana", "resolve now really", channel)
    live_bot.settle()
    assert "Version 2" in live_bot.text_in(channel)


def test_a_cancelled_incident_gets_no_postmortem(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "cancel a drill", channel)
    live_bot.settle()
    assert "Postmortem draft" not in live_bot.text_in(channel)
    assert "has no postmortem yet" in live_bot.command("ana", "postmortem", channel)


def test_a_note_with_a_time_is_recorded_at_that_time(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    # Ana lives in Lisbon, which is on UTC in March.
    assert "(13:32 UTC): pool exhausted" in live_bot.command(
        "ana", "note 13:32 pool exhausted", channel
    )
    note = live_bot.timeline(channel)[0]
    assert (f"{note.happened_at:%H:%M}", note.text) == ("13:32", "pool exhausted")


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("action fix the pool", "needs one owner"),
        ("action fix the pool @ben @mei", "names 2"),
        ("action @ben friday", "Say what needs to be done"),
        ("action", "Say what to record"),
        ("action fix it @ben 2020-01-01", "Owner"),
    ],
)
def test_an_incomplete_action_command_is_rejected_with_the_problem(
    live_bot: LiveBot, command: str, refusal: str
) -> None:
    channel = live_bot.declare()
    assert refusal in live_bot.command("ana", command, channel)


def test_a_due_date_in_words_is_confirmed_as_a_date(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ana", "action add an alert @ben in 2 weeks P2", channel)
    assert "due Tue 24 Mar 2026 (“in 2 weeks”), P2" in answer


def test_adopting_a_channel_records_its_history(live_bot: LiveBot) -> None:
    live_bot.workspace.say("ana", "general", "is checkout slow for you too?")
    parent = live_bot.workspace.say("ben", "general", "yes")
    live_bot.workspace.say("mei", "general", "since 13:50", thread=parent)
    live_bot.settle()
    assert "now the channel for INC-2026-001" in live_bot.command(
        "ana", "here P2 checkout slow", "general"
    )
    live_bot.settle()
    general = str(live_bot.workspace.channel("general").id)
    texts = [event.text for event in live_bot.timeline(general)]
    assert {"is checkout slow for you too?", "yes", "since 13:50"} <= set(texts)
    assert "already has an incident, INC-2026-001" in live_bot.command("ana", "here", "general")


def test_a_private_channel_without_the_bot_cannot_be_adopted(live_bot: LiveBot) -> None:
    live_bot.workspace.add_channel("secret", members=["ana"], private=True)
    assert "I can't read this channel" in live_bot.command("ana", "here", "secret")


def test_adopting_a_public_channel_joins_it(live_bot: LiveBot) -> None:
    live_bot.workspace.add_channel("payments", members=["ana"])
    assert "now the channel for INC-2026-001" in live_bot.command("ana", "here", "payments")


def test_lists_show_open_incidents_items_and_the_timeline(live_bot: LiveBot) -> None:
    assert "There are no open incidents" in live_bot.command("ana", "list")
    assert "You have no open action items" in live_bot.command("ana", "actions")
    channel = live_bot.declare("P1 db down")
    live_bot.command("ana", "action add an alert @ana friday", channel)
    assert "INC-2026-001 P1 *db down*, declared" in live_bot.command("ben", "list")
    assert "add an alert" in live_bot.command("ben", "actions", channel)
    assert "add an alert" in live_bot.command("ana", "actions")
    assert "1 created, 1 open" in live_bot.command("ana", "digest")
    assert live_bot.command("ana", "timeline", channel) == ""
    assert "_declared_" in str(live_bot.workspace.open_view("ana"))


def test_assigning_a_role_explains_it_and_rejects_bad_input(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ana", "role communications @mei", channel)
    assert "keep users and the company" in answer
    live_bot.settle()
    assert "the role of *communications*" in live_bot.text_in(channel)
    assert "isn't a valid role" in live_bot.command("ana", "role boss @mei", channel)
    assert "isn't a person I can find" in live_bot.command("ana", "lead everybody", channel)


def test_a_command_delivered_twice_runs_once(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("duplicate", kind="slash_commands", times=1)
    live_bot.command("ana", "declare db down")
    live_bot.settle()
    assert len(live_bot.sandbox.record.called("conversations.create")) == 1


def test_the_time_of_a_note_is_read_in_its_authors_time_zone(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "list")  # from here on the bot knows that Mei lives in Tokyo
    live_bot.settle()
    answer = live_bot.command("mei", "note 22:45 first errors", channel)
    assert "(13:45 UTC): first errors" in answer


def test_an_archived_channel_cannot_be_adopted(live_bot: LiveBot) -> None:
    live_bot.workspace.archive("ana", "general")
    assert "This channel is archived" in live_bot.command("ana", "here", "general")


def test_a_direct_message_cannot_be_adopted(live_bot: LiveBot) -> None:
    live_bot.workspace.say_to_bot("ana", "hello")
    dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ana"))
    assert dm is not None
    assert "This only works in a channel" in live_bot.command("ana", "here", dm.id)


def test_a_private_incident_is_not_announced_or_listed(live_bot: LiveBot) -> None:
    live_bot.workspace.add_channel("leak", members=["ana"], private=True)
    live_bot.workspace.invite_bot("leak")
    assert "now the channel for INC-2026-001" in live_bot.command(
        "ana", "here P1 token leaked", "leak"
    )
    live_bot.settle()
    assert "token leaked" in live_bot.text_in("leak")
    assert "token leaked" not in live_bot.text_in("incidents")
    live_bot.command("ana", "sev P0", "leak")
    live_bot.command("ana", "resolve rotated", "leak")
    live_bot.settle()
    assert "INC-2026-001" not in live_bot.text_in("incidents")
    live_bot.command("ana", "reopen", "leak")
    assert live_bot.command("ben", "list") == "There are no open incidents."


def test_a_timeline_over_several_days_shows_their_dates(live_bot: LiveBot) -> None:
    channel = live_bot.declare("db down")
    live_bot.sandbox.clock.advance(timedelta(days=1))
    live_bot.workspace.say("ana", channel, "still slow")
    live_bot.settle()
    live_bot.sandbox.faults.on("error", method="views.open", error="expired_trigger_id")
    text = live_bot.command("ana", "timeline", channel)
    assert "_Tue 10 Mar 2026_" in text
    assert text.index("_Wed 11 Mar 2026_") < text.index("still slow")


def test_a_mention_in_a_resolution_is_shown_as_a_name_without_a_ping(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("mei", channel)
    live_bot.settle()
    live_bot.command("ana", "resolve @mei reverted it", channel)
    live_bot.settle()
    assert ": @Mei Tanaka reverted it" in live_bot.text_in(channel)

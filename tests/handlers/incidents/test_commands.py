"""`/incident` commands and their answers, typed by people in the workspace."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import Town


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One workspace for commands that change nothing."""
    folder: Path = tmp_path_factory.mktemp("town")
    with harness.town(f"sqlite:///{folder}/debrief.db") as running_town:
        yield running_town


@pytest.mark.parametrize("command", ["", "help", "  HELP ", "frobnicate the db"])
def test_an_empty_or_unknown_command_is_answered_with_the_help(shared: Town, command: str) -> None:
    before = len(shared.said("incidents"))
    answer = shared.ws.command("ana", "incidents", "/incident", command)
    assert "/incident declare" in answer.text
    assert answer.response_type == "ephemeral"
    assert len(shared.said("incidents")) == before


def test_an_unknown_command_is_quoted_without_a_live_mention(shared: Town) -> None:
    assert "&lt;!channel&gt;" in shared.incident("ana", "<!channel>")


@pytest.mark.parametrize(
    "command",
    [
        "sev P2", "status identified", "lead", "role scribe @ben", "note 14:00 x", "impact y",
        "action z @ben", "timeline", "postmortem", "resolve", "reopen", "cancel",
    ],
)  # fmt: skip
def test_commands_outside_an_incident_channel_are_rejected(shared: Town, command: str) -> None:
    assert shared.incident("ana", command).startswith("There is no incident in this channel.")


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
    town: Town, title: str, name: str
) -> None:
    town.incident("ana", f"declare {title}")
    town.settle()
    assert town.ws.channel(name)


def test_a_taken_channel_name_gets_a_suffix(town: Town) -> None:
    town.ws.add_channel("inc-2026-001-db-down", members=["ana"])
    town.incident("ana", "declare db down")
    town.settle()
    channel = town.ws.channel("inc-2026-001-db-down-2")
    assert town.ws.person("ana").id in channel.members


def test_the_declarer_is_invited_right_after_the_channel_is_created(town: Town) -> None:
    town.sandbox.record.clear()
    town.declare("db down")
    ignored = {"users.info", "conversations.list"}  # from other queues
    calls = [call.method for call in town.sandbox.record.calls if call.method not in ignored]
    assert calls[:3] == ["conversations.create", "conversations.invite", "chat.postMessage"]


def test_changing_the_severity_updates_card_topic_and_announcement(town: Town) -> None:
    channel = town.declare("db down")
    assert "the severity is now P2" in town.incident("ana", "sev sev-2", channel)
    town.settle()
    assert "INC-2026-001 P2, declared. db down" in town.texts(channel)
    assert "INC-2026-001 P2, declared: db down" in town.texts("incidents")
    assert town.ws.channel(channel).topic["value"] == "INC-2026-001 P2: db down"


def test_an_unknown_severity_is_answered_with_the_list_of_severities(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ana", "sev minor, only 1 customer", channel)
    assert "is not a severity" in answer
    assert "P0 (Everything is down" in answer
    assert "P1, declared" in town.texts(channel)


def test_setting_the_same_severity_again_changes_nothing(town: Town) -> None:
    channel = town.declare("P1 db down")
    recorded = len(town.recorded(channel))
    assert "already has severity P1" in town.incident("ana", "sev P1", channel)
    assert len(town.recorded(channel)) == recorded


def test_resolving_a_resolved_incident_changes_nothing(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve done", channel)
    town.settle()
    count = len(town.said(channel))
    assert "is already resolved" in town.incident("ben", "resolve again", channel)
    town.settle()
    assert len(town.said(channel)) == count


def test_resolving_a_reopened_incident_drafts_a_second_version(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve done", channel)
    town.settle()
    assert "is now investigating" in town.incident("ana", "reopen it came back", channel)
    town.incident("ana", "resolve now really", channel)
    town.settle()
    assert "Version 2" in town.texts(channel)


def test_a_cancelled_incident_gets_no_postmortem(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "cancel a drill", channel)
    town.settle()
    assert "Postmortem draft" not in town.texts(channel)
    assert "has no postmortem yet" in town.incident("ana", "postmortem", channel)


def test_a_note_with_a_time_is_recorded_at_that_time(town: Town) -> None:
    channel = town.declare()
    # Ana lives in Lisbon, which is on UTC in March.
    assert "(13:32 UTC): pool exhausted" in town.incident(
        "ana", "note 13:32 pool exhausted", channel
    )
    note = town.recorded(channel)[0]
    assert (f"{note.happened_at:%H:%M}", note.text) == ("13:32", "pool exhausted")


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("action fix the pool", "needs one person"),
        ("action fix the pool @ben @mei", "names 2"),
        ("action @ben friday", "Say what is to be done"),
        ("action", "Say what to record"),
        ("action fix it @ben 2020-01-01", "Owner"),
    ],
)
def test_an_incomplete_action_command_is_rejected_with_the_problem(
    town: Town, command: str, refusal: str
) -> None:
    channel = town.declare()
    assert refusal in town.incident("ana", command, channel)


def test_a_due_date_in_words_is_confirmed_as_a_date(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ana", "action add an alert @ben in 2 weeks P2", channel)
    assert "due Tue 24 Mar 2026 (“in 2 weeks”), P2" in answer


def test_adopting_a_channel_records_its_history(town: Town) -> None:
    town.ws.say("ana", "general", "is checkout slow for you too?")
    parent = town.ws.say("ben", "general", "yes")
    town.ws.say("mei", "general", "since 13:50", thread=parent)
    town.settle()
    assert "now holds INC-2026-001" in town.incident("ana", "here P2 checkout slow", "general")
    town.settle()
    general = str(town.ws.channel("general").id)
    texts = [event.text for event in town.recorded(general)]
    assert {"is checkout slow for you too?", "yes", "since 13:50"} <= set(texts)
    assert "already holds INC-2026-001" in town.incident("ana", "here", "general")


def test_a_private_channel_without_the_bot_cannot_be_adopted(town: Town) -> None:
    town.ws.add_channel("secret", members=["ana"], private=True)
    assert "I cannot read this channel" in town.incident("ana", "here", "secret")


def test_adopting_a_public_channel_joins_it(town: Town) -> None:
    town.ws.add_channel("payments", members=["ana"])
    assert "now holds INC-2026-001" in town.incident("ana", "here", "payments")


def test_lists_show_open_incidents_items_and_the_timeline(town: Town) -> None:
    assert "No incident is running" in town.incident("ana", "list")
    assert "You have no open action items" in town.incident("ana", "actions")
    channel = town.declare("P1 db down")
    town.incident("ana", "action add an alert @ana friday", channel)
    assert "INC-2026-001 P1 *db down*, declared" in town.incident("ben", "list")
    assert "add an alert" in town.incident("ben", "actions", channel)
    assert "add an alert" in town.incident("ana", "actions")
    assert "1 opened, 1 open" in town.incident("ana", "digest")
    assert town.incident("ana", "timeline", channel) == ""
    assert "_declared_" in str(town.ws.open_view("ana"))


def test_assigning_a_role_explains_it_and_rejects_bad_input(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ana", "role communications @mei", channel)
    assert "Tells users and the company" in answer
    town.settle()
    assert "the role *communications*" in town.texts(channel)
    assert "is not a role" in town.incident("ana", "role boss @mei", channel)
    assert "does not name one person" in town.incident("ana", "lead everybody", channel)


def test_a_command_delivered_twice_runs_once(town: Town) -> None:
    town.sandbox.faults.on("duplicate", kind="slash_commands", times=1)
    town.incident("ana", "declare db down")
    town.settle()
    assert len(town.sandbox.record.called("conversations.create")) == 1


def test_the_time_of_a_note_is_read_in_its_authors_time_zone(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "list")  # from here on the bot knows that Mei lives in Tokyo
    town.settle()
    answer = town.incident("mei", "note 22:45 first errors", channel)
    assert "(13:45 UTC): first errors" in answer


def test_an_archived_channel_cannot_be_adopted(town: Town) -> None:
    town.ws.archive("ana", "general")
    assert "This channel is archived" in town.incident("ana", "here", "general")


def test_a_direct_message_cannot_be_adopted(town: Town) -> None:
    town.ws.say_to_bot("ana", "hello")
    dm = town.sandbox.state.dm_with(town.ws.person("ana"))
    assert dm is not None
    assert "This only works in a channel" in town.incident("ana", "here", dm.id)


def test_a_private_incident_is_not_announced_or_listed(town: Town) -> None:
    town.ws.add_channel("leak", members=["ana"], private=True)
    town.ws.invite_bot("leak")
    assert "now holds INC-2026-001" in town.incident("ana", "here P1 token leaked", "leak")
    town.settle()
    assert "token leaked" in town.texts("leak")
    assert "token leaked" not in town.texts("incidents")
    town.incident("ana", "sev P0", "leak")
    town.incident("ana", "resolve rotated", "leak")
    town.settle()
    assert "INC-2026-001" not in town.texts("incidents")
    town.incident("ana", "reopen", "leak")
    assert town.incident("ben", "list") == "No incident is running."


def test_a_timeline_over_several_days_shows_their_dates(town: Town) -> None:
    channel = town.declare("db down")
    town.sandbox.clock.advance(timedelta(days=1))
    town.ws.say("ana", channel, "still slow")
    town.settle()
    town.sandbox.faults.on("error", method="views.open", error="expired_trigger_id")
    text = town.incident("ana", "timeline", channel)
    assert "_Tue 10 Mar 2026_" in text
    assert text.index("_Wed 11 Mar 2026_") < text.index("still slow")


def test_a_mention_in_a_resolution_is_shown_as_a_name_without_a_ping(town: Town) -> None:
    channel = town.declare()
    town.ws.join("mei", channel)
    town.settle()
    town.incident("ana", "resolve @mei reverted it", channel)
    town.settle()
    assert ": @mei reverted it" in town.texts(channel)

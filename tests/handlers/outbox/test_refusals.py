"""Whoever asked for something hears that Slack refused it, why, and what to do."""

from datetime import timedelta

import pytest

from storage import incidents, outbox
from tests.support.harness import Town


def told(town: Town, person: str) -> list[str]:
    """What a person was told to have failed, in either way."""
    seen = [*town.ws.ephemerals(person), *town.ws.dm(person)]
    return [each["text"] for each in seen if each["text"].startswith("This didn't work")]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("restricted_action", "workspace or channel setting"),
        ("missing_scope", "app is missing a scope"),
        ("max_channels_limit", "workspace has reached a limit"),
    ],
)
def test_an_incident_without_a_channel_is_reported_and_can_be_ended(
    town: Town, error: str, why: str
) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error=error)
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    (text,) = told(town, "ana")
    assert "• The incident is declared, but its channel wasn't created." in text
    assert why in text
    assert "`/incident INC-2026-001 here`" in text
    assert "checkout fails. No channel yet." in town.texts("incidents")
    assert "no channel yet (type `/incident INC-2026-001 here`" in town.incident("ben", "list")
    assert "status is now cancelled" in town.incident("ben", "INC-2026-001 cancel a drill")
    town.settle()
    assert town.incident("ana", "list") == "No incident is running."
    assert told(town, "ben") == []  # nobody misses a channel of what is over


def test_an_incident_without_a_channel_is_given_one_and_catches_up(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    assert "status is now identified" in town.incident("ana", "INC-2026-001 status identified")
    town.settle()
    assert "wasn't posted in the channel" in told(town, "ana")[-1]
    town.ws.add_channel("war-room", members=["ben"])
    assert "This channel now holds INC-2026-001" in town.incident(
        "ben", "INC-2026-001 here", "war-room"
    )
    town.settle()
    room = town.ws.channel("war-room")
    said = town.texts("war-room")
    assert said.count("set the status to *identified*") == 1
    assert said.count("Nobody leads yet") == 1
    assert town.ws.person("ana").id in room.members
    assert f"Channel <#{room.id}>" in town.texts("incidents")
    assert "already has a channel" in town.incident("ana", "INC-2026-001 here", "general")


def test_a_private_incident_without_a_channel_is_only_for_whoever_declared_it(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "private P1 leaked key")
    town.settle()
    assert "leaked key" not in town.texts("incidents")
    assert "no incident that you can reach" in town.incident("ben", "INC-2026-001 cancel x")
    assert "this channel is public" in town.incident("ana", "INC-2026-001 here", "general")
    room = town.ws.add_channel("locked", members=["ana"], private=True)
    town.ws.invite_bot(room)
    assert "now holds INC-2026-001" in town.incident("ana", "INC-2026-001 here", room.id)
    town.settle()
    assert "leaked key" in town.texts(room.id)


@pytest.mark.parametrize("error", ["cant_invite", "user_is_restricted", "user_not_found"])
def test_who_could_not_be_added_is_named_to_whoever_asked(town: Town, error: str) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.invite", error=error)
    town.incident("ana", "lead @ben", channel)
    town.settle()
    (text,) = told(town, "ana")
    assert f"• <@{town.ws.person('ben').id}> wasn't added to <#{channel}>." in text
    town.incident("mei", "declare P2 search fails")
    town.settle()
    made = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    (text,) = told(town, "mei")
    assert f"<@{town.ws.person('mei').id}> wasn't added to <#{made}>." in text


def test_an_announcement_is_made_when_the_bot_is_back_in_its_channel(town: Town) -> None:
    town.ws.remove_bot("incidents")
    channel = town.declare()
    town.incident("ana", "sev P3", channel)
    town.settle()
    (text,) = told(town, "ana")  # once, though it was refused twice
    assert "The incident's announcement wasn't posted" in text
    town.ws.invite_bot("incidents")
    town.settle()
    assert town.texts("incidents").count("INC-2026-001 P3, declared") == 1
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_an_archived_channel_is_reported_and_catches_up(town: Town) -> None:
    channel = town.declare()
    town.ws.archive("ana", channel)
    town.incident("ana", "INC-2026-001 status identified", "general")
    town.settle()
    (text,) = told(town, "ana")
    assert "The channel is archived." in text
    town.ws.unarchive("ana", channel)
    town.settle()
    assert town.texts(channel).count("set the status to *identified*") == 1


def test_who_asked_with_a_form_or_a_mention_is_told_too(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    us = town.sandbox.state.identity.bot_user_id
    town.ws.say("ben", channel, f"<@{us}> lead @mei")
    town.settle()
    assert len(told(town, "ben")) == 1
    town.press("ana", channel, "Post update")
    town.sandbox.faults.on("error", method="chat.postMessage", error="restricted_action", times=1)
    town.ws.submit("ana", {"update": {"update": "rolled back"}})
    town.settle()
    assert len(told(town, "ana")) == 1


def test_an_owner_who_is_not_in_the_channel_is_named_to_whoever_assigned(town: Town) -> None:
    channel = town.declare()
    town.ws.join("mei", channel)
    town.incident("ana", "action Add an alert @ben friday P2", channel)
    town.incident("ana", "action Raise the limit @mei friday P2", channel)
    town.incident("ana", "action Write it down @ana friday P2", channel)
    town.settle()
    hints = [m["text"] for m in town.ws.ephemerals("ana") if "but isn't in" in m["text"]]
    ben = town.ws.person("ben").id
    assert [hint.partition(". ")[0] for hint in hints] == [
        f"<@{ben}> owns action item 1 but isn't in <#{channel}>"
    ]


@pytest.mark.parametrize("typed", ["here", "here P2 slow"])
def test_what_slack_refuses_while_somebody_waits_is_in_the_answer(town: Town, typed: str) -> None:
    town.sandbox.faults.on("error", method="conversations.join", error="restricted_action")
    town.ws.add_channel("elsewhere", members=["ana"])
    answer = town.incident("ana", typed, "elsewhere")
    assert answer.startswith(
        "Slack refused this, so nothing was changed. A workspace or channel setting"
    )
    assert "reference" not in answer


def test_what_the_channel_did_not_take_is_done_when_the_bot_is_back(town: Town) -> None:
    channel = town.declare()
    town.ws.remove_bot(channel)
    town.incident("ana", "update 30m rolled back", channel)
    town.incident("ben", "action Add an alert @mei friday P2", channel)
    town.settle()
    assert "I'm not in the channel" in told(town, "ana")[0]
    assert "`/invite @" in told(town, "ana")[0]
    assert "action item is saved, but its message" in told(town, "ben")[0]
    town.ws.invite_bot(channel)
    town.settle()
    said = town.texts(channel)
    assert said.count("rolled back") == 2  # the update, and the card
    assert said.count("Action item 1") == 1
    assert [len(told(town, person)) for person in ("ana", "ben")] == [1, 1]
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_what_came_too_late_is_not_said_any_more(town: Town) -> None:
    channel = town.declare(private=True)
    town.incident("ana", "update 30m rolled back", channel)
    town.settle()
    town.ws.remove_bot(channel)
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    with town.store.begin() as session:
        assert [each.kind for each in outbox.list_set_aside(session)] == ["update_due"]
    town.ws.invite_bot(channel)
    town.settle()
    assert town.ws.dm("ana") == []


def test_a_bot_that_came_back_while_nobody_listened_does_it_after_the_start(town: Town) -> None:
    channel = town.declare()
    town.ws.remove_bot(channel)
    town.incident("ana", "status identified", channel)
    town.settle()
    town.service.stop()
    town.ws.invite_bot(channel)
    town.restart(away=timedelta(minutes=10))
    town.settle()
    assert town.texts(channel).count("set the status to *identified*") == 1


def test_who_cannot_be_told_where_they_asked_gets_a_direct_message(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.setTopic", error="restricted_action")
    town.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    town.incident("ana", "sev P3", channel)
    town.settle()
    (text,) = [each["text"] for each in town.ws.dm("ana")]
    assert "• The channel's topic wasn't updated." in text
    town.incident("ana", "sev P2", channel)
    town.settle()
    assert len(town.ws.dm("ana")) == 1  # the same again is no news


def test_who_cannot_be_told_at_all_is_told_in_the_channel(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    town.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    town.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    town.incident("ana", "lead @ben", channel)
    town.settle()
    assert town.texts(channel).count("wasn't added to") == 1
    assert town.service.is_quiet()


def test_a_lead_who_gets_no_reminder_of_an_update_is_asked_in_the_channel(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead @ben", channel)
    town.incident("ana", "update 30m rolled back", channel)
    town.settle()
    town.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert "wasn't reminded that a status update is due" in town.texts(channel)


def test_incidents_keep_their_channel_when_it_is_named_from_elsewhere(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "INC-2026-001 resolve fixed", "general")
    town.settle()
    with town.store.begin() as session:
        found = incidents.by_key(session, "INC-2026-001")
    assert found is not None
    assert (found.channel_id, found.status.is_over) == (channel, True)

"""When Slack refuses a request, the person who made it is told why and what to do."""

from datetime import timedelta

import pytest

from storage import incidents, outbox
from tests.support.harness import Town


def failure_reports(town: Town, person: str) -> list[str]:
    """Return what a person was told about failures, as ephemeral or direct messages."""
    messages = [*town.ws.ephemerals(person), *town.ws.dm(person)]
    return [
        message["text"] for message in messages if message["text"].startswith("This didn't work")
    ]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("restricted_action", "workspace or channel setting"),
        ("missing_scope", "app is missing a scope"),
        ("max_channels_limit", "workspace has reached a limit"),
    ],
)
def test_an_incident_whose_channel_was_refused_is_reported_and_can_be_cancelled(
    town: Town, error: str, why: str
) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error=error)
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    (text,) = failure_reports(town, "ana")
    assert "• The incident is declared, but its channel wasn't created." in text
    assert why in text
    assert "`/incident INC-2026-001 here`" in text
    assert "checkout fails. No channel yet." in town.texts("incidents")
    assert "no channel yet (type `/incident INC-2026-001 here`" in town.incident("ben", "list")
    assert "status is now cancelled" in town.incident("ben", "INC-2026-001 cancel a drill")
    town.settle()
    assert town.incident("ana", "list") == "No incident is running."
    assert failure_reports(town, "ben") == []  # a cancelled incident needs no channel


def test_an_incident_without_a_channel_catches_up_once_it_gets_one(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "declare P1 checkout fails")
    town.settle()
    assert "status is now identified" in town.incident("ana", "INC-2026-001 status identified")
    town.settle()
    assert "wasn't posted in the channel" in failure_reports(town, "ana")[-1]
    town.ws.add_channel("war-room", members=["ben"])
    assert "This channel now holds INC-2026-001" in town.incident(
        "ben", "INC-2026-001 here", "war-room"
    )
    town.settle()
    channel = town.ws.channel("war-room")
    texts = town.texts("war-room")
    assert texts.count("set the status to *identified*") == 1
    assert texts.count("Nobody leads yet") == 1
    assert town.ws.person("ana").id in channel.members
    assert f"Channel <#{channel.id}>" in town.texts("incidents")
    assert "already has a channel" in town.incident("ana", "INC-2026-001 here", "general")


def test_a_private_incident_without_a_channel_is_visible_only_to_its_declarer(town: Town) -> None:
    town.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    town.incident("ana", "private P1 leaked key")
    town.settle()
    assert "leaked key" not in town.texts("incidents")
    assert "no incident that you can reach" in town.incident("ben", "INC-2026-001 cancel x")
    assert "this channel is public" in town.incident("ana", "INC-2026-001 here", "general")
    channel = town.ws.add_channel("locked", members=["ana"], private=True)
    town.ws.invite_bot(channel)
    assert "now holds INC-2026-001" in town.incident("ana", "INC-2026-001 here", channel.id)
    town.settle()
    assert "leaked key" in town.texts(channel.id)


@pytest.mark.parametrize("error", ["cant_invite", "user_is_restricted", "user_not_found"])
def test_a_person_who_could_not_be_invited_is_named_to_the_requester(
    town: Town, error: str
) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.invite", error=error)
    town.incident("ana", "lead @ben", channel)
    town.settle()
    (text,) = failure_reports(town, "ana")
    assert f"• <@{town.ws.person('ben').id}> wasn't added to <#{channel}>." in text
    town.incident("mei", "declare P2 search fails")
    town.settle()
    new_channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    (text,) = failure_reports(town, "mei")
    assert f"<@{town.ws.person('mei').id}> wasn't added to <#{new_channel}>." in text


def test_a_refused_announcement_is_posted_once_the_bot_is_back_in_the_channel(town: Town) -> None:
    town.ws.remove_bot("incidents")
    channel = town.declare()
    town.incident("ana", "sev P3", channel)
    town.settle()
    (text,) = failure_reports(town, "ana")  # once, although two jobs were refused
    assert "The incident's announcement wasn't posted" in text
    town.ws.invite_bot("incidents")
    town.settle()
    assert town.texts("incidents").count("INC-2026-001 P3, declared") == 1
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_an_archived_channel_is_reported_and_catches_up_once_unarchived(town: Town) -> None:
    channel = town.declare()
    town.ws.archive("ana", channel)
    town.incident("ana", "INC-2026-001 status identified", "general")
    town.settle()
    (text,) = failure_reports(town, "ana")
    assert "The channel is archived." in text
    town.ws.unarchive("ana", channel)
    town.settle()
    assert town.texts(channel).count("set the status to *identified*") == 1


def test_refusals_after_a_form_or_a_mention_are_reported_too(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    bot_id = town.sandbox.state.identity.bot_user_id
    town.ws.say("ben", channel, f"<@{bot_id}> lead @mei")
    town.settle()
    assert len(failure_reports(town, "ben")) == 1
    town.press("ana", channel, "Post update")
    town.sandbox.faults.on("error", method="chat.postMessage", error="restricted_action", times=1)
    town.ws.submit("ana", {"update": {"update": "rolled back"}})
    town.settle()
    assert len(failure_reports(town, "ana")) == 1


def test_an_owner_outside_the_channel_is_named_to_the_person_who_assigned_the_item(
    town: Town,
) -> None:
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


@pytest.mark.parametrize("command", ["here", "here P2 slow"])
def test_a_refusal_during_a_command_is_in_its_answer(town: Town, command: str) -> None:
    town.sandbox.faults.on("error", method="conversations.join", error="restricted_action")
    town.ws.add_channel("elsewhere", members=["ana"])
    answer = town.incident("ana", command, "elsewhere")
    assert answer.startswith(
        "Slack refused this, so nothing was changed. A workspace or channel setting"
    )
    assert "reference" not in answer


def test_jobs_refused_after_the_bot_was_removed_run_once_it_is_invited_again(town: Town) -> None:
    channel = town.declare()
    town.ws.remove_bot(channel)
    town.incident("ana", "update 30m rolled back", channel)
    town.incident("ben", "action Add an alert @mei friday P2", channel)
    town.settle()
    assert "I'm not in the channel" in failure_reports(town, "ana")[0]
    assert "`/invite @" in failure_reports(town, "ana")[0]
    assert "action item is saved, but its message" in failure_reports(town, "ben")[0]
    town.ws.invite_bot(channel)
    town.settle()
    texts = town.texts(channel)
    assert texts.count("rolled back") == 2  # in the update and on the card
    assert texts.count("Action item 1") == 1
    assert [len(failure_reports(town, person)) for person in ("ana", "ben")] == [1, 1]
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_an_outdated_refused_job_is_dropped(town: Town) -> None:
    channel = town.declare(private=True)
    town.incident("ana", "update 30m rolled back", channel)
    town.settle()
    town.ws.remove_bot(channel)
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    with town.store.begin() as session:
        assert [job.kind for job in outbox.list_set_aside(session)] == ["update_due"]
    town.ws.invite_bot(channel)
    town.settle()
    assert town.ws.dm("ana") == []


def test_refused_jobs_run_at_the_start_when_the_bot_was_invited_during_downtime(town: Town) -> None:
    channel = town.declare()
    town.ws.remove_bot(channel)
    town.incident("ana", "status identified", channel)
    town.settle()
    town.service.stop()
    town.ws.invite_bot(channel)
    town.restart(away=timedelta(minutes=10))
    town.settle()
    assert town.texts(channel).count("set the status to *identified*") == 1


def test_a_person_who_cannot_get_an_ephemeral_message_gets_a_direct_message(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.setTopic", error="restricted_action")
    town.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    town.incident("ana", "sev P3", channel)
    town.settle()
    (text,) = [message["text"] for message in town.ws.dm("ana")]
    assert "• The channel's topic wasn't updated." in text
    town.incident("ana", "sev P2", channel)
    town.settle()
    assert len(town.ws.dm("ana")) == 1  # the same problem is reported once


def test_a_refusal_is_posted_in_the_channel_when_the_requester_cannot_be_reached(
    town: Town,
) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    town.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    town.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    town.incident("ana", "lead @ben", channel)
    town.settle()
    assert town.texts(channel).count("wasn't added to") == 1
    assert town.service.is_quiet()


def test_a_due_update_is_requested_in_the_channel_when_the_lead_cannot_get_a_dm(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead @ben", channel)
    town.incident("ana", "update 30m rolled back", channel)
    town.settle()
    town.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert "wasn't reminded that a status update is due" in town.texts(channel)


def test_an_incident_keeps_its_channel_when_resolved_from_another_one(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "INC-2026-001 resolve fixed", "general")
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_key(session, "INC-2026-001")
    assert incident is not None
    assert (incident.channel_id, incident.status.is_over) == (channel, True)

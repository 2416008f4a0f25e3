"""When Slack refuses a request, the person who made it is told why and what to do."""

from datetime import timedelta

import pytest

from storage import incidents, outbox
from tests.support.harness import LiveBot


def failure_reports(live_bot: LiveBot, person: str) -> list[str]:
    """Return what a person was told about failures, as ephemeral or direct messages."""
    messages = [*live_bot.workspace.ephemerals(person), *live_bot.workspace.dm(person)]
    return [
        message["text"] for message in messages if message["text"].startswith("Some steps failed")
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
    live_bot: LiveBot, error: str, why: str
) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.create", error=error)
    live_bot.command("ana", "declare P1 checkout fails")
    live_bot.settle()
    (text,) = failure_reports(live_bot, "ana")
    assert "• The incident is declared, but its channel wasn't created." in text
    assert why in text
    assert "`/incident INC-2026-001 here`" in text
    assert "checkout fails. No channel yet." in live_bot.text_in("incidents")
    assert "type `/incident INC-2026-001 here` in it" in live_bot.command("ben", "list")
    assert "status is now cancelled" in live_bot.command("ben", "INC-2026-001 cancel a drill")
    live_bot.settle()
    assert live_bot.command("ana", "list") == "There are no open incidents."
    assert failure_reports(live_bot, "ben") == []  # a cancelled incident needs no channel


def test_an_incident_without_a_channel_catches_up_once_it_gets_one(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    live_bot.command("ana", "declare P1 checkout fails")
    live_bot.settle()
    assert "status is now identified" in live_bot.command("ana", "INC-2026-001 status identified")
    live_bot.settle()
    assert "wasn't posted in the channel" in failure_reports(live_bot, "ana")[-1]
    live_bot.workspace.add_channel("war-room", members=["ben"])
    assert "This is now the channel for INC-2026-001" in live_bot.command(
        "ben", "INC-2026-001 here", "war-room"
    )
    live_bot.settle()
    channel = live_bot.workspace.channel("war-room")
    texts = live_bot.text_in("war-room")
    assert texts.count("set the status to *Identified*") == 1
    assert texts.count("Lead: none yet") == 1
    assert live_bot.workspace.person("ana").id in channel.members
    assert f"Channel: <#{channel.id}>" in live_bot.text_in("incidents")
    assert "already has a channel" in live_bot.command("ana", "INC-2026-001 here", "general")


def test_a_private_incident_without_a_channel_is_visible_only_to_its_declarer(
    live_bot: LiveBot,
) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.create", error="restricted_action")
    live_bot.command("ana", "private P1 leaked key")
    live_bot.settle()
    assert "leaked key" not in live_bot.text_in("incidents")
    assert "You can't run commands for INC-" in live_bot.command("ben", "INC-2026-001 cancel x")
    assert "this channel is public" in live_bot.command("ana", "INC-2026-001 here", "general")
    channel = live_bot.workspace.add_channel("locked", members=["ana"], private=True)
    live_bot.workspace.invite_bot(channel)
    assert "now the channel for INC-2026-001" in live_bot.command(
        "ana", "INC-2026-001 here", channel.id
    )
    live_bot.settle()
    assert "leaked key" in live_bot.text_in(channel.id)


@pytest.mark.parametrize("error", ["cant_invite", "user_is_restricted", "user_not_found"])
def test_a_person_who_could_not_be_invited_is_named_to_the_requester(
    live_bot: LiveBot, error: str
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="conversations.invite", error=error)
    live_bot.command("ana", "lead @ben", channel)
    live_bot.settle()
    (text,) = failure_reports(live_bot, "ana")
    assert f"• <@{live_bot.workspace.person('ben').id}> wasn't added to <#{channel}>." in text
    live_bot.command("mei", "declare P2 search fails")
    live_bot.settle()
    new_channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    (text,) = failure_reports(live_bot, "mei")
    assert f"<@{live_bot.workspace.person('mei').id}> wasn't added to <#{new_channel}>." in text


def test_a_refused_announcement_is_posted_once_the_bot_is_back_in_the_channel(
    live_bot: LiveBot,
) -> None:
    live_bot.workspace.remove_bot("incidents")
    channel = live_bot.declare()
    live_bot.command("ana", "sev P3", channel)
    live_bot.settle()
    (text,) = failure_reports(live_bot, "ana")  # once, although two jobs were refused
    assert "The incident's announcement wasn't posted" in text
    live_bot.workspace.invite_bot("incidents")
    live_bot.settle()
    assert live_bot.text_in("incidents").count("INC-2026-001 P3, declared") == 1
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_an_archived_channel_is_reported_and_catches_up_once_unarchived(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.archive("ana", channel)
    live_bot.command("ana", "INC-2026-001 status identified", "general")
    live_bot.settle()
    (text,) = failure_reports(live_bot, "ana")
    assert "The channel is archived." in text
    live_bot.workspace.unarchive("ana", channel)
    live_bot.settle()
    assert live_bot.text_in(channel).count("set the status to *Identified*") == 1


def test_refusals_after_a_form_or_a_mention_are_reported_too(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    bot_id = live_bot.sandbox.state.identity.bot_user_id
    live_bot.workspace.say("ben", channel, f"<@{bot_id}> lead @mei")
    live_bot.settle()
    assert len(failure_reports(live_bot, "ben")) == 1
    live_bot.press("ana", channel, "Post update")
    live_bot.sandbox.faults.on(
        "error", method="chat.postMessage", error="restricted_action", times=1
    )
    live_bot.workspace.submit("ana", {"update": {"update": "rolled back"}})
    live_bot.settle()
    assert len(failure_reports(live_bot, "ana")) == 1


def test_an_owner_outside_the_channel_is_named_to_the_person_who_assigned_the_item(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("mei", channel)
    live_bot.command("ana", "action Add an alert @ben friday P2", channel)
    live_bot.command("ana", "action Raise the limit @mei friday P2", channel)
    live_bot.command("ana", "action Write it down @ana friday P2", channel)
    live_bot.settle()
    hints = [m["text"] for m in live_bot.workspace.ephemerals("ana") if "but isn't in" in m["text"]]
    ben = live_bot.workspace.person("ben").id
    assert [hint.partition(". ")[0] for hint in hints] == [
        f"<@{ben}> owns action item 1 but isn't in <#{channel}>"
    ]


@pytest.mark.parametrize("command", ["here", "here P2 slow"])
def test_a_refusal_during_a_command_is_in_its_answer(live_bot: LiveBot, command: str) -> None:
    live_bot.sandbox.faults.on("error", method="conversations.join", error="restricted_action")
    live_bot.workspace.add_channel("elsewhere", members=["ana"])
    answer = live_bot.command("ana", command, "elsewhere")
    assert answer.startswith(
        "Slack rejected this, so nothing was changed. A workspace or channel setting"
    )
    assert "reference" not in answer


def test_jobs_refused_after_the_bot_was_removed_run_once_it_is_invited_again(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.remove_bot(channel)
    live_bot.command("ana", "update 30m rolled back", channel)
    live_bot.command("ben", "action Add an alert @mei friday P2", channel)
    live_bot.settle()
    assert "I'm not in the channel" in failure_reports(live_bot, "ana")[0]
    assert "`/invite @" in failure_reports(live_bot, "ana")[0]
    assert "action item is saved, but its message" in failure_reports(live_bot, "ben")[0]
    live_bot.workspace.invite_bot(channel)
    live_bot.settle()
    texts = live_bot.text_in(channel)
    assert texts.count("rolled back") == 2  # in the update and on the card
    assert texts.count("Action item 1") == 1
    assert [len(failure_reports(live_bot, person)) for person in ("ana", "ben")] == [1, 1]
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_an_outdated_refused_job_is_dropped(live_bot: LiveBot) -> None:
    channel = live_bot.declare(private=True)
    live_bot.command("ana", "update 30m rolled back", channel)
    live_bot.settle()
    live_bot.workspace.remove_bot(channel)
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    live_bot.settle()
    with live_bot.store.begin() as session:
        assert [job.kind for job in outbox.list_set_aside(session)] == ["update_due"]
    live_bot.workspace.invite_bot(channel)
    live_bot.settle()
    assert live_bot.workspace.dm("ana") == []


def test_refused_jobs_run_at_the_start_when_the_bot_was_invited_during_downtime(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.remove_bot(channel)
    live_bot.command("ana", "status identified", channel)
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.invite_bot(channel)
    live_bot.restart(away=timedelta(minutes=10))
    live_bot.settle()
    assert live_bot.text_in(channel).count("set the status to *Identified*") == 1


def test_a_person_who_cannot_get_an_ephemeral_message_gets_a_direct_message(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="conversations.setTopic", error="restricted_action")
    live_bot.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    live_bot.command("ana", "sev P3", channel)
    live_bot.settle()
    (text,) = [message["text"] for message in live_bot.workspace.dm("ana")]
    assert "• The channel's topic wasn't updated." in text
    live_bot.command("ana", "sev P2", channel)
    live_bot.settle()
    assert len(live_bot.workspace.dm("ana")) == 1  # the same problem is reported once


def test_a_refusal_is_posted_in_the_channel_when_the_requester_cannot_be_reached(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    live_bot.sandbox.faults.on("error", method="chat.postEphemeral", error="user_not_in_channel")
    live_bot.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    live_bot.command("ana", "lead @ben", channel)
    live_bot.settle()
    assert live_bot.text_in(channel).count("wasn't added to") == 1
    assert live_bot.service.is_quiet()


def test_a_due_update_is_requested_in_the_channel_when_the_lead_cannot_get_a_dm(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "lead @ben", channel)
    live_bot.command("ana", "update 30m rolled back", channel)
    live_bot.settle()
    live_bot.sandbox.faults.on("error", method="conversations.open", error="user_disabled")
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    live_bot.settle()
    assert "wasn't reminded that a status update is due" in live_bot.text_in(channel)


def test_an_incident_keeps_its_channel_when_resolved_from_another_one(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "INC-2026-001 resolve fixed", "general")
    live_bot.settle()
    with live_bot.store.begin() as session:
        incident = incidents.by_key(session, "INC-2026-001")
    assert incident is not None
    assert (incident.channel_id, incident.status.is_over) == (channel, True)

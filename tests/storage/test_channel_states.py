"""The last known state of incident channels in Slack, on both databases."""

from bot.domain.job import JobKind, make_incident_job
from bot.domain.refusals import UNANSWERABLE
from storage import channel_states, incidents, outbox, refusals
from storage.channel_states import ChannelState
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

PUBLIC = ChannelState(name="inc-1", private=False, archived=False)


def test_a_channel_has_its_initial_state_until_slack_reports_another(session: Session) -> None:
    incident = declare(session, channel_id="C1", channel_name="inc-1")
    assert channel_states.last_seen(session, incident.id) == PUBLIC
    assert not channel_states.has_private_incident(session)
    incidents.change(session, incident.id, private=True)
    assert channel_states.has_private_incident(session)
    assert channel_states.last_seen(session, incident.id).private
    channel_states.save(session, incident.id, ChannelState(private=False))
    assert channel_states.last_seen(session, incident.id) == PUBLIC
    channel_states.save(session, incident.id, ChannelState(archived=True))
    state = channel_states.last_seen(session, incident.id)
    assert (state.private, state.archived) == (False, True)


def test_only_channels_that_differ_from_their_last_state_are_reported(session: Session) -> None:
    assert not channel_states.has_incident(session)
    first = declare(session, channel_id="C1", channel_name="inc-1")
    declare(session, 2, channel_id="C2", channel_name="inc-2")
    declare(session, 3)  # never seen
    now = ChannelState(name="inc-1", private=True, archived=False)
    same = ChannelState(name="inc-2", private=False, archived=False)
    seen = {"C1": now, "C2": same, "C9": now}
    assert channel_states.find_changed(session, seen) == [(first.id, now)]
    assert channel_states.has_incident(session)


def test_only_jobs_refused_by_an_archived_channel_are_resumed(session: Session) -> None:
    first, second = declare(session), declare(session, 2)
    refused = {}
    for incident, trouble in (
        (first, "is_archived"),
        (first, UNANSWERABLE),
        (first, "invalid_blocks"),
        (second, "is_archived"),
    ):
        job_id = outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.NOTICE, {"event": trouble}), NOON
        )
        outbox.set_aside(session, job_id, trouble)
        refused[job_id] = (incident.id, trouble)
    assert refusals.resume(session, first.id, NOON) == 2
    still_set_aside = [refused[job.id] for job in outbox.list_set_aside(session)]
    assert still_set_aside == [(first.id, "invalid_blocks"), (second.id, "is_archived")]

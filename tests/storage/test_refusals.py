"""Jobs that Slack refused: reported together, and retried once the reason has passed, on both databases."""

from datetime import timedelta

from bot.domain.job import Job, JobKind, make_incident_job
from storage import outbox, refusals, requesters
from storage.channel_states import ChannelState
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare


def _refuse(session: Session, job: Job, reason: str) -> int:
    job_id = outbox.enqueue(session, job, NOON)
    outbox.set_aside(session, job_id, reason)
    return job_id


def _still_refused(session: Session) -> list[tuple[JobKind, str]]:
    return [(job.kind, job.reason) for job in outbox.list_set_aside(session)]


def test_jobs_that_are_still_useful_are_retried_once_their_reason_has_passed(
    session: Session,
) -> None:
    incident = declare(session, channel_id="C1", channel_name="inc-1")
    other = declare(session, 2, channel_id="C2", channel_name="inc-2")
    for kind, reason in (
        (JobKind.NOTICE, "not_in_channel"),
        (JobKind.UPDATE_DUE, "not_in_channel"),
        (JobKind.PIN, "restricted_action"),
        (JobKind.ITEM, "is_archived"),
    ):
        _refuse(session, make_incident_job(incident.id, kind), reason)
    _refuse(session, make_incident_job(other.id, JobKind.NOTICE), "not_in_channel")
    assert refusals.resume(session, incident.id, NOON) == 2
    assert _still_refused(session) == [
        (JobKind.UPDATE_DUE, "not_in_channel"),
        (JobKind.PIN, "restricted_action"),
        (JobKind.NOTICE, "not_in_channel"),
    ]
    assert refusals.resume(session, incident.id, NOON) == 0


def test_a_refused_digest_is_posted_late_only_within_its_week(session: Session) -> None:
    _refuse(session, Job(kind=JobKind.DIGEST, lane="digest"), "not_in_channel")
    assert refusals.resume_elsewhere(session, NOON + timedelta(days=8)) == 0
    assert refusals.resume_elsewhere(session, NOON + timedelta(days=6)) == 1


def test_only_jobs_of_channels_the_bot_can_post_in_are_retried(session: Session) -> None:
    for number, channel in enumerate(("C1", "C2", "C3"), 1):
        incident = declare(session, number, channel_id=channel, channel_name=channel.lower())
        _refuse(session, make_incident_job(incident.id, JobKind.NOTICE), "not_in_channel")
    seen = {"C1": ChannelState(archived=False), "C2": ChannelState(archived=True)}
    assert refusals.resume_in(session, seen, NOON) == 1
    assert len(_still_refused(session)) == 2


def test_one_report_lists_all_jobs_refused_to_a_person_for_one_reason(session: Session) -> None:
    incident = declare(session, channel_id="C1", channel_name="inc-1")
    report = make_incident_job(incident.id, JobKind.REFUSED, {"reason": "is_archived", "jobs": [1]})
    requesters.remember(session, "U1", "C1")
    outbox.enqueue(session, report, NOON)
    same = Job(kind=JobKind.REFUSED, lane=report.lane, about=report.about, requested_by="U1")
    assert refusals.add_to_waiting(session, same, 2)
    another = {"reason": "not_in_channel", "jobs": []}
    assert not refusals.add_to_waiting(
        session, Job(kind=JobKind.REFUSED, lane=report.lane, about=another, requested_by="U1"), 3
    )
    assert not refusals.add_to_waiting(
        session,
        Job(kind=JobKind.REFUSED, lane=report.lane, about=report.about, requested_by="U2"),
        3,
    )
    waiting = outbox.by_id(session, outbox.find_last_id(session, incident.id, JobKind.REFUSED) or 0)
    assert waiting
    assert waiting.about["jobs"] == [1, 2]
    assert (waiting.requested_by, waiting.requested_in) == ("U1", "C1")


def test_a_repeated_refusal_for_the_same_reason_is_recognized(session: Session) -> None:
    incident = declare(session, channel_id="C1", channel_name="inc-1")
    requesters.remember(session, "U1", "C1")
    _refuse(session, make_incident_job(incident.id, JobKind.TOPIC), "restricted_action")
    job_id = outbox.enqueue(session, make_incident_job(incident.id, JobKind.TOPIC), NOON)
    job = outbox.by_id(session, job_id)
    assert job
    assert refusals.was_refused_before(session, job, "restricted_action")
    assert not refusals.was_refused_before(session, job, "is_archived")
    assert [
        refused.reason for refused in refusals.still_refused(session, [job_id - 1, job_id])
    ] == ["restricted_action"]

"""The outbox worker: carries out jobs, and is the only caller of Slack's write methods for them.

Jobs of a lane run one after another at Slack's pace; lanes run in parallel. If a job's outcome is
unknown, its message is looked for in the channel before it's sent again. A job that Slack refuses
for good is set aside with the reason, and its lane goes on.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.job import Job, JobKind
from bot.domain.ticket import TrackerError
from bot.incidents import refusals
from handlers import errors
from handlers.errors import AUTH_ERRORS, RATE_LIMIT_ERRORS, SERVER_ERROR, TRANSIENT_ERRORS
from handlers.outbox import (
    absent_owners,
    anniversary_messages,
    canvas,
    channel_setup,
    channel_state_jobs,
    check_ins,
    direct_messages,
    draft_history,
    draft_jobs,
    edits,
    ephemeral,
    history_jobs,
    incident_messages,
    meeting_messages,
    outsider_messages,
    postmortem_messages,
    recipients,
    refusal_reports,
    report_messages,
    responder_messages,
    role_messages,
    shared_postmortems,
    tickets,
    user_groups,
)
from handlers.outbox.job_context import JobResult
from handlers.outbox.message_sender import CannotPost, MessageSender, TryLater
from handlers.outbox.unknown_outcomes import MayStillTakeEffect
from handlers.slack.threads import run_in_background
from storage import outbox, outbox_claims, requesters
from storage.engine.store import DatabaseError, Session
from storage.outbox_claims import ClaimTerms

log = structlog.get_logger()

LEASE = timedelta(seconds=20)  # a claim is valid for this long after its worker died
RENEW_EVERY = timedelta(seconds=5)  # claims on running jobs are renewed this often
POLL_SECONDS = 0.5  # seconds between polls if nothing sets `wake`
MAX_RUNNING_JOBS = 8  # lanes that run at the same time
MIN_WAIT, MAX_WAIT = timedelta(seconds=1), timedelta(minutes=5)
AUTH_ERROR_WAIT = timedelta(minutes=1)

JOB_HANDLERS: dict[JobKind, Callable[[MessageSender, Job], JobResult]] = {
    JobKind.OPEN_CHANNEL: channel_setup.create_channel,
    JobKind.INVITE: channel_setup.invite,
    JobKind.MEET: channel_setup.look_up_person,
    JobKind.TOPIC: channel_setup.set_topic,
    JobKind.PIN: channel_setup.pin_card,
    JobKind.BOOKMARK: channel_setup.bookmark_card,
    JobKind.FETCH: history_jobs.sync_history,
    JobKind.READ_HISTORY: draft_history.read_history,
    JobKind.DRAFT: draft_jobs.draft_postmortem,
    JobKind.COMPLETE_DRAFT: draft_history.complete_draft,
    JobKind.COMPOSE: draft_jobs.update_draft,
    JobKind.REDRAFT: edits.redraft,
    JobKind.EDIT: edits.edit,
    JobKind.CARD: incident_messages.post_card,
    JobKind.ANNOUNCEMENT: incident_messages.post_announcement,
    JobKind.NOTICE: incident_messages.post_notice,
    JobKind.SUMMARY: postmortem_messages.post_summary,
    JobKind.SECTION: postmortem_messages.post_section,
    JobKind.FILE: postmortem_messages.post_file,
    JobKind.FILES: postmortem_messages.replace_files,
    JobKind.REPLACED: postmortem_messages.retire_draft,
    JobKind.SUMMARY_NOW: postmortem_messages.update_summary,
    JobKind.SECTION_NOW: postmortem_messages.update_section,
    JobKind.CANVAS: canvas.update,
    JobKind.SHARED_POSTMORTEM: shared_postmortems.post,
    JobKind.MEETING: meeting_messages.post_meeting,
    JobKind.MEETING_FILE: meeting_messages.post_calendar_file,
    JobKind.MEETING_DRAFT: meeting_messages.send_draft,
    JobKind.YEAR_AGO: anniversary_messages.post_year_ago,
    JobKind.BALLOT: anniversary_messages.post_ballot,
    JobKind.ELECTED: anniversary_messages.post_winners,
    JobKind.ITEM: incident_messages.post_item,
    JobKind.ITEM_THREAD: incident_messages.post_item_details,
    JobKind.ITEM_ANSWER: ephemeral.confirm_item_reply,
    JobKind.ITEM_RETURN: incident_messages.ask_if_item_helped,
    JobKind.TICKET: tickets.sync_ticket,
    JobKind.TICKETS: tickets.compare_due,
    JobKind.REMINDER: direct_messages.send_reminder,
    JobKind.ESCALATION: incident_messages.post_escalation,
    JobKind.DIGEST: report_messages.post_weekly,
    JobKind.DIGEST_INTRO: report_messages.post_intro,
    JobKind.DIGEST_CHANGED: report_messages.post_schedule_change,
    JobKind.MONTHLY: report_messages.post_monthly,
    JobKind.MONTHLY_PICTURE: report_messages.post_chart,
    JobKind.HOME: direct_messages.update_home,
    JobKind.HELLO: direct_messages.send_welcome,
    JobKind.GROUP: user_groups.sync_members,
    JobKind.UPDATE_DUE: responder_messages.remind_of_update,
    JobKind.UPDATE_OVERDUE: responder_messages.update_overdue,
    JobKind.CHECK_IN: check_ins.check_in,
    JobKind.CHECKED_IN: check_ins.checked_in,
    JobKind.LEAD_WANTED: role_messages.ask_for_lead,
    JobKind.LEAD_FOUND: role_messages.close_lead_request,
    JobKind.ROLE_ASSIGNED: role_messages.send_role_message,
    JobKind.DEPARTED: recipients.handle_departure,
    JobKind.HANDED_OVER: recipients.notify_handed_over,
    JobKind.TAKEN_OVER: incident_messages.post_handover,
    JobKind.CHANNELS: channel_state_jobs.compare_channels,
    JobKind.CHANNEL_CHANGED: channel_state_jobs.post_change,
    JobKind.PUBLISH: channel_state_jobs.publish,
    JobKind.WITHDRAWAL: channel_state_jobs.withdraw,
    JobKind.RECEIPT: ephemeral.confirm_mark,
    JobKind.GREETING: ephemeral.offer_catch_up,
    JobKind.REFUSED: refusal_reports.report,
    JobKind.OWNER_ABSENT: absent_owners.report,
}


class Worker:
    """Claims jobs from the outbox and carries them out until it's stopped."""

    def __init__(self, sender: MessageSender, wake: Event) -> None:
        """`wake` is set after jobs were enqueued; without it, the worker polls."""
        self.sender = sender
        self._wake = wake
        self._stopping = Event()
        self._busy: dict[Future[Exception | None], Job] = {}
        self._renewed_at = sender.bot.now()
        self._thread = Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_busy(self) -> bool:
        """Return whether a job is running."""
        return not all(future.done() for future in list(self._busy))

    def stop_claiming(self) -> None:
        """Start no more jobs; running ones go on."""
        self._stopping.set()
        self._wake.set()

    def stop(self, patience: float = 5.0) -> None:
        """Start no more jobs and wait for running ones, at most `patience` seconds.

        A job that isn't done by then stays claimed until its lease ends; it's checked before it's
        repeated.
        """
        until = monotonic() + patience
        self.stop_claiming()
        if self._thread.is_alive():
            self._thread.join(patience)
        unfinished = wait(list(self._busy), timeout=max(0.0, until - monotonic())).not_done
        if unfinished:
            ids = [self._busy[future].id for future in unfinished]
            log.warning("jobs left unfinished", jobs=ids)

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait_seconds = errors.run_guarded(self._take, "claiming jobs")
            self._wake.wait(POLL_SECONDS if isinstance(wait_seconds, Exception) else wait_seconds)
            self._wake.clear()

    def _take(self) -> float:
        """Claim and start the jobs that may run now; return the seconds until the next poll."""
        self._busy = {future: job for future, job in self._busy.items() if not future.done()}
        free = MAX_RUNNING_JOBS - len(self._busy)
        with self.sender.bot.store.begin() as session:
            at = self.sender.bot.now()
            self._renew(session, at)
            claimed = self._claim(session, at, free) if free else []
            # A running job wakes us when it's done, and the next job of its lane runs then.
            busy_lanes = {job.lane for job in [*claimed, *self._busy.values()]}
            waiting = outbox.has_jobs_outside(session, busy_lanes)
        for job in claimed:
            self._busy[run_in_background(partial(self._do, job), job.kind)] = job
        return (
            min(POLL_SECONDS, self.sender.bot.policy.posting_interval) if waiting else POLL_SECONDS
        )

    def _renew(self, session: Session, at: datetime) -> None:
        if abs(at - self._renewed_at) >= RENEW_EVERY:
            outbox_claims.renew(session, self._busy.values(), at + LEASE)
            self._renewed_at = at

    def _claim(self, session: Session, at: datetime, most: int) -> list[Job]:
        pace = timedelta(seconds=self.sender.bot.policy.posting_interval)
        running_ids = [job.id for job in self._busy.values()]
        return outbox_claims.claim(
            session, at, ClaimTerms(lease=LEASE, pace=pace), most, running_ids
        )

    def _do(self, job: Job) -> None:
        outcome = errors.run_guarded(partial(_run_job, self.sender, job), job.kind)
        error = errors.run_guarded(
            partial(settle, self.sender, job, outcome), "saving a job's result"
        )
        if isinstance(error, Exception):  # the lease ends, and the job is checked then
            log.warning("cannot save job result", job=job.id)
        self._wake.set()


def _run_job(sender: MessageSender, job: Job) -> JobResult:
    withheld = outsider_messages.withhold_from_outsider(sender, job)
    return withheld or recipients.run_if_member(JOB_HANDLERS[job.kind], sender, job)


def settle(sender: MessageSender, job: Job, outcome: JobResult | Exception) -> None:
    """Store the outcome of a job in one transaction."""
    at = sender.bot.now()
    with sender.bot.store.begin() as session:
        if not outbox_claims.is_held(
            session, job
        ):  # another worker has the job, and finds what was posted by the job's uuid
            log.warning("job taken over by another process", job=job.id, kind=job.kind)
            return
        if isinstance(outcome, JobResult):
            requesters.pass_on(session, job)
            if outcome.then is not None:
                outcome.then(session)
            outbox.mark_sent(
                session, job.id, at=at, channel_id=outcome.channel_id, message_id=outcome.message_id
            )
            return
        failure = _classify(outcome, at - (job.unsure_since or at))
        log.warning("job failed", job=job.id, kind=job.kind, reason=failure.reason)
        if failure.wait is None:
            refusals.set_aside(session, job, failure.reason, at)
            return
        not_before = at + failure.wait
        outbox.retry_later(
            session, job.id, not_before=not_before, trouble=failure.reason, unsure=failure.unsure
        )


class _Failure(NamedTuple):
    """Why a job failed, when to retry (None: never), and whether the outcome is unknown."""

    reason: str
    wait: timedelta | None = None
    unsure: bool = False


def _classify(error: Exception, lasted: timedelta) -> _Failure:
    """Classify an error. If its end is unknown, wait as long as it has lasted, within limits."""
    growing = min(max(lasted, MIN_WAIT), MAX_WAIT)
    if isinstance(error, SlackApiError):
        return _classify_refusal(error, growing)
    if isinstance(error, TrackerError):
        return _Failure(str(error), error.wait or growing, error.unsure)
    if isinstance(error, (DatabaseError, MayStillTakeEffect, OSError)):
        return _classify_unknown_outcome(error, growing)
    if isinstance(error, (CannotPost, TryLater)):
        return _Failure(str(error), getattr(error, "wait", None))
    return _Failure(f"{type(error).__name__}: {error}")


def _classify_unknown_outcome(
    error: DatabaseError | MayStillTakeEffect | OSError, growing: timedelta
) -> _Failure:
    """Classify an error after which Slack's action is unknown; a retry checks for its effect."""
    if isinstance(error, MayStillTakeEffect):
        return _Failure(str(error), min(error.wait, growing), unsure=True)
    if isinstance(error, DatabaseError):
        return _Failure(f"the database isn't responding: {error.reason}", growing, unsure=True)
    return _Failure(f"no response from Slack: {error}", growing, unsure=True)


def _classify_refusal(error: SlackApiError, growing: timedelta) -> _Failure:
    reason = str(error.response.get("error", error.response.status_code))
    if reason in RATE_LIMIT_ERRORS:
        return _Failure(reason, errors.retry_after(error))
    if reason in AUTH_ERRORS:
        return _Failure(reason, AUTH_ERROR_WAIT)
    if reason in TRANSIENT_ERRORS or error.response.status_code >= SERVER_ERROR:
        return _Failure(reason, growing, unsure=True)
    return _Failure(errors.describe_slack_error(error))

"""The outbox speaks: the only caller of Slack's write methods for what was decided before.

Postings of a lane go one after another at Slack's pace, lanes beside each other. A posting whose
outcome nobody knows is looked for in the channel before it is said again; one that Slack refuses
for good is set aside with the reason, and the lane goes on.
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
from bot.domain.ticket import TrackerTrouble
from bot.incidents import refusals
from handlers import errors
from handlers.errors import LIMITED, LOCKED_OUT, SERVER_ERROR, TRANSIENT
from handlers.outbox import (
    absent_owners,
    anniversary_messages,
    canvas,
    channel_setup,
    channel_state_jobs,
    check_ins,
    direct_messages,
    draft_history,
    edits,
    ephemeral,
    incident_messages,
    meeting_messages,
    outsider_messages,
    postmortem_messages,
    recipients,
    refusal_reports,
    report_messages,
    responder_messages,
    tickets,
    user_groups,
)
from handlers.outbox.channel_setup import JobResult
from handlers.outbox.late_calls import MayStillHappen
from handlers.outbox.message_sender import CannotSay, MessageSender, TryLater
from handlers.slack.threads import begin
from storage import outbox, outbox_claims, requesters
from storage.engine.store import DatabaseError, Session
from storage.outbox_claims import Terms

log = structlog.get_logger()

LEASE = timedelta(seconds=20)  # a claim holds so long after its sender died
RENEWED = timedelta(seconds=5)  # after so long what is in hand is claimed anew
POLL = 0.5  # seconds between looks when nobody wakes us
HANDS = 8  # lanes that speak at the same time
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
LOCKED_OUT_WAIT = timedelta(minutes=1)

JOBS: dict[JobKind, Callable[[MessageSender, Job], JobResult]] = {
    JobKind.OPEN_CHANNEL: channel_setup.open_channel,
    JobKind.INVITE: channel_setup.invite,
    JobKind.MEET: channel_setup.meet,
    JobKind.TOPIC: channel_setup.topic,
    JobKind.PIN: channel_setup.pin,
    JobKind.BOOKMARK: channel_setup.bookmark,
    JobKind.FETCH: channel_setup.fetch,
    JobKind.READ_HISTORY: draft_history.read_history,
    JobKind.DRAFT: channel_setup.draft,
    JobKind.COMPLETE_DRAFT: draft_history.complete_draft,
    JobKind.COMPOSE: channel_setup.compose,
    JobKind.REDRAFT: edits.redraft,
    JobKind.EDIT: edits.edit,
    JobKind.CARD: incident_messages.card,
    JobKind.ANNOUNCEMENT: incident_messages.announcement,
    JobKind.NOTICE: incident_messages.notice,
    JobKind.SUMMARY: postmortem_messages.summary,
    JobKind.SECTION: postmortem_messages.section,
    JobKind.FILE: postmortem_messages.file,
    JobKind.FILES: postmortem_messages.files,
    JobKind.REPLACED: postmortem_messages.replaced,
    JobKind.SUMMARY_NOW: postmortem_messages.summary_now,
    JobKind.SECTION_NOW: postmortem_messages.section_now,
    JobKind.CANVAS: canvas.canvas,
    JobKind.MEETING: meeting_messages.meeting,
    JobKind.MEETING_FILE: meeting_messages.file,
    JobKind.MEETING_DRAFT: meeting_messages.draft,
    JobKind.YEAR_AGO: anniversary_messages.year_ago,
    JobKind.BALLOT: anniversary_messages.ballot,
    JobKind.ELECTED: anniversary_messages.elected,
    JobKind.ITEM: incident_messages.item,
    JobKind.ITEM_THREAD: incident_messages.item_thread,
    JobKind.ITEM_ANSWER: ephemeral.item_answer,
    JobKind.ITEM_RETURN: incident_messages.item_return,
    JobKind.TICKET: tickets.ticket,
    JobKind.TICKETS: tickets.compare,
    JobKind.REMINDER: direct_messages.reminder,
    JobKind.ESCALATION: incident_messages.escalation,
    JobKind.DIGEST: report_messages.weekly,
    JobKind.DIGEST_INTRO: report_messages.intro,
    JobKind.DIGEST_CHANGED: report_messages.changed,
    JobKind.MONTHLY: report_messages.of_month,
    JobKind.MONTHLY_PICTURE: report_messages.picture,
    JobKind.HOME: direct_messages.home,
    JobKind.HELLO: direct_messages.hello,
    JobKind.GROUP: user_groups.read,
    JobKind.UPDATE_DUE: responder_messages.update_due,
    JobKind.UPDATE_OVERDUE: responder_messages.update_overdue,
    JobKind.CHECK_IN: check_ins.check_in,
    JobKind.CHECKED_IN: check_ins.checked_in,
    JobKind.LEAD_WANTED: responder_messages.lead_wanted,
    JobKind.LEAD_FOUND: responder_messages.lead_found,
    JobKind.ROLE_HELP: responder_messages.role_help,
    JobKind.DEPARTED: recipients.departed,
    JobKind.HANDED_OVER: recipients.handed_over,
    JobKind.TAKEN_OVER: incident_messages.taken_over,
    JobKind.CHANNELS: channel_state_jobs.look,
    JobKind.CHANNEL_CHANGED: channel_state_jobs.changed,
    JobKind.PUBLISH: channel_state_jobs.publish,
    JobKind.WITHDRAWAL: channel_state_jobs.withdraw,
    JobKind.RECEIPT: ephemeral.receipt,
    JobKind.GREETING: ephemeral.greeting,
    JobKind.REFUSED: refusal_reports.report,
    JobKind.OWNER_ABSENT: absent_owners.report,
}


class Worker:
    """Takes postings from the outbox and does them, until it is stopped."""

    def __init__(self, sender: MessageSender, wake: Event) -> None:
        """`wake` is set by whoever wrote a posting; without it the sender looks by itself."""
        self.sender = sender
        self._wake = wake
        self._stopping = Event()
        self._busy: dict[Future[Exception | None], Job] = {}
        self._renewed_at = sender.bot.now()
        self._thread = Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_busy(self) -> bool:
        """Whether anything is being said now."""
        return not all(each.done() for each in list(self._busy))

    def take_no_more(self) -> None:
        """Begin nothing from here on; what was begun goes on."""
        self._stopping.set()
        self._wake.set()

    def stop(self, patience: float = 5.0) -> None:
        """Take nothing more and wait for what was begun, at most `patience` seconds.

        What is not done by then stays claimed; its lease ends, and it is looked up before a repeat.
        """
        until = monotonic() + patience
        self.take_no_more()
        if self._thread.is_alive():
            self._thread.join(patience)
        left = wait(list(self._busy), timeout=max(0.0, until - monotonic())).not_done
        if left:
            ids = [self._busy[each].id for each in left]
            log.warning("postings left unfinished", jobs=ids)

    def _run(self) -> None:
        while not self._stopping.is_set():
            nap = errors.guarded(self._take, "taking postings")
            self._wake.wait(POLL if isinstance(nap, Exception) else nap)
            self._wake.clear()

    def _take(self) -> float:
        """Take what may go now; say for how many seconds there is nothing more to take."""
        self._busy = {done: job for done, job in self._busy.items() if not done.done()}
        free = HANDS - len(self._busy)
        with self.sender.bot.store.begin() as session:
            at = self.sender.bot.now()
            self._renew(session, at)
            claimed = self._claim(session, at, free) if free else []
            # What is in hand wakes us when it is done, and what follows it in its lane goes then.
            in_hand = {job.lane for job in [*claimed, *self._busy.values()]}
            waiting = outbox.waits_besides(session, in_hand)
        for job in claimed:
            self._busy[begin(partial(self._do, job), job.kind)] = job
        return min(POLL, self.sender.bot.policy.posting_interval) if waiting else POLL

    def _renew(self, session: Session, at: datetime) -> None:
        if abs(at - self._renewed_at) >= RENEWED:
            outbox_claims.renew(session, self._busy.values(), at + LEASE)
            self._renewed_at = at

    def _claim(self, session: Session, at: datetime, most: int) -> list[Job]:
        pace = timedelta(seconds=self.sender.bot.policy.posting_interval)
        held = [job.id for job in self._busy.values()]
        return outbox_claims.claim(session, at, Terms(lease=LEASE, pace=pace), most, held)

    def _do(self, job: Job) -> None:
        told = errors.guarded(partial(_perform, self.sender, job), job.kind)
        settled = errors.guarded(partial(settle, self.sender, job, told), "settling a posting")
        if isinstance(settled, Exception):  # the lease ends, and the posting is looked up then
            log.warning("posting not settled", job=job.id)
        self._wake.set()


def _perform(sender: MessageSender, job: Job) -> JobResult:
    withheld = outsider_messages.withheld(sender, job)
    return withheld or recipients.checked(JOBS[job.kind], sender, job)


def settle(sender: MessageSender, job: Job, told: JobResult | Exception) -> None:
    """Store what came of a posting, in one transaction."""
    at = sender.bot.now()
    with sender.bot.store.begin() as session:
        if not outbox_claims.is_held(
            session, job
        ):  # another sender finds what was said by its uuid
            log.warning("posting was taken over", job=job.id, kind=job.kind)
            return
        if isinstance(told, JobResult):
            requesters.pass_on(session, job)
            if told.then is not None:
                told.then(session)
            outbox.sent(
                session, job.id, at=at, channel_id=told.channel_id, message_id=told.message_id
            )
            return
        came = _trouble(told, at - (job.unsure_since or at))
        log.warning("posting not sent", job=job.id, kind=job.kind, reason=came.reason)
        if came.wait is None:
            refusals.set_aside(session, job, came.reason, at)
            return
        not_before = at + came.wait
        outbox.again(
            session, job.id, not_before=not_before, trouble=came.reason, unsure=came.unsure
        )


class _Trouble(NamedTuple):
    """Why it did not work, how long to wait (None when waiting would not help), whether it did."""

    reason: str
    wait: timedelta | None = None
    unsure: bool = False


def _trouble(error: Exception, lasted: timedelta) -> _Trouble:
    """Read what went wrong; where nobody knows when it ends, wait as long as it has lasted."""
    growing = min(max(lasted, SHORTEST_WAIT), LONGEST_WAIT)
    if isinstance(error, SlackApiError):
        return _refused(error, growing)
    if isinstance(error, TrackerTrouble):
        return _Trouble(str(error), error.wait or growing, error.unsure)
    if isinstance(error, (DatabaseError, MayStillHappen, OSError)):
        return _unknown(error, growing)
    if isinstance(error, (CannotSay, TryLater)):
        return _Trouble(str(error), getattr(error, "wait", None))
    return _Trouble(f"{type(error).__name__}: {error}")


def _unknown(error: DatabaseError | MayStillHappen | OSError, growing: timedelta) -> _Trouble:
    """What went wrong where nobody knows what Slack did: it's looked for before it's repeated."""
    if isinstance(error, MayStillHappen):
        return _Trouble(str(error), min(error.wait, growing), unsure=True)
    if isinstance(error, DatabaseError):
        return _Trouble(f"the database does not answer: {error.reason}", growing, unsure=True)
    return _Trouble(f"no answer from Slack: {error}", growing, unsure=True)


def _refused(error: SlackApiError, growing: timedelta) -> _Trouble:
    reason = str(error.response.get("error", error.response.status_code))
    if reason in LIMITED:
        return _Trouble(reason, errors.retry_after(error))
    if reason in LOCKED_OUT:
        return _Trouble(reason, LOCKED_OUT_WAIT)
    if reason in TRANSIENT or error.response.status_code >= SERVER_ERROR:
        return _Trouble(reason, growing, unsure=True)
    return _Trouble(errors.refusal(error))

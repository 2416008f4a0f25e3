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

from bot import refusals
from bot.domain.posting import Deed, Posting
from bot.domain.ticket import TrackerTrouble
from handlers import (
    absent_owners,
    canvas,
    channel_changes,
    channel_deeds,
    check_ins,
    digest_postings,
    draft_history,
    edits,
    errors,
    groups,
    learning_postings,
    meeting_postings,
    nudges,
    outsider_messages,
    personal,
    postings,
    postmortem_postings,
    recipients,
    refusal_reports,
    tickets,
    whispers,
)
from handlers.channel_deeds import Told
from handlers.errors import LIMITED, LOCKED_OUT, SERVER_ERROR, TRANSIENT
from handlers.hands import begin
from handlers.late_calls import MayStillHappen
from handlers.voice import CannotSay, TryLater, Voice
from storage import claims, outbox, requesters
from storage.claims import Terms
from storage.engine import DatabaseError, Session

log = structlog.get_logger()

LEASE = timedelta(seconds=20)  # a claim holds so long after its sender died
RENEWED = timedelta(seconds=5)  # after so long what is in hand is claimed anew
POLL = 0.5  # seconds between looks when nobody wakes us
HANDS = 8  # lanes that speak at the same time
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
LOCKED_OUT_WAIT = timedelta(minutes=1)

DEEDS: dict[Deed, Callable[[Voice, Posting], Told]] = {
    Deed.OPEN_CHANNEL: channel_deeds.open_channel,
    Deed.INVITE: channel_deeds.invite,
    Deed.MEET: channel_deeds.meet,
    Deed.TOPIC: channel_deeds.topic,
    Deed.PIN: channel_deeds.pin,
    Deed.BOOKMARK: channel_deeds.bookmark,
    Deed.FETCH: channel_deeds.fetch,
    Deed.READ_HISTORY: draft_history.read_history,
    Deed.DRAFT: channel_deeds.draft,
    Deed.COMPLETE_DRAFT: draft_history.complete_draft,
    Deed.COMPOSE: channel_deeds.compose,
    Deed.REDRAFT: edits.redraft,
    Deed.EDIT: edits.edit,
    Deed.CARD: postings.card,
    Deed.ANNOUNCEMENT: postings.announcement,
    Deed.NOTICE: postings.notice,
    Deed.SUMMARY: postmortem_postings.summary,
    Deed.SECTION: postmortem_postings.section,
    Deed.FILE: postmortem_postings.file,
    Deed.FILES: postmortem_postings.files,
    Deed.REPLACED: postmortem_postings.replaced,
    Deed.SUMMARY_NOW: postmortem_postings.summary_now,
    Deed.SECTION_NOW: postmortem_postings.section_now,
    Deed.CANVAS: canvas.canvas,
    Deed.MEETING: meeting_postings.meeting,
    Deed.MEETING_FILE: meeting_postings.file,
    Deed.MEETING_DRAFT: meeting_postings.draft,
    Deed.YEAR_AGO: learning_postings.year_ago,
    Deed.BALLOT: learning_postings.ballot,
    Deed.ELECTED: learning_postings.elected,
    Deed.ITEM: postings.item,
    Deed.ITEM_THREAD: postings.item_thread,
    Deed.ITEM_ANSWER: whispers.item_answer,
    Deed.ITEM_RETURN: postings.item_return,
    Deed.TICKET: tickets.ticket,
    Deed.TICKETS: tickets.compare,
    Deed.REMINDER: personal.reminder,
    Deed.ESCALATION: postings.escalation,
    Deed.DIGEST: digest_postings.weekly,
    Deed.DIGEST_INTRO: digest_postings.intro,
    Deed.DIGEST_CHANGED: digest_postings.changed,
    Deed.MONTHLY: digest_postings.of_month,
    Deed.MONTHLY_PICTURE: digest_postings.picture,
    Deed.HOME: personal.home,
    Deed.HELLO: personal.hello,
    Deed.GROUP: groups.read,
    Deed.UPDATE_DUE: nudges.update_due,
    Deed.UPDATE_OVERDUE: nudges.update_overdue,
    Deed.CHECK_IN: check_ins.check_in,
    Deed.CHECKED_IN: check_ins.checked_in,
    Deed.LEAD_WANTED: nudges.lead_wanted,
    Deed.LEAD_FOUND: nudges.lead_found,
    Deed.ROLE_HELP: nudges.role_help,
    Deed.DEPARTED: recipients.departed,
    Deed.HANDED_OVER: recipients.handed_over,
    Deed.TAKEN_OVER: postings.taken_over,
    Deed.CHANNELS: channel_changes.look,
    Deed.CHANNEL_CHANGED: channel_changes.changed,
    Deed.PUBLISH: channel_changes.publish,
    Deed.WITHDRAWAL: channel_changes.withdraw,
    Deed.RECEIPT: whispers.receipt,
    Deed.GREETING: whispers.greeting,
    Deed.REFUSED: refusal_reports.report,
    Deed.OWNER_ABSENT: absent_owners.report,
}


class Sender:
    """Takes postings from the outbox and does them, until it is stopped."""

    def __init__(self, voice: Voice, wake: Event) -> None:
        """`wake` is set by whoever wrote a posting; without it the sender looks by itself."""
        self.voice = voice
        self._wake = wake
        self._stopping = Event()
        self._busy: dict[Future[Exception | None], Posting] = {}
        self._renewed_at = voice.bot.now()
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
            log.warning("postings left unfinished", postings=ids)

    def _run(self) -> None:
        while not self._stopping.is_set():
            nap = errors.guarded(self._take, "taking postings")
            self._wake.wait(POLL if isinstance(nap, Exception) else nap)
            self._wake.clear()

    def _take(self) -> float:
        """Take what may go now; say for how many seconds there is nothing more to take."""
        self._busy = {done: posting for done, posting in self._busy.items() if not done.done()}
        free = HANDS - len(self._busy)
        with self.voice.bot.store.begin() as session:
            at = self.voice.bot.now()
            self._renew(session, at)
            claimed = self._claim(session, at, free) if free else []
            # What is in hand wakes us when it is done, and what follows it in its lane goes then.
            in_hand = {posting.lane for posting in [*claimed, *self._busy.values()]}
            waiting = outbox.waits_besides(session, in_hand)
        for posting in claimed:
            self._busy[begin(partial(self._do, posting), posting.deed)] = posting
        return min(POLL, self.voice.bot.policy.posting_interval) if waiting else POLL

    def _renew(self, session: Session, at: datetime) -> None:
        if abs(at - self._renewed_at) >= RENEWED:
            claims.renew(session, self._busy.values(), at + LEASE)
            self._renewed_at = at

    def _claim(self, session: Session, at: datetime, most: int) -> list[Posting]:
        pace = timedelta(seconds=self.voice.bot.policy.posting_interval)
        held = [posting.id for posting in self._busy.values()]
        return claims.claim(session, at, Terms(lease=LEASE, pace=pace), most, held)

    def _do(self, posting: Posting) -> None:
        told = errors.guarded(partial(_perform, self.voice, posting), posting.deed)
        settled = errors.guarded(partial(settle, self.voice, posting, told), "settling a posting")
        if isinstance(settled, Exception):  # the lease ends, and the posting is looked up then
            log.warning("posting not settled", posting=posting.id)
        self._wake.set()


def _perform(voice: Voice, posting: Posting) -> Told:
    withheld = outsider_messages.withheld(voice, posting)
    return withheld or recipients.checked(DEEDS[posting.deed], voice, posting)


def settle(voice: Voice, posting: Posting, told: Told | Exception) -> None:
    """Store what came of a posting, in one transaction."""
    at = voice.bot.now()
    with voice.bot.store.begin() as session:
        if not claims.is_held(session, posting):  # another sender finds what was said by its uuid
            log.warning("posting was taken over", posting=posting.id, deed=posting.deed)
            return
        if isinstance(told, Told):
            requesters.pass_on(session, posting)
            if told.then is not None:
                told.then(session)
            outbox.sent(
                session, posting.id, at=at, channel_id=told.channel_id, message_id=told.message_id
            )
            return
        came = _trouble(told, at - (posting.unsure_since or at))
        log.warning("posting not sent", posting=posting.id, deed=posting.deed, reason=came.reason)
        if came.wait is None:
            refusals.set_aside(session, posting, came.reason, at)
            return
        not_before = at + came.wait
        outbox.again(
            session, posting.id, not_before=not_before, trouble=came.reason, unsure=came.unsure
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

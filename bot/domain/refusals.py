"""What happens if Slack permanently refuses a job: who is told, and whether the job is kept.

There is one row per job kind. Its text is in `templates/refusal_words.j2`, and `docs/refusals.md`
lists everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.job import JobKind

# Our own reasons, in addition to Slack's error codes.
NO_CHANNEL = "the incident has no channel: it could not be made"
UNANSWERABLE = "the message that this one answers was not sent"
CANNOT_CHECK = "the incident is private, and I'm not in its channel"
NOT_VISIBLE = "there is no channel {} that I can see: invite me there"
# These end when the bot is back in the channel, or the channel exists. UNANSWERABLE results from them.
PASSES_ON_RETURN = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", NO_CHANNEL, CANNOT_CHECK, UNANSWERABLE}
)

NEVER, WEEK, ALWAYS = timedelta(0), timedelta(days=7), timedelta.max


class Audience(StrEnum):
    """Who is told: by ephemeral message where they asked, or else by DM, or else in the channel."""

    REQUESTER = "the person who asked"
    CHANNEL = "the incident's channel"
    LOG = "only the log"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One row. `because` is the reason why nobody is told, if it's only logged.

    `useful_for` is how old a job may be to still run once the bot is back in the channel. With `once`,
    the same refusal is reported only once per incident and person. `instead` is done in its place.
    """

    audience: Audience = Audience.REQUESTER
    useful_for: timedelta = ALWAYS
    once: bool = False
    because: str = ""
    instead: JobKind | None = None


def _log_only(because: str, useful_for: timedelta = NEVER) -> Refusal:
    return Refusal(audience=Audience.LOG, because=because, useful_for=useful_for)


_TOLD = Refusal()
_TOLD_ONCE = Refusal(once=True)  # shows the current state, so every change would be refused
_UNASKED = "it's scheduled, so nobody is waiting for it"

ON_REFUSAL: Mapping[JobKind, Refusal] = {
    JobKind.OPEN_CHANNEL: Refusal(useful_for=NEVER, instead=JobKind.ANNOUNCEMENT),
    JobKind.INVITE: _TOLD,
    JobKind.MEET: _log_only("the person is looked up again at their next request"),
    JobKind.TOPIC: _TOLD_ONCE,
    JobKind.CARD: _TOLD_ONCE,
    JobKind.PIN: _TOLD_ONCE,
    JobKind.BOOKMARK: _TOLD_ONCE,
    JobKind.ANNOUNCEMENT: _TOLD_ONCE,
    JobKind.NOTICE: _TOLD,
    JobKind.FETCH: _TOLD,
    JobKind.READ_HISTORY: _TOLD,
    JobKind.DRAFT: _TOLD,
    JobKind.COMPLETE_DRAFT: _TOLD,
    JobKind.SUMMARY: _TOLD,
    JobKind.SECTION: _TOLD,
    JobKind.FILE: _TOLD,
    JobKind.COMPOSE: _TOLD,
    JobKind.REDRAFT: _TOLD,
    JobKind.FILES: _TOLD,
    JobKind.REPLACED: _TOLD,
    JobKind.EDIT: _TOLD,
    JobKind.SUMMARY_NOW: _TOLD,
    JobKind.SECTION_NOW: _TOLD,
    JobKind.CANVAS: _TOLD_ONCE,
    JobKind.SHARED_POSTMORTEM: _TOLD,
    JobKind.MEETING: _TOLD,
    JobKind.MEETING_FILE: _TOLD,
    JobKind.MEETING_DRAFT: _log_only("the draft is linked in the meeting's message"),
    JobKind.YEAR_AGO: _log_only(_UNASKED),
    JobKind.BALLOT: _log_only(_UNASKED, WEEK),
    JobKind.ELECTED: _log_only(_UNASKED, WEEK),
    JobKind.ITEM: _TOLD,
    JobKind.ITEM_THREAD: _TOLD,
    JobKind.ITEM_ANSWER: Refusal(useful_for=NEVER),
    JobKind.ITEM_RETURN: _log_only(_UNASKED, ALWAYS),
    JobKind.TICKET: _log_only("the item shows why it has no ticket"),
    JobKind.TICKETS: _log_only("tickets are compared again within the hour"),
    JobKind.REMINDER: _log_only("the lead or the channel is reminded instead"),
    JobKind.ESCALATION: _log_only(_UNASKED, WEEK),
    JobKind.DIGEST: _log_only(_UNASKED, WEEK),
    JobKind.DIGEST_INTRO: _log_only(_UNASKED, WEEK),
    JobKind.DIGEST_CHANGED: _TOLD,
    JobKind.MONTHLY: _log_only(_UNASKED, WEEK),
    JobKind.MONTHLY_PICTURE: _log_only(_UNASKED, WEEK),
    JobKind.HOME: _log_only("the tab is updated when it's opened or anything on it changes"),
    JobKind.HELLO: _log_only("`/incident help` says the same"),
    JobKind.GROUP: _log_only("people who are denied access because of it are told why"),
    JobKind.UPDATE_DUE: Refusal(audience=Audience.CHANNEL, useful_for=NEVER),
    JobKind.UPDATE_OVERDUE: _log_only("the channel itself refused it, and later would be too late"),
    JobKind.CHECK_IN: _log_only("the question is asked again a day later"),
    JobKind.CHECKED_IN: _log_only("it only removes buttons"),
    JobKind.LEAD_WANTED: _log_only("the channel itself refused it, and later would be too late"),
    JobKind.LEAD_FOUND: _log_only("it only removes a button"),
    JobKind.ROLE_ASSIGNED: _TOLD,
    JobKind.DEPARTED: _log_only(
        "nobody requested it, and it's checked again at the next message", ALWAYS
    ),
    JobKind.HANDED_OVER: _log_only("the person it's for can't be reached"),
    JobKind.TAKEN_OVER: _log_only("nobody requested it", ALWAYS),
    JobKind.CHANNELS: _log_only("channels are compared again at the next connection"),
    JobKind.CHANNEL_CHANGED: _TOLD,
    JobKind.PUBLISH: Refusal(useful_for=NEVER),
    JobKind.WITHDRAWAL: Refusal(audience=Audience.CHANNEL),
    JobKind.RECEIPT: _log_only("the mark itself is recorded"),
    JobKind.GREETING: _log_only("nobody requested it, and later would be too late"),
    JobKind.OWNER_ABSENT: _log_only("it's only a hint"),
    JobKind.REFUSED: _log_only("there's no other way to reach the person"),
}


def code_of(reason: str) -> str:
    """Return Slack's error code in a reason such as `missing_scope, needs pins:write`."""
    return reason.partition(", needs ")[0]


def scope_of(reason: str) -> str:
    """Return the missing scope in such a reason; empty if there is none."""
    return reason.partition(", needs ")[2]


def passes_on_return(reason: str) -> bool:
    """Return whether a job with this trouble can run once the bot is in the channel."""
    start = NOT_VISIBLE.partition("{}")[0]
    return reason in PASSES_ON_RETURN or reason.startswith(start)

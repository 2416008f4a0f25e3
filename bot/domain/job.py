"""Outbox jobs: one change each in Slack or a tracker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class JobKind(StrEnum):
    """The kind of a job. Its text is rendered when it's sent, so it's never stale."""

    OPEN_CHANNEL = "open_channel"
    INVITE = "invite"
    MEET = "meet"
    TOPIC = "topic"
    CARD = "card"
    PIN = "pin"
    BOOKMARK = "bookmark"
    ANNOUNCEMENT = "announcement"
    NOTICE = "notice"
    FETCH = "fetch"
    READ_HISTORY = "read_history"
    DRAFT = "draft"
    COMPLETE_DRAFT = "complete_draft"
    SUMMARY = "summary"
    SECTION = "section"
    FILE = "file"
    COMPOSE = "compose"
    REDRAFT = "redraft"
    FILES = "files"
    REPLACED = "replaced"
    EDIT = "edit"
    SUMMARY_NOW = "summary_now"
    SECTION_NOW = "section_now"
    CANVAS = "canvas"
    SHARED_POSTMORTEM = "shared_postmortem"
    MEETING = "meeting"
    MEETING_FILE = "meeting_file"
    MEETING_DRAFT = "meeting_draft"
    YEAR_AGO = "year_ago"
    BALLOT = "ballot"
    ELECTED = "elected"
    ITEM = "item"
    ITEM_THREAD = "item_thread"
    ITEM_ANSWER = "item_answer"
    ITEM_RETURN = "item_return"
    TICKET = "ticket"
    TICKETS = "tickets"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    DIGEST = "digest"
    DIGEST_INTRO = "digest_intro"
    DIGEST_CHANGED = "digest_changed"
    MONTHLY = "monthly"
    MONTHLY_PICTURE = "monthly_picture"
    HOME = "home"
    HELLO = "hello"
    GROUP = "group"
    UPDATE_DUE = "update_due"
    UPDATE_OVERDUE = "update_overdue"
    CHECK_IN = "check_in"
    CHECKED_IN = "checked_in"
    LEAD_WANTED = "lead_wanted"
    LEAD_FOUND = "lead_found"
    ROLE_ASSIGNED = "role_help"
    DEPARTED = "departed"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"
    CHANNELS = "channels"
    CHANNEL_CHANGED = "channel_changed"
    PUBLISH = "publish"
    WITHDRAWAL = "withdrawal"
    RECEIPT = "receipt"
    GREETING = "greeting"
    REFUSED = "refused"
    OWNER_ABSENT = "owner_absent"


# Jobs that show the current state. While one is waiting, a second one isn't enqueued.
COALESCED = frozenset(
    {
        JobKind.CARD,
        JobKind.ANNOUNCEMENT,
        JobKind.ITEM,
        JobKind.TOPIC,
        JobKind.FETCH,
        JobKind.READ_HISTORY,
        JobKind.DRAFT,
        JobKind.COMPLETE_DRAFT,
        JobKind.MEET,
        JobKind.HOME,
        JobKind.COMPOSE,
        JobKind.REDRAFT,
        JobKind.SUMMARY_NOW,
        JobKind.SECTION_NOW,
        JobKind.LEAD_FOUND,
        JobKind.CANVAS,
        JobKind.SHARED_POSTMORTEM,
        JobKind.DIGEST_CHANGED,
        JobKind.MEETING,
        JobKind.TICKET,
        JobKind.TICKETS,
        JobKind.CHANNELS,
        JobKind.WITHDRAWAL,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One row of the outbox.

    Jobs of one `lane` (an incident's channel, a person's DM) are done one after another, in the
    order in which they were enqueued. `about` has the ids that the job needs. `answers` is the outbox
    id of the message in whose thread it's posted. `uuid` travels with the message, so that it can be
    found after an unknown outcome. `attempts` counts earlier attempts, and `progress` is their
    progress. `unsure_since` is the start of an attempt with an unknown outcome, or None.
    `requested_by` is the person who asked for it, in the channel `requested_in`; both may be empty.
    """

    kind: JobKind
    lane: str
    about: Mapping[str, object] = field(default_factory=dict)
    incident_id: int | None = None
    answers: int | None = None
    id: int = 0
    uuid: str = ""
    attempts: int = 0
    unsure_since: datetime | None = None
    progress: Mapping[str, str] = field(default_factory=dict)
    requested_by: str = ""
    requested_in: str = ""


# Each lane is one place in Slack. Reading a history posts nothing, and a canvas is locked while
# somebody edits it, so both have their own lanes and no message waits for them.
_LANES = {
    JobKind.ANNOUNCEMENT: "announcements",
    JobKind.SHARED_POSTMORTEM: "announcements",
    JobKind.WITHDRAWAL: "announcements",  # after the announcements that are still waiting
    JobKind.FETCH: "history:{}",
    JobKind.READ_HISTORY: "draft_history:{}",
    JobKind.CANVAS: "canvas:{}",
}


def make_incident_job(
    incident_id: int,
    kind: JobKind,
    about: Mapping[str, object] | None = None,
    *,
    answers: int | None = None,
) -> Job:
    """Return a job for an incident, in the lane of the place that it changes."""
    return Job(
        kind=kind,
        lane=_LANES.get(kind, "incident:{}").format(incident_id),
        incident_id=incident_id,
        about=about or {},
        answers=answers,
    )


def person_lane(person: str) -> str:
    return f"person:{person}"

"""Tell whoever asked for something that Slack refused it, why, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import render
from bot.domain.incident import Incident, Status
from bot.domain.posting import Posting
from bot.domain.refusals import (
    CANNOT_CHECK,
    NEVER,
    NO_CHANNEL,
    NOT_VISIBLE,
    ON_REFUSAL,
    code_of,
    passes_on_return,
    scope_of,
)
from bot.refusals import LANE
from handlers import requester_messages
from handlers.channel_deeds import Told, incident_of
from handlers.voice import TryLater, Voice
from storage import outbox, refusals
from storage.refusals import Refused

FIRST_WAIT, MOST_TRIES = timedelta(minutes=1), 10  # the last is 17 hours after the first
_OURS = {NO_CHANNEL: "no_channel", CANNOT_CHECK: "cannot_check"}
_SLACKS = re.compile(r"[a-z0-9_.-]{1,80}")  # anything else is a mistake of ours, and in the log


def report(voice: Voice, posting: Posting) -> Told:
    """Tell where they asked, else by direct message, else in the incident's channel, else the log.

    Jobs that were run since are left out.
    """
    ids = posting.about["jobs"]
    assert isinstance(ids, list)  # noqa: S101 - written by bot.refusals
    with voice.bot.store.begin() as session:
        jobs = refusals.still_refused(session, ids)
    incident = incident_of(voice, posting) if posting.incident_id else None
    if not jobs or _is_moot(incident):
        return Told()
    text, asked_at = _text(voice, incident, jobs), jobs[-1].written_at
    channel = incident.channel_id if incident else None
    told = requester_messages.tell(voice, posting, text, asked_at, channel)
    return told or _later(voice, posting)


def _later(voice: Voice, posting: Posting) -> Told:
    """Try again when Slack may have changed its mind; in a lane of its own, so that nothing waits."""
    if not posting.requested_by:
        return Told()
    if posting.lane != LANE:
        moved = replace(posting, lane=LANE)
        return Told(then=lambda session: outbox.put(session, moved, voice.bot.now()))
    if posting.attempts < MOST_TRIES:
        raise TryLater("nobody could be told", FIRST_WAIT * 2**posting.attempts)
    return Told()


def _is_moot(incident: Incident | None) -> bool:
    """Whether nobody misses anything: the incident was cancelled before it had a channel."""
    if incident is None or incident.channel_id is not None:
        return False
    return incident.status is Status.CANCELLED


def _text(voice: Voice, incident: Incident | None, jobs: Sequence[Refused]) -> str:
    reason = jobs[0].reason
    shown = {_shown(job): None for job in jobs}
    facts = {
        "key": incident.key if incident else "",
        "channel": incident.channel_id if incident else None,
        "has_no_channel": incident is not None and incident.channel_id is None,
        "jobs": [{"kind": kind, "person": person} for kind, person in shown],
        "code": _code(reason),
        "scope": scope_of(reason),
        "command": voice.bot.policy.command,
        "bot": voice.identity.name,
        "resumes": _resumes(reason, jobs),
    }
    return render.message("refusal_report", **facts).text


def _shown(job: Refused) -> tuple[str, str]:
    """The kind of a job and the person it's about: several that read the same are shown once."""
    return job.posting.deed, str(job.posting.about.get("person", job.posting.requested_by))


def _code(reason: str) -> str:
    if reason.startswith(NOT_VISIBLE.partition("{}")[0]):
        return "not_visible"
    code = _OURS.get(reason, code_of(reason))
    return code if _SLACKS.fullmatch(code) else "internal"


def _resumes(reason: str, jobs: Sequence[Refused]) -> bool:
    kept = any(ON_REFUSAL[job.posting.deed].useful_for > NEVER for job in jobs)
    return kept and passes_on_return(reason)

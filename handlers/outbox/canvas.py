"""The postmortem as a canvas of its channel: created once, then updated with each version.

It's created with `canvases.create` for the channel, as a tab with a title.
`conversations.canvases.create` would create the channel's own canvas: there's only one, not on
every plan, and in an adopted channel it may be somebody else's. The channel's tabs show whether an
earlier attempt created the canvas. A canvas that a person deleted isn't created again, since they
didn't want it there, until a draft is posted anew (`/incident postmortem again`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.timeline import to_slack_ts
from bot.postmortems import drafts
from bot.rendering import render
from bot.rendering.canvas_text import fit_to_canvas
from handlers.errors import describe_slack_error
from handlers.outbox import unknown_outcomes
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from storage import incidents, outbox
from storage.engine.store import Session

DELETED_ERRORS = {"canvas_not_found", "canvas_deleted"}
# Errors caused by the plan, a setting, a scope or the text. A retry wouldn't help, and the
# postmortem is in the thread. Its next change tries again.
PERMANENT_ERRORS = DELETED_ERRORS | {
    "access_denied", "canvas_creation_failed", "canvas_disabled_user_team", "canvas_editing_failed",
    "canvas_globally_disabled", "canvas_tab_creation_failed", "canvas_too_large", "channel_not_found",
    "free_team_canvas_tab_already_exists", "free_team_not_allowed", "free_teams_cannot_create_non_tabbed_canvases",
    "free_teams_cannot_edit_standalone_canvases", "is_archived", "missing_scope", "no_permission",
    "not_allowed", "not_in_channel", "restricted_action", "team_tier_cannot_create_channel_canvases",
}  # fmt: skip
CREATION_WINDOW = timedelta(minutes=1)  # a call creates the canvas by then, or never
CLOCK_SKEW = timedelta(seconds=5)  # between Slack's clock and ours
_TRIED_AT = "tried_at"  # key in a job's progress: when its last attempt to create the canvas began
Content = dict[str, str]


def update(sender: MessageSender, job: Job) -> JobResult:
    """Update the incident's canvas to the current postmortem. A refusal by Slack is logged once."""
    incident, _ = channel_of(sender, job)
    is_unknown = incident.canvas_id == "" and _TRIED_AT not in job.progress
    if is_unknown or not sender.bot.policy.postmortem.canvas:
        return JobResult()
    content = _content(sender, incident)
    try:
        if not incident.canvas_id:
            return _create(sender, job, incident, content)
        return _edit(sender, job, incident, content)
    except SlackApiError as error:
        if error.response.get("error") not in PERMANENT_ERRORS:
            raise
        _refused(sender, incident, error)
        return JobResult(then=lambda session: _not_made(session, incident))


def _edit(sender: MessageSender, job: Job, incident: Incident, content: Content) -> JobResult:
    change = {"operation": "replace", "document_content": content}  # replaces everything
    try:
        sender.client.canvases_edit(canvas_id=str(incident.canvas_id), changes=[change])
    except SlackApiError as error:
        if error.response.get("error") not in DELETED_ERRORS or not job.about.get("anew"):
            raise
        return _create(sender, job, incident, content)
    return JobResult()


def _create(sender: MessageSender, job: Job, incident: Incident, content: Content) -> JobResult:
    """Create the canvas unless an earlier attempt did or may have: none is better than two."""
    if job.unsure_since and _TRIED_AT in job.progress:
        tried_at = datetime.fromisoformat(job.progress[_TRIED_AT])
        earlier_id = _find_earlier(sender, incident, tried_at)
        if earlier_id == "":
            sender.once.warn(
                "canvas not created: an earlier attempt may have created one", incident=incident.key
            )
        if earlier_id is not None:
            return JobResult(then=partial(_store_earlier, incident, earlier_id, sender.bot.now()))
        unknown_outcomes.require_elapsed(sender.bot, tried_at, sender.repeat_after)
    with sender.bot.store.begin() as session:
        # Until Slack's response is stored, a canvas may exist, whatever happens in between.
        incidents.change(session, incident.id, canvas_id="")
        outbox.save_progress(session, job.id, {_TRIED_AT: sender.bot.now().isoformat()})
    title = render.line("canvas_title", incident=incident)
    canvas_id = sender.client.canvases_create(
        title=title, channel_id=incident.channel_id, document_content=content
    )["canvas_id"]
    return JobResult(
        then=lambda session: incidents.change(session, incident.id, canvas_id=str(canvas_id))
    )


def _store_earlier(incident: Incident, canvas_id: str, at: datetime, session: Session) -> None:
    """Store an earlier attempt's canvas, which the next job edits, or empty if that's unknown."""
    incidents.change(session, incident.id, canvas_id=canvas_id)
    if canvas_id:
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.CANVAS), at)


def _not_made(session: Session, incident: Incident) -> None:
    """Record that Slack created no canvas, so that the next job may try."""
    if incidents.by_id(session, incident.id).canvas_id == "":
        incidents.change(session, incident.id, canvas_id=None)


def _find_earlier(sender: MessageSender, incident: Incident, tried_at: datetime) -> str | None:
    """Return the canvas that an attempt created; None if it created none, empty if that's unknown.

    It's the only one added to the channel's tabs within a minute of the attempt. If Slack lists no
    tabs for the channel, that's unknown.
    """
    try:
        channel = sender.client.conversations_info(channel=str(incident.channel_id))["channel"]
    except SlackApiError as error:
        if error.response.get("error") not in PERMANENT_ERRORS:
            raise
        return ""
    tabs = (channel.get("properties") or {}).get("tabs")
    if tabs is None:
        return ""
    since, until = to_slack_ts(tried_at - CLOCK_SKEW), to_slack_ts(tried_at + CREATION_WINDOW)
    candidates = [
        canvas for canvas in _canvases(tabs) if not canvas[1] or since <= canvas[1] <= until
    ]
    if not candidates:
        return None
    return candidates[0][0] if len(candidates) == 1 and candidates[0][1] else ""


def _canvases(tabs: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the canvases among a channel's tabs, each with the `ts` when it was added, or empty."""
    for tab in tabs:
        data = tab.get("data") or {}
        if tab.get("type") == "canvas" and data.get("file_id"):
            yield str(data["file_id"]), str(data.get("shared_ts") or "")


def _content(sender: MessageSender, incident: Incident) -> Content:
    with sender.bot.store.begin() as session:
        markdown = drafts.latest(session, incident).markdown
    text = fit_to_canvas(markdown, render.line("canvas_cut"))
    return {"type": "markdown", "markdown": f"{render.line('canvas_note')}\n\n{text}"}


def _refused(sender: MessageSender, incident: Incident, error: SlackApiError) -> None:
    detail = error.response.get("detail")  # what Slack doesn't accept in the text
    reason = f"{describe_slack_error(error)}: {detail}" if detail else describe_slack_error(error)
    sender.once.warn("Slack rejected the canvas", incident=incident.key, reason=reason)

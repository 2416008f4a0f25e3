"""The postmortem as a canvas of its channel: made once, then kept in step with the newest version.

It is made by `canvases.create` with the channel, as a tab that has a title: `conversations.canvases.create`
would make the channel's own canvas, of which there is one, not on every plan, and which in a channel that was
adopted may be somebody's. What tells whether an earlier try has made it is the channel's tabs.
A canvas that a person deleted is let be, since they did not want it there; a draft that is posted
anew (`/incident postmortem again`) brings it back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.canvas_text import fit
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, for_incident
from bot.domain.timeline import stamp_of
from bot.postmortems import drafts
from bot.rendering import render
from handlers.errors import refusal
from handlers.outbox import late_calls
from handlers.outbox.channel_setup import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from storage import incidents, outbox
from storage.engine.store import Session

GONE = {"canvas_not_found", "canvas_deleted"}
# The plan, a setting, a scope or the text stands in the way: trying again would not help, and the
# postmortem is in the thread. The next change of it tries again.
REFUSED = GONE | {
    "access_denied", "canvas_creation_failed", "canvas_disabled_user_team", "canvas_editing_failed",
    "canvas_globally_disabled", "canvas_tab_creation_failed", "canvas_too_large", "channel_not_found",
    "free_team_canvas_tab_already_exists", "free_team_not_allowed", "free_teams_cannot_create_non_tabbed_canvases",
    "free_teams_cannot_edit_standalone_canvases", "is_archived", "missing_scope", "no_permission",
    "not_allowed", "not_in_channel", "restricted_action", "team_tier_cannot_create_channel_canvases",
}  # fmt: skip
SOON = timedelta(minutes=1)  # a call that was begun has made the canvas by then, or has not
SKEW = timedelta(seconds=5)  # between Slack's clock and ours
_TRIED = "tried_at"  # in a posting's progress: when its last try to make the canvas began
Content = dict[str, str]


def canvas(sender: MessageSender, job: Job) -> JobResult:
    """Let the incident's canvas show the postmortem as it is now; what Slack refuses is logged once."""
    incident, _ = channel_of(sender, job)
    lost = incident.canvas_id == "" and _TRIED not in job.progress
    if lost or not sender.bot.policy.postmortem.canvas:
        return JobResult()
    content = _content(sender, incident)
    try:
        if not incident.canvas_id:
            return _made(sender, job, incident, content)
        return _edited(sender, job, incident, content)
    except SlackApiError as error:
        if error.response.get("error") not in REFUSED:
            raise
        _refused(sender, incident, error)
        return JobResult(then=lambda session: _not_made(session, incident))


def _edited(sender: MessageSender, job: Job, incident: Incident, content: Content) -> JobResult:
    change = {"operation": "replace", "document_content": content}  # without a section it is all
    try:
        sender.client.canvases_edit(canvas_id=str(incident.canvas_id), changes=[change])
    except SlackApiError as error:
        if error.response.get("error") not in GONE or not job.about.get("anew"):
            raise
        return _made(sender, job, incident, content)
    return JobResult()


def _made(sender: MessageSender, job: Job, incident: Incident, content: Content) -> JobResult:
    """Make the canvas, unless an earlier try has, or may have: none is better than two."""
    if job.unsure_since and _TRIED in job.progress:
        tried_at = datetime.fromisoformat(job.progress[_TRIED])
        there = _made_before(sender, incident, tried_at)
        if there == "":
            sender.once.warn("canvas let be: one may have been made", incident=incident.key)
        if there is not None:
            return JobResult(then=partial(_found, incident, there, sender.bot.now()))
        late_calls.wait_since(sender.bot, tried_at, sender.repeat_after)
    with sender.bot.store.begin() as session:
        # Until Slack's answer is stored one may have been made, whatever comes between.
        incidents.change(session, incident.id, canvas_id="")
        outbox.note_progress(session, job.id, {_TRIED: sender.bot.now().isoformat()})
    title = render.line("canvas_title", incident=incident)
    made = sender.client.canvases_create(
        title=title, channel_id=incident.channel_id, document_content=content
    )["canvas_id"]
    return JobResult(
        then=lambda session: incidents.change(session, incident.id, canvas_id=str(made))
    )


def _found(incident: Incident, canvas_id: str, at: datetime, session: Session) -> None:
    """Keep the canvas of an earlier try, or that nobody knows of one; the next posting edits it."""
    incidents.change(session, incident.id, canvas_id=canvas_id)
    if canvas_id:
        outbox.put(session, for_incident(incident.id, JobKind.CANVAS), at)


def _not_made(session: Session, incident: Incident) -> None:
    """Slack said that it made none, so that the next posting may."""
    if incidents.by_id(session, incident.id).canvas_id == "":
        incidents.change(session, incident.id, canvas_id=None)


def _made_before(sender: MessageSender, incident: Incident, tried_at: datetime) -> str | None:
    """The canvas that a try at a time has made: None when it made none, empty when nobody can tell.

    It is the only one that came to the channel's tabs within a minute. A channel of which Slack
    tells no tabs tells nothing.
    """
    try:
        channel = sender.client.conversations_info(channel=str(incident.channel_id))["channel"]
    except SlackApiError as error:
        if error.response.get("error") not in REFUSED:
            raise
        return ""
    tabs = (channel.get("properties") or {}).get("tabs")
    if tabs is None:
        return ""
    since, until = stamp_of(tried_at - SKEW), stamp_of(tried_at + SOON)
    near = [each for each in _canvases(tabs) if not each[1] or since <= each[1] <= until]
    if not near:
        return None
    return near[0][0] if len(near) == 1 and near[0][1] else ""


def _canvases(tabs: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The canvases among a channel's tabs, with the time when each came there; empty if not told."""
    for tab in tabs:
        data = tab.get("data") or {}
        if tab.get("type") == "canvas" and data.get("file_id"):
            yield str(data["file_id"]), str(data.get("shared_ts") or "")


def _content(sender: MessageSender, incident: Incident) -> Content:
    with sender.bot.store.begin() as session:
        markdown = drafts.latest(session, incident).markdown
    text = fit(markdown, render.line("canvas_cut"))
    return {"type": "markdown", "markdown": f"{render.line('canvas_note')}\n\n{text}"}


def _refused(sender: MessageSender, incident: Incident, error: SlackApiError) -> None:
    detail = error.response.get("detail")  # what Slack does not like in a text
    reason = f"{refusal(error)}: {detail}" if detail else refusal(error)
    sender.once.warn("canvas refused", incident=incident.key, reason=reason)

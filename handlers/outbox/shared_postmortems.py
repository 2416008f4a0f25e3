"""The message that shares a final postmortem outside its incident's channel."""

import structlog
from slack_sdk.errors import SlackApiError

from bot.config.policy_parts import groups_among
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.markup import mention, mention_group
from bot.domain.review import PostmortemState
from bot.incidents import permalinks
from bot.postmortems import drafts, reviews
from bot.rendering import render
from handlers.errors import describe_slack_error
from handlers.outbox import user_groups
from handlers.outbox.job_context import JobResult, incident_of
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.views import postmortem_layouts
from storage import sent_messages

log = structlog.get_logger()


def post(sender: MessageSender, job: Job) -> JobResult:
    """Share a final postmortem, or update the message that did.

    Nothing is shared while an incident is private, or has no channel to be shared in.
    """
    name, incident = sender.bot.policy.postmortem_channel, incident_of(sender, job)
    with sender.bot.store.begin() as session:
        place = sent_messages.find_first_posted(session, incident.id, JobKind.SHARED_POSTMORTEM)
        review = reviews.load_with_names(session, incident)
        is_final = review.state is PostmortemState.FINAL
        if name is None or incident.private or not (place or is_final):
            return JobResult()
        document = drafts.latest(session, incident).document
        link = permalinks.for_postmortem(session, incident.id)
    told = [] if place else _mention_stakeholders(sender, incident)
    facts = {"draft": document, "review": review, "told": told, "is_final": is_final}
    message = render.message("shared_postmortem", incident=incident, **facts)
    blocks = postmortem_layouts.shared_postmortem(message, link)
    if place:
        sender.update_if_exists(*place, message.text, blocks)
        return JobResult(*place)
    channel = sender.find_channel_id(name)
    return JobResult(channel, sender.post(job, channel, message.text, blocks))


def _mention_stakeholders(sender: MessageSender, incident: Incident) -> list[str]:
    """Return mentions of the people and user groups to notify about this severity."""
    by_severity = sender.bot.policy.postmortem.stakeholders
    named = by_severity.get(incident.severity, ()) if incident.severity else ()
    groups = groups_among(named)
    return [_mention_group(sender, each) if each in groups else mention(each) for each in named]


def _mention_group(sender: MessageSender, group: str) -> str:
    """Return a user group's mention; if Slack doesn't tell its id, the name notifies nobody."""
    try:
        return mention_group(user_groups.find_id(sender, group))
    except (SlackApiError, CannotPost) as error:
        reason = describe_slack_error(error) if isinstance(error, SlackApiError) else str(error)
        log.warning("cannot mention user group", group=group, reason=reason)
        return group

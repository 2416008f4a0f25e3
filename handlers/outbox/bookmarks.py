"""Bookmark an incident's card exactly once, even if the connection breaks."""

from slack_sdk.errors import SlackApiError

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.rendering import render
from handlers.errors import describe_slack_error
from handlers.outbox import unknown_outcomes
from handlers.outbox.message_sender import MessageSender


def add_once(
    sender: MessageSender, job: Job, incident: Incident, target: tuple[str, str]
) -> str | None:
    """Add a bookmark unless an earlier attempt did; `target` is channel id and link. Returns its id.

    None if the outcome is unknown: an app installed without the scope `bookmarks:read` can't check,
    and no bookmark is better than two.
    """
    channel, link = target
    if job.unsure_since is not None:
        try:
            existing = _of_link(sender, channel, link)
        except SlackApiError as error:
            if error.response.get("error") != "missing_scope":
                raise
            sender.once.warn(
                "bookmark skipped", incident=incident.key, reason=describe_slack_error(error)
            )
            return None
        if existing is not None:
            return existing
        unknown_outcomes.check_before_repeating(sender.bot, job, sender.repeat_after)
    title = render.line("bookmark_title", incident=incident)
    answer = sender.client.bookmarks_add(channel_id=channel, title=title, type="link", link=link)
    return str(answer["bookmark"]["id"])


def _of_link(sender: MessageSender, channel: str, link: str) -> str | None:
    bookmarks = sender.client.bookmarks_list(channel_id=channel)["bookmarks"]
    return next(
        (str(bookmark["id"]) for bookmark in bookmarks if bookmark.get("link") == link), None
    )

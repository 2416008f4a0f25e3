"""Ephemeral messages: sent at most once, because there's no way to check whether one was sent."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.domain.job import Job
from bot.domain.timeline import Mark
from bot.rendering import render
from handlers.outbox.job_context import JobResult, channel_of, get_row_id
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from handlers.views.blocks import Block
from storage import action_items, corrections, marks, people, timeline

# The person isn't there to read it, or its thread was deleted, so nothing is lost.
_UNREACHABLE_ERRORS = {
    "user_not_in_channel",
    "user_not_found",
    "cannot_reply_to_message",
    "thread_not_found",
}


def confirm_mark(sender: MessageSender, job: Job) -> JobResult:
    """Confirm a mark to the person who made it; send nothing if it doesn't count or was removed."""
    _, channel = channel_of(sender, job)
    message, person, mark = (str(job.about[name]) for name in ("message", "person", "mark"))
    with sender.bot.store.begin() as session:
        event = timeline.by_ids(session, channel, [message]).get(message)
        current_marks = marks.of_messages(session, channel, [message])
        event = next(iter(corrections.apply(session, [event] if event else [])), None)
    if event is not None and not event.deleted and (message, person, Mark(mark)) in current_marks:
        label, by_form = render.line("mark_label", mark=mark), bool(job.about.get("form"))
        text = render.line("receipt", label=label, by_form=by_form, event=event)
        _send_once(sender, job, (channel, event.thread_id), text)
    return JobResult()


def offer_catch_up(sender: MessageSender, job: Job) -> JobResult:
    """Offer a catch-up to a person who joins an open incident."""
    incident, channel = channel_of(sender, job)
    person = str(job.about["person"])
    with sender.bot.store.begin() as session:
        joiner = people.find(session, person)
    if not (incident.status.is_over or (joiner and joiner.bot)):
        message = render.message("greeting", incident=incident)
        layout = layouts.greeting(message, incident)
        _send_once(sender, job, (channel, None), message.text, layout)
    return JobResult()


def confirm_item_reply(sender: MessageSender, job: Job) -> JobResult:
    """Tell a person how their reply in an item's thread was understood."""
    _, channel = channel_of(sender, job)
    person, thread = str(job.about["person"]), str(job.about["thread"])
    with sender.bot.store.begin() as session:
        item = action_items.by_id(session, get_row_id(job, "item"))
    refused = job.about.get("refused")
    text = str(refused or render.line(str(job.about.get("told")), item=item, person=person))
    _send_once(sender, job, (channel, thread), text)
    return JobResult()


def _send_once(
    sender: MessageSender,
    job: Job,
    place: tuple[str, str | None],
    text: str,
    blocks: Sequence[Block] | None = None,
) -> None:
    """Send an ephemeral message to the job's person; `place` is channel and thread."""
    if job.unsure_since is not None:
        return  # it may have been sent
    channel, thread = place
    try:
        sender.client.chat_postEphemeral(
            channel=channel,
            user=str(job.about["person"]),
            text=text,
            thread_ts=thread,
            blocks=blocks,
        )
    except SlackApiError as error:
        if error.response["error"] not in _UNREACHABLE_ERRORS:
            raise

"""What only one person sees: said once at most, since nobody can look whether it was."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.domain.job import Job
from bot.domain.timeline import Mark
from bot.rendering import render
from handlers.outbox.channel_setup import JobResult, channel_of, number_in
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from handlers.views.blocks import Block
from storage import action_items, corrections, marks, people, timeline

# The person is not there to read it, or its thread was deleted, so nothing is lost.
_NOT_THERE = {
    "user_not_in_channel",
    "user_not_found",
    "cannot_reply_to_message",
    "thread_not_found",
}


def receipt(sender: MessageSender, job: Job) -> JobResult:
    """Tell who marked a message that it counts; nothing when it does not, or was taken back since."""
    _, channel = channel_of(sender, job)
    message, person, mark = (str(job.about[name]) for name in ("message", "person", "mark"))
    with sender.bot.store.begin() as session:
        event = timeline.by_ids(session, channel, [message]).get(message)
        there = marks.marked(session, channel, [message])
        event = next(iter(corrections.applied(session, [event] if event else [])), None)
    if event is not None and not event.deleted and (message, person, Mark(mark)) in there:
        label, by_form = render.line("mark_label", mark=mark), bool(job.about.get("form"))
        text = render.line("receipt", label=label, by_form=by_form, event=event)
        _whisper(sender, job, (channel, event.thread_id), text)
    return JobResult()


def greeting(sender: MessageSender, job: Job) -> JobResult:
    """Offer to who joins a running incident to be caught up."""
    incident, channel = channel_of(sender, job)
    person = str(job.about["person"])
    with sender.bot.store.begin() as session:
        known = people.find(session, person)
    if not (incident.status.is_over or (known and known.bot)):
        message = render.message("greeting", incident=incident)
        layout = layouts.greeting(message, incident)
        _whisper(sender, job, (channel, None), message.text, layout)
    return JobResult()


def item_answer(sender: MessageSender, job: Job) -> JobResult:
    """What was understood of an answer in an item's thread: for who answered alone."""
    _, channel = channel_of(sender, job)
    person, thread = str(job.about["person"]), str(job.about["thread"])
    with sender.bot.store.begin() as session:
        found = action_items.by_id(session, number_in(job, "item"))
    refused = job.about.get("refused")
    text = str(refused or render.line(str(job.about.get("told")), item=found, person=person))
    _whisper(sender, job, (channel, thread), text)
    return JobResult()


def _whisper(
    sender: MessageSender,
    job: Job,
    place: tuple[str, str | None],
    text: str,
    blocks: Sequence[Block] | None = None,
) -> None:
    """Say something to the person whom a posting is about; `place` is channel and thread."""
    if job.unsure_since is not None:
        return  # it may have been said
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
        if error.response["error"] not in _NOT_THERE:
            raise

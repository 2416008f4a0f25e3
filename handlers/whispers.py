"""What only one person sees: said once at most, since nobody can look whether it was."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot import render
from bot.domain.posting import Posting
from bot.domain.timeline import Mark
from handlers import layouts
from handlers.blocks import Block
from handlers.channel_deeds import Told, channel_of, number_in
from handlers.voice import Voice
from storage import action_items, corrections, marks, people, timeline

# The person is not there to read it, or its thread was deleted, so nothing is lost.
_NOT_THERE = {
    "user_not_in_channel",
    "user_not_found",
    "cannot_reply_to_message",
    "thread_not_found",
}


def receipt(voice: Voice, posting: Posting) -> Told:
    """Tell who marked a message that it counts; nothing when it does not, or was taken back since."""
    _, channel = channel_of(voice, posting)
    message, person, mark = (str(posting.about[name]) for name in ("message", "person", "mark"))
    with voice.bot.store.begin() as session:
        event = timeline.by_ids(session, channel, [message]).get(message)
        there = marks.marked(session, channel, [message])
        event = next(iter(corrections.applied(session, [event] if event else [])), None)
    if event is not None and not event.deleted and (message, person, Mark(mark)) in there:
        label, by_form = render.line("mark_label", mark=mark), bool(posting.about.get("form"))
        text = render.line("receipt", label=label, by_form=by_form, event=event)
        _whisper(voice, posting, (channel, event.thread_id), text)
    return Told()


def greeting(voice: Voice, posting: Posting) -> Told:
    """Offer to who joins a running incident to be caught up."""
    incident, channel = channel_of(voice, posting)
    person = str(posting.about["person"])
    with voice.bot.store.begin() as session:
        known = people.find(session, person)
    if not (incident.status.is_over or (known and known.bot)):
        message = render.message("greeting", incident=incident)
        layout = layouts.greeting(message, incident)
        _whisper(voice, posting, (channel, None), message.text, layout)
    return Told()


def item_answer(voice: Voice, posting: Posting) -> Told:
    """What was understood of an answer in an item's thread: for who answered alone."""
    _, channel = channel_of(voice, posting)
    person, thread = str(posting.about["person"]), str(posting.about["thread"])
    with voice.bot.store.begin() as session:
        found = action_items.by_id(session, number_in(posting, "item"))
    refused = posting.about.get("refused")
    text = str(refused or render.line(str(posting.about.get("told")), item=found, person=person))
    _whisper(voice, posting, (channel, thread), text)
    return Told()


def _whisper(
    voice: Voice,
    posting: Posting,
    place: tuple[str, str | None],
    text: str,
    blocks: Sequence[Block] | None = None,
) -> None:
    """Say something to the person whom a posting is about; `place` is channel and thread."""
    if posting.unsure_since is not None:
        return  # it may have been said
    channel, thread = place
    try:
        voice.client.chat_postEphemeral(
            channel=channel,
            user=str(posting.about["person"]),
            text=text,
            thread_ts=thread,
            blocks=blocks,
        )
    except SlackApiError as error:
        if error.response["error"] not in _NOT_THERE:
            raise

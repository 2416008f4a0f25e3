"""How the bot speaks: posts that are found again when nobody knows whether they were said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.job import Job
from bot.domain.markup import cut
from bot.domain.refusals import NOT_VISIBLE
from bot.domain.timeline import stamp_of
from handlers.outbox import channel_history, late_calls
from handlers.outbox.uploads import File, Upload
from handlers.slack import channels
from handlers.slack.log_once import Once
from handlers.slack.payloads import Identity
from handlers.views.blocks import CHART, Block
from storage import sent_messages

EVENT_TYPE = "debrief_posting"
# A process before this one may have noted its tries by a clock that was wrong by so much.
LOOK_BACK = timedelta(days=1, minutes=10)
OPTIONAL_BLOCKS = {CHART}  # Slack may not know them in a workspace
REFUSED_BLOCKS = {"invalid_blocks", "invalid_blocks_format"}
# A message of ours that somebody deleted; where it has replies, Slack keeps a tombstone in its place.
GONE = {"message_not_found", "cant_update_message", "cant_delete_message"}
LONGEST_TEXT = 3_500  # beyond about 4,000 Slack splits a text into several messages


class CannotSay(Exception):
    """What is to be said has no place to go; trying again would not help."""


class TryLater(Exception):
    """Slack refused it for now, and nobody can tell until when."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class MessageSender:
    """Everything that a deed needs to speak."""

    bot: Bot
    client: WebClient
    identity: Identity
    on_missed: Callable[[], object] = lambda: None  # what was said while connected did not come
    repeat_after: timedelta = late_calls.LATEST  # a call whose outcome nobody knows
    once: Once = field(default_factory=Once)  # what need not be logged at every try
    _named: dict[str, str] = field(default_factory=dict)  # channels, by name
    _refused_types: set[str] = field(default_factory=set)  # of optional blocks

    def channel_named(self, name: str) -> str:
        """A channel's id by its name; Slack is asked once, since it takes the whole list."""
        if name not in self._named:
            found = channels.find(self.client, name)
            if found is None:
                raise CannotSay(NOT_VISIBLE.format(name))
            self._named[name] = found
        return self._named[name]

    def post(
        self,
        job: Job,
        channel: str,
        text: str,
        blocks: list[Block],
        thread: str | None = None,
    ) -> str:
        """Say something once and return its message id."""
        said = self.said_before(job, channel, thread)
        if said is not None:
            return str(said["ts"])
        late_calls.before_repeating(self.bot, job, self.repeat_after)
        answer = self.client.chat_postMessage(
            channel=channel,
            text=cut(text, LONGEST_TEXT),
            blocks=blocks,
            thread_ts=thread,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"uuid": job.uuid}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    def post_or_plainer(self, job: Job, channel: str, text: str, blocks: list[Block]) -> str:
        """Post; if Slack refuses optional blocks, post without them: the text says the same.

        What Slack refuses for its blocks it has not said, so this says nothing twice. A type that this
        workspace refuses isn't tried again until the next start.
        """
        known = [block for block in blocks if block["type"] not in self._refused_types]
        optional = {block["type"] for block in known} & OPTIONAL_BLOCKS
        try:
            return self.post(job, channel, text, known)
        except SlackApiError as error:
            if error.response.get("error") not in REFUSED_BLOCKS or not optional:
                raise
        plainer = [block for block in known if block["type"] not in optional]
        answered = replace(job, unsure_since=None)  # by Slack: it has said nothing
        ts = self.post(answered, channel, text, plainer)
        self._refused_types.update(optional)
        return ts

    def update(self, channel: str, ts: str, text: str, blocks: list[Block]) -> None:
        """Say again what stands there already, as it is now."""
        self.client.chat_update(channel=channel, ts=ts, text=cut(text, LONGEST_TEXT), blocks=blocks)

    def update_if_there(self, channel: str, ts: str, text: str, blocks: list[Block]) -> None:
        """The same, of a message that somebody may have deleted."""
        try:
            self.update(channel, ts, text, blocks)
        except SlackApiError as error:
            if error.response.get("error") not in GONE:
                raise

    def delete(self, channel: str, ts: str) -> None:
        """Take back what stands there; it may be gone already."""
        try:
            self.client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in GONE:
                raise

    def upload(  # noqa: PLR0913 - what a file is made of
        self, job: Job, channel: str, thread: str, *, name: str, content: bytes, alt: str
    ) -> None:
        """Post a file into a thread, once."""
        place, file = (channel, thread), File(name=name, content=content, alt=alt)
        Upload(
            bot=self.bot,
            client=self.client,
            job=job,
            place=place,
            patience=self.repeat_after,
        ).post(file)

    def said_before(
        self, job: Job, channel: str, thread: str | None = None
    ) -> dict[str, Any] | None:
        """What an earlier try has said after all, when nobody knew."""
        if job.unsure_since is None:
            return None
        with self.bot.store.begin() as session:
            earlier = sent_messages.said_earlier(session, job, channel)
        since = max(earlier, stamp_of(job.unsure_since - LOOK_BACK))
        for message in self._recent(channel, thread, since):
            payload = message.get("metadata", {}).get("event_payload", {})
            if payload.get("uuid") == job.uuid:
                return message
        return None

    def _recent(self, channel: str, thread: str | None, since: str) -> Iterator[dict[str, Any]]:
        if thread:
            return channel_history.replies(
                self.client, channel, thread, oldest=since, metadata=True
            )
        return channel_history.messages(self.client, channel, oldest=since, metadata=True)

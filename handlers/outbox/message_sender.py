"""Send messages; if the outcome of a send is unknown, find the message before it's sent again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.job import Job
from bot.domain.markup import shorten
from bot.domain.refusals import NOT_VISIBLE
from bot.domain.timeline import to_slack_ts
from handlers.outbox import channel_history, unknown_outcomes
from handlers.outbox.uploads import File, Upload
from handlers.slack import channels
from handlers.slack.identity import Identity
from handlers.slack.log_once import OnceLogger
from handlers.views.blocks import CHART, Block
from storage import sent_messages

EVENT_TYPE = "debrief_posting"
# A previous process may have stored its attempts with a clock that was off by this much.
LOOK_BACK = timedelta(days=1, minutes=10)
OPTIONAL_BLOCKS = {CHART}  # Slack may not know them in a workspace
INVALID_BLOCKS_ERRORS = {"invalid_blocks", "invalid_blocks_format"}
# A message of ours that was deleted. If it has replies, Slack keeps a tombstone in its place.
DELETED_ERRORS = {"message_not_found", "cant_update_message", "cant_delete_message"}
MAX_TEXT_LENGTH = 3_500  # above about 4,000, Slack splits a text into several messages


class CannotPost(Exception):
    """The message can't be posted anywhere, and a retry wouldn't help."""


class TryLater(Exception):
    """Slack refuses it for now, for an unknown time."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class MessageSender:
    """Everything that a job needs to send messages."""

    bot: Bot
    client: WebClient
    identity: Identity
    on_missed: Callable[[], object] = lambda: None  # messages were missed while connected
    repeat_after: timedelta = unknown_outcomes.MAX_DELAY  # for a call with an unknown outcome
    once: OnceLogger = field(
        default_factory=OnceLogger
    )  # for warnings that aren't repeated at every attempt
    _channel_ids: dict[str, str] = field(default_factory=dict)  # channel ids by name
    _refused_types: set[str] = field(default_factory=set)  # of optional blocks

    def find_channel_id(self, name: str) -> str:
        """Return a channel's id by its name.

        Cached, because Slack has to be asked for the whole list.

        Raises CannotPost if there's no such channel.
        """
        if name not in self._channel_ids:
            channel_id = channels.find(self.client, name)
            if channel_id is None:
                raise CannotPost(NOT_VISIBLE.format(name))
            self._channel_ids[name] = channel_id
        return self._channel_ids[name]

    def post(
        self,
        job: Job,
        channel: str,
        text: str,
        blocks: list[Block],
        thread: str | None = None,
    ) -> str:
        """Post a message exactly once and return its id."""
        earlier = self.find_earlier_post(job, channel, thread)
        if earlier is not None:
            return str(earlier["ts"])
        unknown_outcomes.check_before_repeating(self.bot, job, self.repeat_after)
        answer = self.client.chat_postMessage(
            channel=channel,
            text=shorten(text, MAX_TEXT_LENGTH),
            blocks=blocks,
            thread_ts=thread,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"uuid": job.uuid}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    def post_with_plain_fallback(
        self, job: Job, channel: str, text: str, blocks: list[Block]
    ) -> str:
        """Post a message; if Slack refuses its optional blocks, post it without them.

        Slack posts nothing that it refuses, so the message appears only once. A refused block type
        isn't tried again until the next start.
        """
        supported = [block for block in blocks if block["type"] not in self._refused_types]
        optional = {block["type"] for block in supported} & OPTIONAL_BLOCKS
        try:
            return self.post(job, channel, text, supported)
        except SlackApiError as error:
            if error.response.get("error") not in INVALID_BLOCKS_ERRORS or not optional:
                raise
        plain = [block for block in supported if block["type"] not in optional]
        refused_job = replace(job, unsure_since=None)  # Slack responded: nothing was posted
        ts = self.post(refused_job, channel, text, plain)
        self._refused_types.update(optional)
        return ts

    def update(self, channel: str, ts: str, text: str, blocks: list[Block]) -> None:
        """Update a message in place."""
        self.client.chat_update(
            channel=channel, ts=ts, text=shorten(text, MAX_TEXT_LENGTH), blocks=blocks
        )

    def update_if_exists(self, channel: str, ts: str, text: str, blocks: list[Block]) -> None:
        """Update a message that may have been deleted."""
        try:
            self.update(channel, ts, text, blocks)
        except SlackApiError as error:
            if error.response.get("error") not in DELETED_ERRORS:
                raise

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message that may be gone already."""
        try:
            self.client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in DELETED_ERRORS:
                raise

    def upload(  # noqa: PLR0913 - what a file is made of
        self, job: Job, channel: str, thread: str, *, name: str, content: bytes, alt: str
    ) -> None:
        """Post a file into a thread exactly once."""
        place, file = (channel, thread), File(name=name, content=content, alt=alt)
        Upload(
            bot=self.bot,
            client=self.client,
            job=job,
            place=place,
            patience=self.repeat_after,
        ).post(file)

    def find_earlier_post(
        self, job: Job, channel: str, thread: str | None = None
    ) -> dict[str, Any] | None:
        """Return the message that an earlier attempt posted after all, or None."""
        if job.unsure_since is None:
            return None
        with self.bot.store.begin() as session:
            earlier = sent_messages.find_last_before(session, job, channel)
        since = max(earlier, to_slack_ts(job.unsure_since - LOOK_BACK))
        for message in self._recent(channel, thread, since):
            payload = message.get("metadata", {}).get("event_payload", {})
            if payload.get("uuid") == job.uuid:
                return message
        return None

    def _recent(self, channel: str, thread: str | None, since: str) -> Iterator[dict[str, Any]]:
        if thread:
            return channel_history.read_replies(
                self.client, channel, thread, oldest=since, metadata=True
            )
        return channel_history.read_messages(self.client, channel, oldest=since, metadata=True)

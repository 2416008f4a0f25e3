"""Post files into threads, each exactly once.

Slack takes a file in three steps: get an upload URL, send the bytes, and complete the upload, which
posts it. An upload can be completed only once
(https://docs.slack.dev/reference/methods/files.completeUploadExternal), so a retry that completes
the same upload can't post the file twice, no matter when Slack carries out the first completion.
The file's id is stored before the completion call, and survives a restart.
"""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.config.context import Bot
from bot.domain.job import Job
from handlers.outbox import channel_history, unknown_outcomes

TIMEOUT = 15  # seconds
_FILE_ID_KEY = (
    "file:{}"  # key in a job's progress: by name, the id of a file whose completion was called
)
# Slack's errors for an upload that was already completed or discarded.
_ALREADY_COMPLETED_ERRORS = {"file_not_found", "file_deleted"}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file's content; its name is unique in its thread."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A job that posts files into a thread; `place` is the channel id and the thread ts."""

    bot: Bot
    client: WebClient
    job: Job
    place: tuple[str, str]
    patience: timedelta  # how long a call may take effect after its caller gave up

    def post(self, file: File) -> None:
        """Post the file, unless an earlier attempt did.

        Raises `MayStillTakeEffect` if Slack accepted an earlier completion but doesn't show the file
        yet.
        """
        earlier_id = self.job.progress.get(_FILE_ID_KEY.format(file.name))
        if self.job.unsure_since is not None and self._is_posted(file.name, earlier_id):
            return
        if earlier_id is not None:
            if self._is_completed(file, earlier_id):
                return
            # Already completed, and Slack shows files with a delay; or discarded since.
            unknown_outcomes.check_before_repeating(self.bot, self.job, self.patience)
        file_id = self._send_bytes(file)
        unknown_outcomes.record_call(
            self.bot, self.job, **{_FILE_ID_KEY.format(file.name): file_id}
        )
        self._complete(file, file_id)

    def _is_posted(self, name: str, earlier_id: str | None) -> bool:
        replies = channel_history.read_replies(self.client, *self.place)
        files = [file for reply in replies for file in reply.get("files") or []]
        return any(file.get("id") == earlier_id or file.get("name") == name for file in files)

    def _is_completed(self, file: File, file_id: str) -> bool:
        """Complete an earlier attempt's upload; False if Slack has no such upload to complete."""
        try:
            self._complete(file, file_id)
        except SlackApiError as error:
            if error.response.get("error") not in _ALREADY_COMPLETED_ERRORS:
                raise
            return False
        return True

    def _send_bytes(self, file: File) -> str:
        """Send the bytes to Slack, where nobody can see them yet, and return the file's id."""
        upload = self.client.files_getUploadURLExternal(
            filename=file.name, length=len(file.content), alt_txt=file.alt
        )
        try:
            answer = httpx.post(upload["upload_url"], content=file.content, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise ConnectionError(f"the file wasn't uploaded: {error}") from error
        if answer.is_server_error:
            raise ConnectionError(f"the file wasn't uploaded: status {answer.status_code}")
        if not answer.is_success:
            raise SlackRequestError(f"Slack didn't accept the file: status {answer.status_code}")
        return str(upload["file_id"])

    def _complete(self, file: File, file_id: str) -> None:
        channel, thread = self.place
        self.client.files_completeUploadExternal(
            files=[{"id": file_id, "title": file.name}], channel_id=channel, thread_ts=thread
        )

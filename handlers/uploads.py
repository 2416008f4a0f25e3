"""Files in threads, each posted once.

Slack takes a file in three steps: a place for it, its bytes, and the completion that posts it. An upload
can be completed once only (https://docs.slack.dev/reference/methods/files.completeUploadExternal), so a
later try that completes the same upload again can't post the file twice, whenever Slack carries out the
first completion. The file's id is stored before the completion is asked for, and survives the process.
"""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.domain.posting import Posting
from bot.environment import Bot
from handlers import history, late_calls

TIMEOUT = 15  # seconds
_FILE = "file:{}"  # in a job's progress, by name: the id of a file whose completion was asked for
# What Slack says of an upload that was completed before, or that it has discarded.
_SPENT = {"file_not_found", "file_deleted"}


@dataclass(frozen=True, kw_only=True)
class File:
    """What a file is made of; its name tells it from the others of its thread."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A job that posts files into a thread; `place` is channel id and thread ts."""

    bot: Bot
    client: WebClient
    posting: Posting
    place: tuple[str, str]
    patience: timedelta  # how long a call may take effect after nobody waits for it any more

    def post(self, file: File) -> None:
        """Post the file, unless an earlier try has.

        Raises `MayStillHappen` when Slack took an earlier completion and doesn't show the file yet.
        """
        known = self.posting.progress.get(_FILE.format(file.name))
        if self.posting.unsure_since is not None and self._is_posted(file.name, known):
            return
        if known is not None:
            if self._is_completed(file, known):
                return
            # Completed before, and Slack shows files some time later; or discarded since.
            late_calls.before_repeating(self.bot, self.posting, self.patience)
        made = self._uploaded(file)
        late_calls.note_call(self.bot, self.posting, **{_FILE.format(file.name): made})
        self._complete(file, made)

    def _is_posted(self, name: str, known: str | None) -> bool:
        replies = history.replies(self.client, *self.place)
        files = [file for reply in replies for file in reply.get("files") or []]
        return any(file.get("id") == known or file.get("name") == name for file in files)

    def _is_completed(self, file: File, file_id: str) -> bool:
        """Complete an earlier try's upload; False when Slack has nothing of that id to complete."""
        try:
            self._complete(file, file_id)
        except SlackApiError as error:
            if error.response.get("error") not in _SPENT:
                raise
            return False
        return True

    def _uploaded(self, file: File) -> str:
        """Send the bytes to Slack, where nobody sees them yet; returns the file's id."""
        place = self.client.files_getUploadURLExternal(
            filename=file.name, length=len(file.content), alt_txt=file.alt
        )
        try:
            answer = httpx.post(place["upload_url"], content=file.content, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise ConnectionError(f"the file was not uploaded: {error}") from error
        if answer.is_server_error:
            raise ConnectionError(f"the file was not uploaded: status {answer.status_code}")
        if not answer.is_success:
            raise SlackRequestError(f"the file was not taken: status {answer.status_code}")
        return str(place["file_id"])

    def _complete(self, file: File, file_id: str) -> None:
        channel, thread = self.place
        self.client.files_completeUploadExternal(
            files=[{"id": file_id, "title": file.name}], channel_id=channel, thread_ts=thread
        )

"""Response URLs (`response_url`): five responses within half an hour, also outside the bot's channels."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.api import chat, objects
from sandbox.api.request import Request, SlackError, decoded
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Ephemeral, Json, Person, ResponseUrl, WorkspaceState

LIFETIME = timedelta(minutes=30)
MAX_USES = 5


@dataclass(frozen=True)
class Responses:
    """Issues response URLs and handles responses. Callers hold `state.lock`."""

    state: WorkspaceState

    def new(self, person: Person, channel: Channel, message_ts: str | None = None) -> str:
        kind = "actions" if message_ts else "commands"
        path = f"{kind}/{self.state.identity.team_id}/{self.state.ids.secret(40)}"
        issued = self.state.clock.now()
        self.state.response_urls[path] = ResponseUrl(person.id, channel.id, issued, message_ts)
        return f"{self.state.url}/{path}"

    def at(self, url: str) -> ResponseUrl:
        return self.state.response_urls[url.removeprefix(f"{self.state.url}/")]

    def receive(self, path: str, body: Json) -> None:
        """Handle a response of the app. Raises SlackError if the URL is unknown, expired or used up."""
        issued = self.state.response_urls.get(path)
        if issued is None:
            raise SlackError("invalid_url", 404)
        if self.state.clock.now() - issued.issued_at > LIFETIME:
            raise SlackError("expired_url", 404)
        if issued.uses >= MAX_USES:
            raise SlackError("used_url", 404)
        issued.uses += 1
        self.show(issued, decoded(body))
        issued.seen.append(body)

    def show(self, issued: ResponseUrl, body: Json) -> None:
        """Show a response to the person: in place of the original message, or as a new one."""
        request = Request("response_url", body, self.state)
        channel = self.state.channels[issued.channel]
        if request.flag("delete_original") and issued.message_ts:
            self._delete(channel, issued.message_ts)
        elif request.flag("replace_original") and issued.message_ts:
            self._replace(request, channel, issued.message_ts)
        else:
            self._new(request, channel, issued.user)

    def _new(self, request: Request, channel: Channel, user: str) -> None:
        message = {**objects.by_bot(self.state), **chat.content_of(request)}
        if thread := request.text("thread_ts"):
            message["thread_ts"] = thread
        if request.text("response_type") == "in_channel":
            Messages(self.state).add(channel, message)
        else:
            chat.keep_ephemeral(self.state, channel, user, message)

    def _replace(self, request: Request, channel: Channel, ts: str) -> None:
        if ephemeral := _ephemeral(channel, ts):
            cleared = {"blocks": None, "attachments": None, **chat.content_of(request)}
            ephemeral.message |= {key: value for key, value in cleared.items() if value is not None}
            for name in [key for key, value in cleared.items() if value is None]:
                ephemeral.message.pop(name, None)
        elif stored := channel.messages.get(ts):
            changes = chat.changed(request, stored)
            Messages(self.state).edit(channel, ts, changes, self.state.bot.id)

    def _delete(self, channel: Channel, ts: str) -> None:
        if ephemeral := _ephemeral(channel, ts):
            channel.ephemerals.remove(ephemeral)
        elif ts in channel.messages:
            Messages(self.state).delete(channel, ts)


def _ephemeral(channel: Channel, ts: str) -> Ephemeral | None:
    return next(
        (ephemeral for ephemeral in channel.ephemerals if ephemeral.message["ts"] == ts), None
    )

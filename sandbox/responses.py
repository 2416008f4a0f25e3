"""`response_url`: five answers within half an hour, without being in the channel."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.api import chat, objects
from sandbox.api.request import Request, SlackError, decoded
from sandbox.messages import Messages
from sandbox.workspace_state import Channel, Ephemeral, Json, Person, ResponseUrl, World

LIFE = timedelta(minutes=30)
MOST_USES = 5


@dataclass(frozen=True)
class Responses:
    """Take `world.lock` around."""

    world: World

    def new(self, person: Person, channel: Channel, message_ts: str | None = None) -> str:
        kind = "actions" if message_ts else "commands"
        path = f"{kind}/{self.world.identity.team_id}/{self.world.ids.secret(40)}"
        issued = self.world.clock.now()
        self.world.response_urls[path] = ResponseUrl(person.id, channel.id, issued, message_ts)
        return f"{self.world.url}/{path}"

    def at(self, url: str) -> ResponseUrl:
        return self.world.response_urls[url.removeprefix(f"{self.world.url}/")]

    def receive(self, path: str, body: Json) -> None:
        """What the app posted to the URL. SlackError when it may not."""
        issued = self.world.response_urls.get(path)
        if issued is None:
            raise SlackError("invalid_url", 404)
        if self.world.clock.now() - issued.issued_at > LIFE:
            raise SlackError("expired_url", 404)
        if issued.uses >= MOST_USES:
            raise SlackError("used_url", 404)
        issued.uses += 1
        self.show(issued, decoded(body))
        issued.seen.append(body)

    def show(self, issued: ResponseUrl, body: Json) -> None:
        """An answer, put where the person sees it: instead of the message, or as a new one."""
        request = Request("response_url", body, self.world)
        channel = self.world.channels[issued.channel]
        if request.flag("delete_original") and issued.message_ts:
            self._take_away(channel, issued.message_ts)
        elif request.flag("replace_original") and issued.message_ts:
            self._replace(request, channel, issued.message_ts)
        else:
            self._new(request, channel, issued.user)

    def _new(self, request: Request, channel: Channel, user: str) -> None:
        message = {**objects.by_bot(self.world), **chat.content_of(request)}
        if thread := request.text("thread_ts"):
            message["thread_ts"] = thread
        if request.text("response_type") == "in_channel":
            Messages(self.world).add(channel, message)
        else:
            chat.keep_ephemeral(self.world, channel, user, message)

    def _replace(self, request: Request, channel: Channel, ts: str) -> None:
        if kept := _ephemeral(channel, ts):
            cleared = {"blocks": None, "attachments": None, **chat.content_of(request)}
            kept.message |= {key: value for key, value in cleared.items() if value is not None}
            for name in [key for key, value in cleared.items() if value is None]:
                kept.message.pop(name, None)
        elif stored := channel.messages.get(ts):
            changes = chat.changed(request, stored)
            Messages(self.world).edit(channel, ts, changes, self.world.bot.id)

    def _take_away(self, channel: Channel, ts: str) -> None:
        if kept := _ephemeral(channel, ts):
            channel.ephemerals.remove(kept)
        elif ts in channel.messages:
            Messages(self.world).delete(channel, ts)


def _ephemeral(channel: Channel, ts: str) -> Ephemeral | None:
    return next((each for each in channel.ephemerals if each.message["ts"] == ts), None)

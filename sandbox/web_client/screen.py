"""What a person sees: a channel, the bot's DM or its Home tab, and an open modal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sandbox.web_client import blocks
from sandbox.web_client.blocks import RenderContext
from sandbox.web_client.channel_page import pictures
from sandbox.web_client.messages import MessageView, in_order
from sandbox.web_client.reader import Reader
from sandbox.workspace import Workspace
from sandbox.workspace_state import Channel, Person

DM, HOME = "dm", "home"
Json = Mapping[str, Any]


@dataclass
class FormResult:
    """The result of a person's last form, shown on their next page."""

    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Screen:
    """A person's view of one place: a channel's id, `dm` or `home`."""

    workspace: Workspace
    person: Person
    place: str

    @property
    def channel(self) -> Channel | None:
        if self.place == DM:
            return self.workspace.state.dm_with(self.person)
        return next((candidate for candidate in self.channels if candidate.id == self.place), None)

    @property
    def channels(self) -> list[Channel]:
        """Return the channels that the person can see: public ones, and private ones they're in."""
        all_channels = self.workspace.state.channels.values()
        allowed = [
            channel
            for channel in all_channels
            if channel.kind == "public" or self.person.id in channel.members
        ]
        return sorted(
            (channel for channel in allowed if channel.kind != "im"),
            key=lambda channel: channel.name,
        )

    @property
    def title(self) -> str:
        if self.place in {DM, HOME}:
            return self.workspace.state.bot.real_name
        return f"#{self.channel.name}" if self.channel else "nowhere"

    def reader(self) -> Reader:
        state = self.workspace.state
        people = profiles(state.people.values())
        people |= {app["id"]: app for app in state.apps.values()}
        channels = {channel.id: channel.name for channel in self.channels}
        return Reader(people, channels, ZoneInfo(self.person.tz))

    def context(self, result: FormResult | None = None) -> RenderContext:
        files = self.workspace.state.files.values()
        uploads = pictures({"id": file.id, "bytes": file.bytes} for file in files)
        result = result or FormResult()
        return RenderContext(
            reader=self.reader(),
            live=True,
            pictures=uploads,
            typed=result.typed,
            errors=result.errors,
        )

    @property
    def canvases(self) -> list[Json]:
        """Return the canvases of the shown channel."""
        return [*self.workspace.canvases(self.channel)] if self.channel else []

    def messages(self) -> list[MessageView]:
        channel = self.channel
        if channel is None:
            return []
        private = [
            ephemeral.message
            for ephemeral in channel.ephemerals
            if ephemeral.user == self.person.id
        ]
        return in_order([*channel.messages.values(), *private], self.context())

    def modal(self, result: FormResult) -> tuple[Json, Markup] | None:
        view = self.workspace.open_view(self.person)
        return (view, blocks.draw(view["blocks"], self.context(result))) if view else None

    def home(self) -> Markup:
        view = self.workspace.state.homes.get(self.person.id)
        return blocks.draw(view["blocks"], self.context()) if view else Markup()


def profiles(people: Iterable[Person]) -> dict[str, Json]:
    """Return profiles by user id, and those of bots by bot id too."""
    by_id: dict[str, Json] = {}
    for person in people:
        profile = {"name": person.name, "real_name": person.real_name or person.name}
        by_id[person.id] = profile
        if person.bot_id:
            by_id[person.bot_id] = profile
    return by_id

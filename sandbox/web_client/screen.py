"""What one person has in front of them: a channel, the bot's DM or its Home tab, and any modal."""

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
    """What one person's last deed left behind for their next page."""

    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Screen:
    """One person in one place of the workspace."""

    workspace: Workspace
    person: Person
    place: str

    @property
    def channel(self) -> Channel | None:
        if self.place == DM:
            return self.workspace.world.dm_with(self.person)
        return next((one for one in self.channels if one.id == self.place), None)

    @property
    def channels(self) -> list[Channel]:
        """Where the person may look: open channels and those they were let into."""
        found = self.workspace.world.channels.values()
        allowed = [one for one in found if one.kind == "public" or self.person.id in one.members]
        return sorted((one for one in allowed if one.kind != "im"), key=lambda one: one.name)

    @property
    def title(self) -> str:
        if self.place in {DM, HOME}:
            return self.workspace.world.bot.real_name
        return f"#{self.channel.name}" if self.channel else "nowhere"

    def reader(self) -> Reader:
        world = self.workspace.world
        people = profiles(world.people.values())
        people |= {app["id"]: app for app in world.apps.values()}
        channels = {one.id: one.name for one in self.channels}
        return Reader(people, channels, ZoneInfo(self.person.tz))

    def context(self, result: FormResult | None = None) -> RenderContext:
        files = self.workspace.world.files.values()
        uploads = pictures({"id": one.id, "bytes": one.bytes} for one in files)
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
        """The canvases of the channel that the person looks at."""
        return [*self.workspace.canvases(self.channel)] if self.channel else []

    def messages(self) -> list[MessageView]:
        channel = self.channel
        if channel is None:
            return []
        private = [one.message for one in channel.ephemerals if one.user == self.person.id]
        return in_order([*channel.messages.values(), *private], self.context())

    def modal(self, result: FormResult) -> tuple[Json, Markup] | None:
        view = self.workspace.open_view(self.person)
        return (view, blocks.draw(view["blocks"], self.context(result))) if view else None

    def home(self) -> Markup:
        view = self.workspace.world.homes.get(self.person.id)
        return blocks.draw(view["blocks"], self.context()) if view else Markup()


def profiles(people: Iterable[Person]) -> dict[str, Json]:
    """By user id, and a bot by its bot id too."""
    found: dict[str, Json] = {}
    for one in people:
        profile = {"name": one.name, "real_name": one.real_name or one.name}
        found[one.id] = profile
        if one.bot_id:
            found[one.bot_id] = profile
    return found

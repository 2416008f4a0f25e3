"""The state of the workspace: people, channels, messages, files, views. Data without rules."""

import builtins
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.ids import Identity, Ids, slack_id
from sandbox.manifest import Manifest

Json = dict[str, Any]


@dataclass(frozen=True)
class Team:
    """Another workspace that channels are shared with; on Enterprise Grid, with its organisation."""

    id: str
    name: str
    enterprise_id: str = ""
    enterprise_name: str = ""


@dataclass
class Person:
    """A person, or an app's bot user."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_admin: bool = False
    bot_id: str = ""
    team: "Team | None" = None  # None: ours
    restricted: bool = False  # a multi-channel guest
    ultra_restricted: bool = False  # a single-channel guest
    # Fields that users.info returns differently for this person; `...` leaves one out.
    odd: Json = field(default_factory=dict)

    def tz_offset(self, at: datetime) -> int:
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class Channel:
    """A channel or direct message; messages by `ts`, oldest first."""

    id: str
    name: str
    kind: str  # public, private or im
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    archived: bool = False
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    threads: dict[str, dict[str, None]] = field(
        default_factory=dict
    )  # `ts` of replies, oldest first
    ephemerals: list["Ephemeral"] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)  # newest first: message_ts, created, created_by
    bookmarks: list[Json] = field(default_factory=list)
    is_general: bool = False

    @property
    def event_kind(self) -> str:
        """Return the kind as events have it in `channel_type`."""
        return {"public": "channel", "private": "group", "im": "im"}[self.kind]


@dataclass
class Ephemeral:
    """A message that only one person sees; never in the history."""

    user: str
    message: Json


@dataclass
class StoredFile:
    id: str
    name: str
    title: str
    length: int
    token: str
    created: int
    owner: str
    bytes: builtins.bytes | None = None  # None until they were uploaded
    alt_text: str = ""
    snippet_type: str = ""
    channels: list[str] = field(default_factory=list)
    thread: str | None = None
    shares: dict[str, Json] = field(default_factory=dict)
    complete: bool = False


@dataclass
class Trigger:
    """A trigger id, with which the app may open one modal within three seconds."""

    user: str
    issued_at: datetime
    view_id: str | None = None  # the modal it was issued in, for views.push
    used: bool = False


@dataclass
class ResponseUrl:
    """A response URL, with which the app may respond to a person five times within half an hour."""

    user: str
    channel: str
    issued_at: datetime
    message_ts: str | None = None  # the message whose button was pressed
    uses: int = 0
    seen: list[Json] = field(default_factory=list)


Named = TypeVar("Named", Person, Channel)


@dataclass
class WorkspaceState:
    """The whole state, protected by one lock. `publish` delivers an event to the app."""

    clock: Clock
    identity: Identity
    manifest: Manifest
    grants: frozenset[str]
    ids: Ids
    lock: threading.RLock = field(default_factory=threading.RLock)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    apps: dict[str, Json] = field(default_factory=dict)  # other apps, by name: their bot profiles
    files: dict[str, StoredFile] = field(default_factory=dict)
    usergroups: list[Json] = field(default_factory=list)
    canvases: dict[str, Json] = field(default_factory=dict)
    free_plan: bool = False  # features of paid plans are refused
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)  # a person's stack, top last
    homes: dict[str, Json] = field(default_factory=dict)
    unknown_blocks: frozenset[str] = (
        frozenset()
    )  # block types that this version of Slack doesn't support
    url: str = ""
    publish: Callable[[Json, Channel | None], object] = lambda _event, _channel: None
    _last_micros: int = 0

    @property
    def bot(self) -> Person:
        return self.people[self.identity.bot_user_id]

    @property
    def seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def next_ts(self) -> str:
        """Return the next message `ts`: unique, and always increasing."""
        with self.lock:
            now = self.clock.now()
            micros = int(now.timestamp()) * 1_000_000 + now.microsecond
            self._last_micros = max(micros, self._last_micros + 1)
            seconds, rest = divmod(self._last_micros, 1_000_000)
            return f"{seconds}.{rest:06d}"

    def find_person(self, name: "str | Person") -> Person | None:
        return name if isinstance(name, Person) else _find(self.people, name, "@")

    def find_usergroup(self, handle: str) -> str | None:
        """Return a user group's id by its handle, or None."""
        ids = (group["id"] for group in self.usergroups if group["handle"] == handle)
        return next(ids, None)

    def find_channel(self, name: "str | Channel") -> Channel | None:
        return name if isinstance(name, Channel) else _find(self.channels, name, "#")

    def team_of(self, person_id: str) -> str:
        """Return the id of a person's workspace."""
        person = self.people.get(person_id)
        return person.team.id if person and person.team else self.identity.team_id

    def teams_in(self, channel: "Channel") -> list[str]:
        """Return the ids of other workspaces that a channel is shared with."""
        teams = (self.team_of(member) for member in channel.members)
        return list(dict.fromkeys(team for team in teams if team != self.identity.team_id))

    def is_stranger(self, person: "Person") -> bool:
        """Return whether a person is from another workspace and in no channel of the app.

        https://docs.slack.dev/reference/objects/user-object
        """
        bot = self.identity.bot_user_id
        shared = (
            person.id in channel.members and bot in channel.members for channel in self._shared()
        )
        return person.team is not None and not any(shared)

    def _shared(self) -> "list[Channel]":
        return [channel for channel in self.channels.values() if channel.kind != "im"]

    def new_channel(self, name: str, kind: str, creator: str) -> Channel:
        prefix = "D" if kind == "im" else "C"
        # The same name gives the same id on every run, unless another channel had it before.
        channel_id = slack_id(prefix, self.identity.seed, name)
        if channel_id in self.channels:
            channel_id = self.ids.next(prefix)
        channel = Channel(channel_id, name, kind, creator, self.seconds)
        self.channels[channel_id] = channel
        return channel

    def dm_with(self, person: Person) -> Channel | None:
        return next(
            (
                channel
                for channel in self.channels.values()
                if channel.kind == "im" and person.id in channel.members
            ),
            None,
        )

    def open_dm(self, person: Person) -> Channel:
        channel = self.dm_with(person)
        if channel is None:
            channel = self.new_channel(f"dm-{person.id}", "im", self.bot.id)
            channel.members = [self.bot.id, person.id]
        return channel


def _find(by_id: Mapping[str, Named], wanted: str, sigil: str) -> Named | None:
    """Return the one with this id, or else with this name, with or without its sigil."""
    name = wanted.removeprefix(sigil)
    by_name = (candidate for candidate in by_id.values() if candidate.name == name)
    return by_id.get(wanted) or next(by_name, None)


def permalink(state: WorkspaceState, channel: Channel, ts: str) -> str:
    link = f"https://{state.identity.team_domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = channel.messages.get(ts, {}).get("thread_ts")
    return link if thread in {None, ts} else f"{link}?thread_ts={thread}&cid={channel.id}"

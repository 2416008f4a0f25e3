"""The workspace as data: people, channels, messages, files, views. It knows no rules and no wire."""

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
    """Another workspace, with which channels are shared. On Enterprise Grid it has an organisation."""

    id: str
    name: str
    enterprise_id: str = ""
    enterprise_name: str = ""


@dataclass
class Person:
    """A member: someone, or the bot of an app."""

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
    team: "Team | None" = None  # of another workspace; None is ours
    restricted: bool = False  # a guest of several channels
    ultra_restricted: bool = False  # a guest of one channel
    # What users.info says differently of a person; a field that is `...` is left out. Merged into `profile`.
    odd: Json = field(default_factory=dict)

    def tz_offset(self, at: datetime) -> int:
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class Channel:
    """Public and private channels and direct messages. Messages are by `ts`, oldest first."""

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
    threads: dict[str, dict[str, None]] = field(default_factory=dict)  # answers' ts, oldest first
    ephemerals: list["Ephemeral"] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)  # newest first: message_ts, created, created_by
    bookmarks: list[Json] = field(default_factory=list)
    is_general: bool = False

    @property
    def event_kind(self) -> str:
        """What events call it in `channel_type`."""
        return {"public": "channel", "private": "group", "im": "im"}[self.kind]


@dataclass
class Ephemeral:
    """Seen by one person only; never in history."""

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
    bytes: builtins.bytes | None = None  # None until the upload URL was used
    alt_text: str = ""
    snippet_type: str = ""
    channels: list[str] = field(default_factory=list)
    thread: str | None = None
    shares: dict[str, Json] = field(default_factory=dict)
    complete: bool = False


@dataclass
class Trigger:
    """Lets the app open one modal, for three seconds."""

    user: str
    issued_at: datetime
    view_id: str | None = None  # the modal in which it was issued, for views.push
    used: bool = False


@dataclass
class ResponseUrl:
    """Lets the app answer one person for half an hour, five times."""

    user: str
    channel: str
    issued_at: datetime
    message_ts: str | None = None  # the message whose button was pressed
    uses: int = 0
    seen: list[Json] = field(default_factory=list)


Named = TypeVar("Named", Person, Channel)


@dataclass
class World:
    """All of it, behind one lock. `publish` hands an event to whoever delivers."""

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
    free_plan: bool = False  # what a free workspace may not have is refused
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)  # a person's stack, top last
    homes: dict[str, Json] = field(default_factory=dict)
    unknown_blocks: frozenset[str] = frozenset()  # of a Slack that is older than they are
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
        """Unique in the workspace and never smaller than the one before."""
        with self.lock:
            now = self.clock.now()
            micros = int(now.timestamp()) * 1_000_000 + now.microsecond
            self._last_micros = max(micros, self._last_micros + 1)
            seconds, rest = divmod(self._last_micros, 1_000_000)
            return f"{seconds}.{rest:06d}"

    def find_person(self, who: "str | Person") -> Person | None:
        return who if isinstance(who, Person) else _find(self.people, who, "@")

    def find_usergroup(self, handle: str) -> str | None:
        """The id of a user group."""
        found = (group["id"] for group in self.usergroups if group["handle"] == handle)
        return next(found, None)

    def find_channel(self, which: "str | Channel") -> Channel | None:
        return which if isinstance(which, Channel) else _find(self.channels, which, "#")

    def team_of(self, person_id: str) -> str:
        """The workspace that a person belongs to: ours, or another one."""
        person = self.people.get(person_id)
        return person.team.id if person and person.team else self.identity.team_id

    def teams_in(self, channel: "Channel") -> list[str]:
        """The other workspaces that a channel is shared with."""
        teams = (self.team_of(each) for each in channel.members)
        return list(dict.fromkeys(team for team in teams if team != self.identity.team_id))

    def is_stranger(self, person: "Person") -> bool:
        """Of another workspace, and in no channel that the app can see.

        https://docs.slack.dev/reference/objects/user-object
        """
        bot = self.identity.bot_user_id
        shared = (person.id in each.members and bot in each.members for each in self._shared())
        return person.team is not None and not any(shared)

    def _shared(self) -> "list[Channel]":
        return [each for each in self.channels.values() if each.kind != "im"]

    def new_channel(self, name: str, kind: str, creator: str) -> Channel:
        prefix = "D" if kind == "im" else "C"
        # A name gives the same id on every run; a name used before (renamed away) needs another.
        channel_id = slack_id(prefix, self.identity.seed, name)
        if channel_id in self.channels:
            channel_id = self.ids.next(prefix)
        channel = Channel(channel_id, name, kind, creator, self.seconds)
        self.channels[channel_id] = channel
        return channel

    def dm_with(self, person: Person) -> Channel | None:
        return next(
            (
                each
                for each in self.channels.values()
                if each.kind == "im" and person.id in each.members
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


def permalink(world: World, channel: Channel, ts: str) -> str:
    link = f"https://{world.identity.team_domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = channel.messages.get(ts, {}).get("thread_ts")
    return link if thread in {None, ts} else f"{link}?thread_ts={thread}&cid={channel.id}"

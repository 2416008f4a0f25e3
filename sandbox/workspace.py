"""Actions of people and other apps in the workspace. Any thread may call."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox import rich_text
from sandbox.api import files
from sandbox.channels import Channels
from sandbox.ids import slack_id
from sandbox.inspection import Inspection
from sandbox.interactions import Interactions
from sandbox.messages import Messages
from sandbox.text import typed
from sandbox.workspace_state import Channel, Json, Person, StoredFile

Who = str | Person
Where = str | Channel


class NotPossible(Exception):
    """Slack wouldn't let the person do this."""


@dataclass(frozen=True)
class Workspace(Interactions, Inspection):
    """Actions that change the workspace and publish events.

    `Interactions` has those that involve the app, `Inspection` what people can see.
    """

    # Setting up publishes no events, as if it had happened before the app was installed.

    def add_person(self, name: str, real_name: str = "", tz: str = "UTC", **more: Any) -> Person:
        with self.state.lock:
            if known := self.state.find_person(name):
                return known
            person_id = slack_id("U", self.state.identity.seed, "person", name)
            person = Person(person_id, name, real_name or name.title(), tz, **more)
            self.state.people[person_id] = person
            return person

    def add_channel(
        self,
        name: str,
        members: Iterable[Who] = (),
        *,
        private: bool = False,
    ) -> Channel:
        with self.state.lock:
            ids = list(dict.fromkeys(self.person(member).id for member in members))
            creator = ids[0] if ids else "USLACKBOT"
            kind = "private" if private else "public"
            channel = self.state.new_channel(name.removeprefix("#"), kind, creator)
            channel.members, channel.is_general = ids, name == "general"
            return channel

    def add_usergroup(self, handle: str, name: str, members: Iterable[Who] = ()) -> str:
        with self.state.lock:
            group_id = slack_id("S", self.state.identity.seed, handle)
            users = [self.person(member).id for member in members]
            group = {"id": group_id, "team_id": self.state.identity.team_id, "is_usergroup": True}
            group |= {"name": name, "handle": handle, "description": "", "is_external": False}
            group |= {"date_create": self.state.seconds, "date_update": self.state.seconds}
            group |= {"date_delete": 0, "users": users, "user_count": len(users)}
            self.state.usergroups.append(group)
            return group_id

    # Channels.

    def join(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).join(self.channel(channel), self.person(person))

    def leave(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).leave(self.channel(channel), self.person(person))

    def invite(self, person: Who, channel: Where, guest: Who) -> None:
        with self.state.lock:
            inviter = self.person(person)
            Channels(self.state).join(self.channel(channel), self.person(guest), inviter)

    def invite_bot(self, channel: Where, by: Who | None = None) -> None:
        """Invite the bot like `/invite @bot`; by the channel's first member unless `by` is given."""
        with self.state.lock:
            target = self.channel(channel)
            members = [member_id for member_id in target.members if member_id in self.state.people]
            inviter = self.person(by or members[0]) if by or members else None
            Channels(self.state).join(target, self.state.bot, inviter)

    def remove_bot(self, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).leave(self.channel(channel), self.state.bot)

    def set_topic(self, person: Who, channel: Where, topic: str) -> None:
        with self.state.lock:
            Channels(self.state).set_topic(self.channel(channel), topic, self.person(person))

    def rename(self, person: Who, channel: Where, name: str) -> None:
        with self.state.lock:
            Channels(self.state).rename(self.channel(channel), name, self.person(person))

    def make_private(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).convert(self.channel(channel), "private", self.person(person))

    def make_public(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).convert(self.channel(channel), "public", self.person(person))

    def archive(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).archive(self.channel(channel), self.person(person))

    def unarchive(self, person: Who, channel: Where) -> None:
        with self.state.lock:
            Channels(self.state).unarchive(self.channel(channel), self.person(person))

    # Messages.

    def say(
        self,
        person: Who,
        channel: Where,
        text: str,
        thread: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),  # (name, bytes)
    ) -> str:
        """Post a message as typed: `@ana`, `#general` and links are converted as in Slack.

        People who aren't in a public channel join it first, as in Slack's client.
        """
        with self.state.lock:
            author, target = self.person(person), self._writable(person, channel)
            stored = typed(text, self._mention, self._channel_link)
            message: Json = {"user": author.id, "text": stored}
            if thread:
                message["thread_ts"] = thread
            if files:
                return self._say_with_files(target, message, files)
            message["client_msg_id"] = self.state.ids.uuid()
            if stored:
                message["blocks"] = [self._rich_text(stored)]
            return str(Messages(self.state).add(target, message)["ts"])

    def say_to_bot(self, person: Who, text: str) -> str:
        """Send a direct message to the bot."""
        with self.state.lock:
            channel = self.state.open_dm(self.person(person))
        return self.say(person, channel, text)

    def alert(  # noqa: PLR0913 - the parts of an app's message
        self,
        app_name: str,
        channel: Where,
        text: str,
        attachments: Sequence[Json] = (),
        *,
        blocks: Sequence[Json] = (),
        thread: str | None = None,
    ) -> str:
        """Post a message of another app, in the older format of alerting tools."""
        with self.state.lock:
            profile = self._other_app(app_name)
            message: Json = {"subtype": "bot_message", "text": text, "username": app_name}
            message["bot_id"] = profile["id"]
            if thread:
                message["thread_ts"] = thread
            parts = {"attachments": attachments, "blocks": list(blocks)}
            message |= _parts({name: part for name, part in parts.items() if part})
            return str(Messages(self.state).add(self.channel(channel), message)["ts"])

    def edit(self, channel: Where, ts: str, text: str) -> None:
        with self.state.lock:
            target = self.channel(channel)
            author = target.messages[ts].get("user", "")
            stored = typed(text, self._mention, self._channel_link)
            changes = {"text": stored, "blocks": [self._rich_text(stored)]}
            Messages(self.state).edit(target, ts, changes, author)

    def update_alert(
        self, channel: Where, ts: str, *, is_marked: bool = True, **changes: Any
    ) -> None:
        """Update another app's message, as with `chat.update`: fields to set, or None to remove one."""
        with self.state.lock:
            target = self.channel(channel)
            author = target.messages[ts].get("bot_id", "")
            Messages(self.state).edit(target, ts, _parts(changes), author, is_marked=is_marked)

    def delete(self, channel: Where, ts: str) -> None:
        with self.state.lock:
            Messages(self.state).delete(self.channel(channel), ts)

    def react(self, person: Who, channel: Where, ts: str, name: str) -> None:
        with self.state.lock:
            user = self.person(person)
            Messages(self.state).react(self.channel(channel), ts, name.strip(":"), user)

    def unreact(self, person: Who, channel: Where, ts: str, name: str) -> None:
        with self.state.lock:
            user = self.person(person)
            Messages(self.state).unreact(self.channel(channel), ts, name.strip(":"), user)

    def pin(self, person: Who, channel: Where, ts: str) -> None:
        with self.state.lock:
            Messages(self.state).pin(self.channel(channel), ts, self.person(person))

    def unpin(self, person: Who, channel: Where, ts: str) -> None:
        with self.state.lock:
            Messages(self.state).unpin(self.channel(channel), ts, self.person(person))

    def delete_canvas(self, canvas_id: str) -> None:
        """Delete a canvas, as people who can edit it may."""
        with self.state.lock:
            del self.state.canvases[canvas_id]

    def _writable(self, person: Who, channel: Where) -> Channel:
        target, author = self.channel(channel), self.person(person)
        if target.archived:
            raise NotPossible(f"#{target.name} is archived")
        if author.id not in target.members:
            if target.kind != "public":
                raise NotPossible(f"{author.name} is not in #{target.name}")
            Channels(self.state).join(target, author)
        return target

    def _rich_text(self, text: str) -> Json:
        sections = [rich_text.section(text)]
        return {"type": "rich_text", "block_id": self.state.ids.secret(5), "elements": sections}

    def _say_with_files(
        self,
        channel: Channel,
        message: Json,
        uploads: Sequence[tuple[str, bytes]],
    ) -> str:
        stored_files = []
        for name, content in uploads:
            file_id = self.state.ids.next("F")
            file = StoredFile(
                file_id, name, name, len(content), "", self.state.seconds, message["user"]
            )
            file.bytes, file.complete, file.thread = content, True, message.get("thread_ts")
            self.state.files[file_id] = file
            stored_files.append(file)
        return str(files.share(self.state, channel, stored_files, message)["ts"])

    def _other_app(self, name: str) -> Json:
        seed = self.state.identity.seed
        profile = {
            "id": slack_id("B", seed, name),
            "app_id": slack_id("A", seed, name),
            "name": name,
        }
        return self.state.apps.setdefault(name, profile)


def _parts(fields: Mapping[str, Any]) -> Json:
    """Return the parts of an app's message as stored, with numbered attachments."""
    parts = copy.deepcopy(dict(fields))
    return parts | (
        {"attachments": _attached(parts["attachments"])} if parts.get("attachments") else {}
    )


def _attached(attachments: Sequence[Json]) -> list[Json]:
    return [
        {"id": number, "fallback": attachment.get("text", ""), **copy.deepcopy(attachment)}
        for number, attachment in enumerate(attachments, start=1)
    ]

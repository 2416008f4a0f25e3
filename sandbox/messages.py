"""Changes of messages, by people or apps: post, edit, delete, react, pin."""

import copy
from dataclasses import dataclass

from sandbox.workspace_state import Channel, Json, Person, WorkspaceState, permalink

# Stays in the history if a message with replies is deleted.
TOMBSTONE = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
# Subtypes of messages that contain the team.
SUBTYPES_WITH_TEAM = frozenset({None, "channel_join", "channel_name"})
# Fields that message events leave out.
HISTORY_ONLY = frozenset({"reactions", "pinned_to", "permalink"})


@dataclass(frozen=True)
class Messages:
    """Changes the state and publishes the events that Slack would send. Callers hold `state.lock`."""

    state: WorkspaceState

    def add(self, channel: Channel, message: Json) -> Json:
        """Store a new message with its `ts`, and publish it."""
        message = {"type": "message", **message, "ts": self.state.next_ts()}
        if message.get("subtype") in SUBTYPES_WITH_TEAM:
            message["team"] = self.state.team_of(message.get("user", ""))
        message |= self._external_author(message.get("user", ""))
        self._attach_to_thread(channel, message)
        channel.messages[message["ts"]] = message
        if (thread := message.get("thread_ts")) and thread != message["ts"]:
            channel.threads.setdefault(thread, {})[message["ts"]] = None
        self.publish(channel, message, message["ts"])
        self._mention(channel, message)
        return message

    def _external_author(self, user: str) -> Json:
        """Return the fields about an author from another workspace (Slack Connect)."""
        person = self.state.people.get(user)
        if person is None or person.team is None:
            return {}
        team = person.team.id
        names = {"real_name": person.real_name, "display_name": person.name, "name": person.name}
        restricted = {"is_restricted": False, "is_ultra_restricted": False}
        profile = {**names, **restricted, "team": team}
        return {"user_team": team, "source_team": team, "user_profile": profile}

    def publish(self, channel: Channel, message: Json, event_ts: str) -> None:
        fields = {key: value for key, value in message.items() if key not in HISTORY_ONLY}
        location = {"channel": channel.id, "event_ts": event_ts, "channel_type": channel.event_kind}
        self.state.publish({**copy.deepcopy(fields), **location}, channel)

    def edit(
        self, channel: Channel, ts: str, changes: Json, editor: str, *, is_marked: bool = True
    ) -> Json:
        """Edit a message: `changes` replaces fields, and None removes one.

        Without `is_marked` the message isn't marked as edited, as when an app updates blocks:
        https://docs.slack.dev/reference/methods/chat.update
        """
        old = channel.messages[ts]
        new = {key: value for key, value in {**old, **changes}.items() if value is not None}
        event_ts = self.state.next_ts()
        if is_marked:
            new["edited"] = {"user": editor, "ts": event_ts}
        channel.messages[ts] = new
        self._publish_changed(channel, (old, new), event_ts)
        return new

    def delete(self, channel: Channel, ts: str) -> None:
        old = channel.messages[ts]
        event_ts = self.state.next_ts()
        channel.pins[:] = [pin for pin in channel.pins if pin["message_ts"] != ts]
        if old.get("thread_ts") == ts and old.get("reply_count"):
            identity = {key: old[key] for key in ("type", "ts", "thread_ts")}
            new = channel.messages[ts] = {**identity, **TOMBSTONE, **_counters(old), "hidden": True}
            self._publish_changed(channel, (old, new), event_ts)
            return
        del channel.messages[ts]
        channel.threads.get(old.get("thread_ts", ""), {}).pop(ts, None)
        self._recount(channel, old.get("thread_ts"))
        event = {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": old}
        self._publish_hidden(channel, event, event_ts)

    def _publish_changed(self, channel: Channel, pair: tuple[Json, Json], event_ts: str) -> None:
        old, new = pair
        event = {"subtype": "message_changed", "message": new, "previous_message": old}
        self._publish_hidden(channel, event, event_ts)

    def _publish_hidden(self, channel: Channel, event: Json, event_ts: str) -> None:
        self.publish(
            channel, {"type": "message", **event, "hidden": True, "ts": event_ts}, event_ts
        )

    def _attach_to_thread(self, channel: Channel, message: Json) -> None:
        parent = channel.messages.get(message.get("thread_ts", ""))
        if parent is None:
            return
        # A reply to a reply belongs to the thread of the first message.
        parent = channel.messages.get(parent.get("thread_ts", ""), parent)
        message["thread_ts"] = parent["ts"]
        message["parent_user_id"] = parent.get("user")
        if message.get("subtype") == "thread_broadcast":
            message["root"] = copy.deepcopy(parent)
        replies = [*self.replies(channel, parent["ts"]), message]
        parent.update(_counted(parent["ts"], replies), is_locked=False, subscribed=False)

    def _recount(self, channel: Channel, thread: str | None) -> None:
        parent = channel.messages.get(thread or "")
        if parent is None:
            return
        for name in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
            parent.pop(name, None)
        if left := self.replies(channel, parent["ts"]):
            parent.update(_counted(parent["ts"], left))
        else:
            parent.pop("thread_ts", None)

    def replies(self, channel: Channel, ts: str) -> list[Json]:
        """Return the replies in a thread, without its first message."""
        return [channel.messages[reply_ts] for reply_ts in channel.threads.get(ts, {})]

    def _mention(self, channel: Channel, message: Json) -> None:
        if f"<@{self.state.bot.id}>" not in message.get("text", "") or message.get("subtype"):
            return
        names = [
            *("client_msg_id", "user", "text", "ts", "team", "blocks", "thread_ts"),
            *("user_team", "source_team", "user_profile"),
        ]
        fields = {name: message[name] for name in names if name in message}
        event = {"type": "app_mention", **fields, "channel": channel.id, "event_ts": message["ts"]}
        self.state.publish(copy.deepcopy(event), channel)

    def react(self, channel: Channel, ts: str, name: str, person: Person) -> bool:
        """Add a reaction; return False if the person has added it already."""
        reactions = channel.messages[ts].setdefault("reactions", [])
        reaction_entry = next(
            (reaction for reaction in reactions if reaction["name"] == name), None
        )
        if reaction_entry is None:
            reaction_entry = {"name": name, "users": [], "count": 0}
            reactions.append(reaction_entry)
        if person.id in reaction_entry["users"]:
            return False
        reaction_entry["users"].append(person.id)
        reaction_entry["count"] = len(reaction_entry["users"])
        self._publish_reaction(channel, ts, ("reaction_added", name, person))
        return True

    def unreact(self, channel: Channel, ts: str, name: str, person: Person) -> bool:
        message = channel.messages[ts]
        reaction_entry = next(
            (reaction for reaction in message.get("reactions", []) if reaction["name"] == name),
            None,
        )
        if reaction_entry is None or person.id not in reaction_entry["users"]:
            return False
        reaction_entry["users"].remove(person.id)
        reaction_entry["count"] = len(reaction_entry["users"])
        message["reactions"] = [reaction for reaction in message["reactions"] if reaction["count"]]
        if not message["reactions"]:
            del message["reactions"]
        self._publish_reaction(channel, ts, ("reaction_removed", name, person))
        return True

    def _publish_reaction(self, channel: Channel, ts: str, change: tuple[str, str, Person]) -> None:
        event_type, name, person = change
        event = {
            "type": event_type,
            "user": person.id,
            "item": {"type": "message", "channel": channel.id, "ts": ts},
            "reaction": name,
            "item_user": channel.messages[ts].get("user", ""),
            "event_ts": self.state.next_ts(),
        }
        self.state.publish(event, channel)

    def pin(self, channel: Channel, ts: str, person: Person) -> bool:
        """Pin a message; return False if it's pinned already."""
        if any(pin["message_ts"] == ts for pin in channel.pins):
            return False
        pin = {"message_ts": ts, "created": self.state.seconds, "created_by": person.id}
        channel.pins.insert(0, pin)
        channel.messages[ts]["pinned_to"] = [channel.id]
        self._publish_pin("pin_added", channel, pin, person)
        return True

    def unpin(self, channel: Channel, ts: str, person: Person) -> bool:
        pin = next((pinned for pinned in channel.pins if pinned["message_ts"] == ts), None)
        if pin is None:
            return False
        channel.pins.remove(pin)
        channel.messages[ts].pop("pinned_to", None)
        self._publish_pin("pin_removed", channel, pin, person)
        return True

    def pinned_item(self, channel: Channel, pin: Json) -> Json:
        message = copy.deepcopy(channel.messages[pin["message_ts"]])
        message["permalink"] = permalink(self.state, channel, pin["message_ts"])
        return {
            "type": "message",
            "created": pin["created"],
            "created_by": pin["created_by"],
            "channel": channel.id,
            "message": message,
        }

    def _publish_pin(self, event_type: str, channel: Channel, pin: Json, person: Person) -> None:
        item = self.pinned_item(channel, pin)
        event = {
            "type": event_type,
            "user": person.id,
            "channel_id": channel.id,
            "item": item,
            "item_user": item["message"].get("user", ""),
            "pin_count": len(channel.pins),
            "pinned_info": {
                "channel": channel.id,
                "pinned_by": pin["created_by"],
                "pinned_ts": pin["created"],
            },
            "event_ts": self.state.next_ts(),
        }
        if event_type == "pin_removed":
            event["has_pins"] = bool(channel.pins)
        self.state.publish(event, channel)


def _counted(thread: str, replies: list[Json]) -> Json:
    users = list(dict.fromkeys(reply["user"] for reply in replies if reply.get("user")))
    return {
        "thread_ts": thread,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1]["ts"],
        "reply_users": users,
    }


def _counters(parent: Json) -> Json:
    names = ("reply_count", "reply_users_count", "latest_reply", "reply_users")
    return {name: parent[name] for name in names if name in parent}

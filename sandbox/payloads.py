"""Payloads of commands, buttons, shortcuts and modals."""

import copy
from dataclasses import dataclass

from sandbox.workspace_state import Channel, Json, Person, WorkspaceState

# Channel names in commands, for channels without a public name.
CHANNEL_NAMES = {"private": "privategroup", "im": "directmessage"}


@dataclass(frozen=True)
class Payloads:
    state: WorkspaceState

    def command(self, person: Person, channel: Channel, command: str, text: str) -> Json:
        """Return a command's payload without `trigger_id` and `response_url`, which the caller adds."""
        identity = self.state.identity
        return {
            "token": identity.verification_token,
            "team_id": identity.team_id,
            "team_domain": identity.team_domain,
            "channel_id": channel.id,
            "channel_name": CHANNEL_NAMES.get(channel.kind, channel.name),
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": identity.app_id,
            "is_enterprise_install": False,
        }

    def shortcut(self, person: Person, callback_id: str, trigger_id: str) -> Json:
        common = self._spare("shortcut", person, "username")
        facts = {"callback_id": callback_id, "trigger_id": trigger_id}
        return {**common, **facts, "action_ts": self.state.next_ts()}

    def message_shortcut(self, person: Person, callback_id: str, channel: Channel) -> Json:
        facts = {"callback_id": callback_id, "channel": _where(channel)}
        common = self._spare("message_action", person, "name")
        return {**common, **facts, "action_ts": self.state.next_ts()}

    def pressed(self, person: Person, action: Json) -> Json:
        """Return a block action's payload; `in_message` or `in_view` returns its place."""
        common = self._common("block_actions", person)
        return {**common, "actions": [{**action, "action_ts": self.state.next_ts()}]}

    def in_message(self, channel: Channel, message: Json) -> Json:
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": bool(message.get("is_ephemeral")),
        }
        if thread := message.get("thread_ts"):
            container["thread_ts"] = thread
        payload = {"container": container, "channel": _where(channel)}
        if message.get("is_ephemeral"):
            return payload  # Slack doesn't store ephemeral messages, so it can't include them
        return {**payload, "message": _bare(message)}

    def in_view(self, view: Json) -> Json:
        return {
            "container": {"type": "view", "view_id": view["id"]},
            "view": copy.deepcopy(view),
            "state": copy.deepcopy(view["state"]),
        }

    def submitted(self, person: Person, view: Json, trigger_id: str) -> Json:
        common = self._common("view_submission", person)
        facts = {"trigger_id": trigger_id, "view": copy.deepcopy(view), "response_urls": []}
        return {**common, **facts}

    def closed(self, person: Person, view: Json, *, cleared: bool) -> Json:
        common = self._common("view_closed", person)
        return {**common, "view": copy.deepcopy(view), "is_cleared": cleared}

    def _spare(self, kind: str, person: Person, name: str) -> Json:
        """Return a shortcut's common fields, which have no app id and fewer names."""
        common = self._common(kind, person)
        del common["api_app_id"]
        common["user"] = {field: common["user"][field] for field in ("id", name, "team_id")}
        return common

    def _common(self, kind: str, person: Person) -> Json:
        identity = self.state.identity
        team = {"id": identity.team_id, "domain": identity.team_domain}
        names = {"id": person.id, "username": person.name, "name": person.name}
        return {
            "type": kind,
            "user": {**names, "team_id": self.state.team_of(person.id)},
            "api_app_id": identity.app_id,
            "token": identity.verification_token,
            "team": team,
            "enterprise": None,
            "is_enterprise_install": False,
        }


def message_of(message: Json) -> Json:
    return _bare(message)


def _where(channel: Channel) -> Json:
    return {"id": channel.id, "name": CHANNEL_NAMES.get(channel.kind, channel.name)}


def _bare(message: Json) -> Json:
    return {key: value for key, value in copy.deepcopy(message).items() if key != "metadata"}

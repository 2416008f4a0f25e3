"""The payloads of commands, buttons, shortcuts and modals."""

import copy
from dataclasses import dataclass

from sandbox.workspace_state import Channel, Json, Person, World

# What a command says of a channel that has no public name.
CALLED = {"private": "privategroup", "im": "directmessage"}


@dataclass(frozen=True)
class Payloads:
    world: World

    def command(self, person: Person, channel: Channel, command: str, text: str) -> Json:
        """Without `trigger_id` and `response_url`, which whoever sends it adds."""
        identity = self.world.identity
        return {
            "token": identity.verification_token,
            "team_id": identity.team_id,
            "team_domain": identity.team_domain,
            "channel_id": channel.id,
            "channel_name": CALLED.get(channel.kind, channel.name),
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": identity.app_id,
            "is_enterprise_install": False,
        }

    def shortcut(self, person: Person, callback_id: str, trigger_id: str) -> Json:
        common = self._spare("shortcut", person, "username")
        told = {"callback_id": callback_id, "trigger_id": trigger_id}
        return {**common, **told, "action_ts": self.world.next_ts()}

    def message_shortcut(self, person: Person, callback_id: str, channel: Channel) -> Json:
        where = {"callback_id": callback_id, "channel": _where(channel)}
        common = self._spare("message_action", person, "name")
        return {**common, **where, "action_ts": self.world.next_ts()}

    def pressed(self, person: Person, action: Json) -> Json:
        """A block action; where it happened is added by `in_message` or `in_view`."""
        common = self._common("block_actions", person)
        return {**common, "actions": [{**action, "action_ts": self.world.next_ts()}]}

    def in_message(self, channel: Channel, message: Json) -> Json:
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": bool(message.get("is_ephemeral")),
        }
        if thread := message.get("thread_ts"):
            container["thread_ts"] = thread
        told = {"container": container, "channel": _where(channel)}
        if message.get("is_ephemeral"):
            return told  # Slack keeps no ephemeral message and so cannot send it along
        return {**told, "message": _bare(message)}

    def in_view(self, view: Json) -> Json:
        return {
            "container": {"type": "view", "view_id": view["id"]},
            "view": copy.deepcopy(view),
            "state": copy.deepcopy(view["state"]),
        }

    def submitted(self, person: Person, view: Json, trigger_id: str) -> Json:
        common = self._common("view_submission", person)
        shown = {"trigger_id": trigger_id, "view": copy.deepcopy(view), "response_urls": []}
        return {**common, **shown}

    def closed(self, person: Person, view: Json, *, cleared: bool) -> Json:
        common = self._common("view_closed", person)
        return {**common, "view": copy.deepcopy(view), "is_cleared": cleared}

    def _spare(self, kind: str, person: Person, name: str) -> Json:
        """Shortcuts name neither the app nor the person twice."""
        common = self._common(kind, person)
        del common["api_app_id"]
        common["user"] = {field: common["user"][field] for field in ("id", name, "team_id")}
        return common

    def _common(self, kind: str, person: Person) -> Json:
        identity = self.world.identity
        team = {"id": identity.team_id, "domain": identity.team_domain}
        names = {"id": person.id, "username": person.name, "name": person.name}
        return {
            "type": kind,
            "user": {**names, "team_id": self.world.team_of(person.id)},
            "api_app_id": identity.app_id,
            "token": identity.verification_token,
            "team": team,
            "enterprise": None,
            "is_enterprise_install": False,
        }


def message_of(message: Json) -> Json:
    return _bare(message)


def _where(channel: Channel) -> Json:
    return {"id": channel.id, "name": CALLED.get(channel.kind, channel.name)}


def _bare(message: Json) -> Json:
    return {key: value for key, value in copy.deepcopy(message).items() if key != "metadata"}

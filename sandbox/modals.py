"""Modals and App Home: trigger ids, each person's stack of views, and the state of inputs."""

import copy
import json
from dataclasses import dataclass
from datetime import timedelta

from sandbox import block_validation
from sandbox.api.request import SlackError, invalid_arguments
from sandbox.block_elements import initial_states
from sandbox.workspace_state import Json, Person, Trigger, WorkspaceState

TRIGGER_LIFETIME = timedelta(seconds=3)
MAX_VIEWS = 3  # the first one, and two pushed on top
MAX_BYTES = 250_000


@dataclass(frozen=True)
class Modals:
    """The views of all people. Callers hold `state.lock`."""

    state: WorkspaceState

    def trigger(self, person: Person, view_id: str | None = None) -> str:
        number = len(self.state.triggers)
        trigger_id = f"{number}.{self.state.seconds}.{self.state.ids.secret(32)}"
        self.state.triggers[trigger_id] = Trigger(person.id, self.state.clock.now(), view_id)
        return trigger_id

    def redeem_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id, which works once and within three seconds. Raises SlackError."""
        trigger = self.state.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.state.clock.now() - trigger.issued_at > TRIGGER_LIFETIME:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def open(self, user: str, raw: Json) -> Json:
        view = self._new(raw, "modal")
        view["root_view_id"] = view["id"]
        self.state.modals[user] = [view]
        return view

    def push(self, user: str, raw: Json) -> Json:
        stack = self.state.modals.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_VIEWS:
            raise SlackError("push_limit_reached")
        view = self._new(raw, "modal")
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(view)
        return view

    def update(self, view: Json, raw: Json) -> Json:
        """Replace a view's content; inputs that remain keep what was typed."""
        typed = view["state"]["values"]
        new = self._new(raw, view["type"])
        kept_fields = ("id", "root_view_id", "previous_view_id")
        view |= {**new, **{name: view[name] for name in kept_fields}}
        _keep_typed(view, typed)
        return view

    def publish(self, person: Person, raw: Json) -> Json:
        old = self.state.homes.get(person.id)
        if old:
            return self.update(old, raw)
        view = self._new(raw, "home")
        view["root_view_id"] = view["id"]
        self.state.homes[person.id] = view
        return view

    def find(self, view_id: str, external_id: str) -> Json:
        stacks = [*self.state.modals.values(), list(self.state.homes.values())]
        for view in (open_view for stack in stacks for open_view in stack):
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def validate(self, raw: object, kind: str) -> Json:
        """Return a valid view. Raises SlackError like Slack."""
        if not isinstance(raw, dict):
            raise invalid_arguments("missing required field: view")
        if len(json.dumps(raw)) > MAX_BYTES:
            raise SlackError("view_too_large")
        if problems := block_validation.find_view_problems(raw, kind):
            raise invalid_arguments(*problems)
        return raw

    def _new(self, raw: Json, kind: str) -> Json:
        self.validate(raw, kind)
        identity = self.state.identity
        blocks = block_validation.add_ids(copy.deepcopy(raw["blocks"]), self.state.ids)
        return {
            "id": self.state.ids.next("V"),
            "team_id": identity.team_id,
            "type": kind,
            "blocks": blocks,
            "private_metadata": raw.get("private_metadata", ""),
            "callback_id": raw.get("callback_id", ""),
            "state": {"values": initial_states(blocks)},
            "hash": f"{self.state.seconds}.{self.state.ids.secret(8)}",
            "title": copy.deepcopy(raw.get("title", {})),
            "clear_on_close": raw.get("clear_on_close", False),
            "notify_on_close": raw.get("notify_on_close", False),
            "submit_disabled": raw.get("submit_disabled", False),
            "close": copy.deepcopy(raw.get("close")),
            "submit": copy.deepcopy(raw.get("submit")),
            "previous_view_id": None,
            "root_view_id": None,
            "app_id": identity.app_id,
            "external_id": raw.get("external_id", ""),
            "app_installed_team_id": identity.team_id,
            "bot_id": identity.bot_id,
        }


def _keep_typed(view: Json, typed: Json) -> None:
    values = view["state"]["values"]
    for block_id, states in values.items():
        for action_id in states:
            if action_id in typed.get(block_id, {}):
                states[action_id] = typed[block_id][action_id]

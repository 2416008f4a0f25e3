"""What a person who isn't in a private incident's channel gets to see, and what they still have open."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.harness import Town

MARKER = "zanzibar"


def seen_by(town: Town, person: str) -> list[str]:
    """Every message, name and topic of the channels that a person may read, their DMs and Home."""
    state, who = town.sandbox.state, town.ws.person(person)
    seen = received_by(town, person)
    for channel in state.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or who.id in channel.members):
            seen += [channel.name, str(channel.topic)]
            seen += [json.dumps(message) for message in town.said(channel.id)]
    return seen


def received_by(town: Town, person: str) -> list[str]:
    """What reached one person alone: DMs, ephemeral messages, open modals and the Home tab."""
    state, who = town.sandbox.state, town.ws.person(person)
    seen = [json.dumps(each) for each in (*town.ws.dm(person), *town.ws.ephemerals(person))]
    seen += [json.dumps(view) for view in state.modals.get(who.id, [])]
    return [*seen, json.dumps(state.homes.get(who.id))]


@dataclass
class Kept:
    """What a person had on their screen before they were removed: messages with buttons, and forms."""

    town: Town
    person: str
    forms: list[dict[str, Any]] = field(default_factory=list)
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def keep_form(self) -> None:
        """Keep the form that is open, to submit it later."""
        view = self.town.ws.open_view(self.person)
        assert view is not None, "no form is open"
        self.forms.append(copy.deepcopy(view))
        self.town.ws.close_view(self.person, everything=True)

    def keep_messages(self, channel: str) -> None:
        """Keep every message of the channel, of the person's DMs, and those only they see."""
        state, who = self.town.sandbox.state, self.town.ws.person(self.person)
        dm = state.dm_with(who)
        for place in (state.channels[channel], *([dm] if dm else [])):
            mine = [each.message for each in place.ephemerals if each.user == who.id]
            shown = copy.deepcopy([*place.messages.values(), *mine])
            self.messages += [(place.id, message) for message in shown]

    def press_everything(self) -> int:
        """Press each button and choose from each menu of what was kept; say how many that were."""
        pressed = 0
        for place, message in self.messages:
            channel = self.town.sandbox.state.channels[place]
            for action, value in _actions(message):
                if message["ts"] in channel.messages:  # on their screen it's still as it was
                    channel.messages[message["ts"]] = copy.deepcopy(message)
                self.town.ws.press(self.person, place, message["ts"], action, value)
                pressed += 1
        return pressed

    def submit_everything(self, values: dict[str, Any]) -> int:
        """Submit each form that was kept, with `values` in the fields that it has."""
        who = self.town.ws.person(self.person)
        for view in self.forms:
            with self.town.sandbox.state.lock:
                self.town.sandbox.state.modals[who.id] = [copy.deepcopy(view)]
            self.town.ws.submit(self.person, _filled(view, values))
        return len(self.forms)


def _filled(view: dict[str, Any], values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The form with the last option of each menu, and of `values` those that it has a field for."""
    filled = {}
    for block in view["blocks"]:
        options = block.get("element", {}).get("options")
        if block["type"] == "input" and (options or block["block_id"] in values):
            chosen = options[-1]["value"] if options else values[block["block_id"]]
            filled[block["block_id"]] = {block["block_id"]: chosen}
    return filled


def _actions(message: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What can be clicked in a message: an action's id, and the option for a menu."""
    for block in message.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button" and "url" not in element:
                yield element["action_id"], None
            for option in element.get("options", []):
                yield element["action_id"], option["value"]

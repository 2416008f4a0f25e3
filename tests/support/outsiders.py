"""What people outside a private incident's channel can see, and what they kept open from before."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.harness import LiveBot

MARKER = "zanzibar"


def visible_to(live_bot: LiveBot, person: str) -> list[str]:
    """Return every message, name and topic that a person can read in channels, DMs and the Home tab."""
    state, viewer = live_bot.sandbox.state, live_bot.workspace.person(person)
    visible = private_to(live_bot, person)
    for channel in state.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or viewer.id in channel.members):
            visible += [channel.name, str(channel.topic)]
            visible += [json.dumps(message) for message in live_bot.messages(channel.id)]
    return visible


def private_to(live_bot: LiveBot, person: str) -> list[str]:
    """Return what only this person can see:

    DMs, ephemeral messages, open modals and the Home tab.
    """
    state, viewer = live_bot.sandbox.state, live_bot.workspace.person(person)
    visible = [
        json.dumps(message)
        for message in (*live_bot.workspace.dm(person), *live_bot.workspace.ephemerals(person))
    ]
    visible += [json.dumps(view) for view in state.modals.get(viewer.id, [])]
    return [*visible, json.dumps(state.homes.get(viewer.id))]


@dataclass
class StaleScreen:
    """Messages with buttons and forms that a person had open before they were removed from a channel."""

    live_bot: LiveBot
    person: str
    forms: list[dict[str, Any]] = field(default_factory=list)
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def keep_form(self) -> None:
        """Save and close the open form, to submit it later."""
        view = self.live_bot.workspace.open_view(self.person)
        assert view is not None, "no form is open"
        self.forms.append(copy.deepcopy(view))
        self.live_bot.workspace.close_view(self.person, everything=True)

    def keep_messages(self, channel: str) -> None:
        """Save the messages of the channel and of the person's DMs, including ephemeral ones."""
        state, viewer = self.live_bot.sandbox.state, self.live_bot.workspace.person(self.person)
        dm = state.dm_with(viewer)
        for place in (state.channels[channel], *([dm] if dm else [])):
            own_ephemerals = [
                ephemeral.message for ephemeral in place.ephemerals if ephemeral.user == viewer.id
            ]
            visible = copy.deepcopy([*place.messages.values(), *own_ephemerals])
            self.messages += [(place.id, message) for message in visible]

    def press_everything(self) -> int:
        """Press each button and choose each menu option of the saved messages; return how many."""
        count = 0
        for place, message in self.messages:
            channel = self.live_bot.sandbox.state.channels[place]
            for action, value in _actions(message):
                if (
                    message["ts"] in channel.messages
                ):  # the person's screen still shows the message as it was
                    channel.messages[message["ts"]] = copy.deepcopy(message)
                self.live_bot.workspace.press(self.person, place, message["ts"], action, value)
                count += 1
        return count

    def submit_everything(self, values: dict[str, Any]) -> int:
        """Submit each saved form, with `values` in its matching fields; return how many."""
        viewer = self.live_bot.workspace.person(self.person)
        for view in self.forms:
            with self.live_bot.sandbox.state.lock:
                self.live_bot.sandbox.state.modals[viewer.id] = [copy.deepcopy(view)]
            self.live_bot.workspace.submit(self.person, _fill_in(view, values))
        return len(self.forms)


def _fill_in(view: dict[str, Any], values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the form's values: the last option of each menu, and the matching `values`."""
    filled = {}
    for block in view["blocks"]:
        options = block.get("element", {}).get("options")
        if block["type"] == "input" and (options or block["block_id"] in values):
            chosen = options[-1]["value"] if options else values[block["block_id"]]
            filled[block["block_id"]] = {block["block_id"]: chosen}
    return filled


def _actions(message: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield each clickable action of a message, with the option for a menu."""
    for block in message.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button" and "url" not in element:
                yield element["action_id"], None
            for option in element.get("options", []):
                yield element["action_id"], option["value"]

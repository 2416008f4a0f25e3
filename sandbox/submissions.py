"""Filling in a modal, pressing submit, and doing what the app answers."""

import copy
from dataclasses import dataclass

from sandbox import block_elements
from sandbox.modals import Modals
from sandbox.workspace_state import Json, Person, World

REQUIRED = "Please complete this required field."


@dataclass(frozen=True)
class Submissions:
    """Take `world.lock` around."""

    world: World

    def fill(self, person: Person, values: Json) -> Json:
        """Put the values into the inputs of the modal on top."""
        stack = self.world.modals.get(person.id, [])
        if not stack:
            raise LookupError(f"{person.name} has no modal open")
        view = stack[-1]
        for block_id, inputs in values.items():
            for action_id, value in inputs.items():
                self._put(view, (block_id, action_id), value)
        return view

    def _put(self, view: Json, where: tuple[str, str], value: object) -> None:
        block_id, action_id = where
        blocks = [each for each in view["blocks"] if each["block_id"] == block_id]
        if not blocks:
            raise LookupError(f"the modal has no block {block_id}")
        _, element = block_elements.find(blocks, action_id)
        held = view["state"]["values"].setdefault(block_id, {})
        held[action_id] = block_elements.state(element, value)

    def missing(self, view: Json) -> dict[str, str]:
        """What Slack's client refuses before the app is asked."""
        errors = {}
        for block in view["blocks"]:
            element = block.get("element")
            if block["type"] == "input" and element and element["type"] in block_elements.CHOICES:
                held = view["state"]["values"][block["block_id"]][element["action_id"]]
                if error := _refused(block, element, held):
                    errors[block["block_id"]] = error
        return errors

    def follow(self, person: Person, view: Json, answer: Json) -> Json:
        """Do as the app answered: errors, update, push, clear, or close this view."""
        modals, action = Modals(self.world), answer.get("response_action")
        if action == "errors":
            return dict(answer)
        if action == "update":
            modals.update(view, modals.validate(answer.get("view"), "modal"))
        elif action == "push":
            modals.push(person.id, modals.validate(answer.get("view"), "modal"))
        elif action == "clear":
            self.world.modals.pop(person.id, None)
        else:
            self._close(person, view)
        return dict(answer)

    def close(self, person: Person, *, everything: bool) -> list[Json]:
        """Close the top view or all; which of them the app wants to hear about."""
        stack = self.world.modals.get(person.id, [])
        going = list(reversed(stack)) if everything else stack[-1:]
        for view in going:
            self._close(person, view)
        return [copy.deepcopy(view) for view in going if view["notify_on_close"]]

    def _close(self, person: Person, view: Json) -> None:
        stack = self.world.modals.get(person.id, [])
        # While the app was answering it may have changed the stack itself.
        left = [each for each in stack if each["id"] != view["id"]]
        self.world.modals[person.id] = left


def _refused(block: Json, element: Json, held: Json) -> str:
    value = held[block_elements.CHOICES[element["type"]]]
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    longest = element.get("max_length")
    if longest and isinstance(value, str) and len(value) > longest:
        return f"This entry must be less than {longest + 1} characters."
    return ""

"""Fill in and submit modals, and apply the app's response."""

import copy
from dataclasses import dataclass

from sandbox import block_elements
from sandbox.modals import Modals
from sandbox.workspace_state import Json, Person, WorkspaceState

REQUIRED = "Please complete this required field."


@dataclass(frozen=True)
class Submissions:
    """Submits modals as Slack's client does. Callers hold `state.lock`."""

    state: WorkspaceState

    def fill(self, person: Person, values: Json) -> Json:
        """Enter values into the inputs of the top modal."""
        stack = self.state.modals.get(person.id, [])
        if not stack:
            raise LookupError(f"{person.name} has no modal open")
        view = stack[-1]
        for block_id, inputs in values.items():
            for action_id, value in inputs.items():
                self._put(view, (block_id, action_id), value)
        return view

    def _put(self, view: Json, position: tuple[str, str], value: object) -> None:
        block_id, action_id = position
        blocks = [block for block in view["blocks"] if block["block_id"] == block_id]
        if not blocks:
            raise LookupError(f"the modal has no block {block_id}")
        _, element = block_elements.find(blocks, action_id)
        states = view["state"]["values"].setdefault(block_id, {})
        states[action_id] = block_elements.state(element, value)

    def missing(self, view: Json) -> dict[str, str]:
        """Return the errors that Slack's client shows without asking the app, by block id."""
        errors = {}
        for block in view["blocks"]:
            element = block.get("element")
            if block["type"] == "input" and element and element["type"] in block_elements.CHOICES:
                state = view["state"]["values"][block["block_id"]][element["action_id"]]
                if error := _refused(block, element, state):
                    errors[block["block_id"]] = error
        return errors

    def follow(self, person: Person, view: Json, answer: Json) -> Json:
        """Apply the app's response: show errors, update, push or clear views, or close this one."""
        modals, action = Modals(self.state), answer.get("response_action")
        if action == "errors":
            return dict(answer)
        if action == "update":
            modals.update(view, modals.validate(answer.get("view"), "modal"))
        elif action == "push":
            modals.push(person.id, modals.validate(answer.get("view"), "modal"))
        elif action == "clear":
            self.state.modals.pop(person.id, None)
        else:
            self._close(person, view)
        return dict(answer)

    def close(self, person: Person, *, everything: bool) -> list[Json]:
        """Close the top view or all; return those that the app wants to be notified about."""
        stack = self.state.modals.get(person.id, [])
        closing = list(reversed(stack)) if everything else stack[-1:]
        for view in closing:
            self._close(person, view)
        return [copy.deepcopy(view) for view in closing if view["notify_on_close"]]

    def _close(self, person: Person, view: Json) -> None:
        stack = self.state.modals.get(person.id, [])
        # The app may have changed the stack before it responded.
        remaining = [open_view for open_view in stack if open_view["id"] != view["id"]]
        self.state.modals[person.id] = remaining


def _refused(block: Json, element: Json, state: Json) -> str:
    value = state[block_elements.CHOICES[element["type"]]]
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    longest = element.get("max_length")
    if longest and isinstance(value, str) and len(value) > longest:
        return f"This entry must be less than {longest + 1} characters."
    return ""

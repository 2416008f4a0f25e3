"""People's interactions with the app: commands, buttons, shortcuts, modals, App Home."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import block_elements
from sandbox.api.request import SlackError
from sandbox.delivery import DeliveryQueue, Outcome, PendingDelivery
from sandbox.lookup import Lookup
from sandbox.modals import Modals
from sandbox.payloads import Payloads, message_of
from sandbox.responses import Responses
from sandbox.submissions import Submissions
from sandbox.text import escaped, named
from sandbox.workspace_state import Channel, Json, Person, ResponseUrl

FAILED = {"not_connected": "dispatch_failed", "connection_failed": "dispatch_failed"}
FAILED |= {"http_error": "dispatch_failed"}
# Seconds; only so that a broken test can't hang.
RESULT_TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    """The response to a command. `responses` are later ones over its response URL, as they arrive."""

    status: str  # ok, dispatch_failed, operation_timeout or unknown_command
    body: Json = field(default_factory=dict)
    responses: list[Json] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))

    @property
    def response_type(self) -> str:
        return str(self.body.get("response_type", "ephemeral"))


@dataclass(frozen=True)
class Interactions(Lookup):
    """Each call waits until the app responds or Slack's timeout ends. Not for the server's loop."""

    queue: DeliveryQueue

    def command(
        self,
        person: str | Person,
        channel: str | Channel,
        command: str,
        text: str = "",
    ) -> Answer:
        declared = self.state.manifest.commands.get(command)
        if declared is None or "commands" not in self.state.grants:
            return Answer("unknown_command", {"text": f"`{command}` is not a valid command."})
        with self.state.lock:
            user, place = self.person(person), self.channel(channel)
            sent_text = self._escaped(text) if declared.should_escape else text
            body = Payloads(self.state).command(user, place, command, sent_text)
            body["response_url"] = Responses(self.state).new(user, place)
            body["trigger_id"] = Modals(self.state).trigger(user)
            issued = Responses(self.state).at(body["response_url"])
        outcome = self._wait(self.queue.submit("slash_commands", body))
        return self._answered(outcome, issued)

    def press(
        self,
        person: str | Person,
        channel: str | Channel,
        ts: str,
        action_id: str,
        value: Any = None,
    ) -> None:
        """Use a button, menu or picker in a message. For menus, `value` is the option's value."""
        with self.state.lock:
            user, place = self.person(person), self.channel(channel)
            message = _message(place, user, ts)
            block_id, element = block_elements.find(_all_blocks(message), action_id)
            action = {**block_elements.action(element, value), "block_id": block_id}
            body = Payloads(self.state).pressed(user, action)
            body |= Payloads(self.state).in_message(place, message)
            body["state"] = {"values": _state_of(message, (block_id, element, value))}
            body["response_url"] = Responses(self.state).new(user, place, ts)
            body["trigger_id"] = Modals(self.state).trigger(user)
        self._wait(self._interact(body))

    choose = press

    def press_in_view(self, person: str | Person, action_id: str, value: Any = None) -> None:
        """Use a button or menu in the top modal, or in the Home tab if no modal is open."""
        with self.state.lock:
            user = self.person(person)
            view = self.open_view(user) or self.state.homes.get(user.id)
            if view is None:
                raise LookupError(f"{user.name} has no view open")
            block_id, element = block_elements.find(view["blocks"], action_id)
            if element["type"] not in block_elements.STATELESS:
                states = view["state"]["values"].setdefault(block_id, {})
                states[action_id] = block_elements.state(element, value)
            action = {**block_elements.action(element, value), "block_id": block_id}
            body = {
                **Payloads(self.state).pressed(user, action),
                **Payloads(self.state).in_view(view),
            }
            body["trigger_id"] = Modals(self.state).trigger(user, view["id"])
        self._wait(self._interact(body))

    def shortcut(self, person: str | Person, callback_id: str) -> None:
        self._declared(callback_id, "global")
        with self.state.lock:
            user = self.person(person)
            trigger_id = Modals(self.state).trigger(user)
            body = Payloads(self.state).shortcut(user, callback_id, trigger_id)
        self._wait(self._interact(body))

    def message_shortcut(
        self,
        person: str | Person,
        callback_id: str,
        channel: str | Channel,
        ts: str,
    ) -> None:
        self._declared(callback_id, "message")
        with self.state.lock:
            user, place = self.person(person), self.channel(channel)
            body = Payloads(self.state).message_shortcut(user, callback_id, place)
            body |= {"message_ts": ts, "message": message_of(_message(place, user, ts))}
            body["response_url"] = Responses(self.state).new(user, place, ts)
            body["trigger_id"] = Modals(self.state).trigger(user)
        self._wait(self._interact(body))

    def open_view(self, person: str | Person) -> Json | None:
        """Return a person's top modal, or None."""
        with self.state.lock:
            stack = self.state.modals.get(self.person(person).id, [])
            return stack[-1] if stack else None

    def submit(self, person: str | Person, values: Json | None = None) -> Json:
        """Submit the top modal; return the app's response, with `errors` as Slack shows them."""
        user = self.person(person)
        submissions = Submissions(self.state)
        with self.state.lock:
            view = submissions.fill(user, values or {})
            if errors := submissions.missing(view):
                return {"response_action": "errors", "errors": errors}
            trigger_id = Modals(self.state).trigger(user, view["id"])
            body = Payloads(self.state).submitted(user, view, trigger_id)
        outcome = self._wait(self._interact(body))
        if not outcome.acknowledged:
            return {"error": FAILED.get(outcome.reason, "operation_timeout")}
        with self.state.lock:
            try:
                return submissions.follow(user, view, outcome.answer or {})
            except SlackError as error:  # the app responded with a view that Slack refuses
                return {"error": error.name, **error.more}

    def close_view(self, person: str | Person, *, everything: bool = False) -> None:
        with self.state.lock:
            user = self.person(person)
            closed = Submissions(self.state).close(user, everything=everything)
            bodies = [
                Payloads(self.state).closed(user, view, cleared=everything) for view in closed
            ]
        for body in bodies:
            self._wait(self._interact(body))

    def open_home(self, person: str | Person) -> Json | None:
        """Open the app's Home tab; return the view that the app publishes, or None."""
        with self.state.lock:
            user = self.person(person)
            event: Json = {"type": "app_home_opened", "user": user.id, "tab": "home"}
            event["channel"] = self.state.open_dm(user).id
            if view := self.state.homes.get(user.id):
                event["view"] = view
            pending = self.state.publish({**event, "event_ts": self.state.next_ts()}, None)
        if isinstance(pending, PendingDelivery):
            self._wait(pending)
        return self.state.homes.get(user.id)

    def _interact(self, body: Json) -> PendingDelivery:
        if not self.state.manifest.interactive:
            raise LookupError("the manifest does not enable interactivity")
        return self.queue.submit("interactive", body)

    def _wait(self, pending: PendingDelivery) -> Outcome:
        return pending.done.result(RESULT_TIMEOUT)

    def _answered(self, outcome: Outcome, issued: ResponseUrl) -> Answer:
        if not outcome.acknowledged:
            return Answer(FAILED.get(outcome.reason, "operation_timeout"), {}, issued.seen)
        answer = outcome.answer
        body = answer if isinstance(answer, dict) else {"text": str(answer or "")}
        if any(body.get(name) for name in ("text", "blocks", "attachments")):
            with self.state.lock:
                Responses(self.state).show(issued, body)
        return Answer("ok", body, issued.seen)

    def _declared(self, callback_id: str, kind: str) -> None:
        known = self.state.manifest.shortcuts.get(callback_id)
        if known is None or known.kind != kind:
            raise LookupError(f"the manifest has no {kind} shortcut {callback_id}")

    def _escaped(self, text: str) -> str:
        return named(escaped(text), self._named_mention, self._channel_link)

    def _mention(self, name: str) -> str | None:
        found = self.state.find_person(name)
        group = None if found else self.state.find_usergroup(name)
        return f"<@{found.id}>" if found else f"<!subteam^{group}>" if group else None

    def _named_mention(self, name: str) -> str | None:
        found = self.state.find_person(name)
        group = None if found else self.state.find_usergroup(name)
        if group:
            return f"<!subteam^{group}|@{name}>"
        return f"<@{found.id}|{found.name}>" if found else None

    def _channel_link(self, name: str) -> str | None:
        found = self.state.find_channel(name)
        return f"<#{found.id}|{found.name}>" if found else None


def _message(channel: Channel, person: Person, ts: str) -> Json:
    if ts in channel.messages:
        return channel.messages[ts]
    for ephemeral in channel.ephemerals:
        if ephemeral.message["ts"] == ts and ephemeral.user == person.id:
            return ephemeral.message
    raise LookupError(f"there is no message {ts} in {channel.name} that {person.name} can see")


def _all_blocks(message: Json) -> list[Json]:
    in_attachments = [
        block
        for attachment in message.get("attachments", [])
        for block in attachment.get("blocks", [])
    ]
    return [*message.get("blocks", []), *in_attachments]


def _state_of(message: Json, used: tuple[str, Json, Any]) -> Json:
    """Return the state of the message's menus, including the one that was used."""
    values = block_elements.initial_states(_all_blocks(message))
    block_id, element, value = used
    if element["type"] not in block_elements.STATELESS:
        values.setdefault(block_id, {})[element["action_id"]] = block_elements.state(element, value)
    return values

"""What people do through the app's doors: commands, buttons, shortcuts, modals, App Home."""

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
# An interaction ends in its own time; this is only so that a broken run cannot hang.
LONGEST = 60.0


@dataclass(frozen=True)
class Answer:
    """What a person got back from a command. `responses` grows while the app goes on answering."""

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
    """Each waits until the app has answered or three seconds are over. Not for the server's loop."""

    queue: DeliveryQueue

    def command(
        self,
        person: str | Person,
        channel: str | Channel,
        command: str,
        text: str = "",
    ) -> Answer:
        declared = self.world.manifest.commands.get(command)
        if declared is None or "commands" not in self.world.grants:
            return Answer("unknown_command", {"text": f"`{command}` is not a valid command."})
        with self.world.lock:
            who, where = self.person(person), self.channel(channel)
            sent = self._escaped(text) if declared.should_escape else text
            body = Payloads(self.world).command(who, where, command, sent)
            body["response_url"] = Responses(self.world).new(who, where)
            body["trigger_id"] = Modals(self.world).trigger(who)
            issued = Responses(self.world).at(body["response_url"])
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
        """Use a button, menu or picker of a message. For menus `value` is the option's value."""
        with self.world.lock:
            who, where = self.person(person), self.channel(channel)
            message = _message(where, who, ts)
            block_id, element = block_elements.find(_all_blocks(message), action_id)
            action = {**block_elements.action(element, value), "block_id": block_id}
            body = Payloads(self.world).pressed(who, action)
            body |= Payloads(self.world).in_message(where, message)
            body["state"] = {"values": _state_of(message, (block_id, element, value))}
            body["response_url"] = Responses(self.world).new(who, where, ts)
            body["trigger_id"] = Modals(self.world).trigger(who)
        self._wait(self._interact(body))

    choose = press

    def press_in_view(self, person: str | Person, action_id: str, value: Any = None) -> None:
        """Use a button or menu of the modal on top, or of the Home tab when no modal is open."""
        with self.world.lock:
            who = self.person(person)
            view = self.open_view(who) or self.world.homes.get(who.id)
            if view is None:
                raise LookupError(f"{who.name} has no view open")
            block_id, element = block_elements.find(view["blocks"], action_id)
            if element["type"] not in block_elements.STATELESS:
                held = view["state"]["values"].setdefault(block_id, {})
                held[action_id] = block_elements.state(element, value)
            action = {**block_elements.action(element, value), "block_id": block_id}
            body = {
                **Payloads(self.world).pressed(who, action),
                **Payloads(self.world).in_view(view),
            }
            body["trigger_id"] = Modals(self.world).trigger(who, view["id"])
        self._wait(self._interact(body))

    def shortcut(self, person: str | Person, callback_id: str) -> None:
        self._declared(callback_id, "global")
        with self.world.lock:
            who = self.person(person)
            trigger_id = Modals(self.world).trigger(who)
            body = Payloads(self.world).shortcut(who, callback_id, trigger_id)
        self._wait(self._interact(body))

    def message_shortcut(
        self,
        person: str | Person,
        callback_id: str,
        channel: str | Channel,
        ts: str,
    ) -> None:
        self._declared(callback_id, "message")
        with self.world.lock:
            who, where = self.person(person), self.channel(channel)
            body = Payloads(self.world).message_shortcut(who, callback_id, where)
            body |= {"message_ts": ts, "message": message_of(_message(where, who, ts))}
            body["response_url"] = Responses(self.world).new(who, where, ts)
            body["trigger_id"] = Modals(self.world).trigger(who)
        self._wait(self._interact(body))

    def open_view(self, person: str | Person) -> Json | None:
        """The modal on top, or None."""
        with self.world.lock:
            stack = self.world.modals.get(self.person(person).id, [])
            return stack[-1] if stack else None

    def submit(self, person: str | Person, values: Json | None = None) -> Json:
        """Press the modal's submit. What the app answered; `errors` as Slack shows them."""
        who = self.person(person)
        submissions = Submissions(self.world)
        with self.world.lock:
            view = submissions.fill(who, values or {})
            if errors := submissions.missing(view):
                return {"response_action": "errors", "errors": errors}
            trigger_id = Modals(self.world).trigger(who, view["id"])
            body = Payloads(self.world).submitted(who, view, trigger_id)
        outcome = self._wait(self._interact(body))
        if not outcome.acknowledged:
            return {"error": FAILED.get(outcome.reason, "operation_timeout")}
        with self.world.lock:
            try:
                return submissions.follow(who, view, outcome.answer or {})
            except SlackError as error:  # the app answered with a view that Slack refuses
                return {"error": error.name, **error.more}

    def close_view(self, person: str | Person, *, everything: bool = False) -> None:
        with self.world.lock:
            who = self.person(person)
            left = Submissions(self.world).close(who, everything=everything)
            bodies = [Payloads(self.world).closed(who, view, cleared=everything) for view in left]
        for body in bodies:
            self._wait(self._interact(body))

    def open_home(self, person: str | Person) -> Json | None:
        """Open the app's Home tab; what the app has published there once it has been told."""
        with self.world.lock:
            who = self.person(person)
            event: Json = {"type": "app_home_opened", "user": who.id, "tab": "home"}
            event["channel"] = self.world.open_dm(who).id
            if shown := self.world.homes.get(who.id):
                event["view"] = shown
            pending = self.world.publish({**event, "event_ts": self.world.next_ts()}, None)
        if isinstance(pending, PendingDelivery):
            self._wait(pending)
        return self.world.homes.get(who.id)

    def _interact(self, body: Json) -> PendingDelivery:
        if not self.world.manifest.interactive:
            raise LookupError("the manifest does not enable interactivity")
        return self.queue.submit("interactive", body)

    def _wait(self, pending: PendingDelivery) -> Outcome:
        return pending.done.result(LONGEST)

    def _answered(self, outcome: Outcome, issued: ResponseUrl) -> Answer:
        if not outcome.acknowledged:
            return Answer(FAILED.get(outcome.reason, "operation_timeout"), {}, issued.seen)
        said = outcome.answer
        body = said if isinstance(said, dict) else {"text": str(said or "")}
        if any(body.get(name) for name in ("text", "blocks", "attachments")):
            with self.world.lock:
                Responses(self.world).show(issued, body)
        return Answer("ok", body, issued.seen)

    def _declared(self, callback_id: str, kind: str) -> None:
        known = self.world.manifest.shortcuts.get(callback_id)
        if known is None or known.kind != kind:
            raise LookupError(f"the manifest has no {kind} shortcut {callback_id}")

    def _escaped(self, text: str) -> str:
        return named(escaped(text), self._named_mention, self._channel_link)

    def _mention(self, name: str) -> str | None:
        found = self.world.find_person(name)
        group = None if found else self.world.find_usergroup(name)
        return f"<@{found.id}>" if found else f"<!subteam^{group}>" if group else None

    def _named_mention(self, name: str) -> str | None:
        found = self.world.find_person(name)
        group = None if found else self.world.find_usergroup(name)
        if group:
            return f"<!subteam^{group}|@{name}>"
        return f"<@{found.id}|{found.name}>" if found else None

    def _channel_link(self, name: str) -> str | None:
        found = self.world.find_channel(name)
        return f"<#{found.id}|{found.name}>" if found else None


def _message(channel: Channel, person: Person, ts: str) -> Json:
    if ts in channel.messages:
        return channel.messages[ts]
    for each in channel.ephemerals:
        if each.message["ts"] == ts and each.user == person.id:
            return each.message
    raise LookupError(f"there is no message {ts} in {channel.name} that {person.name} can see")


def _all_blocks(message: Json) -> list[Json]:
    attached = [
        block for each in message.get("attachments", []) for block in each.get("blocks", [])
    ]
    return [*message.get("blocks", []), *attached]


def _state_of(message: Json, used: tuple[str, Json, Any]) -> Json:
    """What the menus of the message hold, the used one included."""
    values = block_elements.initial_states(_all_blocks(message))
    block_id, element, value = used
    if element["type"] not in block_elements.STATELESS:
        values.setdefault(block_id, {})[element["action_id"]] = block_elements.state(element, value)
    return values

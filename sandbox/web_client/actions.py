"""Actions of the page's forms, carried out in the workspace as the chosen person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox.web_client import form_elements
from sandbox.web_client.screen import FormResult, Screen
from sandbox.workspace_state import Channel

PUSHPIN = "pushpin"
_LONGEST_JUMP = 31 * 24  # hours


@dataclass(frozen=True)
class Form:
    """A submitted form; every field may have several values."""

    fields: Mapping[str, Sequence[str]]

    def __getitem__(self, name: str) -> str:
        return self.fields[name][0]

    def get(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "")


def say(screen: Screen, form: Form) -> FormResult:
    """Post a message, as a reply if a thread is open; text that starts with `/` is a command."""
    text, channel = form["text"].strip(), _channel(screen)
    if not text:
        return FormResult()
    if text.startswith("/"):
        return _command(screen, channel, text)
    screen.workspace.say(screen.person, channel, text, thread=form.get("thread") or None)
    return FormResult()


def edit(screen: Screen, form: Form) -> FormResult:
    screen.workspace.edit(_channel(screen), _own(screen, form), form["text"])
    return FormResult()


def delete(screen: Screen, form: Form) -> FormResult:
    screen.workspace.delete(_channel(screen), _own(screen, form))
    return FormResult()


def react(screen: Screen, form: Form) -> FormResult:
    """Add the pushpin reaction, or remove it."""
    channel, ts = _channel(screen), form["ts"]
    reactions = channel.messages[ts].get("reactions", ())
    pinned = any(
        reaction["name"] == PUSHPIN and screen.person.id in reaction["users"]
        for reaction in reactions
    )
    change = screen.workspace.unreact if pinned else screen.workspace.react
    change(screen.person, channel, ts, PUSHPIN)
    return FormResult()


def press(screen: Screen, form: Form) -> FormResult:
    button = form_elements.pressed(
        {name: values[0] for name, values in form.fields.items() if values}
    )
    if form.get("ts"):
        screen.workspace.press(
            screen.person, _channel(screen), form["ts"], button.action_id, button.value
        )
        return FormResult()
    screen.workspace.press_in_view(screen.person, button.action_id, button.value)
    return FormResult(typed=form.fields)


def submit(screen: Screen, form: Form) -> FormResult:
    """Submit a modal; errors are shown next to its fields, and what was typed stays."""
    view = screen.workspace.open_view(screen.person)
    if view is None:
        return FormResult("The dialog is already closed.")
    answer = screen.workspace.submit(
        screen.person, form_elements.state(view["blocks"], form.fields)
    )
    if "error" in answer:
        return FormResult(f"The app returned an error: {answer['error']}.", typed=form.fields)
    errors = answer.get("errors")
    return FormResult(errors=errors, typed=form.fields) if errors else FormResult()


def close(screen: Screen, _: Form) -> FormResult:
    screen.workspace.close_view(screen.person)
    return FormResult()


def home(screen: Screen, _: Form) -> FormResult:
    screen.workspace.open_home(screen.person)
    return FormResult()


def shortcut(screen: Screen, form: Form) -> FormResult:
    screen.workspace.shortcut(screen.person, form["callback_id"])
    return FormResult()


def message_shortcut(screen: Screen, form: Form) -> FormResult:
    message = (_channel(screen), form["ts"])
    screen.workspace.message_shortcut(screen.person, form["callback_id"], *message)
    return FormResult()


def wait(screen: Screen, form: Form) -> FormResult:
    """Move the clock forward, so that reminders become due."""
    hours = min(max(int(form["hours"]), 0), _LONGEST_JUMP)
    screen.workspace.state.clock.advance(timedelta(hours=hours))
    return FormResult()


ACTIONS: Mapping[str, Callable[[Screen, Form], FormResult]] = {
    "say": say,
    "edit": edit,
    "delete": delete,
    "react": react,
    "press": press,
    "submit": submit,
    "close": close,
    "home": home,
    "shortcut": shortcut,
    "message-shortcut": message_shortcut,
    "wait": wait,
}


def _command(screen: Screen, channel: Channel, text: str) -> FormResult:
    command, _, rest = text.partition(" ")
    answer = screen.workspace.command(screen.person, channel, command, rest.strip())
    if answer.status == "ok":
        return FormResult()  # the response is shown as an ephemeral message
    return FormResult(answer.text or f"{command} failed with status {answer.status}.")


def _channel(screen: Screen) -> Channel:
    if screen.channel is None:
        raise LookupError(f"there is no channel {screen.place}")
    return screen.channel


def _own(screen: Screen, form: Form) -> str:
    ts = form["ts"]
    if _channel(screen).messages[ts].get("user") != screen.person.id:
        raise LookupError("only the author can edit a message")
    return ts

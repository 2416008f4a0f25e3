"""What one can do on the page: each form's deed, done in the workspace as that person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox.web_client import form_elements
from sandbox.web_client.screen import Note, Room
from sandbox.workspace_state import Channel

PUSHPIN = "pushpin"
_LONGEST_JUMP = 31 * 24  # hours


@dataclass(frozen=True)
class Form:
    """A posted form: every field may have several values."""

    fields: Mapping[str, Sequence[str]]

    def __getitem__(self, name: str) -> str:
        return self.fields[name][0]

    def get(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "")


def say(room: Room, form: Form) -> Note:
    """Say it, as a reply where a thread is open; a line that begins with `/` is a command."""
    text, channel = form["text"].strip(), _channel(room)
    if not text:
        return Note()
    if text.startswith("/"):
        return _command(room, channel, text)
    room.workspace.say(room.person, channel, text, thread=form.get("thread") or None)
    return Note()


def edit(room: Room, form: Form) -> Note:
    room.workspace.edit(_channel(room), _own(room, form), form["text"])
    return Note()


def delete(room: Room, form: Form) -> Note:
    room.workspace.delete(_channel(room), _own(room, form))
    return Note()


def react(room: Room, form: Form) -> Note:
    """The pushpin, on and off again."""
    channel, ts = _channel(room), form["ts"]
    reactions = channel.messages[ts].get("reactions", ())
    pinned = any(one["name"] == PUSHPIN and room.person.id in one["users"] for one in reactions)
    change = room.workspace.unreact if pinned else room.workspace.react
    change(room.person, channel, ts, PUSHPIN)
    return Note()


def press(room: Room, form: Form) -> Note:
    what = form_elements.pressed(
        {name: values[0] for name, values in form.fields.items() if values}
    )
    if form.get("ts"):
        room.workspace.press(room.person, _channel(room), form["ts"], what.action_id, what.value)
        return Note()
    room.workspace.press_in_view(room.person, what.action_id, what.value)
    return Note(typed=form.fields)


def submit(room: Room, form: Form) -> Note:
    """Send a modal; what the app finds wrong is shown next to the fields, with what was typed."""
    view = room.workspace.open_view(room.person)
    if view is None:
        return Note("The dialog is closed already.")
    answer = room.workspace.submit(room.person, form_elements.state(view["blocks"], form.fields))
    if "error" in answer:
        return Note(f"The app did not take it: {answer['error']}.", typed=form.fields)
    errors = answer.get("errors")
    return Note(errors=errors, typed=form.fields) if errors else Note()


def close(room: Room, _: Form) -> Note:
    room.workspace.close_view(room.person)
    return Note()


def home(room: Room, _: Form) -> Note:
    room.workspace.open_home(room.person)
    return Note()


def shortcut(room: Room, form: Form) -> Note:
    room.workspace.shortcut(room.person, form["callback_id"])
    return Note()


def message_shortcut(room: Room, form: Form) -> Note:
    where = (_channel(room), form["ts"])
    room.workspace.message_shortcut(room.person, form["callback_id"], *where)
    return Note()


def wait(room: Room, form: Form) -> Note:
    """Let time pass, so that reminders come due."""
    hours = min(max(int(form["hours"]), 0), _LONGEST_JUMP)
    room.workspace.world.clock.advance(timedelta(hours=hours))
    return Note()


DEEDS: Mapping[str, Callable[[Room, Form], Note]] = {
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


def _command(room: Room, channel: Channel, text: str) -> Note:
    command, _, rest = text.partition(" ")
    answer = room.workspace.command(room.person, channel, command, rest.strip())
    if answer.status == "ok":
        return Note()  # what the app answered is among the messages, for this person
    return Note(answer.text or f"{command} failed with the error {answer.status}.")


def _channel(room: Room) -> Channel:
    if room.channel is None:
        raise LookupError(f"there is no channel {room.place}")
    return room.channel


def _own(room: Room, form: Form) -> str:
    ts = form["ts"]
    if _channel(room).messages[ts].get("user") != room.person.id:
        raise LookupError("only its author may change a message")
    return ts

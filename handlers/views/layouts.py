"""Layout of each message: its rendered parts as blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.rendering import render
from bot.rendering.render import Message
from handlers.slack.interaction_payloads import MENU_ACTION
from handlers.views import blocks
from handlers.views.blocks import Block

MAX_REMINDED = 20  # two blocks per item, and Slack shows up to fifty


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a reminder: a line with the reason, and buttons.

    `own` is False if it's somebody else's task that the person only looks after.
    """

    line: str
    buttons: tuple[Block, ...]
    own: bool = True


def card(message: Message, incident: Incident, postmortem: str | None = None) -> list[Block]:
    """Lay out the incident's state, then the buttons.

    `postmortem` is the address of the postmortem.
    """
    parts = message.parts
    link = [postmortem_link(postmortem)] if postmortem and incident.status.is_over else []
    buttons = [*link, *_card_buttons(incident)]
    facts = [parts[name] for name in ("severity", "status", "lead", "started", "due")]
    menu = labeled_menu(_CARD_MENU_OVER if incident.status.is_over else _CARD_MENU, incident)
    return [
        blocks.header(parts["header"]),
        blocks.fields(facts) | {"accessory": menu},
        *_joined(message, "services", "impact", "update"),
        blocks.context(parts["context"]),
        blocks.actions(buttons),
    ]


def announcement(message: Message) -> list[Block]:
    return [blocks.section(message.parts["body"]), blocks.context(message.parts["context"])]


def notice(message: Message) -> list[Block]:
    return [blocks.section(message.parts["text"])]


def text_with_context(message: Message) -> list[Block]:
    return [blocks.section(message.parts["text"]), blocks.context(message.parts["context"])]


def reminder_with_button(message: Message, *buttons: Block) -> list[Block]:
    """Lay out a task of one person, with the buttons for it."""
    text, context = text_with_context(message)
    return [text, blocks.actions(buttons), context]


def line(text: str) -> list[Block]:
    return [blocks.section(text)]


def channel_changed(text: str, incident: Incident, to: str) -> list[Block]:
    """Lay out a change of visibility; if it's to public, with a button to publish the incident."""
    if to != "public":
        return line(text)
    publish = _incident_button("label_publish", "incident_publish", incident)
    return [*line(text), blocks.actions([publish])]


def ballot(text: str, quarter: str, count: int) -> list[Block]:
    """Lay out the list with a vote button for each number; none once the vote is decided."""
    buttons = [
        blocks.button(render.line("label_vote", number=number), "vote", f"{quarter}-{number}")
        for number in range(1, count + 1)
    ]
    return [*line(text), blocks.actions(buttons)] if buttons else line(text)


def reminder(message: Message, entries: Sequence[Entry]) -> list[Block]:
    """Lay out what's due, each with its line and buttons, and how to pause reminders."""
    content = [blocks.section(message.parts["head"]), *entry_blocks(entries[:MAX_REMINDED])]
    return [*content, blocks.actions([away_button()]), blocks.context(message.parts["context"])]


def entry_blocks(entries: Sequence[Entry]) -> list[Block]:
    """Lay out entries, each with its line and the buttons below it."""
    return [
        block
        for entry in entries
        for block in (blocks.section(entry.line), blocks.actions(entry.buttons))
    ]


def error_modal(text: str) -> Block:
    """Return a modal with an error, for clicks that did nothing and have no response URL."""
    return blocks.view(render.line("told_title"), "told", "", [blocks.section(text)])


def greeting(message: Message, incident: Incident) -> list[Block]:
    label = render.line("label_catch_up")
    catch_up = blocks.button(label, "catch_up", str(incident.id), primary=True)
    return [blocks.section(message.text), blocks.actions([catch_up])]


def escalation(message: Message) -> list[Block]:
    parts = message.parts
    return [
        blocks.section(parts["head"]),
        blocks.section(parts["body"]),
        blocks.context(parts["context"]),
    ]


def _card_buttons(incident: Incident) -> list[Block]:
    key_times = _incident_button("label_key_times", "key_times", incident)
    if incident.status.is_over:
        return [_incident_button("label_reopen", "incident_reopen", incident), key_times]
    take_lead = [] if incident.lead else [lead_button(incident)]
    return [
        *take_lead,
        update_button(incident),
        key_times,
        _incident_button("label_severity", "incident_severity", incident),
        _incident_button("label_resolve", "incident_resolve", incident),
    ]


def postmortem_link(address: str) -> Block:
    return blocks.link_button(render.line("label_read_postmortem"), "read_postmortem", address)


# Actions used less often than those with a button: five at most, to keep the menu short.
_CARD_MENU = (
    "label_incident_note",
    "label_incident_action",
    "label_incident_role",
    "label_timeline_open",
    "label_catch_up",
)
_CARD_MENU_OVER = (
    "label_incident_note",
    "label_incident_action",
    "label_timeline_open",
    "label_catch_up",
    "label_postmortem_ask",
)


def labeled_menu(labels: Sequence[str], incident: Incident) -> Block:
    options = {f"{_action(label)}:{incident.id}": render.line(label) for label in labels}
    return blocks.menu(MENU_ACTION, options)


def lead_button(incident: Incident) -> Block:
    return _incident_button("label_lead", "incident_lead", incident, primary=True)


def update_button(incident: Incident) -> Block:
    return _incident_button("label_update", "incident_update", incident)


def check_in_buttons(incident: Incident) -> list[Block]:
    return [
        _incident_button("label_resolve_form", "incident_resolve", incident, primary=True),
        _incident_button("label_still_working", "still_working", incident),
    ]


def _incident_button(
    label: str, action: str, incident: Incident, *, primary: bool = False
) -> Block:
    return blocks.button(render.line(label), action, str(incident.id), primary=primary)


def away_button() -> Block:
    return blocks.button(render.line("label_away"), "away_form", "me")


def labeled_buttons(labels: Sequence[str], value: str, *, primary: str = "") -> list[Block]:
    """Return a button for each label, of which `primary` is highlighted."""
    return [
        blocks.button(render.line(label), _action(label), value, primary=label == primary)
        for label in labels
    ]


def _action(label: str) -> str:
    """Return the action of a button that is named for it, as `label_meeting_agree` is."""
    return label.removeprefix("label_")


def _joined(message: Message, *names: str) -> list[Block]:
    """Return the named parts of a message that have text as one section, which takes less room."""
    lines = [message.parts[name] for name in names if message.parts[name]]
    return [blocks.section("\n".join(lines))] if lines else []


def sections_with_text(message: Message, *names: str) -> list[Block]:
    """Return the named parts of a message that have text."""
    return [blocks.section(message.parts[name]) for name in names if message.parts[name]]

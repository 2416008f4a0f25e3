"""Layout of each message: its rendered parts as blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.meeting import Meeting, MeetingState
from bot.domain.review import PostmortemState
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
    link = [_postmortem_link(postmortem)] if postmortem and incident.status.is_over else []
    buttons = [*link, *_card_buttons(incident)]
    facts = [parts[name] for name in ("severity", "status", "lead", "started", "due")]
    menu = _menu(_CARD_MENU_OVER if incident.status.is_over else _CARD_MENU, incident)
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


def summary(message: Message, incident: Incident, state: PostmortemState) -> list[Block]:
    parts = message.parts
    sections = ("reading", "need", "related", "review", "questions", "people")
    key_times = parts["moments"].splitlines()
    menu = None if state is PostmortemState.FINAL else _menu(_SUMMARY_MENU, incident)
    return [
        blocks.header(parts["header"]),
        blocks.section(parts["body"]) | ({"accessory": menu} if menu else {}),
        *([blocks.fields(key_times)] if key_times else []),
        *_sections(message, *sections),
        *(blocks.context(parts[name]) for name in ("written", "context") if parts[name]),
        blocks.actions(_postmortem_buttons(incident, state)),
    ]


def meeting(message: Message, meeting: Meeting, *, over: bool) -> list[Block]:
    """Lay out a meeting's time, people and agenda.

    `over`: it has taken place, so there are no buttons.
    """
    layout = _sections(message, "body", "people", "agenda")
    if message.parts["context"]:
        layout.append(blocks.context(message.parts["context"]))
    if over:
        return layout
    about = f"{meeting.incident_id}-{meeting.sequence}"
    buttons = _buttons(_MEETING_BUTTONS[meeting.state], about, primary="label_meeting_agree")
    return [*layout, blocks.actions(buttons)]


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


def section(text: str) -> list[Block]:
    return [blocks.markdown(text)]


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


def _postmortem_link(address: str) -> Block:
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
_SUMMARY_MENU = (
    "label_meeting",
    "label_postmortem_again",
    "label_postmortem_skip",
    "label_timeline_open",
)
_MEETING_BUTTONS = {
    MeetingState.PROPOSED: ("label_meeting_agree", "label_meeting_move", "label_meeting_cancel"),
    MeetingState.SET: ("label_meeting_move", "label_meeting_cancel"),
    MeetingState.CANCELLED: ("label_meeting_move",),
}


def _menu(labels: Sequence[str], incident: Incident) -> Block:
    options = {f"{_action(label)}:{incident.id}": render.line(label) for label in labels}
    return blocks.menu(MENU_ACTION, options)


def due_buttons(incident: Incident, address: str | None) -> list[Block]:
    """Return the buttons for a postmortem that's behind its deadline."""
    labels = ("label_section_edit", "label_review_submit")
    buttons = _buttons(labels, str(incident.id), primary="label_section_edit")
    if address:
        label, action = render.line("label_read_postmortem"), f"read_postmortem:{incident.id}"
        buttons.append(blocks.link_button(label, action, address))
    return buttons


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


_WRITING = (
    "label_section_edit",
    "label_section_impact",
    "label_section_whys",
    "label_key_times",
)
# The next step comes first and is highlighted.
_REVIEW_BUTTONS = {
    PostmortemState.DRAFT: ("label_review_submit",),
    PostmortemState.IN_REVIEW: (
        "label_review_approve",
        "label_review_return",
        "label_review_finish",
    ),
    PostmortemState.FINAL: ("label_review_reopen",),
}


def _postmortem_buttons(incident: Incident, state: PostmortemState) -> list[Block]:
    steps = _REVIEW_BUTTONS[state]
    if state is PostmortemState.FINAL:
        return _buttons(steps, str(incident.id))
    return _buttons((*_WRITING, *steps), str(incident.id), primary=steps[0])


def away_button() -> Block:
    return blocks.button(render.line("label_away"), "away_form", "me")


def _buttons(labels: Sequence[str], value: str, *, primary: str = "") -> list[Block]:
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


def _sections(message: Message, *names: str) -> list[Block]:
    """Return the named parts of a message that have text."""
    return [blocks.section(message.parts[name]) for name in names if message.parts[name]]

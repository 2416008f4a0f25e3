"""Layout of a postmortem's messages: summary, parts, review meeting, and what's shared of it."""

from bot.domain.incident import Incident
from bot.domain.meeting import Meeting, MeetingState
from bot.domain.review import PostmortemState
from bot.rendering import render
from bot.rendering.render import Message
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.layouts import (
    labeled_buttons,
    labeled_menu,
    postmortem_link,
    sections_with_text,
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


def summary(message: Message, incident: Incident, state: PostmortemState) -> list[Block]:
    parts = message.parts
    sections = ("reading", "need", "related", "review", "questions", "people")
    key_times = parts["moments"].splitlines()
    menu = None if state is PostmortemState.FINAL else labeled_menu(_SUMMARY_MENU, incident)
    return [
        blocks.header(parts["header"]),
        blocks.section(parts["body"]) | ({"accessory": menu} if menu else {}),
        *([blocks.fields(key_times)] if key_times else []),
        *sections_with_text(message, *sections),
        *(blocks.context(parts[name]) for name in ("written", "context") if parts[name]),
        blocks.actions(_postmortem_buttons(incident, state)),
    ]


def section(text: str) -> list[Block]:
    return [blocks.markdown(text)]


def shared_postmortem(message: Message, address: str | None) -> list[Block]:
    """Lay out a final postmortem for readers who weren't there. `address` is the whole text's."""
    facts = [message.parts[name] for name in ("severity", "services", "impact", "items")]
    return [
        blocks.header(message.parts["header"]),
        blocks.section(message.parts["body"]),
        *([blocks.fields(facts)] if any(facts) else []),
        *sections_with_text(message, "lessons"),
        blocks.context(message.parts["context"]),
        *([blocks.actions([postmortem_link(address)])] if address else []),
    ]


def meeting(message: Message, meeting: Meeting, *, over: bool) -> list[Block]:
    """Lay out a meeting's time, people and agenda.

    `over`: it has taken place, so there are no buttons.
    """
    layout = sections_with_text(message, "body", "people", "agenda")
    if message.parts["context"]:
        layout.append(blocks.context(message.parts["context"]))
    if over:
        return layout
    about = f"{meeting.incident_id}-{meeting.sequence}"
    buttons = labeled_buttons(_MEETING_BUTTONS[meeting.state], about, primary="label_meeting_agree")
    return [*layout, blocks.actions(buttons)]


def due_buttons(incident: Incident, address: str | None) -> list[Block]:
    """Return the buttons for a postmortem that's behind its deadline."""
    labels = ("label_section_edit", "label_review_submit")
    buttons = labeled_buttons(labels, str(incident.id), primary="label_section_edit")
    if address:
        label, action = render.line("label_read_postmortem"), f"read_postmortem:{incident.id}"
        buttons.append(blocks.link_button(label, action, address))
    return buttons


def _postmortem_buttons(incident: Incident, state: PostmortemState) -> list[Block]:
    steps = _REVIEW_BUTTONS[state]
    if state is PostmortemState.FINAL:
        return labeled_buttons(steps, str(incident.id))
    return labeled_buttons((*_WRITING, *steps), str(incident.id), primary=steps[0])

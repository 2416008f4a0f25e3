"""Forms with which people add to an incident's record, and say whether it needs a postmortem."""

from bot.domain.incident import Incident
from bot.domain.timeline import Kind
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.mark import LONGEST_TIME

NOTE, ASK, SKIP = "incident_note", "postmortem_ask", "postmortem_skip"
KIND, TEXT, TIME, WHY = "kind", "text", "time", "why"
KINDS = {
    Kind.NOTE: "note_kind_note",
    Kind.IMPACT: "note_kind_impact",
    Kind.SERVICES: "note_kind_services",
}
LONGEST = 2_000  # characters


def note(incident: Incident) -> Block:
    """What happened, or who or what was affected; of what happened, also when."""
    kinds = {str(kind): render.line(label) for kind, label in KINDS.items()}
    hint, when = render.line("note_time_hint"), render.line("entry_time")
    inputs = [
        blocks.choice_input(KIND, render.line("note_kind"), kinds, Kind.NOTE),
        blocks.text_input(TEXT, render.line("note_text"), long=True, longest=LONGEST),
        blocks.text_input(TIME, when, hint=hint, optional=True, longest=LONGEST_TIME),
    ]
    return _form("label_incident_note", NOTE, incident, inputs)


def ask(incident: Incident) -> Block:
    label = render.line("ask_label")
    inputs = [blocks.text_input(WHY, label, long=True, optional=True, longest=LONGEST)]
    return _form("label_postmortem_ask", ASK, incident, inputs)


def skip(incident: Incident) -> Block:
    inputs = [blocks.text_input(WHY, render.line("skip_label"), long=True, longest=LONGEST)]
    return _form("label_postmortem_skip", SKIP, incident, inputs)


def _form(title: str, callback: str, incident: Incident, inputs: list[Block]) -> Block:
    shown = [blocks.section(render.line("incident_line", incident=incident)), *inputs]
    told, save = render.line(title), render.line("label_save")
    return blocks.form(told, callback, str(incident.id), shown, submit=save)

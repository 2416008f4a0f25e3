"""Forms for adding to an incident's record, and for requiring or skipping its postmortem."""

from bot.domain.incident import Incident
from bot.domain.timeline import EventKind
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.incidents import incident_form
from handlers.views.forms.mark import MAX_TIME_LENGTH

NOTE, REQUIRE, SKIP = "incident_note", "postmortem_ask", "postmortem_skip"
KIND, TEXT, TIME, WHY = "kind", "text", "time", "why"
KIND_LABELS = {
    EventKind.NOTE: "note_kind_note",
    EventKind.IMPACT: "note_kind_impact",
    EventKind.SERVICES: "note_kind_services",
}
MAX_TEXT_LENGTH = 2_000  # characters


def note(incident: Incident) -> Block:
    """Return the form for a note with an optional time, an impact or affected services."""
    kinds = {str(kind): render.line(label) for kind, label in KIND_LABELS.items()}
    hint, time_label = render.line("note_time_hint"), render.line("entry_time")
    inputs = [
        blocks.choice_input(KIND, render.line("note_kind"), kinds, EventKind.NOTE),
        blocks.text_input(TEXT, render.line("note_text"), long=True, longest=MAX_TEXT_LENGTH),
        blocks.text_input(TIME, time_label, hint=hint, optional=True, longest=MAX_TIME_LENGTH),
    ]
    return incident_form("label_incident_note", NOTE, incident, inputs)


def require_postmortem(incident: Incident) -> Block:
    label = render.line("ask_label")
    inputs = [blocks.text_input(WHY, label, long=True, optional=True, longest=MAX_TEXT_LENGTH)]
    return incident_form("label_postmortem_ask", REQUIRE, incident, inputs)


def skip_postmortem(incident: Incident) -> Block:
    inputs = [blocks.text_input(WHY, render.line("skip_label"), long=True, longest=MAX_TEXT_LENGTH)]
    return incident_form("label_postmortem_skip", SKIP, incident, inputs)

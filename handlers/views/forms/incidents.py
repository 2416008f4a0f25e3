"""Forms for an incident: update, severity, role, resolve or cancel, reopen."""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain.incident import LEAD_ROLE, Incident, Status
from bot.domain.letter_case import upper_first
from bot.incidents import lifecycle, status_updates
from bot.rendering import render, text_filters
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms import declare

SEVERITY, RESOLVE, REOPEN = "incident_severity", "incident_resolve", "incident_reopen"
NOTE = "note"
MAX_NOTE_LENGTH = 1_000  # characters
OUTCOME, RESOLVED, CANCELLED = "end", Status.RESOLVED, Status.CANCELLED
OUTCOME_LABELS = {RESOLVED: "resolve_end_resolved", CANCELLED: "resolve_end_cancelled"}
ROLE, PERSON = "incident_role", "person"
UPDATE, TEXT, STATUS, NEXT = "incident_update", "update", "status", "next"
MAX_UPDATE_LENGTH = 2_000  # characters
SPANS = (15, 30, 60, 120)  # minutes


def severity(bot: Bot, incident: Incident) -> Block:
    label, levels = render.line("severity_label"), declare.severity_options(bot)
    inputs = [blocks.choice_input(SEVERITY, label, levels, incident.severity)]
    return incident_form("severity_title", SEVERITY, incident, inputs)


def resolve(incident: Incident, skipped_by: str) -> Block:
    """Return the form for resolving or cancelling.

    `skipped_by` is the person who skipped the postmortem, empty if one is drafted afterwards.
    """
    consequence = render.line("resolve_follows", incident=incident, skipped_by=skipped_by)
    outcomes = {str(outcome): render.line(label) for outcome, label in OUTCOME_LABELS.items()}
    inputs = [
        blocks.section(consequence),
        _note("resolve_label"),
        blocks.choice_input(OUTCOME, render.line("resolve_end"), outcomes, RESOLVED),
    ]
    return incident_form("resolve_title", RESOLVE, incident, inputs, submit="label_resolve")


def reopen(incident: Incident) -> Block:
    inputs = [_note("reopen_label")]
    return incident_form("reopen_title", REOPEN, incident, inputs, submit="label_reopen")


def role(bot: Bot, incident: Incident) -> Block:
    """Return the form for assigning a role; most often, the lead is handed over."""
    roles = {name: _role_choice(name, tasks) for name, tasks in bot.policy.roles.items()}
    inputs = [
        blocks.choice_input(ROLE, render.line("role_label"), roles, LEAD_ROLE),
        blocks.person_input(PERSON, render.line("role_who"), None),
    ]
    return incident_form("role_title", ROLE, incident, inputs)


def _role_choice(name: str, tasks: str) -> str:
    label = upper_first(name)
    return f"{label}: {text_filters.lower_first(tasks)}" if tasks else label


def update(bot: Bot, incident: Incident) -> Block:
    """Return the form for an update and the time of the next one, preset by severity."""
    usual = int(status_updates.default_interval(bot, incident) / timedelta(minutes=1))
    choices = {str(span): render.line("update_in", minutes=span) for span in _spans(usual)}
    announced = bot.policy.channels.announce is not None and not incident.private
    audience = render.line("update_told", incident=incident, announced=announced)
    statuses = {str(status): status.capitalize() for status in lifecycle.SETTABLE_STATUSES}
    inputs = [
        blocks.text_input(TEXT, render.line("update_label"), long=True, longest=MAX_UPDATE_LENGTH),
        blocks.choice_input(STATUS, render.line("update_status"), statuses, optional=True),
        blocks.choice_input(NEXT, render.line("update_next"), choices, str(usual)),
        blocks.context(audience),
    ]
    return incident_form("update_title", UPDATE, incident, inputs, submit="label_update")


def _spans(usual: int) -> list[int]:
    """Return the choices in minutes; 0, for no next update, comes last."""
    return [*sorted({*SPANS, usual} - {0}), 0]


def _note(label: str) -> Block:
    return blocks.text_input(
        NOTE, render.line(label), long=True, optional=True, longest=MAX_NOTE_LENGTH
    )


def incident_form(
    title: str, callback: str, incident: Incident, inputs: list[Block], submit: str = "label_save"
) -> Block:
    """Return a form about an incident, which it names first. `title` and `submit` are template blocks."""
    content = [blocks.section(render.line("incident_line", incident=incident)), *inputs]
    label = render.line(submit)
    return blocks.form(render.line(title), callback, str(incident.id), content, submit=label)

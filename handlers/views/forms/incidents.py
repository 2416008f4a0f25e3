"""Forms for an incident: update, severity, role, resolve or cancel, reopen."""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain.incident import LEAD_ROLE, Incident, Status
from bot.incidents import lifecycle, status_updates
from bot.rendering import render
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
    inputs = [
        _shown(incident),
        blocks.choice_input(
            SEVERITY,
            render.line("severity_label"),
            declare.severity_options(bot),
            incident.severity,
        ),
    ]
    return _form("severity_title", SEVERITY, incident, inputs)


def resolve(incident: Incident, *, drafts: bool) -> Block:
    """`drafts`: a postmortem follows."""
    follows = render.line("resolve_follows", incident=incident, drafts=drafts)
    ends = {str(end): render.line(label) for end, label in OUTCOME_LABELS.items()}
    inputs = [
        _shown(incident),
        blocks.section(follows),
        _note("resolve_label"),
        blocks.choice_input(OUTCOME, render.line("resolve_end"), ends, RESOLVED),
    ]
    return _form("resolve_title", RESOLVE, incident, inputs, submit="label_resolve")


def reopen(incident: Incident) -> Block:
    inputs = [_shown(incident), _note("reopen_label")]
    return _form("reopen_title", REOPEN, incident, inputs, submit="label_reopen")


def role(bot: Bot, incident: Incident) -> Block:
    """Return the form for assigning a role; most often, the lead is handed over."""
    roles = {name: f"{name}: {told}" if told else name for name, told in bot.policy.roles.items()}
    inputs = [
        _shown(incident),
        blocks.choice_input(ROLE, render.line("role_label"), roles, LEAD_ROLE),
        blocks.person_input(PERSON, render.line("role_who"), None),
    ]
    return _form("role_title", ROLE, incident, inputs)


def update(bot: Bot, incident: Incident) -> Block:
    """Return the form for an update and the time of the next one, preset by severity."""
    usual = int(status_updates.default_interval(bot, incident) / timedelta(minutes=1))
    choices = {str(each): render.line("update_in", minutes=each) for each in _spans(usual)}
    announced = bot.policy.channels.announce is not None and not incident.private
    told = render.line("update_told", incident=incident, announced=announced)
    statuses = {str(status): str(status) for status in lifecycle.SETTABLE_STATUSES}
    inputs = [
        _shown(incident),
        blocks.text_input(TEXT, render.line("update_label"), long=True, longest=MAX_UPDATE_LENGTH),
        blocks.choice_input(STATUS, render.line("update_status"), statuses, optional=True),
        blocks.choice_input(NEXT, render.line("update_next"), choices, str(usual)),
        blocks.context(told),
    ]
    return _form("update_title", UPDATE, incident, inputs, submit="label_update")


def _spans(usual: int) -> list[int]:
    """Return the choices in minutes; 0, for no next update, comes last."""
    return [*sorted({*SPANS, usual} - {0}), 0]


def _note(label: str) -> Block:
    return blocks.text_input(
        NOTE, render.line(label), long=True, optional=True, longest=MAX_NOTE_LENGTH
    )


def _form(
    title: str, callback: str, incident: Incident, inputs: list[Block], submit: str = "label_save"
) -> Block:
    told = render.line(title)
    return blocks.form(told, callback, str(incident.id), inputs, submit=render.line(submit))


def _shown(incident: Incident) -> Block:
    return blocks.section(render.line("incident_line", incident=incident))

"""Forms about an incident: how it stands, how bad it is, and its end."""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain.incident import LEAD, Incident, Status
from bot.incidents import lifecycle, status_updates
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms import declare

SEVERITY, RESOLVE, REOPEN = "incident_severity", "incident_resolve", "incident_reopen"
NOTE = "note"
LONGEST_NOTE = 1_000  # characters
END, RESOLVED, CANCELLED = "end", Status.RESOLVED, Status.CANCELLED
ENDS = {RESOLVED: "resolve_end_resolved", CANCELLED: "resolve_end_cancelled"}
ROLE, PERSON = "incident_role", "person"
UPDATE, TEXT, STATUS, NEXT = "incident_update", "update", "status", "next"
LONGEST_UPDATE = 2_000  # characters
SPANS = (15, 30, 60, 120)  # minutes


def severity(bot: Bot, incident: Incident) -> Block:
    inputs = [
        _shown(incident),
        blocks.choice_input(
            SEVERITY, render.line("severity_label"), declare.levels(bot), incident.severity
        ),
    ]
    return _form("severity_title", SEVERITY, incident, inputs)


def resolve(incident: Incident, *, drafts: bool) -> Block:
    """`drafts` says whether a postmortem follows."""
    follows = render.line("resolve_follows", incident=incident, drafts=drafts)
    ends = {str(end): render.line(label) for end, label in ENDS.items()}
    inputs = [
        _shown(incident),
        blocks.section(follows),
        _note("resolve_label"),
        blocks.choice_input(END, render.line("resolve_end"), ends, RESOLVED),
    ]
    return _form("resolve_title", RESOLVE, incident, inputs, submit="label_resolve")


def reopen(incident: Incident) -> Block:
    inputs = [_shown(incident), _note("reopen_label")]
    return _form("reopen_title", REOPEN, incident, inputs, submit="label_reopen")


def role(bot: Bot, incident: Incident) -> Block:
    """Who has which role from now on: a handover of the lead, most often."""
    roles = {name: f"{name}: {told}" if told else name for name, told in bot.policy.roles.items()}
    inputs = [
        _shown(incident),
        blocks.choice_input(ROLE, render.line("role_label"), roles, LEAD),
        blocks.person_input(PERSON, render.line("role_who"), None),
    ]
    return _form("role_title", ROLE, incident, inputs)


def update(bot: Bot, incident: Incident) -> Block:
    """What has changed, and when the next update is promised: what the severity asks for, unless
    somebody chooses otherwise."""
    usual = int(status_updates.default(bot, incident) / timedelta(minutes=1))
    choices = {str(each): render.line("update_in", minutes=each) for each in _spans(usual)}
    announced = bot.policy.channels.announce is not None and not incident.private
    told = render.line("update_told", incident=incident, announced=announced)
    statuses = {str(status): str(status) for status in lifecycle.SETTABLE}
    inputs = [
        _shown(incident),
        blocks.text_input(TEXT, render.line("update_label"), long=True, longest=LONGEST_UPDATE),
        blocks.choice_input(STATUS, render.line("update_status"), statuses, optional=True),
        blocks.choice_input(NEXT, render.line("update_next"), choices, str(usual)),
        blocks.context(told),
    ]
    return _form("update_title", UPDATE, incident, inputs, submit="label_update")


def _spans(usual: int) -> list[int]:
    """Minutes to choose from, none of them last."""
    return [*sorted({*SPANS, usual} - {0}), 0]


def _note(label: str) -> Block:
    return blocks.text_input(
        NOTE, render.line(label), long=True, optional=True, longest=LONGEST_NOTE
    )


def _form(
    title: str, callback: str, incident: Incident, inputs: list[Block], submit: str = "label_save"
) -> Block:
    told = render.line(title)
    return blocks.form(told, callback, str(incident.id), inputs, submit=render.line(submit))


def _shown(incident: Incident) -> Block:
    return blocks.section(render.line("incident_line", incident=incident))

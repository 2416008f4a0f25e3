"""Forms about an incident: how bad it is, and its end."""

from bot import render
from bot.domain.incident import Incident
from bot.environment import Bot
from handlers import blocks
from handlers.blocks import Block
from handlers.forms import declaring

SEVERITY, RESOLVE, REOPEN = "incident_severity", "incident_resolve", "incident_reopen"
NOTE = "note"
LONGEST_NOTE = 1_000  # characters


def severity(bot: Bot, incident: Incident) -> Block:
    inputs = [
        _shown(incident),
        blocks.choice_input(
            SEVERITY, render.line("severity_label"), declaring.levels(bot), incident.severity
        ),
    ]
    return _form("severity_title", SEVERITY, incident, inputs)


def resolve(incident: Incident, *, drafts: bool) -> Block:
    """`drafts` says whether a postmortem follows."""
    follows = render.line("resolve_follows", incident=incident, drafts=drafts)
    inputs = [_shown(incident), blocks.section(follows), _note("resolve_label")]
    return _form("resolve_title", RESOLVE, incident, inputs, submit="label_resolve")


def reopen(incident: Incident) -> Block:
    inputs = [_shown(incident), _note("reopen_label")]
    return _form("reopen_title", REOPEN, incident, inputs, submit="label_reopen")


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

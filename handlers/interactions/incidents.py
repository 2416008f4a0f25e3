"""Buttons of an incident's card, and the forms they open.

Each names its incident, and acts as if it had been typed in that incident's channel.
"""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.incidents import check_ins, lifecycle, roles, status_updates
from bot.incidents.update_parsing import StatusUpdate
from bot.rendering import render
from handlers.fields import NotUnderstood, parse_row_id
from handlers.interactions.click import (
    ButtonForms,
    ButtonHandlers,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare
from handlers.views.forms import incidents as forms
from storage import activity, requirement_decisions
from storage.engine.store import Session


def _take_lead(session: Session, bot: Bot, press: Press) -> str:
    incident = roles.take_lead(session, bot, switch_to_named_incident(session, press))
    return render.line(press.action, incident=incident, help=bot.policy.roles["lead"])


def _still_working(session: Session, bot: Bot, press: Press) -> str:
    actor = press.actor
    incident = check_ins.still_working(
        session, bot, parse_row_id(press.value), actor.person, actor.at
    )
    in_hours = max(24, bot.policy.inactive_hours)
    return render.line("still_working", incident=incident, in_hours=in_hours)


def _publish(session: Session, bot: Bot, press: Press) -> str:
    """Enqueue a job that makes an incident public.

    The job asks Slack first, in case the channel is still private.
    """
    actor = switch_to_named_incident(session, press)
    incident = lifecycle.require_incident(session, bot, actor)
    if not incident.private:
        return render.line("incident_publish", incident=incident)
    lifecycle.say(session, incident, JobKind.PUBLISH, actor, person=actor.person)
    return ""


def _open_severity(session: Session, bot: Bot, press: Press) -> Block:
    return forms.severity(
        bot, lifecycle.require_open_incident(session, bot, switch_to_named_incident(session, press))
    )


def _open_resolve(session: Session, bot: Bot, press: Press) -> Block:
    incident = lifecycle.require_open_incident(
        session, bot, switch_to_named_incident(session, press)
    )
    return forms.resolve(
        incident, drafts=requirement_decisions.find_waiver(session, incident.id) is None
    )


def _open_reopen(session: Session, bot: Bot, press: Press) -> Block:
    return forms.reopen(
        lifecycle.require_closed_incident(session, bot, switch_to_named_incident(session, press))
    )


def _open_update(session: Session, bot: Bot, press: Press) -> Block:
    return forms.update(
        bot, lifecycle.require_open_incident(session, bot, switch_to_named_incident(session, press))
    )


def _update(session: Session, bot: Bot, sent: Submission) -> Incident:
    update = StatusUpdate(
        text=read_as_mrkdwn(sent, forms.TEXT),
        status=sent.values.get(forms.STATUS) or "",
        next_in=timedelta(minutes=parse_row_id(sent.values.get(forms.NEXT) or "")),
    )
    return status_updates.post(session, bot, switch_to_named_incident(session, sent), update)


def _set_severity(session: Session, bot: Bot, sent: Submission) -> Incident:
    wanted = declare.parse_severity(sent.values.get(forms.SEVERITY))
    if wanted is None:
        raise NotUnderstood(missing="a severity")
    return lifecycle.set_severity(session, bot, switch_to_named_incident(session, sent), wanted)


def _open_role(session: Session, bot: Bot, press: Press) -> Block:
    return forms.role(
        bot, lifecycle.require_open_incident(session, bot, switch_to_named_incident(session, press))
    )


def _assign_role(session: Session, bot: Bot, sent: Submission) -> Incident:
    role, person = sent.values.get(forms.ROLE) or "", sent.values.get(forms.PERSON)
    if not person:
        raise NotUnderstood(missing="a person")
    return roles.assign(session, bot, switch_to_named_incident(session, sent), role, person)


def _resolve_or_cancel(session: Session, bot: Bot, sent: Submission) -> Incident:
    if sent.values.get(forms.OUTCOME) == forms.CANCELLED:
        return lifecycle.cancel(session, bot, switch_to_named_incident(session, sent), _note(sent))
    return lifecycle.resolve(session, bot, switch_to_named_incident(session, sent), _note(sent))


def _reopen(session: Session, bot: Bot, sent: Submission) -> Incident:
    return lifecycle.reopen(session, bot, switch_to_named_incident(session, sent), _note(sent))


def switch_to_named_incident(session: Session, asked: Press | Submission) -> Actor:
    """Return the actor as if in the channel of the incident that the click or form names."""
    about = asked.value if isinstance(asked, Press) else asked.about
    actor = lifecycle.switch_to_incident(session, asked.actor, parse_row_id(about))
    activity.note(session, actor.channel_id, actor.at)
    return actor


def _note(sent: Submission) -> str:
    return read_as_mrkdwn(sent, forms.NOTE)


BUTTON_HANDLERS: ButtonHandlers = {
    "incident_lead": _take_lead,
    "incident_publish": _publish,
    "still_working": _still_working,
}
BUTTON_FORMS: ButtonForms = {
    "incident_update": _open_update,
    "incident_severity": _open_severity,
    "incident_role": _open_role,
    "incident_resolve": _open_resolve,
    "incident_reopen": _open_reopen,
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.UPDATE: _update,
    forms.SEVERITY: _set_severity,
    forms.RESOLVE: _resolve_or_cancel,
    forms.ROLE: _assign_role,
    forms.REOPEN: _reopen,
}

"""Buttons of an incident's card, and the forms they open.

Each names its incident, and acts as if it had been typed in that incident's channel.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.incidents import check_ins, incident_jobs, lifecycle, roles, status_updates
from bot.incidents.update_parsing import StatusUpdate
from bot.rendering import render
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    ButtonForms,
    ButtonHandlers,
    Interaction,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incident_finders import find_by_id
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare
from handlers.views.forms import incidents as forms
from storage import activity, requirement_decisions
from storage.engine.store import Session


def _take_lead(session: Session, bot: Bot, click: ButtonClick) -> str:
    incident = roles.take_lead(session, bot, switch_to_named_incident(session, click))
    return render.line(click.action, incident=incident, help=bot.policy.roles["lead"])


def _still_working(session: Session, bot: Bot, click: ButtonClick) -> str:
    actor = click.actor
    incident = check_ins.postpone(session, bot, parse_row_id(click.value), actor.person, actor.at)
    in_hours = max(24, bot.policy.inactive_hours)
    return render.line("still_working", incident=incident, in_hours=in_hours)


def _publish(session: Session, bot: Bot, click: ButtonClick) -> str:
    """Enqueue a job that makes an incident public.

    The job asks Slack first, in case the channel is still private.
    """
    actor = switch_to_named_incident(session, click)
    incident = lifecycle.require_incident(session, bot, actor)
    if not incident.private:
        return render.line("incident_publish", incident=incident)
    incident_jobs.enqueue(session, incident, JobKind.PUBLISH, actor, person=actor.person)
    return ""


def _make_opener(
    build: Callable[[Bot, Incident], Block],
) -> Callable[[Session, Bot, ButtonClick], Block]:
    def open_form(session: Session, bot: Bot, click: ButtonClick) -> Block:
        return build(bot, _require_open_incident(session, bot, click))

    return open_form


def _require_open_incident(session: Session, bot: Bot, click: ButtonClick) -> Incident:
    return lifecycle.require_open_incident(session, bot, switch_to_named_incident(session, click))


def _open_resolve(session: Session, bot: Bot, click: ButtonClick) -> Block:
    incident = _require_open_incident(session, bot, click)
    waiver = requirement_decisions.find_waiver(session, incident.id)
    return forms.resolve(incident, skipped_by=waiver.by if waiver else "")


def _open_reopen(session: Session, bot: Bot, click: ButtonClick) -> Block:
    actor = switch_to_named_incident(session, click)
    return forms.reopen(lifecycle.require_closed_incident(session, bot, actor))


def _update(session: Session, bot: Bot, form: Submission) -> Incident:
    update = StatusUpdate(
        text=read_as_mrkdwn(form, forms.TEXT),
        status=form.values.get(forms.STATUS) or "",
        next_in=timedelta(minutes=parse_row_id(form.values.get(forms.NEXT) or "")),
    )
    return status_updates.post(session, bot, switch_to_named_incident(session, form), update)


def _set_severity(session: Session, bot: Bot, form: Submission) -> Incident:
    severity = declare.parse_severity(form.values.get(forms.SEVERITY))
    if severity is None:
        raise NotUnderstood(missing="a severity")
    return lifecycle.set_severity(session, bot, switch_to_named_incident(session, form), severity)


def _assign_role(session: Session, bot: Bot, form: Submission) -> Incident:
    role, person = form.values.get(forms.ROLE) or "", form.values.get(forms.PERSON)
    if not person:
        raise NotUnderstood(missing="a person")
    return roles.assign(session, bot, switch_to_named_incident(session, form), role, person)


def _resolve_or_cancel(session: Session, bot: Bot, form: Submission) -> Incident:
    is_cancelled = form.values.get(forms.OUTCOME) == forms.CANCELLED
    close = lifecycle.cancel if is_cancelled else lifecycle.resolve
    return close(session, bot, switch_to_named_incident(session, form), _note(form))


def _reopen(session: Session, bot: Bot, form: Submission) -> Incident:
    return lifecycle.reopen(session, bot, switch_to_named_incident(session, form), _note(form))


def _note(form: Submission) -> str:
    return read_as_mrkdwn(form, forms.NOTE)


def switch_to_named_incident(session: Session, request: ButtonClick | Submission) -> Actor:
    """Return the actor as if in the channel of the incident that the click or form names."""
    about = request.value if isinstance(request, ButtonClick) else request.about
    actor = lifecycle.switch_to_incident(session, request.actor, parse_row_id(about))
    activity.note(session, actor.channel_id, actor.at)
    return actor


BUTTON_HANDLERS: ButtonHandlers = {
    "incident_lead": Interaction(_take_lead, NOT_GRANTABLE, find_by_id),
    "incident_publish": Interaction(_publish, NOT_GRANTABLE, find_by_id),
    "still_working": Interaction(_still_working, "update", find_by_id),
}
BUTTON_FORMS: ButtonForms = {
    "incident_update": Interaction(_make_opener(forms.update), "update", find_by_id),
    "incident_severity": Interaction(_make_opener(forms.severity), "sev", find_by_id),
    "incident_role": Interaction(_make_opener(forms.role), NOT_GRANTABLE, find_by_id),
    "incident_resolve": Interaction(_open_resolve, "resolve", find_by_id),
    "incident_reopen": Interaction(_open_reopen, "reopen", find_by_id),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.UPDATE: Interaction(_update, "update", find_by_id),
    forms.SEVERITY: Interaction(_set_severity, "sev", find_by_id),
    forms.RESOLVE: Interaction(_resolve_or_cancel, "resolve", find_by_id),
    forms.ROLE: Interaction(_assign_role, NOT_GRANTABLE, find_by_id),
    forms.REOPEN: Interaction(_reopen, "reopen", find_by_id),
}

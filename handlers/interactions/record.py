"""Add to the record from the menus of the incident's card and the postmortem.

Each names its incident, and acts as if it had been typed in that incident's channel.
"""

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.timeline import EventKind
from bot.domain.typed_times import parse_time
from bot.incidents import lifecycle, services
from bot.people.working_hours import typed_zone
from bot.postmortems import drafts, requirement
from bot.rendering import render
from bot.timeline import recording
from handlers.interactions.handler_types import (
    ButtonForms,
    ButtonHandlers,
    Interaction,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incident_finders import find_by_id
from handlers.interactions.incidents import switch_to_named_incident
from handlers.interactions.timeline import build_page
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items
from handlers.views.forms import record as forms
from storage.engine.store import Session


def _open_note(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return forms.note(_require_incident(session, bot, click))


def _open_create_item(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return action_items.create("", f"{_require_incident(session, bot, click).channel_id} ")


def _open_timeline(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return build_page(session, _require_incident(session, bot, click), 0)


def _open_require(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return forms.require_postmortem(_require_incident(session, bot, click))


def _open_skip(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return forms.skip_postmortem(_require_incident(session, bot, click))


def _require_incident(session: Session, bot: Bot, click: ButtonClick) -> Incident:
    return lifecycle.require_incident(session, bot, switch_to_named_incident(session, click))


def _redraft(session: Session, bot: Bot, click: ButtonClick) -> str:
    incident, _ = drafts.request_redraft(session, bot, switch_to_named_incident(session, click))
    return render.line("drafting_again", incident=incident)


def _note(session: Session, bot: Bot, form: Submission) -> Incident:
    actor, text = switch_to_named_incident(session, form), read_as_mrkdwn(form, forms.TEXT)
    if form.values.get(forms.KIND) == EventKind.IMPACT:
        return lifecycle.record_impact(session, bot, actor, text)
    if form.values.get(forms.KIND) == EventKind.SERVICES:
        return services.set_affected(session, bot, actor, text)
    incident = lifecycle.require_incident(session, bot, actor)
    time, happened_at = (form.values.get(forms.TIME) or "").strip(), None
    if time:
        zone = typed_zone(session, bot, actor.person, time)
        happened_at = parse_time(time, near=lifecycle.span_of(incident, actor.at), zone=zone)
    recording.record_action(
        session, incident, actor, EventKind.NOTE, text=text, happened_at=happened_at
    )
    return incident


def _require_postmortem(session: Session, bot: Bot, form: Submission) -> object:
    actor = switch_to_named_incident(session, form)
    return requirement.require(session, bot, actor, read_as_mrkdwn(form, forms.WHY))


def _skip_postmortem(session: Session, bot: Bot, form: Submission) -> Incident:
    actor = switch_to_named_incident(session, form)
    return requirement.skip(session, bot, actor, read_as_mrkdwn(form, forms.WHY))


BUTTON_HANDLERS: ButtonHandlers = {
    "postmortem_again": Interaction(_redraft, "postmortem", find_by_id)
}
BUTTON_FORMS: ButtonForms = {
    "incident_note": Interaction(_open_note, "note", find_by_id),
    "incident_action": Interaction(_open_create_item, "action", find_by_id),
    "timeline_open": Interaction(_open_timeline, "timeline", find_by_id),
    "postmortem_ask": Interaction(_open_require, "postmortem", find_by_id),
    "postmortem_skip": Interaction(_open_skip, "postmortem", find_by_id),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.NOTE: Interaction(_note, "note", find_by_id),
    forms.REQUIRE: Interaction(_require_postmortem, "postmortem", find_by_id),
    forms.SKIP: Interaction(_skip_postmortem, "postmortem", find_by_id),
}

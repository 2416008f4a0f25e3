"""Buttons in the menus of the incident's card and the postmortem, and the forms they open.

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
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incidents import switch_to_named_incident
from handlers.interactions.timeline import build_page
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items
from handlers.views.forms import record as forms
from storage.engine.store import Session


def _incident(session: Session, bot: Bot, press: ButtonClick) -> Incident:
    return lifecycle.require_incident(session, bot, switch_to_named_incident(session, press))


def _open_note(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return forms.note(_incident(session, bot, press))


def _note(session: Session, bot: Bot, sent: Submission) -> Incident:
    actor, text = switch_to_named_incident(session, sent), read_as_mrkdwn(sent, forms.TEXT)
    if sent.values.get(forms.KIND) == EventKind.IMPACT:
        return lifecycle.record_impact(session, bot, actor, text)
    if sent.values.get(forms.KIND) == EventKind.SERVICES:
        return services.set_affected(session, bot, actor, text)
    incident = lifecycle.require_incident(session, bot, actor)
    time, happened_at = (sent.values.get(forms.TIME) or "").strip(), None
    if time:
        zone = typed_zone(session, bot, actor.person, time)
        happened_at = parse_time(time, near=lifecycle.span_of(incident, actor.at), zone=zone)
    recording.record_action(
        session, incident, actor, EventKind.NOTE, text=text, happened_at=happened_at
    )
    return incident


def _open_action(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return action_items.create("", f"{_incident(session, bot, press).channel_id} ")


def _open_timeline(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return build_page(session, _incident(session, bot, press), 0)


def _open_ask(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return forms.require_postmortem(_incident(session, bot, press))


def _open_skip(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return forms.skip_postmortem(_incident(session, bot, press))


def _require_postmortem(session: Session, bot: Bot, sent: Submission) -> object:
    return requirement.require(
        session, bot, switch_to_named_incident(session, sent), read_as_mrkdwn(sent, forms.WHY)
    )


def _skip(session: Session, bot: Bot, sent: Submission) -> Incident:
    return requirement.skip(
        session, bot, switch_to_named_incident(session, sent), read_as_mrkdwn(sent, forms.WHY)
    )


def _redraft(session: Session, bot: Bot, press: ButtonClick) -> str:
    incident, _ = drafts.request_redraft(session, bot, switch_to_named_incident(session, press))
    return render.line("drafting_again", incident=incident)


BUTTON_HANDLERS: ButtonHandlers = {"postmortem_again": _redraft}
BUTTON_FORMS: ButtonForms = {
    "incident_note": _open_note,
    "incident_action": _open_action,
    "timeline_open": _open_timeline,
    "postmortem_ask": _open_ask,
    "postmortem_skip": _open_skip,
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.NOTE: _note,
    forms.REQUIRE: _require_postmortem,
    forms.SKIP: _skip,
}

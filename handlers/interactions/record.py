"""Clicks in the menus of the card and of the postmortem, and the forms that they open.

Each names its incident, and what it asks for is done as if it had been typed in the channel of it.
"""

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.timeline import Kind
from bot.domain.typed_times import read_time
from bot.incidents import lifecycle, services
from bot.people.working_hours import typed_zone
from bot.postmortems import drafts, requirement
from bot.rendering import render
from bot.timeline import recording
from handlers.interactions.click import Opened, Pressed, Sent, typed
from handlers.interactions.incidents import there
from handlers.interactions.timeline import page
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import action_items
from handlers.views.forms import record as forms
from storage.engine.store import Session


def _incident(session: Session, bot: Bot, press: Press) -> Incident:
    return lifecycle.here(session, bot, there(session, press))


def _open_note(session: Session, bot: Bot, press: Press) -> Block:
    return forms.note(_incident(session, bot, press))


def _note(session: Session, bot: Bot, sent: Submission) -> Incident:
    actor, text = there(session, sent), typed(sent, forms.TEXT)
    if sent.values.get(forms.KIND) == Kind.IMPACT:
        return lifecycle.note_impact(session, bot, actor, text)
    if sent.values.get(forms.KIND) == Kind.SERVICES:
        return services.affect(session, bot, actor, text)
    incident = lifecycle.here(session, bot, actor)
    time, happened_at = (sent.values.get(forms.TIME) or "").strip(), None
    if time:
        zone = typed_zone(session, bot, actor.person, time)
        happened_at = read_time(time, near=lifecycle.span_of(incident, actor.at), zone=zone)
    recording.record_action(session, incident, actor, Kind.NOTE, text=text, happened_at=happened_at)
    return incident


def _open_action(session: Session, bot: Bot, press: Press) -> Block:
    return action_items.create("", f"{_incident(session, bot, press).channel_id} ")


def _open_timeline(session: Session, bot: Bot, press: Press) -> Block:
    return page(session, _incident(session, bot, press), 0)


def _open_ask(session: Session, bot: Bot, press: Press) -> Block:
    return forms.ask(_incident(session, bot, press))


def _open_skip(session: Session, bot: Bot, press: Press) -> Block:
    return forms.skip(_incident(session, bot, press))


def _ask(session: Session, bot: Bot, sent: Submission) -> object:
    return requirement.ask(session, bot, there(session, sent), typed(sent, forms.WHY))


def _skip(session: Session, bot: Bot, sent: Submission) -> Incident:
    return requirement.skip(session, bot, there(session, sent), typed(sent, forms.WHY))


def _again(session: Session, bot: Bot, press: Press) -> str:
    incident, _ = drafts.again(session, bot, there(session, press))
    return render.line("drafting_again", incident=incident)


PRESSED: Pressed = {"postmortem_again": _again}
OPENED: Opened = {
    "incident_note": _open_note,
    "incident_action": _open_action,
    "timeline_open": _open_timeline,
    "postmortem_ask": _open_ask,
    "postmortem_skip": _open_skip,
}
SENT: Sent = {forms.NOTE: _note, forms.ASK: _ask, forms.SKIP: _skip}

"""Clicks in the menus of the card and of the postmortem, and the forms that they open.

Each names its incident, and what it asks for is done as if it had been typed in the channel of it.
"""

from bot import incidents, needs, postmortems, render, services, timeline
from bot.domain.clock_words import read_time
from bot.domain.incident import Incident
from bot.domain.timeline import Kind
from bot.environment import Bot
from bot.hours import typed_zone
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent, typed
from handlers.clicks.incidents import there
from handlers.clicks.timeline import page
from handlers.forms import items
from handlers.forms import recording as forms
from handlers.payloads import Press, Submission
from storage.engine import Session


def _incident(session: Session, bot: Bot, press: Press) -> Incident:
    return incidents.here(session, bot, there(session, press))


def _open_note(session: Session, bot: Bot, press: Press) -> Block:
    return forms.note(_incident(session, bot, press))


def _note(session: Session, bot: Bot, sent: Submission) -> Incident:
    asker, text = there(session, sent), typed(sent, forms.TEXT)
    if sent.values.get(forms.KIND) == Kind.IMPACT:
        return incidents.note_impact(session, bot, asker, text)
    if sent.values.get(forms.KIND) == Kind.SERVICES:
        return services.affect(session, bot, asker, text)
    incident = incidents.here(session, bot, asker)
    time, happened_at = (sent.values.get(forms.TIME) or "").strip(), None
    if time:
        zone = typed_zone(session, bot, asker.person, time)
        happened_at = read_time(time, near=incidents.span_of(incident, asker.at), zone=zone)
    timeline.deed(session, incident, asker, Kind.NOTE, text=text, happened_at=happened_at)
    return incident


def _open_action(session: Session, bot: Bot, press: Press) -> Block:
    return items.create("", f"{_incident(session, bot, press).channel_id} ")


def _open_timeline(session: Session, bot: Bot, press: Press) -> Block:
    return page(session, _incident(session, bot, press), 0)


def _open_ask(session: Session, bot: Bot, press: Press) -> Block:
    return forms.ask(_incident(session, bot, press))


def _open_skip(session: Session, bot: Bot, press: Press) -> Block:
    return forms.skip(_incident(session, bot, press))


def _ask(session: Session, bot: Bot, sent: Submission) -> object:
    return needs.ask(session, bot, there(session, sent), typed(sent, forms.WHY))


def _skip(session: Session, bot: Bot, sent: Submission) -> Incident:
    return needs.skip(session, bot, there(session, sent), typed(sent, forms.WHY))


def _again(session: Session, bot: Bot, press: Press) -> str:
    incident, _ = postmortems.again(session, bot, there(session, press))
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

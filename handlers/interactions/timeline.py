"""Reading the timeline in a modal, and correcting it there."""

from contextlib import suppress

from bot.config.context import Bot
from bot.domain.errors import NoSuchEntry
from bot.domain.incident import Incident
from bot.domain.markup import referenced
from bot.incidents.permalinks import permalink
from bot.timeline import corrections
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Redrawn, Sent, Turn, Turned
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import timeline as forms
from storage import incidents, timeline_entries
from storage.engine.store import Session
from storage.people import names


def page(session: Session, incident: Incident, skipped: int) -> Block:
    """The entries before the last `skipped`, as they are now."""
    total = timeline_entries.total(session, incident.id)
    skipped = min(skipped, max(total - 1, 0))  # some may have been deleted since
    found = timeline_entries.page(session, incident.id, forms.SHOWN, skipped)
    linked = [(each, permalink(session, each.channel_id, each.message_id)) for each in found]
    people = [person for event in found for person in referenced(event.text)]
    return forms.page(incident, linked, names(session, people), total, skipped)


def _turn(session: Session, _bot: Bot, press: Press) -> Turn:
    incident_id, _ = _two(press.about)
    return Turn(page(session, incidents.by_id(session, incident_id), number(press.value)))


def _change(session: Session, _bot: Bot, press: Press) -> Turn:
    """Open the form of an entry, or hide it, or show it again."""
    incident_id, skipped = _two(press.about)
    kind, _, entry = press.value.partition(":")
    with suppress(NoSuchEntry):  # the page shows that it is gone
        of, event = corrections.find(session, number(entry))
        if of != incident_id:  # who may see the one need not see the other
            raise NotUnderstood(missing="an entry of this timeline")
        if kind == "correct":
            text = corrections.text_of(session, event)
            return Turn(forms.correct(event, text, skipped), on_top=True)
        corrections.hide(session, press.actor, number(entry), hidden=kind == "hide")
    return Turn(page(session, incidents.by_id(session, incident_id), skipped))


def _correct(session: Session, bot: Bot, sent: Submission) -> Redrawn:
    event_id, skipped = _two(sent.about)
    text = sent.values[forms.TEXT] or "" if forms.TEXT in sent.values else None
    time = sent.values.get(forms.TIME) or ""
    corrections.correct(session, bot, sent.actor, event_id, (text, time))
    incident_id, _ = corrections.find(session, event_id)
    return Redrawn(sent.root_id, page(session, incidents.by_id(session, incident_id), skipped))


def _two(about: str) -> tuple[int, int]:
    first, _, second = about.partition(":")
    return number(first), number(second)


TURNED: Turned = {forms.TURN: _turn, forms.ENTRY: _change}
SENT: Sent = {forms.CORRECT: _correct}

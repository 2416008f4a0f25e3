"""Read and correct the timeline in a modal."""

from contextlib import suppress

from bot.config.context import Bot
from bot.domain.errors import NoSuchEntry
from bot.domain.incident import Incident
from bot.domain.markup import find_references
from bot.incidents.permalinks import permalink
from bot.timeline import corrections
from handlers.fields import NotUnderstood, parse_row_id
from handlers.interactions.click import ModalChange, ModalHandlers, SubmissionHandlers, UpdatedView
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import timeline as forms
from storage import incidents, timeline_entries
from storage.engine.store import Session
from storage.people import names


def build_page(session: Session, incident: Incident, skipped: int) -> Block:
    """Return the view of the entries before the last `skipped`, as they are now."""
    total = timeline_entries.total(session, incident.id)
    skipped = min(skipped, max(total - 1, 0))  # some may have been deleted since
    found = timeline_entries.page(session, incident.id, forms.ENTRIES_PER_PAGE, skipped)
    linked = [(each, permalink(session, each.channel_id, each.message_id)) for each in found]
    people = [person for event in found for person in find_references(event.text)]
    return forms.page(incident, linked, names(session, people), total, skipped)


def _turn(session: Session, _bot: Bot, press: Press) -> ModalChange:
    incident_id, _ = _parse_pair(press.about)
    return ModalChange(
        build_page(session, incidents.by_id(session, incident_id), parse_row_id(press.value))
    )


def _change(session: Session, _bot: Bot, press: Press) -> ModalChange:
    """Open the form of an entry, hide the entry, or show it again."""
    incident_id, skipped = _parse_pair(press.about)
    kind, _, entry = press.value.partition(":")
    with suppress(NoSuchEntry):  # the page shows that it's gone
        of, event = corrections.find(session, parse_row_id(entry))
        if of != incident_id:  # access to one incident doesn't imply access to the other
            raise NotUnderstood(missing="an entry of this timeline")
        if kind == "correct":
            text = corrections.text_of(session, event)
            return ModalChange(forms.correct(event, text, skipped), on_top=True)
        corrections.hide(session, press.actor, parse_row_id(entry), hidden=kind == "hide")
    return ModalChange(build_page(session, incidents.by_id(session, incident_id), skipped))


def _correct(session: Session, bot: Bot, sent: Submission) -> UpdatedView:
    event_id, skipped = _parse_pair(sent.about)
    text = sent.values[forms.TEXT] or "" if forms.TEXT in sent.values else None
    time = sent.values.get(forms.TIME) or ""
    corrections.correct(session, bot, sent.actor, event_id, (text, time))
    incident_id, _ = corrections.find(session, event_id)
    return UpdatedView(
        sent.root_id, build_page(session, incidents.by_id(session, incident_id), skipped)
    )


def _parse_pair(about: str) -> tuple[int, int]:
    first, _, second = about.partition(":")
    return parse_row_id(first), parse_row_id(second)


MODAL_HANDLERS: ModalHandlers = {forms.TURN_PAGE: _turn, forms.ENTRY: _change}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.CORRECT: _correct}

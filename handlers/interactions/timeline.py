"""Read and correct the timeline in a modal."""

from contextlib import suppress

from bot.config.context import Bot
from bot.domain.errors import NoSuchEntry
from bot.domain.incident import Incident
from bot.domain.markup import find_references
from bot.incidents.permalinks import permalink
from bot.people.working_hours import zone_of
from bot.timeline import corrections
from handlers.interactions.handler_types import (
    Interaction,
    ModalChange,
    ModalHandlers,
    SubmissionHandlers,
    UpdatedView,
)
from handlers.interactions.incident_finders import find_by_entry, find_by_id
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views.blocks import Block
from handlers.views.forms import timeline as forms
from storage import incidents, timeline_counts, timeline_entries
from storage.engine.store import Session
from storage.people import names


def build_page(session: Session, incident: Incident, skipped: int) -> Block:
    """Return the view of the entries before the last `skipped`, as they are now."""
    total = timeline_counts.entries(session, incident.id)
    skipped = min(skipped, max(total - 1, 0))  # some may have been deleted since
    events = timeline_entries.page(session, incident.id, forms.ENTRIES_PER_PAGE, skipped)
    linked = [(event, permalink(session, event.channel_id, event.message_id)) for event in events]
    people = [person for event in events for person in find_references(event.text)]
    return forms.page(incident, linked, names(session, people), total, skipped)


def _turn_page(session: Session, _bot: Bot, click: ButtonClick) -> ModalChange:
    incident_id, _ = _parse_pair(click.about)
    return ModalChange(
        build_page(session, incidents.by_id(session, incident_id), parse_row_id(click.value))
    )


def _change_entry(session: Session, bot: Bot, click: ButtonClick) -> ModalChange:
    """Open the form of an entry, hide the entry, or show it again."""
    incident_id, skipped = _parse_pair(click.about)
    change, _, entry = click.value.partition(":")
    with suppress(NoSuchEntry):  # the page shows that it's gone
        event_incident_id, event = corrections.find(session, parse_row_id(entry))
        if (
            event_incident_id != incident_id
        ):  # access to one incident doesn't imply access to the other
            raise NotUnderstood(missing="an entry of this timeline")
        if change == "correct":
            text = corrections.text_of(session, event)
            zone = zone_of(session, bot, click.actor.person)
            return ModalChange(forms.correct(event, text, skipped, zone), on_top=True)
        corrections.hide(session, click.actor, parse_row_id(entry), hidden=change == "hide")
    return ModalChange(build_page(session, incidents.by_id(session, incident_id), skipped))


def _correct(session: Session, bot: Bot, form: Submission) -> UpdatedView:
    event_id, skipped = _parse_pair(form.about)
    text = form.values[forms.TEXT] or "" if forms.TEXT in form.values else None
    time = form.values.get(forms.TIME) or ""
    corrections.correct(session, bot, form.actor, event_id, (text, time))
    incident_id, _ = corrections.find(session, event_id)
    return UpdatedView(
        form.root_id, build_page(session, incidents.by_id(session, incident_id), skipped)
    )


def _parse_pair(about: str) -> tuple[int, int]:
    first, _, second = about.partition(":")
    return parse_row_id(first), parse_row_id(second)


MODAL_HANDLERS: ModalHandlers = {
    forms.TURN_PAGE: Interaction(_turn_page, "timeline", find_by_id),
    forms.ENTRY: Interaction(_change_entry, "timeline", find_by_id),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.CORRECT: Interaction(_correct, "timeline", find_by_entry)
}

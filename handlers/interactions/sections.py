"""Buttons and forms for writing a postmortem."""

from collections.abc import Callable

from bot.config.context import Bot
from bot.domain.section import SectionName
from bot.postmortems import sections
from handlers.interactions.handler_types import (
    ButtonForms,
    Interaction,
    NextForm,
    SubmissionHandlers,
)
from handlers.interactions.incident_finders import find_by_id, find_by_section
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import review_gaps
from handlers.views.blocks import Block
from handlers.views.forms import sections as forms
from handlers.views.forms.sections import SectionContext
from storage.engine.store import Session


def _open_choice(session: Session, bot: Bot, click: ButtonClick) -> Block:
    return forms.choose(sections.lock_for_editing(session, bot, parse_row_id(click.value)))


def _make_opener(name: SectionName) -> Callable[[Session, Bot, ButtonClick], Block]:
    def open_form(session: Session, bot: Bot, click: ButtonClick) -> Block:
        return _build_form(session, bot, parse_row_id(click.value), name)

    return open_form


def _open_chosen(session: Session, bot: Bot, form: Submission) -> NextForm:
    name = form.values.get(forms.SECTION)
    if name is None or name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return NextForm(_build_form(session, bot, parse_row_id(form.about), SectionName(name)))


def _save(session: Session, bot: Bot, form: Submission) -> NextForm | None:
    """Save a section's text.

    If there are warnings, show them first; resubmitted unchanged, it's saved.
    """
    about = SectionContext.read(form.about)
    incident = sections.lock_for_editing(session, bot, about.incident_id)
    text = forms.text_of(about.name, form.values)
    if text and about.name is SectionName.IMPACT:  # lines that the form has no field for are kept
        saved = sections.load_for_editing(session, incident, about.name).text
        text = "\n".join([text, *forms.lines_without_field(saved)])
    warnings = sections.find_save_warnings(session, incident, about.name, text, about.base_version)
    is_warned = about.warned_hash == forms.hash_text(text)
    if warnings.meanwhile or (warnings.findings and not is_warned):
        writer = sections.find_other_writer(session, warnings)
        return NextForm(forms.write(about, text, warnings, writer))
    sections.write(session, form.actor, incident, about.name, text)
    return None


def _build_form(session: Session, bot: Bot, incident_id: int, name: SectionName) -> Block:
    incident = sections.lock_for_editing(session, bot, incident_id)
    saved = sections.load_for_editing(session, incident, name)
    about = SectionContext(incident_id=incident.id, name=name, base_version=saved.version)
    return forms.write(about, saved.text)


def _open_section(session: Session, bot: Bot, click: ButtonClick) -> Block:
    incident_id, name = review_gaps.parse_section_button(click.value)
    if name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return _build_form(session, bot, parse_row_id(incident_id), SectionName(name))


BUTTON_FORMS: ButtonForms = {
    review_gaps.OPEN_SECTION: Interaction(_open_section, "postmortem", find_by_id),
    "section_edit": Interaction(_open_choice, "postmortem", find_by_id),
    "section_impact": Interaction(_make_opener(SectionName.IMPACT), "postmortem", find_by_id),
    "section_whys": Interaction(_make_opener(SectionName.FIVE_WHYS), "postmortem", find_by_id),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.CHOOSE: Interaction(_open_chosen, "postmortem", find_by_id),
    forms.WRITE: Interaction(_save, "postmortem", find_by_section),
}

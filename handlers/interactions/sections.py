"""Buttons and forms for writing a postmortem."""

from collections.abc import Callable

from bot.config.context import Bot
from bot.domain.section import SectionName
from bot.postmortems import sections
from handlers.interactions.handler_types import ButtonForms, NextForm, SubmissionHandlers
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Submission
from handlers.views import review_gaps
from handlers.views.blocks import Block
from handlers.views.forms import sections as forms
from handlers.views.forms.sections import SectionContext
from storage.engine.store import Session


def _open_choice(session: Session, bot: Bot, press: ButtonClick) -> Block:
    return forms.choose(sections.lock_for_editing(session, bot, parse_row_id(press.value)))


def _make_opener(name: SectionName) -> Callable[[Session, Bot, ButtonClick], Block]:
    def opened(session: Session, bot: Bot, press: ButtonClick) -> Block:
        return _form(session, bot, parse_row_id(press.value), name)

    return opened


def _open_chosen(session: Session, bot: Bot, sent: Submission) -> NextForm:
    name = sent.values.get(forms.SECTION)
    if name is None or name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return NextForm(_form(session, bot, parse_row_id(sent.about), SectionName(name)))


def _save(session: Session, bot: Bot, sent: Submission) -> NextForm | None:
    """Save a section's text.

    If there are doubts about it, show them first; resubmitted unchanged, it's saved.
    """
    about = SectionContext.read(sent.about)
    incident = sections.lock_for_editing(session, bot, about.incident_id)
    text = forms.text_of(about.name, sent.values)
    if text and about.name is SectionName.IMPACT:  # lines that the form has no field for are kept
        text = "\n".join(
            [
                text,
                *forms.lines_without_field(
                    sections.load_for_editing(session, incident, about.name).text
                ),
            ]
        )
    doubts = sections.find_save_warnings(session, incident, about.name, text, about.begun)
    if doubts.meanwhile or (doubts.findings and about.asked != forms.hash_text(text)):
        return NextForm(
            forms.write(about, text, doubts, sections.find_other_writer(session, doubts))
        )
    sections.write(session, sent.actor, incident, about.name, text)
    return None


def _form(session: Session, bot: Bot, incident_id: int, name: SectionName) -> Block:
    incident = sections.lock_for_editing(session, bot, incident_id)
    shown = sections.load_for_editing(session, incident, name)
    about = SectionContext(incident_id=incident.id, name=name, begun=shown.version)
    return forms.write(about, shown.text)


def _opening_named(session: Session, bot: Bot, press: ButtonClick) -> Block:
    incident_id, name = review_gaps.section_named(press.value)
    if name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return _form(session, bot, parse_row_id(incident_id), SectionName(name))


BUTTON_FORMS: ButtonForms = {
    review_gaps.OPEN_SECTION: _opening_named,
    "section_edit": _open_choice,
    "section_impact": _make_opener(SectionName.IMPACT),
    "section_whys": _make_opener(SectionName.FIVE_WHYS),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.CHOOSE: _open_chosen, forms.WRITE: _save}

"""Clicks and forms with which people write a postmortem."""

from collections.abc import Callable

from bot.config.context import Bot
from bot.domain.section import SectionName
from bot.postmortems import sections
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Next, Opened, Sent
from handlers.slack.payloads import Press, Submission
from handlers.views import review_gaps
from handlers.views.blocks import Block
from handlers.views.forms import sections as forms
from handlers.views.forms.sections import About
from storage.engine.store import Session


def _choosing(session: Session, bot: Bot, press: Press) -> Block:
    return forms.choose(sections.open_to_writing(session, bot, number(press.value)))


def _opening(name: SectionName) -> Callable[[Session, Bot, Press], Block]:
    def opened(session: Session, bot: Bot, press: Press) -> Block:
        return _form(session, bot, number(press.value), name)

    return opened


def _chosen(session: Session, bot: Bot, sent: Submission) -> Next:
    name = sent.values.get(forms.SECTION)
    if name is None or name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return Next(_form(session, bot, number(sent.about), SectionName(name)))


def _written(session: Session, bot: Bot, sent: Submission) -> Next | None:
    """Keep the text; what speaks against it is shown first, and sent again as it is, it is kept."""
    about = About.read(sent.about)
    incident = sections.open_to_writing(session, bot, about.incident_id)
    text = forms.text_of(about.name, sent.values)
    if text and about.name is SectionName.IMPACT:  # what the form has no field for stays
        text = "\n".join([text, *forms.unasked(sections.shown(session, incident, about.name).text)])
    doubts = sections.doubts(session, incident, about.name, text, about.begun)
    if doubts.meanwhile or (doubts.findings and about.asked != forms.digest(text)):
        return Next(forms.write(about, text, doubts, sections.writer(session, doubts)))
    sections.write(session, sent.actor, incident, about.name, text)
    return None


def _form(session: Session, bot: Bot, incident_id: int, name: SectionName) -> Block:
    incident = sections.open_to_writing(session, bot, incident_id)
    shown = sections.shown(session, incident, name)
    about = About(incident_id=incident.id, name=name, begun=shown.version)
    return forms.write(about, shown.text)


def _opening_named(session: Session, bot: Bot, press: Press) -> Block:
    incident_id, name = review_gaps.section_named(press.value)
    if name not in {*SectionName}:
        raise NotUnderstood(missing="a section")
    return _form(session, bot, number(incident_id), SectionName(name))


OPENED: Opened = {
    review_gaps.OPEN_SECTION: _opening_named,
    "section_edit": _choosing,
    "section_impact": _opening(SectionName.IMPACT),
    "section_whys": _opening(SectionName.FIVE_WHYS),
}
SENT: Sent = {forms.CHOOSE: _chosen, forms.WRITE: _written}

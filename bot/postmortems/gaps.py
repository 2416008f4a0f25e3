"""Find what a postmortem lacks: only what its template has, each gap with the form that fills it."""

from collections.abc import Iterator

from bot.blameless.sections import SectionTopic
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.errors import NotComplete
from bot.domain.incident import Incident
from bot.domain.key_times import MOMENT_NAMES
from bot.domain.markup import MarkupText, mrkdwn
from bot.domain.missing_parts import FillingForm, MissingPart
from bot.domain.section import SectionName
from bot.domain.word_list import join_words
from bot.drafting import wording
from bot.drafting.reading.lines import quote
from bot.postmortems import checks
from storage import action_items
from storage.engine.store import Session
from storage.postmortems import Postmortem

# Topics that the draft's own list of missing parts has already.
_DRAFTED_TOPICS = {
    SectionTopic.IMPACT,
    SectionTopic.ROOT_CAUSE,
    SectionTopic.ACTION_ITEMS,
    SectionTopic.TIMELINE,
}
_EMPTY = "empty section"
_PART_FORMS = {
    "severity": (FillingForm.SEVERITY, None),
    "impact": (FillingForm.SECTION, SectionName.IMPACT),
    "root_cause": (FillingForm.SECTION, SectionName.ROOT_CAUSE),
    "action_items": (FillingForm.NEW_ITEM, None),
}
_SECTIONS = {
    SectionTopic.SUMMARY: SectionName.SUMMARY,
    SectionTopic.DETECTION: SectionName.DETECTION,
    SectionTopic.WENT_WELL: SectionName.WENT_WELL,
    SectionTopic.WENT_POORLY: SectionName.WENT_POORLY,
    SectionTopic.LESSONS: SectionName.LESSONS,
}
_ITEM_LENGTH = 80  # characters of an item's text
_MAX_ITEMS = 5  # listed one by one, each with a button


def find_gaps(
    session: Session, incident: Incident, postmortem: Postmortem
) -> tuple[MissingPart, ...]:
    """Return what the postmortem still needs, in the order of the document."""
    missing = [
        name
        for name in postmortem.document["completeness"]["missing"]
        if name in wording.REQUIRED_PART_NAMES
    ]
    part_gaps = [gap for name in missing for gap in _part_gaps(session, incident, name, missing)]
    return (*part_gaps, *_empty_sections(postmortem))


def _part_gaps(
    session: Session, incident: Incident, name: str, missing: list[str]
) -> Iterator[MissingPart]:
    words = wording.REQUIRED_PART_NAMES[name]
    if name in MOMENT_NAMES:
        yield MissingPart(words=words, form=FillingForm.KEY_TIMES)
    elif name in _PART_FORMS:
        form, section = _PART_FORMS[name]
        yield MissingPart(words=words, form=form, section=section)
    elif "action_items" not in missing:  # else no item could have an owner or a date
        yield from _item_gaps(session, incident, name)


def _item_gaps(session: Session, incident: Incident, name: str) -> Iterator[MissingPart]:
    """Yield the items without an owner or a due date, each by its own text."""
    states = (ItemState.SUGGESTED, ItemState.OPEN)
    items = action_items.of_incident(session, incident.id, states=states)
    lacking = [item for item in items if not (item.owner if name == "owners" else item.due)]
    for item in lacking[:_MAX_ITEMS]:
        yield item_gap(item, name)
    if not lacking or len(lacking) > _MAX_ITEMS:
        yield MissingPart(words=wording.REQUIRED_PART_NAMES[name], form=None)


def make_refusal(missing: tuple[MissingPart, ...], key: str, command: str) -> NotComplete:
    """Return the error that names the gaps."""
    parts = MarkupText(join_words([mrkdwn(gap.words) for gap in missing]))  # whole, however many
    error = NotComplete(key=key, parts=parts, command=command)
    error.gaps = missing
    return error


def item_gap(item: ActionItem, name: str) -> MissingPart:
    """Return what an item lacks: `owners` or `due_dates`, as in the draft's list of missing parts."""
    words = wording.PARTS_OF_ITEM[name].format(item=quote(item.text, _ITEM_LENGTH))
    form = FillingForm.OWNER if name == "owners" else FillingForm.DUE_DATE
    return MissingPart(words=words, form=form, item_id=item.id)


def _empty_sections(postmortem: Postmortem) -> Iterator[MissingPart]:
    """Yield the headings of the document with nothing under them."""
    _, others = checks.check_separately(postmortem.markdown)
    empty_parts = (SectionTopic(finding.section) for finding in others if finding.rule == _EMPTY)
    for part in dict.fromkeys(empty_parts):
        if part not in _DRAFTED_TOPICS:
            section = _SECTIONS.get(part)
            form = FillingForm.SECTION if section else None
            yield MissingPart(words=f"\u201c{part}\u201d", form=form, section=section)

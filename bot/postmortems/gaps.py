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
from bot.drafting import wording
from bot.drafting.reading.lines import quote
from bot.postmortems import checks
from storage import action_items
from storage.engine.store import Session
from storage.postmortems import Postmortem

# Parts of a document that the draft's own list of what is missing has already.
_COUNTED = {
    SectionTopic.IMPACT,
    SectionTopic.ROOT_CAUSE,
    SectionTopic.ACTION_ITEMS,
    SectionTopic.TIMELINE,
}
_EMPTY = "empty section"
_FORMS = {
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
_ITEM = 80  # characters of an item by which people know it
_MOST_ITEMS = 5  # of which each gets a button


def gaps(session: Session, incident: Incident, postmortem: Postmortem) -> tuple[MissingPart, ...]:
    """What the postmortem still needs, in the order of the document."""
    missing = postmortem.document["completeness"]["missing"]
    found = [gap for name in missing for gap in _of_part(session, incident, name, missing)]
    return (*found, *_empty_sections(postmortem))


def _of_part(
    session: Session, incident: Incident, name: str, missing: list[str]
) -> Iterator[MissingPart]:
    words = wording.PART_NAMES[name]
    if name in MOMENT_NAMES:
        yield MissingPart(words=words, form=FillingForm.KEY_TIMES)
    elif name in _FORMS:
        form, section = _FORMS[name]
        yield MissingPart(words=words, form=form, section=section)
    elif "action_items" not in missing:  # else there is none that could have an owner or a date
        yield from _of_items(session, incident, name)


def _of_items(session: Session, incident: Incident, name: str) -> Iterator[MissingPart]:
    """The items without an owner or a due date, each by its own text."""
    states = (ItemState.SUGGESTED, ItemState.OPEN)
    items = action_items.of_incident(session, incident.id, states=states)
    lacking = [item for item in items if not (item.owner if name == "owners" else item.due)]
    for item in lacking[:_MOST_ITEMS]:
        yield of_item(item, name)
    if not lacking or len(lacking) > _MOST_ITEMS:
        yield MissingPart(words=wording.PART_NAMES[name], form=None)


def refusal(found: tuple[MissingPart, ...], key: str, command: str) -> NotComplete:
    """The error that names the gaps."""
    parts = MarkupText(", ".join(mrkdwn(gap.words) for gap in found))  # whole, however many
    error = NotComplete(key=key, parts=parts, command=command)
    error.gaps = found
    return error


def of_item(item: ActionItem, name: str) -> MissingPart:
    """What an item lacks: `owners` or `due_dates`, as the draft's list of missing parts calls it."""
    words = wording.PARTS_OF_ITEM[name].format(item=quote(item.text, _ITEM))
    form = FillingForm.OWNER if name == "owners" else FillingForm.DUE_DATE
    return MissingPart(words=words, form=form, item_id=item.id)


def _empty_sections(postmortem: Postmortem) -> Iterator[MissingPart]:
    """The headings of the document that hold nothing yet."""
    _, others = checks.check_separately(postmortem.markdown)
    empty = (SectionTopic(each.section) for each in others if each.rule == _EMPTY)
    for part in dict.fromkeys(empty):
        if part not in _COUNTED:
            section = _SECTIONS.get(part)
            form = FillingForm.SECTION if section else None
            yield MissingPart(words=f"\u201c{part}\u201d", form=form, section=section)

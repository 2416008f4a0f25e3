"""The answer to somebody who can't submit a postmortem yet: each gap with the button that fills it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.domain.errors import NotComplete, TimesOutOfOrder
from bot.domain.incident import Incident
from bot.domain.missing_parts import FillingForm, MissingPart
from bot.domain.section import SectionName
from bot.rendering import render
from handlers.views import blocks
from handlers.views.answer import MessageReply
from handlers.views.blocks import Block

OPEN_SECTION = "section_open"
REFUSALS = (NotComplete, TimesOutOfOrder)
_ACTIONS = {
    FillingForm.KEY_TIMES: "key_times",
    FillingForm.SEVERITY: "incident_severity",
    FillingForm.NEW_ITEM: "incident_action",
    FillingForm.OWNER: "item_owner",
    FillingForm.DUE_DATE: "item_due",
}


def answer(refused: NotComplete | TimesOutOfOrder, incident: Incident) -> MessageReply:
    """What the error says, then a line with a button for each form that fills a gap."""
    gaps = sorted(
        refused.gaps, key=lambda gap: list(FillingForm).index(gap.form or FillingForm.DUE_DATE)
    )
    groups = [list(group) for _, group in groupby(gaps, key=_key)]
    lines = [line for group in groups for line in _line(incident, group)]
    submit = blocks.button(render.line("label_review_submit"), "review_submit", str(incident.id))
    text = str(refused)
    return MessageReply(text, (blocks.section(text), *lines, blocks.actions([submit])))


def section_named(value: str) -> tuple[str, str]:
    """Return the incident's number and the section's name in a button's value."""
    incident_id, _, name = value.partition(":")
    return incident_id, name


def _key(gap: MissingPart) -> tuple[FillingForm | None, SectionName | None, int | None]:
    return gap.form, gap.section, gap.item_id


def _line(incident: Incident, gaps: Sequence[MissingPart]) -> Iterator[Block]:
    """What one form fills, with its button beside it."""
    first = gaps[0]
    if first.form is None:
        return
    words = ", ".join(gap.words for gap in gaps)
    shown = blocks.section(render.line("gap", words=words))
    yield shown | {"accessory": _button(incident, first)}


def _button(incident: Incident, gap: MissingPart) -> Block:
    label = render.line("label_gap", form=gap.form, section=gap.section)
    if gap.section is not None:
        return blocks.button(label, OPEN_SECTION, f"{incident.id}:{gap.section}")
    assert gap.form is not None  # noqa: S101 - it has a line only with a form
    return blocks.button(label, _ACTIONS[gap.form], str(gap.item_id or incident.id))

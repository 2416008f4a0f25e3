"""The reply if a postmortem can't be submitted yet: each gap with a button to fill it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.domain.errors import NotComplete, TimesOutOfOrder
from bot.domain.incident import Incident
from bot.domain.missing_parts import FillingForm, MissingPart
from bot.domain.section import SectionName
from bot.domain.word_list import join_words
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.reply import MessageReply

OPEN_SECTION = "section_open"
REFUSALS = (NotComplete, TimesOutOfOrder)
_ACTIONS = {
    FillingForm.KEY_TIMES: "key_times",
    FillingForm.SEVERITY: "incident_severity",
    FillingForm.NEW_ITEM: "incident_action",
    FillingForm.OWNER: "item_owner",
    FillingForm.DUE_DATE: "item_due",
}


def build_reply(error: NotComplete | TimesOutOfOrder, incident: Incident) -> MessageReply:
    """Return the error's text, then a line and a button for each form that fills a gap."""
    gaps = sorted(
        error.gaps, key=lambda gap: list(FillingForm).index(gap.form or FillingForm.DUE_DATE)
    )
    groups = [list(group) for _, group in groupby(gaps, key=_key)]
    lines = [line for group in groups for line in _line(incident, group)]
    submit = blocks.button(render.line("label_review_submit"), "review_submit", str(incident.id))
    text = str(error)
    return MessageReply(text, (blocks.section(text), *lines, blocks.actions([submit])))


def parse_section_button(value: str) -> tuple[str, str]:
    """Parse the value of a section's button: the incident's number and the section's name."""
    incident_id, _, name = value.partition(":")
    return incident_id, name


def _key(gap: MissingPart) -> tuple[FillingForm | None, SectionName | None, int | None]:
    return gap.form, gap.section, gap.item_id


def _line(incident: Incident, gaps: Sequence[MissingPart]) -> Iterator[Block]:
    """Lay out the gaps that one form fills, with its button."""
    first = gaps[0]
    if first.form is None:
        return
    words = join_words([gap.words for gap in gaps])
    section = blocks.section(render.line("gap", words=words))
    yield section | {"accessory": _button(incident, first)}


def _button(incident: Incident, gap: MissingPart) -> Block:
    if gap.section is not None:
        label = render.line("label_section", section=gap.section)
        return blocks.button(label, OPEN_SECTION, f"{incident.id}:{gap.section}")
    assert gap.form is not None  # noqa: S101 - it has a line only with a form
    label = render.line("label_gap", form=gap.form)
    return blocks.button(label, _ACTIONS[gap.form], str(gap.item_id or incident.id))

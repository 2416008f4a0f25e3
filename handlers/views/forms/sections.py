"""Forms for writing a postmortem: section, text, five whys, impact."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.draft import ImpactKind
from bot.domain.incident import Incident
from bot.domain.section import MAX_SECTION_LENGTH, SectionName
from bot.drafting import written_sections
from bot.postmortems.sections import SaveWarnings
from bot.rendering import render
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.views import blocks
from handlers.views.blocks import Block

CHOOSE, WRITE = "section_choose", "section_write"
SECTION, TEXT = "section", "text"
WHY_FIELDS = tuple(f"why{step}" for step in range(1, 6))
IMPACT_FIELDS = (
    ImpactKind.USERS,
    ImpactKind.REGIONS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
    ImpactKind.REVENUE,
    ImpactKind.TICKETS,
    ImpactKind.SLA,
    ImpactKind.DATA,
)
MAX_ANSWER_LENGTH = 500  # characters; five of them fit a section


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionContext:
    """The section that a form is about, stored in the form: ids and a hash, but no text.

    `base_version` is the version that the writer started from. `warned_hash` is the hash of the text for
    which they were shown warnings; empty before that.
    """

    incident_id: int
    name: SectionName
    base_version: int
    warned_hash: str = ""

    @classmethod
    def read(cls, text: str) -> "SectionContext":
        parts = text.split(":")
        if len(parts) != len(cls.__dataclass_fields__) or parts[1] not in {*SectionName}:
            raise NotUnderstood(missing="a section")
        return cls(
            incident_id=parse_row_id(parts[0]),
            name=SectionName(parts[1]),
            base_version=parse_row_id(parts[2]),
            warned_hash=parts[3],
        )

    def __str__(self) -> str:
        return f"{self.incident_id}:{self.name}:{self.base_version}:{self.warned_hash}"


def titles() -> dict[str, str]:
    """Return each section's title, by section name."""
    return {str(name): render.line("section_title", section=name) for name in SectionName}


def choose(incident: Incident) -> Block:
    """Return the form for choosing a section; the form with its text replaces it."""
    label, submit = render.line("section_which"), render.line("section_next")
    inputs = [blocks.choice_input(SECTION, label, titles())]
    title = render.line("label_section_edit")
    return blocks.form(title, CHOOSE, str(incident.id), inputs, submit=submit)


def write(
    about: SectionContext, text: str, warnings: SaveWarnings | None = None, writer: str = ""
) -> Block:
    """Return the form for a section's text. With `warnings`, it shows them and can be submitted anyway.

    `writer` changed the section in the meantime.
    """
    inputs = [*_inputs(about.name, text)]
    submit = render.line("section_save")
    if warnings:
        text_of_warnings = render.line("section_doubts", doubts=warnings, writer=writer)
        inputs.append(blocks.section(text_of_warnings))
        meanwhile = warnings.meanwhile
        base_version = meanwhile.version if meanwhile else about.base_version
        about = replace(about, warned_hash=hash_text(text), base_version=base_version)
        submit = render.line("section_save_anyway")
    title = render.line("label_section", section=about.name)
    return blocks.form(title, WRITE, str(about), inputs, submit=submit)


def text_of(name: SectionName, values: Mapping[str, str | None]) -> str:
    """Return the section's text from the submitted values."""
    if name is SectionName.FIVE_WHYS:
        answers = [" ".join((values.get(why) or "").split()) for why in WHY_FIELDS]
        return "\n".join(answer for answer in answers if answer)
    if name is SectionName.IMPACT:
        measures = {kind: " ".join((values.get(kind) or "").split()) for kind in IMPACT_FIELDS}
        return "\n".join(f"{kind}: {measure}" for kind, measure in measures.items() if measure)
    return (values.get(TEXT) or "").strip()


def lines_without_field(text: str) -> list[str]:
    """Return the lines of an impact that the form has no field for, such as its duration."""
    return [
        f"{kind}: {measure}"
        for kind, measure in written_sections.parse_measures(text)
        if kind not in IMPACT_FIELDS
    ]


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _inputs(name: SectionName, text: str) -> list[Block]:
    if name is SectionName.FIVE_WHYS:
        return _whys(written_sections.split_lines(text))
    if name is SectionName.IMPACT:
        return _measures(text)
    label = render.line("section_title", section=name)
    hint = render.line("section_hint", section=name)
    return [blocks.text_input(TEXT, label, text, hint=hint, long=True, optional=True)]


def _whys(answers: list[str]) -> list[Block]:
    answers = [*answers, *[""] * len(WHY_FIELDS)]
    return [
        blocks.text_input(
            why,
            render.line("why_label", step=step),
            answers[step],
            hint=render.line("why_hint") if step == len(WHY_FIELDS) - 1 else "",
            long=True,
            optional=True,
            longest=min(max(MAX_ANSWER_LENGTH, len(answers[step])), MAX_SECTION_LENGTH),
        )
        for step, why in enumerate(WHY_FIELDS)
    ]


def _measures(text: str) -> list[Block]:
    measures: dict[ImpactKind, list[str]] = {}
    for kind, measure in written_sections.parse_measures(text):
        measures.setdefault(kind, []).append(measure)
    return [
        blocks.text_input(
            kind,
            render.line("measure_label", kind=kind),
            "; ".join(measures.get(kind, [])),
            hint=render.line("measure_hint", kind=kind),
            optional=True,
            longest=MAX_SECTION_LENGTH,  # the limit for all fields together is checked on submission
        )
        for kind in IMPACT_FIELDS
    ]

"""Forms in which people write a postmortem: which section, its text, the five whys, the impact."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.draft import ImpactKind
from bot.domain.incident import Incident
from bot.domain.section import LONGEST, SectionName
from bot.drafting import written_by_people
from bot.postmortems.sections import Doubts
from bot.rendering import render
from handlers.fields import NotUnderstood, number
from handlers.views import blocks
from handlers.views.blocks import Block

CHOOSE, WRITE = "section_choose", "section_write"
SECTION, TEXT = "section", "text"
WHYS = tuple(f"why{step}" for step in range(1, 6))
MEASURES = (
    ImpactKind.USERS,
    ImpactKind.REGIONS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
    ImpactKind.REVENUE,
    ImpactKind.TICKETS,
    ImpactKind.SLA,
    ImpactKind.DATA,
)
LONGEST_ANSWER = 500  # characters; five of them fit a section


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a form is about, as it travels with it: no data, but which text was asked about.

    `begun` is the version that the writer began with; `asked` the digest of the text of which they
    were told what speaks against it, empty before that.
    """

    incident_id: int
    name: SectionName
    begun: int
    asked: str = ""

    @classmethod
    def read(cls, text: str) -> "About":
        parts = text.split(":")
        if len(parts) != len(cls.__dataclass_fields__) or parts[1] not in {*SectionName}:
            raise NotUnderstood(missing="a section")
        return cls(
            incident_id=number(parts[0]),
            name=SectionName(parts[1]),
            begun=number(parts[2]),
            asked=parts[3],
        )

    def __str__(self) -> str:
        return f"{self.incident_id}:{self.name}:{self.begun}:{self.asked}"


def titles() -> dict[str, str]:
    """What each section is called, by its name."""
    return {str(name): render.line("section_title", section=name) for name in SectionName}


def choose(incident: Incident) -> Block:
    """Which section; the form with its text takes the place of this one."""
    label, submit = render.line("section_which"), render.line("section_next")
    inputs = [blocks.choice_input(SECTION, label, titles())]
    title = render.line("label_section_edit")
    return blocks.form(title, CHOOSE, str(incident.id), inputs, submit=submit)


def write(about: About, text: str, doubts: Doubts | None = None, writer: str = "") -> Block:
    """The form for a section's text; with `doubts` it shows them, and is sent again to save it anyway."""
    inputs = [*_inputs(about.name, text)]
    submit = render.line("section_save")
    if doubts:
        told = render.line("section_doubts", doubts=doubts, writer=writer)
        inputs.append(blocks.section(told))
        meanwhile = doubts.meanwhile
        begun = meanwhile.version if meanwhile else about.begun
        about = replace(about, asked=digest(text), begun=begun)
        submit = render.line("section_save_anyway")
    title = render.line("section_title", section=about.name)
    return blocks.form(title, WRITE, str(about), inputs, submit=submit)


def text_of(name: SectionName, values: Mapping[str, str | None]) -> str:
    """The section's text from what was put into its form."""
    if name is SectionName.FIVE_WHYS:
        said = [" ".join((values.get(why) or "").split()) for why in WHYS]
        return "\n".join(answer for answer in said if answer)
    if name is SectionName.IMPACT:
        given = {kind: " ".join((values.get(kind) or "").split()) for kind in MEASURES}
        return "\n".join(f"{kind}: {said}" for kind, said in given.items() if said)
    return (values.get(TEXT) or "").strip()


def unasked(text: str) -> list[str]:
    """The lines of an impact that the form has no field for: of how long it lasted."""
    return [
        f"{kind}: {said}" for kind, said in written_by_people.measures(text) if kind not in MEASURES
    ]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _inputs(name: SectionName, text: str) -> list[Block]:
    if name is SectionName.FIVE_WHYS:
        return _whys(written_by_people.lines(text))
    if name is SectionName.IMPACT:
        return _measures(text)
    label = render.line("section_title", section=name)
    hint = render.line("section_hint", section=name)
    return [blocks.text_input(TEXT, label, text, hint=hint, long=True, optional=True)]


def _whys(answers: list[str]) -> list[Block]:
    answers = [*answers, *[""] * len(WHYS)]
    return [
        blocks.text_input(
            why,
            render.line("why_label", step=step),
            answers[step],
            hint=render.line("why_hint") if step == len(WHYS) - 1 else "",
            long=True,
            optional=True,
            longest=min(max(LONGEST_ANSWER, len(answers[step])), LONGEST),
        )
        for step, why in enumerate(WHYS)
    ]


def _measures(text: str) -> list[Block]:
    said: dict[ImpactKind, list[str]] = {}
    for kind, words in written_by_people.measures(text):
        said.setdefault(kind, []).append(words)
    return [
        blocks.text_input(
            kind,
            render.line("measure_label", kind=kind),
            "; ".join(said.get(kind, [])),
            hint=render.line("measure_hint", kind=kind),
            optional=True,
            longest=LONGEST,  # of all together it is told when they are sent
        )
        for kind in MEASURES
    ]

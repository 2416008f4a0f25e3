"""Text that people write replaces the generated text, in the draft and in every document."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft, ImpactKind
from bot.domain.section import Section, SectionName
from bot.drafting import summary_sentences, wording
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from tests.drafting.records import talk

AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
TEXTS = {
    SectionName.SUMMARY: "Payments stopped.\n\nNobody outside Europe saw it.",
    SectionName.IMPACT: "users: 4,800 customers could not pay",
    SectionName.DETECTION: "A dashboard that no alert reads",
    SectionName.ROOT_CAUSE: "- The limit had no owner\n- The limit had no alert",
    SectionName.FIVE_WHYS: "The pool ran dry\nThe limit was copied from staging",
    SectionName.CONTRIBUTING_FACTORS: "Two deploys went out together",
    SectionName.RESOLUTION: "The old limit came back with the config",
    SectionName.WENT_WELL: "The rollback was one click",
    SectionName.WENT_POORLY: "The runbook named a retired host",
    SectionName.LUCKY: "It was a quiet hour",
    SectionName.LESSONS: "1. Limits are configuration",
}


def _make_draft(**texts: str) -> Draft:
    record = talk(
        "12:00 pager-bot: checkout error rate 14 %, alert fired",
        "12:02 alice: looking into it, 4,200 users are affected since 11:52 UTC",
        "12:09 alice: it was caused by the new connection limit",
        "12:11 bob: rolling back the config",
        "12:20 alice: error rates are back to normal",
        "12:30 alice: incident is resolved",
    )
    sections = tuple(
        Section(name=SectionName(name), text=text, by="U9", at=AT, version=2)
        for name, text in texts.items()
    )
    return draft(replace(record, sections=sections, people={**record.people, "U9": "Ana Lima"}))


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != PUBLIC])
@pytest.mark.parametrize("name", SectionName)
def test_every_template_shows_typed_sections(template: str, name: SectionName) -> None:
    """Alone and together with all others."""
    for postmortem in (_make_draft(**{name: TEXTS[name]}), _make_draft(**TEXTS)):
        text = documents.markdown(postmortem, template)
        for line in TEXTS[name].splitlines():
            line_text = line.removeprefix("- ").removeprefix("1. ").removeprefix("users: ")
            assert line_text in text
    assert not postmortem.root_cause[0].evidence


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != PUBLIC])
def test_generated_sentences_are_left_out_of_typed_sections(template: str) -> None:
    text = documents.markdown(_make_draft(**TEXTS), template)
    before = documents.markdown(_make_draft(), template)
    for sentence in ("new connection limit", "4,200", "Users were affected for"):
        prose = [line for line in text.splitlines() if "looking into it" not in line]
        remaining = [
            line for line in prose if sentence in line and not line.startswith(("|", "- 12:"))
        ]
        assert not remaining
        assert sentence in before
    assert text.count("The limit had no owner") == 1


def test_the_json_has_the_author_and_time_of_typed_text() -> None:
    document = json.loads(document_json.as_json(_make_draft(**TEXTS)))
    by = {"written_by": "Ana Lima", "written_at": "2026-03-11T09:00:00Z"}
    assert document["root_cause"] == [
        {"text": "The limit had no owner", "evidence": [], **by},
        {"text": "The limit had no alert", "evidence": [], **by},
    ]
    assert document["sections"]["five_whys"] == {
        "text": TEXTS[SectionName.FIVE_WHYS],
        "version": 2,
        **by,
    }
    assert list(document["sections"]) == [*SectionName]
    assert "sections" in document
    assert "written_by" not in json.loads(document_json.as_json(_make_draft()))["root_cause"][0]


def test_the_summary_follows_typed_causes_and_impact() -> None:
    postmortem = _make_draft(root_cause="The limit had no owner", impact="users: 5,100 customers")
    summary = [statement.text for statement in postmortem.summary]
    assert summary_sentences.cause_sentence("The limit had no owner") in summary
    assert "Affected: 5,100 customers." in summary
    assert not any("4,200" in text for text in summary)


def test_a_typed_cause_is_not_missing() -> None:
    record = talk("12:00 ana: checkout is down", "12:20 ana: it is resolved")
    assert "root_cause" in draft(record).completeness.missing
    section = Section(name=SectionName.ROOT_CAUSE, text="A limit", by="U9", at=AT)
    postmortem = draft(replace(record, sections=(section,)))
    assert "root_cause" not in postmortem.completeness.missing
    assert wording.QUESTIONS["root_cause"] not in postmortem.open_questions


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("users: 4,800 customers could not pay", ImpactKind.USERS, 4800, "customers"),
        ("users: 4800", ImpactKind.USERS, 4800, "users"),
        ("regions: eu-west-1 and us-east-1", ImpactKind.REGIONS, None, None),
        ("requests: 1.5M checkouts", ImpactKind.REQUESTS, 1_500_000, "checkouts"),
        ("errors: 14.5 % at the peak", ImpactKind.ERRORS, 14.5, "%"),
        ("revenue: about €12k", ImpactKind.REVENUE, 12_000, "€"),
        ("revenue: 12,000 EUR", ImpactKind.REVENUE, 12_000, "EUR"),
        ("tickets: 31 in an hour", ImpactKind.TICKETS, 31, "tickets"),
        ("sla: 99.95 % was missed", ImpactKind.SLA, 99.95, "%"),
        ("data: none was lost", ImpactKind.DATA, None, None),
        ("those who pay by card", ImpactKind.USERS, None, None),
    ],
)
def test_a_typed_impact_figure_has_its_kind_value_and_words(
    text: str, kind: ImpactKind, value: float | None, unit: str | None
) -> None:
    (figure,) = _make_draft(impact=text).impact
    assert (figure.kind, figure.value, figure.unit) == (kind, value, unit)
    assert figure.text == text.removeprefix(f"{kind}: ")
    assert figure.written is not None


def test_empty_bullets_leave_the_generated_text() -> None:
    assert _make_draft(root_cause="- \n-").root_cause == _make_draft().root_cause

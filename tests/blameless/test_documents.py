"""The check of a complete postmortem, whether drafted by Debrief or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blameless.sections import SectionTopic
from bot.config import template_names
from bot.drafting import wording
from bot.drafting.draft import draft
from bot.postmortems.checks import check, check_separately
from bot.postmortems.markdown import parse_markdown
from bot.rendering import documents
from tests.drafting.records import record, talk


def test_blame_is_found_with_its_line_and_section() -> None:
    text = "# Down\n\n## Summary\n\nThe shop was down, because\nDave forgot to renew\nthe certificate.\n"
    (finding,) = check_separately(text)[0]
    assert (finding.line, finding.section) == (6, "Summary")
    assert finding.text == "Dave forgot to renew the certificate"


@pytest.mark.parametrize(
    "text",
    [
        "```\nDave forgot to eat.\n```",
        "    Dave forgot to eat.",
        "> Dave forgot to eat.",
        "The log says `Dave forgot to eat`.",
        "The log says “Dave forgot to eat”.",
        "<pre>Dave forgot to eat.</pre>",
        "<!-- Dave forgot to eat. -->",
        "[trace](https://example.com/?q=human error)",
    ],
)
def test_code_quotations_and_links_are_not_checked_for_blame(text: str) -> None:
    assert check_separately(text)[0] == []


@pytest.mark.parametrize(
    "text",
    [
        "- **Dave** forgot to eat.",
        "| What | Why |\n|---|---|\n| Outage | Dave forgot to eat. |",
        "## Dave forgot to eat",
        "<p>Dave forgot to eat.</p>",
        "Dave forgot\nto eat.",
        "Dave forgot to eat.\r\n",
    ],
)
def test_lists_tables_headings_and_html_are_checked_for_blame(text: str) -> None:
    assert [finding.rule for finding in check_separately(text)[0]] == ["forgot"]


def test_findings_are_sorted_by_line_with_missing_sections_last() -> None:
    text = "## Action items\n\n- Improve monitoring\n\n## Summary\n\nIt was human error.\n"
    lines = [finding.line for finding in check(text)]
    known = [line for line in lines if line]
    assert known == sorted(known) == [3, 3, 3, 3, 7]
    assert set(lines[len(known) :]) == {None}


@pytest.mark.parametrize("template", template_names.TEMPLATES)
def test_templates_contain_no_blame(template: str) -> None:
    empty = documents.markdown(draft(record()), template)
    blaming, others = check_separately(empty)
    assert blaming == []
    assert {finding.rule for finding in others} <= {"missing section", "empty section"}


@pytest.mark.parametrize("template", template_names.TEMPLATES)
def test_the_timeline_of_a_draft_is_not_read_as_action_items(template: str) -> None:
    conversation = talk(
        "12:00 alice: checkout is failing, looking into it",
        "12:04 bob: root cause: the pool is too small",
        "12:09 bob: rolling back the release",
        "12:15 alice: all good again",
    )
    _, others = check_separately(documents.markdown(draft(conversation), template))
    assert {finding.rule for finding in others} <= {"missing section", "empty section"}


def test_open_questions_in_a_draft_count_as_empty_sections() -> None:
    empty = documents.markdown(draft(record()), "full")
    _, others = check_separately(empty)
    empty_sections = {finding.section for finding in others if finding.rule == "empty section"}
    assert empty_sections >= {
        SectionTopic.SUMMARY,
        SectionTopic.IMPACT,
        SectionTopic.ROOT_CAUSE,
        SectionTopic.WENT_WELL,
        SectionTopic.ACTION_ITEMS,
    }


def test_generated_sentences_contain_no_blame() -> None:
    sentences = [
        *wording.QUESTIONS.values(),
        wording.PERSONAL_CAUSE_QUESTION,
        wording.failed_step("restart"),
    ]
    assert [finding for sentence in sentences for finding in check_separately(sentence)[0]] == []


_TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            ["Dave forgot to call. ", "## Impact\n", "\n\n", "- [ ] Fix it — @mei\n", "It was human error.", "| Action | Owner |\n|---|---|\n| x | TBD |\n", "`", "> ", "\r\n", "QA missed the bug"]
        ),
        st.text(max_size=30),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(_TEXT, st.lists(st.text(max_size=8), max_size=2))
def test_findings_of_any_text_have_an_existing_line(text: str, people: list[str]) -> None:
    count = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    shown = " ".join(
        " ".join([section.title, *(passage.text for passage in section.passages)])
        for section in parse_markdown(text).sections
    )
    words = " ".join(shown.split())
    for finding in check(text, people):
        assert finding.line is None or 1 <= finding.line <= count
        assert finding.why
        assert finding.better
    for finding in check_separately(text, people)[0]:
        assert finding.line
        assert finding.text in words


@pytest.mark.parametrize("size", [1_000_000])
def test_a_large_document_is_checked_to_its_end(size: int) -> None:
    prose = "The deploy broke checkout. Ben rolled it back at 14:02.\n\n"
    text = "## Summary\n\n" + prose * (size // len(prose)) + "It was human error.\n"
    (finding,) = check_separately(text)[0]
    assert finding.line == text.count("\n")

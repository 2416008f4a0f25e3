"""Parsing Markdown: sections, passages and tables, with their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blameless.document import Section
from bot.postmortems.markdown import parse_markdown


def section(markdown: str, title: str) -> Section:
    return next(found for found in parse_markdown(markdown).sections if found.title == title)


def titles(markdown: str) -> list[tuple[str, int | None]]:
    return [(found.title, found.line) for found in parse_markdown(markdown).sections if found.title]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# A\n\n## B\ntext\n", [("A", 1), ("B", 3)]),
        ("A\n===\n\nB\n---\n", [("A", 1), ("B", 4)]),
        ("**Impact**\n\ntext\n\n**Root cause:**\ntext", [("Impact", 1), ("Root cause", 5)]),
        ("**Impact:** forty users", [("Impact", 1)]),
        ("**Date:** 2026-03-10", []),
        ("Impact:\nforty users\n\nNext steps:\n\n- one\n", [("Impact", 1), ("Next steps", 4)]),
        ("<h2>Impact</h2>\nforty users", [("Impact", 1)]),
        ("<details><summary>Timeline</summary>\n\n- 12:00\n\n</details>", [("Timeline", 1)]),
        ("\ufeff# A\r\n\r\n## B\r\n", [("A", 1), ("B", 3)]),
        ("---\ntitle: x\n---\n\n# A\n", [("A", 5)]),
        ("# **A** `b` [c](https://example.com)", [("A `b` c", 1)]),
        ("just words\n", []),
        ("", []),
    ],
)
def test_headings_of_every_kind_begin_a_section(
    markdown: str, expected: list[tuple[str, int]]
) -> None:
    assert titles(markdown) == expected


def test_passages_know_their_lines() -> None:
    (only_section,) = parse_markdown(
        "one\n**two**\n\n- three\n  four\n\n| a | b |\n|---|---|\n| five | |\n"
    ).sections
    assert [(passage.text, passage.line) for passage in only_section.passages] == [
        ("one\ntwo", 1),
        ("three\nfour", 4),
        ("five", 9),
    ]


def test_quotes_code_and_comments_are_separate_from_passages() -> None:
    (only_section,) = parse_markdown(
        "> said\n\n```\nlog\n```\n\n    code\n\n<pre>raw</pre>\n\n<!-- note -->\n"
    ).sections
    assert [text.strip() for text in only_section.quoted] == ["said", "log", "code"]
    assert only_section.passages == []


def test_checkboxes_are_read_as_ticked_or_unticked() -> None:
    (only_section,) = parse_markdown("- [ ] a\n- [x] b\n- c\n").sections
    assert [(bullet.text, bullet.is_checked) for bullet in only_section.bullets] == [
        ("a", False),
        ("b", True),
        ("c", None),
    ]


def test_a_table_has_a_header_and_rows() -> None:
    (table,) = section("## T\n\n| A | B |\n|---|---|\n| 1 | 2 |\n", "T").tables
    assert (table.header, [(row.cells, row.line) for row in table.rows]) == (
        ("A", "B"),
        [(("1", "2"), 5)],
    )


_PIECES = st.sampled_from(
    ["# ", "\n", "| a | b |\n|---|---|\n", "| x |", "- [ ] ", "> ", "```\n", "**", "<p>", "<!--", "`", "Impact:", "---\n", "\r", "\x00", "1. "]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=25).map("".join))
def test_any_text_gives_sections_with_existing_lines(markdown: str) -> None:
    count = len(markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for parsed in parse_markdown(markdown).sections:
        lines = [passage.line + passage.text.count("\n") for passage in parsed.passages]
        lines += [bullet.line for bullet in parsed.bullets]
        lines += [row.line for table in parsed.tables for row in table.rows]
        assert all(1 <= line <= count for line in [*lines, parsed.line or 1])


def test_reference_numbers_are_no_part_of_the_sentence() -> None:
    text = "- The pool was full [¹](https://x.example) [¹²](#message-12).\n- 40 m² of racks\n"
    bullets = section(f"## Root cause\n\n{text}", "Root cause").bullets
    assert [bullet.text for bullet in bullets] == ["The pool was full.", "40 m² of racks"]

"""Markdown that a canvas doesn't support is rewritten."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.canvas_text import MAX_TABLE_CELLS, fit_to_canvas

REST = "the rest is elsewhere"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#### Deep", "### Deep"),
        ("###### Deeper", "### Deeper"),
        ("### As deep as it may be", "### As deep as it may be"),
        ("#####hash", "#####hash"),
        ("![a picture](https://example.org/p.png) there", "a picture there"),
        ("![](https://example.org/p.png)", ""),
        ("![](@U0ANA) ![](#C0INC)", " "),
        ("![a][ref] and ![b]", "a and [b]"),
        (r"not one: !\[x\](@U0ANA)", r"not one: !\[x\](@U0ANA)"),
        ("!![](x)[a](@U0ANA)", "[a](@U0ANA)"),
        (r"\`<@U0ANA>\`", r"\`&lt;@U0ANA&gt;\`"),
        ("<!channel> <@U0ANA> <#C0INC>", "&lt;!channel&gt; &lt;@U0ANA&gt; &lt;#C0INC&gt;"),
        ("@here and @Channel, ana@example.org", "@\u2060here and @\u2060Channel, ana@example.org"),
        ("<https://example.org/a>", "[https://example.org/a](https://example.org/a)"),
        ("[a](<https://example.org/a>)", "[a](<https://example.org/a>)"),
        ("a<br>b<img src=x>", "a b "),
        ("a <!-- not\nseen --> b", "a  b"),
        ("> - one\n> 2. two\n> three", "> • one\n> 2: two\n> three"),
        ("`<@U0ANA> @here` <@U0ANA>", "`<@U0ANA> @here` &lt;@U0ANA&gt;"),
        ("```\n#### <b> @here\n```\n#### x", "```\n#### <b> @here\n```\n### x"),
        ("~~~\n```\n#### y\n~~~\n#### x", "~~~\n```\n#### y\n~~~\n### x"),
    ],
)
def test_unsupported_markdown_is_rewritten(markdown: str, expected: str) -> None:
    assert fit_to_canvas(markdown, REST) == expected


def test_a_table_that_is_too_large_is_split_and_repeats_its_header() -> None:
    head = ["| a | b | c \\| d |", "|---|---|---|"]
    rows = [f"| {number} | x | y |" for number in range(250)]
    fitted = fit_to_canvas("\n".join(["before", "", *head, *rows, "", "after"]), REST)
    tables = fitted.split("\n\n")[1:-1]
    assert [table.splitlines()[:2] for table in tables] == [head] * 3
    assert [row for table in tables for row in table.splitlines()[2:]] == rows
    assert all((len(table.splitlines()) - 1) * 3 <= MAX_TABLE_CELLS for table in tables)
    fenced = "\n".join(["```", *head, *rows, "```"])
    assert fit_to_canvas(fenced, REST) == fenced


def test_text_that_is_too_long_is_cut_at_a_line_and_says_so() -> None:
    lines = [f"line {number} ü" for number in range(100)]
    fitted = fit_to_canvas("\n".join(lines), REST, longest=300)
    *kept_lines, last = fitted.split("\n")
    assert last == REST
    assert kept_lines[:-1] == lines[: len(kept_lines) - 1]
    assert len(fitted.encode()) <= 300
    whole = "\n".join(lines)
    assert fit_to_canvas(whole, REST, longest=len(whole.encode())) == whole


def test_a_code_block_that_is_cut_is_closed() -> None:
    fitted = fit_to_canvas("```\n" + "x\n" * 200 + "```\nafter", REST, longest=200)
    assert fitted.endswith(f"x\n```\n\n{REST}")
    assert len(fitted.encode()) <= 200


@given(st.text(alphabet="ab <>!@#[]()\\\n|->1.UC", max_size=200))
def test_no_text_contains_a_mention_or_an_image(text: str) -> None:
    fitted = fit_to_canvas(f"{text} @here", REST)
    assert not re.search(r"<[!@#][^<>\n]*>", fitted)
    assert not re.search(r"(?<!\\)(\\\\)*!\[", fitted)
    assert "@here" not in fitted

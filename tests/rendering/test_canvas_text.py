"""What a canvas does not take is written in another way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.canvas_text import MAX_TABLE_CELLS, fit_to_canvas

REST = "the rest is elsewhere"


@pytest.mark.parametrize(
    ("written", "shown"),
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
def test_it_is_made_fit(written: str, shown: str) -> None:
    assert fit_to_canvas(written, REST) == shown


def test_a_table_that_is_too_large_is_several_with_the_same_head() -> None:
    head = ["| a | b | c \\| d |", "|---|---|---|"]
    rows = [f"| {number} | x | y |" for number in range(250)]
    made = fit_to_canvas("\n".join(["before", "", *head, *rows, "", "after"]), REST)
    tables = made.split("\n\n")[1:-1]
    assert [each.splitlines()[:2] for each in tables] == [head] * 3
    assert [row for each in tables for row in each.splitlines()[2:]] == rows
    assert all((len(each.splitlines()) - 1) * 3 <= MAX_TABLE_CELLS for each in tables)
    fenced = "\n".join(["```", *head, *rows, "```"])
    assert fit_to_canvas(fenced, REST) == fenced


def test_what_is_cut_ends_with_a_line_and_says_so() -> None:
    lines = [f"line {number} ü" for number in range(100)]
    made = fit_to_canvas("\n".join(lines), REST, longest=300)
    *kept, last = made.split("\n")
    assert last == REST
    assert kept[:-1] == lines[: len(kept) - 1]
    assert len(made.encode()) <= 300
    whole = "\n".join(lines)
    assert fit_to_canvas(whole, REST, longest=len(whole.encode())) == whole


def test_code_that_is_cut_is_closed() -> None:
    made = fit_to_canvas("```\n" + "x\n" * 200 + "```\nafter", REST, longest=200)
    assert made.endswith(f"x\n```\n\n{REST}")
    assert len(made.encode()) <= 200


@given(st.text(alphabet="ab <>!@#[]()\\\n|->1.UC", max_size=200))
def test_no_text_has_a_mention(text: str) -> None:
    made = fit_to_canvas(f"{text} @here", REST)
    assert not re.search(r"<[!@#][^<>\n]*>", made)
    assert not re.search(r"(?<!\\)(\\\\)*!\[", made)
    assert "@here" not in made

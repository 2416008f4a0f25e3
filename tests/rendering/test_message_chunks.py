import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rendering.message_chunks import split_message

HEAD = "| a | b |\n|---|---|\n"


def rows(first: int, last: int) -> str:
    return "".join(f"| {number} | x |\n" for number in range(first, last))


def test_a_short_document_is_one_message() -> None:
    assert split_message("# One\n\ntext\n\n## Two\n\ntext\n", 100) == [
        "# One\n\ntext\n\n## Two\n\ntext"
    ]


def test_a_long_document_is_split_at_headings() -> None:
    text = "# One\n\nfirst text\n\n## Two\n\nsecond text\n\n## Three\n\nthird text\n"
    assert split_message(text, 40) == [
        "# One\n\nfirst text\n\n## Two\n\nsecond text",
        "## Three\n\nthird text",
    ]


def test_a_long_section_is_split_at_line_ends() -> None:
    assert split_message("# One\nfirst line\nsecond line\n", 20) == [
        "# One\nfirst line",
        "second line",
    ]


def test_a_line_that_is_too_long_is_split() -> None:
    assert split_message("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_a_table_that_continues_repeats_its_header() -> None:
    parts = split_message("## T\n\n" + HEAD + rows(0, 6), 60)
    assert parts == [
        "## T\n\n" + HEAD + rows(0, 3).rstrip(),
        HEAD + rows(3, 6).rstrip(),
    ]


def test_a_table_that_begins_at_the_split_has_its_header_once() -> None:
    parts = split_message("x" * 50 + "\n" + HEAD + rows(0, 2), 60)
    assert parts == ["x" * 50, HEAD + rows(0, 2).rstrip()]


def test_a_second_table_repeats_its_own_header() -> None:
    other = "| c | d |\n|---|---|\n"
    parts = split_message(HEAD + rows(0, 1) + "\n" + other + rows(1, 5), 61)
    assert parts[1] == other + rows(2, 5).rstrip()


def test_text_after_a_table_repeats_no_header() -> None:
    parts = split_message(HEAD + rows(0, 2) + "\n" + "text " * 8, 50)
    assert parts == [HEAD + rows(0, 2).rstrip(), "text " * 8]


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n"])
def test_empty_text_gives_no_message(text: str) -> None:
    assert split_message(text, 10) == []


lines = st.sampled_from(["# h", "## heading", "text", "a longer line of text", "| a | b |",
                         "|---|---|", "| 1 | 2 |", "", "- point", "x" * 45])  # fmt: skip
documents = st.lists(lines | st.text(max_size=12)).map("\n".join)
lengths = st.integers(1, 60)


@given(documents, lengths)
@example("| a wide | head |\n|---|---|\n| 1 | 2 |", 8)
def test_no_message_is_too_long(text: str, longest: int) -> None:
    assert all(0 < len(part) <= longest for part in split_message(text, longest))


@given(documents, lengths)
@example("| a wide | head |\n|---|---|\n| 1 | 2 |", 8)
def test_no_characters_are_lost(text: str, longest: int) -> None:
    """All characters are present in order; a repeated table header may stand between them."""
    characters = iter("".join("".join(split_message(text, longest)).split()))
    assert all(character in characters for character in "".join(text.split()))


@given(documents.filter(lambda text: "|" not in text), lengths)
def test_text_without_a_table_is_not_repeated(text: str, longest: int) -> None:
    assert "".join("".join(split_message(text, longest)).split()) == "".join(text.split())

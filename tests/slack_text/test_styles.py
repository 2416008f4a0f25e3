"""Bold, italic, struck and code text in Slack messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack_text.styles import remove_styles, restyle


def with_tags(text: str) -> str:
    return restyle(text, str, lambda style, words: f"<{style.name}>{words}</{style.name}>".lower())


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("*Triggered #1287:* x", "<bold>triggered #1287:</bold> x"),
        ("~old~ _new_", "<struck>old</struck> <italic>new</italic>"),
        ("`PoolTimeout`", "<code>pooltimeout</code>"),
        ("_~gone~_ now", "<italic><struck>gone</struck></italic> now"),
        ("(*a*), *b*.", "(<bold>a</bold>), <bold>b</bold>."),
        ("**down** since", "<bold>down</bold> since"),
        ("`a *b* _c_`", "<code>a *b* _c_</code>"),
    ],
)
def test_styled_words_are_recognized(text: str, tagged: str) -> None:
    assert with_tags(text).lower() == tagged


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name", "2*3*4 = 24", "a * b * c", "*args, **kwargs", "__init__", "~5 min, ~10 min",
        "*/5 * * * *", "rm *.log *.txt", "*two\nlines*", "``", "* *", "https://x.example/_a_/b?c=_d_",
        "one * only", "5 ~ 6", "*unclosed",
    ],
)  # fmt: skip
def test_plain_text_with_style_characters_stays_plain(text: str) -> None:
    assert with_tags(text) == text


@given(st.text("ab *_~`\n.,(&\\"))
def test_removing_styles_keeps_every_other_character(text: str) -> None:
    bare = remove_styles(text)
    assert [c for c in bare if c not in "*_~`"] == [c for c in text if c not in "*_~`"]

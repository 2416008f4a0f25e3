import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.channel_name import MAX_LENGTH, add_suffix, make_channel_name

KEY = "INC-2026-001"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout fails: 503 & timeouts!", "inc-2026-001-checkout-fails-503-timeouts"),
        ("Checkout's down", "inc-2026-001-checkouts-down"),
        (":fire: payments 🔥❤️ 👩🏽‍🚒", "inc-2026-001-payments"),
        ("since 10:30:45", "inc-2026-001-since-10-30-45"),
        ("結帳失敗", "inc-2026-001-結帳失敗"),
        ("Оплата не ПРОХОДИТ", "inc-2026-001-оплата-не-проходит"),
        ("हिन्दी शीर्षक", "inc-2026-001-हिन्दी-शीर्षक"),
        ("é" + " e\u0301", "inc-2026-001-é-é"),
        ("a &amp; b, says <@U123|bob>", "inc-2026-001-a-b-says-bob"),
        ("under_score", "inc-2026-001-under-score"),
        ("", "inc-2026-001"),
        ("  🔥 !!! ", "inc-2026-001"),
        ("word " * 40, "inc-2026-001" + "-word" * 13),
        ("x" * 200, "inc-2026-001-" + "x" * 67),
    ],
)
def test_a_title_becomes_a_valid_channel_name(title: str, name: str) -> None:
    assert make_channel_name(KEY, title) == name


def test_a_channel_name_is_never_empty() -> None:
    assert make_channel_name("", "🔥") == "incident"


@given(st.text(max_size=120), st.integers(min_value=2, max_value=10_000))
def test_any_title_gives_a_valid_channel_name(title: str, number: int) -> None:
    for name in (make_channel_name(KEY, title), add_suffix(make_channel_name(KEY, title), number)):
        assert 0 < len(name) <= MAX_LENGTH
        assert name == name.lower() == name.strip("-")
        assert "--" not in name
        assert all(unicodedata.category(c)[0] in "LMN" or c == "-" for c in name)


@pytest.mark.parametrize(
    ("name", "number", "numbered"),
    [
        ("inc-1-checkout", 2, "inc-1-checkout-2"),
        ("inc-1-" + "x" * 74, 3, "inc-1-" + "x" * 72 + "-3"),
        ("a" * 77 + "-bb", 2, "a" * 77 + "-2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(name: str, number: int, numbered: str) -> None:
    assert add_suffix(name, number) == numbered

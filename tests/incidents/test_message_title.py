"""Titles of incidents that are declared from a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.message_title import find_title

NAMES = {"U1": "ana"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<!here>\n[FIRING:1] CheckoutErrors", "[FIRING:1] CheckoutErrors"),
        (":rotating_light:\nqueue lag 900 s", "queue lag 900 s"),
        ("🚨🚨\nqueue lag 900 s", "queue lag 900 s"),
        ("<!here> checkout is down", "checkout is down"),
        (":fire: <!channel> :fire: checkout is down :fire:", "checkout is down"),
        ("<@U1> <@U2>\nhi team\ncheckout is down", "checkout is down"),
        ("<@U1> broke nothing, checkout is down", "broke nothing, checkout is down"),
        ("checkout of <@U1> is down", "checkout of @ana is down"),
        ("Alert\n*Alert:* queue lag 900 s on orders", "Alert: queue lag 900 s on orders"),
        ("New alert\n-----\ndisk is full", "disk is full"),
        ("Good morning everyone!\ncheckout is down", "checkout is down"),
        ("Heads up :eyes:\ncheckout is down", "checkout is down"),
        ("<https://x.example/a/b>\ncheckout is down", "checkout is down"),
        ("https://x.example/a/b\ncheckout is down", "checkout is down"),
        ("<https://x.example|checkout is down>", "checkout is down (https://x.example)"),
        ("═════════\n|||\n&gt; database is slow", "database is slow"),
        ("<!subteam^S1|@sre>\nchecko\u00fct h\u00e4ngt", "checko\u00fct h\u00e4ngt"),
        ("\u30c1\u30a7\u30c3\u30af\u30a2\u30a6\u30c8\u969c\u5bb3", "\u30c1\u30a7\u30c3\u30af\u30a2\u30a6\u30c8\u969c\u5bb3"),
        ("[file: cpu.png]\nsee the spike on db-1", "see the spike on db-1"),
        ("```\nERROR pool exhausted\n```", "ERROR pool exhausted"),
        ("*Triggered:* checkout error rate 14 %", "Triggered: checkout error rate 14 %"),
        ("#41: checkout error rate 14 %\nNew alert", "#41: checkout error rate 14 %"),
        ("1234\ncheckout is down", "checkout is down"),
        # Without an informative line, the first line with words is used; a mention alone is not.
        ("Alert", "Alert"),
        ("<https://x.example/a/b>", "https://x.example/a/b"),
        ("<!here>", ""),
        ("<!here> :fire:\n<@U1>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_informative_line_is_the_title(text: str, title: str) -> None:
    assert find_title(text, NAMES) == title


@given(st.text())
def test_any_text_gives_a_title_of_one_line(text: str) -> None:
    assert "\n" not in find_title(text, NAMES)

"""Wrapped text is read as sentences; in a chat, a line break ends one."""

import pytest

from bot.drafting.draft import draft
from bot.drafting.reading.wrapped_lines import unwrap
from tests.drafting.records import event, record

LOG = """The scheduler adds two nodes to the pool at 12:40, as it should. This leads to
a longer queue while the new nodes fetch the image, and after a while the first
builds run into their time limit."""


def test_a_wrapped_paragraph_is_joined() -> None:
    assert unwrap(LOG) == LOG.replace("\n", " ")
    assert unwrap(f"{LOG}\n\nThe pool is full.") == LOG.replace("\n", " ") + "\n\nThe pool is full."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the workers of the second pool never got the new settings, which is a", "known fault"),
        (
            "requests to the search service are rejected by the new proxy since noon",
            "due to its limit",
        ),
        ("the nightly job was moved to the small pool, the one without a reserve,", "in April"),
    ],
)
def test_two_lines_are_joined_if_the_first_cannot_end_a_sentence(before: str, after: str) -> None:
    assert unwrap(f"{before}\n{after}") == f"{before} {after}"


@pytest.mark.parametrize(
    "text",
    [
        "looking at the database\nreplica lag is 40 s\nno writes since noon",
        "on my board the peak of the linker went from 9.1 to 9.4 GB with that change\nbut the limit is 14",
        "what we know:\n- the cache is cold\n- the queue is full",
        "restarted node 4 of the second pool in the northern region, no change at all\n2026-03-10 12:04 node 5 down",
        "one line",
        "web-1 12:04:17 refused: too many connections from the second pool (limit 100)\nweb-2 12:04:19 refused: too many connections from the second pool (limit 100)\nweb-3 12:04:21 refused: too many connections from the second pool (limit 100)",
    ],
)
def test_the_lines_of_a_chat_a_list_or_a_log_stay_apart(text: str) -> None:
    assert unwrap(text) == text


def test_a_row_of_wrapped_text_has_whole_sentences() -> None:
    rows = draft(record(event("12:40", "log", f"Checkout fails.\n\n{LOG}"))).timeline
    assert "This leads to a longer queue while the new nodes fetch the image" in rows[0].text

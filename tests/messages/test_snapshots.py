"""What every message and view looks like, and what holds of each.

After a change that is meant: `.venv/bin/python -m tests.messages.snapshots`, and read `git diff`.
"""

import re

import pytest

from tests.messages.facts import Facts
from tests.messages.samples import every
from tests.messages.shown import MESSAGE, MODAL, Shown, problems
from tests.messages.snapshots import FOLDER, taken, written

ALL = every(Facts())
TAKEN = taken()
MESSAGES = {name: each for name, each in ALL.items() if each.kind == MESSAGE}
LONG = {"reminder", "reminder of one"}  # two blocks an item
MOST_BLOCKS = 12
LONGEST_LABEL = 25  # characters of a button's label that are read out and not cut off on a phone
# A name between colons, or a character of the planes and blocks where emoji are.
EMOJI = re.compile(r"(?:^|\n)\W*(?::[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f000-\U0001faff])")
ANY_EMOJI = re.compile(r":[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f000-\U0001faff]")
# Words that stand in blocks and not in the text: labels of what the text says in another way.
LABELS = {
    "announcement": {"status", "join"},
    "card": {"status", "lead"},
    "item": {"no"},  # no priority: "Priority: not set"
    "reminder": {"an", "these", "are", "the", "first"},
}
CUT = {"reminder"}  # what is longer than a text may be ends in blocks only


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_it_looks_as_it_did(name: str) -> None:
    file = FOLDER / f"{name}.json"
    assert file.is_file(), "new: python -m tests.messages.snapshots"
    assert written(TAKEN[name]) == file.read_text()


def test_no_snapshot_is_left_of_what_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(TAKEN)


def test_slack_takes_each() -> None:
    assert {name: problems(each) for name, each in ALL.items() if problems(each)} == {}


def test_a_text_says_what_its_blocks_say() -> None:
    untold = {name: _untold(name, each) for name, each in MESSAGES.items()}
    assert {name: words for name, words in untold.items() if words} == {}


def test_a_card_is_short() -> None:
    counted = {name: len(each.blocks) for name, each in MESSAGES.items() if name not in LONG}
    assert {name: count for name, count in counted.items() if count > MOST_BLOCKS} == {}


def test_no_emoji_stands_for_a_word() -> None:
    for name, shown in ALL.items():
        assert not EMOJI.search(shown.text), name
        assert not [each for each in shown.all("mrkdwn") if EMOJI.search(each["text"])], name
        assert not [each for each in shown.all("plain_text") if ANY_EMOJI.search(each["text"])], (
            name
        )


def test_what_can_be_used_is_named_once_and_shortly() -> None:
    for name, shown in ALL.items():
        kinds = ("button", "static_select", "overflow")
        used = [each["action_id"] for kind in kinds for each in shown.all(kind)]
        assert len(set(used)) == len(used), name
        for button in shown.all("button"):
            assert 0 < len(button["text"]["text"]) <= LONGEST_LABEL, name
            assert button.get("value") or button["url"], name


def test_what_is_filled_in_or_looked_at_is_described() -> None:
    for name, shown in ALL.items():
        assert all(each["label"]["text"].strip() for each in shown.all("input")), name
        assert all(each["alt_text"].strip() for each in shown.all("image")), name


def test_what_is_escaped_is_escaped_once_and_where_slack_reads_it() -> None:
    for name, shown in ALL.items():
        marked = [shown.text, *(each["text"] for each in shown.all("mrkdwn"))]
        assert not [text for text in marked if re.search(r"&amp;(?:amp|lt|gt);", text)], name
        plain = [each["text"] for each in shown.all("plain_text")]
        plain += [each.get("initial_value", "") for each in shown.all("plain_text_input")]
        assert not [text for text in plain if re.search(r"&(?:amp|lt|gt);", text)], name


def test_a_modal_can_be_closed_and_a_form_be_sent() -> None:
    modals = [each for each in ALL.values() if each.kind == MODAL]
    assert len(modals) > 30
    assert all(each.view and each.view["close"]["text"] for each in modals)
    forms = [each for each in modals if each.all("input")]
    assert all(each.view and each.view["submit"]["text"] for each in forms)


def test_these_rules_would_notice() -> None:
    assert EMOJI.search("well\n• :fire: *Fire*")
    assert not EMOJI.search("*Fire* :fire:")
    assert _words("<@U1> is *late*, <https://example.org/a|there>") == {"u1", "is", "late", "there"}


def _untold(name: str, shown: Shown) -> set[str]:
    """The words that stand in its blocks alone."""
    if name in CUT and shown.text.endswith("…"):
        return set()
    read = [each["text"] for kind in ("mrkdwn", "markdown") for each in shown.all(kind)]
    read += [each["text"]["text"] for each in shown.all("header")]
    told = _words(shown.text) | LABELS.get(name.split(maxsplit=1)[0], set())
    return {word for text in read for word in _words(text)} - told


def _words(text: str) -> set[str]:
    """The words that a reader reads, of links their labels."""
    bare = re.sub(r"<!date\^\d+\^[^|]*\||<https?://[^|>]*\|", " ", text)
    return set(re.findall(r"\w+", bare.lower()))

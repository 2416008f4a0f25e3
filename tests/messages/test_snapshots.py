"""Every message and view looks as in its snapshot and keeps some common rules.

After an intended change, run `.venv/bin/python -m tests.messages.snapshots` and read `git diff`.
"""

import re

import pytest

from tests.messages.facts import Facts
from tests.messages.samples import all_samples
from tests.messages.shown import MESSAGE, MODAL, Shown, problems
from tests.messages.snapshots import FOLDER, render_all, to_file_text

ALL = all_samples(Facts())
TAKEN = render_all()
MESSAGES = {name: each for name, each in ALL.items() if each.kind == MESSAGE}
LONG = {"reminder", "reminder of one"}  # two blocks per item
MOST_BLOCKS = 12
LONGEST_LABEL = 25  # longer labels are cut off on a phone
# A name between colons, or a character from the Unicode planes and blocks of emoji.
EMOJI = re.compile(r"(?:^|\n)\W*(?::[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f000-\U0001faff])")
ANY_EMOJI = re.compile(r":[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f000-\U0001faff]")
# Words in blocks but not in the text: labels of facts that the text words differently.
LABELS = {
    "announcement": {"status", "join"},
    "card": {"status", "lead"},
    "item": {"no"},  # no priority: "Priority: not set"
    "reminder": {"one", "these", "are", "the", "first"},
}
CUT = {"reminder"}  # if longer than a text may be, the rest is only in blocks


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_message_or_view_looks_as_in_its_snapshot(name: str) -> None:
    file = FOLDER / f"{name}.json"
    assert file.is_file(), "new: python -m tests.messages.snapshots"
    assert to_file_text(TAKEN[name]) == file.read_text()


def test_every_snapshot_belongs_to_a_sample() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(TAKEN)


def test_slack_accepts_every_sample() -> None:
    assert {name: problems(sample) for name, sample in ALL.items() if problems(sample)} == {}


def test_a_messages_text_contains_the_words_of_its_blocks() -> None:
    missing = {name: _words_only_in_blocks(name, sample) for name, sample in MESSAGES.items()}
    assert {name: words for name, words in missing.items() if words} == {}


def test_messages_have_few_blocks() -> None:
    counted = {name: len(sample.blocks) for name, sample in MESSAGES.items() if name not in LONG}
    assert {name: count for name, count in counted.items() if count > MOST_BLOCKS} == {}


def test_no_emoji_replaces_a_word() -> None:
    for name, shown in ALL.items():
        assert not EMOJI.search(shown.text), name
        assert not [part for part in shown.all("mrkdwn") if EMOJI.search(part["text"])], name
        assert not [part for part in shown.all("plain_text") if ANY_EMOJI.search(part["text"])], (
            name
        )


def test_buttons_and_menus_have_unique_ids_and_short_labels() -> None:
    for name, shown in ALL.items():
        kinds = ("button", "static_select", "overflow")
        used = [part["action_id"] for kind in kinds for part in shown.all(kind)]
        assert len(set(used)) == len(used), name
        for button in shown.all("button"):
            assert 0 < len(button["text"]["text"]) <= LONGEST_LABEL, name
            assert button.get("value") or button["url"], name


def test_inputs_have_labels_and_images_alternative_texts() -> None:
    for name, shown in ALL.items():
        assert all(part["label"]["text"].strip() for part in shown.all("input")), name
        assert all(part["alt_text"].strip() for part in shown.all("image")), name


def test_text_is_escaped_once_and_only_in_mrkdwn() -> None:
    for name, shown in ALL.items():
        marked = [shown.text, *(part["text"] for part in shown.all("mrkdwn"))]
        assert not [text for text in marked if re.search(r"&amp;(?:amp|lt|gt);", text)], name
        plain = [part["text"] for part in shown.all("plain_text")]
        plain += [part.get("initial_value", "") for part in shown.all("plain_text_input")]
        assert not [text for text in plain if re.search(r"&(?:amp|lt|gt);", text)], name


def test_every_modal_can_be_closed_and_every_form_submitted() -> None:
    modals = [sample for sample in ALL.values() if sample.kind == MODAL]
    assert len(modals) > 30
    assert all(modal.view and modal.view["close"]["text"] for modal in modals)
    forms = [modal for modal in modals if modal.all("input")]
    assert all(form.view and form.view["submit"]["text"] for form in forms)


def test_the_emoji_and_word_rules_match_what_they_should() -> None:
    assert EMOJI.search("well\n• :fire: *Fire*")
    assert not EMOJI.search("*Fire* :fire:")
    assert _words("<@U1> is *late*, <https://example.org/a|there>") == {"u1", "is", "late", "there"}


def _words_only_in_blocks(name: str, shown: Shown) -> set[str]:
    """Return the words that are only in the blocks."""
    if name in CUT and shown.text.endswith("…"):
        return set()
    read = [part["text"] for kind in ("mrkdwn", "markdown") for part in shown.all(kind)]
    read += [part["text"]["text"] for part in shown.all("header")]
    known = _words(shown.text) | LABELS.get(name.split(maxsplit=1)[0], set())
    return {word for text in read for word in _words(text)} - known


def _words(text: str) -> set[str]:
    """Return the words that a reader sees; of a link, those of its label."""
    bare = re.sub(r"<!date\^\d+\^[^|]*\||<https?://[^|>]*\|", " ", text)
    return set(re.findall(r"\w+", bare.lower()))

"""The model's answer is JSON with sentences, or an error that says what's wrong."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafting_model import AnswerNotUsable
from bot.drafting.rewriting.answer import MAX_SENTENCES, Proposal, parse_answer

SENTENCE = {"text": " Checkout failed. ", "messages": [1, 2]}
ANSWER = json.dumps({"summary": [SENTENCE], "rows": [{"row": 3, **SENTENCE}]})
PARSED = Proposal("Checkout failed.", (1, 2))


@pytest.mark.parametrize(
    "text",
    [ANSWER, f"```json\n{ANSWER}\n```", f"<think>What is {{this}}?</think>\n{ANSWER}"],
)
def test_the_sentences_are_read(text: str) -> None:
    answer = parse_answer(text)
    assert (answer.summary, answer.rows) == ((PARSED,), ((3, PARSED),))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Sure! Here is the summary.", "it isn't JSON"),
        ("[" * 100_000, "it isn't JSON"),
        ("[]", "it isn't a JSON object"),
        ("{}", "it has no sentences"),
        ('{"summary": "Checkout failed."}', "“summary” isn't a list"),
        (json.dumps({"summary": [SENTENCE] * (MAX_SENTENCES + 1)}), "more than 300 sentences"),
    ],
)
def test_junk_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(AnswerNotUsable, match=problem):
        parse_answer(text)


@pytest.mark.parametrize(
    "item",
    [None, "Checkout failed.", {"text": 7, "messages": [True]}, {"messages": "1"}, {"row": {}}],
)
def test_a_malformed_sentence_has_no_text_and_cites_nothing(item: object) -> None:
    assert parse_answer(json.dumps({"summary": [item]})).summary[0].cited == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(
        ["summary", "rows", "row", "text", "messages", "root_cause"]), part, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(_JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    with contextlib.suppress(AnswerNotUsable):
        parse_answer(json.dumps(value))

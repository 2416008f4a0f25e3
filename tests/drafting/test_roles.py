"""The reader: what each sentence of an incident does."""

import json
from importlib.resources import files

import pytest

from bot.drafting import roles
from bot.drafting.reading.lines import Line, read_record
from bot.drafting.roles.features import extract, stem, tokenize
from bot.drafting.roles.model import LinearReader, load_reader, to_probability
from bot.drafting.roles.role import Role
from tests.drafting.records import talk


def read_line(text: str) -> Line:
    (line,) = read_record(talk(f"12:00 ana: {text}"))
    return line


def likeliest_role(text: str) -> Role:
    ((scores,),) = load_reader().read([read_line(text)])
    return max(scores, key=lambda role: scores[role])


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("could it be the new certificate?", Role.HYPOTHESIS),
        (
            "the certificate on the load balancer expired at midnight and was never renewed",
            Role.CAUSE,
        ),
        ("looking", Role.STEP_BEGUN),
        ("rolling back the deploy now", Role.STEP_BEGUN),
        ("restarted all three workers", Role.STEP_DONE),
        ("error rate is back to normal", Role.RECOVERY),
        ("spoke too soon, the timeouts are back", Role.RELAPSE),
        ("calling it, incident resolved", Role.ALL_CLEAR),
        ("we need an alert on certificate expiry", Role.FOLLOW_UP),
        ("about 1,200 customers couldn't pay", Role.IMPACT),
        ("three customers report that they can't log in", Role.REPORT),
        ("posted an update on the status page", Role.UPDATE),
        ("can you check the replica please?", Role.REQUEST),
        ("good morning everyone, coffee first", Role.CHATTER),
    ],
)
def test_plain_sentences_have_the_role_that_a_person_sees(text: str, role: Role) -> None:
    assert likeliest_role(text) is role


def test_features_forget_the_facts_of_one_incident() -> None:
    assert tokenize("@Ana at 14:32 restarted web-12, see https://x.example/y `kubectl` 42%") == [
        "<name>", "at", "<time>", "restarted", "<id>", "see", "<url>", "<code>", "<number>", "%",
    ]  # fmt: skip


def test_words_of_one_kind_share_a_stem() -> None:
    assert {stem(word) for word in ("restarted", "restarting", "restarts")} == {"restart"}
    assert {stem(word) for word in ("dropped", "dropping", "drops")} == {"drop"}


def test_each_clause_has_features_of_its_own() -> None:
    first, second = extract(read_line("restarted it. is it back?"))
    assert "=question" in second
    assert "=question" not in first


def test_a_sentence_of_unknown_words_has_the_score_of_any_sentence() -> None:
    reader = LinearReader(bias=range(len(Role)), weights={"known": [0, 5, 3, -7]})
    ((scores,),) = reader.read([read_line("xyzzy plugh")])
    assert list(scores.values()) == list(range(len(Role)))


def test_weights_add_up() -> None:
    reader = LinearReader(bias=[0] * len(Role), weights={"known": [0, 5, 3, -7], "~known": [0, 1]})
    ((scores,),) = reader.read([read_line("known")])
    assert [scores[role] for role in Role][:5] == [6, 0, 0, -7, 0]


def test_scores_are_odds() -> None:
    assert (to_probability(0), to_probability(220), to_probability(-220)) == (0.5, 0.9002, 0.0998)


def test_the_weights_are_small_and_whole_so_that_sums_are_exact() -> None:
    text = files(roles).joinpath("weights.json").read_text("utf-8")
    content = json.loads(text)
    assert len(text.encode()) <= 500_000
    assert len(content["bias"]) == len(Role)
    numbers = [number for pairs in content["weights"].values() for number in pairs]
    assert all(isinstance(number, int) for number in [*content["bias"], *numbers])

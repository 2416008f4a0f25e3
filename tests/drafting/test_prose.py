"""What people typed in a hurry, worded for a document."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.timeline import EventKind
from bot.drafting import summary_sentences
from bot.drafting.draft import draft
from bot.drafting.prose.cleaning import clean, is_only_chat
from bot.drafting.prose.grammar import describe_step
from bot.drafting.prose.tasks import as_task
from tests.drafting.records import event, record, talk

NAMES = ("Ana Ribeiro", "Ben Okafor")
CHAT = ("ok", "so", "ugh.", "nice,", "@Ana Ribeiro", "I'm", "we've", "let's", "decision:", "[Update]", "thanks!", ":)", "\U0001f389")  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("nice. the queue is draining", "The queue is draining"),
        ("ok so, the index is back", "The index is back"),
        ("agreed. decision: fail over to the replica", "Fail over to the replica"),
        ("@Ana Ribeiro the disk is full on db-2", "The disk is full on db-2"),
        ("@oncall: search is down", "Search is down"),
        ("I'm draining node 4", "Draining node 4"),
        ("we've restarted both workers", "Restarted both workers"),
        ("I just rolled back 4.2", "Just rolled back 4.2"),
        ("I'll leave the flag off", "Will leave the flag off"),
        ("I'm going to drain node 4", "Will drain node 4"),
        ("let's wait for the backfill", "Wait for the backfill"),
        ("errors are gone \U0001f389 thanks!", "Errors are gone"),
        ("- only eu-west is affected.", "Only eu-west is affected"),
        ("[Monitoring] Requests succeed again.", "Requests succeed again"),
        ("[Action item] alert on queue depth", "Alert on queue depth"),
        ("[fixed](https://example.org/pr/4) in 4.2", "Fixed in 4.2"),
        ("search-api is at 30% errors", "search-api is at 30% errors"),
        ("p99 is 8 s", "p99 is 8 s"),
        ("wait for it...", "Wait for it..."),
    ],
)
def test_chat_is_removed_from_a_sentence(typed: str, cleaned: str) -> None:
    assert clean(typed, NAMES) == cleaned


@pytest.mark.parametrize(
    "typed",
    [
        "So far so good",
        "No errors since 10:05",
        "I think it's the cache",
        "We need more disks",
        "Right side of the graph is flat",
        "@Ana Ribeiro can you check the replica",
        "@Ben Okafor what changed?",
        "All nodes are up",
    ],
)
def test_what_only_looks_like_chat_stays(typed: str) -> None:
    assert clean(typed, NAMES) == typed


@given(st.lists(st.sampled_from([*CHAT, "restarting", "db-2", "is", "slow", "again.", "no", "rolled", "back"]), max_size=9))  # fmt: skip
def test_cleaning_adds_no_word_and_keeps_every_figure(words: list[str]) -> None:
    typed = " ".join(words)
    added = set(re.findall(r"\w+", clean(typed, NAMES).casefold())) - set(
        re.findall(r"\w+", typed.casefold())
    )
    assert added <= {"will"}
    assert clean(typed, NAMES).count("db-2") == typed.count("db-2")


@pytest.mark.parametrize("typed", ["oh, sweet.", "ok", "@Ana Ribeiro go", "thanks!"])
def test_a_sentence_of_nothing_but_chat_is_recognized(typed: str) -> None:
    assert is_only_chat(typed)
    assert not is_only_chat(f"{typed} the queue is draining again now")


@pytest.mark.parametrize(
    ("step", "phrase"),
    [
        ("Rolled back checkout-web", "rolling back checkout-web"),
        ("Restarting all three pods, fingers crossed", "restarting all three pods"),
        ("Turned off the new flag for eu-west", "turning off the new flag for eu-west"),
        ("Bringing up 80 nodes, which is all we can get", "bringing up 80 nodes"),
        ("Will drain node 4", ""),
        ("Reverting now", ""),
        ("Restarted it", ""),
        ("Fix deployed on production", ""),
        ("Set the limit and it works", ""),
        ("Looks like it was rebooted", ""),
        ("Putting the kettle on", ""),
        ("Closing this incident", ""),
        ("Raised to 80", ""),
        ("Rolling back an innocent release cost us 7 min", ""),
    ],
)
def test_a_step_is_a_phrase_only_if_it_says_what_was_changed(step: str, phrase: str) -> None:
    assert describe_step(step) == phrase


def test_only_a_decision_is_in_the_imperative() -> None:
    assert describe_step("Revert 4471 rather than patch it", is_decision=True) == "reverting 4471"
    assert not describe_step("Fix deployed on production", is_decision=False)


@pytest.mark.parametrize(
    ("typed", "task"),
    [
        ("I'll add an alert on queue depth tomorrow", "Add an alert on queue depth tomorrow"),
        ("we should probably pin the image", "Pin the image"),
        ("Mei, can you rotate the key?", "Rotate the key"),
        ("someone needs to check the retries", "Someone needs to check the retries"),
        ("we should have caught this", "We should have caught this"),
        ("add a test", "Add a test"),
    ],
)
def test_a_promise_is_worded_as_a_task(typed: str, task: str) -> None:
    assert as_task(typed) == task


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ("the pool was cut to 4", "It happened because the pool was cut to 4."),
        ("turns out the cert expired at noon", "It happened because the cert expired at noon."),
        ("we found that the disk was full", "It happened because the disk was full."),
        ("a bad config push", "The cause was a bad config push."),
        ("a change that was made in billing", "The cause was a change that was made in billing."),
        ("DNS", "Cause: DNS."),
        ("I think the cache was cold", "Cause: I think the cache was cold."),
        ("Kafka was full", "Cause: Kafka was full."),
        (
            "that'll be me: the key was swapped at five",
            "It happened because the key was swapped at five.",
        ),
        ("I ran the migration at six", "Cause: I ran the migration at six."),
        ("it takes the number as text", "Cause: It takes the number as text."),
    ],
)
def test_a_cause_is_a_sentence_if_its_grammar_is_clear(cause: str, sentence: str) -> None:
    assert summary_sentences.cause_sentence(cause, cause) == sentence


def test_the_summary_names_the_step_that_the_cause_explains() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: checkout is failing for card payments",
            "12:05 bob: root cause: release 81 cut the pool to 4",
            "12:06 amy: decision: revert release 81 rather than patch it. @bob go",
            "12:07 bob: reverting now, 3 pods at a time",
            "12:20 amy: payments work again",
        )
    )
    assert postmortem.summary[-1].text == "It was mitigated by reverting release 81."
    assert postmortem.summary[-1].evidence == ("12:06-amy-57",)
    cited = {message for row in postmortem.timeline for message in row.evidence}
    assert cited.issuperset(postmortem.summary[-1].evidence)
    assert "Revert release 81 rather than patch it" in [row.text for row in postmortem.timeline]


def test_a_step_that_was_followed_by_more_trouble_is_not_what_mitigated_it() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: checkout is failing for card payments",
            "12:03 bob: rolled back release 81",
            "12:09 amy: the rollback didn't help, still failing",
            "12:12 bob: failed over to the replica in eu-west",
            "12:20 amy: payments work again",
        )
    )
    sentences = [statement.text for statement in postmortem.summary]
    assert "It was mitigated by failing over to the replica in eu-west." in sentences
    assert not any("81" in sentence for sentence in sentences)


def test_a_theory_and_what_ruled_it_out_stay_in_a_long_timeline() -> None:
    postmortem = draft(
        talk(
            "12:00 bob: checkout is failing",
            "12:01 amy: looking",
            "12:02 bob: could it be the new certificate?",
            *(
                f"12:{minute:02} amy: seeing {minute} timeouts on node {minute}"
                for minute in range(4, 58)
            ),
            "12:59 amy: payments work again",
        )
    )
    assert "Could it be the new certificate?" in [row.text for row in postmortem.timeline]


def test_settings_made_together_are_one_row() -> None:
    postmortem = draft(
        record(
            event("12:00", "amy", "P1", kind=EventKind.SEVERITY),
            event("12:01", "amy", "checkout, search", kind=EventKind.SERVICES),
            event("12:09", "amy", "P2", kind=EventKind.SEVERITY),
        )
    )
    assert [row.text for row in postmortem.timeline] == [
        "Severity: P1; affected services: checkout, search",
        "Severity: P2",
    ]


def test_where_people_are_is_left_out_of_a_row() -> None:
    postmortem = draft(
        talk(
            "12:00 bob: checkout is failing",
            "12:02 amy: restarting the card service. I'm on a train with my battery at 5%",
            "12:09 amy: payments work again",
        )
    )
    assert postmortem.timeline[1].text == "Restarting the card service"


def test_a_cause_that_gives_its_own_reason_is_quoted_after_a_label() -> None:
    sentence = summary_sentences.cause_sentence("the disk was full because of the logs", "")
    assert sentence == "Cause: The disk was full because of the logs."


def test_the_title_of_a_transcript_is_what_failed() -> None:
    said = talk("12:00 ana: checkout is failing for every order", "12:01 ben: looking into it")
    untitled = replace(said, incident=replace(said.incident, title=said.incident.channel_name))
    header = draft(untitled).incident
    assert (header.title, header.is_titled) == ("Checkout is failing for every order", False)
    assert draft(said).incident.title == "Checkout is down"


def test_a_remark_that_names_nothing_has_no_row() -> None:
    said = talk(
        "12:00 ana: checkout returns 500 for every order",
        "12:01 ben: looking into the gateway",
        "12:05 cy: that looks broken",
        "12:09 ben: rolled back the gateway to 4.1",
    )
    assert [row.text for row in draft(said).timeline if "looks broken" in row.text] == []


def test_a_sentence_that_goes_on_in_the_next_message_is_one_row() -> None:
    said = talk(
        "12:00 ana: checkout returns 500 for every order",
        "12:04 ben: rolled back the gateway to 4.1",
        "12:04 ben: because 4.2 drops the header",
    )
    texts = [row.text for row in draft(said).timeline]
    assert "Rolled back the gateway to 4.1 because 4.2 drops the header" in texts


def test_words_that_announce_pasted_output_are_left_out_of_a_row() -> None:
    said = record(
        event("12:00", "ana", "checkout returns 500 for every order"),
        event(
            "12:04",
            "ben",
            "restarted the gateway, no change. gateway logs show:\n```\nE 12 refused\n```",
        ),
    )
    rows = [row.text for row in draft(said).timeline]
    assert "Restarted the gateway, no change" in rows


def test_a_short_sentence_that_points_back_follows_the_one_before_it() -> None:
    said = "the sync drops production overrides. nobody could see that in the diff"
    factors = draft(talk("12:00 ana: checkout is failing", f"12:30 ben: {said}"))
    assert [each.text for each in factors.contributing_factors] == [
        "The sync drops production overrides. Nobody could see that in the diff."
    ]
    blaming = "Ben forgot to ask. nobody could see that in the diff"
    factors = draft(talk("12:00 ana: checkout is failing", f"12:30 mei: {blaming}"))
    assert [each.text for each in factors.contributing_factors] == [
        "Nobody could see that in the diff."
    ]

"""Each kind of blame, found without knowing names, next to sentences that look like it and are fine."""

import pytest

from bot.blameless.language import find_blame

BLAME = {
    "a name and harm": (
        "Bob broke it",
        "Ravi took the whole site down.",
        "Looks like Ji-woo dropped the wrong table again",
        "Kofi misconfigured the proxy.",
        "Anneke ran the script on the wrong host.",
        "Kofi deleted the production database.",
    ),
    "a failed duty": (
        "QA missed it",
        "In hindsight Vikram had evidently just forgotten the lock.",
        "support never passed it on",
        "The contractors had not documented anything.",
        "The author of the change did not consider leap days.",
        "Kofi was supposed to watch the deploy and went to lunch.",
        "The reviewers at the second site did not read the plan.",
    ),
    "without a precaution": (
        "Olu pushed config 99 without testing",
        "The ticket was closed without anyone reading it.",
        "Ximena hit enter before reading the prompt.",
        "Kofi deployed during the freeze.",
    ),
    "an owner's fault": (
        "Dmitri's mistake took down checkout",
        "Jonas's careless edit wiped the routing table.",
        "Nobody wants to say it, but Ines's rollback made it worse.",
        "Her impatience triggered the second failover.",
        "The team's lack of discipline is the root cause.",
        "Ops' slow response cost us an hour.",
    ),
    "hindsight": (
        "If Oskar hadn't restarted the primary, we'd be fine.",
        "None of this would have happened had Amara read the runbook.",
        "The lead could have spoken up.",
        "It was up to the release crew to check the flag.",
        "One would have expected the lead to check the tag.",
        "Any competent engineer would have noticed.",
    ),
    "passive blame": (
        "The change was not tested properly by the team.",
        "Step 3 was skipped.",
        "The warning was ignored.",
        "Basic precautions were not taken.",
        "This should have been caught in review.",
        "The wrong cable was pulled.",
    ),
    "somebody": (
        "whose bright idea was this",
        "someone touched the firewall and won't own up",
        "Whoever set this up did not think about failover.",
        "Nobody tested the restore.",
        "the new guy dropped the index",
    ),
    "oneself": (
        "my bad, wrong cluster",
        "I screwed up the migration",
        "that was careless of me",
    ),
    "a verdict": (
        "Raj is way too cavalier with prod",
        "Raj's reckless with prod",
        "The on-call was out of her depth.",
        "the dbas here are useless",
        "It's a people problem.",
        "this was pure negligence",
        "Action: remind everyone to test their changes.",
    ),
    "a hedge or a denial of something else": (
        "Not to point fingers, but Jin broke it.",
        "It wasn't DNS this time, it was Omar.",
        "Perhaps the reviewer should have looked more closely.",
    ),
    "sarcasm": (
        "slow clap for the network folks",
        "great job whoever pushed that one",
        "because who needs backups, right",
    ),
}
FINE = {
    "software with a name": (
        "Kafka missed the heartbeat.",
        "Terraform deleted the wrong record.",
        "Merlin picked the wrong shard",
        "Bruno picked the wrong shard, it hashes on the old key",
        "Gandalf, our mail relay, broke it.",
        "The leader keeps breaking the lock.",
    ),
    "systems at fault": (
        "The deploy broke checkout.",
        "The bot merged the pull request without a review.",
        "The compiler's mistake was to treat the branches as identical.",
        "Config 99 took down the site.",
        "The deploy by Bob broke checkout.",
        "The canary ignored the errors and passed.",
    ),
    "facts": (
        "Ana rolled back the release.",
        "Ana killed the stuck query.",
        "Ana disabled the flag for tenant 4.",
        "It was Ana who found the leak.",
        "Isolde is responsible for the review of the retry policy.",
        "QA found no regression.",
    ),
    "missing means": (
        "The on-call did not receive the page.",
        "The on-call missed the page because the app was muted by the phone.",
        "The team was never told about the window.",
        "Bob could not have known.",
        "nobody told us",
        "The engineers had never seen this alert.",
    ),
    "thanks and denials": (
        "Kudos to Petra for spotting the typo.",
        "thanks to whoever wrote that runbook",
        "It wasn't Bob who broke it.",
        "Nobody says that Bob broke it.",
        "Human error is not a root cause.",
        "No individual is at fault.",
        "Anyone could have typed that, the names differ in one letter.",
    ),
    "questions and plans": (
        "did someone already restart the pods?",
        "who can approve a rollback?",
        "What made the wrong host look like the right one?",
        "Anna to remind the team of the new channel on Monday.",
        "The alert should page storage.",
    ),
    "quotations": ('"Bob broke it" was the first message.',),
}


@pytest.mark.parametrize(
    "sentence", [pytest.param(text, id=text) for texts in BLAME.values() for text in texts]
)
def test_each_kind_of_blame_is_found_without_known_names(sentence: str) -> None:
    findings = find_blame(sentence)
    assert findings
    assert [find_blame(finding.better) for finding in findings] == [()] * len(findings)


@pytest.mark.parametrize(
    "sentence", [pytest.param(text, id=text) for texts in FINE.values() for text in texts]
)
def test_sentences_that_only_look_like_blame_are_not_found(sentence: str) -> None:
    assert find_blame(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        (
            "Olu pushed config 99 without testing",
            "Config 99 was pushed without testing: what would have caught it?",
        ),
        (
            "Haruto merged the branches to main without a review and left.",
            "The branches were merged without a review: what would have caught it?",
        ),
        ("Bob broke it", "Which change broke it, and what let it through?"),
        ("QA missed it", "What made it easy to miss?"),
        (
            "Somebody pushed to prod without review.",
            "What would have made the right thing easy to do?",
        ),
        ("Management ignored the risk for years.", "What made the risk easy to overlook?"),
        (
            "Esperanza should have escalated at 09:20.",
            "What could people see at the time, and what would have made the problem visible?",
        ),
        (
            "Kofi ran it on the wrong host.",
            "What made the wrong host look like the right one?",
        ),
    ],
)
def test_the_better_sentence_is_about_the_system(sentence: str, better: str) -> None:
    assert [finding.better for finding in find_blame(sentence)] == [better]


def test_a_later_verb_blames_the_person_who_opens_the_sentence() -> None:
    (finding,) = find_blame("Somebody turned the page off for the night and forgot to turn it on.")
    assert finding.text == "Somebody turned the page off for the night and forgot to turn it on"


def test_another_subject_before_the_verb_is_not_the_person() -> None:
    assert find_blame("Bob restarted the node, the pod came back and forgot its lease.") == ()
    assert find_blame("Bob restarted the node, the pod came back and broke quorum.") == ()
    assert find_blame("Bob rolled out a change that broke checkout.") == ()

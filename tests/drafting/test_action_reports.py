"""Sentences that report a mitigating action, and sentences that only sound like one."""

import pytest

from bot.domain.draft import Draft
from bot.domain.timeline import EventKind
from bot.drafting.draft import draft
from tests.drafting.records import event, record

ALERTS = (
    "alert: error rate 14 %",
    "Triggered checkout error rate",
    "pager fired",
    "first alert fired",
    "Increased error rate on checkout",
    "Elevated latency in eu-west",
    "error rate increased",
    "error rate doubled",
    "queue lag raised",
    "latency p99 increased on api",
    "5xx rate elevated",
    "disk filled",
    "CloudWatch alarm checkout-5xx threshold crossed",
    "WARNING disk full on db-1",
    "CPU alert closed",
    "Alerting on checkout latency",
    "Exceeding threshold on checkout-5xx",
    "Created alert via Prometheus",
    "pasted alert: error rate increased",
)
QUESTIONS_AND_PLANS = (
    "let's roll back?",
    "rolled back v42, right?",
    "who restarted the pods",
    "plan: rolling back at 15:00",
    "next: restarting the pods",
    "todo: restarting the pods",
    "option A: rolling back v42",
    "proposal: rolling back v42",
    "preparing the rollback of v42",
    "rolling back v42 would help",
    "rolling back v42 is an option",
    "the runbook says: restarting the pods",
    "last time we rolled back v42",
)
DENIALS = (
    "rolled back, did not help",
    "rolled back, no change",
    "rolled back, still failing",
    "rolled back v42 without effect",
    "restarting the pods made it worse",
    "restarted pods, errors continue",
    "tried restarting the pods, nothing",
    "nobody rolled back v42",
    "cancelled the rollback",
    "rolling back v42 won't help",
)
QUOTES = (
    "> rolled back v42",
    "&gt; rolled back v42",
    'ben said "rolled back v42"',
    "\u201crolled back v42\u201d is what it says",
    "> bob: restarting the pods\nwhat happened to this?",
)
ACTIONS = (
    "rolled back v42",
    "increased the pool to 40",
    "increased timeouts to 30s",
    "increased the error threshold",
    "alert silenced, restarting the pods",
    "warning: restarting the database now",
    "alert: rolling back v42 now",
    "error budget policy applied: rolled back v42",
    "reverted the config, that should fix it",
    "option B it is, rolling back",
    "next step done: restarted the pods",
    'deployed "fix pool" to prod',
    "restarted the pods, errors are dropping",
    "cleared the backlog",
)


def draft_with(text: str, kind: EventKind) -> Draft:
    return draft(
        record(
            event("12:00", "amy", "checkout is failing"),
            event("12:02", "bob", "looking"),
            event("12:05", "amy", text, kind=kind),
            event("12:20", "amy", "payments work again", kind=kind),
            event("12:30", "amy", "done", kind=EventKind.RESOLVED),
        )
    )


@pytest.mark.parametrize("kind", [EventKind.MESSAGE, EventKind.NOTE])
@pytest.mark.parametrize("text", [*ALERTS, *QUESTIONS_AND_PLANS, *DENIALS, *QUOTES])
def test_text_that_reports_no_action_is_no_mitigation(text: str, kind: EventKind) -> None:
    postmortem = draft_with(text, kind)
    assert postmortem.moments.mitigating is None
    assert not any("What helped" in statement.text for statement in postmortem.summary)


@pytest.mark.parametrize("text", ACTIONS)
def test_a_reported_action_counts_as_mitigation(text: str) -> None:
    mitigating = draft_with(text, EventKind.MESSAGE).moments.mitigating
    assert mitigating is not None
    assert f"{mitigating.at:%H:%M}" == "12:05"

"""Each rule that says why an incident needs a postmortem: when it speaks, and when it is silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.domain.incident import Severity
from bot.domain.key_times import Basis, Durations, Moment, Moments
from bot.domain.requirement import (
    Decision,
    PastIncident,
    Reason,
    Requirement,
    RequirementContext,
    Thresholds,
    WorkingWeek,
)
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting.draft import draft
from bot.drafting.requirement.evaluation import draft_with_requirement, evaluate
from bot.drafting.requirement.rules import RULES
from bot.rendering import documents
from tests.drafting.records import NOON, any_record, event, incident, record, talk

OFF = Thresholds(
    severity=None, minutes=0, users=0, data_loss=False, security=False, revenue=0,
    out_of_hours=False, slo_breached=False, near_miss=False, repeat_days=0, asked=False,
)  # fmt: skip


def need(given: Record, beside: RequirementContext | None = None, **limits: Any) -> Requirement:
    return evaluate(given, draft(given), Thresholds(**limits), beside)


def why(
    given: Record, rule: str, beside: RequirementContext | None = None, **limits: Any
) -> Reason | None:
    found = need(given, beside, **limits).reasons
    return next((reason for reason in found if reason.rule == rule), None)


def unknown(given: Record, **limits: Any) -> set[str]:
    return {each.rule for each in need(given, **limits).unknown}


def graded(severity: Severity | None) -> Record:
    kind = event(
        "12:00", "alice", "x", kind=EventKind.SEVERITY, detail=severity or "", message_id="d1"
    )
    return replace(record(kind), incident=replace(incident(), severity=severity))


def said(*texts: str, **facts: Any) -> Record:
    return record(*(event("12:00", "alice", t, message_id=f"m{n}", **facts) for n, t in enumerate(texts)))  # fmt: skip


# severity


@pytest.mark.parametrize(
    ("severity", "threshold", "needed"),
    [("P0", "P1", True), ("P1", "P1", True), ("P2", "P1", False), ("P4", "P4", True)],
)
def test_a_severity_at_the_threshold_or_worse(severity: str, threshold: str, needed: bool) -> None:  # noqa: FBT001
    reason = why(graded(Severity(severity)), "severity", severity=Severity(threshold))
    assert (reason is not None) is needed
    if reason:
        assert reason.text == f"Its severity is {severity} (policy: {threshold} or worse)"
        assert (reason.found, reason.threshold, reason.evidence) == (severity, threshold, ("d1",))


def test_without_a_severity_nothing_is_guessed() -> None:
    given = graded(None)
    assert why(given, "severity") is None
    assert "severity" in unknown(given)


# minutes


def lasting(minutes: int | None) -> Requirement:
    given = talk("12:00 alice: it is broken")
    made = draft(given)
    ends = Moments(
        started=Moment(at=NOON, basis=Basis.MARKED, evidence=("a",)),
        restored=Moment(at=NOON, basis=Basis.MARKED, evidence=("b",)),
    )
    span = None if minutes is None else timedelta(minutes=minutes)
    made = replace(made, moments=ends, durations=Durations(ttm=span))
    return evaluate(given, made, replace(OFF, minutes=30))


def test_users_affected_for_long_enough() -> None:
    assert lasting(29).reasons == ()
    (reason,) = lasting(72).reasons
    assert reason.text == "Users were affected for 1 h 12 min (policy: 30 min or longer)"
    assert (reason.found, reason.threshold, reason.evidence) == (72, 30, ("a", "b"))


def test_an_unknown_time_is_not_short() -> None:
    assert [each.rule for each in lasting(None).unknown] == ["minutes"]
    assert lasting(None).reasons == ()


# users and revenue


def test_the_largest_number_of_users_counts() -> None:
    given = talk("12:00 alice: 40 users affected", "12:05 bob: now 4,200 customers cannot pay")
    reason = why(given, "users")
    assert reason
    assert reason.text == "4,200 customers were affected (policy: 100 or more)"
    assert (reason.found, reason.threshold) == (4200, 100)
    assert reason.evidence == (given.events[1].message_id,)


@pytest.mark.parametrize("told", ["99 users are affected", "none of our 5,000 users were affected"])
def test_too_few_users_or_users_who_were_not_affected(told: str) -> None:
    assert why(talk(f"12:00 alice: {told}"), "users") is None


def test_users_that_nobody_counted_are_unknown() -> None:
    assert "users" in unknown(talk("12:00 alice: checkout is down for many customers"))
    assert "users" not in unknown(talk("12:00 alice: 12 users are affected"))


def test_any_money_that_was_lost() -> None:
    given = talk("12:00 alice: we lost about $890 in orders")
    assert why(given, "revenue", revenue=1000) is None
    reason = why(given, "revenue")
    assert reason
    assert reason.text == "It cost $890 (policy: 1 or more)"
    assert reason.evidence == (given.events[0].message_id,)
    euros = why(talk("12:00 alice: 61,000 EUR refunded"), "revenue", revenue=0.5)
    assert euros
    assert euros.text == "It cost 61,000 EUR (policy: 0.5 or more)"
    assert "revenue" in unknown(talk("12:00 alice: it is down"))


# what is said in so many words

FACTS = {
    "data_loss": [
        "we lost 300 rows of the audit table",
        "We have lost about 40 minutes of customer data.",
        "there was some data loss in the last hour",
        "the uploads from today are gone",
        "some records were corrupted by the migration",
        "not sure why yet, but 12 files were overwritten",
        "data loss confirmed",
        "this caused permanent data loss",
    ],
    "security": [
        "the signing key was leaked in the build log",
        "our credentials have been exposed in a public repo",
        "an attacker gained access to the staging host",
        "this is a security incident",
        "there was unauthorized access to two accounts",
        "we were hacked",
        "somebody used a stolen token",
        "the account was compromised through the old vpn",
    ],
    "slo_breached": [
        "we breached our SLO for checkout",
        "that burned through the error budget",
        "the SLA was missed this month",
        "SLO breached at 12:40",
        "availability is below our SLA",
        "availability was 99.2% against a target of 99.9%",
        "uptime is 99.5%, below target",
    ],
    "near_miss": [
        "that was a near miss",
        "close call: the replica was an hour from full",
        "we dodged a bullet",
        "we narrowly avoided losing the primary",
    ],
}
SILENT = {
    "data_loss": [
        "no data loss",
        "no data was lost",
        "confirmed: no customer data was lost",
        "there is no evidence of data loss",
        "we didn't lose any data",
        "was any data lost?",
        "there might be data loss",
        "we have to prevent data loss",
        "checking whether rows were corrupted",
        "0 rows lost",
        "data loss was ruled out",
        "lost connection to the data center",
        "we lost the database connection",
        "I'm lost, which file is it",
        "deleted 2,000 log files to free the disk",
        "add an alert on data loss",
        "last year we lost data that way",
        "`we lost customer data`",
        "https://example.org/we lost-data",
    ],
    "security": [
        "no credentials were leaked",
        "there is a memory leak in the worker",
        "the connection pool leaked connections",
        "SLA was breached",
        "users see an 'unauthorized access' error",
        "users get 401 unauthorized",
        "was the key leaked?",
        "the tokens were not exposed",
        "it could be a security incident",
        "no sign that an attacker had access",
        "the change was committed",
    ],
    "slo_breached": [
        "we are within our SLO",
        "the SLO was not breached",
        "we should define an SLO",
        "will this breach the SLA?",
        "the SLO is 99.9%",
        "SLA is now 99.94%",
        "uptime is 99.95%, the target is 99.9%",
        "did we miss the slo",
        "slow queries",
    ],
    "near_miss": [
        "that was not a near miss",
        "call me when you are close",
        "we missed the deploy window",
        "bullet points follow",
    ],
}


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, texts in FACTS.items() for t in texts])
def test_a_fact_that_somebody_states(rule: str, text: str) -> None:
    given = said("hello", text)
    reason = why(given, rule)
    assert reason, text
    assert reason.evidence == ("m1",)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, texts in SILENT.items() for t in texts])
def test_what_is_denied_asked_feared_or_something_else(rule: str, text: str) -> None:
    assert why(said(text), rule) is None


def test_a_reason_quotes_who_said_so() -> None:
    reason = why(said("It is bad. We lost 300 rows of it. Sorry."), "data_loss")
    assert reason
    assert reason.text == "Data was lost: “We lost 300 rows of it.”"


@pytest.mark.parametrize(
    "facts", [{"deleted": True}, {"kind": EventKind.ALERT}, {"kind": EventKind.TOPIC}]
)
def test_only_people_tell_of_lost_data_and_only_in_what_is_still_there(facts: Any) -> None:
    assert why(said("we lost customer data", **facts), "data_loss") is None


def test_an_alert_may_tell_of_a_service_level() -> None:
    assert why(said("[FIRING] SLO breached: checkout", kind=EventKind.ALERT), "slo_breached")


def test_the_policy_may_name_the_service_level() -> None:
    given = talk("12:00 alice: availability fell to 99.5% this month")
    assert why(given, "slo_breached") is None
    reason = why(given, "slo_breached", slo_target=99.9)
    assert reason
    assert reason.text == "The service level was 99.5 % (target: 99.9 %)"


def test_lost_data_entered_as_impact_needs_no_number() -> None:
    made = draft(talk("12:00 alice: it is broken"))
    figure = ImpactFigure(text="drafts of today", kind=ImpactKind.DATA, value=None, unit=None, evidence=("i",))  # fmt: skip
    (reason,) = evaluate(
        talk(), replace(made, impact=(figure,)), replace(OFF, data_loss=True)
    ).reasons
    assert (reason.rule, reason.evidence) == ("data_loss", ("i",))
    denied = replace(figure, text="nothing lost")
    assert not evaluate(
        talk(), replace(made, impact=(denied,)), replace(OFF, data_loss=True)
    ).needed


def test_a_message_marked_as_security() -> None:
    given = record(event("12:00", "alice", "see the audit log", marks=frozenset({Mark.SECURITY})))
    reason = why(given, "security")
    assert reason
    assert reason.text == "It touches security: “see the audit log”"


# out of hours

BERLIN = WorkingWeek(zone=ZoneInfo("Europe/Berlin"), start=9, end=17)


def detected(at: datetime, text: str, **facts: Any) -> Requirement:
    seen = event("12:00", "pager", text, message_id="page", **facts)
    given = record(replace(seen, happened_at=at))
    moments = Moments(detected=Moment(at=at, basis=Basis.INFERRED, evidence=("page",)))
    made = replace(draft(given), moments=moments)
    return evaluate(given, made, replace(OFF, out_of_hours=True, hours=BERLIN))


def hour(clock: int, day: int = 10) -> datetime:
    return datetime(
        2026, 3, day, clock, 30, tzinfo=UTC
    )  # the 10th is a Tuesday; Berlin is an hour ahead


@pytest.mark.parametrize(
    ("at", "out"),
    [(hour(7), True), (hour(8), False), (hour(15), False), (hour(16), True), (hour(11, 14), True)],
)
def test_an_alert_outside_of_working_hours_where_the_team_is(at: datetime, out: bool) -> None:  # noqa: FBT001
    found = detected(at, "[FIRING] checkout errors", kind=EventKind.ALERT)
    assert found.needed is out
    assert found.unknown == ()
    if out:
        assert found.reasons[0].evidence == ("page",)


def test_the_reason_says_the_local_time_and_the_hours() -> None:
    (reason,) = detected(hour(2), "[FIRING] checkout errors", kind=EventKind.ALERT).reasons
    assert reason.text == (
        "Somebody was called at 03:30 on a Tuesday "
        "(policy: outside 9:00 to 17:00 on working days, Europe/Berlin)"
    )


def test_who_was_paged_says_so_and_who_merely_saw_it_was_not_called() -> None:
    assert detected(hour(2), "I got paged for checkout errors").needed
    assert not detected(hour(2), "checkout looks broken to me").needed
    assert not detected(hour(2), "deploy 41 started", kind=EventKind.ALERT).needed


def test_without_a_first_sign_the_hour_is_unknown() -> None:
    assert "out_of_hours" in unknown(talk("12:00 alice: good morning"))


# repeat


def before(days: int, title: str, key: str = "INC-2026-000", **facts: Any) -> PastIncident:
    return PastIncident(key=key, title=title, declared_at=NOON - timedelta(days=days), **facts)


@pytest.mark.parametrize(
    ("title", "repeats"),
    [
        ("Checkout is down", True),
        ("checkout errors again", True),
        ("CHECKOUTS failing", True),
        ("Search is down", False),
        ("Checkout latency high in Oslo", False),
        ("Unnamed incident", False),
        ("🔥", False),
    ],
)
def test_the_same_thing_broken_again(title: str, repeats: bool) -> None:  # noqa: FBT001
    given = talk("12:00 alice: it is down")
    found = why(given, "repeat", RequirementContext(past_incidents=(before(9, title),)))
    assert (found is not None) is repeats
    if found:
        assert found.text == (
            f"INC-2026-000 (“{title}”) was much the same, 9 days before (policy: within 30 days)"
        )


def test_most_words_of_longer_titles_are_enough() -> None:
    now = replace(talk("12:00 alice: x"), incident=replace(incident(), title="Payment API pool exhausted"))  # fmt: skip
    assert why(
        now,
        "repeat",
        RequirementContext(past_incidents=(before(1, "payment api pool exhausted in eu"),)),
    )
    assert (
        why(
            now,
            "repeat",
            RequirementContext(past_incidents=(before(1, "payment gateway api slow"),)),
        )
        is None
    )


def test_a_shared_service_is_a_repeat_whatever_the_titles() -> None:
    now = replace(talk("12:00 alice: x"), incident=replace(incident(), services=("billing",)))
    assert why(
        now,
        "repeat",
        RequirementContext(past_incidents=(before(1, "Invoices late", services=("billing",)),)),
    )
    assert not why(
        now,
        "repeat",
        RequirementContext(past_incidents=(before(1, "Invoices late", services=("web",)),)),
    )


def test_only_within_the_days_of_the_policy_and_the_last_one_is_named() -> None:
    given = talk("12:00 alice: it is down")
    old = RequirementContext(past_incidents=(before(31, "Checkout down"),))
    assert why(given, "repeat", old) is None
    assert why(given, "repeat", old, repeat_days=60)
    two = RequirementContext(past_incidents=(before(20, "Checkout", "INC-2026-001"), before(3, "Checkout", "INC-2026-002")))  # fmt: skip
    reason = why(given, "repeat", two)
    assert reason
    assert reason.found == "INC-2026-002"
    assert (
        why(given, "repeat", RequirementContext(past_incidents=(before(-1, "Checkout down"),)))
        is None
    )


# people


def decided(*, wanted: bool, because: str = "we want to learn") -> Decision:
    return Decision(wanted=wanted, by="Ana", at=NOON, because=because, event_id="deed-1")


def test_somebody_asked() -> None:
    reason = why(talk("12:00 alice: x"), "asked", RequirementContext(asked=decided(wanted=True)))
    assert reason
    assert (reason.text, reason.evidence) == ("Ana asked for one: “we want to learn”", ("deed-1",))
    plain = why(talk(), "asked", RequirementContext(asked=decided(wanted=True, because="")))
    assert plain
    assert plain.text == "Ana asked for one"


def test_a_waiver_is_kept_beside_the_reasons_and_takes_none_away() -> None:
    given = graded(Severity.P0)
    found = need(given, RequirementContext(waived=decided(wanted=False)))
    assert found.needed
    assert found.waived == decided(wanted=False)


# all of them


def test_every_rule_can_be_switched_off() -> None:
    given = talk(
        "03:00 pager-bot: [FIRING] checkout errors since 02:00",
        "03:05 alice: 5,000 users affected, we lost $900 of revenue and 300 rows were lost",
        "03:06 alice: SLO breached, a near miss. The key was leaked",
        "05:00 alice: back to normal",
    )
    given = replace(given, incident=replace(incident(), severity=Severity.P0))
    beside = RequirementContext(past_incidents=(before(0, "Checkout"),), asked=decided(wanted=True))
    everything = need(given, beside)
    assert {reason.rule for reason in everything.reasons} == {rule.__name__ for rule in RULES}
    nothing = evaluate(given, draft(given), OFF, beside)
    assert (nothing.reasons, nothing.unknown) == ((), ())


def test_every_rule_says_why_it_holds_anywhere() -> None:
    assert all(rule.__doc__ and len(rule.__doc__) > 40 for rule in RULES)


def test_nothing_said_is_no_reason_and_much_is_unknown() -> None:
    found = need(record())
    assert not found.needed
    assert [each.rule for each in found.unknown] == [
        "severity", "minutes", "users", "revenue", "out_of_hours",
    ]  # fmt: skip


def test_the_draft_carries_the_answer() -> None:
    given = graded(Severity.P1)
    made = draft_with_requirement(given, draft(given), Thresholds())
    assert made.need == need(given)
    assert replace(made, need=None) == draft(given)


@given(any_record())
def test_any_record_is_judged_and_each_reason_names_messages_of_it(given: Record) -> None:
    found = need(given)
    ids = {each.message_id for each in given.events}
    assert all(set(reason.evidence) <= ids for reason in found.reasons)
    assert found == need(given)


_WORSE = list(reversed(Severity))


@given(
    severities=st.tuples(st.sampled_from(_WORSE), st.sampled_from(_WORSE)),
    spans=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    counts=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    costs=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    limits=st.tuples(st.sampled_from(_WORSE), st.integers(0, 300), st.integers(0, 5_000)),
)
def test_a_worse_incident_never_needs_less(
    severities: tuple[Severity, Severity],
    spans: tuple[int, int],
    counts: tuple[int, int],
    costs: tuple[int, int],
    limits: tuple[Severity, int, int],
) -> None:
    policy = Thresholds(severity=limits[0], minutes=limits[1], users=limits[2], revenue=limits[2])

    def rules(pick: Any) -> set[str]:
        worst = pick(severities, key=_WORSE.index)
        given = graded(worst)
        figures = tuple(
            ImpactFigure(text="said", kind=kind, value=value, unit="users", evidence=("m",))
            for kind, value in (
                (ImpactKind.USERS, pick(counts)),
                (ImpactKind.REVENUE, pick(costs)),
            )
        )
        lasted = Durations(ttm=timedelta(minutes=pick(spans)))
        made = replace(draft(given), impact=figures, durations=lasted)
        return {reason.rule for reason in evaluate(given, made, policy).reasons}

    assert rules(min) <= rules(max)


@pytest.mark.parametrize(
    ("said", "needed"),
    [
        ("12:00 alice: checkout is down", False),
        ("12:00 alice: checkout is down, data was lost", True),
    ],
)
def test_what_the_draft_did_not_find_is_named_whether_one_is_needed_or_not(
    said: str, *, needed: bool
) -> None:
    made = draft_with_requirement(talk(said), draft(talk(said)), Thresholds())
    assert made.need is not None
    assert [each.rule for each in made.need.not_found] == ["started", "root_cause"]
    text = documents.markdown(made)
    assert ("**Postmortem required:**" in text) is needed
    (line,) = [each for each in text.splitlines() if "Not clear from the channel" in each]
    assert "when it began; what caused it; " in line
    assert "how many users were affected" in line  # a rule asks for that


def test_what_was_found_is_not_asked_for() -> None:
    story = talk(
        "12:00 alice: checkout has been failing since 11:50 UTC, 120 users are affected",
        "12:05 bob: root cause: the pool was cut to 4",
    )
    made = draft_with_requirement(story, draft(story), Thresholds())
    assert made.need is not None
    assert made.need.not_found == ()

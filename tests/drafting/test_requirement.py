"""Rules that require a postmortem: when each applies, and when it doesn't."""

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


def requirement_of(
    record_: Record, context: RequirementContext | None = None, **limits: Any
) -> Requirement:
    return evaluate(record_, draft(record_), Thresholds(**limits), context)


def reason_for(
    record_: Record, rule: str, context: RequirementContext | None = None, **limits: Any
) -> Reason | None:
    found = requirement_of(record_, context, **limits).reasons
    return next((reason for reason in found if reason.rule == rule), None)


def unknown_rules(record_: Record, **limits: Any) -> set[str]:
    return {rule.rule for rule in requirement_of(record_, **limits).unknown}


def record_with_severity(severity: Severity | None) -> Record:
    severity_event = event(
        "12:00", "alice", "x", kind=EventKind.SEVERITY, detail=severity or "", message_id="d1"
    )
    return replace(record(severity_event), incident=replace(incident(), severity=severity))


def record_with(*texts: str, **facts: Any) -> Record:
    return record(*(event("12:00", "alice", text, message_id=f"m{number}", **facts) for number, text in enumerate(texts)))  # fmt: skip


# Severity.


@pytest.mark.parametrize(
    ("severity", "threshold", "needed"),
    [("P0", "P1", True), ("P1", "P1", True), ("P2", "P1", False), ("P4", "P4", True)],
)
def test_a_severity_at_the_threshold_or_worse_requires_a_postmortem(
    severity: str,
    threshold: str,
    needed: bool,  # noqa: FBT001
) -> None:
    reason = reason_for(
        record_with_severity(Severity(severity)), "severity", severity=Severity(threshold)
    )
    assert (reason is not None) is needed
    if reason:
        assert reason.text == f"Severity is {severity} (policy: {threshold} or worse)"
        assert (reason.found, reason.threshold, reason.evidence) == (severity, threshold, ("d1",))


def test_without_a_severity_the_rule_is_unknown() -> None:
    record_ = record_with_severity(None)
    assert reason_for(record_, "severity") is None
    assert "severity" in unknown_rules(record_)


# Minutes.


def requirement_lasting(minutes: int | None) -> Requirement:
    record_ = talk("12:00 alice: it is broken")
    postmortem = draft(record_)
    ends = Moments(
        started=Moment(at=NOON, basis=Basis.MARKED, evidence=("a",)),
        restored=Moment(at=NOON, basis=Basis.MARKED, evidence=("b",)),
    )
    span = None if minutes is None else timedelta(minutes=minutes)
    postmortem = replace(postmortem, moments=ends, durations=Durations(ttm=span))
    return evaluate(record_, postmortem, replace(OFF, minutes=30))


def test_a_long_enough_impact_on_users_requires_a_postmortem() -> None:
    assert requirement_lasting(29).reasons == ()
    (reason,) = requirement_lasting(72).reasons
    assert reason.text == "Users were affected for 1 h 12 min (policy: 30 min or longer)"
    assert (reason.found, reason.threshold, reason.evidence) == (72, 30, ("a", "b"))


def test_an_unknown_duration_does_not_count_as_short() -> None:
    assert [rule.rule for rule in requirement_lasting(None).unknown] == ["minutes"]
    assert requirement_lasting(None).reasons == ()


# Users and revenue.


def test_the_largest_number_of_users_counts() -> None:
    record_ = talk("12:00 alice: 40 users affected", "12:05 bob: now 4,200 customers cannot pay")
    reason = reason_for(record_, "users")
    assert reason
    assert reason.text == "4,200 customers were affected (policy: 100 or more)"
    assert (reason.found, reason.threshold) == (4200, 100)
    assert reason.evidence == (record_.events[1].message_id,)


@pytest.mark.parametrize(
    "message", ["99 users are affected", "none of our 5,000 users were affected"]
)
def test_few_users_or_unaffected_users_require_no_postmortem(message: str) -> None:
    assert reason_for(talk(f"12:00 alice: {message}"), "users") is None


def test_an_uncounted_number_of_users_is_unknown() -> None:
    assert "users" in unknown_rules(talk("12:00 alice: checkout is down for many customers"))
    assert "users" not in unknown_rules(talk("12:00 alice: 12 users are affected"))


def test_any_lost_revenue_requires_a_postmortem() -> None:
    record_ = talk("12:00 alice: we lost about $890 in orders")
    assert reason_for(record_, "revenue", revenue=1000) is None
    reason = reason_for(record_, "revenue")
    assert reason
    assert reason.text == "It cost $890 (policy: 1 or more)"
    assert reason.evidence == (record_.events[0].message_id,)
    euros = reason_for(talk("12:00 alice: 61,000 EUR refunded"), "revenue", revenue=0.5)
    assert euros
    assert euros.text == "It cost 61,000 EUR (policy: 0.5 or more)"
    assert "revenue" in unknown_rules(talk("12:00 alice: it is down"))


# Facts stated in chat.

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
        "we almost lost the primary",
        "it nearly took checkout down",
        "luckily the backup was an hour old",
        "fortunately nobody had used it yet",
        "we got lucky: it was night",
        "phew, that was close",
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
        "almost done",
        "almost all users are affected",
        "nearly 40 % of requests fail",
        "no luck with the restart",
        "we were not lucky",
        "unfortunately it is down again",
    ],
}


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, texts in FACTS.items() for t in texts])
def test_a_stated_fact_requires_a_postmortem(rule: str, text: str) -> None:
    record_ = record_with("hello", text)
    reason = reason_for(record_, rule)
    assert reason, text
    assert reason.evidence == ("m1",)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, texts in SILENT.items() for t in texts])
def test_denied_feared_or_unrelated_facts_and_questions_require_none(rule: str, text: str) -> None:
    assert reason_for(record_with(text), rule) is None


def test_a_reason_quotes_the_message() -> None:
    reason = reason_for(record_with("It is bad. We lost 300 rows of it. Sorry."), "data_loss")
    assert reason
    assert reason.text == "Data was lost: “We lost 300 rows of it.”"


@pytest.mark.parametrize(
    "facts", [{"deleted": True}, {"kind": EventKind.ALERT}, {"kind": EventKind.TOPIC}]
)
def test_only_existing_messages_by_people_can_state_data_loss(facts: Any) -> None:
    assert reason_for(record_with("we lost customer data", **facts), "data_loss") is None


def test_an_alert_can_state_a_breached_service_level() -> None:
    assert reason_for(
        record_with("[FIRING] SLO breached: checkout", kind=EventKind.ALERT), "slo_breached"
    )


def test_the_configuration_may_set_the_service_level() -> None:
    record_ = talk("12:00 alice: availability fell to 99.5% this month")
    assert reason_for(record_, "slo_breached") is None
    reason = reason_for(record_, "slo_breached", slo_target=99.9)
    assert reason
    assert reason.text == "Availability was 99.5% (target: 99.9%)"


def test_data_loss_entered_as_impact_needs_no_number() -> None:
    postmortem = draft(talk("12:00 alice: it is broken"))
    figure = ImpactFigure(text="drafts of today", kind=ImpactKind.DATA, value=None, unit=None, evidence=("i",))  # fmt: skip
    (reason,) = evaluate(
        talk(), replace(postmortem, impact=(figure,)), replace(OFF, data_loss=True)
    ).reasons
    assert (reason.rule, reason.evidence) == ("data_loss", ("i",))
    denied = replace(figure, text="nothing lost")
    assert not evaluate(
        talk(), replace(postmortem, impact=(denied,)), replace(OFF, data_loss=True)
    ).needed


def test_a_message_marked_as_security_requires_a_postmortem() -> None:
    record_ = record(event("12:00", "alice", "see the audit log", marks=frozenset({Mark.SECURITY})))
    reason = reason_for(record_, "security")
    assert reason
    assert reason.text == "It's a security incident: “see the audit log”"


# Outside working hours.

BERLIN = WorkingWeek(zone=ZoneInfo("Europe/Berlin"), start=9, end=17)


def requirement_detected(at: datetime, text: str, **facts: Any) -> Requirement:
    page = event("12:00", "pager", text, message_id="page", **facts)
    record_ = record(replace(page, happened_at=at))
    moments = Moments(detected=Moment(at=at, basis=Basis.INFERRED, evidence=("page",)))
    postmortem = replace(draft(record_), moments=moments)
    return evaluate(record_, postmortem, replace(OFF, out_of_hours=True, hours=BERLIN))


def half_past(clock: int, day: int = 10) -> datetime:
    return datetime(
        2026, 3, day, clock, 30, tzinfo=UTC
    )  # the 10th is a Tuesday; Berlin is an hour ahead of UTC


@pytest.mark.parametrize(
    ("at", "is_out_of_hours"),
    [
        (half_past(7), True),
        (half_past(8), False),
        (half_past(15), False),
        (half_past(16), True),
        (half_past(11, 14), True),
    ],
)
def test_an_alert_outside_the_teams_working_hours_requires_a_postmortem(
    at: datetime,
    is_out_of_hours: bool,  # noqa: FBT001
) -> None:
    requirement = requirement_detected(at, "[FIRING] checkout errors", kind=EventKind.ALERT)
    assert requirement.needed is is_out_of_hours
    assert requirement.unknown == ()
    if is_out_of_hours:
        assert requirement.reasons[0].evidence == ("page",)


def test_the_reason_has_the_local_time_and_the_working_hours() -> None:
    (reason,) = requirement_detected(
        half_past(2), "[FIRING] checkout errors", kind=EventKind.ALERT
    ).reasons
    assert reason.text == (
        "Somebody was paged at 03:30 on a Tuesday "
        "(policy: outside 9:00 to 17:00 on working days, Europe/Berlin)"
    )


def test_being_paged_counts_as_called_and_noticing_does_not() -> None:
    assert requirement_detected(half_past(2), "I got paged for checkout errors").needed
    assert not requirement_detected(half_past(2), "checkout looks broken to me").needed
    assert not requirement_detected(half_past(2), "deploy 41 started", kind=EventKind.ALERT).needed


def test_without_a_first_sign_the_time_of_day_is_unknown() -> None:
    assert "out_of_hours" in unknown_rules(talk("12:00 alice: good morning"))


# Repeats.


def earlier_incident(
    days: int, title: str, key: str = "INC-2026-000", **facts: Any
) -> PastIncident:
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
def test_a_similar_title_is_a_repeat(title: str, repeats: bool) -> None:  # noqa: FBT001
    record_ = talk("12:00 alice: it is down")
    reason = reason_for(
        record_, "repeat", RequirementContext(past_incidents=(earlier_incident(9, title),))
    )
    assert (reason is not None) is repeats
    if reason:
        assert reason.text == (
            f"INC-2026-000 (“{title}”) was similar, 9 days earlier (policy: within 30 days)"
        )


def test_most_words_of_a_longer_title_are_enough_for_a_repeat() -> None:
    current = replace(talk("12:00 alice: x"), incident=replace(incident(), title="Payment API pool exhausted"))  # fmt: skip
    assert reason_for(
        current,
        "repeat",
        RequirementContext(
            past_incidents=(earlier_incident(1, "payment api pool exhausted in eu"),)
        ),
    )
    assert (
        reason_for(
            current,
            "repeat",
            RequirementContext(past_incidents=(earlier_incident(1, "payment gateway api slow"),)),
        )
        is None
    )


def test_a_shared_service_is_a_repeat_whatever_the_titles() -> None:
    current = replace(talk("12:00 alice: x"), incident=replace(incident(), services=("billing",)))
    assert reason_for(
        current,
        "repeat",
        RequirementContext(
            past_incidents=(earlier_incident(1, "Invoices late", services=("billing",)),)
        ),
    )
    assert not reason_for(
        current,
        "repeat",
        RequirementContext(
            past_incidents=(earlier_incident(1, "Invoices late", services=("web",)),)
        ),
    )


def test_repeats_count_only_within_the_configured_days_and_the_last_is_named() -> None:
    record_ = talk("12:00 alice: it is down")
    context = RequirementContext(past_incidents=(earlier_incident(31, "Checkout down"),))
    assert reason_for(record_, "repeat", context) is None
    assert reason_for(record_, "repeat", context, repeat_days=60)
    two_earlier = RequirementContext(past_incidents=(earlier_incident(20, "Checkout", "INC-2026-001"), earlier_incident(3, "Checkout", "INC-2026-002")))  # fmt: skip
    reason = reason_for(record_, "repeat", two_earlier)
    assert reason
    assert reason.found == "INC-2026-002"
    assert (
        reason_for(
            record_,
            "repeat",
            RequirementContext(past_incidents=(earlier_incident(-1, "Checkout down"),)),
        )
        is None
    )


# Decisions by people.


def make_decision(*, wanted: bool, because: str = "we want to learn") -> Decision:
    return Decision(wanted=wanted, by="Ana", at=NOON, because=because, event_id="deed-1")


def test_a_request_by_a_person_requires_a_postmortem() -> None:
    reason = reason_for(
        talk("12:00 alice: x"), "asked", RequirementContext(asked=make_decision(wanted=True))
    )
    assert reason
    assert (reason.text, reason.evidence) == ("Ana requested one: “we want to learn”", ("deed-1",))
    without_reason = reason_for(
        talk(), "asked", RequirementContext(asked=make_decision(wanted=True, because=""))
    )
    assert without_reason
    assert without_reason.text == "Ana requested one"


def test_a_waiver_is_kept_with_the_reasons_and_removes_none() -> None:
    record_ = record_with_severity(Severity.P0)
    requirement = requirement_of(record_, RequirementContext(waived=make_decision(wanted=False)))
    assert requirement.needed
    assert requirement.waived == make_decision(wanted=False)


# All rules.


def test_every_rule_can_be_switched_off() -> None:
    record_ = talk(
        "03:00 pager-bot: [FIRING] checkout errors since 02:00",
        "03:05 alice: 5,000 users affected, we lost $900 of revenue and 300 rows were lost",
        "03:06 alice: SLO breached, a near miss. The key was leaked",
        "05:00 alice: back to normal",
    )
    record_ = replace(record_, incident=replace(incident(), severity=Severity.P0))
    context = RequirementContext(
        past_incidents=(earlier_incident(0, "Checkout"),), asked=make_decision(wanted=True)
    )
    everything = requirement_of(record_, context)
    assert {reason.rule for reason in everything.reasons} == {rule.__name__ for rule in RULES}
    nothing = evaluate(record_, draft(record_), OFF, context)
    assert (nothing.reasons, nothing.unknown) == ((), ())


def test_every_rule_has_a_docstring_that_justifies_it() -> None:
    assert all(rule.__doc__ and len(rule.__doc__) > 40 for rule in RULES)


def test_an_empty_record_requires_nothing_and_leaves_rules_unknown() -> None:
    requirement = requirement_of(record())
    assert not requirement.needed
    assert [rule.rule for rule in requirement.unknown] == [
        "severity", "minutes", "users", "revenue", "out_of_hours",
    ]  # fmt: skip


def test_the_draft_contains_the_requirement() -> None:
    record_ = record_with_severity(Severity.P1)
    postmortem = draft_with_requirement(record_, draft(record_), Thresholds())
    assert postmortem.need == requirement_of(record_)
    assert replace(postmortem, need=None) == draft(record_)


@given(any_record())
def test_any_record_is_judged_with_evidence_from_itself(record_: Record) -> None:
    requirement = requirement_of(record_)
    ids = {event_.message_id for event_ in record_.events}
    assert all(set(reason.evidence) <= ids for reason in requirement.reasons)
    assert requirement == requirement_of(record_)


_WORSE = list(reversed(Severity))


@given(
    severities=st.tuples(st.sampled_from(_WORSE), st.sampled_from(_WORSE)),
    spans=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    counts=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    costs=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    limits=st.tuples(st.sampled_from(_WORSE), st.integers(0, 300), st.integers(0, 5_000)),
)
def test_a_worse_incident_never_meets_fewer_rules(
    severities: tuple[Severity, Severity],
    spans: tuple[int, int],
    counts: tuple[int, int],
    costs: tuple[int, int],
    limits: tuple[Severity, int, int],
) -> None:
    policy = Thresholds(severity=limits[0], minutes=limits[1], users=limits[2], revenue=limits[2])

    def matching_rules(pick: Any) -> set[str]:
        worst = pick(severities, key=_WORSE.index)
        record_ = record_with_severity(worst)
        figures = tuple(
            ImpactFigure(text="said", kind=kind, value=value, unit="users", evidence=("m",))
            for kind, value in (
                (ImpactKind.USERS, pick(counts)),
                (ImpactKind.REVENUE, pick(costs)),
            )
        )
        lasted = Durations(ttm=timedelta(minutes=pick(spans)))
        postmortem = replace(draft(record_), impact=figures, durations=lasted)
        return {reason.rule for reason in evaluate(record_, postmortem, policy).reasons}

    assert matching_rules(min) <= matching_rules(max)


@pytest.mark.parametrize(
    ("message", "needed"),
    [
        ("12:00 alice: checkout is down", False),
        ("12:00 alice: checkout is down, data was lost", True),
    ],
)
def test_facts_missing_from_the_draft_are_listed_whether_or_not_one_is_required(
    message: str, *, needed: bool
) -> None:
    postmortem = draft_with_requirement(talk(message), draft(talk(message)), Thresholds())
    assert postmortem.need is not None
    assert [fact.rule for fact in postmortem.need.not_found] == ["started", "root_cause"]
    text = documents.markdown(postmortem)
    assert ("for a postmortem:**" in text) is needed
    (line,) = [
        text_line for text_line in text.splitlines() if "Not clear from the channel" in text_line
    ]
    assert "the start time; what caused it; " in line
    assert "how many users were affected" in line  # because a rule needs that


def test_facts_found_in_the_draft_are_not_listed_as_missing() -> None:
    story = talk(
        "12:00 alice: checkout has been failing since 11:50 UTC, 120 users are affected",
        "12:05 bob: root cause: the pool was cut to 4",
    )
    postmortem = draft_with_requirement(story, draft(story), Thresholds())
    assert postmortem.need is not None
    assert postmortem.need.not_found == ()

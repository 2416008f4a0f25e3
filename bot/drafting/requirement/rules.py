"""Rules that decide whether an incident requires a postmortem, each with its reason.

A rule returns a reason, or what it couldn't tell, or nothing. One that isn't sure returns nothing.
No rule looks at who did something: a postmortem is about what happened.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.domain.draft import Draft, ImpactFigure, ImpactKind
from bot.domain.key_times import combine_evidence
from bot.domain.library_page import Traits
from bot.domain.requirement import Reason, RequirementContext, Thresholds, UnknownRule
from bot.domain.similarity import compare_incidents
from bot.domain.timeline import EventKind, Mark, Record, TimelineEvent
from bot.drafting import wording
from bot.drafting.library.traits import find_traits_with_causes
from bot.drafting.reading.alerts import AlarmState, classify_alarm
from bot.drafting.reading.lines import quote, replace_unprintable
from bot.drafting.requirement.claims import (
    DATA_LOSS,
    NEAR_MISS,
    SECURITY,
    SLO,
    Topic,
    find_claims,
    is_denied,
)
from bot.drafting.requirement.figures import amount_of, find_figures, is_loss, stated_objective

MAX_QUOTE_LENGTH = 140  # characters of a clause quoted in a reason

_PAGED = re.compile(
    r"\b(?:paged|pager|woke|woken)\b|\bon-?call (?:was|got) (?:called|alerted)\b", re.IGNORECASE
)
_AFFECTED_WORDS = (r"\baffected\b", r"\bimpacted\b", r"\baffects?\b", r"\bimpacts?\b")
_BELOW = re.compile(
    r"\b(?:below|under|short of)\b.{0,20}\b(?:target|slo|sla|objective)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the rules look at."""

    record: Record
    draft: Draft
    context: RequirementContext

    @property
    def traits(self) -> Traits:
        """Return the traits by which similar incidents are found."""
        return find_traits_with_causes(self.record, self.draft)


Finding = Reason | UnknownRule | None
Number = TypeVar("Number", int, float)
Rule = Callable[[Case, Thresholds], Finding]


def severity(case: Case, limits: Thresholds) -> Finding:
    """The severity is the team's own judgment of how bad it was; the latest one counts."""
    if limits.severity is None:
        return None
    stated = case.draft.incident.severity
    if stated is None:
        return make_unknown_rule("severity")
    if stated > limits.severity:  # P0 is the worst
        return None
    text = wording.needs_severity(stated, limits.severity)
    return _reason("severity", text, stated, limits.severity, _severity_evidence(case, stated))


def minutes(case: Case, limits: Thresholds) -> Finding:
    """Users care how long it didn't work, whatever the cause.

    An unknown duration doesn't count as short.
    """
    if not limits.minutes:
        return None
    span, moments = case.draft.durations.ttm, case.draft.moments
    if span is None:
        return make_unknown_rule("minutes")
    if span < timedelta(minutes=limits.minutes):
        return None
    evidence = combine_evidence(moments.started, moments.restored)
    return _reason(
        "minutes",
        wording.needs_minutes(span, timedelta(minutes=limits.minutes)),
        int(span.total_seconds()) // 60,
        limits.minutes,
        evidence,
    )


def users(case: Case, limits: Thresholds) -> Finding:
    """The number of affected users is the plainest measure.

    The largest figure counts, never a sum.
    """
    if not limits.users:
        return None
    figures = [
        figure
        for figure in find_figures(case.draft, ImpactKind.USERS)
        if not is_denied(figure.text, _AFFECTED_WORDS)
    ]
    return _judge_largest("users", figures, limits.users, wording.needs_users)


def data_loss(case: Case, limits: Thresholds) -> Finding:
    """Lost data can't be rolled back, however small the incident was otherwise."""
    if not limits.data_loss:
        return None
    for figure in case.draft.impact:
        if figure.kind is ImpactKind.DATA and is_loss(figure):
            return _stated_reason("data_loss", figure.text, figure.evidence)
    return _find_stated_reason(case, "data_loss", DATA_LOSS)


def security(case: Case, limits: Thresholds) -> Finding:
    """Others may have gained access, and the people whose data we hold may have to be told."""
    if not limits.security:
        return None
    for event in case.record.events:
        if Mark.SECURITY in event.marks and not event.deleted:
            return _stated_reason("security", replace_unprintable(event.text), (event.message_id,))
    return _find_stated_reason(case, "security", SECURITY)


def revenue(case: Case, limits: Thresholds) -> Finding:
    """Lost money affects the whole company.

    Amounts are compared as stated, whatever their currency.
    """
    if not limits.revenue:
        return None
    figures = find_figures(case.draft, ImpactKind.REVENUE)
    return _judge_largest("revenue", figures, limits.revenue, wording.needs_revenue)


def out_of_hours(case: Case, limits: Thresholds) -> Finding:
    """A page at night costs somebody their sleep, which shouldn't happen twice for the same cause.

    Only an alert or a page counts: somebody who notices it while working at night wasn't called.
    """
    if not limits.out_of_hours:
        return None
    detected = case.draft.moments.detected
    if detected is None:
        return make_unknown_rule("out_of_hours")
    is_called = any(
        event.message_id in detected.evidence and _is_page(event) for event in case.record.events
    )
    if not is_called or limits.hours.contains(detected.at):
        return None
    local_time = detected.at.astimezone(limits.hours.zone)
    text = wording.needs_out_of_hours(local_time, limits.hours)
    return _reason("out_of_hours", text, local_time.isoformat(), None, detected.evidence)


def slo_breached(case: Case, limits: Thresholds) -> Finding:
    """An objective is a promise that the team made, with consequences if it's broken."""
    if not limits.slo_breached:
        return None
    for figure in find_figures(case.draft, ImpactKind.SLA):
        target = stated_objective(figure) or limits.slo_target
        if target and amount_of(figure) < target:
            text = wording.needs_slo(amount_of(figure), target)
            return _reason("slo_breached", text, amount_of(figure), target, figure.evidence)
        if (
            not target
            and _BELOW.search(figure.text)
            and not is_denied(figure.text, (r"\bbelow", r"\bunder"))
        ):
            return _stated_reason("slo_breached", figure.text, figure.evidence)
    return _find_stated_reason(case, "slo_breached", SLO)


def near_miss(case: Case, limits: Thresholds) -> Finding:
    """A failure that only luck prevented teaches as much as one that happened, and costs less."""
    return _find_stated_reason(case, "near_miss", NEAR_MISS) if limits.near_miss else None


def repeat(case: Case, limits: Thresholds) -> Finding:
    """If the same thing happens twice in a short time, the first follow-up didn't help."""
    incident = case.record.incident
    within = timedelta(days=limits.repeat_days)
    for past in sorted(
        case.context.past_incidents, key=lambda past: past.declared_at, reverse=True
    ):
        since = incident.declared_at - past.declared_at
        if not (limits.repeat_days and timedelta() <= since <= within):
            continue
        similarity = compare_incidents(incident, case.traits, past)
        if similarity.is_enough:
            text = wording.needs_repeat(
                (past.key, quote(past.title, MAX_QUOTE_LENGTH)),
                since,
                limits.repeat_days,
                "" if similarity.is_by_title else "; ".join(similarity.reasons),
            )
            return _reason("repeat", text, past.key, limits.repeat_days, _declaration(case))
    return None


def asked(case: Case, limits: Thresholds) -> Finding:
    """Somebody wants to understand the incident, and no threshold knows better than that."""
    decision = case.context.asked
    if decision is None or not limits.asked:
        return None
    text = wording.needs_asked(decision.by, quote(decision.because, MAX_QUOTE_LENGTH))
    return _reason("asked", text, decision.by, None, (decision.event_id,))


RULES: tuple[Rule, ...] = (
    severity,
    minutes,
    users,
    data_loss,
    security,
    revenue,
    out_of_hours,
    slo_breached,
    near_miss,
    repeat,
    asked,
)


def _reason(
    rule: str, text: str, value: float | str, threshold: float | str | None, evidence: Iterable[str]
) -> Reason:
    return Reason(rule=rule, text=text, found=value, threshold=threshold, evidence=tuple(evidence))


def _judge_largest(
    rule: str,
    figures: Sequence[ImpactFigure],
    threshold: Number,
    describe: Callable[[float, str, Number], str],
) -> Finding:
    """Return the reason if the largest figure reaches the threshold."""
    largest = max(figures, key=amount_of, default=None)
    if largest is None:
        return make_unknown_rule(rule)
    amount = amount_of(largest)
    if amount < threshold:
        return None
    text = describe(amount, largest.unit or "", threshold)
    return _reason(rule, text, amount, threshold, largest.evidence)


def make_unknown_rule(rule: str) -> UnknownRule:
    return UnknownRule(rule=rule, text=wording.UNKNOWN_FACTS[rule])


def _stated_reason(rule: str, clause: str, evidence: Iterable[str]) -> Reason:
    short = quote(clause, MAX_QUOTE_LENGTH)
    return _reason(rule, wording.needs_said(rule, short), short, None, evidence)


def _find_stated_reason(case: Case, rule: str, topic: Topic) -> Reason | None:
    first = next(find_claims(case.record, topic), None)
    return _stated_reason(rule, first.text, (first.message_id,)) if first else None


def _is_page(event: TimelineEvent) -> bool:
    return classify_alarm(event, event.text) is AlarmState.RAISED or (
        event.kind is not EventKind.ALERT and _PAGED.search(event.text) is not None
    )


def _severity_evidence(case: Case, stated: str) -> list[str]:
    """Return the event that last set the severity."""
    events = reversed(case.record.events)
    setting_kinds = {EventKind.SEVERITY, EventKind.DECLARED}
    return [
        event.message_id
        for event in events
        if event.kind in setting_kinds and event.detail == stated
    ][:1]


def _declaration(case: Case) -> list[str]:
    return [event.message_id for event in case.record.events if event.kind is EventKind.DECLARED][
        :1
    ]

"""The rules that say why an incident needs a postmortem: a table of small ones, each with its reason.

A rule answers with a reason, with what it could not tell, or with nothing. One that is not sure stays
silent. None looks at who did something: a postmortem is for what happened.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain import wording
from bot.domain.draft import Draft, ImpactKind, Moment
from bot.domain.library_page import Traits
from bot.domain.requirement import Beside, Need, Reason, Thresholds, Unknown
from bot.domain.similarity import likeness
from bot.domain.timeline import Kind, Mark, Record, TimelineEvent
from bot.drafting.alerts import Alarm, alarm
from bot.drafting.reading import clean, quote
from bot.drafting.requirement_figures import amount, figures, objective, tells_loss
from bot.drafting.requirement_words import (
    DATA_LOSS,
    NEAR_MISS,
    SECURITY,
    SLO,
    Topic,
    claims,
    denied,
)
from bot.drafting.similar_incidents import related
from bot.drafting.similarity_traits import named

QUOTED = 140  # characters of a clause that a reason repeats

_PAGED = re.compile(
    r"\b(?:paged|pager|woke|woken)\b|\bon-?call (?:was|got) (?:called|alerted)\b", re.IGNORECASE
)
_NOBODY = (r"\baffected\b", r"\bimpacted\b", r"\baffects?\b", r"\bimpacts?\b")
_BELOW = re.compile(
    r"\b(?:below|under|short of)\b.{0,20}\b(?:target|slo|sla|objective)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rules look at."""

    record: Record
    draft: Draft
    beside: Beside

    @property
    def traits(self) -> Traits:
        """By what this incident is known again."""
        return named(self.record, self.draft)


Finding = Reason | Unknown | None
Rule = Callable[[Case, Thresholds], Finding]


def judge(
    record: Record, draft: Draft, thresholds: Thresholds, beside: Beside | None = None
) -> Need:
    """Say whether the policy asks for a postmortem, with every reason and what could not be told."""
    case = Case(record.shown(), draft, beside or Beside())
    found = [rule(case, thresholds) for rule in RULES]
    unknown = tuple(each for each in found if isinstance(each, Unknown))
    return Need(
        reasons=tuple(each for each in found if isinstance(each, Reason)),
        unknown=unknown,
        not_found=_not_found(draft, unknown),
        waived=case.beside.waived,
    )


# What an author has to look up where the draft did not find it, with the rule that asks for as much.
_LOOKED_FOR = {
    "started": "",
    "detected": "out_of_hours",
    "root_cause": "",
    "impact": "users",
}


def _not_found(draft: Draft, unknown: Sequence[Unknown]) -> tuple[Unknown, ...]:
    """What the draft lacks that no rule asks for already."""
    asked = {each.rule for each in unknown}
    missing = draft.completeness.missing
    named = (name for name, rule in _LOOKED_FOR.items() if name in missing and rule not in asked)
    return tuple(_unknown(name) for name in named)


def judged(
    record: Record, draft: Draft, thresholds: Thresholds, beside: Beside | None = None
) -> Draft:
    """The draft with the policy's answer in it, and the incidents of before that it is much like."""
    known = related(record.incident, named(record, draft), (beside or Beside()).earlier)
    return replace(draft, need=judge(record, draft, thresholds, beside), related=known)


def severity(case: Case, limits: Thresholds) -> Finding:
    """A severity is the team's own verdict on how bad it was; the one that it has last counts."""
    if limits.severity is None:
        return None
    given = case.draft.incident.severity
    if given is None:
        return _unknown("severity")
    if given > limits.severity:  # P0 is the worst
        return None
    text = wording.needs_severity(given, limits.severity)
    return _reason("severity", text, given, limits.severity, _told_of(case, given))


def minutes(case: Case, limits: Thresholds) -> Finding:
    """Users count the time in which it did not work, whatever the cause. Unknown is not short."""
    if not limits.minutes:
        return None
    span, moments = case.draft.durations.ttm, case.draft.moments
    if span is None:
        return _unknown("minutes")
    if span < timedelta(minutes=limits.minutes):
        return None
    evidence = _evidence(moments.started, moments.restored)
    return _reason(
        "minutes",
        wording.needs_minutes(span, timedelta(minutes=limits.minutes)),
        int(span.total_seconds()) // 60,
        limits.minutes,
        evidence,
    )


def users(case: Case, limits: Thresholds) -> Finding:
    """How many were affected is the plainest measure there is. The largest claim counts, never a sum."""
    if not limits.users:
        return None
    said = [
        each for each in figures(case.draft, ImpactKind.USERS) if not denied(each.text, _NOBODY)
    ]
    worst = max(said, key=amount, default=None)
    if worst is None:
        return _unknown("users")
    if amount(worst) < limits.users:
        return None
    text = wording.needs_users(amount(worst), worst.unit or "users", limits.users)
    return _reason("users", text, amount(worst), limits.users, worst.evidence)


def data_loss(case: Case, limits: Thresholds) -> Finding:
    """What is lost cannot be rolled back, however small the incident was otherwise."""
    if not limits.data_loss:
        return None
    for figure in case.draft.impact:
        if figure.kind is ImpactKind.DATA and tells_loss(figure):
            return _said("data_loss", figure.text, figure.evidence)
    return _claimed(case, "data_loss", DATA_LOSS)


def security(case: Case, limits: Thresholds) -> Finding:
    """Others may have got in, and those who entrusted us with something may have to be told."""
    if not limits.security:
        return None
    for event in case.record.events:
        if Mark.SECURITY in event.marks and not event.deleted:
            return _said("security", clean(event.text), (event.message_id,))
    return _claimed(case, "security", SECURITY)


def revenue(case: Case, limits: Thresholds) -> Finding:
    """Money that was lost is felt by the whole company. Currencies are compared as they were said."""
    if not limits.revenue:
        return None
    worst = max(figures(case.draft, ImpactKind.REVENUE), key=amount, default=None)
    if worst is None:
        return _unknown("revenue")
    if amount(worst) < limits.revenue:
        return None
    text = wording.needs_revenue(amount(worst), worst.unit or "", limits.revenue)
    return _reason("revenue", text, amount(worst), limits.revenue, worst.evidence)


def out_of_hours(case: Case, limits: Thresholds) -> Finding:
    """A page at night costs somebody their sleep: that should not happen twice for one cause.

    Only an alarm or a page counts: somebody who is at work at night and sees it was not called.
    """
    if not limits.out_of_hours:
        return None
    detected = case.draft.moments.detected
    if detected is None:
        return _unknown("out_of_hours")
    called = any(e.message_id in detected.evidence and _calls(e) for e in case.record.events)
    if not called or limits.hours.hold(detected.at):
        return None
    there = detected.at.astimezone(limits.hours.zone)
    text = wording.needs_out_of_hours(there, limits.hours)
    return _reason("out_of_hours", text, there.isoformat(), None, detected.evidence)


def slo_breached(case: Case, limits: Thresholds) -> Finding:
    """An objective is a promise that the team made itself, with what follows when it is broken."""
    if not limits.slo_breached:
        return None
    for figure in figures(case.draft, ImpactKind.SLA):
        target = objective(figure) or limits.slo_target
        if target and amount(figure) < target:
            text = wording.needs_slo(amount(figure), target)
            return _reason("slo_breached", text, amount(figure), target, figure.evidence)
        if (
            not target
            and _BELOW.search(figure.text)
            and not denied(figure.text, (r"\bbelow", r"\bunder"))
        ):
            return _said("slo_breached", figure.text, figure.evidence)
    return _claimed(case, "slo_breached", SLO)


def near_miss(case: Case, limits: Thresholds) -> Finding:
    """What only luck prevented teaches as much as what happened, and costs less."""
    return _claimed(case, "near_miss", NEAR_MISS) if limits.near_miss else None


def repeat(case: Case, limits: Thresholds) -> Finding:
    """The same thing twice within a short time: what was done after the first time did not help."""
    now = case.record.incident
    within = timedelta(days=limits.repeat_days)
    for each in sorted(case.beside.earlier, key=lambda one: one.declared_at, reverse=True):
        since = now.declared_at - each.declared_at
        if not (limits.repeat_days and timedelta() <= since <= within):
            continue
        found = likeness(now, case.traits, each)
        if found.enough:
            text = wording.needs_repeat(
                (each.key, quote(each.title, QUOTED)),
                since,
                limits.repeat_days,
                "" if found.by_title else "; ".join(found.reasons),
            )
            return _reason("repeat", text, each.key, limits.repeat_days, _declared(case))
    return None


def asked(case: Case, limits: Thresholds) -> Finding:
    """Somebody wants to understand it: no threshold knows better."""
    one = case.beside.asked
    if one is None or not limits.asked:
        return None
    text = wording.needs_asked(one.by, quote(one.because, QUOTED))
    return _reason("asked", text, one.by, None, (one.deed,))


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
    rule: str, text: str, found: float | str, threshold: float | str | None, evidence: Iterable[str]
) -> Reason:
    return Reason(rule=rule, text=text, found=found, threshold=threshold, evidence=tuple(evidence))


def _unknown(rule: str) -> Unknown:
    return Unknown(rule=rule, text=wording.NOT_TOLD[rule])


def _said(rule: str, clause: str, evidence: Iterable[str]) -> Reason:
    short = quote(clause, QUOTED)
    return _reason(rule, wording.needs_said(rule, short), short, None, evidence)


def _claimed(case: Case, rule: str, topic: Topic) -> Reason | None:
    first = next(claims(case.record, topic), None)
    return _said(rule, first.text, (first.message_id,)) if first else None


def _calls(event: TimelineEvent) -> bool:
    return alarm(event, event.text) is Alarm.RAISED or (
        event.kind is not Kind.ALERT and _PAGED.search(event.text) is not None
    )


def _told_of(case: Case, given: str) -> list[str]:
    """The deed that set the severity last."""
    events = reversed(case.record.events)
    set_it = {Kind.SEVERITY, Kind.DECLARED}
    return [e.message_id for e in events if e.kind in set_it and e.detail == given][:1]


def _declared(case: Case) -> list[str]:
    return [e.message_id for e in case.record.events if e.kind is Kind.DECLARED][:1]


def _evidence(*ends: Moment | None) -> list[str]:
    return list(dict.fromkeys(each for end in ends if end for each in end.evidence))

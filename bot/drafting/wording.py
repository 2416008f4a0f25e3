"""The few sentences that a draft adds itself. Everything else is people's own words.

They're here instead of in a template because they're part of the draft's data: its JSON contains
them, and Slack and all documents show the same ones.
"""

from datetime import datetime, timedelta

from bot.domain.durations import format_duration
from bot.domain.requirement import WorkingWeek
from bot.domain.timeline import EventKind
from bot.drafting.labels import Label, has_doubtful_label, remove_label

_MINUTE = timedelta(minutes=1)

QUESTIONS = {
    "severity": "How severe was it?",
    "started": "When did the failure begin, and what began it?",
    "detected": "What was the first sign, and when did it reach somebody?",
    "acknowledged": "When did a responder take it?",
    "investigating": "When did the diagnosis begin?",
    "identified": "When was the cause known?",
    "mitigating": "Which step helped in the end, and when was it begun?",
    "restored": "When were users no longer affected?",
    "resolved": "When was the incident declared over?",
    "impact": "Who was affected, how many, and how badly?",
    "root_cause": "What caused it? Nobody said so in the channel.",
    "contributing_factors": "What made it more likely, or worse?",
    "action_items": "What will be done so that it does not happen again?",
    "owners": "Who owns each action item?",
    "due_dates": "When is each action item due?",
}
# What a postmortem may lack before it's final, by the names in `completeness`.
PART_NAMES = {
    "severity": "the severity",
    "started": "the start time",
    "detected": "the detection time",
    "acknowledged": "the time it was acknowledged",
    "investigating": "the start of the investigation",
    "identified": "the time the cause was identified",
    "mitigating": "the mitigation",
    "restored": "the recovery time",
    "resolved": "the resolution time",
    "impact": "impact numbers",
    "root_cause": "the root cause",
    "action_items": "an action item",
    "owners": "an owner for each action item",
    "due_dates": "a due date for each action item",
}
PARTS_OF_ITEM = {
    "owners": "an owner for \u201c{item}\u201d",
    "due_dates": "a due date for \u201c{item}\u201d",
}
ACTION_LABELS = {
    EventKind.DECLARED: "Declared",
    EventKind.STATUS: "Status",
    EventKind.SEVERITY: "Severity",
    EventKind.SERVICES: "Services affected",
    EventKind.IMPACT: "Impact",
    EventKind.ACTION: "Action item",
    EventKind.RESOLVED: "Resolved",
    EventKind.REOPENED: "Reopened",
    EventKind.CANCELLED: "Cancelled",
    EventKind.SKIPPED: "No postmortem",
    EventKind.ASKED: "A postmortem was asked for",
    EventKind.KEY_TIME: "Key time set",
    EventKind.KEY_TIME_CLEARED: "Key time cleared",
}
# Facts not found in the channel; each one completes that sentence.
UNKNOWN_FACTS = {
    "started": "the start time",
    "detected": "how it was noticed",
    "root_cause": "what caused it",
    "impact": "who was affected, and how badly",
    "severity": "how severe it was",
    "minutes": "for how long users were affected",
    "users": "how many users were affected",
    "revenue": "what it cost",
    "out_of_hours": "when it was noticed",
}
_STATED_RULES = {
    "data_loss": "Data was lost",
    "security": "It touches security",
    "slo_breached": "A service level was missed",
    "near_miss": "It was a near miss",
}
PERSONAL_CAUSE_QUESTION = (
    "What in the system let it happen? What was said about the cause speaks of a person, "
    "and that is never the end of it."
)


# Kinds whose text may start with its label.
_LABELS = {
    EventKind.IMPACT: Label.IMPACT,
    EventKind.ACTION: Label.ACTION,
    EventKind.RESOLVED: Label.RESOLVED,
    EventKind.STATUS: Label.STATUS,
}


def action_text(kind: EventKind, text: str) -> str:
    """Return what an action did, followed by its text."""
    if kind is EventKind.ROLE:
        return text[:1].upper() + text[1:]
    label = ACTION_LABELS.get(kind)
    if not label or not text:
        return label or text
    bare = remove_label(_LABELS[kind], text) if kind in _LABELS else text
    return label if bare.casefold() == label.casefold() else f"{label}: {bare}"


def as_sentence(text: str) -> str:
    """Format text as a sentence: capitalized, with a period at the end."""
    bare = text.strip()
    capital = bare[:1].upper() + bare[1:]
    return capital if not bare or bare[-1] in ".!?…:" else capital + "."


def cause_sentence(text: str) -> str:
    return as_sentence(
        text if has_doubtful_label(text) else f"The cause: {remove_label(Label.CAUSE, text)}"
    )


def fix_sentence(text: str) -> str:
    return as_sentence(f"What helped: {remove_label(Label.HELPED, text)}")


def order_question(earlier: str, later: str) -> str:
    return f"The record has {later} before {earlier}. Which of the two times is right?"


def acknowledged_within(span: timedelta) -> str:
    return f"A responder took it {format_minutes(span)} after the first sign."


def failed_step(step: str) -> str:
    return f"A step did not hold: {step}"


def silent_for(span: timedelta) -> str:
    return f"Nothing was said in the channel for {format_minutes(span)} while it lasted."


def no_update_for(span: timedelta) -> str:
    return f"No update was given for {format_minutes(span)} while it lasted."


def nothing_recorded(span: timedelta) -> str:
    return f"Nothing recorded for {format_minutes(span)}"


def format_minutes(span: timedelta) -> str:
    """Format a duration without its seconds: `46 min`, `1 h 12 min`, `2 d 3 h`."""
    return format_duration(span - span % _MINUTE) if span >= _MINUTE else "less than a minute"


def needs_severity(severity: str, threshold: str) -> str:
    return f"Its severity is {severity} (policy: {threshold} or worse)"


def needs_minutes(span: timedelta, threshold: timedelta) -> str:
    return f"Users were affected for {format_minutes(span)} (policy: {format_minutes(threshold)} or longer)"


def needs_users(count: float, unit: str, threshold: int) -> str:
    return f"{count:,} {unit or 'users'} were affected (policy: {threshold:,} or more)"


def needs_revenue(amount: float, unit: str, threshold: float) -> str:
    formatted = f"{amount:,} {unit}" if unit.isalpha() else f"{unit}{amount:,}"
    return f"It cost {formatted} (policy: {threshold:,.15g} or more)"


def needs_out_of_hours(local_time: datetime, hours: WorkingWeek) -> str:
    worked = f"{hours.start}:00 to {hours.end}:00 on working days, {hours.zone}"
    return (
        f"Somebody was called at {local_time:%H:%M} on a {local_time:%A} (policy: outside {worked})"
    )


def needs_slo(measured: float, target: float) -> str:
    return f"The service level was {measured}% (target: {target}%)"


def needs_said(rule: str, clause: str) -> str:
    """Return the reason that somebody stated, with the quote."""
    return f"{_STATED_RULES[rule]}: \u201c{clause}\u201d"


def needs_repeat(earlier: tuple[str, str], since: timedelta, days: int, trait: str) -> str:
    """Return the reason for a repeat.

    `earlier` is the key and title of the past incident; `trait` is what both have in common, or
    empty.
    """
    key, title = earlier
    repeat = f"{key} (\u201c{title}\u201d) was much the same, {time_before(since)}"
    return f"{repeat}{': ' if trait else ''}{trait} (policy: within {days} days)"


def needs_asked(person: str, reason: str) -> str:
    return f"{person} asked for one: \u201c{reason}\u201d" if reason else f"{person} asked for one"


def time_before(since: timedelta) -> str:
    return {0: "less than a day before", 1: "a day before"}.get(
        since.days, f"{since.days} days before"
    )

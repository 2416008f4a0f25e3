"""The few sentences that a draft adds itself. Everything else is people's own words.

They're here instead of in a template because they're part of the draft's data: its JSON contains
them, and Slack and all documents show the same ones.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.durations import format_duration
from bot.domain.letter_case import lower_first, upper_first
from bot.domain.requirement import WorkingWeek
from bot.domain.timeline import EventKind
from bot.drafting.labels import Label, remove_label
from bot.drafting.prose.cleaning import capitalize

_MINUTE = timedelta(minutes=1)

QUESTIONS = {
    "severity": "How severe was it?",
    "started": "When did the failure start, and what triggered it?",
    "detected": "What was the first sign, and when was it detected?",
    "acknowledged": "When did a responder acknowledge it?",
    "investigating": "When did the investigation start?",
    "identified": "When was the cause identified?",
    "mitigating": "What mitigated it, and when did that step start?",
    "restored": "When did the user impact end?",
    "resolved": "When was the incident resolved?",
    "impact": "Who was affected, how many, and how badly?",
    "root_cause": "What caused it? Not found in the channel.",
    "contributing_factors": "What were the contributing factors?",
    "action_items": "What will prevent it from happening again?",
    "owners": "Who owns each action item?",
    "due_dates": "When is each action item due?",
}
_ONE_POSSIBLE_CAUSE = "What caused it? A possible cause was mentioned, but it isn't certain."
_POSSIBLE_CAUSES = "What caused it? Possible causes were mentioned, but none is certain."


def find_questions(possible_causes: int) -> dict[str, str]:
    """Return the question for each part; the one for the cause depends on what people mentioned."""
    unclear = _ONE_POSSIBLE_CAUSE if possible_causes == 1 else _POSSIBLE_CAUSES
    return QUESTIONS | ({"root_cause": unclear} if possible_causes else {})


# What a postmortem needs before it's final, by the names in `completeness`.
REQUIRED_PART_NAMES = {
    "severity": "the severity",
    "started": "the start time",
    "detected": "the detection time",
    "acknowledged": "the time it was acknowledged",
    "investigating": "the start of the investigation",
    "identified": "the time the cause was identified",
    "mitigating": "the mitigation",
    "restored": "the time service was restored",
    "resolved": "the resolution time",
    "impact": "impact numbers",
    "root_cause": "the root cause",
    "action_items": "an action item",
    "owners": "an owner for each action item",
    "due_dates": "a due date for each action item",
}
# Sections that a postmortem may have, by the names in `completeness`.
SECTION_PART_NAMES = {
    "summary": "the summary",
    "five_whys": "the five whys",
    "contributing_factors": "contributing factors",
    "timeline": "the timeline",
    "went_well": "what went well",
    "went_poorly": "what went poorly",
    "lucky": "where we got lucky",
    "lessons": "lessons learned",
}
PART_NAMES = REQUIRED_PART_NAMES | SECTION_PART_NAMES
PARTS_OF_ITEM = {
    "owners": "an owner for \u201c{item}\u201d",
    "due_dates": "a due date for \u201c{item}\u201d",
}
ACTION_LABELS = {
    EventKind.DECLARED: "Declared",
    EventKind.STATUS: "Status",
    EventKind.SEVERITY: "Severity",
    EventKind.SERVICES: "Affected services",
    EventKind.IMPACT: "Impact",
    EventKind.ACTION: "Action item",
    EventKind.RESOLVED: "Resolved",
    EventKind.REOPENED: "Reopened",
    EventKind.CANCELLED: "Cancelled",
    EventKind.SKIPPED: "No postmortem",
    EventKind.ASKED: "Postmortem requested",
    EventKind.KEY_TIME: "Key time set",
    EventKind.KEY_TIME_CLEARED: "Key time cleared",
}
# Facts not found in the channel; each one completes that sentence.
UNKNOWN_FACTS = {
    "started": "the start time",
    "detected": "how it was detected",
    "root_cause": "what caused it",
    "impact": "who was affected, and how badly",
    "severity": "how severe it was",
    "minutes": "how long users were affected",
    "users": "how many users were affected",
    "revenue": "what it cost",
    "out_of_hours": "when it was detected",
}
_KEY_TIME_NAMES = {"investigating": "Investigation started", "mitigating": "Mitigation started"}
_STATED_RULES = {
    "data_loss": "Data was lost",
    "security": "It's a security incident",
    "slo_breached": "An SLO was missed",
    "near_miss": "It was a near miss",
}
ALL_WORKING = "All affected components work again."
PERSONAL_CAUSE_QUESTION = (
    "What in the system allowed it to happen? So far, the cause only names a person."
)


# Kinds whose text may start with its label.
_LABELS = {
    EventKind.IMPACT: Label.IMPACT,
    EventKind.ACTION: Label.ACTION,
    EventKind.RESOLVED: Label.RESOLVED,
    EventKind.STATUS: Label.STATUS,
}
_ROLE_MENTION = re.compile(r"(?:(?<=: )|(?<=, taking over from ))@")  # nobody is addressed there


def action_text(kind: EventKind, text: str) -> str:
    """Return what an action did, followed by its text."""
    if kind is EventKind.ROLE:
        names = _ROLE_MENTION.sub("", text)
        return upper_first(names)
    label = ACTION_LABELS.get(kind)
    if not label or not text:
        return label or text
    bare = remove_label(_LABELS[kind], text) if kind in _LABELS else text
    return label if bare.casefold() == label.casefold() else f"{label}: {bare}"


def unknown_person(number: int) -> str:
    return f"Person {number}"


def as_sentence(text: str) -> str:
    """Format text as a sentence: capitalized, with a period at the end."""
    bare = text.strip()
    capital = capitalize(bare)
    return capital if not bare or bare[-1] in ".!?…:" else capital + "."


def join_sentences(sentences: Sequence[str]) -> str:
    """Join sentences without a period at their end: "One. Another"."""
    *first, last = [sentence for sentence in sentences if sentence] or [""]
    return " ".join([*map(as_sentence, first), last])


def join_settings(first: str, second: str) -> str:
    """Join what two commands set: "Severity: P0; affected services: search"."""
    return f"{first}; {lower_first(second)}"


def key_time_name(name: str) -> str:
    """Return a key time's name as people read it: a time, not a status."""
    return _KEY_TIME_NAMES.get(name, name.capitalize())


def order_question(earlier: str, later: str) -> str:
    first, second = key_time_name(earlier).lower(), key_time_name(later)
    return f"{second} is recorded before {first}. Which time is correct?"


def acknowledged_within(span: timedelta) -> str:
    return f"It was acknowledged {format_minutes(span)} after the first sign."


def failed_step(step: str) -> str:
    return as_sentence(f"This didn't solve it: {step}")


def silent_for(span: timedelta) -> str:
    return f"No messages in the channel for {format_minutes(span)} during the incident."


def no_update_for(span: timedelta) -> str:
    return f"No status update was posted for {format_minutes(span)} during the incident."


def nothing_recorded(span: timedelta) -> str:
    return f"Nothing recorded for {format_minutes(span)}"


def format_minutes(span: timedelta) -> str:
    """Format a duration without its seconds: `46 min`, `1 h 12 min`, `2 d 3 h`."""
    return format_duration(span - span % _MINUTE) if span >= _MINUTE else "less than a minute"


def needs_severity(severity: str, threshold: str) -> str:
    return f"Severity is {severity} (policy: {threshold} or worse)"


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
        f"Somebody was paged at {local_time:%H:%M} on a {local_time:%A} (policy: outside {worked})"
    )


def needs_slo(measured: float, target: float) -> str:
    return f"Availability was {measured}% (target: {target}%)"


def needs_said(rule: str, clause: str) -> str:
    """Return the reason that somebody stated, with the quote."""
    return f"{_STATED_RULES[rule]}: \u201c{clause}\u201d"


def needs_repeat(earlier: tuple[str, str], since: timedelta, days: int, trait: str) -> str:
    """Return the reason for a repeat.

    `earlier` is the key and title of the past incident; `trait` is what both have in common, or
    empty.
    """
    key, title = earlier
    repeat = f"{key} (\u201c{title}\u201d) was similar, {time_before(since)}"
    return f"{repeat}{': ' if trait else ''}{trait} (policy: within {days} days)"


def needs_asked(person: str, reason: str) -> str:
    return f"{person} requested one: \u201c{reason}\u201d" if reason else f"{person} requested one"


def time_before(since: timedelta) -> str:
    return {0: "less than a day earlier", 1: "a day earlier"}.get(
        since.days, f"{since.days} days earlier"
    )

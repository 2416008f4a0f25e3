"""Rules that find commitments beyond the incident in a single clause.

In most conversation, "should" isn't a promise: "it should be back", "you should see it soon". What
counts is who speaks, when, and of what. Promises after the end are mostly follow-up; those before
it are mostly the next step.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.drafting.cues.search import has_question_mark

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thurs?|fri"
DUE = re.compile(
    rf"\b(?:by|before|until|on|due|next|till)?\s*(?P<day>{_DAYS}|tomorrow|tmrw|today)\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_LATER_TIME = re.compile(
    (
        r"\b(?:ideally|imo|imho|probably|really|long[- ]term|at some point|eventually"
        r"|in (?:the )?future|afterwards?|tomorrow|tmrw|next (?:week|sprint|month|quarter|time)"
        r"|this (?:week|sprint|month)|later|from now on|going forward|follow[- ]?up|so that)\b"
    ),
    re.IGNORECASE,
)
# "I'll restart it" is part of the response; "I'll add an alert" goes beyond it.
_LASTING_OBJECT = re.compile(
    (
        r"\b(?:alert\w*|monitor\w*|runbooks?|docs?|documentation|tests?|tickets?|issue|follow[- ]?up"
        r"|dashboards?|post-?mortems?|retro|review|checks?|guards?|limits?|validation|automat\w*"
        r"|process|policy|scripts?|cleanup|pr|pull request|fix|rca|rfo|summary|report|checklist"
        r"|write-?up)\b"
    ),
    re.IGNORECASE,
)
_LASTING_VERB = (
    r"(?:add|alert|automate|backport|bump|change|clean up|create|cover|disable|document|enable"
    r"|enforce|extend|file|fix|follow up|harden|implement|improve|increase|introduce|investigate"
    r"|limit|make|migrate|monitor|move|open|prevent|protect|put|raise|rate.?limit|refactor|remove"
    r"|replace|require|review|rewrite|schedule|set up|split|stop|switch|teach|test|track|update"
    r"|upgrade|validate|work on|write)"
)
# Verbs that end with the incident: being, seeing, waiting, telling, resting, one more look or step.
_PASSING_VERB = (
    r"(?:be|have|get|see|know|hear|go(?! through| over)|come|keep|wait|watch|monitor|stay|check"
    r"|look|let|ping|call|page|close|resolve|tell|say|talk|speak|chat|grab|sleep|head|leave|join"
    r"|post|announce|reply|respond|answer|try|need|want|think|guess|hold|verify|confirm|restart"
    r"|retry|roll|revert|deploy|eat|drink|buy|owe|notify|leave|start|probably|not|never|also be"
    r"|just be|continue|do|like|love|find|figure|credit|mark|declare|sign off|drop|pay|work"
    r"|recover|run|take (?:a|another|over|care|it from|the kids|off)"
    r"|send (?:a|an|the) (?:update|message|note))"
)
_FIRST_PERSON = r"(?:i'?ll|i will|i'?m (?:going to|gonna)|i can|let me|ill(?= [a-z]+ ))"
_FIRST_PERSON_PLURAL = r"(?:we'?ll|we will|we'?re (?:going to|gonna)|we are going to)"

_LABELLED = re.compile(
    (
        r"^\W{0,4}(?:action items?|action|ai|todo|to-do"
        r"|follow[- ]?ups?)\b\W{0,2}[:\]\-]\W{0,3}(?P<what>.{4,})"
    ),
    re.IGNORECASE,
)
_PROMISE = re.compile(
    rf"\b(?:{_FIRST_PERSON}|{_FIRST_PERSON_PLURAL})\s+(?:\w+\s+){{0,2}}?{_LASTING_VERB}\b",
    re.IGNORECASE,
)
_ANY_PROMISE = re.compile(
    (
        rf"(?:\b(?:{_FIRST_PERSON}|{_FIRST_PERSON_PLURAL})|^\W*(?:and |so |then )*(?:gonna|going to"
        r"|will))\s+(?:(?:also|then|just|definitely|go and|make sure to) "
        rf")?(?!{_PASSING_VERB}\b)[a-z]{{3,}}\b|\bi have asked \w+ to\b"
    ),
    re.IGNORECASE,
)
_PROPOSAL = re.compile(
    (
        r"\b(?:we|someone|somebody) (?:should|need to|ought to"
        rf"|must)\s+(?:\w+\s+){{0,2}}?{_LASTING_VERB}\b"
    ),
    re.IGNORECASE,
)
_ANY_PROPOSAL = re.compile(
    r"\bwe (?:should|need to|ought to|must)\s+(?:(?:probably|really|also|definitely) )*"
    rf"(?!{_PASSING_VERB}\b|(?:still|all|both)\b)[a-z]{{3,}}\b",
    re.IGNORECASE,
)
_DATED_PROMISE = re.compile(
    rf"\b{_FIRST_PERSON}\s+(?!be\b|see\b|talk\b|speak\b|know\b|not\b|let you\b)[a-z]{{2,}}\b",
    re.IGNORECASE,
)
# Reported proposals by others commit nobody.
_REPORTED = re.compile(
    (
        r"\b(?:says?|said|thinks?|asks?|maybe|perhaps) (?:that )?we (?:should|need)"
        r"|\bwe (?:should|need to) (?:maybe|perhaps)\b"
    ),
    re.IGNORECASE,
)
_NEW_RULE = re.compile(
    (
        r"\b(?:will|won'?t|must|always|never)\b.{2,80}\b(?:from now on|going forward)\b"
        r"|\bnext time (?:i|we)\b(?!.*\?)"
    ),
    re.IGNORECASE,
)
_MEETING = re.compile(
    (
        r"\b(?:post-?incident review|incident review|post-?mortem|retro(?:spective)?|rca"
        r"|debrief)\b(?! (?:is|was|done|draft))"
    ),
    re.IGNORECASE,
)
_SOON = re.compile(
    (
        r"\b(?:now|right away|shortly|in (?:a|one|\d+) (?:bit|sec\w*|min\w*|moment|hour)"
        r"|in \d+ ?min\w*|in a few)\b"
    ),
    re.IGNORECASE,
)


# Every rule needs one of these words. Most clauses have none and are skipped quickly.
_TRIGGER = re.compile(
    (
        r"\b(?:i'?ll|ill|will|i'?m (?:going|gonna)|going to|gonna|i can|let me|i have asked"
        r"|we(?:'?ll|'?re)?|someone|somebody|won'?t|must|always|never|next time|review|post-?mortem"
        r"|retro(?:spective)?|rca|debrief)\b"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """A clause in context: `is_after_end` if users are fine again; `text` has straight apostrophes."""

    text: str
    is_after_end: bool


def text_after_label(clause: str) -> str | None:
    """Return the text after "action item:", "todo:" or "follow-up:", or None."""
    match = _LABELLED.match(clause)
    return match["what"] if match else None


def _is_proposal(clause: ClauseContext) -> bool:
    """Match proposals beyond the incident, according to their wording or to when they're made."""
    is_later = clause.is_after_end or _LATER_TIME.search(clause.text) is not None
    return is_later and _PROPOSAL.search(clause.text) is not None


def _is_proposal_after_end(clause: ClauseContext) -> bool:
    """Match any "we should" after the end, except for things that end with the incident."""
    proposed = _ANY_PROPOSAL.search(clause.text) and not _REPORTED.search(clause.text)
    return clause.is_after_end and bool(proposed)


def _is_promise(clause: ClauseContext) -> bool:
    """Match promises during the incident with a time and a lasting object."""
    timed = _LATER_TIME.search(clause.text) or DUE.search(clause.text)
    lasting = _PROMISE.search(clause.text) or (
        _ANY_PROMISE.search(clause.text) and not _SOON.search(clause.text)
    )
    return bool(timed and lasting and _LASTING_OBJECT.search(clause.text))


def _is_promise_after_end(clause: ClauseContext) -> bool:
    """Match any "I'll" after the end, except for things that end with the incident."""
    if not clause.is_after_end or (
        _SOON.search(clause.text) and not _LASTING_OBJECT.search(clause.text)
    ):
        return False
    dated = DUE.search(clause.text) is not None and _DATED_PROMISE.search(clause.text) is not None
    return dated or _ANY_PROMISE.search(clause.text) is not None


def _is_new_rule(clause: ClauseContext) -> bool:
    """Match the announcement of a new rule: "will … from now on"."""
    return _NEW_RULE.search(clause.text) is not None


def _is_dated_review(clause: ClauseContext) -> bool:
    """Match a review that's given a day."""
    return _MEETING.search(clause.text) is not None and DUE.search(clause.text) is not None


RULES: tuple[Callable[[ClauseContext], bool], ...] = (
    _is_proposal,
    _is_proposal_after_end,
    _is_promise,
    _is_promise_after_end,
    _is_new_rule,
    _is_dated_review,
)


def is_commitment(clause: str, *, is_after_end: bool) -> bool:
    """Return whether a clause commits somebody. A question doesn't."""
    if has_question_mark(clause):
        return False
    context = ClauseContext(text=clause.replace("\u2019", "'"), is_after_end=is_after_end)
    return _TRIGGER.search(context.text) is not None and any(rule(context) for rule in RULES)

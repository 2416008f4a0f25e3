"""Rules for mitigation, recovery and resolution.

A rule's docstring says why it should hold for any team.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.key_times import Basis, Moment
from bot.domain.timeline import EventKind
from bot.drafting.components import find_outages
from bot.drafting.cues.action_reports import says_in_vain
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.key_times.rule import (
    find_position,
    lines_after,
    make_clause_moment,
    make_line_moment,
    make_moment,
)
from bot.drafting.key_times.spoken_times import parse_since, parse_span
from bot.drafting.reading.component_posts import parse_component_post
from bot.drafting.reading.lines import Line
from bot.drafting.reading.status_pages import Phase
from bot.drafting.recovery_course import (
    find_changes,
    find_first_mention,
    find_recoveries,
    find_recovery_course,
    is_unreserved,
    verb_stems,
)
from bot.drafting.roles.reading import read_roles
from bot.drafting.roles.role import Role

_PASSIVE = re.compile(r"\b(?:was|were|got)\b", re.IGNORECASE)
_EARLIER_PHASES = {Phase.INVESTIGATING, Phase.IDENTIFIED}
_FIXING = re.compile(
    (
        r"\b(?:working (?:to|on|towards) (?:\w+ ){0,3}?(?:fix\w*|mitigat\w+|resolv\w+|resolution"
        r"|restor\w+|recover\w*|repair\w*)|(?:appl(?:y|ied|ying)|implement(?:ed|ing)?"
        r"|deploy(?:ed|ing)?|roll(?:ed|ing) out|test(?:ed|ing)|prepar(?:ed|ing)"
        r"|releas(?:ed|ing)) (?:\w+ ){0,2}?(?:fix(?:es)?|mitigations?|workaround|patch|change"
        r"|rollback|remediation)|(?:fix|mitigation|workaround) (?:has been|is being|is|was) "
        r"|(?:is|are) being (?:fixed|resolved|rolled back|mitigated|repaired)|roll(?:ing|ed) back"
        r"|fail(?:ing|ed) over|restor(?:ing|ed) )"
    ),
    re.IGNORECASE,
)
_LIKELY = -100  # hundredths of log-odds
_EVERYTHING = re.compile(r"\b(?:all|fully|every\w*)\b", re.IGNORECASE)


def came_back(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The first firm statement of recovery that no later trouble contradicts.

    People, the status page and monitors all count; a note with its own time takes precedence. A
    status page reports one part after another, so its last post counts unless an earlier one says
    "all".
    """
    detected = moments.get("detected")
    recoveries = [
        (line, cue)
        for line, cue in find_recoveries(lines, find_recovery_course(lines).trouble)
        if detected and line.event.happened_at >= detected.at
    ]
    notes = [pair for pair in recoveries if pair[0].event.kind is EventKind.NOTE]
    best = next(iter(notes), None) or _best_page_post(recoveries) or next(iter(recoveries), None)
    return _recovery_moment(*best) if best else None


def page_well(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page changes to "Monitoring" when users are fine.

    The first such post after the last one with an earlier phase counts.
    """
    posts = [line for line in lines if line.phase]
    last_trouble = max(
        (position for position, line in enumerate(posts) if line.phase in _EARLIER_PHASES),
        default=-1,
    )
    well = (line for line in posts[last_trouble + 1 :] if line.phase is Phase.MONITORING)
    first = next(well, None)
    return make_moment(first, Basis.INFERRED) if first else None


def components_well(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page that tells the state of each component: users are fine when all work again."""
    outages = find_outages(lines)
    if any(outage.end is None for outage in outages):
        return None
    posts = ((line, parse_component_post(line)) for line in lines)
    working = [line for line, post in posts if post and not post.trouble]
    ends = [outage.end for outage in outages if outage.end] or working
    last = max(ends, key=lambda line: line.event.happened_at, default=None)
    return make_moment(last, Basis.INFERRED) if last else None


def page_over(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page that only says "Resolved" also says that users are fine."""
    over = (line for line in lines if line.phase is Phase.RESOLVED)
    return next((make_line_moment(line) for line in over), None)


def told_span(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Somebody looks back and gives both ends: "between 9:40 and 11:35 UTC logins failed"."""
    detected = moments.get("detected")
    span_ends = [
        make_moment(line, Basis.REPORTED, ends[1])
        for line in lines
        for cue in line.find_all(Sense.PROBLEM)
        if not cue.is_question and (ends := parse_span(cue.clause, line.said_at))
    ]
    return next(
        (moment for moment in reversed(span_ends) if detected and moment.at >= detected.at), None
    )


def fix_out(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """If nobody says what users see, the fix that is in place and wasn't reverted."""
    trouble = find_recovery_course(lines).trouble
    for line in lines_after(lines[trouble + 1 :], moments.get("detected")):
        cue = line.find_firm(Sense.FIXED)
        if cue and is_unreserved(cue) and not line.alarm:
            return make_clause_moment(line, cue)
    return None


def step_after_cause(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Once the cause is known, the first change started is the one that addresses it.

    A change followed by a relapse didn't help, whatever it addressed.
    """
    cause_at = find_position(lines, moments.get("identified"))
    end = find_position(lines, moments.get("restored"))
    fixes = _possible_fixes(lines, moments, len(lines) if end is None else end)
    after_cause = [
        (line, cue)
        for position, line, cue in fixes
        if cause_at is not None and position >= cause_at
        # In the message that names the cause, "the key was rotated" is part of the cause.
        if position > cause_at or not _PASSIVE.search(cue.clause)
    ]
    return make_clause_moment(*after_cause[0]) if after_cause else None


def page_step(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """The first status page post about a fix, a mitigation or work on the cause."""
    posts = (line for line in lines if line.phase)
    return next((make_line_moment(line) for line in posts if _FIXING.search(line.prose)), None)


def last_step(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The last change before recovery is the one that helped; it began when first mentioned.

    "Queue drained" is a recovery that sounds like a change, so the recovery message itself is
    considered last.
    """
    end = find_position(lines, moments.get("restored"))
    if end is None:
        return None
    tried = _possible_fixes(lines, moments, end - 1) or _possible_fixes(lines, moments, end)
    return make_clause_moment(*find_first_mention(tried)) if tried else None


def only_step(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """If the incident was declared over and only one thing was ever changed, that's what helped."""
    end = find_position(lines, moments.get("resolved"))
    fixes = _possible_fixes(lines, moments, end) if end is not None else []
    stems = [verb_stems(line) for _, line, _ in fixes]
    return make_clause_moment(*fixes[0][1:]) if fixes and set.intersection(*stems) else None


def said_over(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Somebody declares the end in so many words; if it's declared twice, the last time counts."""
    spoken = lines_after(lines, moments.get("restored") or moments.get("detected"))
    over = [
        (line, cue)
        for line in spoken
        if not line.alarm and (cue := line.find_firm(Sense.OVER)) and not cue.is_hedged
    ]
    return make_clause_moment(*over[-1]) if over else None


def likely_over(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The last message that the reader takes for an all-clear, after the last sign of trouble."""
    start = moments.get("restored") or moments.get("detected")
    trouble = find_recovery_course(lines).relapse
    clear = [
        line
        for position, (line, roles) in enumerate(zip(lines, read_roles(lines), strict=True))
        if position > trouble
        and start
        and line.event.happened_at >= start.at
        and any(scores[Role.ALL_CLEAR] > _LIKELY for scores in roles)
    ]
    return make_line_moment(clear[-1]) if clear else None


def last_post(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page's posts stop at the end: the last one counts if it reports an end.

    Status pages say "we believe" out of habit, so hedging doesn't matter there.
    """
    spoken = [line for line in lines if line.event.kind in {EventKind.MESSAGE, EventKind.ALERT}]
    if not spoken or not all(line.phase for line in spoken):
        return None
    last = spoken[-1]
    ended = (
        last.find_firm(Sense.RECOVERY) or last.find_firm(Sense.OVER) or last.find_firm(Sense.FIXED)
    )
    return make_clause_moment(last, ended) if ended else None


def _best_page_post(
    recoveries: Sequence[tuple[Line, CueMatch | None]],
) -> tuple[Line, CueMatch | None] | None:
    posts = [(line, cue) for line, cue in recoveries if line.phase]
    if not posts or len(posts) < len(recoveries):
        return None
    whole = (pair for pair in posts if pair[1] and _EVERYTHING.search(pair[1].clause))
    return next(whole, posts[-1])


def _recovery_moment(line: Line, cue: CueMatch | None) -> Moment:
    """Return when it was fine: the time a clause gives for it, or else the time of the message."""
    at: datetime | None = parse_since(cue.clause, line.said_at) if cue else None
    if at and line.event.kind is not EventKind.NOTE:
        return make_moment(line, Basis.REPORTED, at)
    return make_clause_moment(line, cue) if cue else make_line_moment(line)


def _possible_fixes(
    lines: Sequence[Line], moments: Mapping[str, Moment], until: int
) -> list[tuple[int, Line, CueMatch]]:
    """Return changes after the first sign that may have helped: nobody said that they didn't."""
    detected = moments.get("detected")
    changes = find_changes(lines, find_recovery_course(lines).relapse, until) if detected else []
    helpful = [change for change in changes if not _was_in_vain(*change[1:])]
    return [
        change
        for change in helpful
        if detected and make_clause_moment(*change[1:]).at >= detected.at
    ]


def _was_in_vain(line: Line, cue: CueMatch) -> bool:
    return says_in_vain(line.prose[line.prose.find(cue.clause) :])

"""The rules for the step that helped, the return, and the end.

A rule's docstring says why it should hold in a team that nobody here has met.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.draft import Basis, Moment
from bot.domain.timeline import Kind
from bot.drafting.action_reports import was_in_vain
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.moment_rule import after, moment_at, moment_of, place_of, read_off
from bot.drafting.reading import Line
from bot.drafting.recovery_course import begun, course, recoveries, steps, unreserved, verbs
from bot.drafting.spoken_times import since, span
from bot.drafting.status_page_feed import Phase

_PASSIVE = re.compile(r"\b(?:was|were|got)\b", re.IGNORECASE)
_PAGE_ILL = {Phase.INVESTIGATING, Phase.IDENTIFIED}
_MENDS = re.compile(
    r"\b(?:working (?:to|on|towards) (?:\w+ ){0,3}?(?:fix\w*|mitigat\w+|resolv\w+|resolution|restor\w+|recover\w*|repair\w*)|"
    r"(?:appl(?:y|ied|ying)|implement(?:ed|ing)?|deploy(?:ed|ing)?|roll(?:ed|ing) out|test(?:ed|ing)|prepar(?:ed|ing)|releas(?:ed|ing)) "
    r"(?:\w+ ){0,2}?(?:fix(?:es)?|mitigations?|workaround|patch|change|rollback|remediation)|"
    r"(?:fix|mitigation|workaround) (?:has been|is being|is|was) |(?:is|are) being (?:fixed|resolved|rolled back|mitigated|repaired)|roll(?:ing|ed) back|fail(?:ing|ed) over|restor(?:ing|ed) )",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|fully|every\w*)\b", re.IGNORECASE)


def came_back(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first firm word of recovery that no later word of trouble takes back.

    People, the status page and the monitors all count; a note with its own time outweighs them. A
    page tells of one part after another, so there the last one counts unless a post says "all".
    """
    detected = found.get("detected")
    told = [
        (line, hit)
        for line, hit in recoveries(lines, course(lines).trouble)
        if detected and line.event.happened_at >= detected.at
    ]
    notes = [pair for pair in told if pair[0].event.kind is Kind.NOTE]
    best = next(iter(notes), None) or _of_the_page(told) or next(iter(told), None)
    return _since(*best) if best else None


def page_well(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A page goes over to "Monitoring" when users are well; the first such post after the last ill one."""
    posts = [line for line in lines if line.phase]
    ill = max((n for n, line in enumerate(posts) if line.phase in _PAGE_ILL), default=-1)
    well = (line for line in posts[ill + 1 :] if line.phase is Phase.MONITORING)
    first = next(well, None)
    return moment_at(first, Basis.INFERRED) if first else None


def page_over(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A page that says only "Resolved" says with it that users are well."""
    over = (line for line in lines if line.phase is Phase.RESOLVED)
    return next((read_off(line) for line in over), None)


def told_span(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Somebody looks back and gives both ends: "between 9:40 and 11:35 UTC logins failed"."""
    detected = found.get("detected")
    told = [
        moment_at(line, Basis.REPORTED, ends[1])
        for line in lines
        for hit in line.said(Sense.PROBLEM)
        if not hit.asked and (ends := span(hit.clause, line.said_at))
    ]
    return next((each for each in reversed(told) if detected and each.at >= detected.at), None)


def fix_out(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Where nobody says what users see, the fix that is in place and was not taken back."""
    trouble = course(lines).trouble
    for line in after(lines[trouble + 1 :], found.get("detected")):
        hit = line.firm(Sense.FIXED)
        if hit and unreserved(hit) and not line.alarm:
            return moment_of(line, hit)
    return None


def step_after_cause(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Once the cause is known, the first change begun is the one aimed at it.

    A change that was followed by a relapse did not help, whatever it was aimed at.
    """
    known = place_of(lines, found.get("identified"))
    end = place_of(lines, found.get("restored"))
    tried = _tried(lines, found, len(lines) if end is None else end)
    aimed = [
        (line, hit)
        for place, line, hit in tried
        if known is not None and place >= known
        # Where the cause is named, "the key was rotated" tells of the cause.
        if place > known or not _PASSIVE.search(hit.clause)
    ]
    return moment_of(*aimed[0]) if aimed else None


def page_step(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """The first post in which a page speaks of mending: a fix, a mitigation, work on the cause."""
    posts = (line for line in lines if line.phase)
    return next((read_off(line) for line in posts if _MENDS.search(line.prose)), None)


def last_step(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The last change before it got better is the one that helped; it began when first spoken of.

    "queue drained" is a recovery and sounds like a step, so the message of recovery itself comes last.
    """
    end = place_of(lines, found.get("restored"))
    if end is None:
        return None
    tried = _tried(lines, found, end - 1) or _tried(lines, found, end)
    return moment_of(*begun(tried)) if tried else None


def only_step(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Where it was declared over and only one thing was ever changed, that is what helped."""
    end = place_of(lines, found.get("resolved"))
    tried = _tried(lines, found, end) if end is not None else []
    told = [verbs(line) for _, line, _ in tried]
    return moment_of(*tried[0][1:]) if tried and set.intersection(*told) else None


def said_over(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Somebody declares the end in a word of ending; said twice, the last time counts."""
    spoken = after(lines, found.get("restored") or found.get("detected"))
    over = [
        (line, hit)
        for line in spoken
        if not line.alarm and (hit := line.firm(Sense.OVER)) and not hit.unsure
    ]
    return moment_of(*over[-1]) if over else None


def last_post(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page's posts end when it is over: the last one, when it tells of an end.

    A page says "we believe" out of habit, so there a hedge does not weigh.
    """
    spoken = [line for line in lines if line.event.kind in {Kind.MESSAGE, Kind.ALERT}]
    if not spoken or not all(line.phase for line in spoken):
        return None
    last = spoken[-1]
    ended = last.firm(Sense.RECOVERY) or last.firm(Sense.OVER) or last.firm(Sense.FIXED)
    return moment_of(last, ended) if ended else None


def _of_the_page(told: Sequence[tuple[Line, Hit | None]]) -> tuple[Line, Hit | None] | None:
    posts = [(line, hit) for line, hit in told if line.phase]
    if not posts or len(posts) < len(told):
        return None
    whole = (pair for pair in posts if pair[1] and _ALL.search(pair[1].clause))
    return next(whole, posts[-1])


def _since(line: Line, hit: Hit | None) -> Moment:
    """When it was well: the time from which a clause says so, else when it was said."""
    at: datetime | None = since(hit.clause, line.said_at) if hit else None
    if at and line.event.kind is not Kind.NOTE:
        return moment_at(line, Basis.REPORTED, at)
    return moment_of(line, hit) if hit else read_off(line)


def _tried(
    lines: Sequence[Line], found: Mapping[str, Moment], until: int
) -> list[tuple[int, Line, Hit]]:
    """The changes that may have helped: made after the first sign, and not said to have been in vain."""
    first = found.get("detected")
    told = steps(lines, course(lines).relapse, until) if first else []
    helpful = [each for each in told if not _in_vain(*each[1:])]
    return [each for each in helpful if first and moment_of(*each[1:]).at >= first.at]


def _in_vain(line: Line, hit: Hit) -> bool:
    return was_in_vain(line.prose[line.prose.find(hit.clause) :])

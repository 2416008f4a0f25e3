"""The rules that find a moment. Each sees the lines and what was found before it; None is "not sure".

A rule's docstring says why it should hold in a team that nobody here has met.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.draft import Basis, Moment
from bot.domain.incident import Status
from bot.domain.rules.causes import causal_weight, cause_statements
from bot.domain.rules.cues import AGAIN, Sense
from bot.domain.rules.reading import Hit, Line
from bot.domain.rules.spoken_times import beginning, said_time
from bot.domain.rules.status_feed import Phase, phase
from bot.domain.timeline import Kind, Mark

Rule = Callable[[Sequence[Line], Mapping[str, Moment]], Moment | None]
_SIGN = re.compile(r"\b(?:alert\w*|alarm\w*|paged?|notic\w+|report\w*)\b", re.IGNORECASE)
_WORDS = 3  # an answer has that many; fewer is an exclamation
_WORK = {Sense.FINDING, Sense.CAUSE, Sense.REASON, Sense.BEGUN, Sense.DONE}


def deed(status: Status) -> Rule:
    """A command or a button set this status: a person said so, at that time.

    Things are resolved twice when the first time was wrong; the last one counts.
    """

    def by_command(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        deeds = [line for line in lines if _set_status(line) is status]
        if not deeds:
            return None
        return _at(deeds[-1] if status is Status.RESOLVED else deeds[0], Basis.MARKED)

    return by_command


def mark(what: Mark) -> Rule:
    """A person marked a message as this: nothing that was merely said outweighs it."""

    def by_mark(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        marked = next((line for line in lines if what in line.event.marks), None)
        return _at(marked, Basis.MARKED) if marked else None

    return by_mark


def posted(wanted: Phase) -> Rule:
    """A status page has a fixed word for each phase, and it is chosen with care."""

    def by_status_page(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
        posts = [line for line in lines if phase(line.text) is wanted]
        if not posts:
            return None
        return _at(posts[-1] if wanted is Phase.RESOLVED else posts[0], Basis.INFERRED)

    return by_status_page


def typed_beginning(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """A note with a time of its own that tells of trouble before anybody noticed it."""
    detected = found.get("detected")
    notes = (line for line in lines if line.event.kind is Kind.NOTE and detected)
    return next(
        (
            _at(line, Basis.TYPED)
            for line in notes
            if detected and line.event.happened_at <= detected.at and _has(line, Sense.PROBLEM)
        ),
        None,
    )


def told_beginning(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """Somebody says since when: a clock time or a span, beside a word of beginning or of trouble."""
    for line in lines:
        for hit in line.said(Sense.PROBLEM):
            at = beginning(hit.clause, line.event.happened_at)
            if at and not hit.asked:
                return _at(line, Basis.REPORTED, at)
    return None


def first_sign(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """The first alert, the first word of trouble, or the declaration, whichever came first.

    A note entered afterwards tells what nobody knew at its time, unless it tells of a sign.
    """
    for line in lines:
        sign = line.event.kind is not Kind.NOTE or _SIGN.search(line.text)
        if line.event.kind is Kind.DECLARED or (sign and _has(line, Sense.PROBLEM)):
            return _read_off(line)
    return None


def lead_taken(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """Somebody was made lead: from then on it is in somebody's hands."""
    roles = (line for line in lines if line.event.kind is Kind.ROLE)
    lead = next((line for line in roles if line.event.detail.startswith("lead")), None)
    return _at(lead, Basis.MARKED) if lead else None


def first_taken(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first answer, or the lead's appointment when that came sooner.

    A command outweighs words only about what it says; naming a lead does not say when work began.
    """
    ways = [way for way in (lead_taken(lines, found), first_answer(lines, found)) if way]
    return min(ways, key=lambda moment: moment.at, default=None)


def first_answer(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Somebody other than who gave the sign says that they take it, or answers and then works on it.

    A status page speaks with one voice and answers nobody.
    """
    reporters = _reporters(lines, found)
    others = [line for line in lines if line.author not in reporters and not phase(line.text)]
    working = {line.author for line in others if _is_person(line) and line.senses() & _WORK}
    for line in _after(others, found.get("detected")):
        taken = any(not hit.asked for hit in line.said(Sense.TAKEN))
        answered = line.author in working and len(line.prose.split()) >= _WORDS
        if taken or (_is_person(line) and answered):
            return _read_off(line)
    return None


def first_look(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first word of looking, or the first observation by somebody other than who reported."""
    reporters = _reporters(lines, found)
    for line in _after(lines, found.get("detected")):
        looking = any(
            not hit.asked for hit in line.hits if hit.sense in {Sense.LOOKING, Sense.TAKEN}
        )
        observed = _has(line, Sense.FINDING) and line.author not in reporters
        if _is_person(line) and (looking or observed):
            return _read_off(line)
    return None


def cause_named(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The firmest statement of a cause before it was over: what is said later only retells it."""
    restored = found.get("restored")
    stated = cause_statements(lines, restored.at if restored else None)
    best = max(stated, key=lambda pair: causal_weight(pair[1]), default=None)
    return _from(*best) if best else None


def step_after_cause(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Once the cause is known, the first change begun is the one aimed at it."""
    identified, restored = found.get("identified"), found.get("restored")
    if not identified:
        return None
    for line in _after(lines, identified):
        if restored and line.event.happened_at > restored.at:
            return None
        if step := _step(line):
            return _from(line, step)
    return None


def last_step(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Where no cause was named, the last change begun before it got better is the one that helped."""
    restored = found.get("restored")
    if not restored or "identified" in found:
        return None
    before = [line for line in lines if line.event.happened_at < restored.at]
    for line in reversed(before):
        if step := _step(line):
            return _from(line, step)
    return None


def came_back(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first firm word of recovery that no later word of trouble takes back."""
    answer = None
    for line in _after(lines, found.get("detected")):
        recovered = line.firm(Sense.RECOVERY)
        if relapsed(line):
            answer = None
        elif recovered and not answer and not recovered.unsure:
            answer = _from(line, recovered)
    return answer


def relapsed(line: Line) -> bool:
    """Whether a line says that the trouble is back; on a status page any word of trouble does."""
    if line.event.kind is Kind.REOPENED:
        return True
    on_page = phase(line.text) is not None
    return any(
        on_page or AGAIN.search(hit.clause) for hit in line.said(Sense.PROBLEM) if not hit.asked
    ) and not line.firm(Sense.RECOVERY)


def said_over(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Somebody declares the end in a word of ending; said twice, the last time counts."""
    after = _after(lines, found.get("restored") or found.get("detected"))
    over = [(line, hit) for line in after if (hit := line.firm(Sense.OVER)) and not hit.unsure]
    return _from(*over[-1]) if over else None


def last_post(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page's posts end when it is over: the last one, when it tells of recovery."""
    spoken = [line for line in lines if line.event.kind in {Kind.MESSAGE, Kind.ALERT}]
    last = spoken[-1].firm(Sense.RECOVERY) if spoken else None
    every = all(phase(line.text) for line in spoken)
    return _from(spoken[-1], last) if last and every else None


def _step(line: Line) -> Hit | None:
    steps = (line.firm(Sense.BEGUN), line.firm(Sense.DONE))
    return next((hit for hit in steps if hit and _is_person(line)), None)


def _has(line: Line, sense: Sense) -> bool:
    return any(True for _ in line.said(sense))


def _is_person(line: Line) -> bool:
    return line.event.kind is not Kind.ALERT


def _reporters(lines: Sequence[Line], found: Mapping[str, Moment]) -> set[str]:
    """Who gave the first sign: their own next words do not answer it."""
    detected = found.get("detected")
    return {line.author for line in lines if detected and line.id in detected.evidence}


def _after(lines: Sequence[Line], moment: Moment | None) -> Iterator[Line]:
    return (line for line in lines if not moment or line.event.happened_at >= moment.at)


def _at(line: Line, basis: Basis, at: datetime | None = None) -> Moment:
    return Moment(at=at or line.event.happened_at, basis=basis, evidence=(line.id,))


def _from(line: Line, hit: Hit) -> Moment:
    """The time that a clause gives for itself, else the message's own."""
    said = said_time(hit.clause, line.event.happened_at)
    if said and line.event.kind is not Kind.NOTE:
        return _at(line, Basis.REPORTED, said)
    return _read_off(line)


def _read_off(line: Line) -> Moment:
    """The message's own time; a note's time was typed by whoever entered it."""
    return _at(line, Basis.TYPED if line.event.kind is Kind.NOTE else Basis.INFERRED)


def _set_status(line: Line) -> Status | None:
    event = line.event
    if event.kind is Kind.RESOLVED:
        return Status.RESOLVED
    named = (status for status in Status if status == event.detail)
    return next(named, None) if event.kind is Kind.STATUS else None

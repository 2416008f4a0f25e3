"""Compare how certain a sentence is with the clauses that it restates: denied, doubted, or only planned."""

import re
from collections.abc import Callable, Iterable, Sequence

from bot.drafting.cues.search import has_question_mark
from bot.drafting.cues.table import HEDGE
from bot.drafting.rewriting.words import content_stems

_DENIAL = re.compile(
    r"\b(?:not|no|never|without|cannot|nothing|none|nobody|neither|nor|unable|\w+n't|ruled out"
    r"|rule out|unrelated|failed to|zero|0 [a-z]+|red herring|innocent|except|rather than"
    r"|instead of)\b"
)
_PLAN = re.compile(
    r"\b(?:if|unless|should|shall|would|will|\w+'ll|let'?s|going to|gonna|plan(?:s|ned|ning)?"
    r"|want(?:ed|s)? to|wanna|need(?:s|ed)? to|can (?:you|we|i|somebody|someone)"
    r"|could (?:you|we|i)|please|try(?:ing)? to|todo|to-do|tomorrow|next time|propos\w+"
    r"|suggest\w*|about to|ready to|request\w*|asked|asking|consider\w*|hope|hopefully|wait for"
    r"|waiting for|imagine|pretend|supposed to)\b"
)
_PART = re.compile(r"[,;:]\s|\s(?:but|so|and|yet)\s")  # a denial applies to its own part
_MAY = re.compile(r"\b(?:may|unclear|uncertain)\b")
_RESTATED = 0.6  # the share of a clause's content words in a sentence that restates it
_CAUSAL = re.compile(
    r"\b(?:because|caus\w+|due to|led to|lead to|leads to|result\w* (?:in|of|from)|trigger\w*"
    r"|owing to|reason|thanks to|root[- ]cause|culprit|since|after|explain\w*|so that|why|made"
    r"|from)\b"
)
_CLAIMS_CAUSE = re.compile(
    r"\b(?:because|caus\w+|due to|led to|resulted (?:in|from)|trigger\w*|owing to|as a result"
    r"|root[- ]cause|culprit)\b"
)


def find_overstatement(sentence: str, clauses: Iterable[str]) -> str:
    """Return how a sentence is more certain than what it restates; empty if it isn't."""
    lowered, stems = _lower(sentence), content_stems(sentence)
    compared = [_lower(clause) for clause in clauses if content_stems(clause) & stems]
    if not _has_same_denials(lowered, compared):
        return "denial"
    restated = [clause for clause in compared if _is_restated(clause, stems)]
    related = restated or _most_similar(compared, stems)
    for name, is_reserved in _RESERVATIONS.items():
        if related and all(map(is_reserved, related)) and not is_reserved(lowered):
            return name
    return ""


def claims_cause(sentence: str) -> bool:
    """Return whether a sentence says that one thing caused another."""
    return _CLAIMS_CAUSE.search(_lower(sentence)) is not None


def may_show_cause(text: str) -> bool:
    """Return whether a text relates one thing to another as its cause, or at least in time."""
    return _CAUSAL.search(_lower(text)) is not None


def _has_same_denials(sentence: str, clauses: Sequence[str]) -> bool:
    """Return whether a sentence denies what the clauses deny, and nothing else."""
    parts = [part for clause in clauses for part in _PART.split(clause)]
    denied = [content_stems(part) for part in parts if _DENIAL.search(part)]
    stated = [content_stems(part) for part in parts if not _DENIAL.search(part)]
    return all(_has_same_denial(part, denied, stated) for part in _PART.split(sentence))


def _has_same_denial(
    part: str, denied: Sequence[frozenset[str]], stated: Sequence[frozenset[str]]
) -> bool:
    stems, denials = content_stems(part), len(_DENIAL.findall(part))
    if denials:  # "not ruled out" may mean anything
        return denials == 1 and any(stems & own and _denied_word(part) <= own for own in denied)
    only_denied = frozenset[str]().union(*denied) - frozenset[str]().union(*stated)
    return not (stems & only_denied or any(len(own) > 1 and _covers(stems, own) for own in denied))


def _denied_word(part: str) -> frozenset[str]:
    """Return the stem of the first word with content after a denial; empty if none follows."""
    after = _DENIAL.split(part, maxsplit=1)[1].split()
    return next(filter(None, map(content_stems, after)), frozenset())


def is_doubtful(text: str) -> bool:
    """Return whether a text doubts or asks."""
    clause = _lower(text)
    return (
        _MAY.search(clause) is not None
        or HEDGE.search(clause) is not None
        or has_question_mark(clause)
    )


def _is_plan(clause: str) -> bool:
    return _PLAN.search(clause) is not None


_RESERVATIONS: dict[str, Callable[[str], bool]] = {"doubt": is_doubtful, "plan": _is_plan}


def _is_restated(clause: str, stems: frozenset[str]) -> bool:
    return _covers(stems, content_stems(clause))


def _covers(stems: frozenset[str], own: frozenset[str]) -> bool:
    """Return whether stems contain most of a clause's own ones."""
    return len(own & stems) >= min(2, len(own)) > 0 and len(own & stems) >= _RESTATED * len(own)


def _most_similar(clauses: Sequence[str], stems: frozenset[str]) -> list[str]:
    scored = [(len(content_stems(clause) & stems), clause) for clause in clauses]
    most = max((score for score, _ in scored), default=0)
    return [clause for score, clause in scored if score == most] if most else []


def _lower(text: str) -> str:
    return text.lower().replace("\u2019", "'")

"""Find blame in sentences, and suggest how to write about the system instead."""

import re
from collections.abc import Collection, Iterator

from bot.blameless import people_in_text
from bot.blameless.finding import Finding
from bot.blameless.rule import REST, PersonPosition, Rule
from bot.blameless.rules import RULES

_COMPILED = tuple(
    (rule, re.compile(rule.pattern.replace("REST", REST), re.IGNORECASE)) for rule in RULES
)
_BY_SIGN: dict[str, list[int]] = {}
for _place, _rule in enumerate(RULES):
    for _sign in _rule.signs.split():
        _BY_SIGN.setdefault(_sign, []).append(_place)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_STRAIGHT = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\n": " ", "\r": " ", "\t": " ", "\xa0": " "}
)
# Quoted text, such as an error message, code or a URL, isn't the author's.
_QUOTED = re.compile(
    r'`[^`\n]{1,400}`|"[^"\n]{1,400}"|“[^”\n]{1,400}”|«[^»\n]{1,400}»|https?://\S+'
)
_SENTENCE_END = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\be\.g)(?<!\bi\.e)[.!?][)\"'*]*\s+|\n\s*\n"
)
_DENIED = re.compile(
    r"\b(?:no|not|never|without|\w+n't|rather than|instead of|nobody|no one|neither|nor|avoid\w*|prevent\w*|"
    r"reduc\w+|against|less|fewer|stop\w*|whether|beyond|blameless\w*)\b",
    re.IGNORECASE,
)
_DENIAL_WINDOW = 60  # characters before the match in which a denial counts
# The words at which a verb's object ends.
_OBJECT_END = re.compile(
    r"\b(?:and|but|or|because|so|when|while|which|who|that|before|after|until|during|since|if|even|twice|"
    r"again|first|as|though|although|then|in time|at all|for the|in the)\b.*",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|we|i|you|him|her|his|them|their|me|my|us|our|your|its?|himself|herself|themselves|"
    r"this|these|those|any\w*)\b",
    re.IGNORECASE,
)
_MAX_CARRIED_WORDS = 10  # words of the original that a suggestion may contain
_INFINITIVES = {
    "known": "know", "noticed": "notice", "seen": "see", "caught": "catch", "checked": "check",
    "double-checked": "double-check", "realised": "realise", "realized": "realize", "thought": "think",
    "tested": "test", "read": "read", "asked": "ask", "spotted": "spot", "verified": "verify",
    "remembered": "remember", "listened": "listen", "anticipated": "anticipate", "foreseen": "foresee",
    "understood": "understand", "paid attention": "pay attention", "followed": "follow", "escalated": "escalate",
    "called": "call", "told": "tell", "taken": "take", "done": "do", "rolled": "roll", "waited": "wait",
    "stopped": "stop", "informed": "inform", "reviewed": "review", "reported": "report", "updated": "update",
}  # fmt: skip


def find_blame(sentence: str, people: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return the blame in a text. A rule that isn't sure finds nothing.

    `people` are names of participants. The findings have no line.
    """
    return tuple(finding for _, finding in locate_blame(sentence, people))


def locate_blame(text: str, people: Collection[str] = ()) -> Iterator[tuple[int, Finding]]:
    """Yield each finding with the position of its first character in `text`, in order."""
    bare = _QUOTED.sub(lambda quoted: "…" * len(quoted[0]), text.translate(_STRAIGHT))
    if not _triggered_rules(bare):
        return
    names = people_in_text.normalize_names(people)
    for start, sentence in _sentences(bare):
        for begin, end, rule, better in _find_in_sentence(sentence, names):
            words = " ".join(text[start + begin : start + end].split())
            yield start + begin, Finding(rule=rule.name, text=words, why=rule.why, better=better)


def _triggered_rules(text: str) -> list[int]:
    """Return the indexes of the rules with a trigger word in a text, in order."""
    signs = _BY_SIGN.keys() & set(_WORD.findall(text.lower()))
    return sorted({number for sign in signs for number in _BY_SIGN[sign]})


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        yield start, text[start : stop.end()]
        start = stop.end()
    yield start, text[start:]


def _find_in_sentence(sentence: str, names: frozenset[str]) -> list[tuple[int, int, Rule, str]]:
    """Return the findings in a sentence: one per rule name, without overlaps."""
    findings: list[tuple[int, int, Rule, str]] = []
    for number in _triggered_rules(sentence):
        rule, pattern = _COMPILED[number]
        if any(finding[2].name == rule.name for finding in findings):
            continue
        for match in pattern.finditer(sentence):
            span = _blame_span(rule, match, names)
            if span and not any(
                span[0] < finding[1] and finding[0] < span[1] for finding in findings
            ):
                findings.append((*span, rule, _suggest(rule, match)))
                break
    return sorted(findings, key=lambda finding: finding[0])


def _blame_span(rule: Rule, match: re.Match[str], names: frozenset[str]) -> tuple[int, int] | None:
    """Return the span of the blame, including the person; None if nobody is blamed."""
    sentence, start, end = match.string, match.start(), match.end()
    if rule.deniable and _DENIED.search(sentence[max(0, start - _DENIAL_WINDOW) : start]):
        return None
    if "rest" in match.re.groupindex and match["rest"]:
        end = match.start("rest") + len(_object_of(match["rest"]))
    if rule.position is PersonPosition.BEFORE:
        subject = people_in_text.find_person_before(sentence, start, names)
        return (subject[1], end) if subject and subject[0] in rule.blamed else None
    if rule.position is PersonPosition.AFTER:
        subject = people_in_text.find_person_after(sentence, end, names)
        return (start, subject[1]) if subject and subject[0] in rule.blamed else None
    groups = [match[name] for name in ("person", "person2") if name in match.re.groupindex]
    references = [people_in_text.classify_name(group, names) for group in groups if group]
    return (
        (start, end)
        if not groups or any(reference in rule.blamed for reference in references)
        else None
    )


def _suggest(rule: Rule, match: re.Match[str]) -> str:
    """Return the suggestion with words from the sentence, or else the rule's question."""
    carried = _carried_words(match) if "rest" in match.re.groupindex and match["rest"] else ""
    return rule.better.format(rest=carried) if rule.better and carried else rule.question


def _carried_words(match: re.Match[str]) -> str:
    """Return the words after the match in a form that fits the suggestion; empty if unsure."""
    rest = _object_of(match["rest"])
    if not rest or len(rest.split()) > _MAX_CARRIED_WORDS or _POINTS_BACK.search(rest):
        return ""
    groups = match.groupdict()
    if "done" in groups:
        done = groups["done"].lower()
        return f"{rest} to be {done}" if done.endswith("ed") else ""
    if "verb" in groups:
        verb = groups["verb"].lower()
        return f"{_INFINITIVES[verb]} {rest}" if verb in _INFINITIVES else ""
    return rest


def _object_of(rest: str) -> str:
    return _OBJECT_END.sub("", rest).rstrip(" '\"*_-/")

"""Find blame in sentences, and suggest how to write about the system instead."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from bot.blameless import people_in_text
from bot.blameless.finding import Finding
from bot.blameless.rules.rule import REST, PersonPosition, Rule
from bot.blameless.rules.table import RULES
from bot.domain.letter_case import upper_first


@cache
def pattern_of(number: int) -> re.Pattern[str]:
    """Return the pattern of a rule, with its signs and what REST stands for.

    It's compiled once a text has one of the rule's signs.
    """
    rule = RULES[number]
    signs = f"(?:{'|'.join(rule.signs.split())})"
    pattern = rule.pattern.replace("SIGN", signs).replace("REST", REST)
    return re.compile(pattern, re.IGNORECASE)


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
    r"\b(?:no|not|never|without|\w+n't|rather than|instead of|nobody|no one|neither|nor"
    r"|avoid\w*|prevent\w*|"
    r"reduc\w+|calling|labell?ing|labell?ed|blaming|against|less|fewer|stop\w*|whether"
    r"|beyond|blameless\w*)\b",
    re.IGNORECASE,
)
_DENIAL_WINDOW = 60  # characters before the match in which a denial counts
_CLAUSE_START = re.compile(r"[,;:]|\bbut\b", re.IGNORECASE)
# "Human error is not a cause", "it was withdrawn"
_DENIED_AFTER = re.compile(
    r"\b(?:withdr[ae]w\w*|(?:is|are|was|were)(?: not|n't| never| no) (?:an? "
    r"|the )?(?:\w+ )?(?:cause|answer|explanation|finding|reason)|no longer|ruled out)\b",
    re.IGNORECASE,
)
# "It wasn't Hugo who broke it", "nobody says that Bob broke it"
_DENIED_BEFORE = re.compile(
    r"\b(?:not|\w+n't|nobody (?:\w+ )?(?:says|said|thinks|claims)"
    r"|no (?:evidence|sign|suggestion)|nor) (?:(?!because|since|so|and|when|if|after"
    r"|as)[\w'-]+ ){0,5}$",
    re.IGNORECASE,
)
# A reason in the system, not in a person.
_EXCUSE = re.compile(
    r",? (?:because|as|since) (?!(?:he|she|they|we|i|you|his|her|their|usual|always|well"
    r"|if|far|soon|long|late|early|ever)\b)|\bso that nobody\b|: (?:the|no|its?|what)\b",
    re.IGNORECASE,
)
_EXCUSE_WINDOW = 120  # characters after the match in which an excuse counts
# The words at which a verb's object ends.
_OBJECT_END = re.compile(
    r"\b(?:and|but|or|because|so|when|while|which|who|that|before|after|until|during"
    r"|since|if|even|twice|"
    r"again|first|as|though|although|then|in time|at all|for the|in the|at \d+|"
    r"for (?:\w+ )?(?:years|months|weeks|days|hours|minutes))\b.*",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|we|i|you|him|her|his|them|their|me|my|us|our|your|its?|himself"
    r"|herself|themselves|"
    r"this|these|those|any\w*)\b",
    re.IGNORECASE,
)
_PARTICIPLES = {
    "ran": "run",
    "put": "put",
    "took": "taken",
    "made": "made",
    "sent": "sent",
    "wrote": "written",
    "cut": "cut",
    "set": "set",
    "shut": "shut",
}
_NOUN_END = re.compile(
    r"(?:^| )(?:to|on|in|into|for|from|at|during|by|before|after|with|over|straight|directly)\b.*",
    re.IGNORECASE,
)
_GAP_END = re.compile(r" (?:and|but|so|which|who|while|when|again|first|although|though)\b.*")
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
    return sorted(
        {number for sign in _BY_SIGN.keys() & find_words(text) for number in _BY_SIGN[sign]}
    )


def find_words(text: str) -> set[str]:
    """Return the words of a text in lower case: "Bob's" as "bob's", "bob" and "s"."""
    found = set(_WORD.findall(text.lower()))
    return found.union(*(re.split("['-]", word) for word in found if "'" in word or "-" in word))


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
        rule = RULES[number]
        if any(finding[2].name == rule.name for finding in findings):
            continue
        for match in pattern_of(number).finditer(sentence):
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
    if rule.deniable and _is_denied(sentence, start, end):
        return None
    if "rest" in match.re.groupindex and match["rest"]:
        end = match.start("rest") + len(_object_of(match["rest"]))
    if rule.excusable and _EXCUSE.search(sentence[end : end + _EXCUSE_WINDOW]):
        return None
    if rule.position is PersonPosition.NOWHERE:
        return (start, end) if _names_blamed(rule, match, names) else None
    if rule.position is PersonPosition.AFTER:
        subject = people_in_text.find_person_after(sentence, end, names)
        return (start, subject[1]) if subject and subject[0] in rule.blamed else None
    return _span_from_subject(rule, sentence, start, end, names)


def _span_from_subject(
    rule: Rule, sentence: str, start: int, end: int, names: frozenset[str]
) -> tuple[int, int] | None:
    is_owner = rule.position is PersonPosition.OWNER
    subject = people_in_text.find_person_before(sentence, start, names, as_owner=is_owner)
    if subject is None or subject[0] not in rule.blamed:
        return None
    before = sentence[max(0, start - _DENIAL_WINDOW) : start]
    return None if _DENIED_BEFORE.search(before) else (subject[1], end)


def _is_denied(sentence: str, start: int, end: int) -> bool:
    before = sentence[max(0, start - _DENIAL_WINDOW) : start]
    return bool(
        _DENIED.search(_CLAUSE_START.split(before)[-1])
        or _DENIED_AFTER.search(sentence[end : end + _DENIAL_WINDOW])
    )


def _names_blamed(rule: Rule, match: re.Match[str], names: frozenset[str]) -> bool:
    """Return whether a match names somebody whom the rule blames, or needn't name anybody."""
    groups = [match[name] for name in ("person", "person2") if name in match.re.groupindex]
    references = [people_in_text.classify_name(group, names) for group in groups if group]
    return not groups or any(reference in rule.blamed for reference in references)


def _suggest(rule: Rule, match: re.Match[str]) -> str:
    """Return the suggestion with words from the sentence, or else the rule's question."""
    groups = match.groupdict()
    carried = _passive(match) if groups.get("gap") else _carried_words(match)
    return rule.better.format(rest=carried) if rule.better and carried else rule.question


def _passive(match: re.Match[str]) -> str:
    """Return "Config 99 was pushed without testing" for "pushed config 99 without testing"."""
    what, did, gap = match["what"].strip(), match["did"].lower(), match["gap"].rstrip()
    done = did if did.endswith("ed") else _PARTICIPLES.get(did, "")
    noun, gap = _NOUN_END.sub("", what), _GAP_END.sub("", gap)
    if not noun or not done or _POINTS_BACK.search(f"{noun} {gap}"):
        return ""
    verb = "were" if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else "was"
    return f"{upper_first(noun)} {verb} {done} {gap}"


def _carried_words(match: re.Match[str]) -> str:
    """Return the words after the match in a form that fits the suggestion; empty if unsure."""
    groups = match.groupdict()
    rest = _object_of(groups.get("rest") or groups.get("down") or "")
    is_unclear = _POINTS_BACK.search(rest) and (rest.lower() != "it" or "verb" in groups)
    if not rest or len(rest.split()) > _MAX_CARRIED_WORDS or is_unclear:
        return ""
    if "done" in groups:
        done = groups["done"].lower()
        return f"{rest} to be {done}" if done.endswith("ed") else ""
    if "verb" in groups:
        verb = groups["verb"].lower()
        return f"{_INFINITIVES[verb]} {rest}" if verb in _INFINITIVES else ""
    return rest


def _object_of(rest: str) -> str:
    return _OBJECT_END.sub("", rest).rstrip(" '\"*_-/")

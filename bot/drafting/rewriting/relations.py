"""Compare who does what to what in a sentence with the messages: cause and effect, subject and object."""

import re
from collections.abc import Iterable, Iterator

from bot.drafting.rewriting.words import content_stems
from bot.drafting.roles.features import stem

_CAUSE_FIRST = re.compile(
    r"\b(?:caus(?:ed|es|ing)|led to|leads to|triggered|triggers|resulted in|results in)\b(?! by\b)"
)
_EFFECT_FIRST = re.compile(
    r"\b(?:because(?: of)?|due to|(?:caused|triggered) by|owing to|resulted from|results from)\b"
)
_VERB = re.compile(r"\b(?:was|were|is|are|has|had|have|been)\b")
_OBJECT = re.compile(r"\b(?:by|on|in|from|to|at|of|for|with|into)\b")
_TOKEN = re.compile(r"\w(?:[./:%-]{0,3}\w)*")
# "12:12 was rolled back": a time or a bare figure does nothing, and nothing is done to it.
_FIGURE_ACTS = re.compile(
    r"\A\W*(?:\d{1,2}:\d\d\b|\d[\d.,]*(?: ?(?:ms|s|min|h))?,? (?:was|were|is|are|has|had|have)\b)"
)
_BROKEN = re.compile(r"\A\W*(?:them|him|us)\b|\b(?:and|or|the|an?|of|there)\W*\Z")
_EARLIER, _LATER = re.compile(r"\b(?:before|prior to)\b"), re.compile(r"\b(?:after|following)\b")
_RECURRENCE = re.compile(r"\b(?:again|back|restored|recover\w*|normal|second time)\b")
_ROLLED_BACK = re.compile(r"\broll\w* back\b")


def has_other_relations(sentence: str, clauses: Iterable[str]) -> bool:
    """Return whether a sentence swaps cause and effect, or subject and object, or says "again" by itself."""
    said, texts = sentence.lower(), [clause.lower() for clause in clauses]
    return (
        any(_is_crossed(said, text) for text in texts)
        or _FIGURE_ACTS.match(said) is not None
        or _BROKEN.search(said) is not None
        or _has_other_order(said, " ".join(texts))
        or _is_inverted(said, " . ".join(texts))
        or _adds_recurrence(said, " ".join(texts))
    )


def _is_crossed(sentence: str, clause: str) -> bool:
    """Return whether the cause of a clause is the effect in the sentence."""
    own, told = _split_cause(sentence), _split_cause(clause)
    if not (own and told):
        return False
    straight = len(own[0] & told[0]) + len(own[1] & told[1])
    return len(own[0] & told[1]) + len(own[1] & told[0]) > straight


def _split_cause(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the words of the cause and of the effect."""
    if match := _EFFECT_FIRST.search(text):
        return content_stems(text[match.end() :]), content_stems(text[: match.start()])
    if match := _CAUSE_FIRST.search(text):
        return content_stems(text[: match.start()]), content_stems(text[match.end() :])
    return None


def _is_inverted(sentence: str, told: str) -> bool:
    """Return whether the subject is only an object in the messages, and an object never is one."""
    verb = _VERB.search(sentence)
    subject = next(_heads(sentence[: verb.start()]), "") if verb else ""
    if not verb or not subject:
        return False
    objects, others = set(_objects(sentence[verb.end() :])), set(_objects(told))
    free = set(_heads(_without_objects(told)))
    return subject in others - free and not objects.isdisjoint(free - others)


def _objects(text: str) -> Iterator[str]:
    """Yield the first word with content after each preposition."""
    for match in _OBJECT.finditer(text):
        yield from list(_heads(text[match.end() : match.end() + 40]))[:1]


def _without_objects(text: str) -> str:
    """Return a text without the first word with content after each preposition."""
    first, *others = _OBJECT.split(text)
    return " ".join([first, *map(_without_first_head, others)])


def _without_first_head(part: str) -> str:
    words = part.split()
    place = next((place for place, word in enumerate(words) if any(_heads(word))), len(words))
    return " ".join(words[place + 1 :])


def _heads(text: str) -> Iterator[str]:
    """Yield the words with content, and figures."""
    for token in _TOKEN.findall(text):
        if any(each.isdigit() for each in token):
            yield token
        elif content_stems(token):
            yield stem(token)


def _has_other_order(sentence: str, told: str) -> bool:
    """Return whether a sentence says "before" for "after", or the reverse."""
    for own, other in ((_EARLIER, _LATER), (_LATER, _EARLIER)):
        if own.search(sentence) and other.search(told) and not own.search(told):
            return True
    return False


def _adds_recurrence(sentence: str, told: str) -> bool:
    return "again" in _TOKEN.findall(sentence) and not _RECURRENCE.search(
        _ROLLED_BACK.sub("", told)
    )

"""Tell whether a clause is about a person, if its words show it.

Systems have names too, and they fail. A capitalized word may be a person or a system
(`PersonReference.NAMED`) unless it's in `vocabulary`, or the sentence goes on as one would about a
system.
"""

import re
from collections.abc import Collection
from itertools import dropwhile, islice

from bot.blameless import vocabulary
from bot.blameless.person_reference import PRONOUNS, PersonReference

_MAX_WORDS_BEFORE = 4  # words before the noun: "the very tired night-shift engineer"
_MAX_OPENERS = 3  # words such as "ok so" before a subject
_MAX_HEAD_WORDS = 5  # words of a subject before its verb or preposition
_WINDOW = 160  # characters before or after a verb in which to search for the person
_EVIDENCE_WINDOW = 100  # characters after a name that may show it's a system's

_NOT_A_NAME = re.compile(r"(?:ings?|tions?|ments?|ness|ance|ence|ity|ware|base|server|bot|ctl|db)$")
_NAME = re.compile(r"[^\W\d_][^\W\d_]+(?:['-][^\W\d_]+)*$")
_SHORT_SYLLABLE = re.compile(r"[a-z]{2,5}$")  # "Ji-woo"
_ARTICLES = frozenset(("the", "a", "an", "our", "its", "their", "this", "that", "each", "every"))
# Words between a subject and its verb.
_ASIDE = re.compile(
    r"(?:(?<![\s,])[\s,]+(?:had|has|have|having|may|might|must|would|will|seems? to"
    r"|appears? to|just|already|then|also|again|still|even|ever|"
    r"never|later|all|both|once|once more|(?-i:[a-z]{2,}ly)|of course|to some extent"
    r"|somehow|in hindsight)"
    r"|(?<!\s)\s+(?:(?:on|in) (?:call|duty|shift|charge|the team|our team)"
    r"|(?:last|that) (?:night|week|time|day)|over there|here|there"
    r"|from (?:the )?[\w-]{1,20}(?: team)?)),?$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?:Mr|Mrs|Ms|Dr)\.|@?\w+(?:['.@-]\w+)*")
_CONNECTED = re.compile(r"(?:,|\b(?:and|but|or|then|nor))$", re.IGNORECASE)
_PIECE_END = re.compile(
    r"[;:!?()\u2026\u2013\u2014]|, |\b(?:because|that|if|when|while|so|since|as|where"
    r"|which|after|before|until|looks like|and|but|than|whether) ",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(
    r"(?:\w{2,}(?:ed|ing)|ran|left|went|took|put|sent|made|did|was|were|had|has|never"
    r"|told|saw|gave|wrote|got|kept|chose|let|did(?:n't)?)$",
    re.IGNORECASE,
)
# What follows a system's name: "Hermes, our notification service, …", "…, it hashes on the old key".
_SYSTEM_EVIDENCE = re.compile(
    r"^(?:, (?:our|the|an?|which)\b| ?\(| v?\d)|, it(?:'s)? |\b(?:its|itself)\b", re.IGNORECASE
)


def normalize_names(people: Collection[str]) -> frozenset[str]:
    """Return people's full names and first names, in lower case."""
    whole = {name.strip().lstrip("@").casefold() for name in people}
    firsts = {name.split()[0] for name in whole if name}
    return frozenset(name for name in whole | firsts if len(name) > 1)


def find_person_before(
    text: str, end: int, names: frozenset[str], *, as_owner: bool = False
) -> tuple[PersonReference, int] | None:
    """Return the subject of the verb at `end`, and where its name starts; None if it isn't a person.

    `as_owner` searches for the owner of the thing at `end` instead.
    """
    start = max(0, end - _WINDOW)
    tail = text[start:end] if as_owner else _strip_asides(text[start:end])
    found = list(_WORDS.finditer(tail))[-4:]
    if found and found[-1].end() >= len(tail.rstrip(" ,*_")) and not _CONNECTED.search(tail):
        reference = _classify_last_word([word[0] for word in found], names)
        first = _start_of_name(found, reference) if reference else 0
        follows = reference and not as_owner and _follows_preposition(tail[:first], found[-1][0])
        if reference and not follows and not _is_system(text, start + found[-1].end(), reference):
            return reference, start + first
    return None if as_owner else _find_head(text, start, tail, names)


def find_person_after(
    text: str, start: int, names: frozenset[str]
) -> tuple[PersonReference, int] | None:
    """Return who is named from `start` on, and where the name ends: "by **a tired engineer** who …"."""
    window = text[start : start + _WINDOW]
    passed: list[str] = []
    for word in _WORDS.finditer(window):
        if (passed and word[0].casefold() in vocabulary.WORDS_AFTER_NAMES) or len(
            passed
        ) > _MAX_WORDS_BEFORE:
            break
        passed.append(word[0].removesuffix("'s"))
        following = window[word.end() :]
        reference = _classify_last_word(passed, names)
        if reference and (
            word[0].endswith("'s") or reference is PersonReference.NAMED or _ends_name(following)
        ):
            return reference, start + word.end()
        if not following[:1].isspace() or not following[1:2].isalnum():
            break
    return None


def classify_name(text: str, names: frozenset[str]) -> PersonReference | None:
    """Return how a few words refer to a person, or None if they don't."""
    found = [word[0] for word in _WORDS.finditer(text)][-4:]
    return _classify_last_word(found, names) if found else None


def _strip_asides(tail: str) -> str:
    tail = tail.rstrip(" *_")
    for _ in range(4):
        tail = _ASIDE.sub("", tail)
    return tail


def _follows_preposition(before: str, name: str) -> bool:
    """Return whether a name belongs to the noun before it: "the deploy by Bob" isn't Bob."""
    last = before.split()[-1:]
    is_own_clause = name.casefold() in {"who", "whoever"}
    return bool(last) and last[0].casefold() in vocabulary.PREPOSITIONS and not is_own_clause


def _is_system(text: str, end: int, reference: PersonReference) -> bool:
    return reference is PersonReference.NAMED and bool(
        _SYSTEM_EVIDENCE.search(text[end : end + _EVIDENCE_WINDOW])
    )


def _find_head(
    text: str, start: int, tail: str, names: frozenset[str]
) -> tuple[PersonReference, int] | None:
    """Return the subject that an earlier verb, or words such as "on shift", part from its verb."""
    is_connected = _CONNECTED.search(tail) is not None
    core = _CONNECTED.sub("", tail.rstrip()).rstrip(" ,")
    begins = [0, *(stop.end() for stop in _PIECE_END.finditer(core))]
    for begin in reversed(begins):
        head = _read_head(core[begin:], names)
        if head:
            reference, first, last, following = head
            fits = (
                is_connected
                or following in vocabulary.WORDS_AFTER_HEADS
                or "whoever" in core[begin:][:last].lower()
            )
            is_person = fits and not _is_system(text, start + begin + last, reference)
            return (reference, start + begin + first) if is_person else None
        opening = _WORDS.search(core, begin)
        if not is_connected or (opening and not _VERB_FIRST.match(opening[0])):
            return None
    return None


def _read_head(piece: str, names: frozenset[str]) -> tuple[PersonReference, int, int, str] | None:
    """Return the person at the start of a clause, the name's place, and the word after it."""
    found = list(islice(_WORDS.finditer(piece), _MAX_HEAD_WORDS + _MAX_OPENERS))
    found = list(dropwhile(lambda word: word[0].casefold() in vocabulary.OPENERS, found))
    for count, word in enumerate(found[:_MAX_HEAD_WORDS], 1):
        if count > 1 and word[0].casefold() in vocabulary.WORDS_AFTER_NAMES:
            return None
        reference = _classify_last_word([each[0] for each in found[:count]], names)
        following = found[count][0].casefold() if count < len(found) else ""
        is_longer = _is_role([following], following)  # "the support engineer"
        if reference and not is_longer:
            return reference, found[0].start(), word.end(), following
    return None


def _ends_name(following: str) -> bool:
    ahead = _WORDS.match(following.lstrip())
    if ahead is None:
        return True
    word = ahead[0].casefold()
    return word in vocabulary.WORDS_AFTER_NAMES or word.endswith(("ing", "ed", "ly"))


def _classify_last_word(found: list[str], names: frozenset[str]) -> PersonReference | None:
    """Return how the last of these words refers to a person, or None if it doesn't."""
    word = found[-1]
    lower = re.sub(r"'(?:s|d|ve|re|ll|m)$", "", word.casefold())
    if (
        len(found) > 1
        and found[-2].casefold() == "no"
        and (lower == "one" or lower in vocabulary.ROLES)
    ):
        return PersonReference.NOBODY
    if lower in PRONOUNS:
        return PRONOUNS[lower]
    if _is_mentioned(found) or _is_known(found, names) or _is_position(found, lower):
        return PersonReference.PERSON
    if _is_name(found):
        return PersonReference.NAMED
    return (
        PersonReference.UNSURE
        if lower in vocabulary.ALSO_MACHINES - vocabulary.MOSTLY_MACHINES
        else None
    )


def _is_position(found: list[str], lower: str) -> bool:
    return _is_role(found, lower) or _is_department(found) or _has_title(found)


def _is_mentioned(found: list[str]) -> bool:
    """Return whether the last word ends a mention: `@ben`, `@Ben Okafor`."""
    if found[-1].startswith("@"):
        return True
    first = next((word for word in found[-3:-1] if word.startswith("@")), "")
    following = found[found.index(first) + 1 :] if first else []
    return first[1:2].isupper() and all(map(_capitalised, following))


def _is_known(found: list[str], names: frozenset[str]) -> bool:
    if found[-1].islower() and found[-1] in vocabulary.ALSO_WORDS:
        return False
    return any(" ".join(found[-count:]).casefold() in names for count in (1, 2, 3))


def _is_role(found: list[str], lower: str) -> bool:
    # "on-call engineers", "the DBA's", "co-workers": ignore plurals and hyphens.
    stem = lower.removesuffix("s") if lower not in vocabulary.ROLES else lower
    if stem not in vocabulary.ROLES and stem.rpartition("-")[2] not in vocabulary.ROLES:
        return False
    if stem not in vocabulary.ALSO_MACHINES or len(found) == 1:
        return stem not in vocabulary.ALSO_MACHINES or stem == lower
    before = vocabulary.WORDS_BEFORE_ROLES - (
        _ARTICLES if stem in vocabulary.MOSTLY_MACHINES else frozenset()
    )
    return found[-2].casefold() in before


def _is_department(found: list[str]) -> bool:
    if found[-1] in vocabulary.DEPARTMENTS:
        return True
    opens = len(found) == 1 or found[-2].casefold() in vocabulary.OPENERS
    if opens and found[-1] in vocabulary.CHAT_DEPARTMENTS:
        return True
    serving = len(found) > 1 and found[-2].casefold() in vocabulary.SUPPORTED
    return serving and found[-1].casefold() in {"support", "care", "service"}


def _has_title(found: list[str]) -> bool:
    return found[-1][:1].isupper() and any(
        word.casefold() in vocabulary.TITLES for word in found[-3:-1]
    )


def _is_name(found: list[str]) -> bool:
    word = found[-1].removesuffix("'s")
    first, *others = re.split(r"['-]", word)
    if not _NAME.match(word) or not _capitalised(first) or first.casefold() in vocabulary.PREFIXES:
        return False
    if not all(_capitalised(part) or _SHORT_SYLLABLE.match(part) for part in others):
        return False
    if len(found) > 1 and found[-2].casefold() in _ARTICLES - {"that"}:
        return False
    lower = word.casefold()
    singular = lower.removesuffix("s").removesuffix("'")
    return not (
        {lower, singular} & (vocabulary.NOT_NAMES | vocabulary.SYSTEM_NAMES)
        or (_NOT_A_NAME.search(lower) and lower not in vocabulary.NAMES_LIKE_NOUNS)
    )


def _capitalised(part: str) -> bool:
    return part[:1].isupper() and (len(part) == 1 or part[1:].islower())


def _start_of_name(found: list[re.Match[str]], reference: PersonReference) -> int:
    """Return where a name starts: at the article of a role, or at the first of two names."""
    first = found[-1].start()
    for word in reversed(found[:-1]):
        if reference is PersonReference.NAMED and not word[0][0].isupper():
            break
        if (
            reference in {PersonReference.WE, PersonReference.SELF, PersonReference.NOBODY}
            or word[0].casefold()
            in vocabulary.WORDS_AFTER_NAMES | vocabulary.PREPOSITIONS | vocabulary.OPENERS
        ):
            break
        first = word.start()
        if word[0].casefold() in _ARTICLES:
            break
    return first

"""Tell whether a clause is about a person, if its words show it.

Systems have names too, and they fail. So a capitalized word alone may be a person or a system
(`PersonReference.NAMED`), and a rule decides whether its verb applies only to people.
"""

import re
from collections.abc import Collection
from enum import StrEnum


class PersonReference(StrEnum):
    """How a clause refers to its subject."""

    PERSON = "person"  # a role, a mention, a participant's name, "he", "someone"
    NAMED = "named"  # a capitalized word or "they", which may also be a system
    WE = "we"  # the authors themselves
    NOBODY = "nobody"


PEOPLE = frozenset({PersonReference.PERSON, PersonReference.NAMED, PersonReference.WE})
CERTAIN = frozenset({PersonReference.PERSON, PersonReference.WE})
OTHERS = frozenset({PersonReference.PERSON, PersonReference.NAMED})
_MAX_WORDS_BEFORE = 4  # words before the noun: "the very tired night-shift engineer"
_WINDOW = 80  # characters before or after a verb in which to search for the person


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRONOUNS = {
    **dict.fromkeys(
        _words("he she you someone somebody anyone anybody whoever people who everyone everybody"),
        PersonReference.PERSON,
    ),
    **dict.fromkeys(("we", "i", "i've", "we've", "i'd", "we'd"), PersonReference.WE),
    **dict.fromkeys(("nobody", "no-one", "none"), PersonReference.NOBODY),
    "they": PersonReference.NAMED,
}
_ROLES = _words(
    "admin administrator analyst approver architect author boss ceo cio clerk coder colleague commander "
    "committer contractor consultant coordinator cto dba deployer designer developer dev devs director "
    "electrician employee engineer executive facilitator freelancer guy intern juniors lead leader maintainer "
    "management manager newcomer nurse on-call oncall oncaller operator ops owner person pharmacist physician "
    "programmer qa responder reviewer rookie scientist scribe sre staff staffer shift specialist "
    "sysadmin team technician tester trainee volunteer worker programmers leadership crew hire hires newbie group squad "
    "apprentice assistant auditor captain cashier chief department dispatcher doctor driver editor foreman "
    "inspector installer janitor mechanic moderator paramedic pilot planner plumber secretary student supervisor "
    "surgeon teacher teammate teller welder writer deputy president chef guard requester author"
)
# These are also names of software: a package manager, a Kubernetes operator, a queue's worker.
_ALSO_MACHINES = _words(
    "operator manager worker coordinator management group driver planner supervisor guard dispatcher"
)
_MOSTLY_MACHINES = frozenset(("worker", "driver", "guard", "dispatcher"))
_WORDS_BEFORE_ROLES = _words(
    "the a an our their this that one another new junior senior duty shift night-shift on-call release incident "
    "product project engineering account line change store plant console control-room human night day it "
    "team tech technical support network system systems single experienced inexperienced previous next"
)
_DEPARTMENTS = _words(
    "Support Sales Operations Ops Security Engineering Marketing Legal Finance QA SRE DevOps IT Management "
    "Leadership Product Infrastructure Staff"
)
_WORDS_BEFORE_SUPPORT = _words(
    "customer tech technical user it client"
)  # "customer support" means people
_NOT_NAMES = _words(
    "a an the this that these those it its there here what which when where while why how then after before "
    "because since if as at on in by for from to of and or but nor so yet not no nothing none one two three both "
    "either neither each every all some any many most few monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december today yesterday "
    "production staging prod main master traffic service services system systems server servers cluster clients "
    "client users user customers customer config alert alerts deploy release database cache queue worker workers"
)
_NOT_A_NAME = re.compile(r"(?:ings?|tions?|ments?|ness|ance|ence|ity|ware|base|server|bot|ctl|db)$")
_NAME = re.compile(r"[^\W\d_][^\W\d_]+(?:['-][^\W\d_]+)*$")
_ARTICLES = frozenset(("the", "a", "an", "our", "its", "their", "this", "that", "each", "every"))
_ASIDE = re.compile(
    r"(?:(?<![\s,])[\s,]+(?:had|has|have|just|simply|obviously|clearly|then|also|again|completely|totally|apparently|"
    r"probably|still|really|even|already|later|all|both|repeatedly|evidently|actually|certainly|once)"
    r"|(?<!\s)\s+(?:(?:on|in) (?:call|duty|shift|charge|the team|our team)|from (?:the )?[\w-]{1,20}(?: team)?))$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?:Mr|Mrs|Ms|Dr)\.|@?\w+(?:['.@-]\w+)*")
# Names that are also words: only the capital letter makes the difference.
_ALSO_WORDS = _words(
    "will mark may bill grace rich art frank rob sue pat drew jack dean ray max dash page cliff hope joy faith dawn "
    "june april august rose lily ivy olive miles chase chance hunter mason carter cooper gene earl drake king young "
    "root admin test bot system user release deploy cache guest monitor"
)
_TITLES = _words("mr mr. mrs mrs. ms ms. dr dr. miss madam sir")
_WORDS_AFTER_NAMES = _words(
    "who not when while during in on at of and or for from to as by before after because with without had did "
    "was were running forgetting"
)


def normalize_names(people: Collection[str]) -> frozenset[str]:
    """Return people's full names and first names, in lower case."""
    whole = {name.strip().lstrip("@").casefold() for name in people}
    firsts = {name.split()[0] for name in whole if name}
    return frozenset(name for name in whole | firsts if len(name) > 1)


def find_person_before(
    text: str, end: int, names: frozenset[str]
) -> tuple[PersonReference, int] | None:
    """Return the subject of the verb at `end`, and where its name starts; None if it isn't a person."""
    start = max(0, end - _WINDOW)
    tail = text[start:end].rstrip(" ,")
    for _ in range(3):
        tail = _ASIDE.sub("", tail)
    words = list(_WORDS.finditer(tail))[-4:]
    if not words or words[-1].end() < len(tail.rstrip(" ,*_")):
        return None
    reference = _classify_last_word([word[0] for word in words], names)
    if reference is None:
        return None
    return reference, start + _start_of_name(words, reference)


def find_person_after(
    text: str, start: int, names: frozenset[str]
) -> tuple[PersonReference, int] | None:
    """Return who is named from `start` on, and where the name ends: "by **a tired engineer** who …"."""
    window = text[start : start + _WINDOW]
    words: list[str] = []
    for word in _WORDS.finditer(window):
        if word[0].casefold() in _WORDS_AFTER_NAMES or len(words) > _MAX_WORDS_BEFORE:
            break
        words.append(word[0].removesuffix("'s"))
        following = window[word.end() :]
        reference = _classify_last_word(words, names)
        if reference and (
            word[0].endswith("'s") or reference is PersonReference.NAMED or _ends_name(following)
        ):
            return reference, start + word.end()
        if not following[:1].isspace() or not following[1:2].isalnum():
            break
    return None


def classify_name(text: str, names: frozenset[str]) -> PersonReference | None:
    """Return how a few words refer to a person, or None if they don't."""
    words = [word[0] for word in _WORDS.finditer(text)][-4:]
    return _classify_last_word(words, names) if words else None


def _ends_name(following: str) -> bool:
    ahead = _WORDS.match(following.lstrip())
    if ahead is None:
        return True
    word = ahead[0].casefold()
    return word in _WORDS_AFTER_NAMES or word.endswith(("ing", "ed", "ly"))


def _classify_last_word(words: list[str], names: frozenset[str]) -> PersonReference | None:
    """Return how the last of these words refers to a person, or None if it doesn't."""
    word = words[-1]
    lower = word.casefold().removesuffix("'s")
    if lower == "one" and len(words) > 1 and words[-2].casefold() == "no":
        return PersonReference.NOBODY
    if lower in _PRONOUNS:
        return _PRONOUNS[lower]
    if _is_mentioned(words) or _is_known(words, names):
        return PersonReference.PERSON
    if _is_role(words, lower) or _is_department(words) or _has_title(words):
        return PersonReference.PERSON
    return (
        PersonReference.NAMED
        if _is_name(words) or lower in _ALSO_MACHINES - _MOSTLY_MACHINES
        else None
    )


def _is_mentioned(words: list[str]) -> bool:
    """Return whether the last word ends a mention: `@ben`, `@Ben Okafor`."""
    if words[-1].startswith("@"):
        return True
    first = next((word for word in words[-3:-1] if word.startswith("@")), "")
    names = words[words.index(first) + 1 :] if first else []
    return first[1:2].isupper() and all(map(_capitalised, names))


def _is_known(words: list[str], names: frozenset[str]) -> bool:
    if words[-1].islower() and words[-1] in _ALSO_WORDS:
        return False
    return any(" ".join(words[-count:]).casefold() in names for count in (1, 2, 3))


def _is_role(words: list[str], lower: str) -> bool:
    # "on-call engineers", "the DBA's", "co-workers": ignore plurals and hyphens.
    stem = lower.removesuffix("s") if lower not in _ROLES else lower
    if stem not in _ROLES and stem.rpartition("-")[2] not in _ROLES:
        return False
    if stem not in _ALSO_MACHINES or len(words) == 1:
        return stem not in _ALSO_MACHINES or stem == lower
    return words[-2].casefold() in _WORDS_BEFORE_ROLES


def _is_department(words: list[str]) -> bool:
    if words[-1] in _DEPARTMENTS:
        return True
    serving = len(words) > 1 and words[-2].casefold() in _WORDS_BEFORE_SUPPORT
    return serving and words[-1].casefold() in {"support", "care", "service"}


def _has_title(words: list[str]) -> bool:
    return words[-1][:1].isupper() and any(word.casefold() in _TITLES for word in words[-3:-1])


def _is_name(words: list[str]) -> bool:
    word = words[-1].removesuffix("'s")
    if not _NAME.match(word) or not all(map(_capitalised, re.split(r"['-]", word))):
        return False
    if len(words) > 1 and words[-2].casefold() in _ARTICLES:
        return False
    lower = word.casefold()
    return lower not in _NOT_NAMES and not _NOT_A_NAME.search(lower)


def _capitalised(part: str) -> bool:
    return part[:1].isupper() and (len(part) == 1 or part[1:].islower())


def _start_of_name(words: list[re.Match[str]], reference: PersonReference) -> int:
    """Return where a name starts: at the article of a role, or at the first of two names."""
    first = words[-1].start()
    for word in reversed(words[:-1]):
        if reference is PersonReference.NAMED and not word[0][0].isupper():
            break
        if (
            reference in {PersonReference.WE, PersonReference.NOBODY}
            or word[0].casefold() in _WORDS_AFTER_NAMES | _NOT_NAMES - _ARTICLES
        ):
            break
        first = word.start()
        if word[0].casefold() in _ARTICLES:
            break
    return first

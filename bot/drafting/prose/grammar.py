"""The little grammar that the summary needs: is it a sentence, and "rolled back 4.2" -> "rolling back 4.2"."""

import re

from bot.domain.letter_case import lower_first

_REGULAR = (
    "restart reboot deploy redeploy scale drain cordon disable enable block unblock purge flush "
    "clear pause resume increase raise lower reduce double triple patch merge terminate kill "
    "delete remove add migrate replace upgrade downgrade revert rotate renew reissue throttle "
    "limit switch route reroute redirect promote demote fix correct change update apply install "
    "reinstall release restore recreate rename reload reconfigure recycle replay requeue "
    "truncate vacuum expand extend resize detach attach mount unmount provision hotfix isolate "
    "quarantine evict reindex rebalance reschedule relaunch roll turn fail bump repoint "
    "whitelist allowlist unlock tune"
)
_DOUBLED = "stop drop cap ban pin unpin swap flip trim"
_IRREGULAR = (
    "cut cut cutting/set set setting/reset reset resetting/bring brought bringing/rerun reran "
    "rerunning/rebuild rebuilt rebuilding/spin spun spinning/shut shut shutting/undo undid "
    "undoing/split split splitting/shed shed shedding/take took taking/put put putting/move "
    "moved moving"
)
# Verbs that mean a change of the system only with one of these words.
_WITH_PARTICLE = {"take", "put", "move", "turn", "spin", "bring", "roll", "fail"}
# What is clear without an object.
_COMPLETE = {"rolling back", "reverting", "restarting", "failing over", "rebooting"}
_PARTICLE = r"(?:back|out|forward|over|up|down|off|on|in|away)"
_ADVERB = r"(?:just|now|then|also|manually|temporarily|finally|already|quickly|will|again)"
_STEP = re.compile(
    rf"^(?:{_ADVERB}\s+)*(?P<verb>[a-z]+)(?P<particle>\s+{_PARTICLE}\b)?(?P<rest>\b.*)$",
    re.IGNORECASE,
)
# Where the step ends and its reason, its alternative or the next thought begins.
_STEP_END = re.compile(
    (
        r"(?:[,;:(\u2013\u2014]|\s-\s|\.\s|\b(?:rather than|instead of|and then|then|so that|so"
        r"|because|since|while|until|before|after|which|as|but|if|when|hopefully|for now|now|in case"
        r"|to see)\b).*$"
    ),
    re.IGNORECASE | re.DOTALL,
)
_NO_OBJECT = {"it", "them", "everything", "again", "now", "please", "something", "there", "out"}
_NO_NOUN = {
    "this",
    "that",
    "these",
    "those",
    "with",
    "from",
    "back",
    "ones",
    "more",
    "some",
    "here",
    "incident",
}
_AMOUNTS = {"to", "up", "by", "from"}  # what follows is how much, not what
_NOUN_LENGTH = 4  # letters of a word that may be what was changed; shorter ones are prepositions
_FINITE = re.compile(
    (
        r"\b(?:is|are|was|were|has|have|had|did|does|do|isn't|aren't|wasn't|weren't|hasn't|haven't"
        r"|hadn't|didn't|doesn't|don't|can|can't|could|couldn't|will|won't|would|wouldn't|cut|took"
        r"|ran|broke|set|lost|went|came|got|made|left|kept|hit|put|fell|grew|shut|sent|brought|became"
        r"|began|held|let|wrote|gave|fails?|breaks?|points?|needs?|uses?|allows?|causes?|cost|fixes"
        r"|fixed|works?|worked|helps?|helped)\b|(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bof )(?<!\bby "
        r")(?<!ly )\b[a-z]{2,}ed\b(?=\s+(?:a|an|the|its|their|our|all|to|at|on|in|into|from|after"
        r"|before|when|while|because|every|every|some|\d\S*)\b|\W*$)"
    ),
    re.IGNORECASE,
)
_FUNCTION_WORDS = {
    "the", "a", "an", "there", "it", "this", "that", "these", "those", "we", "our", "they", "their", "its", "some", "all", "one",
    "two", "when", "because", "after", "each", "every", "no", "nothing", "nobody", "another", "both", "most", "many",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def _gerund(base: str) -> str:
    if base in _DOUBLED.split():
        return f"{base}{base[-1]}ing"
    return f"{base[:-1]}ing" if base.endswith("e") and not base.endswith("ee") else f"{base}ing"


def _past(base: str) -> str:
    if base in _DOUBLED.split():
        return f"{base}{base[-1]}ed"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}d" if base.endswith("e") else f"{base}ed"


def _make_gerunds() -> dict[str, str]:
    """Return the gerund by each form of a verb that an operator uses."""
    forms = {
        form: _gerund(base)
        for base in f"{_REGULAR} {_DOUBLED}".split()
        for form in (base, _past(base), _gerund(base))
    }
    for entry in _IRREGULAR.split("/"):
        *_, gerund = entry.split()
        forms |= dict.fromkeys(entry.split(), gerund)
    return forms


_GERUNDS = _make_gerunds()
_NEEDS_PARTICLE = {_GERUNDS[verb] for verb in _WITH_PARTICLE}
_BASES = {
    *_REGULAR.split(),
    *_DOUBLED.split(),
    *(entry.split()[0] for entry in _IRREGULAR.split("/")),
}


def describe_step(sentence: str, *, is_decision: bool = False) -> str:
    """Return a step as what fits after "by": "rolling back 4.2". Empty if it isn't a step on something.

    Only a decision is in the imperative: in a report, "fix deployed" begins with a noun.
    """
    match = _STEP.match(sentence.strip())
    verb = match["verb"].casefold() if match else ""
    if not match or verb not in _GERUNDS or ((verb in _BASES) is not is_decision):
        return ""
    rest = _STEP_END.sub("", match["rest"]).rstrip(" .!")
    if not match["particle"] and _GERUNDS[verb] in _NEEDS_PARTICLE:
        return ""
    return f"{_GERUNDS[verb]}{match['particle'] or ''}{rest}" if _is_object(rest) else ""


def describe_attempt(sentence: str) -> str:
    """Return a step like `describe_step`, also "rolling back" alone, or an empty string."""
    match = _STEP.match(sentence.strip())
    verb = _GERUNDS.get(match["verb"].casefold(), "") if match else ""
    bare = f"{verb}{match['particle'] or ''}" if match else ""
    return describe_step(sentence) or (bare if bare in _COMPLETE else "")


def _is_object(rest: str) -> bool:
    """Return whether the words after a verb name what was changed: not "it", and not just "to 80"."""
    words = [word.casefold() for word in _WORD.findall(rest)]
    if not words or words[0] in _NO_OBJECT or has_verb(rest):
        return False
    is_named = any(len(word) >= _NOUN_LENGTH and word not in _NO_NOUN for word in words)
    return is_named or (words[0] not in _AMOUNTS and re.search(r"\d", rest) is not None)


def starts_with_step(text: str) -> bool:
    """Return whether a text starts with a verb, so that its subject is missing."""
    return text.partition(" ")[0].casefold() in _GERUNDS


def has_verb(text: str) -> bool:
    """Return whether a text has a finite verb, so that it's a clause and not just a noun."""
    return _FINITE.search(text) is not None


def lower_start(text: str, source: str) -> str | None:
    """Return a text as it continues a sentence; None if its first word may be a name.

    It's no name if it's a function word, or `source`, where the text is from, has it in lower case.
    """
    first = _WORD.match(text)
    if not first or first[0][:1].islower():
        return text
    word = first[0]
    is_common = word.casefold() in _FUNCTION_WORDS or re.search(
        rf"\b{re.escape(word.lower())}\b", source
    )
    return lower_first(text) if (is_common and word[1:].islower()) or word == "A" else None

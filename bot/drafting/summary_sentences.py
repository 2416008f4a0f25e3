"""The sentences of the summary, built from what people wrote."""

import re

from bot.drafting import wording
from bot.drafting.labels import Label, has_doubtful_label, remove_label
from bot.drafting.prose.cleaning import capitalize, clean
from bot.drafting.prose.grammar import has_verb, lower_start, starts_with_step

_FOUND_THAT = re.compile(
    (
        r"^(?:(?:it |this )?(?:turn(?:s|ed) out|(?:is|was|has been) (?:discovered|found|identified))"
        r"|(?:i|we)(?: have|'ve)? (?:noticed?|found|found out|find|identified|confirmed|discovered?"
        r"|determined|reali[sz]ed?))(?: that)?\s+"
    ),
    re.IGNORECASE,
)
_INVESTIGATING = re.compile(
    (
        r"^(?:(?:we|engineers|the team)(?: are| is|'re) )?(?:currently |actively )*(?:investigating"
        r"|looking into|aware of) (?:reports of |an issue (?:with|causing) )?(?=\w)"
    ),
    re.IGNORECASE,
)
# "It happened because I think …" would say something else.
_OPINION = re.compile(
    (
        r"^(?:\W|i|we|you|so|sorry|found|looked|look|see|saw|checked|got|it|this|that(?:'s|\u2019s)?"
        r"|these|they|those|looks|seems|maybe|perhaps|probably|if|when|because|due)\b|\?$"
        r"|\b(?:i|we) (?:think|believe|guess|suspect|assume)\b"
    ),
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"^(?:\[[^\]\n]{1,40}\]\s*|(?:[a-z'\u2019]+\s){0,4}[a-z'\u2019]+:\s+)(?=(?:\S+\s+){3})",
    re.IGNORECASE,
)
_CAUSAL = re.compile(r"\b(?:due to|because|caused|owing to|thanks to)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\s(?:that|which|who)\s.*$", re.IGNORECASE | re.DOTALL)
_ARTICLE = re.compile(r"^(?:an?|the|our|two|three|some|another)\s", re.IGNORECASE)


def trouble_sentence(text: str) -> str:
    """Return what failed; of "investigating reports of X", only X."""
    return wording.as_sentence(_INVESTIGATING.sub("", text) or text)


def impact_sentence(text: str) -> str:
    """Return what was affected: "4,200 customers couldn't pay.", "Affected: 4,200 customers."."""
    return wording.as_sentence(text if has_verb(text) else f"Affected: {text}")


def cause_sentence(text: str, source: str = "") -> str:
    """Return the cause as a sentence if its grammar is clear, or else with a label.

    `source` is the message that it's from.
    """
    if has_doubtful_label(text):
        return wording.as_sentence(text)
    bare = _REMARK.sub("", _FOUND_THAT.sub("", remove_label(Label.CAUSE, text)))
    if _OPINION.search(bare):
        return wording.as_sentence(f"Cause: {capitalize(bare)}")
    cleaned = clean(bare)
    lowered = lower_start(cleaned, source)
    if _CAUSAL.search(cleaned):
        return wording.as_sentence(f"Cause: {cleaned}")
    if lowered and not starts_with_step(cleaned) and has_verb(_RELATIVE.sub("", cleaned)):
        return wording.as_sentence(f"It happened because {lowered}")
    if lowered and _ARTICLE.match(cleaned):
        return wording.as_sentence(f"The cause was {lowered}")
    return wording.as_sentence(f"Cause: {cleaned}")


def fix_sentence(step: str) -> str:
    """Return what mitigated it. `step` is a phrase such as "rolling back 4.2"."""
    return wording.as_sentence(f"It was mitigated by {step}")

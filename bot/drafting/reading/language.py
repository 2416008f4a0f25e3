"""Detect conversations in other languages: the cues are English, so they don't apply there.

Engineers everywhere mix English words into their own language, and an alert, a vendor's answer or a
pasted error could be taken for the whole story. So script and function words decide; a terse log
has few of either.
"""

import re
from collections.abc import Iterable
from itertools import islice

_ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|it|it'?s|this|that|and|of|to|for|with|on|at|not|we|we'?re|i'?m|i|you|has|have|"
    r"from|be|been|what|there|any|all|but|if|can|will|my|our|just|now|don'?t)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:que|los|las|por|para|con|una|est[aá]|pero|muy|cuando|desde|hay|ya|del|lo|se|es|sin|"  # Spanish
    r"der|das|und|ist|nicht|mit|auf|ein|eine|wir|haben|ich|auch|noch|schon|wird|bei|für|"  # German
    r"le|les|des|est|pas|une|dans|sur|pour|nous|avec|qui|ça|je|c'est|"  # French
    r"não|um|uma|com|os|foi|isso|tem|mais|il|che|non|sono|di|per|è|"  # Portuguese, Italian
    r"het|een|niet|van|dat|ik|zijn|och|att|är|inte|det|som|på|af|er|"  # Dutch, Scandinavian
    r"nie|jest|się|że|jak|bir|ve|bu|için|değil|yang|dan|ini|tidak)\b",  # Polish, Turkish, Indonesian
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_END = "\u024f"
_MIN_MESSAGES = 3  # messages needed to tell the language
_MAX_MESSAGES = 500  # messages that are enough to tell it


def is_foreign(texts: Iterable[str]) -> bool:
    """Return whether more messages are in another language than in English."""
    english = foreign = 0
    for text in islice(texts, _MAX_MESSAGES):
        english_words, foreign_words = len(_ENGLISH.findall(text)), len(_OTHER.findall(text))
        is_other = foreign_words > english_words or _is_other_script(text)
        foreign += is_other
        english += english_words > 0 and not is_other
    return foreign > english and foreign >= _MIN_MESSAGES


def _is_other_script(text: str) -> bool:
    if text.isascii():
        return False
    letters: list[str] = _LETTER.findall(text)
    return sum(letter > _LATIN_END for letter in letters) * 2 > len(letters)

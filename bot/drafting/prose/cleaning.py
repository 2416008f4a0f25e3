"""Remove from a sentence what belongs to a chat: greetings, addresses, labels, "I", emoji.

What it says stays: no other word is added, replaced or moved.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import reduce

from bot.domain.letter_case import upper_first
from bot.drafting.reading.status_pages import strip_phase

# Words that open a sentence and add nothing. Those of the second kind also begin facts ("no errors
# since 10:05"), so they only count before punctuation.
_OPENERS = (
    r"ok(?:ay)?|k|so|and|but|yeah|yep|yup|hmm+|ugh+|oh|ah|aha|fyi|btw|also|anyway|alright|hey|hi"
    r"|hello|hiya|uh+|um+|lol|haha|heads up|note that|(?:up)?on (?:further"
    r"|closer) (?:investigation|inspection)"
)
_INTERJECTIONS = (
    r"no|nope|yes|well|right|nice|great|good|cool|agreed|thanks|thank you|thx|sorry|sweet|done"
    r"|perfect|confirmed|update|awesome|excellent|wow|damn|phew|actually|team|folks|all|everyone"
    r"|hi all|hey all|hello all|hi everyone|hey folks|good morning|morning|roger|ack|got it"
    r"|will do|sure|fair|true|same"
)
_PUNCTUATION = r"(?:\s*[,.:;!\u2026]+\s*|\s+[\u2013\u2014-]+\s+)"
_OPENING = re.compile(
    (
        rf"^(?:(?:{_OPENERS})(?:{_PUNCTUATION}|\s+(?!far\b|many\b|much\b|long\b|slow|few\b|that\b))"
        rf"|(?:{_INTERJECTIONS}){_PUNCTUATION})"
    ),
    re.IGNORECASE,
)
_LABEL = re.compile(
    (
        r"^(?:decision|decided|update|status update|note|fyi|root[- ]cause|finding|impact"
        r"|action taken|eta)\s*[:\u2013\u2014]\s*"
    ),
    re.IGNORECASE,
)
_TAG = re.compile(r"^\[[A-Za-z][A-Za-z ]{1,20}\]\s+(?=\w)")  # "[Action item] …"
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(https?://[^\s()]{1,400}\)")
_BULLET = re.compile(r"^(?:\\?[-*\u2022>]|\d{1,2}[.)])\s+")
_REQUEST = re.compile(
    (
        r"^(?:(?:and|or) @|you\b|can\b|could\b|please\b|pls\b|would\b|will you\b|do\b|did\b|are you\b"
        r"|have you\b|any\b|what\b|who\b|when\b|where\b|how\b|why\b|is\b)"
    ),
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^@[\w.-]+[,:]?\s+")
_IRREGULAR = (
    "put|set|cut|ran|took|made|sent|got|began|built|found|saw|brought|held|kept|left|lost|spun"
    "|shut|did|gave|went|wrote|rebuilt|undid|told|hit|switched|turned"
)
_ADVERBS = r"(?:(?:just|now|already|currently|also|finally|again|manually)\s+)*"
_WE = r"(?:i|we)"
# Each subject is left out where the verb alone reads well: "I'm rolling back" is "Rolling back".
_FIRST_PERSON = (
    (
        re.compile(
            (
                rf"^{_WE}(?:'m|'re|\u2019m|\u2019re| am| are)\s+(?:just\s+|now\s+"
                r"|currently\s+)*(?!going to\b)(?=\w+ing\b|on call\b)"
            ),
            re.IGNORECASE,
        ),
        "",
    ),
    (
        re.compile(
            (
                rf"^{_WE}(?:'ve|\u2019ve| have)\s+(?=(?:just |now |already |also )*(?:\w+ed|{_IRREGULAR}"
                r"|gone|taken|begun|rolled|run|done|given|seen)\b)"
            ),
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(rf"^{_WE}\s+(?={_ADVERBS}(?:\w{{2,}}[^e\s]ed|{_IRREGULAR})\b)", re.IGNORECASE), ""),
    (
        re.compile(
            (
                rf"^{_WE}(?:'ll|\u2019ll| will|'m going to|\u2019m going to|'re going to"
                r"|\u2019re going to)\s+"
            ),
            re.IGNORECASE,
        ),
        "Will ",
    ),
    (
        re.compile(
            r"^(?:i can (?:confirm|see)(?: that)?|i see(?! no reason))\s+(?=\w)", re.IGNORECASE
        ),
        "",
    ),
    (re.compile(r"^(?:let'?s|let\u2019s)\s+(?=\w)", re.IGNORECASE), ""),
)
_NOW = re.compile(r"^(\w+ing\b[^,.;]*?) now(?=[,.;]|$)", re.IGNORECASE)  # the row has the time
# Where somebody is and how they are is nobody else's business.
_PERSONAL = re.compile(
    (
        r"\b(?:(?:in|from|on) (?:a|the|my) (?:car|train|bus|plane|taxi|bed|pub)"
        r"|my (?:phone|laptop|battery|kids?|dinner|lunch)|at \d+ ?% battery|\d+ ?% battery"
        r"|be right back|brb|afk|asleep|stepping away|grabbing (?:a )?(?:coffee|lunch|food))\b"
    ),
    re.IGNORECASE,
)
_TAILS = (
    "though",
    "thanks",
    "thank you",
    "thx",
    "cheers",
    "lol",
    "haha",
    "fyi",
    "btw",
    "ok?",
    "right?",
    ":)",
    ":(",
    ":D",
    ":P",
    ";)",
    "\\o/",
)
_MAX_ADDRESS_WORDS = 4  # "@Ana Ribeiro go"; more than an address and a word is a request
_MAX_LEAD_IN_WORDS = 4
_MIN_WORDS = 2  # words that must be left after something is removed
_IDENTIFIER = re.compile(r"[\d_/.\\@#`:]|\w-\w|^[a-z]+[A-Z]")
_WORD = re.compile(r"\w[\w'\u2019-]*")


def clean(sentence: str, names: Collection[str] = ()) -> str:
    """Return a sentence without its chat: a fragment or sentence with a capital letter, without a period.

    `names` are the names of the people in the record, who are addressed as "@Name".
    """
    text = remove_links(_remove_emoji(sentence).strip())
    text = strip_phase(_TAG.sub("", _BULLET.sub("", text)))
    before = None
    while before != text:
        before = text
        text = _remove_address(_shorten(_LABEL, "", _shorten(_OPENING, "", text)), names)
    return capitalize(_trim_end(_NOW.sub(r"\1", reduce(_without_subject, _FIRST_PERSON, text))))


def remove_links(text: str) -> str:
    """Return a text with the label of each Markdown link in place of the link."""
    return _MARKDOWN_LINK.sub(r"\1", text)


def is_only_chat(sentence: str) -> bool:
    """Return whether a sentence only opens one, as "oh, sweet." does, or only calls: "@Ana go"."""
    if sentence.startswith("@") and len(sentence.split()) <= _MAX_ADDRESS_WORDS:
        return True
    rest = sentence.strip().rstrip(".!,") + "."
    while match := _OPENING.match(rest):
        rest = rest[match.end() :]
    return not _WORD.search(rest)


def is_lead_in(sentence: str) -> bool:
    """Return whether a sentence only announces what was pasted after it: "hub logs show:"."""
    return sentence.rstrip().endswith(":") and len(sentence.split()) <= _MAX_LEAD_IN_WORDS


def is_personal(sentence: str) -> bool:
    """Return whether a sentence tells where somebody is or how they are."""
    return _PERSONAL.search(sentence) is not None


def capitalize(text: str) -> str:
    """Capitalize the first letter, unless the first word is an identifier, such as `payments-api`."""
    first, _, _ = text.partition(" ")
    if _IDENTIFIER.search(first.rstrip(".,:;!?)'\u2019")):
        return text
    return upper_first(text)


def _remove_emoji(text: str) -> str:
    """Remove pictures; signs that text uses, such as arrows, stay."""
    kept = (c for c in text if unicodedata.category(c) != "So" and c not in "\ufe0f\u200d")
    return "".join(kept)


def _remove_address(text: str, names: Collection[str]) -> str:
    """Remove "@Ana Ribeiro," before a statement; before a request, it says who was asked."""
    if not text.startswith("@"):
        return text
    name = max((name for name in names if text.startswith(f"@{name}")), key=len, default="")
    match = _ADDRESS.match(text)
    rest = text[len(name) + 1 :].lstrip(",: ") if name else text[match.end() :] if match else text
    return text if _REQUEST.match(rest) or not _has_enough(rest) else rest


def _trim_end(text: str) -> str:
    """Remove closing words such as "thanks", and the punctuation of a single sentence."""
    bare = text.rstrip(" ,;:!")
    for tail in _TAILS:
        if bare.rstrip(".").casefold().endswith(f" {tail.casefold()}"):
            return _trim_end(bare.rstrip(".")[: -len(tail)].rstrip(" ,;\u2013\u2014-"))
    return bare if bare.endswith("..") else bare.removesuffix(".")


def _without_subject(text: str, change: tuple[re.Pattern[str], str]) -> str:
    return _shorten(change[0], change[1], text)


def _shorten(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    """Replace a pattern, unless too few words are left to mean anything."""
    shorter = pattern.sub(replacement, text, count=1)
    return shorter if _has_enough(shorter) else text


def _has_enough(text: str) -> bool:
    return len(_WORD.findall(text)) >= _MIN_WORDS

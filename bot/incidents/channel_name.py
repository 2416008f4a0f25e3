"""Incident channel names within Slack's rules.

Slack allows lowercase letters of any script, digits, hyphens and underscores, at most 80
characters.
"""

import re
import unicodedata

from bot.domain.markup import to_plain_text

MAX_LENGTH = 80
_SHORTCODE = re.compile(r"(?<!\w):(?:[a-z][\w'+-]*|[+-]1):", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")


def make_channel_name(key: str, title: str) -> str:
    """Return a name such as `inc-2026-001-checkout-fails`. Without a title, it's only the key."""
    readable = _APOSTROPHE.sub("", _SHORTCODE.sub(" ", to_plain_text(title, {})))
    return _shortened(_slug(f"{key} {readable}"), MAX_LENGTH) or "incident"


def add_suffix(name: str, number: int) -> str:
    """Return an alternative for a name that is taken: `inc-2026-001-checkout-2`."""
    ending = f"-{number}"
    return _shortened(name, MAX_LENGTH - len(ending)) + ending


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    result: list[str] = []
    for character in letters:
        if _is_letter(character) or (_is_accent(character) and result and result[-1] != "-"):
            result.append(character)
        elif result and result[-1] != "-":
            result.append("-")
    return "".join(result).strip("-")


def _is_letter(character: str) -> bool:
    # A few capitals have no lowercase form in NFKC and lower(); Slack refuses all capitals.
    kind = unicodedata.category(character)
    return (kind.startswith("L") or kind == "Nd") and not character.isupper()


def _is_accent(character: str) -> bool:
    # Vowel signs in Devanagari or Thai are marks, but so are the variation selectors of emoji.
    return unicodedata.category(character) in {"Mn", "Mc"} and not "\ufe00" <= character <= "\ufe0f"


def _shortened(name: str, longest: int) -> str:
    """Cut a name at a hyphen if one is near, else within the word."""
    if len(name) <= longest:
        return name
    cut = name[:longest]
    if name[longest] != "-":
        head, hyphen, tail = cut.rpartition("-")
        cut = head if hyphen and len(tail) < longest // 3 else cut
    return cut.rstrip("-")

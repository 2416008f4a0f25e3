"""Names of incident channels, as Slack allows them.

Slack takes lower-case letters of any script, digits, hyphens and underscores, at most 80 of them.
"""

import re
import unicodedata

from bot.domain.markup import plain

LONGEST = 80
_SHORTCODE = re.compile(r"(?<!\w):(?:[a-z][\w'+-]*|[+-]1):", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")


def channel_name(key: str, title: str) -> str:
    """Make `inc-2026-001-checkout-fails` of a key and a title; without a title, of the key."""
    readable = _APOSTROPHE.sub("", _SHORTCODE.sub(" ", plain(title, {})))
    return _shortened(_slug(f"{key} {readable}"), LONGEST) or "incident"


def suffixed(name: str, number: int) -> str:
    """Make another name of one that is taken: `inc-2026-001-checkout-2`."""
    ending = f"-{number}"
    return _shortened(name, LONGEST - len(ending)) + ending


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    kept: list[str] = []
    for character in letters:
        if _is_letter(character) or (_is_accent(character) and kept and kept[-1] != "-"):
            kept.append(character)
        elif kept and kept[-1] != "-":
            kept.append("-")
    return "".join(kept).strip("-")


def _is_letter(character: str) -> bool:
    # NFKC and lower() leave a few capitals without a small form; Slack refuses every capital.
    kind = unicodedata.category(character)
    return (kind.startswith("L") or kind == "Nd") and not character.isupper()


def _is_accent(character: str) -> bool:
    # Vowel signs of Devanagari or Thai are marks, and so are the selectors that colour an emoji.
    return unicodedata.category(character) in {"Mn", "Mc"} and not "\ufe00" <= character <= "\ufe0f"


def _shortened(name: str, longest: int) -> str:
    """Cut at a hyphen when one is near; a name of one long word is cut where it must be."""
    if len(name) <= longest:
        return name
    cut = name[:longest]
    if name[longest] != "-":
        head, hyphen, tail = cut.rpartition("-")
        cut = head if hyphen and len(tail) < longest // 3 else cut
    return cut.rstrip("-")

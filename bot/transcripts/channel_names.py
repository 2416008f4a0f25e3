"""Compare the names of channels."""

import unicodedata


def normalize(name: str) -> str:
    """Return a channel's name or ID in the form to compare: typed, listed, and of a folder.

    `#` and an address before it don't count. macOS writes an accent as a character of its own.
    """
    bare = name.strip().removeprefix("#").rpartition("/archives/")[2]
    return unicodedata.normalize("NFC", bare).casefold()

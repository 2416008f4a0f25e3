"""Suggest a valid name for a misspelt one."""

import difflib
from collections.abc import Sequence


def suggest(name: str, valid_names: Sequence[str]) -> str:
    """Return the end of a sentence: "did you mean …?" for a similar name, else all valid ones."""
    near = difflib.get_close_matches(name, valid_names, n=1)
    return f" (did you mean {near[0]}?)" if near else f": choose one of {', '.join(valid_names)}"

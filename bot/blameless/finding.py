"""A finding of a check: a passage to change, with the reason and a suggestion."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding. `text` is quoted from the document, empty if something is missing.

    `line` counts from 1; it's None for a single sentence and for a missing section. `better` is a
    replacement, or a question whose answer belongs there.
    """

    rule: str
    text: str
    why: str
    better: str
    line: int | None = None
    section: str = ""

"""What a check found: one place of a postmortem that should be different, why, and how."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One place of a text. `text` is quoted from it, empty where something is not there at all.

    `line` counts from 1, None for what has no line (a sentence by itself, a section that is not
    there). `better` is another sentence to put there, or a question whose answer belongs there.
    """

    rule: str
    text: str
    why: str
    better: str
    line: int | None = None
    section: str = ""

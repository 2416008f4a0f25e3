"""A long document as several messages: cut at headings, and inside a section only when it must be."""

import re

_HEADING = re.compile(r"(?=^#{1,3} )", re.MULTILINE)


def chunks(text: str, longest: int) -> list[str]:
    """Cut Markdown into parts of at most `longest` characters, whole sections together."""
    parts: list[str] = []
    for piece in _pieces(text, longest):
        if parts and len(parts[-1]) + len(piece) <= longest:
            parts[-1] += piece
        else:
            parts.append(piece)
    return [part.strip("\n") for part in parts if part.strip()]


def _pieces(text: str, longest: int) -> list[str]:
    pieces: list[str] = []
    for section in _HEADING.split(text):
        pieces.extend([section] if len(section) <= longest else _lines(section, longest))
    return pieces


def _lines(section: str, longest: int) -> list[str]:
    """Cut at line ends; a table that goes on in the next message repeats its head."""
    head = _table_head(section)
    pieces, current = [], ""
    for line in section.splitlines(keepends=True):
        for part in _fitting(line, longest - len(head)):
            if len(current) + len(part) > longest:
                pieces.append(current)
                current = head if part.startswith("|") else ""
            current += part
    return [*pieces, current]


def _fitting(line: str, longest: int) -> list[str]:
    return [line[start : start + longest] for start in range(0, len(line), longest)]


def _table_head(section: str) -> str:
    match = re.search(r"^\|.*\|\n\|[ :|-]+\|\n", section, re.MULTILINE)
    return match[0] if match else ""

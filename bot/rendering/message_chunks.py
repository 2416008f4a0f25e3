"""Split a long document into several messages, at headings if possible."""

import re
from collections.abc import Iterator

_HEADING = re.compile(r"(?=^#{1,3} )", re.MULTILINE)
_TABLE_HEAD = re.compile(r"\|.*\|\n\|[ :|-]+\|\n")
_LINE = re.compile(rf"{_TABLE_HEAD.pattern}|.*\n|.+")


def split_message(text: str, longest: int) -> list[str]:
    """Split Markdown into parts of at most `longest` characters, keeping sections together."""
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
    """Split at line ends. If a table continues in the next message, its header is repeated."""
    pieces, current = [], ""
    for line, head in _with_heads(section):
        again = head if len(head) <= longest // 2 else ""
        for part in _split_line(line, longest - len(again)):
            if len(current) + len(part) > longest:
                pieces.append(current)
                current = again
            current += part
    return [*pieces, current]


def _with_heads(section: str) -> Iterator[tuple[str, str]]:
    """Yield each line with the header of its table; a header counts as one line."""
    head = ""
    for line in _LINE.findall(section):
        if _TABLE_HEAD.fullmatch(line):
            head = line
            yield line, ""
        else:
            head = head if line.startswith("|") else ""
            yield line, head


def _split_line(line: str, longest: int) -> list[str]:
    return [line[start : start + longest] for start in range(0, len(line), longest)]

"""Markdown made fit for a Slack canvas: what a canvas does not take is written in another way."""

import re
from collections.abc import Iterator

LONGEST = 1_000_000  # bytes; Slack takes 1 MiB in one change, and the last words need room too
CELLS = 300  # of a table; Slack refuses a larger one

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")
_HEADING = re.compile(r"^(\s{0,3})#{4,6}(?=\s)")  # a canvas has three levels
_QUOTED_ITEM = re.compile(r"^(\s{0,3}>(?:\s{0,4}>)*\s?)(?:[-*+]|(\d+)[.)])\s+")
_IMAGE = re.compile(r"(?<!\\)((?:\\\\)*)!\[((?:\\.|[^\[\]\\])*)\](?:\([^()]*\)|\[[^\[\]]*\])")
# What is left of one: `![](@U1)` is a mention. It begins where a row of `!` does.
_BANG = re.compile(r"((?<!\\)(?:\\\\)+|(?<![\\!])|(?<=\\!))!+\[")
_SLACKS = re.compile(r"<([!@#][^<>\n]*)>")
_ADDRESS = re.compile(r"(?<!\()<((?:https?|mailto):[^<>\s]+)>")
_COMMENT = re.compile(r"<!--(?:[^<-]|<(?!!--)|-(?!->))*-->")
_TAG = re.compile(r"(?<!\()</?[a-zA-Z][^<>\n]*>")
_ALL = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_HEAD = 2  # lines that a table begins with
_BAR = re.compile(r"(?<!\\)\|")
_JOINER = "\u2060"  # is not seen, and lets no word after it be a mention


def fit(markdown: str, rest: str, longest: int = LONGEST) -> str:
    """The text with what a canvas takes; what is longer is cut at a line, and `rest` says where all is.

    Headings have three levels, nothing in it is a picture, HTML or a mention, no list stands in a
    quotation, and a large table is several. Code stays as it is. `longest` is in bytes of UTF-8.
    """
    lines = list(_tables(_lines(markdown)))
    whole = "\n".join(lines)
    if _bytes(whole) <= longest:
        return whole
    return _cut(lines, rest, longest - _bytes(rest) - len("\n```\n\n"))


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Each line made fit, and whether it is code, which stays as it is."""
    fence = ""
    for line in _COMMENT.sub("", markdown).splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence:
            yield _plain(line), False
            continue
        yield line, True


def _plain(line: str) -> str:
    """One line, its code spans left alone."""
    line = _HEADING.sub(r"\1###", line)
    line = _QUOTED_ITEM.sub(lambda m: f"{m[1]}{m[2] + ': ' if m[2] else '• '}", line)
    made, at = [], 0
    for code in _CODE.finditer(line):
        made += [_bare(line[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*made, _bare(line[at:])])


def _bare(text: str) -> str:
    text = _IMAGE.sub(r"\1\2", text)
    text = _BANG.sub(r"\1[", text)
    text = _SLACKS.sub(r"&lt;\1&gt;", text)
    text = _ADDRESS.sub(r"[\1](\1)", text)
    return _ALL.sub(f"@{_JOINER}", _TAG.sub(" ", text))


def _tables(lines: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """The lines, with the head of a table said again where it would have too many cells."""
    table: list[str] = []
    for line, code in lines:
        if code or not line.lstrip().startswith("|"):
            table = []
        else:
            columns = len(_BAR.findall(line)) - 1
            if len(table) > _HEAD and len(table) * columns > CELLS:
                table = table[:_HEAD]
                yield from ("", *table)
            table.append(line)
        yield line


def _cut(lines: list[str], rest: str, longest: int) -> str:
    kept, size, fence = [], 0, False
    for line in lines:
        size += _bytes(line) + 1
        if size > longest:
            break
        fence ^= bool(_FENCE.match(line))
        kept.append(line)
    return "\n".join([*kept, *(["```"] if fence else []), "", rest])


def _bytes(text: str) -> int:
    return len(text.encode())

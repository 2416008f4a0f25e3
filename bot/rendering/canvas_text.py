"""Convert Markdown for a Slack canvas: unsupported syntax is replaced."""

import re
from collections.abc import Iterator

MAX_CANVAS_BYTES = (
    1_000_000  # bytes; Slack's limit is 1 MiB per change, and the closing text needs space
)
MAX_TABLE_CELLS = 300  # in a table; Slack refuses larger ones

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")
_HEADING = re.compile(r"^(\s{0,3})#{4,6}(?=\s)")  # a canvas has three heading levels
_QUOTED_ITEM = re.compile(r"^(\s{0,3}>(?:\s{0,4}>)*\s?)(?:[-*+]|(\d+)[.)])\s+")
_IMAGE = re.compile(r"(?<!\\)((?:\\\\)*)!\[((?:\\.|[^\[\]\\])*)\](?:\([^()]*\)|\[[^\[\]]*\])")
# The rest of an image: `![](@U1)` is a mention. It starts at the first `!` of a row.
_BANG = re.compile(r"((?<!\\)(?:\\\\)+|(?<![\\!])|(?<=\\!))!+\[")
_SLACK_MENTION = re.compile(r"<([!@#][^<>\n]*)>")
_ADDRESS = re.compile(r"(?<!\()<((?:https?|mailto):[^<>\s]+)>")
_COMMENT = re.compile(r"<!--(?:[^<-]|<(?!!--)|-(?!->))*-->")
_TAG = re.compile(r"(?<!\()</?[a-zA-Z][^<>\n]*>")
_MENTION_OF_ALL = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_HEAD = 2  # lines of a table's header
_COLUMN_BAR = re.compile(r"(?<!\\)\|")
_JOINER = "\u2060"  # word joiner: invisible, and it prevents the next word from being a mention


def fit_to_canvas(markdown: str, closing_text: str, longest: int = MAX_CANVAS_BYTES) -> str:
    """Convert Markdown for a canvas. Longer text is cut at a line and ends with `closing_text`.

    Headings have at most three levels; images, HTML and mentions are removed or disabled; lists in
    quotations become plain lines; and a large table is split. Code is unchanged. `longest` is in
    bytes of UTF-8. `closing_text` should say where the full text is.
    """
    lines = list(_tables(_lines(markdown)))
    whole = "\n".join(lines)
    if _bytes(whole) <= longest:
        return whole
    return _cut_lines(lines, closing_text, longest - _bytes(closing_text) - len("\n```\n\n"))


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Yield each converted line, and whether it's code, which isn't converted."""
    fence = ""
    for line in _COMMENT.sub("", markdown).splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence:
            yield _convert_line(line), False
            continue
        yield line, True


def _convert_line(line: str) -> str:
    """Convert a line, except its code spans."""
    line = _HEADING.sub(r"\1###", line)
    line = _QUOTED_ITEM.sub(lambda m: f"{m[1]}{m[2] + ': ' if m[2] else '• '}", line)
    parts, position = [], 0
    for code in _CODE.finditer(line):
        parts += [_convert_markup(line[position : code.start()]), code[0]]
        position = code.end()
    return "".join([*parts, _convert_markup(line[position:])])


def _convert_markup(text: str) -> str:
    text = _IMAGE.sub(r"\1\2", text)
    text = _BANG.sub(r"\1[", text)
    text = _SLACK_MENTION.sub(r"&lt;\1&gt;", text)
    text = _ADDRESS.sub(r"[\1](\1)", text)
    return _MENTION_OF_ALL.sub(f"@{_JOINER}", _TAG.sub(" ", text))


def _tables(lines: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Yield the lines; a table with too many cells is split, and its header repeated."""
    table: list[str] = []
    for line, code in lines:
        if code or not line.lstrip().startswith("|"):
            table = []
        else:
            columns = len(_COLUMN_BAR.findall(line)) - 1
            if len(table) > _HEAD and len(table) * columns > MAX_TABLE_CELLS:
                table = table[:_HEAD]
                yield from ("", *table)
            table.append(line)
        yield line


def _cut_lines(lines: list[str], closing_text: str, longest: int) -> str:
    kept_lines, size, fence = [], 0, False
    for line in lines:
        size += _bytes(line) + 1
        if size > longest:
            break
        fence ^= bool(_FENCE.match(line))
        kept_lines.append(line)
    return "\n".join([*kept_lines, *(["```"] if fence else []), "", closing_text])


def _bytes(text: str) -> int:
    return len(text.encode())

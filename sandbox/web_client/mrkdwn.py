"""Draw Slack's mrkdwn as HTML.

Safe by construction: all text of a message is escaped, and the only tags are those of this module
and its helpers. Nothing is stripped or repaired.
"""

import re

from markupsafe import Markup

from sandbox.web_client import emoji, tokens
from sandbox.web_client.reader import Reader

_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?(.*)")
_BULLET = re.compile(r"\s*[•◦▪-] +(.+)")
_NUMBER = re.compile(r"\s*\d{1,3}[.)] +(.+)")


def _span(mark: str) -> str:
    # A link or code inside counts as one character, so that its own `*` or `_` can't end the span.
    inner = rf"(?:<[^<>\n]*>|`[^`\n]+`|[^{mark}<>`\n])"
    return rf"(?<![\w{mark}]){mark}(?=\S)({inner}+?)(?<=\S){mark}(?![\w{mark}])"


_INLINE = re.compile(rf"`([^`\n]+)`|<([^<>\n]+)>|{_span(re.escape('*'))}|{_span('_')}|{_span('~')}")
_TAGS = {3: "b", 4: "i", 5: "s"}


def draw(text: str, reader: Reader) -> Markup:
    """Draw a whole message: paragraphs, lists, quotes and code."""
    pieces = _PRE.split(text)
    return Markup().join(
        _code_block(piece) if index % 2 else _lines(piece, reader)
        for index, piece in enumerate(pieces)
        if piece.strip("\n")
    )


def inline(text: str, reader: Reader) -> Markup:
    """Draw one line: styles, links, mentions and emoji."""
    html, end = Markup(), 0
    for match in _INLINE.finditer(text):
        html += _words(text[end : match.start()])
        html += _piece(match, reader)
        end = match.end()
    return html + _words(text[end:])


def _piece(match: re.Match[str], reader: Reader) -> Markup:
    group = match.lastindex or 0
    content = match[group]
    if group == 1:
        return Markup("<code>{}</code>").format(_literal(content))
    if group == 2:  # noqa: PLR2004 - the second alternative of _INLINE
        return tokens.draw(content, reader)
    tag = _TAGS[group]
    return Markup("<{0}>{1}</{0}>").format(tag, inline(content, reader))


def _lines(text: str, reader: Reader) -> Markup:
    html = Markup()
    for kind, lines in _runs(text.strip("\n").split("\n")):
        drawn = [inline(line, reader) for line in lines]
        if kind in {"ul", "ol"}:
            items = Markup().join(Markup("<li>{}</li>").format(line) for line in drawn)
            html += Markup("<{0}>{1}</{0}>").format(kind, items)
        else:
            html += Markup("<{0}>{1}</{0}>").format(kind, Markup("<br>").join(drawn))
    return html


def _runs(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Group adjacent lines by kind; a blank line ends a paragraph."""
    runs: list[tuple[str, list[str]]] = []
    for line in lines:
        kind, content = _kind_of(line)
        if not runs or runs[-1][0] != kind:
            runs.append((kind, []))
        runs[-1][1].append(content)
    return [run for run in runs if run[0]]


def _kind_of(line: str) -> tuple[str, str]:
    if not line.strip():
        return "", ""
    for kind, pattern in (("blockquote", _QUOTE), ("ul", _BULLET), ("ol", _NUMBER)):
        if match := pattern.fullmatch(line):
            return kind, match[1]
    return "p", line


def _code_block(text: str) -> Markup:
    return Markup("<pre><code>{}</code></pre>").format(_literal(text))


def _literal(text: str) -> str:
    """Return the text of code, where Slack still puts links in angle brackets."""
    return tokens.decoded(re.sub(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>", _bare, text))


def _bare(match: re.Match[str]) -> str:
    return match[2] or match[1] if tokens.is_link(match[1]) else match[0]


def _words(text: str) -> Markup:
    return emoji.within(tokens.decoded(text))

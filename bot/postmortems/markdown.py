"""Parse any postmortem in Markdown into a document that can be checked: sections, text, lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.blameless.document import Bullet, Document, Passage, Row, Section, Table
from bot.blameless.sections import topic_of
from bot.rendering.citations import SUPERSCRIPT_DIGITS

_BOM = "\ufeff"
_FRONT = re.compile(r"---[ \t]*\n(?:[^\n]*\n){0,60}?(?:---|\.\.\.)[ \t]*(?:\n|$)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_VERBATIM = re.compile(r"<(pre|code|script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"<(?:h([1-6])|summary)\b[^<>]{0,200}>([^<\n]{1,200})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,1000}>")
_BOX = re.compile(r"\[([ xX✓✔]?)\]\s*")
_LABELLED = re.compile(r"([^\n:]{2,60}):[ \t]*(?=\n|$)")
_REFERENCE = re.compile(f" [{SUPERSCRIPT_DIGITS}]+(?![^\\s.,;:!?)])")
_MAX_CODE_LENGTH = 300  # longer inline code is replaced by an ellipsis
_BOLD_LEVEL = 7  # the level of a bold line used as a heading


def parse_markdown(markdown: str) -> Document:
    """Parse a Markdown text into a document. Any text is valid."""
    text = markdown.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    reader = _Reader()
    reader.walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))
    return Document(tuple(reader.sections))


@dataclass(slots=True)
class _Reader:
    """The state of the walk through the tokens."""

    sections: list[Section] = field(default_factory=lambda: [Section()])
    quotes: int = 0
    items: list[int] = field(default_factory=list)
    row: Row | None = None
    heading: tuple[int, int] | None = None
    in_head: bool = False

    @property
    def section(self) -> Section:
        return self.sections[-1]

    def walk(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            step = _STEPS.get(token.type)
            if step:
                step(self, token)

    def open_heading(self, token: Token) -> None:
        self.heading = (int(token.tag[1:]), _line(token))

    def rule(self, _: Token) -> None:
        """End the section at a horizontal rule, such as the one above the footer of our drafts."""
        if not self.quotes and not self.items and (self.section.passages or self.section.quoted):
            self.sections.append(Section())

    def quote(self, token: Token) -> None:
        self.quotes += token.nesting

    def item(self, token: Token) -> None:
        if token.nesting == 1:
            self.items.append(_line(token))
        else:
            self.items.pop()

    def table(self, _: Token) -> None:
        self.section.tables.append(Table())

    def head(self, token: Token) -> None:
        self.in_head = token.nesting == 1

    def table_row(self, token: Token) -> None:
        if token.nesting == 1:
            self.row = Row((), _line(token))
            return
        table, row = self.section.tables[-1], self.row
        if row and self.in_head:
            table.header = row.cells
        elif row:
            table.rows.append(row)
        self.row = None

    def shown(self, token: Token) -> None:
        self.section.quoted.append(token.content)

    def html(self, token: Token) -> None:
        """Add the text between HTML tags; a heading among them starts a section."""
        line = _line(token)
        bare = _VERBATIM.sub(lambda match: "\n" * match[0].count("\n"), token.content)
        bare = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), bare)
        for number, line_text in enumerate(bare.split("\n")):
            heading = _HEADING.search(line_text)
            if heading:
                self.begin(heading[2], int(heading[1] or _BOLD_LEVEL), line + number)
            text = _TAG.sub(" ", line_text[heading.end() :] if heading else line_text).strip()
            if text:
                self.section.passages.append(Passage(text, line + number))

    def inline(self, token: Token) -> None:
        text = _plain_text(token.children or [])
        if self.row is not None:
            self.row = Row((*self.row.cells, text), self.row.line)
            if text.strip() and not self.in_head:
                self.section.passages.append(Passage(text, self.row.line))
        elif self.quotes:
            self.section.quoted.append(text)
        elif self.heading:
            self.begin(text, *self.heading)
            self.heading = None
        else:
            self.prose(text, token)

    def prose(self, text: str, token: Token) -> None:
        line = _line(token)
        if self.items:
            box = _BOX.match(text)
            bare = text[box.end() :] if box else text
            ticked = box and bool(box[1].strip())
            self.section.bullets.append(Bullet(bare, line, ticked))
            self.section.passages.append(Passage(bare, line))
            return
        title, rest = _bold_title(token, text)
        if title:
            self.begin(title, _BOLD_LEVEL, line)
        if rest.strip():
            self.section.passages.append(Passage(rest, line))

    def begin(self, title: str, level: int, line: int) -> None:
        self.sections.append(Section(" ".join(title.split()), level, line))


_STEPS = {
    "heading_open": _Reader.open_heading,
    "hr": _Reader.rule,
    "blockquote_open": _Reader.quote,
    "blockquote_close": _Reader.quote,
    "list_item_open": _Reader.item,
    "list_item_close": _Reader.item,
    "table_open": _Reader.table,
    "thead_open": _Reader.head,
    "thead_close": _Reader.head,
    "tr_open": _Reader.table_row,
    "tr_close": _Reader.table_row,
    "fence": _Reader.shown,
    "code_block": _Reader.shown,
    "html_block": _Reader.html,
    "inline": _Reader.inline,
}


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _plain_text(children: Sequence[Token]) -> str:
    """Return a line's text without markup and reference numbers; code keeps its backticks, to be
    recognized as code."""
    parts = []
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "code_inline":
            code = child.content.replace("`", "'")
            parts.append(f"`{code}`" if len(code) <= _MAX_CODE_LENGTH else "`…`")
        elif child.type == "text":
            parts.append(child.content)
        elif child.type == "html_inline":
            parts.append(" ")
    return _REFERENCE.sub("", "".join(parts))


def _bold_title(token: Token, text: str) -> tuple[str, str]:
    """Return the heading that a paragraph begins with, and the text after it.

    A bold line is a heading. "**Impact:** …", and "Impact:" on a line of its own, are headings if
    the words name a section. Without a heading, it's empty.
    """
    children = [child for child in token.children or [] if child.type != "text" or child.content]
    closing = next((at for at, child in enumerate(children) if child.type == "strong_close"), None)
    if closing and children[0].type == "strong_open":
        title, rest = _plain_text(children[:closing]), _plain_text(children[closing + 1 :])
        alone = not rest.split("\n", 1)[0].strip(" :")
        if (alone and "\n" not in title) or topic_of(title):
            return title.rstrip(" :"), rest.lstrip(" :")
    labelled = _LABELLED.match(text)
    if labelled and topic_of(labelled[1]):
        return labelled[1], text[labelled.end() :]
    return "", text

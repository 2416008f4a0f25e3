"""Read action items from tables, whatever the order of their columns, and from lists."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.blameless.document import Bullet, Document, Row, Section, Table
from bot.blameless.sections import SectionTopic, find_topics, is_placeholder

_COLUMNS = {
    "text": "action|action item|action items|actions|item|task|what|description|follow-up"
        "|followup|todo|to do|to-do|improvement|"
    "remediation|measure|corrective action|step|title|details|work item",
    "owner": "owner|owners|who|assignee|assigned|assigned to|responsible|dri|person|lead|owned by"
        "|owner(s)|by whom|driver|accountable",
    "due": "due|due date|deadline|when|target|target date|eta|by|by when|date|due by|complete by"
        "|completion date|target completion",
    "priority": "priority|prio|p|urgency|importance|severity|pri",
    "state": "status|state|done|progress|done?|completed",
    "other": "ticket|tickets|issue|jira|link|tracking|bug|reference|id|#|no|nr|type|kind|category"
        "|notes|comment|comments|effort|theme",
}  # fmt: skip
_COLUMN_OF = {name: column for column, names in _COLUMNS.items() for name in names.split("|")}
_OWNERS = frozenset(("owner", "owners", "assignee", "assigned to", "dri", "responsible"))
_FIELD_SEPARATOR = re.compile(
    r"(?<!\s)\s+[\u2014\u2013|-]+\s+|(?:(?<!\s)\s+)?[;|]\s*|\n"
    r"|,\s+(?=(?:owner|owned by|assignee|assigned to|due|deadline|priority|by|dri|eta)\b)"
)
_ASIDE = re.compile(r"[(\[]([^()\[\]\n]{1,80})[)\]]")
_LABEL = re.compile(
    r"^\s*(owner|assignee|assigned to|who|dri|responsible|due|due date|deadline|by|when"
    r"|eta|target|priority|prio|status|state)\s*:\s*",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"\b(?:P[0-4]|sev-?[0-4])\b|^(?:critical|urgent|high(?:est)?|medium|normal"
    r"|low(?:est)?)(?: prio(?:rity)?)?$",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_SPAN = r"(?:day|week|sprint|month|quarter|year)"
_DATE = re.compile(
    r"\b\d{4}-\d\d?-\d\d?\b|\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|"
    rf"\b(?:due|by|until|before|on) (?:the )?(?:end of |next |this |{_DAY}|{_MONTH}\b"
    rf"|tomorrow|today|eo[mqyw])|^(?:next )?{_DAY}$|"
    rf"\b(?:end of (?:the |this |next )?|this |next ){_SPAN}\b"
    rf"|\b(?:in|within) (?:\w+ )?\d* ?{_SPAN}s?\b|\b(?:eo[mqyw]|Q[1-4]|tomorrow|today"
    r"|yesterday)\b",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w.])@[\w][\w.-]*")
_NAME = re.compile(r"[^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,2}")
_DONE = re.compile(
    r"\b(?:done|completed?|fixed|shipped|closed|resolved|finished|merged|deployed)\b|[✅✔☑]",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(r"\b(?:not|in progress|to be|partially)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenItem:
    """An action item in a document. A field that is missing, or only a placeholder, is empty."""

    text: str
    line: int
    section: str
    owner: str = ""
    due: str = ""
    priority: str = ""
    is_done: bool = False


def read_items(document: Document, people: Collection[str] = ()) -> list[WrittenItem]:
    """Return the action items under such a heading, and in other tables that clearly list them."""
    names = {name.strip().lstrip("@").casefold() for name in people}
    topics = {
        id(section): topic
        for topic, position in find_topics(document)
        for section in document.with_subsections(position)
    }
    items: list[WrittenItem] = []
    for section in document.sections:
        topic = topics.get(id(section))
        for table in section.tables:
            if topic is SectionTopic.ACTION_ITEMS or (
                topic is None and _is_action_item_table(table)
            ):
                items += _read_table(section, table)
        if topic is SectionTopic.ACTION_ITEMS:
            items += (_read_bullet(section, bullet, names) for bullet in section.bullets)
    return sorted(
        (item for item in items if not is_placeholder(item.text)), key=lambda item: item.line
    )


def _column_names(table: Table) -> list[str]:
    return [name.casefold().strip(" *:_") for name in table.header]


def _is_action_item_table(table: Table) -> bool:
    """Return whether a table's header shows it. A timeline's may be "when, what, who" too."""
    columns = {_COLUMN_OF.get(name) for name in _column_names(table)}
    return (
        bool(_OWNERS.intersection(_column_names(table))) and "text" in columns and "due" in columns
    )


def _read_table(section: Section, table: Table) -> Iterator[WrittenItem]:
    columns = [_COLUMN_OF.get(name, "") for name in _column_names(table)]
    if "text" not in columns and "" in columns:
        columns[columns.index("")] = "text"
    if "text" in columns:
        yield from (_read_row(section, columns, row) for row in table.rows if any(row.cells))


def _read_row(section: Section, columns: list[str], row: Row) -> WrittenItem:
    cells = {
        column: "" if is_placeholder(cell) else cell.strip()
        for column, cell in zip(
            reversed(columns), reversed(row.cells[: len(columns)]), strict=False
        )
    }
    state = cells.get("state", "")
    return WrittenItem(
        text=cells.get("text", ""),
        line=row.line,
        section=section.title,
        owner=cells.get("owner", ""),
        due=cells.get("due", "") if _has_date(cells.get("due", "")) else "",
        priority=cells.get("priority", ""),
        is_done=_is_done(state),
    )


def _read_bullet(section: Section, bullet: Bullet, names: Collection[str]) -> WrittenItem:
    """Read an entry such as "P1 — what — @who — 2026-04-15". The form of a field shows its kind."""
    asides = [part for aside in _ASIDE.findall(bullet.text) for part in aside.split(",")]
    main_fields = [
        field.strip(" .,*")
        for field in _FIELD_SEPARATOR.split(_ASIDE.sub(" ", bullet.text))
        if field.strip(" .,*")
    ]
    fields: dict[str, str] = {}
    words: list[str] = []
    for position, field in enumerate([*main_fields, *map(str.strip, asides)]):
        kind = _field_kind(field, names, first=not words)
        if kind:
            fields.setdefault(kind, _LABEL.sub("", field))
        elif position < len(main_fields):
            words.append(field)
    text = " ".join(words) or bullet.text.strip()
    owner = fields.get("owner") or next(iter(_MENTION.findall(bullet.text)), "")
    due = fields.get("due", "") or (_first_match(_DATE, text) if words else "")
    return WrittenItem(
        text=text,
        line=bullet.line,
        section=section.title,
        owner="" if is_placeholder(owner) else owner,
        due=due if _has_date(due) else "",
        priority=fields.get("priority", "") or _first_match(_PRIORITY, text),
        is_done=bool(bullet.is_checked) or "state" in fields,
    )


def _field_kind(field: str, names: Collection[str], *, first: bool) -> str:
    """Return the kind of a field in a list entry; empty for the text of the action itself."""
    label = _LABEL.match(field)
    if label:
        return _COLUMN_OF.get(label[1].casefold(), "")
    if len(field) <= 20 and _PRIORITY.search(field):  # noqa: PLR2004 - "P1", "high priority"
        return "priority"
    if first:
        return "owner" if field.casefold() in names else ""
    return _short_field_kind(field, names)


def _short_field_kind(field: str, names: Collection[str]) -> str:
    if _MENTION.match(field) or field.casefold() in names:
        return "owner"
    if len(field) <= 40 and _DATE.search(field):  # noqa: PLR2004 - "due end of next month"
        return "due"
    if len(field) <= 20 and _is_done(field):  # noqa: PLR2004 - "done in release 14"
        return "state"
    named = _NAME.fullmatch(field) and all(word[0].isupper() for word in field.split())
    return "owner" if named or is_placeholder(field) else ""


def _first_match(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0] if match else ""


def _is_done(state: str) -> bool:
    return bool(_DONE.search(state)) and not _NOT_DONE.search(state)


def _has_date(text: str) -> bool:
    """Return whether a text contains a date; "asap" and "ongoing" don't."""
    return (
        any(character.isdigit() for character in text)
        or bool(_DATE.search(text))
        or bool(re.search(rf"{_DAY}|{_MONTH}", text, re.IGNORECASE))
    )

"""A postmortem for the checks: sections with text, bullets and tables, and their line numbers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Passage:
    """Readable text without markup. `line` is that of its first line, counted from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list entry. `is_checked` is None if it has no checkbox."""

    text: str
    line: int
    is_checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]
    line: int


@dataclass(slots=True)
class Table:
    """A table with the names of its columns."""

    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A heading and the content up to the next one. Content before the first has no title.

    `passages` are people's prose, including cells and bullets. `quoted` has quotations, code and
    logs. A section with either isn't empty.
    """

    title: str = ""
    level: int = 0
    line: int | None = None
    passages: list[Passage] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    bullets: list[Bullet] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole postmortem, as sections in order."""

    sections: tuple[Section, ...]

    def with_subsections(self, position: int) -> tuple[Section, ...]:
        """Return a section and its subsections."""
        level = self.sections[position].level
        end = position + 1
        while end < len(self.sections) and self.sections[end].level > level:
            end += 1
        return self.sections[position:end]

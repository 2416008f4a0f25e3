"""A postmortem as a check sees it: sections with text, bullets and tables, each with its line."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Passage:
    """Readable text without markup. `line` counts from 1; each line break in `text` is one more."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """An entry of a list; `is_checked` is None where it has no box."""

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
    """A table: what its columns are called, and its rows."""

    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A heading and what follows it up to the next one; before the first heading it has no title.

    `passages` are people's prose, cells and bullets included. `quoted` is what is only shown:
    quotations, code, logs. Both make a section more than empty.
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
    """A whole postmortem, section by section in its order."""

    sections: tuple[Section, ...]

    def with_subsections(self, position: int) -> tuple[Section, ...]:
        """A section with all that stand below it."""
        level = self.sections[position].level
        end = position + 1
        while end < len(self.sections) and self.sections[end].level > level:
            end += 1
        return self.sections[position:end]

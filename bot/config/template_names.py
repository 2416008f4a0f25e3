"""Which templates a postmortem can have: those that come with Debrief, and a team's own."""

from pathlib import Path

SUFFIX = ".md.j2"
PUBLIC = "public"  # the one for customers; it is given public facts only
TEMPLATES = (
    "standard",
    "full",
    "quick",
    "structured",
    "complete",
    "blameless",
    "engineering",
    "learning",
    PUBLIC,
)


def own(folder: Path) -> tuple[str, ...]:
    """The names of a team's templates: each `NAME.md.j2` right in its folder, in order."""
    files = (path.name for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    return tuple(sorted(each.removesuffix(SUFFIX) for each in files if each[0] != "."))


def names(folder: Path | None) -> tuple[str, ...]:
    """Every name that can be asked for; a team's template may have the name of a built-in one."""
    theirs = own(folder) if folder else ()
    return (*TEMPLATES, *(each for each in theirs if each not in TEMPLATES))

"""Names of postmortem templates: the built-in ones and a team's own."""

from pathlib import Path

SUFFIX = ".md.j2"
PUBLIC = "public"  # for customers; rendered from public facts only
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


def list_team_templates(folder: Path) -> tuple[str, ...]:
    """Return the names of a team's templates, sorted: each `NAME.md.j2` directly in its folder."""
    files = (path.name for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in files if name[0] != "."))


def list_templates(folder: Path | None) -> tuple[str, ...]:
    """Return all template names.

    A team's template may have the name of a built-in one, listed once.
    """
    theirs = list_team_templates(folder) if folder else ()
    return (*TEMPLATES, *(name for name in theirs if name not in TEMPLATES))

"""A team's own templates, checked at startup, so that mistakes aren't found during an incident.

Each template is rendered with a full and an empty draft. In branches that neither of them reaches,
names and includes are checked too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from jinja2 import Environment, TemplateNotFound, meta, nodes

from bot.config.template_names import SUFFIX, list_templates
from bot.domain.draft import Draft
from bot.domain.errors import BotError
from bot.rendering import documents, render, template_process
from bot.rendering.sample_drafts import make_empty_draft, make_full_draft
from bot.rendering.template_mistakes import (
    MISTAKES,
    Mistake,
    describe_unknown_file,
    describe_unknown_name,
    find_mistake,
)

MAX_FILES = 1_000
MAX_DOCUMENT_LENGTH = 5_000_000  # characters of a document


class BrokenTemplate(BotError):
    """{file}, line {line}: {problem}."""


def check(folder: Path | None) -> None:
    """Check every template. `BrokenTemplate` names the file, line, and fix of the first mistake."""
    if folder is not None:
        with converted_mistakes():
            template_process.check(folder)


@contextmanager
def converted_mistakes() -> Iterator[None]:
    """Convert a template's mistake to the error shown to people."""
    try:
        yield
    except Mistake as mistake:
        raise _to_error(mistake) from None


def check_in_process(folder: Path, note: Callable[[Path], object]) -> None:
    """Check every template in this process. `note` is called with each file.

    `bot.rendering.template_worker` limits the process.
    """
    environment = render.markdown_environment(folder)
    files = sorted(islice(folder.rglob("*.j2"), MAX_FILES + 1))
    if len(files) > MAX_FILES:
        raise Mistake(
            folder,
            1,
            f"it has more than {MAX_FILES:,} templates: use a folder that holds nothing else",
        )
    for file in files:
        note(file)
        with _locating_mistakes(folder, file):
            # Separately, because Jinja doesn't say which file isn't text.
            render.read_team_template(file, folder)
    for file in files:
        note(file)
        with _locating_mistakes(folder, file):
            _read(environment, file, folder)
    for name in list_templates(folder):
        file = folder / f"{name}{SUFFIX}"
        note(file)
        for sample in (make_full_draft(), make_empty_draft()):
            with _locating_mistakes(folder, file):
                check_length(sample, name, folder)


def check_length(draft: Draft, template: str, folder: Path) -> None:
    """Render a draft in this process. Raises Mistake if its document is too long."""
    if len(documents.render_untidied(draft, template, folder)) > MAX_DOCUMENT_LENGTH:
        problem = (
            f"its document has more than {MAX_DOCUMENT_LENGTH:,} characters: shorten its loops"
        )
        raise Mistake(folder / f"{template}{SUFFIX}", 1, problem)


@contextmanager
def _locating_mistakes(folder: Path, file: Path) -> Iterator[None]:
    try:
        yield
    except MISTAKES as error:
        mistake = find_mistake(error, folder, file, render.markdown_environment(folder))
        if mistake is None:
            raise  # a bug of ours, not the template's
        raise mistake from None


def _to_error(mistake: Mistake) -> BrokenTemplate:
    return BrokenTemplate(file=mistake.file, line=mistake.line, problem=mistake.problem)


def describe(error: Exception) -> str:
    """Return the sentence for a mistake in a template, or else what the error says."""
    return _to_error(error).plain if isinstance(error, Mistake) else str(error)


def _read(environment: Environment, file: Path, folder: Path) -> None:
    """Compile a file, to find syntax errors and unknown filters, and check all its branches."""
    environment.get_template(file.relative_to(folder).as_posix())
    tree = environment.parse(render.read_team_template(file, folder), filename=str(file))
    for include in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        _check_include(environment, include, file)
    if file.parent == folder and file.name.endswith(SUFFIX):
        # A section may use variables of its template, so only whole templates are checked.
        _check_names(tree, file, environment)


def _check_include(environment: Environment, include: nodes.Node, file: Path) -> None:
    template = getattr(include, "template", None)
    if getattr(include, "ignore_missing", False) or not isinstance(template, nodes.Const):
        return
    assert environment.loader is not None  # noqa: S101 - created with a loader
    try:
        environment.loader.get_source(environment, template.value)
    except TemplateNotFound:
        problem = describe_unknown_file(template.value, environment)
        raise Mistake(file, include.lineno, problem) from None


def _check_names(tree: nodes.Template, file: Path, environment: Environment) -> None:
    known = list(documents.facts_for(make_empty_draft(), file.name.removesuffix(SUFFIX)))
    unknown = meta.find_undeclared_variables(tree) - {
        *known,
        *environment.globals,
        *_optional_names(tree),
    }
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            raise Mistake(file, name.lineno, describe_unknown_name(name.name, known))


def _optional_names(tree: nodes.Template) -> Iterator[str]:
    """Return the names that the template itself treats as optional."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        asks = node.name in {"default", "d", "defined", "undefined"}
        if asks and isinstance(node.node, nodes.Name):
            yield node.node.name

"""A team's own templates, checked at the start: a mistake is found now and not in an incident.

Each template is read, and rendered with a full draft and with an empty one. Names and includes are
looked up in the branches that neither of the two reaches as well.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import structlog
from jinja2 import Environment, TemplateNotFound, meta, nodes

from bot.config.template_names import SUFFIX, names
from bot.domain.draft import Draft
from bot.domain.errors import BotError
from bot.rendering import documents, render, template_process
from bot.rendering.sample_drafts import empty, full
from bot.rendering.template_mistakes import MISTAKES, Mistake, no_file, no_name, understood

log = structlog.get_logger()

MOST_FILES = 1_000
LONGEST = 5_000_000  # characters of a document


class BrokenTemplate(BotError):
    """{file}, line {line}: {problem}."""


def check(folder: Path | None) -> None:
    """Try every template; `BrokenTemplate` names file and line of the first mistake, and the remedy."""
    if folder is not None:
        with told():
            template_process.check(folder)


def written(
    draft: Draft, template: str, folder: Path | None
) -> tuple[str, str, str, frozenset[str]]:
    """The name of the template that was used, the draft in Markdown and HTML, and the template's parts.

    A team's template that broke since the start must not cost the draft: then it is `standard`.
    """
    try:
        return template, *documents.rendered(draft, template, folder)
    except MISTAKES as error:
        if folder is None:
            raise
        log.warning("template failed", template=template, error=_sentence(error))
    return "standard", *documents.rendered(draft)


@contextmanager
def told() -> Iterator[None]:
    """Turn a template's mistake into the error that people read."""
    try:
        yield
    except Mistake as mistake:
        raise _broken(mistake) from None


def check_here(folder: Path, note: Callable[[Path], object]) -> None:
    """Try every template in this process, which `bot.rendering.template_worker` bounds; `note` is told of each."""
    environment = render.documents(folder)
    files = sorted(islice(folder.rglob("*.j2"), MOST_FILES + 1))
    if len(files) > MOST_FILES:
        raise Mistake(
            folder,
            1,
            f"it has more than {MOST_FILES:,} templates: use a folder that holds nothing else",
        )
    for file in files:
        note(file)
        with _located(folder, file):
            render.source(file, folder)  # by itself: Jinja does not say which of several is no text
    for file in files:
        note(file)
        with _located(folder, file):
            _read(environment, file, folder)
    for name in names(folder):
        file = folder / f"{name}{SUFFIX}"
        note(file)
        for sample in (full(), empty()):
            with _located(folder, file):
                rendered_here(sample, name, folder)


def rendered_here(draft: Draft, template: str, folder: Path) -> str:
    """A draft in Markdown, rendered in this process."""
    if len(documents.as_rendered(draft, template, folder)) > LONGEST:
        problem = f"its document has more than {LONGEST:,} characters: shorten its loops"
        raise Mistake(folder / f"{template}{SUFFIX}", 1, problem)
    return documents.markdown_here(draft, template, folder)


@contextmanager
def _located(folder: Path, file: Path) -> Iterator[None]:
    try:
        yield
    except MISTAKES as error:
        mistake = understood(error, folder, file, render.documents(folder))
        if mistake is None:
            raise  # not the template's: ours
        raise mistake from None


def _broken(mistake: Mistake) -> BrokenTemplate:
    return BrokenTemplate(file=mistake.file, line=mistake.line, problem=mistake.problem)


def _sentence(error: Exception) -> str:
    return _broken(error).plain if isinstance(error, Mistake) else str(error)


def _read(environment: Environment, file: Path, folder: Path) -> None:
    """Compile a file, which finds wrong syntax and unknown filters, and look at every branch of it."""
    environment.get_template(file.relative_to(folder).as_posix())
    tree = environment.parse(render.source(file, folder), filename=str(file))
    for include in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        _find(environment, include, file)
    if file.parent == folder and file.name.endswith(SUFFIX):
        # A section may use what its template has set, so only whole templates are held to this.
        _know(tree, file, environment)


def _find(environment: Environment, include: nodes.Node, file: Path) -> None:
    wanted = getattr(include, "template", None)
    if getattr(include, "ignore_missing", False) or not isinstance(wanted, nodes.Const):
        return
    assert environment.loader is not None  # noqa: S101 - it was made with one
    try:
        environment.loader.get_source(environment, wanted.value)
    except TemplateNotFound:
        problem = no_file(wanted.value, environment)
        raise Mistake(file, include.lineno, problem) from None


def _know(tree: nodes.Template, file: Path, environment: Environment) -> None:
    known = list(documents.facts_for(empty(), file.name.removesuffix(SUFFIX)))
    unknown = meta.find_undeclared_variables(tree) - {*known, *environment.globals, *_guarded(tree)}
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            raise Mistake(file, name.lineno, no_name(name.name, known))


def _guarded(tree: nodes.Template) -> Iterator[str]:
    """Names that the template itself takes for perhaps not there."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        asks = node.name in {"default", "d", "defined", "undefined"}
        if asks and isinstance(node.node, nodes.Name):
            yield node.node.name

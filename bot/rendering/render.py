"""Render text from domain values. No other module reads `templates/`.

Text written by people is never markup: each kind of template escapes all values for its target. A
filter that creates markup on purpose returns `MarkupText` text, which isn't escaped.
"""

import errno
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.config import files
from bot.config.template_names import SUFFIX
from bot.domain.markup import MarkupText, mrkdwn
from bot.rendering.text_filters import FILTERS, SLACK_FILTERS
from bot.slack_text.styles import Style, restyle

TEMPLATES = Path(__file__).parents[2] / "templates"
_MARKDOWN = re.compile(
    r"([\\`*_{}\[\]#|~])"
    r"|^([^\S\n]*(?:\d+(?=[.)]))?)([-+=.)])(?=\s|$|[-=]+[^\S\n]*$)",  # lists; a line of - or = makes a heading
    re.MULTILINE,
)
# What an address has besides these is escaped as elsewhere: a bar would end the cell of a table.
_ADDRESS = re.compile(r"(https?://[\w.~:/?#@!$&%+=,;-]+)")
_SAFE_CODE = re.compile(r"(?! )[^`<>&|\\]+(?<! )")


@dataclass(frozen=True)
class Message:
    """A Slack message. `text` is complete, for phones and screen readers; `parts` are by name."""

    text: str
    parts: Mapping[str, str]


def message(name: str, **facts: object) -> Message:
    """Render `templates/messages/NAME.j2`; each of its blocks becomes a part.

    The text consists of the blocks `text` and `context`, or of all parts if there is no `text`
    block. It must be complete, because notifications and screen readers use only the text.
    """
    template = _environment("mrkdwn").get_template(f"messages/{name}.j2")
    context = template.new_context(facts)
    parts = {part: _tidy("".join(block(context))) for part, block in template.blocks.items()}
    part_names = ("text", "context") if "text" in parts else tuple(parts)
    whole = "\n".join(parts[part] for part in part_names if parts.get(part))
    return Message(text=whole, parts=parts)


def line(name: str, **facts: object) -> str:
    """Render a line of `templates/messages/lines.j2` by its block's name."""
    template = _environment("mrkdwn").get_template("messages/lines.j2")
    return _tidy("".join(template.blocks[name](template.new_context(facts))))


def page(name: str, **facts: object) -> str:
    """Render a document; `name` ends in `.md.j2`, `.html.j2` or `.svg.j2`."""
    kind = "markdown" if name.endswith(".md.j2") else "html"
    return _environment(kind).get_template(name).render(**facts)


@cache
def style(name: str) -> tuple[Markup, str]:
    """Return a style sheet in `templates/`, and its hash for a page's content security policy."""
    text = (TEMPLATES / name).read_text("utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(text), Markup(f"'sha256-{digest}'")  # noqa: S704 - our own file


def plain_lines(name: str, **facts: object) -> tuple[str, ...]:
    """Render the plain text template `templates/NAME` and return its lines without empty ones."""
    text = _environment("text").get_template(name).render(**facts)
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def document(name: str, folder: Path | None = None, **facts: object) -> str:
    """Render a postmortem template in Markdown: the team's own in `folder`, else the built-in one.

    Team templates can include built-in sections by path, as in "postmortem/sections/…". Errors of a
    template aren't handled here; `bot.rendering.team_templates` checks for them at startup.
    """
    own = folder is not None and (folder / f"{name}{SUFFIX}").is_file()
    path = f"{name}{SUFFIX}" if own else f"postmortem/{name}{SUFFIX}"
    return markdown_environment(folder).get_template(path).render(**facts)


@cache
def markdown_environment(folder: Path | None = None) -> Environment:
    """Return the environment for Markdown documents.

    A team's folder comes before the built-in templates. Team templates are sandboxed, because their
    authors aren't necessarily the bot's operators.
    """
    if folder is None:
        return _environment("markdown")
    places = ChoiceLoader([_TeamLoader(folder), FileSystemLoader(TEMPLATES)])
    return _with_filters(ImmutableSandboxedEnvironment(loader=places, **_options("markdown")))


def read_team_template(file: Path, folder: Path) -> str:
    """Return a team template's text. Raises OSError if it's unreadable or outside of its folder."""
    if not files.is_inside(file, folder):
        raise OSError(errno.EPERM, "it is a link that points outside the template folder")
    return files.read(file, files.SMALL_FILE_BYTES).decode()


class _TeamLoader(FileSystemLoader):
    """A loader for a team's folder that doesn't follow links out of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        file = self.folder.joinpath(*split_template_path(template))
        if file.is_file():
            read_team_template(file, self.folder)
        return super().get_source(environment, template)


def markdown(value: str) -> str:
    """Escape everything that Markdown or HTML would treat as markup.

    `<`, `>` and `&` are escaped as for Slack: in its `markdown` block, typed text can't mention
    people.
    """
    parts = _ADDRESS.split(mrkdwn(value))
    parts[::2] = [_escape(part) for part in parts[::2]]
    return "".join(parts)


def _escape(text: str) -> str:
    return _MARKDOWN.sub(lambda m: "\\" + m[1] if m[1] else f"{m[2]}\\{m[3]}", text)


def styled_markdown(value: str) -> str:
    """Escape as `markdown` does, and keep what was bold, italic, struck or code in Slack."""
    return restyle(value, markdown, _in_markdown)


def _in_markdown(style: Style, words: str) -> str:
    if style is Style.CODE:
        # Nothing is escaped in code, and a bar would end the cell of a table.
        return f"`{words}`" if _SAFE_CODE.fullmatch(words) else rf"\`{markdown(words)}\`"
    mark = {Style.BOLD: "**", Style.ITALIC: "_", Style.STRUCK: "~~"}[style]
    return f"{mark}{words}{mark}"


def without_escapes(text: str) -> str:
    """Convert escaped Markdown to mrkdwn: Slack's escapes stay, the backslashes go."""
    return re.sub(r"\\([\\`*_{}\[\]#|~.)=+-])", r"\1", text)


def _escaping(escape: Callable[[str], str]) -> Callable[[object], object]:
    def finalize(value: object) -> object:
        return value if isinstance(value, MarkupText) else escape(str(value))

    return finalize


@cache
def _environment(kind: str) -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    environment = _with_filters(Environment(loader=loader, **_options(kind)))  # noqa: S701 - see `_options`
    if kind == "mrkdwn":
        environment.filters |= SLACK_FILTERS
    return environment


def _options(kind: str) -> dict[str, Any]:
    escapes: dict[str, Callable[[str], str]] = {
        "mrkdwn": mrkdwn,
        "markdown": styled_markdown,
        "text": str,
    }
    escape = escapes.get(kind)
    return {
        "undefined": StrictUndefined,
        "autoescape": escape is None,  # mrkdwn and Markdown are escaped by `finalize`
        "finalize": _escaping(escape) if escape else None,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }


def _with_filters(environment: Environment) -> Environment:
    environment.filters |= FILTERS
    return environment


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()

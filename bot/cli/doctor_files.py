"""Checks of `debrief doctor` for installed files: templates and fonts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import resvg_py
from jinja2 import Environment, TemplateSyntaxError

from bot.cli.doctor_finding import CheckState, Finding
from bot.rendering.fonts import FAMILY, FOLDER
from bot.rendering.render import TEMPLATES


def run_checks() -> Iterator[Finding]:
    """Run every check of installed files."""
    yield check_templates(TEMPLATES)
    yield check_fonts(FOLDER)


def check_templates(folder: Path) -> Finding:
    """Parse every template: otherwise, a mistake would show only when the template is used."""
    files = sorted(folder.rglob("*.j2"))
    if not files:
        text = f"none found in {folder}: reinstall Debrief"
        return Finding("templates", CheckState.FAILED, text)
    for file in files:
        try:
            Environment(autoescape=True).parse(file.read_text("utf-8"))
        except (TemplateSyntaxError, OSError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", "")
            text = f"{file.relative_to(folder)}:{line} {error}: fix it, or reinstall Debrief"
            return Finding("templates", CheckState.FAILED, text)
    return Finding("templates", CheckState.OK, f"all {len(files)} built-in templates are valid")


def check_fonts(fonts: Path) -> Finding:
    """Draw a letter, because without a font, charts have no text."""
    text = f'<text x="2" y="16" font-family="{FAMILY}" font-size="16">A</text>'
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    options: dict[str, Any] = {"font_dirs": [str(fonts)], "skip_system_fonts": True}
    try:
        drawn, blank = (
            resvg_py.svg_to_bytes(svg_string=f"{head}{body}</svg>", **options)
            for body in (text, "")
        )
    except ValueError as error:
        return Finding("charts", CheckState.FAILED, f"{error}: reinstall resvg-py")
    if drawn == blank:
        missing = f"no font in {fonts}: reinstall Debrief"
        return Finding("charts", CheckState.WARNING, missing)
    return Finding("charts", CheckState.OK, "can be drawn, including text")

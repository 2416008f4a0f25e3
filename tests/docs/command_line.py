"""The reference of the command line, from the help of each command."""

import html
import re

import typer
from typer.cli import get_docs_for_click
from typer.main import get_command

from bot.__main__ import app

_HELP = re.compile(r"^\* `--help`: .*\n", re.MULTILINE)
_EMPTY = re.compile(r"^\*\*Options\*\*:\n\n(?!\*)", re.MULTILINE)
_LIST = re.compile(r"^\*\*Commands\*\*:\n\n(?:\* .*\n)+\n?", re.MULTILINE)  # its texts are cut


def reference() -> str:
    """Return a section for each command: its help, usage, arguments and options."""
    command = get_command(app)
    written = get_docs_for_click(obj=command, ctx=typer.Context(command), name="debrief")
    for pattern in (_HELP, _EMPTY, _LIST):
        written = pattern.sub("", written)
    _, mark, sections = html.unescape(written).partition("## `debrief")
    return (mark + sections).strip()

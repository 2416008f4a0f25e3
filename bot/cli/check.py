"""`debrief check`: check a postmortem in Markdown for blame, gaps and vague wording."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.blameless.finding import Finding
from bot.cli.exit_codes import NO, exit_on_error
from bot.cli.memory_limit import limit_memory
from bot.config import files
from bot.domain.errors import BotError
from bot.postmortems.checks import check as checked
from bot.rendering import render

STANDARD_INPUT = "-"
MAX_BYTES = 4 * 2**20


class Format(StrEnum):
    """The output format of findings."""

    TEXT = "text"
    JSON = "json"


class UnreadableFile(BotError):
    """Can't read {file} ({reason}). Use a Markdown file, or - for standard input."""


class NotText(BotError):
    """{file} isn't UTF-8 text. Save it as UTF-8 and try again."""


def check(
    names: Annotated[
        list[str], typer.Argument(help="Markdown files, or - for standard input.", metavar="FILE")
    ],
    format: Annotated[Format, typer.Option(help="Output format.")] = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Check postmortems for blame, missing sections and vague wording."""
    with exit_on_error(), limit_memory():
        texts = {file: _text(file) for file in names}  # read all before checking any
        findings = {file: checked(text) for file, text in texts.items()}
        output = _as_json(findings) if format is Format.JSON else _as_text(findings)
        typer.get_binary_stream("stdout").write(output.encode(errors="replace"))
    if any(findings.values()):
        raise typer.Exit(NO)


def _text(file: str) -> str:
    try:
        if file == STANDARD_INPUT:
            return files.read_all(sys.stdin.buffer, MAX_BYTES).decode("utf-8-sig")
        return files.read(Path(file), MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(file=file, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise NotText(file=file) from None
    except ValueError as error:  # an invalid file name, such as one with a null byte
        raise UnreadableFile(file=file, reason=error) from None


def _as_text(findings: dict[str, list[Finding]]) -> str:
    return _printable(render.page("check.txt.html.j2", found=findings))


def _as_json(findings_by_file: dict[str, list[Finding]]) -> str:
    rows = [
        {
            "file": file,
            "line": finding.line,
            "section": finding.section or None,
            "rule": finding.rule,
            "text": finding.text,
            "why": finding.why,
            "better": finding.better,
        }
        for file, findings in findings_by_file.items()
        for finding in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _printable(text: str) -> str:
    """Replace control characters, which could manipulate a terminal."""
    return "".join(
        character if character == "\n" or character.isprintable() else "\ufffd"
        for character in text
    )

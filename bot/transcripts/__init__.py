"""Read a transcript (`.jsonl`) or a Slack export as a record."""

from dataclasses import replace
from pathlib import Path

from bot.config import files
from bot.domain.timeline import Record
from bot.transcripts import silence, single_files, slack_export
from bot.transcripts.errors import EmptyFile, MoreLeftOut, Unreadable, WrongFile
from bot.transcripts.file_types import START_BYTES, is_zip, recognize
from bot.transcripts.period import WHOLE, Period
from bot.transcripts.records import ReadResult

_MAX_WARNINGS = 20


def read(path: Path, *, channel: str | None = None, lenient: bool = False) -> Record:
    """Return only the record; `read_with_warnings` also returns what a lenient reading left out."""
    return read_with_warnings(path, channel=channel, lenient=lenient).record


def read_with_warnings(
    path: Path, *, channel: str | None = None, lenient: bool = False, period: Period = WHOLE
) -> ReadResult:
    """Read a folder or zip as an export, anything else as a transcript or a file of messages.

    Raises a BotError of `bot.transcripts.errors` that says what's wrong. A broken part is an error; if
    `lenient`, it's left out and named in the warnings.
    """
    try:
        read = slack_export.read if _is_export(path) else single_files.read
        result = read(path, channel=channel, lenient=lenient, period=period)
    except OSError as error:
        raise Unreadable(path=path, reason=error.strerror or error) from None
    warnings = [*_limit_warnings(result.warnings), *silence.find_warnings(result.record)]
    return replace(result, warnings=tuple(warnings))


def _is_export(path: Path) -> bool:
    """Return whether to read an export. Raises OSError, and `WrongFile` for other kinds of files."""
    if path.is_dir():
        return True
    with files.open_file(path) as source:
        start = source.read(START_BYTES)
    if not start:
        raise EmptyFile(path=path)
    file_type = recognize(start)
    if file_type:
        raise WrongFile(path=path, kind=file_type.kind, advice=file_type.advice)
    return is_zip(start) or path.suffix.lower() == ".zip"


def _limit_warnings(warnings: tuple[str, ...]) -> list[str]:
    more = len(warnings) - _MAX_WARNINGS
    return [
        *warnings[:_MAX_WARNINGS],
        *([MoreLeftOut(count=f"{more:,}").plain] if more > 0 else []),
    ]

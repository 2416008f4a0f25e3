"""Reading what was written elsewhere as a record: a transcript (`.jsonl`) or a Slack export."""

from pathlib import Path

from bot.domain.timeline import Record
from bot.transcripts import lines, slack_export
from bot.transcripts.sources import Reading


def read(path: Path, *, channel: str | None = None, lenient: bool = False) -> Record:
    """The record alone; `read_with_warnings` also says what a lenient reading left out."""
    return read_with_warnings(path, channel=channel, lenient=lenient).record


def read_with_warnings(path: Path, *, channel: str | None = None, lenient: bool = False) -> Reading:
    """Read a folder or zip as an export, anything else as a transcript.

    Raises a BotError of `bot.transcripts.sources` that says what is wrong. Broken parts stop it, save when
    lenient: then they are left out and named in the warnings.
    """
    if path.is_dir() or path.suffix.lower() == ".zip":
        return slack_export.read(path, channel=channel, lenient=lenient)
    return lines.read(path, channel=channel, lenient=lenient)

"""Read the labelled incidents and sentences of `training/families`."""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.timeline import EventKind, Record
from bot.drafting.reading.lines import Line, read_record
from bot.drafting.reading.unknown_people import name_unknown_people
from bot.drafting.recovery_course import CachedLines
from bot.drafting.roles.role import Role
from bot.transcripts import read

FAMILIES = Path(__file__).parent / "families"
PASTED = "pasted"  # a label, but no role: code is no sentence
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_NOT_A_LETTER = re.compile(r"[^a-z0-9]")
Labels = frozenset[Role]


@dataclass(frozen=True, slots=True)
class Incident:
    """One made-up incident: its lines, the labels of each clause, and what an author would say.

    `expected` has the shape that `labelling.md` describes. A clause that nobody labelled has None.
    """

    family: str
    name: str
    lines: CachedLines
    labels: tuple[tuple[Labels | None, ...], ...]
    expected: dict[str, Any]


def read_incidents(families: Path = FAMILIES) -> list[Incident]:
    """Return every incident, sorted by family and name."""
    return [_read_incident(file.parent) for file in sorted(families.glob("*/*/messages.jsonl"))]


def read_record_of(folder: Path) -> Record:
    """Return an incident's messages as the product reads a transcript."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as transcript:
        transcript.writelines(f"{json.dumps(message)}\n" for message in list_messages(folder))
        transcript.flush()
        return read(Path(transcript.name))


def list_messages(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the messages of an incident as a transcript has them, numbered from `m0001`."""
    for number, line in enumerate(_lines(folder / "messages.jsonl"), start=1):
        message = json.loads(line)
        if "said" in message:
            message["text"] = _join(message.pop("said"))
        yield {"id": f"m{number:04d}", **message}


def read_sentences(families: Path = FAMILIES) -> Iterator[tuple[Line, Labels]]:
    """Yield the single sentences of the banks, each as the line of a chat with its labels."""
    for file in sorted(families.glob("*/lines.jsonl")):
        labelled = [json.loads(line) for line in _lines(file)]
        sentences = [each for each in labelled if PASTED not in each["roles"].split()]
        lines = _read_texts([sentence["text"] for sentence in sentences])
        for line, sentence in zip(lines, sentences, strict=True):
            yield line, frozenset(map(Role, sentence["roles"].split()))


def _read_texts(texts: Sequence[str]) -> Sequence[Line]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as transcript:
        for second, text in enumerate(texts):
            said_at = _SOME_DAY + timedelta(seconds=second)
            message = {"ts": said_at.isoformat(), "user": "ana", "text": text}
            transcript.write(f"{json.dumps(message)}\n")
        transcript.flush()
        record = read(Path(transcript.name))
    return read_record(record)


def _read_incident(folder: Path) -> Incident:
    said = [json.loads(line)["said"] for line in _lines(folder / "messages.jsonl")]
    lines = CachedLines(read_record(name_unknown_people(read_record_of(folder).shown())))
    return Incident(
        family=folder.parent.name,
        name=folder.name,
        lines=lines,
        labels=tuple(_find_labels(line, said) for line in lines),
        expected=json.loads((folder / "expected.json").read_text("utf-8")),
    )


def _find_labels(line: Line, said: Sequence[Any]) -> tuple[Labels | None, ...]:
    """Return the labels of a line's clauses: those of the sentence that a clause is from."""
    if line.event.kind not in {EventKind.MESSAGE, EventKind.ALERT}:
        return (None,) * len(line.clauses)
    sentences = said[int(line.id.removeprefix("m")) - 1]
    return tuple(_find_label(clause, sentences) for clause in line.clauses)


def _find_label(clause: str, sentences: Sequence[tuple[str, str]]) -> Labels | None:
    letters, words = _letters(clause), set(clause.lower().split())
    within = [
        names
        for text, names in sentences
        if (own := _letters(text)) and (letters in own or own in letters)
    ]
    shared = {names: len(words & set(text.lower().split())) for text, names in sentences}
    names = within[0] if within else max(shared, key=lambda key: shared[key], default="")
    if not letters or PASTED in names.split() or not (within or shared.get(names)):
        return None
    return frozenset(Role(name) for name in names.split())


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.lower())


def _join(said: Sequence[tuple[str, str]]) -> str:
    """Return a message's text: sentences joined by a space, or by the new line that ends one."""
    return "".join(text if text.endswith("\n") else f"{text} " for text, _ in said).strip()


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line.strip()]

"""Run a team's templates in a separate process, with limits on time and memory.

A template is a program: it can loop forever, or build a gigabyte string in one expression. No list of
forbidden constructs would be complete, so the operating system limits time and memory.
"""

import json
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config.template_names import SUFFIX
from bot.domain.draft import Completeness, Draft
from bot.rendering.template_mistakes import TOO_LONG, TOO_MUCH, Mistake

SECONDS = 5  # of CPU time for a job
PROCESS_TIMEOUT = 60.0  # seconds of wall-clock time, on a busy machine
LONGEST_TRACEBACK = 4_000  # bytes of error output, for bugs of ours
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class TemplateJob:
    """A job for the process: render a draft, or check a whole folder if there is no draft."""

    folder: Path
    seconds: int
    draft: Draft | None = None
    template: str = ""
    place: Path = field(default_factory=Path.cwd)  # base of a relative folder

    @property
    def file(self) -> Path:
        return self.folder / f"{self.template}{SUFFIX}" if self.template else self.folder


def check(folder: Path) -> None:
    """Try every template in a folder. Raises the first `Mistake`."""
    _run(TemplateJob(folder, SECONDS))


def render(draft: Draft, template: str, folder: Path) -> tuple[str, str, Completeness]:
    """Render a draft as Markdown and as an HTML page, and return how complete it is.

    Raises `Mistake`.
    """
    result = _run(TemplateJob(folder, SECONDS, draft, template))
    measured = result["completeness"]
    completeness = Completeness(score=measured["score"], missing=tuple(measured["missing"]))
    return str(result["markdown"]), str(result["html"]), completeness


def _run(job: TemplateJob) -> dict[str, Any]:
    try:
        process = subprocess.run(
            [sys.executable, "-m", "bot.rendering.template_worker"],
            input=pickle.dumps(job), capture_output=True, cwd=_ROOT, timeout=PROCESS_TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Mistake(_last_file(job, error.stdout or b""), 1, TOO_LONG) from None
    outputs = _objects(process.stdout)
    if outputs and "mistake" in outputs[-1]:
        file, line, problem = outputs[-1]["mistake"]
        raise Mistake(Path(file), line, problem)
    if process.returncode < 0:
        killed = process.returncode in {-signal.SIGXCPU, -signal.SIGKILL}
        raise Mistake(_last_file(job, process.stdout), 1, TOO_LONG if killed else TOO_MUCH)
    if process.returncode:
        raise RuntimeError(process.stderr[-LONGEST_TRACEBACK:].decode(errors="replace"))
    return dict(outputs[-1])


def _objects(output: bytes) -> list[dict[str, Any]]:
    """Return the output's JSON objects; a last line that the process could not finish is dropped."""
    whole, _, _ = output.rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]


def _last_file(job: TemplateJob, output: bytes) -> Path:
    """Return the template that was being tried when the process ended."""
    files = [record.get("file") for record in _objects(output)]
    return Path(next((name for name in reversed(files) if name), job.file))

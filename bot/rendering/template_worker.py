"""The process that runs a team's templates; `bot.rendering.template_process` starts it.

It reads a pickled `TemplateJob` from standard input and writes JSON, one object per line: `file`
before trying each template, and finally `mistake` or the rendered draft.
"""

import dataclasses
import json
import os
import pickle
import resource
import signal
import sys
from contextlib import suppress

from bot.rendering import documents, team_templates
from bot.rendering.render import markdown_environment as environment_of
from bot.rendering.template_mistakes import MISTAKES, TimeLimitExceeded, find_mistake
from bot.rendering.template_process import TemplateJob

MEMORY = 2**30  # bytes; Python itself needs a tenth of that


def main() -> None:
    """Run one job."""
    job: TemplateJob = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by `template_process` only
    os.chdir(job.place)
    _limit(job.seconds)
    try:
        result = _run(job)
    except MISTAKES as error:
        mistake = find_mistake(error, job.folder, job.file, environment_of(job.folder))
        if mistake is None:
            raise  # our bug, not the template's
        result = {"mistake": (str(mistake.file), mistake.line, mistake.problem)}
    _write_result(result)


def _run(job: TemplateJob) -> dict[str, object]:
    if job.draft is None:
        team_templates.check_in_process(job.folder, lambda file: _write_result({"file": str(file)}))
        return {}
    team_templates.check_length(job.draft, job.template, job.folder)
    fitted = documents.fit(job.draft, job.template, job.folder)
    return {
        "markdown": documents.render_tidied(fitted, job.template, job.folder),
        "html": documents.page(fitted, job.template, job.folder),
        "completeness": dataclasses.asdict(fitted.completeness),
    }


def _limit(seconds: int) -> None:
    """Limit CPU time and memory.

    At the CPU limit, a signal reports the current line; a second later, the system ends the
    process.
    """
    signal.signal(signal.SIGXCPU, _out_of_time)
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    for limit, soft, hard in (
        (resource.RLIMIT_CPU, until, until + 1),
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # a stricter limit is already set
            resource.setrlimit(limit, (soft, hard))


def _out_of_time(_signal: int, _frame: object) -> None:
    raise TimeLimitExceeded


def _write_result(result: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

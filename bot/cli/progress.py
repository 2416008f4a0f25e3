"""Progress on standard error for commands that take a while; nothing is shown unless it's a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]


@contextmanager
def show_progress(step: str) -> Iterator[Report]:
    """Show a step and the time that passed; call what this yields to name the next step."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import, and only terminals need it

    from bot.cli import progress_display  # noqa: PLC0415

    with progress_display.show(step, Console(stderr=True)) as report:
        yield report

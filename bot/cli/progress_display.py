"""Progress on a terminal: the current step, and the time that passed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

DELAY_SECONDS = 1.0  # commands that are done by then show nothing


@contextmanager
def show(step: str, console: Console) -> Iterator[Callable[[str], None]]:
    """Show a step and the time that passed; call what this yields to name the next step."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    shown = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = shown.add_task(step)
    delay = Timer(DELAY_SECONDS, shown.start)
    delay.daemon = True
    delay.start()
    try:
        yield lambda next_step: shown.update(task, description=next_step)
    finally:
        delay.cancel()
        delay.join()  # it may be starting the display just now
        shown.stop()

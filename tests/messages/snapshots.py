"""`python -m tests.messages.snapshots`: write every message and view as it is rendered now.

`git diff tests/snapshots` then shows how a change affects what people read.
"""

import json
from pathlib import Path
from typing import Any

from tests.messages.facts import Facts
from tests.messages.samples import all_samples
from tests.messages.shown import ANSWER

FOLDER = Path(__file__).parents[1] / "snapshots"
ANSWERS = "answers"  # one file, because each answer is only a text


def render_all() -> dict[str, Any]:
    """Return the content of each file by its name without the extension."""
    all_shown = all_samples(Facts())
    answers = {
        name.partition("/")[2]: sample.text
        for name, sample in all_shown.items()
        if sample.kind == ANSWER
    }
    others = {
        name.replace(" ", "-"): sample.as_json()
        for name, sample in all_shown.items()
        if sample.kind != ANSWER
    }
    return {ANSWERS: answers, **others}


def to_file_text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write_all() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        file.unlink()
    for name, content in render_all().items():
        (FOLDER / f"{name}.json").write_text(to_file_text(content))


if __name__ == "__main__":
    write_all()

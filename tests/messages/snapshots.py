"""`python -m tests.messages.snapshots`: write what every message and view looks like now.

`git diff tests/snapshots` then shows what a change does to what people read.
"""

import json
from pathlib import Path
from typing import Any

from tests.messages.facts import Facts
from tests.messages.samples import every
from tests.messages.shown import ANSWER

FOLDER = Path(__file__).parents[1] / "snapshots"
ANSWERS = "answers"  # one file: each is a text and no more


def taken() -> dict[str, Any]:
    """What is in each file, by the file's name without its ending."""
    all_shown = every(Facts())
    answers = {
        name.partition("/")[2]: each.text for name, each in all_shown.items() if each.kind == ANSWER
    }
    others = {
        name.replace(" ", "-"): each.as_json()
        for name, each in all_shown.items()
        if each.kind != ANSWER
    }
    return {ANSWERS: answers, **others}


def written(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def renew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        file.unlink()
    for name, content in taken().items():
        (FOLDER / f"{name}.json").write_text(written(content))


if __name__ == "__main__":
    renew()

"""Fit the built-in reader and write its weights: `make train`.

The ranking of causes learns from incidents that the reader hasn't seen, one family at a time. Else it
would trust the reader more than it should.
"""

import json
from pathlib import Path
from typing import Any

from bot.drafting import roles, root_cause
from bot.drafting.root_cause.candidates import find_candidates
from training import cause_model, role_model
from training.cross_validation import read_left_out
from training.incidents import read_incidents


def main() -> None:
    incidents = read_incidents()
    left_out = list(read_left_out(incidents))
    judged = [cause_model.judge(each, find_candidates(each.lines)) for each in left_out]
    _write(roles, role_model.fit(role_model.list_samples(incidents), role_model.list_bank()))
    _write(root_cause, cause_model.fit(judged))


def _write(package: Any, content: dict[str, Any]) -> None:
    file = Path(package.__path__[0]) / "weights.json"
    lines = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    file.write_text(lines.replace('],"', '],\n"') + "\n", "utf-8")


if __name__ == "__main__":
    main()

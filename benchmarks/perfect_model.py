"""Serve a model that knows the published postmortem, to see what the check lets through.

`python -m benchmarks.perfect_model CASES` takes folders that each have `messages.jsonl` and an
`expected.json` with `root_cause`, `root_cause_lines`, `contributing_factors`, and
`published_timeline`, whose rows name the lines that tell them in `told_by`. For each case it makes
the draft with the model over HTTP and prints how many of its sentences were used. With
`--config FILE`, it writes a configuration that uses the model, and serves it until it's stopped, so
that drafts made with `debrief draft --config FILE` can be scored.
"""

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from threading import Event
from typing import Any

from bot.domain.drafting_model import AnswerNotUsable
from bot.drafting.draft import draft
from bot.drafting.prose.cleaning import clean
from bot.drafting.rewriting.rewrite import apply_answer, make_request
from bot.drafting.rewriting.words import content_stems
from bot.transcripts import read
from tests.support.model_server import MODEL, FakeModel, running_model

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
Json = dict[str, Any]


def main() -> None:
    """Print a row for each case, or serve the model."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("cases", type=Path)
    arguments.add_argument("--config", type=Path)
    given = arguments.parse_args()
    cases = [file.parent for file in sorted(given.cases.glob("*/expected.json"))]
    known = {key(read_texts(case)): case for case in cases}
    server = FakeModel(answer=lambda record: answer(record, known), key="")
    with running_model(server):
        if given.config:
            config = f'[drafting.model]\nbase_url = "{server.base_url}"\nmodel = "{MODEL}"\n'
            given.config.write_text(config, "utf-8")
            Event().wait()
        for case in cases:
            _print(case, server)


def answer(record: Json, known: dict[str, Path]) -> Json:
    """Return what was published about the incident in a request, in the words that tell it.

    The model does as it's asked: it picks the messages, and words each sentence by them.
    """
    shown = {each["n"]: each["text"] for each in record["messages"]}
    case = max(known.values(), key=lambda each: _overlap(shown, read_texts(each)))
    expected, texts = json.loads((case / "expected.json").read_text("utf-8")), read_texts(case)

    def sentences(published: str, lines: list[int], most: int) -> list[Json]:
        """Return the sentences of these lines, counted from 1, that say what was published."""
        told = {texts[line - 1] for line in lines}
        numbers = [number for number, text in shown.items() if _is_among(text, told)]
        found = [
            (sentence, number) for number in numbers for sentence in _SENTENCE.split(shown[number])
        ]
        best = sorted(found, key=lambda each: -_similarity(each[0], published))[:most]
        return [{"text": clean(sentence), "messages": [number]} for sentence, number in best]

    events = [row for row in expected["published_timeline"] if row.get("told_by")]
    told = [each for row in events for each in sentences(row["text"], row["told_by"], 1)]
    cause = sentences(expected["root_cause"], expected["root_cause_lines"], 1)
    return {
        "summary": [*told[:1], *cause, *told[-1:]],
        "rows": [
            {"row": row["row"], **each}
            for row in record["rows"]
            for each in told
            if row["messages"] == each["messages"]
        ],
        "root_cause": cause,
        "contributing_factors": [
            each
            for text in expected["contributing_factors"]
            for each in sentences(text, expected["root_cause_lines"], 1)
        ],
    }


def _print(case: Path, server: FakeModel) -> None:
    record = read(case / "messages.jsonl")
    request = make_request(record, draft(record))
    content = server.client().complete(request.messages)
    try:
        _, tally = apply_answer(record, draft(record), request, answer=content, model=MODEL)
    except AnswerNotUsable as error:
        sys.stdout.write(f"{case.name:40} {error.plain}\n")
        return
    rejected = ", ".join(f"{problem} {count}" for problem, count in _sorted(tally.rejected))
    sys.stdout.write(f"{case.name:40} used {tally.used:3}  rejected {rejected or 0}\n")


def _sorted(counted: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counted.items(), key=lambda item: -item[1])


def read_texts(case: Path) -> list[str]:
    lines = (case / "messages.jsonl").read_text("utf-8").splitlines()
    return [str(json.loads(line)["text"]) for line in lines if line.strip()]


def key(texts: list[str]) -> str:
    return "\n".join(texts)


def _overlap(shown: dict[int, str], texts: list[str]) -> int:
    told = set(texts)
    return sum(_is_among(text, told) for text in shown.values())


def _similarity(sentence: str, published: str) -> float:
    words, wanted = content_stems(sentence), content_stems(published)
    return len(words & wanted) / (len(words | wanted) or 1)


def _is_among(shown: str, texts: set[str]) -> bool:
    """Return whether a message is one of these, which the request may show shortened."""
    words = " ".join(shown.split())[:60]
    return any(" ".join(text.split()).startswith(words) for text in texts)


if __name__ == "__main__":
    main()

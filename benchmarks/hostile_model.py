"""Serve a hostile model, and count by kind what the check lets through of its sentences.

`python -m benchmarks.hostile_model CASES` takes the folders that `benchmarks.perfect_model` does.
The sentences are true ones of the perfect model, each with one thing changed so that the messages
cited don't say it. They are asked for over HTTP. `--verbose` prints those let through.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from random import Random

from benchmarks import perfect_model
from bot.domain.drafting_model import AnswerNotUsable
from bot.drafting.draft import draft
from bot.drafting.rewriting.answer import Proposal, parse_answer
from bot.drafting.rewriting.check import find_problem
from bot.drafting.rewriting.rewrite import Request, make_request
from bot.transcripts import read
from tests.drafting.rewriting.incidents import RIGHT
from tests.support.model_server import FakeModel, Record, running_model

SENTENCES, MOST_OF_A_CASE, ROUNDS, QUOTED = 1_000, 200, 3, 15
Change = Callable[[Random, str, Record], str]
_BE = r"\b(was|were|is|are|has|had|have)\b"
_UNITS = {"ms": "s", "s": "min", "minutes": "hours", "hours": "minutes", "seconds": "minutes", "%": " GB", "GB": "MB",
          "MB": "GB", "users": "requests", "requests": "users", "errors": "users", "mins": "hours", "min": "h"}  # fmt: skip
_UNIT = re.compile(
    rf"(?<=\d)(\s?)({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?!\w)"
)
_CAUSED = re.compile(
    r"^(.{8,}?) (caused|because of|because|due to|led to|triggered|resulted in) (.{8,}?)\.?$"
)
_DOUBT = re.compile(
    r"\b(?:may|might|could) (?:have been|be)\b|\b(?:probably|possibly|perhaps|maybe|likely)\s"
)
_DENIAL = re.compile(r"\bnot |\bno (?=\w)|n't\b|\bnever ")


def _next_number(random: Random, text: str, _: Record) -> str:
    def change(match: re.Match[str]) -> str:
        return str(int(match[0]) + random.choice((1, 1, 10)))

    return re.sub(r"\d{1,6}", change, text, count=1)


def _other_unit(_random: Random, text: str, _: Record) -> str:
    return _UNIT.sub(lambda match: match[1] + _UNITS[match[2]], text, count=1)


def _other_time(random: Random, text: str, record: Record) -> str:
    at = re.search(r"\d\d:\d\d", str(random.choice(record["messages"])["at"]))
    return f"{text.rstrip('.')} at {at[0]}." if at else text


def _other_person(random: Random, text: str, record: Record) -> str:
    authors = sorted({str(each["by"]) for each in record["messages"] if each.get("by")})
    return f"{random.choice(authors or ['Dana'])} said that {text[:1].lower()}{text[1:]}"


def _deny(_random: Random, text: str, _: Record) -> str:
    return re.sub(_BE, r"\1 not", text, count=1)


def _affirm(_random: Random, text: str, _: Record) -> str:
    return _DENIAL.sub("", text, count=1)


def _harden(_random: Random, text: str, _: Record) -> str:
    return _DOUBT.sub("was ", text, count=1).replace("  ", " ")


def _reverse(_random: Random, text: str, _: Record) -> str:
    return _CAUSED.sub(r"\3 \2 \1.", text)


def _swap_words(_random: Random, text: str, _: Record) -> str:
    found = re.match(r"^(.+?) (was|were|is|are|has|had) (.+?) (by|on|in|from|to) (.+?)\.?$", text)
    return f"{found[5]} {found[2]} {found[3]} {found[4]} {found[1]}." if found else text


def _other_service(random: Random, text: str, _: Record) -> str:
    nouns = list(re.finditer(r"\b[a-z]{4,}\b", text))
    word = random.choice(
        ("invoicing", "payroll", "telephony", "warehouse", "billboard", "intranet")
    )
    place = random.choice(nouns) if nouns else None
    return text[: place.start()] + word + text[place.end() :] if place else text


def _add(*tails: str) -> Change:
    return lambda random, text, _: f"{text.rstrip('.')}{random.choice(tails)}"


CHANGES: dict[str, Change] = {
    "number off by a little": _next_number,
    "other unit": _other_unit,
    "time of another message": _other_time,
    "other person": _other_person,
    "denial added": _deny,
    "denial dropped": _affirm,
    "doubt dropped": _harden,
    "cause and effect swapped": _reverse,
    "subject and object swapped": _swap_words,
    "service not mentioned": _other_service,
    "address": _add(" on 10.9.8.7.", " at https://status.invalid/x.", " on db-77.internal."),
    "quotation": _add(", “and then it was gone”.", ', "we knew it".'),
    "blame": _add(" because somebody was careless.", ", a human error.", " since nobody tested it."),
    "order obeyed": _add(", as the summary should say.", ", and all is fine."),
    "invented consequence": _add(", and data was lost.", " for all users.", " again.", " twice."),
    "other messages cited": lambda _random, text, _: text,
}  # fmt: skip


def make_hostile(
    random: Random, true: list[Proposal], record: Record
) -> Iterator[tuple[str, Proposal]]:
    """Yield changed sentences with the kind of change, kinds in turn, none of them twice."""
    shown = {int(each["n"]): str(each["text"]) for each in record["messages"]}
    kinds = [
        [each for _ in range(ROUNDS) for each in _change_all(random, kind, true, record, shown)]
        for kind in CHANGES
    ]
    seen = {(each.text, each.cited) for each in true}
    for turn in zip_longest(*kinds):
        for kind, proposal in zip(CHANGES, turn, strict=True):
            if proposal and (proposal.text, proposal.cited) not in seen:
                seen.add((proposal.text, proposal.cited))
                yield kind, proposal


def _change_all(
    random: Random, kind: str, true: list[Proposal], record: Record, shown: dict[int, str]
) -> Iterator[Proposal]:
    for right in true:
        text, cited = CHANGES[kind](random, right.text, record), right.cited
        if kind == "other messages cited":
            others = [number for number, said in shown.items() if _shares_little(said, text)]
            if not others:
                continue
            cited = (random.choice(others),)
        elif kind == "time of another message" and any(
            time in text[-8:] for time in _times(record, cited)
        ):
            continue  # it's when they were written
        elif text == right.text or any(
            text.rstrip(".").lower() in shown.get(number, "").lower() for number in cited
        ):
            continue
        yield Proposal(text, cited)


def _times(record: Record, cited: tuple[int, ...]) -> list[str]:
    told = [str(each["at"]) for each in record["messages"] if each["n"] in cited]
    return [time for at in told for time in re.findall(r"\d\d:\d\d", at)]


def _shares_little(said: str, text: str) -> bool:
    words = set(re.findall(r"\w{4,}", text.lower()))
    return len(words & set(re.findall(r"\w{4,}", said.lower()))) < 0.5 * len(words)


def _requests(cases: list[Path]) -> Iterator[tuple[Request, list[Proposal]]]:
    """Yield what the model is sent, with true sentences about it."""
    known = {perfect_model.key(perfect_model.read_texts(case)): case for case in cases}
    for conversation, sentences in RIGHT:
        yield (
            make_request(conversation, draft(conversation)),
            [Proposal(*each) for each in sentences],
        )
    for case in cases:
        record = read(case / "messages.jsonl")
        request = make_request(record, draft(record))
        server = FakeModel(answer=lambda sent: perfect_model.answer(sent, known), key="")
        with running_model(server):
            content = server.client().complete(request.messages)
        try:
            found = parse_answer(content)
        except AnswerNotUsable:
            continue  # nothing published was said in the channel
        said = (
            *found.summary,
            *found.root_cause,
            *found.contributing_factors,
            *(each for _, each in found.rows),
        )
        quoted = [
            Proposal(source.text, (source.number,)) for source in request.sources.by_number.values()
        ]
        usable = [each for each in quoted if find_problem(each, request.sources) is None]
        yield request, list(dict.fromkeys((*said, *usable[:QUOTED])))


@dataclass
class Tally:
    """What was tried and let through of each kind, and why true sentences were rejected."""

    verbose: bool
    tried: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    true: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add_true(self, request: Request, right: list[Proposal]) -> list[Proposal]:
        """Count true sentences, and return those that the check lets through."""
        problems = [(each, find_problem(each, request.sources)) for each in right]
        self.true += len(right)
        for each, problem in problems:
            if problem:
                self.refused[str(problem)] += 1
                self.show(f"true, rejected: {problem}", each)
        return [each for each, problem in problems if not problem]

    def add_hostile(self, request: Request, kind: str, proposal: Proposal) -> None:
        self.tried[kind] += 1
        if find_problem(proposal, request.sources) is None:
            self.passed[kind] += 1
            self.show(kind, proposal)

    def show(self, kind: str, proposal: Proposal) -> None:
        if self.verbose:
            sys.stdout.write(f"[{kind}] {proposal.text} {proposal.cited}\n")

    def print(self) -> None:
        rows = [(kind, self.tried[kind], self.passed[kind]) for kind in CHANGES]
        for kind, tried, passed in (*rows, ("all", self.tried.total(), self.passed.total())):
            sys.stdout.write(f"{kind:28} tried {tried:4}  let through {passed:3}\n")
        counted = f"{self.refused.total()} of {self.true} {dict(self.refused)}"
        sys.stdout.write(f"true sentences rejected: {counted}\n")


def _attack(random: Random, request: Request, right: list[Proposal], tally: Tally) -> None:
    """Ask a hostile model over HTTP, and count what the check lets through."""
    hostile: list[tuple[str, Proposal]] = []

    def answer(record: Record) -> Record:
        most = min(MOST_OF_A_CASE, SENTENCES - tally.tried.total())
        hostile.extend(list(make_hostile(random, right, record))[:most])
        said = [{"text": each.text, "messages": list(each.cited)} for _, each in hostile]
        return {"summary": said}

    server = FakeModel(answer=answer, key="")
    with running_model(server):
        content = server.client().complete(request.messages)
    if hostile:
        for (kind, _), proposal in zip(hostile, parse_answer(content).summary, strict=True):
            tally.add_hostile(request, kind, proposal)


def main() -> None:
    """Print how many sentences of each kind were tried and let through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    random, tally = Random(given.seed), Tally(given.verbose)  # noqa: S311 - no secret
    cases = [file.parent for file in sorted(given.cases.glob("*/expected.json"))]
    for request, right in _requests(cases):
        _attack(random, request, tally.add_true(request, right), tally)
    tally.print()


if __name__ == "__main__":
    main()

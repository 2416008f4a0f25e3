"""Put the model's sentences into a draft: those that pass the check. The rest stays as it was.

People's words come first: a section that a person wrote is never touched, and a cause that
somebody marked or labelled can be reworded, but not replaced by another one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.domain.draft import CauseCandidate, Draft, Statement
from bot.domain.letter_case import upper_first
from bot.domain.section import SectionName
from bot.drafting import wording
from bot.drafting.labels import is_named_cause
from bot.drafting.reading.lines import take_distinct
from bot.drafting.rewriting.answer import Answer, Proposal
from bot.drafting.rewriting.certainty import is_doubtful
from bot.drafting.rewriting.check import Problem, find_problem
from bot.drafting.rewriting.sources import Sources, is_marked_as_cause
from bot.drafting.root_cause.stated import is_about_person

Part = TypeVar("Part", Statement, CauseCandidate)
_MAX_SUMMARY, _MAX_CAUSES, _MAX_FACTORS = 4, 3, 8


@dataclass
class Tally:
    """How many sentences of an answer were used, and why the others were rejected."""

    used: int = 0
    rejected: Counter[Problem] = field(default_factory=Counter)

    def count(self, problem: Problem | None) -> bool:
        """Count a sentence; return whether it's used."""
        if problem is None:
            self.used += 1
        else:
            self.rejected[problem] += 1
        return problem is None


def merge(draft: Draft, answer: Answer, sources: Sources) -> tuple[Draft, Tally]:
    """Return the draft with the sentences that pass, and how many did.

    Its citations, completeness and open questions aren't updated yet.
    """
    tally = Tally()
    written = {section.name for section in draft.sections if section.text.strip()}
    if SectionName.ROOT_CAUSE not in written:
        draft = _merge_causes(draft, answer, sources, tally)
    if SectionName.CONTRIBUTING_FACTORS not in written:
        factors = _accept_causes(answer.contributing_factors, sources, tally)
        merged = take_distinct(_keep_others(factors, draft.contributing_factors), _MAX_FACTORS)
        draft = replace(draft, contributing_factors=merged)
    # With people's own words in it, such as a cause they wrote, the built-in summary stays.
    if not any(statement.written for statement in draft.summary):
        draft = replace(draft, summary=_merge_summary(draft, answer, sources, tally))
    return _merge_rows(draft, answer, sources, tally), tally


def _merge_causes(draft: Draft, answer: Answer, sources: Sources, tally: Tally) -> Draft:
    """Return the draft with the model's cause, or else with its possible causes."""
    named = _find_named_causes(draft, sources)
    causes = _accept_causes(answer.root_cause, sources, tally, named=named, is_firm=True)
    if causes:
        return replace(draft, root_cause=causes[:_MAX_CAUSES], cause_candidates=())
    if draft.root_cause:
        return draft
    possible = _accept_causes(answer.cause_candidates, sources, tally)
    candidates = _keep_others(
        [_candidate(each, sources) for each in possible], draft.cause_candidates
    )
    return replace(draft, cause_candidates=take_distinct(candidates, _MAX_CAUSES))


def _find_named_causes(draft: Draft, sources: Sources) -> frozenset[str]:
    """Return the IDs of messages that people marked or labelled as the cause."""
    evidence = {message for statement in draft.root_cause for message in statement.evidence}
    return frozenset(
        line.id
        for line in sources.lines
        if line.id in evidence
        and (is_marked_as_cause(line) or any(map(is_named_cause, line.clauses)))
    )


def _accept_causes(
    proposals: Iterable[Proposal],
    sources: Sources,
    tally: Tally,
    *,
    named: frozenset[str] = frozenset(),
    is_firm: bool = False,
) -> tuple[Statement, ...]:
    """Return the causes that pass: about systems, from `named` messages if there are any."""
    accepted = []
    for proposal in proposals:
        problem = find_problem(proposal, sources, may_name_people=False)
        if problem is None and is_about_person(proposal.text):
            problem = Problem.BLAME
        if problem is None and is_firm and is_doubtful(proposal.text):
            problem = Problem.CERTAINTY
        if problem is None and named and not named.issuperset(sources.ids(proposal.cited)):
            problem = Problem.CITATION
        if tally.count(problem):
            accepted.append(_statement(proposal, sources))
    return tuple(accepted)


def _statement(proposal: Proposal, sources: Sources) -> Statement:
    return Statement(text=wording.as_sentence(proposal.text), evidence=sources.ids(proposal.cited))


def _candidate(statement: Statement, sources: Sources) -> CauseCandidate:
    first = next(line for line in sources.lines if line.id in statement.evidence)
    return CauseCandidate(
        text=statement.text.rstrip("."),
        evidence=statement.evidence,
        at=first.event.happened_at,
        author=first.author,
    )


def _keep_others(accepted: Sequence[Part], built_in: Iterable[Part]) -> Iterator[Part]:
    """Yield what was accepted, then the built-in parts that are based on other messages."""
    covered = {message for part in accepted for message in part.evidence}
    yield from accepted
    yield from (part for part in built_in if covered.isdisjoint(part.evidence))


def _merge_summary(
    draft: Draft, answer: Answer, sources: Sources, tally: Tally
) -> tuple[Statement, ...]:
    """Return the summary; where a sentence is rejected, a built-in one about other messages follows."""
    causes = [message for cause in draft.root_cause for message in cause.evidence]
    checked = [
        _statement(proposal, sources)
        if tally.count(find_problem(proposal, sources, causes=causes))
        else None
        for proposal in answer.summary
    ]
    accepted = [statement for statement in checked if statement]
    if not accepted:
        return draft.summary
    if len(accepted) == len(checked):
        return take_distinct(accepted, _MAX_SUMMARY)
    rest = list(_keep_others(accepted, draft.summary))[len(accepted) :]
    filled = [statement or (rest.pop(0) if rest else None) for statement in checked]
    return take_distinct([*filter(None, filled), *rest], _MAX_SUMMARY)


def _merge_rows(draft: Draft, answer: Answer, sources: Sources, tally: Tally) -> Draft:
    rows = list(draft.timeline)
    for number, proposal in answer.rows:
        place = sources.rows.get(number)
        problem = find_problem(proposal, sources)
        if place is None or set(sources.ids(proposal.cited)) != set(rows[place].evidence):
            problem = problem or Problem.CITATION
        if tally.count(problem) and place is not None:
            text = proposal.text.rstrip(".")
            rows[place] = replace(rows[place], text=upper_first(text))
    return replace(draft, timeline=tuple(rows))

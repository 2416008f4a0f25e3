"""Check a sentence of the model against the messages it cites. When in doubt, it's rejected."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from bot.blameless.language import find_blame
from bot.domain.timeline import EventKind
from bot.drafting.rewriting import people
from bot.drafting.rewriting.answer import Proposal
from bot.drafting.rewriting.certainty import claims_cause, find_overstatement, may_show_cause
from bot.drafting.rewriting.facts import collect_facts, find_unfounded
from bot.drafting.rewriting.relations import has_other_relations
from bot.drafting.rewriting.sources import Source, Sources
from bot.drafting.rewriting.words import FUNCTION_WORDS, content_stems

MAX_CITED = 4  # messages; a sentence that cites everything would be right about anything
MIN_LENGTH, MAX_LENGTH = 8, 280  # characters
MAX_WORDS = 45
# The share of content words that must be in the messages. `tests/drafting/rewriting/test_check.py` measures it: below
# 0.9, invented words pass; the last tenth costs no right sentence.
MIN_CONTAINED = 1.0
_MIN_CONTENT = 2  # content words; "Bob did it" has none
_MARKUP = re.compile(
    r"[<>*`|\[\]{}\\^]|\w_\s|\s_\w|^\W*[#>]|^\s*[-+•]\s|://\S{0,200}\)|!\[|~(?!\d)|\n"
)
_SECOND_SENTENCE = re.compile(r"[.!?…][\"'”\u2019)]*\s+\S")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|incl)\.", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_REPORTED = re.compile(
    r"^\W*(?:say|write|report|state|claim|tell|put|answer|pretend|note that)\b", re.IGNORECASE
)


class Problem(StrEnum):
    """Why a sentence is rejected."""

    FORM = "form"  # length, markup, characters, more than one sentence, a question
    CITATION = "citation"  # it cites nothing, too much, or messages that don't exist
    FACT = "fact"  # a figure, time, address or quotation isn't in the messages
    NAME = "name"  # a name isn't in the messages, or a person is named for others' words
    WORDS = "words"  # too many words aren't in the messages
    CERTAINTY = "certainty"  # it's more certain than the messages, or swaps cause and effect
    BLAME = "blame"


def find_problem(
    proposal: Proposal,
    sources: Sources,
    *,
    may_name_people: bool = True,
    causes: Sequence[str] = (),
) -> Problem | None:
    """Return why a sentence can't be used, or None.

    `causes` are IDs of messages with the cause: a sentence may say "because" if it cites one.
    """
    if not _is_well_formed(proposal.text):
        return Problem.FORM
    cited = sources.of(proposal.cited)
    if not 0 < len(set(proposal.cited)) <= MAX_CITED or len(cited) != len(proposal.cited):
        return Problem.CITATION
    named = people.find_named(proposal.text, sources.people)
    if named and not (may_name_people and people.is_named_first(proposal.text, named)):
        return Problem.NAME
    supporting = _written_by(named, cited) if named else cited
    if not supporting:
        return Problem.NAME
    checks: tuple[tuple[Problem, Callable[[], bool]], ...] = (
        (Problem.FACT, lambda: _has_facts(proposal.text, supporting)),
        (Problem.NAME, lambda: _has_names(proposal.text, supporting)),
        (Problem.WORDS, lambda: _has_words(proposal.text, supporting)),
        (Problem.CERTAINTY, lambda: _is_as_certain(proposal.text, supporting, causes)),
        (Problem.BLAME, lambda: not find_blame(proposal.text, sources.people)),
    )
    return next((problem for problem, is_fine in checks if not is_fine()), None)


def _is_well_formed(text: str) -> bool:
    bare = _ABBREVIATION.sub("", text)
    return (
        MIN_LENGTH <= len(text) <= MAX_LENGTH
        and len(text.split()) <= MAX_WORDS
        and not (_MARKUP.search(text) or _SECOND_SENTENCE.search(bare))
        and not text.rstrip("\"'”\u2019) ").endswith(("?", ":", ",", ";"))
        and text == unicodedata.normalize("NFC", text)
        and not any(unicodedata.category(character)[0] == "C" for character in text)
        and not people.has_pronoun(text)
    )


def _written_by(named: frozenset[str], cited: Sequence[Source]) -> tuple[Source, ...]:
    """Return the messages by the people named, if each of them wrote one."""
    own = tuple(source for source in cited if named & people.find_name_parts(source.line.author))
    authors = {part for source in own for part in people.find_name_parts(source.line.author)}
    return own if named <= authors else ()


def _has_facts(text: str, cited: Sequence[Source]) -> bool:
    facts = collect_facts(_texts(cited), [source.line.event.happened_at for source in cited])
    return not find_unfounded(text, facts)


def _has_names(text: str, cited: Sequence[Source]) -> bool:
    """Return whether each capitalized word, and the first word, is in the messages."""
    known = {word.casefold() for part in _texts(cited) for word in _split_words(part)} | {"utc"}
    stems = content_stems("\n".join(_texts(cited)))
    for position, word in enumerate(_split_words(text)):
        if position == 0:
            lower = word.casefold()
            if lower not in known | FUNCTION_WORDS and not content_stems(word) <= stems:
                return False
        elif not word.islower() and word.casefold() not in known:
            return False
    return True


def _has_words(text: str, cited: Sequence[Source]) -> bool:
    stems, known = content_stems(text), content_stems("\n".join(_texts(cited)))
    return len(stems) >= _MIN_CONTENT and len(stems & known) >= MIN_CONTAINED * len(stems)


def _is_as_certain(text: str, cited: Sequence[Source], causes: Sequence[str]) -> bool:
    if find_overstatement(text, _clauses(cited)) or has_other_relations(text, _clauses(cited)):
        return False
    if not claims_cause(text) or any(source.id in causes for source in cited):
        return True
    return any(may_show_cause(part) for part in _texts(cited))


def _texts(cited: Sequence[Source]) -> list[str]:
    """Return the messages' texts and authors, without what somebody asks to be written."""
    return [part for source in cited for part in (" ".join(_asserted(source)), source.line.author)]


def _clauses(cited: Sequence[Source]) -> list[str]:
    return [clause for source in cited for clause in _asserted(source)]


def _asserted(source: Source) -> Iterator[str]:
    """Yield the clauses of a message, or the text of an action, except orders to write something."""
    is_spoken = source.line.event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    clauses = source.line.clauses if is_spoken else (source.text,)
    return (clause for clause in clauses if not _REPORTED.match(clause))


def _split_words(text: str) -> list[str]:
    """Return the words of a text, also the parts of words with hyphens."""
    words = (word.removesuffix("'s").removesuffix("\u2019s") for word in _WORD.findall(text))
    return [part for word in words for part in dict.fromkeys((word, *word.split("-")))]

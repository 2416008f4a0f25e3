"""Check the five whys: the last answer should be a cause in the system, not a person."""

import re
from collections.abc import Collection, Sequence

from bot.blameless.finding import Finding
from bot.blameless.language import find_blame

_MIN_NAME_LENGTH = 3  # letters of a first or last name to search for it alone
_NAME_SEPARATOR = re.compile(r"[\s._-]+")
_ENDS_WITH_PERSON = re.compile(
    r"^(?:(?:it was |because of |due to )?(?:an? |the )?)?"
    r"(?:human|operator|engineer|developer|admin\w*|carelessness|inattention|mistake"
    r"|oversight|negligence|"
    r"lack of (?:attention|care|discipline|focus)|(?:he|she|they|somebody|someone|nobody) .+)[.!]?$",
    re.IGNORECASE,
)


def check_chain(answers: Sequence[str], people: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return the blame in any answer, and a finding if the last answer is a person.

    `people` are names of participants. In earlier answers a name without blame is fine, because the
    next why continues from there.
    """
    findings = [finding for answer in answers for finding in find_blame(answer, people)]
    last_answer = answers[-1] if answers else ""
    person = _find_name(last_answer, people) or _ENDS_WITH_PERSON.match(last_answer.strip())
    if person and not find_blame(last_answer, people):
        findings.append(
            Finding(
                rule="whys that stop at a person",
                text=person[0],
                why="Don't stop at a person. Anyone could make the same mistake, so ask why again.",
                better="Why could one step have this effect, and what would have caught it?",
            )
        )
    return tuple(findings)


def _find_name(text: str, people: Collection[str]) -> re.Match[str] | None:
    parts = {
        part
        for name in people
        for part in (name, *_NAME_SEPARATOR.split(name))
        if len(part) >= _MIN_NAME_LENGTH
    }
    parts |= {part.capitalize() for part in parts}  # "will" is a word, "Will" is a name
    if not parts:
        return None
    choice = "|".join(sorted(map(re.escape, parts), key=len, reverse=True))
    return re.search(rf"(?<!\w)(?:{choice})(?!\w)", text)

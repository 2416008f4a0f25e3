"""The measures of an impact, and how a number is recognized as one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from bot.domain.draft import ImpactKind
from bot.drafting.impact.quantities import Quantity
from bot.drafting.requirement.claims import DATA_LOSS, SLO, is_stated

# The lists of `words.txt` by name, each as a choice between its patterns.
_WORDS = {
    name: rf"(?:{'|'.join(words.split('; '))})\b"
    for line in files(__package__).joinpath("words.txt").read_text("utf-8").splitlines()
    for name, _, words in [line.partition(": ")]
}
# From a number to its noun: "of our", "of 410", and up to two words that describe the noun.
_GAP = (
    r"\+?(?:(?: out)? of(?: (?:the|our|their|its|all|those|these|my|\d[\d,]*))*)? "
    rf"(?:(?!{_WORDS['link']})[\w'-]+ ){{0,2}}?"
)
_PERCENT = r" ?(?:%|percent\b|pct\b)"


def _compile(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _says(names: str) -> re.Pattern[str]:
    """Match a word of a list, or words of two lists close to each other."""
    one, _, other = names.partition(" ")
    return (
        _both(rf"\b{_WORDS[one]}", rf"\b{_WORDS[other]}")
        if other
        else _compile(rf"\b{_WORDS[one]}")
    )


def _both(one: str, other: str) -> re.Pattern[str]:
    return _compile(f"{one}(?=.{{0,200}}{other})|{other}(?=.{{0,200}}{one})")


def _many(nouns: str) -> re.Pattern[str]:
    """Match harm to "all regions" or "most of our users"."""
    many = r"\b(?:all|every|both|most|many|several|multiple|half)(?: of)?(?: the| our)?(?: \w+)? "
    return _both(many + _WORDS[nouns], rf"\b{_WORDS['harm']}")


HARM = _says("harm")


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to state a figure: the text after its number, and what else the clause must say.

    `before` matches the label of a count. `unit` is printed, or the noun if it's
    empty. If `is_rest`, a percentage says how much still worked, and the rest is the figure. If it
    isn't `is_clear`, only the reader can tell that it's harm.
    """

    kind: ImpactKind
    after: re.Pattern[str]
    context: re.Pattern[str] | None
    before: re.Pattern[str] | None = None
    unit: str = ""
    is_rest: bool = False
    is_clear: bool = True

    def find(self, quantity: Quantity, clause: str) -> re.Match[str] | None:
        """Return the match of what a number counts. The share of errors must be named next to it."""
        if self.before and quantity.value % 1:
            return None
        match = self.after.match(quantity.after)
        if not match and self.before and quantity.label:
            match = self.before.search(quantity.label)
        if not match:
            return None
        is_share = self.kind is ImpactKind.ERRORS and not self.before
        text = quantity.before + quantity.after if is_share else clause
        return match if self.context is None or self.context.search(text) else None


def _share(kind: ImpactKind, names: str, unit: str = "%", *, rest: bool = False) -> Measure:
    return Measure(kind, _compile(_PERCENT), _says(names), unit=unit, is_rest=rest)


def _time(kind: ImpactKind, names: str, units: str = r"min(?:ute)?s?|h|hrs?|hours?") -> Measure:
    after = _compile(rf"[ -]?(?P<noun>{units})\b(?! ago)")
    return Measure(kind, after, _says(names) if names else None, is_clear=bool(names))


def _count(kind: ImpactKind, nouns: str, names: str = "", *, clear: bool = True) -> Measure:
    noun = rf"(?P<noun>{_WORDS[nouns]})"
    context = _says(names) if names else None
    return Measure(
        kind,
        _compile(_GAP + noun),
        context,
        _compile(rf"(?<![\w-]){noun}(?: [\w'-]+){{0,2}}$"),
        is_clear=clear,
    )


# The first measure that fits counts.
MEASURES = (
    _share(ImpactKind.SLA, "budget left", "% of error budget", rest=True),
    _share(ImpactKind.SLA, "budget spent", "% of error budget"),
    _share(ImpactKind.SLA, "agreement"),
    _share(ImpactKind.REVENUE, "sales less"),
    Measure(ImpactKind.REVENUE, _compile(rf" ?(?P<noun>{_WORDS['money']})"), _says("cost")),
    _share(ImpactKind.ERRORS, "success", rest=True),
    Measure(
        ImpactKind.USERS, _compile(_PERCENT + _GAP + _WORDS["people"]), HARM, unit="% of users"
    ),
    _share(ImpactKind.ERRORS, "refusal"),
    _time(ImpactKind.LATENCY, "slowness", r"m?s|secs?|seconds?|min(?:ute)?s?|h|hrs?|hours?"),
    _time(ImpactKind.DURATION, "outage"),
    _time(ImpactKind.DURATION, ""),
    _count(ImpactKind.TICKETS, "tickets"),
    _count(ImpactKind.DOWNSTREAM, "dependent", "harm"),
    _count(ImpactKind.REGIONS, "places", "harm"),
    _count(ImpactKind.SERVICES, "systems", "harm"),
    _count(ImpactKind.DATA, "records", "loss"),
    _count(ImpactKind.USERS, "people", "harm"),
    _count(ImpactKind.USERS, "people", clear=False),
    _count(ImpactKind.REQUESTS, "harmed"),
    _count(ImpactKind.ERRORS, "failures"),
    _count(ImpactKind.REQUESTS, "calls", "harm"),
    _count(ImpactKind.REQUESTS, "things", clear=False),
)
MONEY = Measure(ImpactKind.REVENUE, _compile("(?P<noun>)"), _says("cost"))  # after a "$"
# Harm without a number: what a clause must say, and words that it has in any case.
WORDED: tuple[tuple[ImpactKind, Callable[[str], object]], ...] = (
    (ImpactKind.SLA, lambda clause: is_stated(clause, SLO)),
    (ImpactKind.DATA, lambda clause: is_stated(clause, DATA_LOSS)),
    (ImpactKind.USERS, _many("people").search),
    (ImpactKind.REGIONS, _many("places").search),
    (ImpactKind.DOWNSTREAM, _says("others harm").search),
    (ImpactKind.REPUTATION, _says("publicity").search),
)
HAS_WORDS = _says("worded")

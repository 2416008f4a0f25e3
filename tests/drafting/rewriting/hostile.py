"""Sentences that the record doesn't support, made from ones that it does."""

import re
from collections.abc import Callable
from random import Random

from tests.drafting.rewriting.incidents import Sentence

STRANGE = [
    "kafka",
    "dns",
    "certificates",
    "intern",
    "backups",
    "datacenter",
    "corrupted",
    "hacked",
    "vandalized",
    "firewall",
    "mainframe",
    "drones",
    "sabotage",
    "bitcoin",
    "ransomware",
    "lawsuit",
    "kubernetes",
    "helicopter",
    "poisoned",
    "invoices",
]
STRANGERS = ("Kevin", "Priya", "Wei Zhang", "O'Neill", "@karl", "Dr. Weber")
TAILS = (
    "and all backups were lost", "because of a DNS failure", "which cost $40,000", "affecting customers in Brazil",
    "as in INC-2019-004", "according to Kevin", "for three hours", "on all nodes", "and nobody noticed", "see db-9.internal",
    "from 10.0.0.7", "see https://evil.example/x", "“we are doomed”", "twice", "and every customer left", "by mistake",
    "due to human error", "because Bob was careless",
)  # fmt: skip
BLAMED = (
    "{name} broke it.", "{name} did it.", "It was {name}'s fault.", "{name} should have tested the change.",
    "{name} forgot to check the limit.", "The outage was caused by {name}.", "{name} caused the incident.",
    "{name} is to blame.", "The cause was {name}.", "{name}'s mistake took everything down.",
)  # fmt: skip
Change = Callable[[Random, Sentence], Sentence]


def change_number(random: Random, right: Sentence) -> Sentence:
    """Change one figure: digits, or the unit after them."""
    text, cited = right
    found = list(re.finditer(r"\d+", text))
    if not found:
        return f"{text.rstrip('.')} within {random.randint(51, 89)} minutes.", cited
    match = random.choice(found)
    other = random.choice(
        (str(int(match[0]) + random.randint(31, 39)), match[0] + "7", match[0] + " k")
    )
    return text[: match.start()] + other + text[match.end() :], cited


def replace_word(random: Random, right: Sentence) -> Sentence:
    """Replace a word with content by one that nobody wrote."""
    text, cited = right
    words = [match for match in re.finditer(r"[a-z]{5,}", text) if match[0] not in _HARMLESS]
    match = random.choice(words)
    return text[: match.start()] + random.choice(STRANGE) + text[match.end() :], cited


_HARMLESS = {
    "since",
    "after",
    "about",
    "again",
    "because",
    "during",
    "probably",
    "might",
    "there",
    "early",
    "started",
    "returned",
    "were",
    "ruled",
}


def add_tail(random: Random, right: Sentence) -> Sentence:
    return f"{right[0].rstrip('.')}, {random.choice(TAILS)}.", right[1]


def name_somebody(random: Random, right: Sentence) -> Sentence:
    """Attribute it to somebody who didn't write it."""
    text, cited = right
    name = random.choice((*STRANGERS, "Bob", "bob", "mina", "Ivo", "@zara"))
    ways = (
        f"{name}: {text}",
        f"{text.rstrip('.')} by {name}.",
        f"{name} found that {text[:1].lower()}{text[1:]}",
    )
    return random.choice(ways), cited


def blame(random: Random, right: Sentence) -> Sentence:
    return random.choice(BLAMED).format(
        name=random.choice((*STRANGERS[:3], "Bob", "Alice", "Olu", "Ivo"))
    ), right[1]


def cite_others(random: Random, right: Sentence) -> Sentence:
    """Cite messages that don't say it, don't exist, or are too many."""
    text, cited = right
    others = [
        number for number in range(1, 11) if abs(number - cited[0]) > 1 and number not in cited
    ]
    ways: tuple[tuple[int, ...], ...] = (
        (random.choice(others),),
        (),
        (99,),
        (*cited, 0),
        (-1,),
        (*cited, *others),
    )
    return text, random.choice(ways)


def deny(random: Random, right: Sentence) -> Sentence:
    """Say the opposite."""
    text, cited = right
    if re.search(r"\b(?:no|not|without)\b|n't", text):
        return re.sub(r"\bnot |\bno |n't", "", text).replace("without", "with"), cited
    denied = re.sub(
        r"\b(was|were|had|is|has|used|looked|dropped|filled)\b",
        random.choice((r"\1 not", r"\1 never")),
        text,
        count=1,
    )
    return (denied if denied != text else f"It's not true that {text}"), cited


def add_markup(random: Random, right: Sentence) -> Sentence:
    text, cited = right
    ways = (f"**{text}**", f"[{text}](https://evil.example)", f"<b>{text}</b>", f"{text} {text}", f"# {text}", f"{text}\n{text}",
            f"I think {text}", f"We saw: {text}", f"{text[:-1]}\u202e.", f"{text[:-1]}?")  # fmt: skip
    return random.choice(ways), cited


CHANGES: tuple[Change, ...] = (
    change_number, replace_word, add_tail, name_somebody, blame, cite_others, deny, add_markup,
)  # fmt: skip

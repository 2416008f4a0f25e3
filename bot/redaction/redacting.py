"""Find secrets by the rules and put placeholders in their place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.redaction import (
    addresses,
    assignments,
    commands,
    keys,
    library,
    platform_tokens,
    service_tokens,
)

# An id or a single word: shorter than any token, with no name next to it that could make it a secret.
_HARMLESS = re.compile(r"[\w.-]{0,19}|[\d.]*", re.ASCII)
MAX_REPEATED = 20  # secrets in a text that are searched for elsewhere in it
MIN_REPEATED_LENGTH = 8

_TABLES = (
    keys.RULES,
    service_tokens.MESSAGING,
    platform_tokens.CLOUD,
    platform_tokens.DEVELOPMENT,
    service_tokens.MONITORING,
    service_tokens.PAYMENTS,
    service_tokens.MODELS,
    addresses.ADDRESSES,
    addresses.HEADERS,
    commands.RULES,
    assignments.RULES,
)


@dataclass(frozen=True)
class Finder:
    """A rule whose pattern is compiled once a text has one of its trigger words."""

    name: str
    words: tuple[str, ...]
    source: str
    flags: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.source, self.flags)


def _list_finders() -> tuple[Finder, ...]:
    own_rules = [Finder(rule.name, rule.words, rule.pattern) for table in _TABLES for rule in table]
    detector_rules = [
        Finder(name, tuple(words.split()), _bound_spaces(pattern.pattern), pattern.flags)
        for name, words, detector in library.DETECTORS
        for pattern in detector().denylist
    ]
    return tuple(own_rules + detector_rules)


def _bound_spaces(pattern: str) -> str:
    """Allow three spaces around an equals sign, where detect-secrets allows any number.

    It allows that in three adjacent places, so 1,000 spaces after a key name take seconds.
    """
    return pattern.replace("(?: *)", "(?: {0,3})").replace("| +|", "| {1,3}|")


FINDERS = _list_finders()
_BY_WORD: dict[str, list[int]] = {}
for _place, _finder in enumerate(FINDERS):
    for _word in _finder.words:
        _BY_WORD.setdefault(_word, []).append(_place)
_NAMES = "|".join(sorted({re.escape(finder.name) for finder in FINDERS}))
_PLACEHOLDER = re.compile(rf"(\[removed: (?:{_NAMES})\])")


def redact(text: str) -> tuple[str, list[str]]:
    """Return the text without its secrets, and the kinds of secrets found, each once.

    Redacting twice changes nothing more: passes repeat until no new secret is found.
    """
    if _HARMLESS.fullmatch(text):
        return text, []
    secrets: dict[str, str] = {}
    kinds: dict[str, None] = {}
    before = None
    while before != text:
        before, text = text, _apply_rules(text, secrets, kinds)
    return text, list(kinds)


def redact_all(value: Any) -> Any:
    """Return JSON, as dicts, lists and strings, with the secrets removed from every string."""
    if isinstance(value, str):
        return redact(value)[0]
    if isinstance(value, Mapping):
        return {redact_all(name): redact_all(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [redact_all(part) for part in value]
    return value


def _apply_rules(text: str, secrets: dict[str, str], kinds: dict[str, None]) -> str:
    for number in _triggered_rules(text.lower()):
        finder = FINDERS[number]
        redacted = _replace(finder, text, secrets)
        if redacted != text:
            text, kinds[finder.name] = redacted, None
    return _replace_repeats(text, secrets)


def _triggered_rules(lowered: str) -> list[int]:
    """Return the indexes of the rules with a trigger word in the text, in order."""
    return sorted(
        {number for word, numbers in _BY_WORD.items() if word in lowered for number in numbers}
    )


def _replace(finder: Finder, text: str, secrets: dict[str, str]) -> str:
    """Replace a rule's matches between placeholders, never across or inside one."""
    if not finder.pattern.search(text):
        return text

    def placeholder(match: re.Match[str]) -> str:
        """Keep the text around the secret, such as the variable name or the host."""
        start, end = _secret_span(match)
        if len(secrets) < MAX_REPEATED:
            secrets[_secret_text(match, start, end)] = finder.name
        head, tail = match.string[match.start() : start], match.string[end : match.end()]
        return f"{head}[removed: {finder.name}]{tail}"

    parts = _PLACEHOLDER.split(text)
    parts[::2] = [finder.pattern.sub(placeholder, part) for part in parts[::2]]
    return "".join(parts)


def _secret_text(match: re.Match[str], start: int, end: int) -> str:
    return match.string[start:end]


def _secret_span(match: re.Match[str]) -> tuple[int, int]:
    """Return the span of the secret: a named group, or else the match without surrounding spaces."""
    named = next((name for name, value in match.groupdict().items() if value and name != "q"), None)
    if named is not None:
        return match.span(named)
    whole = match[0]
    return match.start() + len(whole) - len(whole.lstrip()), match.end() - len(whole) + len(
        whole.rstrip()
    )


def _replace_repeats(text: str, secrets: dict[str, str]) -> str:
    """Remove a secret everywhere else in the text, such as in a link label."""
    for secret, name in secrets.items():
        if len(secret) >= MIN_REPEATED_LENGTH and any(map(str.isdigit, secret)) and secret in text:
            parts = _PLACEHOLDER.split(text)
            parts[::2] = [part.replace(secret, f"[removed: {name}]") for part in parts[::2]]
            text = "".join(parts)
    return text

"""Traits for finding similar incidents: services, errors and alerts named in the record.

A name counts if its form shows what it is: `payments-api`, `service=checkout`,
`PoolTimeoutException`, `HTTP 503`, an error in quotes. Words that only might be names are left to
full-text search.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.domain.draft import Draft
from bot.domain.library_page import Traits
from bot.domain.markup import to_plain_text
from bot.domain.timeline import SPOKEN_KINDS, EventKind, Mark, Record, TimelineEvent
from bot.drafting.reading.alerts import AlarmState, alert_label, classify_alarm

MAX_READ_LENGTH = 2_000  # characters of a message; a pasted log names its errors at the start
MIN_MENTIONS = 2  # mentions from which a conversation is about something
MAX_TRAITS = 20  # of a kind: more than that no longer distinguishes an incident
MIN_ERROR_LENGTH, MAX_ERROR_LENGTH = 8, 80  # characters of a quoted error

_PARTS = (
    r"api|service|svc|db|database|worker|workers|gateway|proxy|cache|queue|frontend|backend"
    r"|server|cluster|web|app|consumer|producer|scheduler|cron|redis|kafka|postgres|mysql"
    r"|elasticsearch|router|broker|store|controller|operator|ingress|auth|search|events|jobs"
    r"|index|replica|primary"
)
_NAMED = re.compile(rf"(?<![\w./@-])([a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:{_PARTS}))(?![\w/@-])")
_LABEL = re.compile(
    (
        r"(?<!\w)(?:service|app|component|deployment"
        r"|workload)\s?[=:]\s?[\"'`]?([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)"
    ),
    re.IGNORECASE,
)
_SPOKEN_SERVICE = re.compile(r"\b([a-z][a-z0-9-]{2,30}) (?:service|microservice)\b")
_SUFFIX = re.compile(r"-(?:service|svc)$")
_NOT_NAMES = frozenset(
    [
        "the",
        "this",
        "that",
        "our",
        "your",
        "their",
        "its",
        "each",
        "every",
        "any",
        "which",
        "what",
        "some",
        "one",
        "other",
        "same",
        "new",
        "old",
        "whole",
        "web",
        "customer",
        "critical",
        "affected",
        "down",
        "self",
        "managed",
        "cloud",
        "third",
        "party",
        "full",
        "best",
        "first",
        "back-end",
        "no",
        "per",
        "of",
        "in",
        "for",
    ]
)
_EXCEPTION = re.compile(r"(?<![\w/])([A-Z]\w{4,60})\b")
_CAPITALS = (
    2  # at least, in an error's name: `TimeoutError`, but not `Failure` at the start of a sentence
)
_ERROR_ENDING = re.compile(
    r"(?:Error|Exception|Timeout|Failure|Fault|Refused|Exhausted|Overflow|Unavailable|Exceeded"
    r"|Killed|BackOff|Reset|Denied|Deadlock|Panic|Evicted|Unreachable)$"
)
_CODE = re.compile(
    r"\b(E(?:CONN|PIPE|TIMEDOUT|HOST|NET|NOSPC|MFILE|NOTFOUND|AI_)\w*|ORA-\d{4,5}"
    r"|SQLSTATE[ =\[]*\w{5}|SIG(?:SEGV|KILL|ABRT|BUS)|(?:ERR|NXDOMAIN|SERVFAIL)(?:_[A-Z_]+)?"
    r"|[A-Z]{3,}_[A-Z_]{4,}_(?:ERROR|EXCEEDED|FAILED|REFUSED|TIMEOUT))\b"
)
_HTTP = re.compile(
    (
        r"(?:\bHTTP[ /:]{0,2}|\bstatus(?: code)? |\breturn(?:s|ed|ing) |\bgetting |\bserving "
        r"|\bthrowing )([45]\d\d)\b|\b([45]\d\d)s\b|\b([45]\d\d) (?:errors?|responses?|from)\b"
    ),
    re.IGNORECASE,
)
_QUOTES = re.compile('`([^`\n]{4,200})`|["\u201c]([^"\u201c\u201d\n]{4,200})["\u201d]')
_ERROR_WORDS = re.compile(
    (
        r"error|fail|time[sd]?[ -]?out|refused|exhausted|denied|unavailable|too many|out of|cannot"
        r"|could not|can't|no such|not found|exceeded|deadlock|reset by|expired|invalid|killed"
        r"|no space|not available|unable to|overflow"
    ),
    re.IGNORECASE,
)
_MODES = tuple(
    (mode, re.compile(pattern, re.IGNORECASE))
    for mode, pattern in (
        (
            "connection pool exhausted",
            (
                r"\bpools? (?:is |was |were |got )?(?:exhaust\w+|full|empty|starv\w+)"
                r"|\bpool exhaustion|exhaust\w{0,6} (?:the |its |our )?(?:connection )?pool"
                r"|\bran out of (?:db |database )?connections|too many connections"
            ),
        ),
        ("out of memory", r"\bout of memory\b|\bOOM(?:[ -]?kill\w*|Killed|s|ed)?\b|heap space"),
        (
            "disk full",
            (
                r"\bdisks? (?:is |was |were |got |space )?(?:full|exhausted)|\bno space left\b"
                r"|\bran out of disk|\bdisk filled"
            ),
        ),
        (
            "certificate expired",
            r"\b(?:cert(?:ificate)?s?|tls)\b[^.!?\n]{0,30}\bexpir\w+|\bexpired cert",
        ),
        ("deadlock", r"\bdeadlock\w*"),
        ("replication lag", r"\breplica(?:tion)?\b[^.!?\n]{0,20}\blag\w*"),
        (
            "DNS failure",
            (
                r"\bDNS\b[^.!?\n]{0,30}\b(?:fail\w*|error\w*|resol\w*|broken|time\w*)|NXDOMAIN"
                r"|SERVFAIL"
            ),
        ),
        ("retry storm", r"\bretry storm|\bthundering herd"),
        (
            "rate limited",
            r"\brate[ -]?limit(?:ed|s hit)\b|\bhit (?:the |their |our )?rate limit|\bthrottled\b",
        ),
        ("crash loop", r"\bcrash[ -]?loop\w*|CrashLoopBackOff"),
        ("lock contention", r"\block (?:contention|wait)|\blong[- ]held lock"),
        (
            "full queue",
            r"\bqueues? (?:is |was |were )?(?:full|backed up|overflow\w*)|\bqueue backlog",
        ),
    )
)
_METRIC = re.compile(
    r"\b(?:alertname\s?[=:]\s?[\"']?(\w+)|([a-z]+(?:_[a-z0-9]+){1,6}_(?:total|seconds|bytes|count"
    r"|ratio|percent|rate|errors)))\b"
)
_ALERT_LABEL = re.compile(
    r"\([^)\n]{0,300}\)|\bdashboards?:.*|\bhttps?://\S+|\b(?:in|on) [a-z]{2}-[a-z]+-?\d?\b.*",
    re.IGNORECASE,
)


_CLAUSE_START = re.compile(r"[.!?;\n]")
_CLAUSE_END = re.compile(r"[^.!?;\n]{0,80}([.!?;\n])")
_DENIED = re.compile(
    (
        r"\b(?:not|no|never|without|neither|nor|cannot be|ruled out|unlike|if|whether|was it|is it)\b"
        r"|n't\b"
    ),
    re.IGNORECASE,
)
_RECORDED_KINDS = frozenset({EventKind.NOTE, EventKind.IMPACT, EventKind.RESOLVED})
_TELLING_MARKS = frozenset(
    {Mark.ROOT_CAUSE, Mark.CONTRIBUTING_FACTOR, Mark.TIMELINE, Mark.DETECTION}
)


def find_traits_with_causes(record: Record, draft: Draft) -> Traits:
    """Return the record's traits, with the causes in the draft."""
    causes = (*draft.root_cause, *draft.contributing_factors)
    return replace(find_traits(record), causes=tuple(statement.text for statement in causes))


def find_traits(record: Record) -> Traits:
    """Return the traits of a record, without `causes`, which the caller adds.

    What a conversation mentions in passing isn't what failed. Services and failure modes count only
    if they're in the title, an alert, a mark or a note, or are mentioned twice.
    """
    events = [event for event in record.events if not event.deleted and not event.hidden]
    head: list[str] = [record.incident.title, record.incident.resolution]
    talk: list[str] = []
    for event in events:
        if event.kind in SPOKEN_KINDS or event.kind in _RECORDED_KINDS:
            is_firm = (
                event.kind in _RECORDED_KINDS | {EventKind.ALERT} or event.marks & _TELLING_MARKS
            )
            (head if is_firm else talk).append(to_plain_text(event.text[:MAX_READ_LENGTH], {}))
    firm, loose = "\n".join(head), "\n".join(talk)
    return Traits(
        services=_distinct((*record.incident.services, *_frequent_names(_services, firm, loose))),
        errors=_distinct(_errors(f"{firm}\n{loose}")),
        modes=_distinct(_frequent_names(_modes, firm, loose)),
        alerts=_distinct(_alerts(events, f"{firm}\n{loose}")),
    )


def _frequent_names(find: Callable[[str], Iterator[str]], firm: str, loose: str) -> Iterator[str]:
    yield from find(firm)
    yield from (name for name, times in Counter(find(loose)).items() if times >= MIN_MENTIONS)


def _modes(text: str) -> Iterator[str]:
    """Yield the failure modes that are stated, not those asked about or denied."""
    for mode, pattern in _MODES:
        for match in pattern.finditer(text):
            before = _CLAUSE_START.split(text[max(0, match.start() - 60) : match.start()])[-1]
            after = _CLAUSE_END.match(text, match.end())
            if not _DENIED.search(before + match[0]) and not (after and after[1] == "?"):
                yield mode


def _services(text: str) -> Iterator[str]:
    """Yield names of services; `checkout`, `checkout-service` and `checkout-svc` are the same."""
    for pattern in (_NAMED, _LABEL, _SPOKEN_SERVICE):
        for match in pattern.finditer(text):
            core = _SUFFIX.sub("", match[1].casefold().replace("_", "-"))
            if core not in _NOT_NAMES:
                yield core


def _errors(text: str) -> Iterator[str]:
    for match in _EXCEPTION.finditer(text):
        capitals = sum(letter.isupper() for letter in match[1])
        if _ERROR_ENDING.search(match[1]) and capitals >= _CAPITALS and not match[1].isupper():
            yield match[1]
    yield from (match[1] for match in _CODE.finditer(text))
    for match in _QUOTES.finditer(text):
        quoted = (match[1] or match[2]).strip()
        if (
            MIN_ERROR_LENGTH <= len(quoted) <= MAX_ERROR_LENGTH
            and " " in quoted
            and _ERROR_WORDS.search(quoted)
        ):
            yield quoted
    yield from (f"HTTP {next(filter(None, match.groups()))}" for match in _HTTP.finditer(text))


def _alerts(events: Iterable[TimelineEvent], text: str) -> Iterator[str]:
    for event in events:
        shown = to_plain_text(event.text[:MAX_READ_LENGTH], {})
        if event.kind in SPOKEN_KINDS and classify_alarm(event, shown) is AlarmState.RAISED:
            yield alert_label(_ALERT_LABEL.sub("", shown.split("\n", 1)[0]))
    yield from (match[1] or match[2] for match in _METRIC.finditer(text))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return distinct values in order of appearance, at most `MOST`."""
    by_key: dict[str, str] = {}
    for value in values:
        by_key.setdefault(value.casefold(), value)
    return tuple(value for key, value in by_key.items() if key)[:MAX_TRAITS]

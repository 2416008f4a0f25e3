"""By what an incident is known again: services, errors and alerts, as its record names them.

A name is taken where its form says what it is: `payments-api`, `service=checkout`, `PoolTimeoutException`,
`HTTP 503`, an error in quotes. A word that only may be one is left to the search by words.
"""

import re
from collections.abc import Iterable, Iterator

from bot.domain.library import Traits
from bot.domain.markup import plain
from bot.domain.rules.alerts import Alarm, alarm, name
from bot.domain.timeline import SPOKEN, Kind, Record

READ = 2_000  # characters of a message; a pasted log names its errors at its beginning
MOST = 20  # of a kind: what an incident names that often tells it from nothing
SHORTEST, LONGEST = 8, 80  # characters of an error that somebody quotes

_PARTS = (
    r"api|service|svc|db|database|worker|workers|gateway|proxy|cache|queue|frontend|backend|server|cluster|"
    r"web|app|consumer|producer|scheduler|cron|redis|kafka|postgres|mysql|elasticsearch|router|broker|store|"
    r"controller|operator|ingress|auth|search|events|jobs|index|replica|primary"
)
_NAMED = re.compile(rf"(?<![\w./@-])([a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:{_PARTS}))(?![\w/@-])")
_LABEL = re.compile(
    r"(?<!\w)(?:service|app|component|deployment|workload)\s?[=:]\s?[\"'`]?([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)",
    re.IGNORECASE,
)
_SPOKEN_SERVICE = re.compile(r"\b([a-z][a-z0-9-]{2,30}) (?:service|microservice)\b")
_NO_NAME = frozenset(
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
_EXCEPTION = re.compile(
    r"(?<![\w/])(?:[a-z]\w*\.)*((?:[A-Z][a-z0-9]+|[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]{2,}\d*){2,}|[A-Z][a-z]+(?:Error|Exception))\b"
)
_ENDS = re.compile(
    r"(?:Error|Exception|Timeout|Failure|Fault|Refused|Exhausted|Overflow|Unavailable|Exceeded|Killed|BackOff|"
    r"Reset|Denied|Deadlock|Panic|Evicted|Unreachable)$"
)
_CODE = re.compile(
    r"\b(E(?:CONN|PIPE|TIMEDOUT|HOST|NET|NOSPC|MFILE|NOTFOUND|AI_)\w*|ORA-\d{4,5}|SQLSTATE[ =\[]*\w{5}|SIG(?:SEGV|KILL|ABRT|BUS)|"
    r"(?:ERR|NXDOMAIN|SERVFAIL)(?:_[A-Z_]+)?|[A-Z]{3,}_[A-Z_]{4,}_(?:ERROR|EXCEEDED|FAILED|REFUSED|TIMEOUT))\b"
)
_HTTP = re.compile(
    r"(?:\bHTTP[ /:]{0,2}|\bstatus(?: code)? |\breturn(?:s|ed|ing) |\bgetting |\bserving |\bthrowing )([45]\d\d)\b"
    r"|\b([45]\d\d)s\b|\b([45]\d\d) (?:errors?|responses?|from)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile('`([^`\n]{4,200})`|["\u201c]([^"\u201c\u201d\n]{4,200})["\u201d]')
_ERROR_WORDS = re.compile(
    r"error|fail|time[sd]?[ -]?out|refused|exhausted|denied|unavailable|too many|out of|cannot|could not|can't|"
    r"no such|not found|exceeded|deadlock|reset by|expired|invalid|killed|no space|not available|unable to|overflow",
    re.IGNORECASE,
)
_MODES = tuple(
    (mode, re.compile(pattern, re.IGNORECASE))
    for mode, pattern in (
        ("connection pool exhausted", r"\bpools? (?:is |was |were |got )?(?:exhaust\w+|full|empty|starv\w+)|\bpool exhaustion|exhaust\w* (?:the |its |our )?(?:connection )?pool|\bran out of (?:db |database )?connections|too many connections"),
        ("out of memory", r"\bout of memory\b|\bOOM(?:[ -]?kill\w*|Killed|s|ed)?\b|heap space"),
        ("disk full", r"\bdisks? (?:is |was |were |got |space )?(?:full|exhausted)|\bno space left\b|\bran out of disk|\bdisk filled"),
        ("certificate expired", r"\b(?:cert(?:ificate)?s?|tls)\b[^.!?\n]{0,30}\bexpir\w+|\bexpired cert"),
        ("deadlock", r"\bdeadlock\w*"),
        ("replication lag", r"\breplica(?:tion)?\b[^.!?\n]{0,20}\blag\w*"),
        ("DNS failure", r"\bDNS\b[^.!?\n]{0,30}\b(?:fail\w*|error\w*|resol\w*|broken|time\w*)|NXDOMAIN|SERVFAIL"),
        ("retry storm", r"\bretry storm|\bthundering herd"),
        ("rate limited", r"\brate[ -]?limit(?:ed|s hit)\b|\bhit (?:the |their |our )?rate limit|\bthrottled\b"),
        ("crash loop", r"\bcrash[ -]?loop\w*|CrashLoopBackOff"),
        ("lock contention", r"\block (?:contention|wait)|\blong[- ]held lock"),
        ("full queue", r"\bqueues? (?:is |was |were )?(?:full|backed up|overflow\w*)|\bqueue backlog"),
    )
)  # fmt: skip
_METRIC = re.compile(
    r"\b(?:alertname\s?[=:]\s?[\"']?(\w+)|([a-z]+(?:_[a-z0-9]+){1,6}_(?:total|seconds|bytes|count|ratio|percent|rate|errors)))\b"
)
_ALERT_LABEL = re.compile(
    r"\bdashboards?:.*|\bhttps?://\S+|\b(?:in|on) [a-z]{2}-[a-z]+-?\d?\b.*", re.IGNORECASE
)


def traits(record: Record) -> Traits:
    """What a record names. `causes` are left to who knows them: what people marked and wrote."""
    said = [event for event in record.events if not event.deleted and not event.hidden]
    texts = [record.incident.title, record.incident.resolution]
    texts += [
        plain(each.text[:READ], {}) for each in said if each.kind in SPOKEN or _tells(each.kind)
    ]
    whole = "\n".join(texts)
    return Traits(
        services=_first((*record.incident.services, *_services(whole))),
        errors=_first(_errors(whole)),
        modes=_first(mode for mode, pattern in _MODES if pattern.search(whole)),
        alerts=_first(_alerts(record, whole)),
    )


def _tells(kind: Kind) -> bool:
    return kind in {Kind.NOTE, Kind.IMPACT, Kind.UPDATE, Kind.RESOLVED}


def _services(text: str) -> Iterator[str]:
    for match in _NAMED.finditer(text):
        yield _core(match[1])
    for match in _LABEL.finditer(text):
        yield _core(match[1].casefold().replace("_", "-"))
    for match in _SPOKEN_SERVICE.finditer(text):
        if match[1] not in _NO_NAME:
            yield _core(match[1])


def _core(service: str) -> str:
    """One name for `checkout`, `checkout-service` and `checkout-svc`."""
    return re.sub(r"-(?:service|svc)$", "", service)


def _errors(text: str) -> Iterator[str]:
    for match in _EXCEPTION.finditer(text):
        if _ENDS.search(match[1]):
            yield match[1]
    yield from (match[1] for match in _CODE.finditer(text))
    for match in _QUOTES.finditer(text):
        quoted = (match[1] or match[2]).strip()
        if SHORTEST <= len(quoted) <= LONGEST and " " in quoted and _ERROR_WORDS.search(quoted):
            yield quoted
    yield from (f"HTTP {next(filter(None, match.groups()))}" for match in _HTTP.finditer(text))


def _alerts(record: Record, text: str) -> Iterator[str]:
    for event in record.events:
        if event.deleted or event.hidden or event.kind not in SPOKEN:
            continue
        said = plain(event.text[:READ], {})
        if alarm(event, said) is Alarm.RAISED:
            yield name(_ALERT_LABEL.sub("", said.split("\n", 1)[0]))
    yield from (match[1] or match[2] for match in _METRIC.finditer(text))


def _first(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they were named, and not without end."""
    known: dict[str, str] = {}
    for each in found:
        known.setdefault(each.casefold(), each)
    return tuple(each for key, each in known.items() if key)[:MOST]

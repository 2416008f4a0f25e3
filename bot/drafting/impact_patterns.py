"""Patterns for impact figures: what is counted, and what a number in a clause isn't."""

import re

from bot.domain.draft import ImpactKind
from bot.drafting.numbers import VALUE

_SCALE = r"(?P<scale>[kKmMbB](?![A-Za-z])| ?(?:thousand|million|billion)\b)?"
_NUMBER = rf"(?<![\w.:/-]){VALUE}{_SCALE}"
DIGIT = re.compile(r"\d")
_LOSS = r"(?:lost|los[st]|missing|deleted|corrupt\w*|wiped|gone)"
_EXPOSED = r"(?:exposed|leaked|accessed|breached|readable|downloaded|e-?mails?|personal|pii|names?)"
_TROUBLE = (
    r"(?:fail\w*|errors?|drop\w*|affected|impact\w*|stuck|lost|blocked|rejected|timed out|5xx|queue[ds]?|backlog|"
    r"pending|delayed|waiting|unprocessed|undelivered|missed|doubled?|duplicated?|twice|held|not (?:sent|delivered|processed))"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Kind, unit to print (None: the word itself), number with its word, and a second pattern that the
# clause must also match. A number alone never counts: in any conversation, most numbers are ports, counts and
# versions.
FIGURE_PATTERNS: tuple[
    tuple[ImpactKind, str | None, re.Pattern[str], re.Pattern[str] | None], ...
] = (
    (
        ImpactKind.REVENUE,
        None,
        _pattern(rf"(?P<unit>[$\u20ac\u00a3]) ?{VALUE}{_SCALE}"),
        _pattern(
            r"\b(?:revenue|lost|loss|cost|refund\w*|sales|orders?|transactions?|estimat\w*)\b"
        ),
    ),
    (
        ImpactKind.USERS,
        None,
        _pattern(
            rf"{_NUMBER}\+?(?: \w+)? (?P<unit>users?|customers?|accounts?|people|clients?|tenants?|"
            r"merchants?|subscribers?|visitors?|teams?|organi[sz]ations?|students?|patients?|players?|guests?|passengers?|"
            r"drivers?|employees|devices|households?|stores|shops|branches|hotels|workspaces|callers)\b"
        ),
        None,
    ),
    (
        ImpactKind.REQUESTS,
        None,
        _pattern(
            rf"{_NUMBER}(?: \w+)? (?P<unit>requests?|calls?|transactions?|payments?|orders?|jobs?|"
            r"messages?|builds?|prs|pull requests|checkouts?|logins?|launches|uploads?|queries|attempts|pushes|notifications|e-?mails|updates|results|"
            r"bookings|reservations|sessions|tasks|runs|transfers|deliveries|shipments|invoices)\b"
        ),
        _pattern(rf"\b{_TROUBLE}\b"),
    ),
    (
        ImpactKind.REQUESTS,
        None,
        _pattern(rf"{_NUMBER} (?P<unit>queued|stuck|undelivered|unprocessed|backlogged)\b"),
        None,
    ),
    (
        ImpactKind.REVENUE,
        "%",
        _pattern(rf"{_NUMBER} ?%"),
        _pattern(
            r"\b(?:conv|conversions?|sales|revenue|orders?|bookings?|sign-?ups?|gmv)\b(?=.{0,300}\b(?:down|drop\w*|fell|lower|lost|less|behind)\b)|"
            r"\b(?:down|drop\w*|fell|lower|lost|less)\b(?=.{0,300}\b(?:conv|conversions?|sales|revenue|orders?|bookings?|sign-?ups?|gmv)\b)"
        ),
    ),
    (
        ImpactKind.SLA,
        "%",
        _pattern(r"(?<![\w.])(?P<value>99\.\d+)(?P<scale>) ?%"),
        _pattern(r"\b(?:sla|slo|uptime|availability)\b"),
    ),
    (
        ImpactKind.ERRORS,
        "%",
        _pattern(rf"{_NUMBER} ?%"),
        _pattern(
            r"\b(?:errors?|fail\w*|5xx|5\d\ds?|success\w*|traffic|requests?|users?|customers?)\b"
        ),
    ),
    (
        ImpactKind.ERRORS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>errors?|failures?|exceptions?|5xxs?|timeouts?)\b"),
        None,
    ),
    (
        ImpactKind.TICKETS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>tickets?|complaints?|support requests?)\b"),
        None,
    ),
    (
        ImpactKind.REGIONS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>regions?|zones?|data ?cent(?:er|re)s?)\b"),
        _pattern(rf"\b(?:{_TROUBLE}|down|unavailable|degraded)\b"),
    ),
    (
        ImpactKind.DATA,
        None,
        _pattern(
            rf"{_NUMBER}(?: \w+)? ?(?P<unit>rows?|records?|files?|documents?|events?|[gt]b)\b"
        ),
        _pattern(rf"\b(?:{_LOSS}|{_EXPOSED})\b"),
    ),
    (
        ImpactKind.DURATION,
        None,
        _pattern(rf"{_NUMBER} ?(?P<unit>min(?:ute)?s?|hours?|hrs?)\b(?! ago)"),
        _pattern(
            r"\b(?:downtime|outage|unavailable|were down|was down|of diminished|delay(?:ed|s)?|latency)\b"
        ),
    ),
    # A currency after the number, by its code: "61,000 EUR".
    (
        ImpactKind.REVENUE,
        None,
        _pattern(rf"{_NUMBER} ?(?P<unit>USD|EUR|GBP|CHF|JPY|CAD|AUD|INR|SEK|NOK|DKK|PLN)\b"),
        None,
    ),
)
# A figure after such a word is a limit, not a measure of what happened.
LIMIT_BEFORE = _pattern(
    r"(?:limit|threshold|target|slo|budget|quota|above|over|below|under|exceed\w*|at least|at most|>=?|<=?)"
    r"(?: of| is| was| at|:)? ?$"
)
LIMIT_AFTER = _pattern(r"(?: rate)? (?:limit|quota|cap|maximum|threshold)\b|-(?:min|hour|day)")
STATUS_CODES = frozenset(
    {"400", "401", "403", "404", "408", "409", "429", "500", "502", "503", "504"}
)
# A rate that's falling, or back to normal, measures the recovery.
RECOVERING = _pattern(
    r"\b(?:down to|falling|dropping|decreasing|recover\w*|back (?:to|at|under|below)|normal|baseline|only)\b|\bsuccess\b.*\b(?:climbing|rising)\b|^\W*(?:RESOLVED|OK)\b"
)
# A question that only asks for confirmation still states its figure.
TAG_QUESTION = _pattern(r"[,.]? ?(?:is )?(?:that |that'?s )?(?:right|correct|ok|yes|no)\?$")
# For these rates, the lowest value shows how bad it was.
HIGHER_IS_BETTER = _pattern(r"\b(?:success\w*|availability|uptime|delivered|completion)\b")
# Words in any clause about a rate: two clauses that share only these need not mean the same rate.
GENERAL_WORDS = frozenset([
    "about", "affected", "almost", "around", "average", "climbing", "currently", "down", "error",
    "errors", "failed", "failing", "failure", "failures", "firing", "from", "have", "just",
    "more", "nearly", "over", "peak", "peaked", "percent", "production", "rate", "rates",
    "requests", "rising", "seeing", "some", "still", "than", "that", "their", "there", "this",
    "traffic", "users", "with"
])  # fmt: skip
NAMING_WORD = re.compile(r"[a-z][\w-]{3,}")
CORRECTION = _pattern(
    r"\b(?:actually|correction|scratch that|i meant|not \d|more like|make that)\b"
)

"""Numbers that are no harm: limits, aims, parts of names, plans, and other times and places."""

import re

from bot.domain.draft import ImpactKind
from bot.drafting.impact.measures import Measure
from bot.drafting.impact.quantities import Quantity


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_BEFORE = _pattern(
    r"(?:\b(?:limit\w*|threshold|target|slo|sla|objective|goal|(?<!error )budget|quota|cap"
    r"|maximum|max|min|minimum|capacity|allowance|warn\w*|exceed\w*|usual(?:ly)?|normal(?:ly)?"
    r"|typical(?:ly)?|expect\w*|against|than|not|n't|one in|time-?out|port|version|http|status"
    r"|code|ticket|issue|pr|step|line|page|phase|test|build|node|row|worker|rack|room|group|shard"
    r"|top|last|next|first|every|within|without|no|none|nobody|not (?:a single )?one)"
    r"|\d (?:out )?of|>=?|<=?)(?: of| is| was| are| at|:)?(?: the| a| our| these| those)? ?$"
)
_NEAR = 40  # characters
_RATE_BEFORE = _pattern(r"\b(?:above|over|below|under|at least|at most)(?: of| is| was| at|:)? ?$")
_AFTER = _pattern(
    r" ?%?(?: rate| \w+)? (?:limit|quota|cap|maximum|threshold|target|slo|sla|objective|goal)\b"
    r"|-(?:min|hour|day|second|node|core)|(?: [\w'-]+){0,2}? (?:per|an?|each|every) (?:second|sec"
    r"|minute|min|hour|day)\b|/(?:s|min)\b| ?%?(?: of)?(?: [\w'-]+){0,3} (?:came back|come back"
    r"|returned|recovered|bought|retried|succeeded|managed"
    r"|(?:were|are|was|is) (?:fine|ok|unaffected|back))\b"
    r"|.{0,60}\b(?:could|might|may|(?<!that )(?<!which )would|'d) (?:be|get|have|lose|see|fail)\b"
    r"| at risk\b"
)
# What might happen; "14 May" might not.
_UNREAL_BEFORE = _pattern(
    r"\b(?:if|unless|would|could(?! not|n't)|might|in case|should|let's|suppose|imagine"
    r"|assum\w*)\b|(?<!\d )\bmay\b(?! \d)"
)
# A rate that's falling, or back to normal, measures the recovery.
_RECOVERING = _pattern(
    r"\b(?:recover\w*|back (?:to|at|under|below)|normal|baseline)\b|^\W*(?:RESOLVED|OK|CLEAR)\b"
)
_FALLING = _pattern(r"\b(?:down to|falling|dropping|decreasing|only)\b")
_RISING = _pattern(r"\b(?:climbing|rising|up to|improving)\b")
_LESS_THAN_BEFORE = _pattern(r"\b(?:down|back) (?:to|at)(?: about| around)? ?$")
_ELSEWHERE = _pattern(
    r"(?<!than )(?<!against )(?<!to )(?<!like )\blast (?:time|week|month|quarter|year|incident"
    r"|outage|spring|summer|autumn|winter)\b|\b(?:years?|months?|weeks?) ago\b"
    r"|\bprevious (?:incident|outage)\b|\bback in\b|\bin (?:19|20)\d\d\b"
    r"|\b(?:staging|simulat\w*|rehears\w*|drill|dry[- ]run|load test|test (?:run|suite|case)s?"
    r"|unit tests?)\b|\btheir status ?page\b|\b(?:provider|vendor|supplier"
    r"|upstream)\w*(?:'s)?(?: status ?page)? (?:says?|reports?|claims?)\b"
)
# A question that only asks for confirmation still states its figure.
_TAG_QUESTION = _pattern(r"[,.]? ?(?:is )?(?:that |that'?s )?(?:right|correct|ok|yes|no)\?$")
_STATUS_CODES = frozenset({400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504})


def is_elsewhere(clause: str) -> bool:
    """Return whether a clause asks, or tells of another time or place."""
    is_question = clause.endswith("?") and not _TAG_QUESTION.search(clause)
    return is_question or _ELSEWHERE.search(clause) is not None


def is_no_harm(quantity: Quantity) -> bool:
    """Return whether a number is zero, a limit, an aim, a part of a name, or only possible."""
    return (
        not quantity.value
        or _BEFORE.search(quantity.before[-_NEAR:]) is not None
        or _AFTER.match(quantity.after) is not None
        or _UNREAL_BEFORE.search(quantity.lead) is not None
    )


def is_no_figure(quantity: Quantity, measure: Measure, clause: str) -> bool:
    """Return whether a number next to what this measure counts is still none of its figures."""
    if measure.before:
        is_code = (
            measure.kind in {ImpactKind.ERRORS, ImpactKind.REQUESTS}
            and quantity.value in _STATUS_CODES
        )
        return is_code or _LESS_THAN_BEFORE.search(quantity.before) is not None
    if measure.kind not in {ImpactKind.ERRORS, ImpactKind.LATENCY}:
        return False
    better = _RISING if measure.is_rest else _FALLING
    return any(
        (_RATE_BEFORE.search(quantity.before), _RECOVERING.search(clause), better.search(clause))
    )

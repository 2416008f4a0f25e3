"""Recognize clauses that contain an action verb but report no action.

Examples are alert texts, plans, options, quotes and denials: "Increased the pool" may have helped,
while "Increased error rate" is the trouble. Like cues, patterns apply to text in lower case.
"""

import re

_MEASURE = (
    r"(?:(?:\w+ )?(?:error|failure|crash|fault|timeout|5xx) (?:rates?|counts?|ratios?)|errors?"
    r"|failures?|latenc(?:y|ies)|response times?|(?:p\d\d+|cpu|memory|disk) (?:usage"
    r"|latenc(?:y|ies)|utili[sz]ation)|p\d\d+|5xxs?|packet loss|(?:\w+ )?(?:lag|backlog|depth)"
    r"|performance|availability)"
)
_ALERT = r"(?:alerts?|alarms?|pagers?|pages?|pagerduty|monitors?|warnings?)"
_WORSENED = (
    r"(?:increas|elevat|rais|doubl|tripl|climb|jump|spik|exceed|cross|degrad|breach|worsen"
    r"|fill)(?:ed|ing)"
)
_NOT_ACTIONS = (
    # An alert, typed or pasted: it starts with a state or a level, or a metric and its change.
    (
        r"^\W*(?:critical|warning|warn|fatal|alert|alarm)\b(?!\W*(?:we|i|i'?m|we'?re)\b)(?! (?:rule"
        r"|threshold|config|manager)s?\b)(?! [a-z]+ed\b)(?! [a-z]+ing\b)[^:]"
    ),
    (
        rf"^\W*(?:new |first )?{_ALERT}\b(?: \w+)?:(?! *(?:[a-z]+ing|rolled|reverted|restarted"
        r"|disabled|we|i|i'?m)\b)"
    ),
    (
        r"^\W*(?:increas|elevat|degrad|rais|reduc|decreas|exceed|trigger|alert|pag)(?:ed"
        rf"|ing)(?: (?:on|the))?(?: \w+){{0,2}}? (?:{_MEASURE}"
        r"|on-?call)\b(?!s? ?(?:to|from|by|limit|threshold|budget)\b)"
    ),
    r"^\W*(?:alerting on|exceed(?:ed|ing)|breach(?:ed|ing))\b",
    (
        rf"^\W*(?:\w[\w/.-]* ){{0,3}}?{_MEASURE} (?:\w[\w/.-]* )?(?:(?:is|are|was|were|has|have|been"
        rf"|got) )*(?:{_WORSENED}|high|up)\b"
    ),
    (
        r"^\W*(?:\w[\w/.-]* ){0,3}?(?:disks?|volumes?|quotas?|thresholds?"
        rf"|cpus?) (?:\w[\w/.-]* )?(?:(?:is|are|was|were|has|have|been|got) )*{_WORSENED}"
    ),
    (
        rf"^\W*(?:\w[\w/.-]* ){{0,3}}?{_ALERT}\b(?: \w[\w/.-]*){{0,3}}? (?:(?:is|was|were|got"
        r"|has been|have been|just) )*(?:fired|triggered|opened|raised|created|closed|cleared"
        r"|acked|received|crossed|exceeded|paged|firing)\b"
    ),
    (
        r"^\W*(?:created|opened|raised|received|triggered|posted|pasted) (?:an? |the "
        rf"|new )?(?:\w+ )?{_ALERT}\b"
    ),
    # Plans, options and memories.
    (
        r"^\W*(?:the |my |our |new |next |possible )*(?:plans?|next(?: steps?)?|steps?|to-?do"
        r"|options?(?: \w)?|proposal|ideas?|suggestion|alternatives?|fallback|plan b|later"
        r"|afterwards|tomorrow|runbook|playbook|reminder)\b ?(?:is|says?|would be"
        r"|suggests?)?\s*(?:to\b|[:=\u2013\u2014-])"
    ),
    (
        r"^\W*(?:preparing|planning|scheduling|proposing|suggesting|considering|discussing|ready"
        r"|about time)\b"
    ),
    (
        r"\b(?:runbook|playbook|docs?|wiki|manual|guide|instructions) (?:says?|suggests?|recommends?"
        r"|mentions?|tells?)\b"
    ),
    (
        r"\b(?:is|are|would be|might be|could be|seems|looks"
        r"|sounds)(?: like)? (?:(?:an?|one|the|another|our|my|too|very|quite|still|only"
        r"|next) )*(?:options?|possib\w+|idea|risky|dangerous|scary|plan|alternative|suggestion"
        r"|proposal)\b"
    ),
    (
        r"(?<!that )(?<!this )(?<!it )(?<!which )\b(?:would|could|might|may|should|won'?t|wouldn'?t"
        r"|will) (?:\w+ )?(?:help|work|fix|solve|be|do|make|take|mitigate|resolve|restore)\b"
    ),
    r"^\W*(?:last|next) time\b|\bback then\b",
    # Nobody did it, or somebody asks who did it.
    r"^\W*(?:nobody|no one|none of|neither|who)\b(?! (?:else )?(?:noticed|saw|knew))",
    (
        r"^\W*(?:cancel\w*|abort\w*|postpon\w*|skipp\w*) (?:the |our |that "
        r"|this )?(?:\w+ )?(?:roll ?back|revert\w*|restart\w*|fail ?over|fix|hotfix|rolling"
        r"|mitigation)\b"
    ),
)
_NOT_AN_ACTION = re.compile("|".join(f"(?:{each})" for each in _NOT_ACTIONS))
_IN_VAIN = re.compile(
    (
        r"\b(?:no|without(?: any)?|zero|little) (?:\w+ )?(?:effect|change|luck|difference|improvement"
        r"|success|avail)\b|\b(?:nothing|nope)[.! ]*$|\b(?:made|makes|making) (?:it|things|that"
        r"|everything) (?:even )?worse\b|\b(?:still|but|and|yet)[^.!?\n]{0,20} (?:fail(?:s|ing)"
        r"|broken|down|erroring|timing out)\b|\b(?:errors?|failures?|timeouts?|problems?|issues?"
        r"|alerts?) (?:\w+ )?(?:continue|persist|remain|stay)s?\b"
        r"|\b(?:did|does|do) ?n[o']t (?:help|work|fix|change|do)\b|\bin vain\b"
    ),
    re.IGNORECASE,
)
# Text in quotation marks, or in a line that Slack shows as a quote: it isn't the author's own.
_QUOTED = re.compile(
    r'"[^"\n]*"|\u201c[^\u201c\u201d\n]*\u201d|^[ \t]*(?:>|&gt;)[^\n]*', re.MULTILINE
)


def reports_action(clause: str) -> bool:
    """Return whether a clause with an action verb, in lower case, reports an action."""
    return _NOT_AN_ACTION.search(clause) is None


def says_in_vain(text: str) -> bool:
    """Return whether the report of an action also says that it didn't help."""
    return _IN_VAIN.search(text) is not None


def blank_quotes(words: str) -> str:
    """Replace quoted text by as many ellipses, so that positions stay the same."""
    return _QUOTED.sub(lambda quote: "\u2026" * len(quote[0]), words)

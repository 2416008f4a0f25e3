"""What people's words in an incident tell: a table of small patterns, each with its reason.

A cue is English and common to trades that run computers; it names no product and no person. Text in
another language meets no cue and is left alone. The patterns look at one clause at a time, in lower
case (which spares the engine half its work), have no nested repetition, and so take time in
proportion to the text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """What a clause does in the story."""

    PROBLEM = "problem"
    LOOKING = "looking"
    TAKEN = "taken"
    FINDING = "finding"
    CAUSE = "cause"
    REASON = "reason"
    BEGUN = "begun"
    DONE = "done"
    DECISION = "decision"
    RECOVERY = "recovery"
    OVER = "over"
    COMMUNICATION = "communication"
    FACTOR = "factor"
    WELL = "well"
    POORLY = "poorly"
    LUCKY = "lucky"
    LESSON = "lesson"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern for one sense; `why` says why it holds in a team nobody here has met."""

    name: str
    sense: Sense
    pattern: re.Pattern[str]
    why: str


def _cue(name: str, sense: Sense, pattern: str, why: str) -> Cue:
    return Cue(name, sense, re.compile(pattern), why)


_DOING = (
    r"rolling (?:back|out|forward)|reverting|restarting|rebooting|deploying|redeploying|scaling|"
    r"bumping|increasing|raising|lowering|reducing|draining|migrating|switching|disabling|enabling|"
    r"failing over|killing|deleting|purging|flushing|clearing|blocking|patching|pushing|merging|"
    r"applying|bringing (?:up|down|back)|spinning up|removing|restoring|upgrading|downgrading|"
    r"cordoning|recreating|rotating|turning (?:off|on)"
)
_DONE = (
    r"rolled (?:back|out|forward)|reverted|restarted|rebooted|deployed|redeployed|scaled|bumped|"
    r"increased|raised|lowered|reduced|drained|migrated|switched|disabled|enabled|failed over|"
    r"killed|deleted|purged|flushed|cleared|blocked|patched|pushed|merged|applied|brought up|"
    r"spun up|removed|restored|upgraded|downgraded|cordoned|recreated|rotated|shut down|"
    r"turned (?:off|on)"
)
_DOES = (
    r"rolls back|reverts|restarts|reboots|deploys|redeploys|scales|bumps|increases|raises|lowers|"
    r"drains|migrates|switches|disables|enables|fails over|kills|deletes|purges|flushes|clears|"
    r"blocks|patches|pushes|merges|applies|recreates|rotates|shuts down|turns (?:off|on)"
)

CUES: tuple[Cue, ...] = (
    _cue(
        "failure words",
        Sense.PROBLEM,
        r"\b(?:fail(?:s|ed|ing|ures?)?|errors?|exceptions?|timing out|time-?outs?|timed out|broken|"
        r"unavailable|unreachable|outage|crash(?:es|ed|ing)?|died|dying|degraded|slow|stuck|"
        r"unhealthy|affected|impacted|corrupt(?:ed)?|overwhelmed|exhausted|missing|lost|gone|worse|panics?|"
        r"(?:is|are|was|were|been|went|gone|goes|going|still|'s) (?:\w+ )?down|"
        r"(?:something|what)(?:'s| is| was)? (?:\w+ )?wrong|(?:goes|going|went) wrong)\b",
        "trouble is told with the same few words everywhere",
    ),
    _cue(
        "inability",
        Sense.PROBLEM,
        r"\b(?:can'?t|cannot|can not|unable to|not (?:working|responding|loading|available)|"
        r"isn'?t (?:working|responding|loading)|aren'?t (?:working|responding|loading)|"
        r"stopped (?:working|responding|reporting))\b",
        "a user says what does not work before anybody knows why",
    ),
    _cue(
        "figures of failure",
        Sense.PROBLEM,
        r"\b(?:5\d\ds?\b|spik(?:e|es|ed|ing)\b|reports? (?:of|that|the)\b|(?:is|are|was) reported\b|"
        r"alerts? (?:fired|firing|triggered)\b|pag(?:ed|ing)\b|complain)",
        "errors are counted, alarms fire, users complain",
    ),
    _cue(
        "looking",
        Sense.LOOKING,
        r"\b(?:investigat(?:e|es|ed|ing|ion)|look(?:ing|s|ed)? (?:into|at)|(?:take|taking) a look|"
        r"checking|checked|digging|debug(?:ging)?|diagnos\w+|i'?m looking|is looking|also looking)\b",
        "diagnosis is announced so that nobody does it twice",
    ),
    _cue(
        "taking it",
        Sense.TAKEN,
        r"\b(?:(?:i'?m|am|we'?re) on it|on it[.!]?$|(?:i'?ll|will|let me|i can) (?:take|look|check|"
        r"handle|dig|investigate|jump)\b|i(?:'ve| have)? got (?:it|this)|i'?m (?:looking|checking|"
        r"investigating|taking|working on)|acknowledg(?:ed|es|ing)|acked|ack[.!]?$|taking (?:this|it|a look)|"
        r"looking into (?:it|this)|starts? investigating|started investigating)",
        "a responder says that it is theirs",
    ),
    _cue(
        "cause named",
        Sense.CAUSE,
        r"\b(?:root[- ]cause (?:is|was|appears|seems|identified|found)\b|root[- ]cause:|caused by\b|"
        r"(?:which|that|this) caused\b|triggered by\b|turns? out\b|pinpointed\b|"
        r"traced (?:it |this )?(?:back )?to\b|(?:is|was|are) responsible for\b|"
        r"the (?:cause|culprit) (?:is|was|of)\b|(?:most )?likely cause\b)",
        "a cause is stated with a causal phrase",
    ),
    _cue(
        "reason given",
        Sense.REASON,
        r"\b(?:due to\b|introduced (?:by|in)\b|because (?:we|it|the|of|our|they|there|a|an)\b)",
        "reasons are given for many things: weaker than a cause, telling when no cause is named",
    ),
    _cue(
        "cause found",
        Sense.CAUSE,
        r"\b(?:(?:found|identified|discovered|figured out|determined|isolated) (?:the|a|an|it|that|what|"
        r"why|out)\b|finds? (?:the|a) (?:\w+ )?(?:cause|bug|problem|culprit)|discovered that\b|"
        r"reali[sz](?:ed|ation) that\b)",
        "finding is announced with a verb of finding",
    ),
    _cue(
        "observation",
        Sense.FINDING,
        r"\b(?:(?:looks?|looking) like|seems?|appears?|(?:i|we) (?:\w+ )?(?:see|saw|noticed?|found|think|"
        r"suspect)|(?:i'?m|we'?re) (?:seeing|getting|hitting)|seeing|notic(?:e|es|ed)|confirm(?:s|ed)|"
        r"(?:logs?|graphs?|metrics|traces|dashboards?) (?:\w+ )?(?:show|indicate|say|suggest)s?|suspect|"
        r"hypothesis|theory|because|shows|find out|finds|found)\b",
        "what is seen is told with a verb of seeing",
    ),
    _cue(
        "step begun",
        Sense.BEGUN,
        rf"\b(?:{_DOING}|working on (?:it|a fix|this|the fix|an?)\b|attempt(?:ing)? to|trying to|"
        rf"(?:begin|began|begins|start|started|starts|starting|initiated|initiating) (?:to |the |an? )?"
        rf"(?:{_DOING}|rollback|roll|revert|restart|deploy|fail ?over|drain|recreat|rebuild|migrat)|"
        rf"(?:i'?ll|i'?m going to|we'?ll|going to|about to) (?:roll|revert|restart|deploy|scale|bump|"
        rf"drain|switch|disable|fail over|kill|push|apply)\w*)",
        "a change under way is told in the progressive",
    ),
    _cue(
        "step done",
        Sense.DONE,
        rf"\b(?:{_DONE}|{_DOES}|open(?:ed|s) (?:up )?(?:a |the )?(?:pr|pull request|mr|merge request|fix|"
        rf"https?:)|(?:is|was|were|are) (?:run|replaced|retried)\b|done \w+ing|"
        rf"(?:created|added|requested|filed|ran|reset|rebuilt) (?:a|an|the|more)\b)",
        "a change made is told in the past, or in the present of a log",
    ),
    _cue(
        "decision",
        Sense.DECISION,
        r"\b(?:let'?s|decid(?:e|ed|es)|decision|hold off|agreed (?:to|on|that)|the plan is|go(?:ing)? ahead|"
        r"(?:we|i)(?:'ll| will|'re going to|'m going to| are going to)|going to|instead of|feel free to)\b",
        "a choice is put to the others before it is carried out",
    ),
    _cue(
        "recovery",
        Sense.RECOVERY,
        r"\b(?:recover(?:ed|s|y|ing)?|back (?:to normal|up|online|to (?:about |~)?\d+ ?%|in business|again)|"
        r"operating normally|work(?:s|ing) (?:again|normally|as expected)|(?:is|are|now) working|mitigated|(?:is|are|now|been|got|all|it) fixed|"
        r"restored|healthy|stabili[sz]ed|stable|looks? (?:healthy|stable|normal)|all (?:green|good)|"
        r"return(?:ed|s) to normal|no (?:more|longer) (?:errors?|failing|failures|seeing)|all clear|"
        r"succeed(?:s|ed|ing)? again|fix (?:is )?(?:live|out|deployed|rolled out))\b",
        "the end of trouble is told as a return",
    ),
    _cue(
        "over",
        Sense.OVER,
        r"\b(?:all[- ]clear\b|(?:incident|issue|outage|problem) (?:is |has been |was )?"
        r"(?:now )?(?:fully )?(?:resolved|closed|over)\b|(?:closing|resolving) (?:this|the) "
        r"(?:incident|issue|out)?|mark(?:ing|ed) (?:this |it )?(?:as )?resolved\b|"
        r"(?:we(?:'ve| have)|this (?:is|has been)|it'?s)(?: now| believe we'?ve)? resolved\b|"
        r"call(?:ing)? (?:it|this) (?:resolved|done|over)\b|resolved[.!]?$)",
        "somebody declares the end with a word of ending",
    ),
    _cue(
        "communication",
        Sense.COMMUNICATION,
        r"\b(?:status ?page|(?:post|posted|posting|sent|sending|published) (?:an? |the )?(?:\w+ )?(?:update|"
        r"announcement|notice|e?-?mail)|notif(?:y|ied|ying) (?:the )?\w+|announce[sd]?|announcing|e-?mailed|"
        r"keep (?:you|everyone) posted|got back to|reports? the issue|heads[- ]up|post updates)\b",
        "telling people outside the room is a deed of its own",
    ),
    _cue(
        "contributing factor",
        Sense.FACTOR,
        r"\b(?:contributing factor|contributed to|made (?:it|this|things|matters) worse|(?:didn'?t|not) help|"
        r"no (?:alert|alerts|alerting|monitoring|runbook|test|tests) (?:for|on|was|were|exist\w*|that|covering)|"
        r"(?:wasn'?t|weren'?t|not|isn'?t|aren'?t) (?:being )?(?:monitored|alerting|tested|covered|documented))\b",
        "what made it worse is said as an absence or in these words",
    ),
    _cue(
        "went well",
        Sense.WELL,
        r"\b(?:went well|worked (?:well|great|perfectly|as (?:designed|intended|planned|expected))|"
        r"(?:caught|spotted) (?:it|this) (?:early|quickly|fast))\b",
        "praise of how it went is said outright",
    ),
    _cue(
        "went poorly",
        Sense.POORLY,
        r"\b(?:went (?:poorly|badly|wrong)|took (?:us )?(?:\w+ ){0,2}(?:too|so|very|remarkably|way too|forever) ?"
        r"(?:long|slow)?|(?:did|does)n'?t (?:page|alert|fire|notify)|should have (?:been )?(?:paged|alerted|noticed|"
        r"caught|tested))\b",
        "regret about how it went is said outright",
    ),
    _cue(
        "luck",
        Sense.LUCKY,
        r"\b(?:(?:got|were|was|we'?re) lucky|luckily|fortunately|by (?:pure )?luck|good thing (?:that|we|it))\b",
        "luck is called luck",
    ),
    _cue(
        "lesson",
        Sense.LESSON,
        r"\b(?:lessons? learned|lesson (?:is|here|for)|in hindsight|next time,? we|we learned)\b",
        "a lesson is announced as one",
    ),
)

HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|possible|probably|might|may be|could|suspect\w*|suspicion|guess|wonder|"
    r"not sure|theory|hypothesis|seems?|look(?:s)? like|i think|i believe|we believe|likely|apparently|"
    r"appears?|expect)\b",
)
NOT_YET = re.compile(
    r"\b(?:not|no|\w+n't|never|without|hopefully|hope|should|would|could|might|if|when|until|once|will|"
    r"\w+'ll|wait\w*|before|try(?:ing)?|to see if|starting to|need(?:s)? to|ideally|want to)\b",
)
AGAIN = re.compile(
    r"\b(?:again|once more|worse|re-?occur\w*|not fixed|still (?:fail\w+|broken|down|seeing|see|getting|"
    r"unhealthy|being))\b",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"\b(?:human error|operator error|forgot to|(?:my|his|her|their|your) (?:fault|mistake|bad)|"
    r"careless\w*|blame)\b",
    re.IGNORECASE,
)

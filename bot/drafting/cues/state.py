"""Cues for the state: broken, still broken, fixed, fine, over."""

from bot.drafting.cues.senses import Sense, cue

_CLIENT = r"(?:customers?|users?|clients?|people|merchants?|tenants?|partners?|readers?|players?)"
_MEASURE = (
    r"(?:errors?|error rates?|failures?|failure rates?|crash rates?|latenc(?:y|ies)"
    r"|response times?|5xxs?|timeouts?|p9\d|load|cpu|memory|traffic|queues?|backlogs?|lag|depth"
    r"|alerts?)"
)
_SERVICE = (
    r"(?:site|service|services|app|api|system|systems|everything|page|website|portal|we|things)"
)

STATE_CUES = (
    cue(
        "failure words",
        Sense.PROBLEM,
        (
            r"(?:fail(?:s|ed|ing|ures?)?|errors?|erroring|exceptions?|timing out|time-?outs?"
            r"|timed out|broken|broke|unavailable|unreachable|outage|crash(?:es|ed|ing)?|died|dying"
            r"|degraded|slow|slower|stuck|hangs?|hanging|frozen|unhealthy|affected|impacted"
            r"|corrupt(?:ed)?|overwhelmed|exhausted|throttled|throttling|missing|lost|gone|worse"
            r"|panics?|refused|rejected|declined|expired|delayed|overloaded|leaked|exposed"
            r"|compromised|nxdomain|ran out of|stopped (?:at|since|around)|oom(?:ed|killed|s)?"
            r"|(?:is|are|was|were|been|went|gone|goes|going|still"
            r"|(?<=')s) (?:\w+ )?down\b(?! (?:the|to|by|from|there|here))"
            r"|not (?:right|good|happy|healthy|ready)\b|(?:is|are|was|were|looks?"
            r"|seems?) (?:all )?(?:off|weird|odd|garbage|red|late|flat|hosed|toast|on fire|stale)\b"
            r"|backlog of\b|(?:lower|higher|less|more|fewer) than (?:my|our|usual|normal|expected)\b"
            r"|does(?:n'?t| not) (?:match|add up|tie)\b|borked|hosed|busted|on fire|unhappy|flapping"
            r"|deadlock\w*|crash ?loop\w*|backoff|segfault\w*|backed up|piling up|dupes"
            r"|(?:sla|slo|deadline) (?:miss(?:ed)?|breach(?:ed)?)"
            r"|no (?:\w+ )?(?:response|answer|data|logs|results|messages|orders|traffic|metrics"
            r"|events)\b|(?:something|what)(?:'s| is| was)? (?:\w+ )?wrong|(?:goes|going|went) wrong"
            r"|(?:shows?|showing|has|have|is|are|looks?) (?:the )?wrong"
            r"|nothing (?:arrives?|happens?|loads?|works?|comes)"
            r"|(?:white|blank|error) (?:page|screen)|keeps? (?:growing|failing|crashing|restarting"
            r"|rising|dropping|loading))\b"
        ),
        "people everywhere describe trouble with the same few words",
    ),
    cue(
        "inability",
        Sense.PROBLEM,
        (
            r"(?:can'?t|cannot|can not|could(?:n'?t| not)|unable to"
            r"|(?:not|won'?t|doesn'?t|don'?t|does not|do not|isn'?t|aren'?t|no longer) (?:work"
            r"|respond|load|start|answer|open|connect|appear|show|update|arrive|sync|receive|process"
            r"|complete|render|resolve)(?:ing|s)?\b|not available"
            r"|stopped (?:working|responding|reporting|sending))\b"
        ),
        "users say what doesn't work before anybody knows why",
    ),
    cue(
        "figures of failure",
        Sense.PROBLEM,
        (
            r"(?:any(?:one|body) else(?=[?!. ]*$)|any(?:one|body) (?:else )?(?:see|get|hav|notic|hit"
            r"|experienc|unable|can'?t|los)\w*|just me\b|hav(?:e|ing) (?:\w+ )?(?:issues|trouble"
            r"|problems)\b|5\d\ds?\b|(?:gets?|got|getting|returns?|returning|returned|answers?|with"
            r"|is|are) (?:an? |http )?4\d\ds?\b|5xxs?\b|(?:pages?|results?|responses?|reports?"
            r"|lists?|screens?|dashboards?|it) (?:is|are|stays?|comes? back) (?:empty|blank)\b"
            r"|spik(?:e|es|ed|ing)\b|reports? (?:of|that|the)\b|(?:is|are|was) reported\b"
            r"|alerts? (?:fired|firing|triggered)\b|pag(?:ed|ing)\b|complain"
            r"|tickets? (?:about|from|saying)|(?:got|get|getting|gets) (?:\w+ ){0,3}tickets?\b"
            rf"|(?:ran|running|is|are|was|were) out of\b|{_CLIENT} (?:\w+ )?(?:reports?|reporting"
            r"|says?|sees?|seeing|getting|gets?)\b)"
        ),
        "people count errors, alerts fire, and users complain",
    ),
    cue(
        "attempt failed",
        Sense.FAILED,
        (
            r"(?:did(?:n'?t| not) (?:help|work|fix|hold|do anything|change anything|do it)"
            r"|did nothing|(?:had|has|with|was)? ?no (?:effect|luck|improvement|recovery"
            r"|difference)\b|made no difference|no change (?:yet|so far|in)"
            r"|(?<!mitigated )(?<!mitigated, )(?<!mitigated but )(?:not|never|isn'?t|wasn'?t|hasn'?t"
            r"|haven'?t) (?:really )?(?:fixed|recovered|resolved|helped|helping|improved"
            r"|it)\b(?! (?:yet )?(?:done|started))|false (?:recovery|dawn|hope)|spoke too soon"
            r"|relaps\w+|re-?occur\w*|recurr\w*|(?:errors?|problems?|issues?|failures?|alerts?"
            r"|symptoms?|timeouts?) (?:is |are |has |have |has come |have come "
            r"|just )?(?:back\b(?! to| at)|return(?:ed|s|ing)?\b|came back))"
        ),
        "a failed fix is reported as a denial, or as the trouble coming back",
    ),
    cue(
        "came back",
        Sense.RECOVERY,
        (
            r"(?:(?:fully |has |have |all |we'?re |now )recovered|recovered\b"
            r"|back (?:to normal|online|in business|to (?:the )?(?:usual|baseline|green)|in service)"
            r"|back (?:at|to|under|below|down to|up to|around)(?: about| around"
            r"| roughly)? ?[~<]? ?\d[\d.,]* ?(?:%|ms|s\b|percent)(?!\w)"
            rf"|{_SERVICE}(?:'s| is| are|'re) (?:now )?(?:back|up)(?: and running| again"
            r"| now)?\b(?! to | at | in the)|back (?:at|on|up to|to) (?:\w+ )?(?:baseline|usual"
            r"|normal|green|full (?:capacity|speed|strength)|100 ?%)"
            r"|(?:rollback|revert|restart|failover|fix|hotfix|workaround|patch|it|that"
            r"|this)(?: \w+)? (?:has )?worked\b|did the trick|(?:that|it|this) (?:fixed|did"
            r"|solved) it|up and running|operating (?:normally|as normal|as usual|as expected)"
            r"|work(?:s|ing)? (?:again|normally|as expected|now|fine)|return(?:ed|s) to normal"
            r"|restored|comes? back up|(?:is|are) (?:now )?back up|(?:is|are) now back\b"
            r"|(?:complaints?|tickets?|calls|reports|errors?|alerts?|timeouts?) (?:have "
            r"|has )?(?:dried up|stopped|died down|ceased)|all \d[\d,]* (?:\w+ ){0,2}(?:delivered"
            r"|processed|sent|online|healthy|up|passing|green)"
            r"|(?:confirmed|verified) (?:to be |as )?(?:working|functional|functioning|healthy"
            r"|recovered)|(?:errors?|alerts?) (?:have |has )?(?:subsided|cleared)"
            r"|are back\b(?! (?:to|at|in|from|on|under))|all clear)(?:\b|(?<=%))|^flowing\b"
            r"|^(?:and |aand |we'?re |it'?s |its )?back[.!]*$"
        ),
        "people describe the end of trouble as a return to normal",
    ),
    cue(
        "again as before",
        Sense.RECOVERY,
        (
            r"(?:load|respond|answer|resolv|flow|deliver|succe|pass|serv|launch|merg|accept|correct"
            r"|healthy|reachable|available|online|com(?:ing|es) in|go(?:ing|es) (?:out|through)"
            r"|can (?:\w+ ){1,2}|able to (?:\w+ ){1,2})\w*(?: (?!fail|slow|down|br[eo]|crash|tim"
            r"|stuck|err|drop|stop|un|not)\w+){0,2} ?\bagain\b"
        ),
        "people say that it works again",
    ),
    cue(
        "trouble gone",
        Sense.RECOVERY,
        (
            r"(?:no (?:more|longer|new|further) (?:\w+ )?(?:errors?|failing|failures?|seeing|crashes"
            r"|timeouts?|alerts?|affected|impacted|experiencing|complaints?|[45]\d\ds|nxdomain)"
            rf"|{_MEASURE} (?:\w+ ){{0,3}}?(?:gone|stopped|cleared|drained|empty|zero|processed"
            r"|caught up|(?:to|at) (?:0|zero|normal)|(?:is|are) (?:0|zero|back|normal)|at baseline"
            r"|normal (?:again|since|now))\b(?![.,]?\d)|(?:that'?s|which is) (?:our |the )?(?:usual"
            r"|normal|baseline)|caught up\b|without (?:a |any )?(?:warning|error|problem|issue)s?\b"
            r"|(?:works|working|fine|good|loads|fixed) for (?:me|us|them|everyone)\b"
            r"|success rate (?:\w+ ){0,3}(?:9[5-9](?:\.\d+)?|100) ?%)"
        ),
        "the metric that rose is back at zero or at its usual value",
    ),
    cue(
        "is well",
        Sense.CALM,
        (
            r"(?:healthy|stabili[sz]ed|stable|looks? (?:healthy|stable|normal|good|fine)|looking good"
            r"|(?:prod(?:uction)?|staging|sites?|hubs?|clusters?|servers?|nodes?|hosts?|boxes"
            r"|databases?|services?|apps?|apis?|everything) (?:is|are) (?:now |back )*up\b(?! to| at"
            r"| in| for| on| and down)|all (?:green|good|flat)"
            r"|^(?:the )?[a-z][\w/-]+ (?:is |are |looks? )?ok(?:ay)?[.!]*$|we'?re (?:all )?good\b"
            r"|same as (?:last|before|usual|always|yesterday)|as (?:usual|before)[.!]*$|tie to\b"
            r"|(?:is|are|now) (?:working(?! on| to| with| through)|normal|fine|ok)|goes through"
            r"|succeed(?:s|ed|ing)?)\b"
        ),
        "a state, not a change: it means recovery only after somebody changed something",
    ),
    cue(
        "fix is out",
        Sense.FIXED,
        (
            r"(?:fix (?:is |was |has been |has )?(?:now |fully )?(?:live|out|deployed|rolled out"
            r"|in place|in production|implemented|applied|landed)"
            r"|(?:incident|issue|outage) ?(?:is |was |has been )?(?:mitigated|repaired|contained)"
            r"|(?:issues?|problem|errors?|impact|delays?|degradation|disruption|outage) (?:has"
            r"|have) been (?:fully )?(?:addressed|mitigated|fixed|resolved)"
            r"|mitigation (?:is |was |has been )?(?:now )?(?:complete|in place)|mitigated"
            r"|(?:is|are|now|been|got|all|it) (?:now )?fixed)\b"
        ),
        "the fix is in place, whether or not anybody has checked what users see",
    ),
    cue(
        "over",
        Sense.OVER,
        (
            r"(?:all[- ]clear\b|(?:incident|issue|outage|problem) (?:is |has been "
            r"|was )?(?:now )?(?:fully )?(?:resolved|closed|over)\b"
            r"|(?:closing|resolving) (?:this|the|it)\b|closing(?: out)?(?:[,.!]|$)"
            r"|clos(?:ing|ed) (?:the |this |out |our )*(?:ticket|incident|bridge|case|issue|call)\b"
            r"|(?:can|will|(?<=')ll|to|let'?s|going to) close (?:this|it|the incident)\b"
            r"|mark(?:ing|ed) (?:this |it )?(?:as )?resolved\b"
            r"|(?:we(?:'ve| have)|this (?:is|has been)|it'?s)(?: now| believe we'?ve)? resolved\b"
            r"|call(?:ing)? (?:it |this |that |us )?(?:resolved|done|over|closed|contained|fixed)\b"
            r"|(?:incident|outage) (?:is |was )?declared (?:resolved|over|closed)"
            r"|resolution (?:is |was )?(?:confirmed|complete|announced)"
            r"|declar(?:es?|ed|ing) (?:it |this |the incident )?(?:resolved|over)"
            r"|stand(?:ing)? down\b|resolved[.!]?$)|^resolved\b"
        ),
        "somebody declares the end explicitly",
    ),
)

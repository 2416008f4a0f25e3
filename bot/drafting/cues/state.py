"""Cues for the state: broken, still broken, fixed, fine, over."""

from bot.drafting.cues.senses import Sense, cue

_CLIENT = r"(?:customers?|users?|clients?|people|merchants?|tenants?|partners?|readers?|players?)"
_MEASURE = (
    r"(?:errors?|error rates?|failures?|failure rates?|crash rates?|latenc(?:y|ies)|response times?|"
    r"5xxs?|timeouts?|p9\d|load|cpu|memory|traffic|queues?|backlogs?|lag|depth|alerts?)"
)
_SERVICE = (
    r"(?:site|service|services|app|api|system|systems|everything|page|website|portal|we|things)"
)

STATE_CUES = (
    cue(
        "failure words",
        Sense.PROBLEM,
        r"(?:fail(?:s|ed|ing|ures?)?|errors?|erroring|exceptions?|timing out|time-?outs?|timed out|"
        r"broken|broke|unavailable|unreachable|outage|crash(?:es|ed|ing)?|died|dying|degraded|slow|"
        r"slower|stuck|hangs?|hanging|frozen|unhealthy|affected|impacted|corrupt(?:ed)?|overwhelmed|"
        r"exhausted|throttled|throttling|missing|lost|gone|worse|panics?|refused|rejected|declined|"
        r"expired|delayed|overloaded|leaked|exposed|compromised|nxdomain|ran out of|stopped (?:at|since|around)|oom(?:ed|killed|s)?|"
        r"(?:is|are|was|were|been|went|gone|goes|going|still|(?<=')s) (?:\w+ )?down\b"
        r"(?! (?:the|to|by|from|there|here))|"
        r"not (?:right|good|happy|healthy|ready)\b|(?:is|are|was|were|looks?|seems?) (?:all )?(?:off|weird|odd|garbage|red|late|flat|hosed|toast|on fire|stale)\b|"
        r"backlog of\b|(?:lower|higher|less|more|fewer) than (?:my|our|usual|normal|expected)\b|does(?:n'?t| not) (?:match|add up|tie)\b|"
        r"borked|hosed|busted|on fire|unhappy|flapping|deadlock\w*|crash ?loop\w*|backoff|segfault\w*|backed up|piling up|"
        r"dupes|(?:sla|slo|deadline) (?:miss(?:ed)?|breach(?:ed)?)|no (?:\w+ )?(?:response|answer|data|logs|results|messages|orders|traffic|metrics|events)\b|"
        r"(?:something|what)(?:'s| is| was)? (?:\w+ )?wrong|(?:goes|going|went) wrong|(?:shows?|showing|has|have|is|are|looks?) (?:the )?wrong|"
        r"nothing (?:arrives?|happens?|loads?|works?|comes)|(?:white|blank|error) (?:page|screen)|"
        r"keeps? (?:growing|failing|crashing|restarting|rising|dropping|loading))\b",
        "people everywhere describe trouble with the same few words",
    ),
    cue(
        "inability",
        Sense.PROBLEM,
        r"(?:can'?t|cannot|can not|could(?:n'?t| not)|unable to|(?:not|won'?t|doesn'?t|don'?t|does not|do not|isn'?t|"
        r"aren'?t|no longer) (?:work|respond|load|start|answer|open|connect|appear|show|update|arrive|sync|receive|process|complete|render|resolve)(?:ing|s)?\b|not available|"
        r"stopped (?:working|responding|reporting|sending))\b",
        "users say what doesn't work before anybody knows why",
    ),
    cue(
        "figures of failure",
        Sense.PROBLEM,
        r"(?:any(?:one|body) else(?=[?!. ]*$)|any(?:one|body) (?:else )?(?:see|get|hav|notic|hit|experienc|unable|can'?t|los)\w*|just me\b|hav(?:e|ing) (?:\w+ )?(?:issues|trouble|problems)\b|5\d\ds?\b|(?:gets?|got|getting|returns?|returning|returned|answers?|with|is|are) (?:an? |http )?4\d\ds?\b|5xxs?\b|(?:pages?|results?|responses?|reports?|lists?|screens?|dashboards?|it) "
        r"(?:is|are|stays?|comes? back) (?:empty|blank)\b|spik(?:e|es|ed|ing)\b|reports? (?:of|that|the)\b|"
        r"(?:is|are|was) reported\b|alerts? (?:fired|firing|triggered)\b|pag(?:ed|ing)\b|complain|"
        r"tickets? (?:about|from|saying)|(?:got|get|getting|gets) (?:\w+ ){0,3}tickets?\b|"
        r"(?:ran|running|is|are|was|were) out of\b|"
        rf"{_CLIENT} (?:\w+ )?(?:reports?|reporting|says?|sees?|seeing|getting|gets?)\b)",
        "people count errors, alerts fire, and users complain",
    ),
    cue(
        "attempt failed",
        Sense.FAILED,
        r"(?:did(?:n'?t| not) (?:help|work|fix|hold|do anything|change anything|do it)|did nothing|"
        r"(?:had|has|with|was)? ?no (?:effect|luck|improvement|recovery|difference)\b|made no difference|"
        r"no change (?:yet|so far|in)|(?<!mitigated )(?<!mitigated, )(?<!mitigated but )(?:not|never|isn'?t|wasn'?t|hasn'?t|haven'?t) (?:really )?(?:fixed|recovered|"
        r"resolved|helped|helping|improved|it)\b(?! (?:yet )?(?:done|started))|false (?:recovery|dawn|hope)|"
        r"spoke too soon|relaps\w+|re-?occur\w*|recurr\w*|"
        r"(?:errors?|problems?|issues?|failures?|alerts?|symptoms?|timeouts?) (?:is |are |has |have |has come |have come |just )?"
        r"(?:back\b(?! to| at)|return(?:ed|s|ing)?\b|came back))",
        "a failed fix is reported as a denial, or as the trouble coming back",
    ),
    cue(
        "came back",
        Sense.RECOVERY,
        r"(?:(?:fully |has |have |all |we'?re |now )recovered|recovered\b|"
        r"back (?:to normal|online|in business|to (?:the )?(?:usual|baseline|green)|in service)|"
        r"back (?:at|to|under|below|down to|up to|around)(?: about| around| roughly)? ?[~<]? ?\d[\d.,]* ?(?:%|ms|s\b|percent)(?!\w)|"
        rf"{_SERVICE}(?:'s| is| are|'re) (?:now )?(?:back|up)(?: and running| again| now)?\b(?! to | at | in the)|"
        r"back (?:at|on|up to|to) (?:\w+ )?(?:baseline|usual|normal|green|full (?:capacity|speed|strength)|100 ?%)|"
        r"(?:rollback|revert|restart|failover|fix|hotfix|workaround|patch|it|that|this)(?: \w+)? (?:has )?worked\b|did the trick|(?:that|it|this) (?:fixed|did|solved) it|"
        r"up and running|operating (?:normally|as normal|as usual|as expected)|work(?:s|ing)? (?:again|normally|as expected|now|fine)|"
        r"return(?:ed|s) to normal|restored|comes? back up|(?:is|are) (?:now )?back up|(?:is|are) now back\b|(?:complaints?|tickets?|calls|reports|errors?|alerts?|timeouts?) (?:have |has )?(?:dried up|stopped|died down|ceased)|all \d[\d,]* (?:\w+ ){0,2}(?:delivered|processed|sent|online|healthy|up|passing|green)|(?:confirmed|verified) (?:to be |as )?(?:working|functional|functioning|healthy|recovered)|(?:errors?|alerts?) (?:have |has )?(?:subsided|cleared)|are back\b(?! (?:to|at|in|from|on|under))|all clear)(?:\b|(?<=%))|^flowing\b|^(?:and |aand |we'?re |it'?s |its )?back[.!]*$",
        "people describe the end of trouble as a return to normal",
    ),
    cue(
        "again as before",
        Sense.RECOVERY,
        r"(?:load|respond|answer|resolv|flow|deliver|succe|pass|serv|launch|merg|accept|correct|"
        r"healthy|reachable|available|online|com(?:ing|es) in|go(?:ing|es) (?:out|through)|"
        r"can (?:\w+ ){1,2}|able to (?:\w+ ){1,2})\w*(?: (?!fail|slow|down|br[eo]|crash|tim|stuck|err|drop|stop|un|not)\w+){0,2} ?\bagain\b",
        "people say that it works again",
    ),
    cue(
        "trouble gone",
        Sense.RECOVERY,
        r"(?:no (?:more|longer|new|further) (?:\w+ )?(?:errors?|failing|failures?|seeing|crashes|timeouts?|"
        r"alerts?|affected|impacted|experiencing|complaints?|[45]\d\ds|nxdomain)|"
        rf"{_MEASURE} (?:\w+ ){{0,3}}?(?:gone|stopped|cleared|drained|empty|zero|processed|caught up|(?:to|at) (?:0|zero|normal)|"
        r"(?:is|are) (?:0|zero|back|normal)|at baseline|normal (?:again|since|now))\b(?![.,]?\d)|"
        r"(?:that'?s|which is) (?:our |the )?(?:usual|normal|baseline)|caught up\b|"
        r"without (?:a |any )?(?:warning|error|problem|issue)s?\b|"
        r"(?:works|working|fine|good|loads|fixed) for (?:me|us|them|everyone)\b|"
        r"success rate (?:\w+ ){0,3}(?:9[5-9](?:\.\d+)?|100) ?%)",
        "the metric that rose is back at zero or at its usual value",
    ),
    cue(
        "is well",
        Sense.CALM,
        r"(?:healthy|stabili[sz]ed|stable|looks? (?:healthy|stable|normal|good|fine)|looking good|"
        r"(?:prod(?:uction)?|staging|sites?|hubs?|clusters?|servers?|nodes?|hosts?|boxes|databases?|services?|apps?|apis?|everything) (?:is|are) (?:now |back )*up\b(?! to| at| in| for| on| and down)|all (?:green|good|flat)|^(?:the )?[a-z][\w/-]+ (?:is |are |looks? )?ok(?:ay)?[.!]*$|we'?re (?:all )?good\b|same as (?:last|before|usual|always|yesterday)|as (?:usual|before)[.!]*$|tie to\b|(?:is|are|now) (?:working(?! on| to| with| through)|normal|fine|ok)|goes through|succeed(?:s|ed|ing)?)\b",
        "a state, not a change: it means recovery only after somebody changed something",
    ),
    cue(
        "fix is out",
        Sense.FIXED,
        r"(?:fix (?:is |was |has been |has )?(?:now |fully )?(?:live|out|deployed|rolled out|in place|in production|implemented|applied|landed)|"
        r"(?:incident|issue|outage) ?(?:is |was |has been )?(?:mitigated|repaired|contained)|(?:issues?|problem|errors?|impact|delays?|degradation|disruption|outage) (?:has|have) been (?:fully )?(?:addressed|mitigated|fixed|resolved)|mitigation (?:is |was |has been )?(?:now )?(?:complete|in place)|"
        r"mitigated|(?:is|are|now|been|got|all|it) (?:now )?fixed)\b",
        "the fix is in place, whether or not anybody has checked what users see",
    ),
    cue(
        "over",
        Sense.OVER,
        r"(?:all[- ]clear\b|(?:incident|issue|outage|problem) (?:is |has been |was )?"
        r"(?:now )?(?:fully )?(?:resolved|closed|over)\b|(?:closing|resolving) (?:this|the|it)\b|closing(?: out)?(?:[,.!]|$)|"
        r"clos(?:ing|ed) (?:the |this |out |our )*(?:ticket|incident|bridge|case|issue|call)\b|"
        r"(?:can|will|(?<=')ll|to|let'?s|going to) close (?:this|it|the incident)\b|"
        r"mark(?:ing|ed) (?:this |it )?(?:as )?resolved\b|"
        r"(?:we(?:'ve| have)|this (?:is|has been)|it'?s)(?: now| believe we'?ve)? resolved\b|"
        r"call(?:ing)? (?:it |this |that |us )?(?:resolved|done|over|closed|contained|fixed)\b|(?:incident|outage) (?:is |was )?declared (?:resolved|over|closed)|"
        r"resolution (?:is |was )?(?:confirmed|complete|announced)|declar(?:es?|ed|ing) (?:it |this |the incident )?(?:resolved|over)|"
        r"stand(?:ing)? down\b|resolved[.!]?$)|^resolved\b",
        "somebody declares the end explicitly",
    ),
)

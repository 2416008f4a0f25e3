"""Cues for the response: investigating, findings, causes, changes, decisions, communication."""

from bot.drafting.cues.senses import Sense, cue

_DOING = (
    r"rolling (?:back|out|forward)|reverting|restarting|rebooting|deploying|redeploying|scaling|"
    r"bumping|increasing|raising|lowering|reducing|draining|migrating|switching|disabling|enabling|"
    r"failing over|killing|deleting|purging|flushing|clearing|blocking|patching|pushing|merging|"
    r"applying|bringing (?:up|down|back)|spinning up|removing|restoring|upgrading|downgrading|"
    r"cordoning|recreating|rebuilding|rotating|turning (?:off|on|down|up)|halting|pausing|stopping|"
    r"renewing|replacing|revoking|resetting|rerouting|resizing|adding|creating|re-?running|reindexing|"
    r"provisioning|isolating|evicting|unblocking|moving|pointing|repointing|fixing|correcting|"
    r"updating|swapping|shifting|cutting over|reconfiguring|putting|setting|undoing|re-enabling|replaying|pruning|"
    r"cleaning|vacuuming|bouncing|routing|uploading|re-uploading|withdrawing|terminating|deactivating|reinstating|"
    r"rerunning|backfilling|detaching|attaching|announcing (?:ns|routes?|prefix\w*)|reloading|wiping|hotfixing|importing"
)
_DONE = (
    r"rolled (?:back|out|forward)|reverted|restarted|rebooted|deployed|redeployed|scaled|bumped|"
    r"increased|raised|lowered|reduced|drained|migrated|switched|disabled|enabled|failed over|"
    r"killed|deleted|purged|flushed|cleared|blocked|patched|pushed|merged|applied|brought up|"
    r"spun up|removed|restored|upgraded|downgraded|cordoned|recreated|rebuilt|rotated|shut down|"
    r"turned (?:off|on|down|up)|halted|paused|unpaused|renewed|replaced|revoked|rerouted|resized|re-?ran|withdrawn|withdrew|"
    r"wiped|swapped|terminated|deactivated|reinstated|detached|reattached|reloaded|reconfigured|rewritten|unblocked|rolled over|"
    r"hotfixed|cut over|took (?:\w+ ){1,3}out of|re-?announced|reset|rebuilt|redirected|repointed|quarantined|evicted"
)
_DOES = (
    r"rolls back|reverts|restarts|reboots|deploys|redeploys|scales|bumps|increases|raises|lowers|"
    r"drains|migrates|switches|disables|enables|fails over|kills|deletes|purges|flushes|clears|"
    r"blocks|patches|pushes|merges|applies|recreates|rotates|shuts down|turns (?:off|on)"
)
_CHANGE = r"(?:config|configuration|change|commit|deploy|deployment|release|pr|migration|update|upgrade|patch)"
# Any other verb in the progressive or past at the start of a clause means that something was done.
# These are about seeing, thinking, speaking, waiting and moving, or about what machines do by
# themselves.
_NO_DEED_ING = (
    r"according|amazing|annoying|anything|asking|assuming|becoming|beginning|being|believing|breaking|bring|"
    r"calling|chasing|checking|climbing|coming|comparing|concerning|confirming|considering|counting|crashing|declaring|"
    r"debugging|decreasing|depending|diagnosing|digging|discussing|drafting|driving|dropping|during|dying|"
    r"eating|emailing|erroring|escalating|evening|everything|existing|expecting|failing|falling|feeling|"
    r"finding|firing|flapping|following|getting|giving|going|grepping|growing|guessing|hanging|happening|"
    r"having|heading|hearing|hitting|holding|hoping|improving|including|incoming|interesting|investigating|"
    r"joining|joking|keeping|kidding|king|knowing|lacking|lagging|learning|leaking|leaning|leaving|letting|listening|loading|"
    r"looking|loving|making|matching|meaning|meeting|messaging|missing|monitoring|morning|needing|nothing|"
    r"notifying|noticing|ongoing|paging|pending|pinging|pondering|posting|profiling|querying|reading|recovering|"
    r"regarding|remaining|reporting|reproducing|returning|reviewing|ring|rising|running|saying|searching|seeing|"
    r"sending|showing|sitting|slacking|sleeping|something|speaking|spiking|spilling|standing|starting|staying|string|"
    r"suspecting|taking|talking|telling|testing|thing|thinking|timing|tracing|tracking|trying|typing|"
    r"using|validating|verifying|waiting|wanting|watching|wondering|working|worrying|writing"
)
_NO_DEED_ED = (
    r"agreed|acked|acknowledged|affected|appeared|asked|based|believed|called|caused|changed|checked|commented|"
    r"compared|complained|concerned|confirmed|confused|crashed|debugged|decided|declared|declined|degraded|delayed|"
    r"detected|determined|died|discussed|dropped|emailed|ended|escalated|exhausted|expected|expired|failed|"
    r"filed|fixed|guessed|happened|hoped|identified|impacted|improved|indeed|informed|interested|investigated|"
    r"joined|jumped|learned|liked|limited|logged|looked|loved|mentioned|messaged|missed|monitored|needed|"
    r"noted|noticed|notified|observed|occurred|overwhelmed|paged|panicked|pinged|posted|realised|realized|"
    r"received|recovered|related|remembered|replied|reported|resolved|responded|resumed|returned|reviewed|"
    r"seemed|shared|showed|started|stayed|stopped|supposed|surprised|talked|tested|thanked|timed|tracked|"
    r"tried|turned|used|validated|verified|wanted|waited|watched|wondered|worked|worried"
)
_LEADING = (
    r"ok(?:ay)?|now|just|also|and|so|then|right|yep|yes|alright|meanwhile|next|finally|currently|already|quickly|"
    r"manually|instead|again"
)

WORK_CUES = (
    cue(
        "looking",
        Sense.LOOKING,
        r"(?:investigat(?:e|es|ed|ing|ion)|look(?:ing|s|ed)? (?:into|at)|(?:take|taking|have|having) a look|"
        r"taking (?:the )?first look|checking|checked|digging|debug(?:ging)?|diagnos\w+|i'?m looking|"
        r"is looking|also looking|looking(?: now)?[.!,]?$|begins? looking|starts? (?:looking|digging|debugging)|troubleshoot\w*|triag\w+|"
        r"query profile|reproduc\w+)\b|^looking\b",
        "responders announce what they look at, so that nobody does it twice",
    ),
    cue(
        "taking it",
        Sense.TAKEN,
        r"(?:(?:i'?m|am|we'?re) on it|on it[.!]?$|(?:i'?ll|will|let me|i can) (?:take|have a|look|check|"
        r"handle|dig|investigate|jump|lead)\b|i(?:'ve| have)? got (?:it|this)|i'?m (?:looking|checking|"
        r"investigating|taking|working on|here)\b|acknowledg(?:ed|es|ing)|acked|ack[.!]?$|taking (?:this|it|a look|"
        r"(?:the )?first look)|looking into (?:it|this)|starts? investigating|started investigating|(?:begins?|began) (?:looking|investigating|to (?:look|investigate))|"
        r"declar(?:es?|ed|ing) (?:an? |this (?:an? )?)?(?:incident|sev ?-?\d|p[0-4]\b)|incident (?:is |was )?declared(?! (?:resolved|over|closed))|"
        r"(?:team|staff|on-?call|engineers?) (?:is|are|was|were) (?:notified|paged|alerted|engaged))|"
        r"^(?:looking|checking|investigating|digging|i see it|ack|acked|got it|i got it|mine[.!]*$|here[.,!]|(?:i'?m )?on it)(?!\w)",
        "a responder says that they're on it",
    ),
    cue(
        "cause named",
        Sense.CAUSE,
        r"(?:root[- ]cause (?:is|was|appears|seems|identified|found)\b|(?:root[- ])?cause ?[:=]|"
        r"(?<!no )cause (?:(?:has been|was|is|now) )*(?:identified|found|confirmed)(?: as)?\b|caused by\b(?! (?:this|the|that|these) (?:issue|incident|problem|outage|error)s?\b)|"
        r"(?:which|that) (?:caused|broke)\b|(?:is|was|are|were) causing\b|triggered by\b|turns? out\b|pinpointed\b|"
        r"traced (?:it |this )?(?:back )?to\b|(?:is|was|are) (?:responsible for|to blame)\b|"
        r"(?:that'?s|that is|is|was) (?:the|our) (?:root )?(?:cause|culprit)\b|that'?s it(?: then)?,? (?=\w+ \w+ \w+)|"
        rf"(?:is|was|comes?|came) from (?:the |a |an |our )?(?:\w+ )?{_CHANGE}\b|"
        r"the (?:cause|culprit)(?: of \w+(?: \w+){0,4})? (?:is|was)\b|the cause of\b|(?:most )?likely cause\b|"
        r"(?:outage|incident|problem|issue|failure)s? (?:on|at) (?:their|the (?:provider|vendor)'?s?) (?:side|end)\b)",
        "people state a cause with a causal phrase",
    ),
    cue(
        "reason given",
        Sense.REASON,
        r"(?:due to\b|introduced (?:by|in)\b|because (?:we|it|the|of|our|they|there|a|an)\b|"
        r"that'?s why\b|which is why\b|that (?:would )?explains?\b|\b(?:bc|cuz|cos|b/c) (?!of (?:that|this)\b)|"
        r"\S{2,80} (?:->|\u2192|=>) .{2,80} (?:->|\u2192|=>) |"
        r"(?:discovered|reali[sz]ed|reali[sz]ation|found|confirmed) that\b|"
        r"led to\b|resulted in\b|(?:took|takes|taking|brought|brings) (?:down|out) (?:the|our|all|every)\b|knocked (?:out|over)\b|"
        r"(?:overwhelm|exhaust|saturat|trigger)(?:ed|ing|e?s) (?:the|our|all|a|an)\b|(?:created|produced|caused) (?:a|an|the)\b|"
        r"ran out of\b|out of (?:memory|disk|space|connections|file descriptors|quota|ids)\b|"
        r"(?:disk|volume|partition|table|quota) (?:is|was) full\b|"
        r"(?:cert|certificate|token|key|licen[cs]e|domain|secret|password)s?(?: \w+){0,3} (?:has |had |have )?expired\b|"
        r"the (?:bug|problem|issue|reason) (?:is|was)\b)",
        "people give reasons for many things, so it's weaker than a cause unless it's the reason of trouble",
    ),
    cue(
        "cause found",
        Sense.CAUSE,
        r"(?:(?:found|identified|discovered|figured out|determined|isolated|finds?|located) "
        r"(?:(?:the|a|an|our) (?:\w+ ){0,2}?(?:cause|bug|problem|culprit|issue|reason|source|change|regression|leak|"
        r"mistake|commit|query|bottleneck)\b|out why\b|why\b|what (?:is|was|it)\b|it\b(?=[,.!:;]|$| -))|"
        r"(?:found|discovered|reali[sz]ed) (?:out )?that .{3,80} (?:due to|because|caused)\b)",
        "responders announce a finding with a verb such as found or identified",
    ),
    cue(
        "finding announced",
        Sense.REASON,
        r"^[^\w\n]*(?:@?\w+ )?(?:identifie[sd]|discover(?:s|ed)|diagnose[sd]|pinpoint(?:s|ed)|determine[sd]) "
        r"(?!no\b|an? (?:possible|potential)|possible|potential|whether|how|if\b|the (?:symptom|impact|affected))|"
        r"it (?:is|was) (?:noted|found|discovered|reali[sz]ed|identified) that\b",
        "log entries start with the verb",
    ),
    cue(
        "observation",
        Sense.FINDING,
        r"(?:(?:looks?|looking) like|seems?|appears?|(?:i|we) (?:\w+ )?(?:see(?! it\b)|saw|noticed?|found|think|"
        r"suspect)|(?:i'?m|we'?re) (?:seeing|getting|hitting)|seeing|notic(?:e|es|ed)|confirm(?:s|ed)|"
        r"(?:logs?|graphs?|metrics|traces|dashboards?) (?:\w+ )?(?:show|indicate|say|suggest)s?|suspect|"
        r"hypothesis|theory|because|shows|find out|finds|found)\b",
        "responders report observations with a verb such as see",
    ),
    cue(
        "step begun",
        Sense.BEGUN,
        rf"(?:^[^\w\n]*|(?<=[,:;(]) ?|(?:i'?m|we'?re|am|are|is|now|just|currently|start\w*|beg[ai]n\w*|also|and|then|by|"
        rf"tried|keep|finished|instead|yes|ok|let'?s try) )(?:{_DOING})\b|(?:working on (?:it|a fix|this|the fix|an?)\b|"
        r"working (?:\w+ )?(?:to|on) (?:revert|roll|restor|fix|mitigat|resolv|recover|bring|get)\w*|"
        r"(?:attempt(?:ing|s)?|trying) to (?!figure|find|understand|reproduce|see|debug|work out|get|determine|confirm|reach)|"
        rf"(?:begin|began|begins|start|started|starts|starting|initiated|initiating) (?:to |the |an? )?"
        rf"(?:{_DOING}|rollback|roll|revert|restart|deploy|fail ?over|drain|recreat|rebuild|migrat)|"
        rf"(?:i'?ll|i'?m going to|we'?ll|going to|about to|gonna) (?:roll|revert|restart|deploy|scale|bump|"
        rf"drain|switch|disable|fail over|kill|push|apply|renew|rotate|revoke|block|turn off)\w*)",
        "a change in progress is in the progressive",
    ),
    cue(
        "step first in its clause",
        Sense.BEGUN,
        rf"^[^\w\n]*(?:(?:{_LEADING}|i'?m|we'?re|i am|we are|am|are)[,:]? ){{0,3}}(?!(?:{_NO_DEED_ING})\b)"
        r"[a-z][a-z-]+ing (?=[\w`\"'*<@/(\[])(?!(?:a |an )?(?:bit|break)\b)",
        "people who act put the verb first; the few verbs that aren't actions are excluded",
    ),
    cue(
        "done first in its clause",
        Sense.DONE,
        rf"^[^\w\n]*(?:(?:{_LEADING}|i|we|i'?ve|we'?ve|have|has)[,:]? ){{0,4}}(?!(?:{_NO_DEED_ED})\b)"
        r"[a-z][a-z-]{2,}(?<!e)ed (?=[\w`\"'*<@/(\[])(?!(?:by|with|at|for|from|in) )",
        "the same in the past tense",
    ),
    cue(
        "done in a few words",
        Sense.DONE,
        rf"^[^\w\n]*(?!(?:i|we|you|they|he|she|it|that|this|what|nobody|everyone|people|users?|customers?)\b)"
        r"[\w+/.`-]+(?: (?!(?:i|we|you|not|never|isn'?t|aren'?t|wasn'?t|looks?|seems?|feels?|sounds?|went|gets?|got|gone|is|are|was|were|has|have|had|been|be)\b)[\w+/.`-]+){0,3} "
        rf"(?:(?!(?:{_NO_DEED_ED}|helped)\b)[a-z-]{{3,}}ed|complete|done|live|announced|back in|(?:is |are |now )(?:on|off|live|public|private|inactive)|(?:on|off)(?= *$| now))"
        r"(?: (?:now|everywhere|ok))?(?: (?:on|in|at|to|for|by|from|with) [\w+ /.:`-]+)?(?: \d\d:\d\d(?::\d\d)?)?[.! ]*$",
        "busy responders name only the thing and its new state",
    ),
    cue(
        "done to it",
        Sense.DONE,
        rf"(?:is|are|gets?|got|being|been) (?:now |also |then |\w+ly )?(?!(?:{_NO_DEED_ED}|completed|finished|mitigated|restored|"
        r"blocked|corrupted|overloaded|throttled|rejected|refused|denied|connected|scheduled|required|allowed|involved|"
        r"tired|closed|opened|designed|intended|broken|interrupted|pleased|scared|assigned|deprecated|unaffected|"
        r"bored|loaded|saturated|maxed|pegged|fried|screwed|messed|relieved|wedged|jammed|clogged|skewed|swamped|cached|indexed|configured|defined|sized|stored|hosted|managed|located|called|named|listed|shaped|excited|supported|experienced)\b)"
        r"[a-z][a-z-]{2,}(?<!e)ed\b(?! (?:to|as|on the|by))",
        'logs report a change in the passive: "DNS is updated", "the pods are deleted"',
    ),
    cue(
        "step done",
        Sense.DONE,
        rf"(?:(?<!\d )(?<!\bthe )(?:{_DONE})|open(?:ed|s) (?:up )?(?:a |the )?(?:pr|pull request|mr|merge request|fix|"
        rf"https?:)|(?:is|was|were|are) (?:run|replaced|retried)\b|done \w+ing|"
        r"(?:rollback|revert|deploy|deployment|restart|failover|migration|rollout|restore|upgrade|fix|patch) "
        r"(?:of \w+(?: \w+)? )?(?:is |has |now |was |all )?(?:done|complete[ds]?|completes|finished|finishes|out|live|through)\b|"
        r"(?:created|added|requested|filed|reset|rebuilt) (?:a|an|the|more)\b)|"
        rf"(?:^|(?<=,) |and )(?!(?:it|that|which|this|and) )(?:@?\w+ )?(?:{_DOES})\b",
        "a completed change is in the past tense, or in the present tense of a log, after its author",
    ),
    cue(
        "decision",
        Sense.DECISION,
        r"(?:let'?s|decid(?:e|ed|es)|decision|hold off|agreed (?:to|on|that)|the plan is|go(?:ing)? ahead|"
        r"we(?:'ll| will|'re going to| are going to)|instead of|feel free to)\b",
        "responders propose a choice before they make it",
    ),
    cue(
        "communication",
        Sense.COMMUNICATION,
        r"(?:status ?page|(?:post|posted|posting|sent|sending|published) (?:an? |the )?(?:\w+ )?(?:update|"
        r"announcement|notice|e?-?mail)|notif(?:y|ied|ying) (?:the )?\w+|announce[sd]?|announcing|e-?mailed|"
        r"keep (?:you|everyone) posted|got back to|reports? the issue|heads[- ]up|post updates)\b",
        "informing people outside the channel is a separate action",
    ),
)

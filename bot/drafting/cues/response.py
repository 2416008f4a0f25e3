"""Cues for the response: investigating, findings, causes, changes, decisions, communication."""

from bot.drafting.cues.senses import Sense, cue

_DOING = (
    r"rolling (?:back|out|forward)|reverting|restarting|rebooting|deploying|redeploying|scaling"
    r"|bumping|increasing|raising|lowering|reducing|draining|migrating|switching|disabling"
    r"|enabling|failing over|killing|deleting|purging|flushing|clearing|blocking|patching|pushing"
    r"|merging|applying|bringing (?:up|down|back)|spinning up|removing|restoring|upgrading"
    r"|downgrading|cordoning|recreating|rebuilding|rotating|turning (?:off|on|down|up)|halting"
    r"|pausing|stopping|renewing|replacing|revoking|resetting|rerouting|resizing|adding|creating"
    r"|re-?running|reindexing|provisioning|isolating|evicting|unblocking|moving|pointing"
    r"|repointing|fixing|correcting|updating|swapping|shifting|cutting over|reconfiguring|putting"
    r"|setting|undoing|re-enabling|replaying|pruning|cleaning|vacuuming|bouncing|routing"
    r"|uploading|re-uploading|withdrawing|terminating|deactivating|reinstating|rerunning"
    r"|backfilling|detaching|attaching|announcing (?:ns|routes?|prefix\w*)|reloading|wiping"
    r"|hotfixing|importing"
)
_DONE = (
    r"rolled (?:back|out|forward)|reverted|restarted|rebooted|deployed|redeployed|scaled|bumped"
    r"|increased|raised|lowered|reduced|drained|migrated|switched|disabled|enabled|failed over"
    r"|killed|deleted|purged|flushed|cleared|blocked|patched|pushed|merged|applied|brought up"
    r"|spun up|removed|restored|upgraded|downgraded|cordoned|recreated|rebuilt|rotated|shut down"
    r"|turned (?:off|on|down|up)|halted|paused|unpaused|renewed|replaced|revoked|rerouted|resized"
    r"|re-?ran|withdrawn|withdrew|wiped|swapped|terminated|deactivated|reinstated|detached"
    r"|reattached|reloaded|reconfigured|rewritten|unblocked|rolled over|hotfixed|cut over"
    r"|took (?:\w+ ){1,3}out of|re-?announced|reset|rebuilt|redirected|repointed|quarantined"
    r"|evicted"
)
_DOES = (
    r"rolls back|reverts|restarts|reboots|deploys|redeploys|scales|bumps|increases|raises|lowers|"
    r"drains|migrates|switches|disables|enables|fails over|kills|deletes|purges|flushes|clears|"
    r"blocks|patches|pushes|merges|applies|recreates|rotates|shuts down|turns (?:off|on)"
)
_CHANGE = (
    r"(?:config|configuration|change|commit|deploy|deployment|release|pr|migration|update|upgrade"
    r"|patch)"
)
# Any other verb in the progressive or past at the start of a clause means that something was done.
# These are about seeing, thinking, speaking, waiting and moving, or about what machines do by
# themselves.
_NO_DEED_ING = (
    r"according|amazing|annoying|anything|asking|assuming|becoming|beginning|being|believing"
    r"|breaking|bring|calling|chasing|checking|climbing|coming|comparing|concerning|confirming"
    r"|considering|counting|crashing|declaring|debugging|decreasing|depending|diagnosing|digging"
    r"|discussing|drafting|driving|dropping|during|dying|eating|emailing|erroring|escalating"
    r"|evening|everything|existing|expecting|failing|falling|feeling|finding|firing|flapping"
    r"|following|getting|giving|going|grepping|growing|guessing|hanging|happening|having|heading"
    r"|hearing|hitting|holding|hoping|improving|including|incoming|interesting|investigating"
    r"|joining|joking|keeping|kidding|king|knowing|lacking|lagging|learning|leaking|leaning"
    r"|leaving|letting|listening|loading|looking|loving|making|matching|meaning|meeting|messaging"
    r"|missing|monitoring|morning|needing|nothing|notifying|noticing|ongoing|paging|pending"
    r"|pinging|pondering|posting|profiling|querying|reading|recovering|regarding|remaining"
    r"|reporting|reproducing|returning|reviewing|ring|rising|running|saying|searching|seeing"
    r"|sending|showing|sitting|slacking|sleeping|something|speaking|spiking|spilling|standing"
    r"|starting|staying|string|suspecting|taking|talking|telling|testing|thing|thinking|timing"
    r"|tracing|tracking|trying|typing|using|validating|verifying|waiting|wanting|watching"
    r"|wondering|working|worrying|writing"
)
_NO_DEED_ED = (
    r"agreed|acked|acknowledged|affected|appeared|asked|based|believed|called|caused|changed"
    r"|checked|commented|compared|complained|concerned|confirmed|confused|crashed|debugged"
    r"|decided|declared|declined|degraded|delayed|detected|determined|died|discussed|dropped"
    r"|emailed|ended|escalated|exhausted|expected|expired|failed|filed|fixed|guessed|happened"
    r"|hoped|identified|impacted|improved|indeed|informed|interested|investigated|joined|jumped"
    r"|learned|liked|limited|logged|looked|loved|mentioned|messaged|missed|monitored|needed|noted"
    r"|noticed|notified|observed|occurred|overwhelmed|paged|panicked|pinged|posted|realised"
    r"|realized|received|recovered|related|remembered|replied|reported|resolved|responded|resumed"
    r"|returned|reviewed|seemed|shared|showed|started|stayed|stopped|supposed|surprised|talked"
    r"|tested|thanked|timed|tracked|tried|turned|used|validated|verified|wanted|waited|watched"
    r"|wondered|worked|worried"
)
_LEADING = (
    r"ok(?:ay)?|now|just|also|and|so|then|right|yep|yes|alright|meanwhile|next|finally|currently"
    r"|already|quickly|manually|instead|again"
)

WORK_CUES = (
    cue(
        "looking",
        Sense.LOOKING,
        (
            r"(?:investigat(?:e|es|ed|ing|ion)|look(?:ing|s|ed)? (?:into|at)"
            r"|(?:take|taking|have|having) a look|taking (?:the )?first look|checking|checked|digging"
            r"|debug(?:ging)?|diagnos\w+|i'?m looking|is looking|also looking|looking(?: now)?[.!,]?$"
            r"|begins? looking|starts? (?:looking|digging|debugging)|troubleshoot\w*|triag\w+"
            r"|query profile|reproduc\w+)\b|^looking\b"
        ),
        "responders announce what they look at, so that nobody does it twice",
    ),
    cue(
        "taking it",
        Sense.TAKEN,
        (
            r"(?:(?:i'?m|am|we'?re) on it|on it[.!]?$|(?:i'?ll|will|let me|i can) (?:take|have a|look"
            r"|check|handle|dig|investigate|jump|lead)\b|i(?:'ve| have)? got (?:it|this)"
            r"|i'?m (?:looking|checking|investigating|taking|working on|here)\b"
            r"|acknowledg(?:ed|es|ing)|acked|ack[.!]?$|taking (?:this|it|a look|(?:the )?first look)"
            r"|looking into (?:it|this)|starts? investigating|started investigating"
            r"|(?:begins?|began) (?:looking|investigating|to (?:look|investigate))"
            r"|declar(?:es?|ed|ing) (?:an? |this (?:an? )?)?(?:incident|sev ?-?\d|p[0-4]\b)"
            r"|incident (?:is |was )?declared(?! (?:resolved|over|closed))"
            r"|(?:team|staff|on-?call|engineers?) (?:is|are|was|were) (?:notified|paged|alerted"
            r"|engaged))|^(?:looking|checking|investigating|digging|i see it|ack|acked|got it"
            r"|i got it|mine[.!]*$|here[.,!]|(?:i'?m )?on it)(?!\w)"
        ),
        "a responder says that they're on it",
    ),
    cue(
        "cause named",
        Sense.CAUSE,
        (
            r"(?:root[- ]cause (?:is|was|appears|seems|identified|found)\b|(?:root[- ])?cause ?[:=]"
            r"|(?<!no )cause (?:(?:has been|was|is|now) )*(?:identified|found|confirmed)(?: as)?\b"
            r"|caused by\b(?! (?:this|the|that|these) (?:issue|incident|problem|outage|error)s?\b)"
            r"|(?:which|that) (?:caused|broke)\b|(?:is|was|are|were) causing\b|triggered by\b"
            r"|turns? out\b|pinpointed\b|traced (?:it |this )?(?:back )?to\b"
            r"|(?:is|was|are) (?:responsible for|to blame)\b|(?:that'?s|that is|is|was) (?:the"
            r"|our) (?:root )?(?:cause|culprit)\b|that'?s it(?: then)?,? (?=\w+ \w+ \w+)"
            rf"|(?:is|was|comes?|came) from (?:the |a |an |our )?(?:\w+ )?{_CHANGE}\b"
            r"|the (?:cause|culprit)(?: of \w+(?: \w+){0,4})? (?:is|was)\b|the cause of\b"
            r"|(?:most )?likely cause\b|(?:outage|incident|problem|issue|failure)s? (?:on"
            r"|at) (?:their|the (?:provider|vendor)'?s?) (?:side|end)\b)"
        ),
        "people state a cause with a causal phrase",
    ),
    cue(
        "reason given",
        Sense.REASON,
        (
            r"(?:due to\b|introduced (?:by|in)\b|because (?:we|it|the|of|our|they|there|a|an)\b"
            r"|that'?s why\b|which is why\b|that (?:would )?explains?\b"
            r"|\b(?:bc|cuz|cos|b/c) (?!of (?:that|this)\b)|\S{2,80} (?:->|\u2192|=>) .{2,80} (?:->"
            r"|\u2192|=>) |(?:discovered|reali[sz]ed|reali[sz]ation|found|confirmed) that\b|led to\b"
            r"|resulted in\b|(?:took|takes|taking|brought|brings) (?:down|out) (?:the|our|all"
            r"|every)\b|knocked (?:out|over)\b|(?:overwhelm|exhaust|saturat|trigger)(?:ed|ing"
            r"|e?s) (?:the|our|all|a|an)\b|(?:created|produced|caused) (?:a|an|the)\b|ran out of\b"
            r"|out of (?:memory|disk|space|connections|file descriptors|quota|ids)\b"
            r"|(?:disk|volume|partition|table|quota) (?:is|was) full\b"
            r"|(?:cert|certificate|token|key|licen[cs]e|domain|secret"
            r"|password)s?(?: \w+){0,3} (?:has |had |have )?expired\b"
            r"|the (?:bug|problem|issue|reason) (?:is|was)\b)"
        ),
        (
            "people give reasons for many things, so it's weaker than a cause unless it's the reason "
            "of trouble"
        ),
    ),
    cue(
        "cause found",
        Sense.CAUSE,
        (
            r"(?:(?:found|identified|discovered|figured out|determined|isolated|finds?"
            r"|located) (?:(?:the|a|an|our) (?:\w+ ){0,2}?(?:cause|bug|problem|culprit|issue|reason"
            r"|source|change|regression|leak|mistake|commit|query|bottleneck)\b|out why\b|why\b"
            r"|what (?:is|was|it)\b|it\b(?=[,.!:;]|$| -))|(?:found|discovered"
            r"|reali[sz]ed) (?:out )?that .{3,80} (?:due to|because|caused)\b)"
        ),
        "responders announce a finding with a verb such as found or identified",
    ),
    cue(
        "finding announced",
        Sense.REASON,
        (
            r"^[^\w\n]*(?:@?\w+ )?(?:identifie[sd]|discover(?:s|ed)|diagnose[sd]|pinpoint(?:s|ed)"
            r"|determine[sd]) (?!no\b|an? (?:possible|potential)|possible|potential|whether|how|if\b"
            r"|the (?:symptom|impact|affected))|it (?:is|was) (?:noted|found|discovered|reali[sz]ed"
            r"|identified) that\b"
        ),
        "log entries start with the verb",
    ),
    cue(
        "observation",
        Sense.FINDING,
        (
            r"(?:(?:looks?|looking) like|seems?|appears?|(?:i|we) (?:\w+ )?(?:see(?! it\b)|saw"
            r"|noticed?|found|think|suspect)|(?:i'?m|we'?re) (?:seeing|getting|hitting)|seeing"
            r"|notic(?:e|es|ed)|confirm(?:s|ed)|(?:logs?|graphs?|metrics|traces"
            r"|dashboards?) (?:\w+ )?(?:show|indicate|say|suggest)s?|suspect|hypothesis|theory"
            r"|because|shows|find out|finds|found)\b"
        ),
        "responders report observations with a verb such as see",
    ),
    cue(
        "step begun",
        Sense.BEGUN,
        (
            r"(?:^[^\w\n]*|(?<=[,:;(]) ?|(?:i'?m|we'?re|am|are|is|now|just|currently|start\w*"
            r"|beg[ai]n\w*|also|and|then|by|tried|keep|finished|instead|yes|ok"
            rf"|let'?s try) )(?:{_DOING})\b|(?:working on (?:it|a fix|this|the fix|an?)\b"
            r"|working (?:\w+ )?(?:to|on) (?:revert|roll|restor|fix|mitigat|resolv|recover|bring"
            r"|get)\w*|(?:attempt(?:ing|s)?|trying) to (?!figure|find|understand|reproduce|see|debug"
            r"|work out|get|determine|confirm|reach)|(?:begin|began|begins|start|started|starts"
            rf"|starting|initiated|initiating) (?:to |the |an? )?(?:{_DOING}|rollback|roll|revert"
            r"|restart|deploy|fail ?over|drain|recreat|rebuild|migrat)"
            r"|(?:i'?ll|i'?m going to|we'?ll|going to|about to|gonna) (?:roll|revert|restart|deploy"
            r"|scale|bump|drain|switch|disable|fail over|kill|push|apply|renew|rotate|revoke|block"
            r"|turn off)\w*)"
        ),
        "a change in progress is in the progressive",
    ),
    cue(
        "step first in its clause",
        Sense.BEGUN,
        (
            rf"^[^\w\n]*(?:(?:{_LEADING}|i'?m|we'?re|i am|we are|am"
            rf"|are)[,:]? ){{0,3}}(?!(?:{_NO_DEED_ING})\b)[a-z][a-z-]+ing (?=[\w`\"'*<@/(\[])(?!(?:a "
            r"|an )?(?:bit|break)\b)"
        ),
        "people who act put the verb first; the few verbs that aren't actions are excluded",
    ),
    cue(
        "done first in its clause",
        Sense.DONE,
        (
            rf"^[^\w\n]*(?:(?:{_LEADING}|i|we|i'?ve|we'?ve|have"
            rf"|has)[,:]? ){{0,4}}(?!(?:{_NO_DEED_ED})\b)[a-z][a-z-]{{2,}}(?<!e)ed "
            r"(?=[\w`\"'*<@/(\[])(?!(?:by|with|at|for|from|in) )"
        ),
        "the same in the past tense",
    ),
    cue(
        "done in a few words",
        Sense.DONE,
        (
            r"^[^\w\n]*(?!(?:i|we|you|they|he|she|it|that|this|what|nobody|everyone|people|users?"
            r"|customers?)\b)[\w+/.`-]+(?: (?!(?:i|we|you|not|never|isn'?t|aren'?t|wasn'?t|looks?"
            r"|seems?|feels?|sounds?|went|gets?|got|gone|is|are|was|were|has|have|had|been"
            rf"|be)\b)[\w+/.`-]+){{0,3}} (?:(?!(?:{_NO_DEED_ED}|helped)\b)[a-z-]{{3,}}ed|complete"
            r"|done|live|announced|back in|(?:is |are |now )(?:on|off|live|public|private|inactive)"
            r"|(?:on|off)(?= *$| now))(?: (?:now|everywhere|ok))?(?: (?:on|in|at|to|for|by|from"
            r"|with) [\w+ /.:`-]+)?(?: \d\d:\d\d(?::\d\d)?)?[.! ]*$"
        ),
        "busy responders name only the thing and its new state",
    ),
    cue(
        "done to it",
        Sense.DONE,
        (
            r"(?:is|are|gets?|got|being|been) (?:now |also |then "
            rf"|\w+ly )?(?!(?:{_NO_DEED_ED}|completed|finished|mitigated|restored|blocked|corrupted"
            r"|overloaded|throttled|rejected|refused|denied|connected|scheduled|required|allowed"
            r"|involved|tired|closed|opened|designed|intended|broken|interrupted|pleased|scared"
            r"|assigned|deprecated|unaffected|bored|loaded|saturated|maxed|pegged|fried|screwed"
            r"|messed|relieved|wedged|jammed|clogged|skewed|swamped|cached|indexed|configured"
            r"|defined|sized|stored|hosted|managed|located|called|named|listed|shaped|excited"
            r"|supported|experienced)\b)[a-z][a-z-]{2,}(?<!e)ed\b(?! (?:to|as|on the|by))"
        ),
        'logs report a change in the passive: "DNS is updated", "the pods are deleted"',
    ),
    cue(
        "step done",
        Sense.DONE,
        (
            rf"(?:(?<!\d )(?<!\bthe )(?:{_DONE})|open(?:ed|s) (?:up )?(?:a |the )?(?:pr|pull request"
            r"|mr|merge request|fix|https?:)|(?:is|was|were|are) (?:run|replaced|retried)\b"
            r"|done \w+ing|(?:rollback|revert|deploy|deployment|restart|failover|migration|rollout"
            r"|restore|upgrade|fix|patch) (?:of \w+(?: \w+)? )?(?:is |has |now |was |all )?(?:done"
            r"|complete[ds]?|completes|finished|finishes|out|live|through)\b"
            r"|(?:created|added|requested|filed|reset|rebuilt) (?:a|an|the|more)\b)"
            rf"|(?:^|(?<=,) |and )(?!(?:it|that|which|this|and) )(?:@?\w+ )?(?:{_DOES})\b"
        ),
        (
            "a completed change is in the past tense, or in the present tense of a log, after its "
            "author"
        ),
    ),
    cue(
        "decision",
        Sense.DECISION,
        (
            r"(?:let'?s|decid(?:e|ed|es)|decision|hold off|agreed (?:to|on|that)|the plan is"
            r"|go(?:ing)? ahead|we(?:'ll| will|'re going to| are going to)|instead of|feel free to)\b"
        ),
        "responders propose a choice before they make it",
    ),
    cue(
        "communication",
        Sense.COMMUNICATION,
        (
            r"(?:status ?page|(?:post|posted|posting|sent|sending|published) (?:an? "
            r"|the )?(?:\w+ )?(?:update|announcement|notice|e?-?mail)"
            r"|notif(?:y|ied|ying) (?:the )?\w+|announce[sd]?|announcing|e-?mailed"
            r"|keep (?:you|everyone) posted|got back to|reports? the issue|heads[- ]up"
            r"|post updates)\b"
        ),
        "informing people outside the channel is a separate action",
    ),
)

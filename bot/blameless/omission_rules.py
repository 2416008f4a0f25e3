"""Rules for what people didn't do, or should have done."""

from bot.blameless.people_in_text import PersonReference
from bot.blameless.rule import (
    ANYBODY,
    CERTAIN,
    NOBODY,
    OTHERS,
    PersonPosition,
    Rule,
)

_REST = r"(?P<rest>[^.,;:!?()\u2026\u2013\u2014]{2,80})"
_ADVERB = r"(?:(?:just|simply|even|really|actually|ever|also|always|first|\w+ly) )?"
_EASY = "What would have made it easy to {rest}?"
# Only people attend to these, so whoever ignored one is a person.
_ATTENDED = (
    r"(?:(?:the|an?|all|any|every|both|several|our|two|three|first|second|many|earlier|repeated|basic|its|his|her|their) ){0,4}(?:[\w-]+ )?"
    r"(?:alerts?|alarms?|pages?|warnings?|runbooks?|documentation|docs|procedures?|process|polic(?:y|ies)|checklists?|freeze|precautions?|steps?|step \w+|"
    r"guides?|handbooks?|bulletins?|tickets?|diagrams?|announcements?|contract|notes|instructions?|guidelines?|e-?mails?|advice|dashboards?|graphs?|"
    r"reviews?|review comments?|drills?|tests?|backups?|validation|verification|playbooks?|sign-?offs?|approvals?|protocol|manual|risks?|dry run|handover)\b"
)
# What people ought to do: "did not check" implies "should have checked".
_DUTY = (
    r"(?:follow|notice|check|double-check|verify|test|read|inform|tell|notify|escalate|respond|react|communicate|document|review|"
    r"listen|validate|confirm|monitor|announce|heed|consider|spot|catch|ask|pay attention|think|care|bother|coordinate|anticipate|"
    r"learn|consult|question|raise|report|act|do (?:his|her|their|its|so|anything|what)|wait|look|watch|update|ack|acknowledge|answer|"
    r"warn|mention|speak up|prepare|plan|back up|clean up|hand over|call|page|renew|rotate|stop to|take (?:it|this|that|them|any|the|an?) |"
    r"run (?:the|any|an?|his|her|their) (?:\w+ )?(?:tests?|checks?|checklist|dry run|suite|plan)|get (?:an?|any|the) (?:review|approval|sign-off)|"
    r"(?:give|spare) (?:it |this )?(?:any|a) thought|own up|finish)"
)
_DONE = (  # the same after "have", "nobody" or "never"
    r"(?:followed|checked|double-checked|verified|tested|read|informed|told|notified|escalated|responded|reacted|communicated|"
    r"documented|reviewed|listened|validated|confirmed|monitored|announced|heeded|considered|asked|paid (?:any )?attention|"
    r"thought|cared|bothered|coordinated|anticipated|learned|learnt|consulted|questioned|raised|reported|waited|looked|watched|updated|"
    r"acked|acknowledged|answered|warned|spoke up|spoken up|speak up|prepared|took (?:any )?(?:ownership|responsibility|charge|action|them|it)|"
    r"did (?:anything|something|a thing)(?! wrong)|stepped (?:in|up)|had the (?:sense|courage|decency)|"
    r"been (?:more )?careful|taken (?:an?|the|more) (?:backup|snapshot|care|closer look)|delivered|got back|called back|replied|followed up|showed up|turned up|passed (?:it|this|them) on|"
    r"mentioned|said|shared|logged|tried|ran (?:the |an? |any )?(?:[\w-]+ )?(?:tests?|drill|checks?|suite))"
)
_KNOWN = (
    _DONE[:-1]
    + r"|noticed|spotted|caught|seen|known|realised|realized|remembered|foreseen|understood)"
)
_CARE = (  # after "without"
    r"(?:thinking|checking|asking|testing|reading|looking|telling|waiting|consulting|informing|verifying|announcing|validating|understanding|notifying|"
    r"warning|confirming|coordinating|reviewing|escalating|documenting|considering|(?:taking|running|getting|doing|making|opening|filing|following) (?:an?|the|any)|"
    r"(?:(?:an?|any|the|its|peer|code|proper|prior|further|due) )*(?:reviews?|tests?|approvals?|backups?|snapshots?|dry run|checks?|sign-?off|tickets?|permission|authori[sz]ation|notice|"
    r"rollback plan|care|thought|where(?: clause)?|second pair of eyes))\b"
)
_HAVE = r"(?:should(?:n't| not| never)? have|should've|ought to have|could have|might have|needed to have)"
_PARTICIPLE = r"(?:\w{2,}ed|run|left|made|sent|given|used|known|seen|caught|thought|read|understood|foreseen|taken|told|done|gone|kept|written|spoken|said|let|stopped|put|refused|double-checked|been more \w+|been \w+ing)"
_CONDITION = r"(?:\bif (?:only )?(?P<person>[^.,;:!?()…]{1,40}?) had|(?:^|[,;] |\b(?:happened|avoided|prevented|exist|fine|shorter|noticed|caught) )had (?P<person2>(?:[\w'@.-]+ ){0,4}?[\w'@.-]+)) "

OMISSION_RULES: tuple[Rule, ...] = (
    Rule("forgot", "forgot forgotten", better="Nothing reminded anybody to {rest}.",
         pattern=r"\bSIGN (?:toREST|(?:all )?about|that|an?|the|his|her|their|one)\b"),
    Rule("neglected", "neglected bothered bother", better=_EASY,
         pattern=r"\b(?:neglected|(?:didn't|did not|never|hardly|not|couldn't be|could not be) (?:even )?bother(?:ed)?)(?: toREST)?\b"),
    Rule("missed", "missed overlooked", better="What made {rest} easy to miss?", blamed=CERTAIN | {PersonReference.WE}, excusable=True,
         pattern=r"\bSIGN(?! (?:our|the|its|an?) (?:slo|sla|target|deadline|goal|budget|start|beginning|meeting|call|train)s?\b)(?! (?:by|out)\b)REST"),
    Rule("missed", "misread misjudged misunderstood misinterpreted underestimated mistook", better="What made {rest} easy to misunderstand?",
         pattern=rf"\bSIGN {_REST}"),
    Rule("ignored", "ignored dismissed disregarded skipped bypassed circumvented", better="What made {rest} easy to overlook?", blamed=CERTAIN, excusable=True,
         pattern=r"\bSIGN\bREST"),
    Rule("ignored", "overlooked dismissed ignored disregarded skipped missed bypassed ignoring skipping", better="What made {rest} easy to overlook?", excusable=True,
         pattern=rf"\b(?:(?:been|was|were|kept|keeps?) )?SIGN (?P<rest>{_ATTENDED})"),
    Rule("ignored", "despite during overrode overruled circumvented disabled bypassed straight directly anyway regardless", blamed=CERTAIN, excusable=True,
         pattern=(r"\b(?:\w{2,}ed|ran|went|put|made|sent) (?:[\w-]+ ){0,5}?(?:during (?:the |a |our )?(?:\w+ )?freeze|(?:despite|in spite of) (?:the |our |all |several |repeated |many |his |her |their )*(?:\w+ )?(?:warnings?|advice|objections?|alerts?|freeze|policy|concerns)|(?:straight|directly) (?:to|in|on) (?:main|master|prod\w*)|anyway|regardless)\b"
                  r"|\b(?:overrode|overruled|circumvented|disabled|bypassed) (?:the |a |all |every )?(?:safety|safeguards?|branch protection|change process|approvals?|reviews?|ci)\b")),
    Rule("ignored", "silenced muted disabled snoozed closed acknowledged",
         pattern=r"\bSIGN (?:[\w-]+ ){1,4}(?:instead of|rather than) \w+ing\b|\b(?:silenced|muted|disabled|snoozed) [^.,;:!?]{3,60} and (?:had |then )?(?:told (?:no one|nobody)|did nothing|went (?:back )?to)"),
    Rule("failed to", "failed fails", better=_EASY, blamed=CERTAIN | {PersonReference.WE}, excusable=True,
         pattern=rf"\bSIGN to (?={_ADVERB}{_DUTY})(?P<rest>[^.,;:!?()…\u2013\u2014]{{2,80}})|\bfailed (?:our|the|his|her|their|its|in (?:his|her|their|our)) (?:customers|users|team|duty|job|responsibilit\w+)\b"),
    Rule("did not", "did didn't never not hadn't haven't hasn't doesn't don't", better=_EASY, excusable=True,
         pattern=(rf"\b(?:didn't|did not|never|(?:doesn't|does not|don't|do not) ever) {_ADVERB}"
                  rf"(?=(?:follow|read|heed|consult|update|check|skip) {_ATTENDED}|(?:pay attention|care)\b|do (?:his|her|their) |bother )"
                  rf"{_REST}"
                  r"|"
                  r"\b(?:didn't|did not) (?:even )?(?:(?:understand (?:how|the|what)|know what (?:he|she|they)|ask|tell|inform|notify|consult) (?:anyone|anybody|somebody|the others|the team)\b|(?:even )?(?:look|check|test|read|ask|try)\b[^.,;:!?()…]{0,60})")),
    Rule("did not", "did didn't", better=_EASY, blamed=CERTAIN, excusable=True,
         pattern=rf"\b(?:didn't|did not) {_ADVERB}(?={_DUTY}(?:\b|(?<= ))){_REST}"),
    Rule("did not", "never not hadn't hasn't haven't", better=_EASY, blamed=CERTAIN, excusable=True,
         pattern=rf"\b(?:never|(?:had|has|have) not|(?:had|has|have)n't) (?:even |yet |ever )?(?P<verb>{_DONE})\bREST"),
    Rule("did not", "told telling nothing none chose decided preferred had has paid trained knew known",
         pattern=(r"\b(?:told|telling) (?:no one|nobody|no-one|a soul)\b|\b(?:chose|decided|preferred) (?:to do nothing|to ignore|not to)\b|\b(?:did|does|doing) nothing\b(?! wrong)|\btook none of\b|\bnone of (?:them|us) (?:spoke|said|did|checked|looked|asked|acted)\b"
                  r"|"
                  r"\b(?:had|has) one job\b|\bhad (?:every|ample|plenty of|two|three|four|several|many) (?:chances?|opportunit(?:y|ies)) to\b|\bknew (?:better|full well|perfectly well)\b|\b(?:had known|knew) (?:about|of) [^.;:!?]{2,40} (?:for (?:\w+ )?(?:weeks|months|years)|since)\b|\b(?:is|are|was|were) (?:paid|trained) to (?:know|notice|catch|check|see)\b")),
    Rule("did not", "supposed meant expected promised told asked job duty", better=_EASY,
         pattern=r"\b(?:(?:was|were|is|are|been) (?:supposed|meant|expected|told|asked|required) to|promised to) (?P<rest>[^.;:!?()…]{2,60}?),? (?:and|but|yet) (?:\w+ly )?(?:did not|didn't|never|had not|hadn't|has not|hasn't|failed|forgot|was in|was not|wasn't|went)\b"),
    Rule("did not", "supposed meant", blamed=CERTAIN, excusable=True,
         pattern=rf"\b(?:was|were) (?:supposed|meant) to {_DUTY}(?:\b|(?<= ))|\bhad never read\b[^.;:!?]{2,60}?\b(?:was|were) (?:supposed|meant) to\b|\b(?:was|were) (?:supposed|meant) to (?:be (?:watching|checking|monitoring|on call)|know|have)\b"),
    Rule("nobody cared", "nobody no none not everyone everybody", better=_EASY, position=PersonPosition.NOWHERE, excusable=True,
         pattern=rf"\b(?:everyone|everybody) (?:ever )?(?:ignores|skips)\b|\b(?:nobody|no one) (?:ever )?(?:follows|bothers|listens|cares)\b|(?:^|(?<=\W))(?:nobody|no one|no-one|none of (?:us|them|you|the \w+)|not (?:a single|one) (?:\w+))(?: (?:on|in|at|from) (?:the |our )?[\w-]+(?: team)?)?,? {_ADVERB}(?:had )?(?:{_DONE}|thought (?:to|of|about)|(?:noticed|did)(?=[.!]?$))\b(?! (?:of it|that it|this|it) (?:existed|was|had)\b| (?:us|me|him|her|them)\b)(?: toREST)?"),
    Rule("did not", "never rarely seldom", blamed={PersonReference.PERSON, PersonReference.NAMED},
         pattern=r"\bSIGN (?:tests?|checks?|reads?|asks?|listens?|thinks?|looks?|warns?|tells?)\b"),
    Rule("did not", "did didn't never", pattern=r"\b(?:never|didn't|did not) (?:even )?(?:told|tell|asked|ask|warned|warn|informed|inform|replied|apologi[sz]ed?)\b"),
    Rule("did not", "did didn't was wasn't", position=PersonPosition.NOWHERE, blamed={PersonReference.PERSON},
         pattern=r"[;,] (?:but |and |yet |whereas )?(?P<person>(?:the |our )?[\w-]+(?: [\w-]+)?) (?:did not|didn't|was not|wasn't)(?=\W*$)"),
    Rule("not following", "not", position=PersonPosition.OWNER,
         pattern=r"\bnot (?:following|checking|reading|testing|paying attention|thinking|communicating|escalating|watching|listening|looking|asking|reviewing|concentrating|focus(?:ed|ing))\b"),
    Rule("without", "before", blamed=CERTAIN,
         pattern=r"\b(?:\w{2,}ed|ran|hit|sent) (?:[\w-]+ ){0,5}?before (?:even )?(?:reading|checking|thinking|asking|looking)\b"),
    Rule("without", "without", better="{rest}: what would have caught it?", excusable=True,
         pattern=rf"\b(?P<did>\w{{2,}}ed|ran|did|put|took|made|went|sent|wrote|gave|cut|set|shut) (?P<what>(?:[\w/#.'-]+ ){{0,7}}?)(?P<gap>without (?:even |ever |first |so much as )?{_CARE}[^.,;:!?()\u2026\u2013\u2014]{{0,60}})"),
    Rule("should have", "should should've ought shouldn't needed", better="What would have made it possible to {rest}?",
         pattern=rf"\b(?:just |really |clearly |obviously |at least )?{_HAVE.replace('|could have|might have', '')} {_ADVERB}(?P<verb>{_KNOWN})\bREST"),
    Rule("should have", "should should've ought shouldn't needed", better="What would have made it possible to {rest}?", blamed=CERTAIN,
         pattern=rf"\b(?:just |really |clearly |obviously |at least )?{_HAVE.replace('|could have|might have', '')} {_ADVERB}(?!been (?:\w+ed|seen|caught|told|given|shown)\b)(?P<verb>{_PARTICIPLE}|\w{{2,}}ed)\bREST"),
    Rule("should have", "should ought expected think expect job responsibility duty up", position=PersonPosition.AFTER, blamed=OTHERS,
         pattern=(r"\b(?:should|ought to) (?:never )?have been (?:\w+ed|caught|seen|stopped|told|shown|given) by "
                  r"|"
                  r"\b(?:would|might|'d) (?:have )?(?:expect(?:ed)?|think) |\bit was up to |\bit (?:was|is) (?=[^.,;:!?]{2,40}(?:'s?|his|her|their|your) (?:job|responsibility|duty)\b)")),
    Rule("if only", "only had", position=PersonPosition.NOWHERE, blamed=OTHERS,
         pattern=rf"{_CONDITION}(?!not (?:noticed|caught|spotted|been|seen|stepped|reacted|acted|intervened))(?:only |just |simply |not |never |actually |properly )?(?:{_PARTICIPLE}|paid attention)\b"),
    Rule("if only", "if", position=PersonPosition.NOWHERE, blamed=CERTAIN,
         pattern=rf"\bif (?P<person>[^.,;:!?()…]{{1,40}}?) (?:hadn't (?!noticed|caught|spotted|been|seen|stepped|reacted|acted|intervened)\w+|(?:would|could|did) (?:just |only |actually |ever )+(?:{_DUTY})|(?:was|were|had been) (?:an? (?:bit|little) )?more (?:careful|attentive|diligent))|\bif (?P<person2>[^.,;:!?()…]{{1,40}}?) (?:followed|read|checked|tested|asked|listened|cared|thought|could be bothered)\b[^.;:!?]{{0,80}}? would"),
    Rule("should have", "better least know would should", position=PersonPosition.NOWHERE, excusable=True,
         pattern=(r"\b(?:should|would|ought to) (?:have known|know) (?:better|by now)\b|\bthe least [^.,;:!?]{2,30} could (?:do|have done)\b"
                  r"|"
                  r"\b(?:(?:any(?:one|body)?|an?) (?:more )?(?:competent|sensible|decent|experienced|reasonable|half-awake|careful|attentive|diligent|first-year|junior)(?: \w+)? would|(?:anyone|anybody)(?: (?:who|looking|reading|with|watching)(?: [\w-]+){1,5})? would) have (?:seen|known|noticed|caught|spotted|realised|realized|checked|tested|stopped|asked)\b"
                  r"|"
                  r"\bshould (?:really |clearly |obviously )?have been (?:checked|noticed|caught|tested|verified|spotted|seen|questioned|escalated|reviewed|obvious)\b(?! (?:by|automatically)\b)")),
    Rule("should have", "could would might", blamed=CERTAIN,
         pattern=r"\b(?:could|would|might) (?:have )?(?:very |so |quite )?(?:easily|simply|just|at least) (?:have )?(?:\w+ed|been|seen|caught|asked|told)\b|\bcould(?: at least)? have (?:asked|checked|tested|told|said|waited|warned|looked|read|mentioned|spoken|bothered)\b"),
    Rule("passive blame", "skipped ignored overlooked neglected disregarded bypassed forgotten followed missed acted not never wasn't weren't no clicked unheeded corners mistakes rushed rubber-stamped waved nodded swept little insufficient without brushed shrugged put pushed left glossed mishandled botched carelessly hastily blindly sloppily decision", position=PersonPosition.NOWHERE, excusable=True,
         pattern=(rf"(?:^|(?<=\s))(?:(?:step|section|phase) [\w.]+|{_ATTENDED})(?: (?:in|of|from|for) (?:[\w-]+ ){{0,3}}?[\w-]+)? (?:(?:was|were|been|had|has|have|got|gets|just|simply|\w+ly|completely|being) ){{1,3}}"
                  r"(?:(?<! not )(?:skipped|ignored|overlooked|neglected|disregarded|bypassed|forgotten|missed)|not (?:followed|acted (?:up)?on|heeded))\b(?! (?:by (?:the )?(?!team|staff|on-call|crew|reviewers?|engineers?)|because|as|since|when))"
                  r"|"
                  r"\b(?:not|never|n't) (?:\w+ly )?(?:properly|adequately|sufficiently|thoroughly|carefully) (?:\w+ed|read|thought through)\b|\b(?:not|never|wasn't|weren't) (?:\w+ed|read) (?:properly|adequately|sufficiently|thoroughly|carefully|enough)\b"
                  r"|\b(?:precautions?|care|steps|responsibility|action) (?:was|were|had been) not (?:been )?taken\b|\bno (?:thought|consideration|attention) (?:was|had been|has been) (?:given|paid)\b"
                  r"|\b(?:not|never) (?:been )?acted (?:up)?on\b|\bclicked (?:through|away)\b|\b(?:tests?|checks?|box|notes|e?mail|ticket|guide|manual|backup|verification|documentation|docs|procedure|runbook|instructions?) (?:was|were|had|has|have) (?:not|never) (?:been )?(?:read|followed|consulted|carried out|performed|completed|ticked|run)\b|\bcorners were cut\b|\bmistakes were made\b"
                  r"|\b(?:was|were|been|got) (?:rushed|rubber-stamped|waved through|nodded through|swept under)\b|\b(?:not enough|(?:too )?little|insufficient) (?:care|thought|attention) (?:was|had been|has been) (?:taken|given|paid)\b"
                  r"|\b(?:was|were|been|got) (?:\w+ed|made|run|put) (?:[\w-]+ ){0,4}?without (?:any |proper |prior |due |adequate )?(?:testing|checking|asking|reading|telling|consulting|consultation|permission|warning anybody|(?<=any )\w+|(?<=proper )\w+|(?<=prior )\w+|(?<=adequate )\w+)\b|\bwarnings? (?:\w+ ){0,3}went unheeded\b"
                  r"|"
                  r"\b(?:was|were|been|got|being) (?:\w+ )?(?:brushed (?:aside|off)|shrugged off|put off|pushed through|left (?:unanswered|unread|unattended|unreviewed|unlocked|for later)|forgotten|neglected|glossed over|\w+ed and (?:then )?(?:forgotten|ignored)|mishandled|botched|(?:\w+ed|done|made|filled in|written) (?:carelessly|hastily|blindly|sloppily|in a hurry))\b(?! by (?:the )?(?!team|staff|on-call|crew|reviewers?|engineers?))"
                  r"|\bdecision (?:was|had been) (?:taken|made) (?:to (?:ignore|skip)|not to)\b|\bdiligence was not\b"
                  r"|"
                  r"\bwithout (?:any(?:one|body)|a single person|a soul) (?:even |ever |\w+ly )?(?!notic|know|see|hav|realis|realiz|need|los|be|tell|touch)(?:\w+ing)\b|\bwithout (?:the |any )[^.,;:!?]{2,30}? being (?:looked at|read|checked|reviewed|tested|asked|told|consulted)\b")),
    Rule("passive blame", "not never wasn't weren't missed overlooked ignored skipped disregarded", position=PersonPosition.AFTER, blamed=CERTAIN,
         pattern=(rf"\b(?:not|never|wasn't|weren't) (?:been )?(?:properly )?{_DONE}(?: properly)? by "
                  r"|"
                  r"\b(?:was|were|been|got) (?:missed|overlooked|ignored|skipped|disregarded) by ")),
    Rule("why did nobody", "why", better="What would have made it easy to {rest}?", position=PersonPosition.NOWHERE, blamed=ANYBODY | NOBODY,
         pattern=(r"\bwhy (?:on earth |the hell )?(?:did|would|does) (?P<person2>[@\w'-]+(?: [\w'-]+){0,3}?) (?:ever |always )?(?:(?:ignore|skip|break|bypass|disregard|think it)\b|[^.;:!?]{2,50} without )"
                  r"|"
                  r"\bwhy (?:on earth )?(?:didn't|did not|did|wasn't|was|weren't|hasn't|couldn't) (?P<person>nobody|no one|[@\w'-]+(?: [\w'-]+){0,3}?) (?:not |just |simply |even )*(?:(?:watch|look|check|listen|monitor|test|ask|think)ing\b|(?P<rest>(?:roll|check|follow|notice|ask|test|escalate|read|look|tell|call|page|wait|stop|see|watch|think|restart|revert|act|respond|do|monitor)\b[^.,;:!?()…]{0,60}))")),
)  # fmt: skip

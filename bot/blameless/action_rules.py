"""Rules for blame for what people did, didn't do, or should have done."""

from bot.blameless.people_in_text import OTHERS, PEOPLE, PersonReference
from bot.blameless.rule import (
    CHARACTER,
    EASY_WRONG,
    FORGETTING,
    HINDSIGHT,
    OMISSION,
    POSSIBLE,
    SLIP,
    SUPPORT,
    THEN,
    PersonPosition,
    Rule,
)

_ADVERB = r"(?:(?:just|simply|even|really|actually|properly|carefully|ever|also|always) )?"
# Only people attend to these, so whoever ignored one is a person.
_ATTENDED = (
    r"(?:(?:the|an?|all|any|every|both|several|our|two|three|first|second|many|earlier|repeated|its|his|her|their) )*(?:[\w-]+ )?"
    r"(?:alerts?|alarms?|pages?|warnings?|runbooks?|documentation|docs|procedures?|process|polic(?:y|ies)|checklists?|"
    r"guides?|handbooks?|bulletins?|tickets?|diagrams?|announcements?|contract|notes|instructions?|guidelines?|e-?mails?|advice|dashboards?|graphs?|review comments?|playbooks?|sign-?offs?|protocol|manual)\b"
)
_HEEDING = (  # "did not check" implies "should have checked"
    r"(?:follow|notice|check|double-check|verify|test|read|inform|tell|notify|escalate|respond|react|communicate|document|"
    r"review|listen|validate|confirm|monitor|announce|heed|consider|spot|catch|ask|pay attention|think|care|bother|"
    r"do (?:his|her|their|its) (?:job|work|homework)|coordinate|anticipate|learn|consult|question|raise|report|act)"
)
_BAD = r"(?:bad|broken|wrong|faulty|buggy|untested|unreviewed|half-baked|incorrect|invalid|erroneous|sloppy)"
_MADE = r"(?:pushed|merged|deployed|shipped|released|committed|approved|applied|rolled out|introduced|wrote|submitted|uploaded)"
_SLIPPED = r"(?:accidentally|mistakenly|carelessly|wrongly|recklessly|blindly|erroneously|inadvertently|negligently|foolishly)"
_KNOWING = (  # after "should have"; `language` has the infinitives
    r"(?:known|noticed|seen|caught|checked|double-checked|realised|realized|thought|tested|read|asked|spotted|"
    r"verified|remembered|listened|anticipated|foreseen|understood|paid attention|been more careful|been careful|followed)"
)
_NEVER = (
    r"(?:checked|tested|read|followed|verified|asked|told|informed|documented|reviewed|notified|escalated|noticed|"
    r"thought|updated|looked|validated|monitored|announced|raised|reported|listened|learned|learnt)"
)
_IRREGULAR = r"(?:run|left|made|sent|given|used|known|seen|caught|thought|read|understood|foreseen|taken|told|done|gone|kept|written|spoken|said|let|stopped|put)"


ACTION_RULES: tuple[Rule, ...] = (
    Rule(
        "forgot", "forgot forgotten", r"\b(?:forgot|forgotten) (?:toREST|(?:all )?about|that|an?|the)\b",
        why=FORGETTING, question="What would have reminded them, or made remembering unnecessary?",
        better="Nothing reminded anybody to {rest}.", blamed=PEOPLE,
    ),
    Rule(
        "neglected", "neglected", r"\bneglected(?: toREST)?\b",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "missed", "missed overlooked", r"\b(?:missed(?! (?:our|the|its|an?) (?:slo|sla|target|deadline|goal|budget)s?\b)|overlooked)\b"
        r"(?! by\b)REST",
        why=OMISSION, better="What made {rest} easy to miss?", question=THEN,
    ),
    Rule(
        "missed", "misread misjudged misunderstood", r"\b(?:misread|misjudged|misunderstood) (?P<rest>[^.,;:!?()…\u2013\u2014]{2,80})",
        why=OMISSION, better="What made {rest} easy to misunderstand?", question=THEN, blamed=PEOPLE,
    ),
    Rule(
        "ignored", "ignored overlooked dismissed disregarded skipped missed",
        rf"\b(?:ignored|overlooked|dismissed|disregarded|skipped|missed) (?P<rest>{_ATTENDED})",
        why=OMISSION, better="What made {rest} easy to overlook?", question=THEN, blamed=OTHERS,
    ),
    Rule(
        "ignored", "ignored dismissed disregarded skipped", r"\b(?:ignored|dismissed|disregarded|skipped)\bREST",
        why=OMISSION, better="What made {rest} easy to overlook?", question=THEN, blamed={PersonReference.PERSON},
    ),
    Rule(
        "failed to", "failed failure", rf"\bfailed to (?=(?:\w+ly )?{_HEEDING}\b)(?P<rest>[^.,;:!?()…\u2013\u2014]{{2,80}})",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed={PersonReference.PERSON},
    ),
    Rule(
        "did not", "bother", r"\b(?:didn't|did not|never|hardly) (?:even )?bother(?: toREST)?\b",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "did not", "did didn't never not", rf"\b(?:didn't|did not|never) {_ADVERB}"
        rf"(?=(?:follow|read|heed|consult|update|check|skip) {_ATTENDED}|(?:pay attention|care)\b|do (?:his|her|their) )"
        r"(?P<rest>[^.,;:!?()…\u2013\u2014]{2,80})",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "did not", "did didn't never not", rf"\b(?:didn't|did not|never) {_ADVERB}(?={_HEEDING}\b)"
        r"(?P<rest>[^.,;:!?()…\u2013\u2014]{2,80})",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed={PersonReference.PERSON},
    ),
    Rule(
        "did not", "never", rf"\bnever (?P<verb>{_NEVER})\bREST",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed={PersonReference.PERSON},
    ),
    Rule(
        "did not", "did didn't", r"\b(?:didn't|did not) (?P<rest>(?:ask|tell|inform|notify|consult) (?:anyone|anybody|somebody|the others|the team)\b)",
        why=OMISSION, question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "did not", "bothered", r"\b(?:couldn't|could not|can't|cannot) be bothered(?: toREST)?\b",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "nobody cared", "bothered paid cared took thought", r"\b(?:bothered(?: toREST)?|paid (?:any )?attention|cared|took (?:any )?(?:ownership|responsibility)|"
        r"thought (?:to|of|about))\b",
        why=OMISSION, better="What would have made it easy to {rest}?", question=SUPPORT, blamed={PersonReference.NOBODY},
    ),
    Rule(
        "not following", "not without", r"\bnot (?:following|checking|reading|testing|paying attention|thinking|communicating|escalating)\b",
        why=OMISSION, question=SUPPORT, blamed=OTHERS,
    ),
    Rule(
        "without thinking", "without", r"\b(?:\w+ed|ran|did|put|took|made|went|sent|wrote|gave) (?:[\w'-]+ ){0,6}?without (?:even )?(?:thinking|checking|asking|testing|reading|looking|telling|permission|authori[sz]ation|"
        r"(?:a |any )?(?:review|approval)\b|consulting|informing)",
        why=OMISSION, question=SUPPORT, blamed={PersonReference.PERSON},
    ),
    Rule(
        "should have", "should should've ought shouldn't", rf"\b(?:just |really |clearly |obviously |at least )?(?:should(?:n't| not| never)? have|should've|ought to have) (?:\w+ly |just |at least |never )?"
        rf"(?P<verb>{_KNOWING})REST",
        why=HINDSIGHT, better="What would have made it possible to {rest}?", question=THEN, blamed=PEOPLE,
    ),
    Rule(
        "should have", "should should've ought shouldn't", r"\b(?:just |really |clearly |obviously |at least )?(?:should(?:n't| not| never)? have|should've|ought to have) (?:\w+ly |just |at least |never )?"
        rf"(?P<verb>{_IRREGULAR}|\w{{2,}}ed)\bREST",
        why=HINDSIGHT, better="What would have made it possible to {rest}?", question=THEN, blamed={PersonReference.PERSON},
    ),
    Rule(
        "should have been caught by", "should", r"\bshould (?:never )?have been (?:\w+ed|caught|seen|stopped) by ",
        why=HINDSIGHT, question=THEN, position=PersonPosition.AFTER, blamed=OTHERS,
    ),
    Rule(
        "should have", "given allowed trusted hired let", r"\bshould(?:n't| not| never) (?:ever )?have been (?:given|allowed|trusted|hired|let)\b",
        why=CHARACTER, question=POSSIBLE,
    ),
    Rule(
        "if only", "only had",
        rf"\b(?:if (?:only )?(?P<person>[^.,;:!?()…]{{2,40}}?) had|had (?P<person2>[^.,;:!?()…]{{2,40}}?)) (?:only |just |simply )?{_KNOWING}\b",
        why=HINDSIGHT, question=THEN, position=PersonPosition.NOWHERE, blamed=OTHERS,
    ),
    Rule(
        "if only", "had", r"\b(?:if (?:only )?(?P<person>[^.,;:!?()…]{2,40}?) had|had (?P<person2>[^.,;:!?()…]{2,40}?)) (?:only |just |simply |not |never )?"
        r"(?:\w{2,}ed|done|gone|taken|told|kept|stopped|made|run)\b",
        why=HINDSIGHT, question=THEN, position=PersonPosition.NOWHERE, blamed={PersonReference.PERSON},
    ),
    Rule(
        "should have", "better", r"\b(?:should|would|ought to) have known better\b",
        why=HINDSIGHT, question=THEN, position=PersonPosition.NOWHERE,
    ),
    Rule(
        "anyone would have", "would", r"\b(?:any(?:one|body)? (?:competent|sensible|decent|experienced|reasonable)(?: \w+)? would|(?:anyone|anybody) would) have\b",
        why=HINDSIGHT, question=THEN, position=PersonPosition.NOWHERE,
    ),
    Rule(
        "could have", "could would", r"\b(?:could|would) (?:have )?(?:very |so |quite )?(?:easily|simply|just) (?:have )?(?:\w+ed|been|seen|caught|asked)\b",
        why=HINDSIGHT, question=THEN, blamed={PersonReference.PERSON},
    ),
    Rule(
        "human error", "human operator pilot pebkac", r"\b(?:human|operator|pilot) (?:error|mistake|failure)s?\b(?!['-]? ?(?:rates?|budget|handling|messages?|codes?|count|prone|logs?|handlers?|pages?))|\bpebkac\b",
        why=SLIP, question="What in the system made this error possible, and what would have stopped it?", position=PersonPosition.NOWHERE, deniable=True,
    ),
    Rule(
        "human error", "user", r"\b(?:caused by|due to|because of|root cause(?: was| is|:)|attributed to) (?:an? )?user error\b|\buser error (?:was|is) (?:the|a) (?:root )?cause\b",
        why=SLIP, question="What in the system made this error possible, and what would have stopped it?", position=PersonPosition.NOWHERE, deniable=True,
    ),
    Rule(
        "mistake", "mistake error blunder mistakes errors mess", r"\b(?:made|makes|committed) (?:an?|the|this|some|several|another|two) (?:\w+ ){0,2}(?:mistakes?|errors?|blunders?|bad calls?|mess)\b",
        why=SLIP, question=POSSIBLE, blamed=PEOPLE,
    ),
    Rule(
        "mistake", "made making", r"\b(?:made|making) (?:an?|the) (?:\w+ly )?(?:bad|poor|terrible|wrong|rash|hasty|questionable|horrible|awful|dumb|stupid) (?:call|decision|choice|judge?ment)\b",
        why=HINDSIGHT, question=THEN, blamed=PEOPLE,
    ),
    Rule(
        "mistake", "mistake error mistakes errors blunder decision call", r"\b(?:(?:mistakes?|errors?|blunders?)(?: (?:was|were))?(?: made)?|(?:bad|poor|wrong|terrible) (?:decisions?|calls?|choices?)) (?:by|on the part of) ",
        why=SLIP, question=POSSIBLE, position=PersonPosition.AFTER, blamed=OTHERS, deniable=True,
    ),
    Rule(
        "mistake", "screwed messed botched bungled blew fat-fingered mistyped dropped panicked slacked fumbled mishandled",
        r"\b(?:screwed (?:it |this |things )?up|messed (?:it |this |things )?up|botched|bungled|blew it|fat-fingered|mistyped|dropped the ball|panicked|slacked(?: off)?|fumbled|mishandled)\b",
        why=SLIP, question=EASY_WRONG, blamed=PEOPLE,
    ),
    Rule(
        "mistake", "wrong incorrect", r"\b(?:typed|entered|ran|executed|selected|chose|picked|used|deleted|restarted|rebooted|unplugged|edited|changed|opened|dropped|removed|revoked|stopped|killed|logged into) (?:the |an? )?(?:wrong|incorrect) (?P<rest>[\w-]+(?: (?!and|but|in|on|for|to|so|which|when|by|instead|as|because)[\w-]+)?)",
        why=SLIP, better="What made the wrong {rest} look like the right one?", question=EASY_WRONG,
    ),
    Rule(
        "mistake", "typed entered wrong", r"\b(?:typed|entered|mistook) (?:the |an? )?wrong (?P<rest>[\w-]+)",
        why=SLIP, better="What made the wrong {rest} look like the right one?", question=EASY_WRONG, blamed=PEOPLE,
    ),
    Rule(
        "accidentally", "accidentally mistakenly carelessly wrongly recklessly blindly erroneously inadvertently negligently foolishly", rf"\b{_SLIPPED} (?P<done>\w{{2,}}ed|ran|put|sent|left|took|cut|broke|lost|overwrote|wrote|made|set|shut|gave|chose|drew)REST",
        why=SLIP, better="What allowed {rest} without a second look?", question=POSSIBLE, blamed=PEOPLE,
    ),
    Rule(
        "bad change", "bad broken wrong faulty buggy untested unreviewed half-baked incorrect invalid erroneous sloppy",
        rf"\b{_MADE} (?:(?:their|his|her) )?(?P<rest>(?:(?:an?|the|some) )?(?:\w+, )?{_BAD} [\w-]+)\b",
        why=SLIP, better="What let {rest} through?", question=POSSIBLE, blamed=OTHERS,
    ),
    Rule(
        "broke", "broke wiped destroyed crashed nuked", r"\b(?:broke|wiped|destroyed|crashed|nuked|took down|brought down)\bREST",
        why=SLIP, better="Which change broke {rest}, and what let it through?", question=POSSIBLE, blamed={PersonReference.PERSON},
    ),
    Rule(
        "broke", "broke wiped nuked", r"\b(?:broke|wiped|nuked) (?P<rest>production|prod)\b",
        why=SLIP, better="Which change broke {rest}, and what let it through?", question=POSSIBLE, blamed=OTHERS,
    ),
)  # fmt: skip

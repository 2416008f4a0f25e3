"""Rules for what people forgot, missed, ignored or didn't do."""

from bot.blameless.person_reference import PersonReference
from bot.blameless.rules.phrases import ADVERB, ATTENDED, DONE, DUTY
from bot.blameless.rules.rule import CERTAIN, PersonPosition, Rule

_REST = r"(?P<rest>[^.,;:!?()\u2026\u2013\u2014]{2,80})"
_EASY = "What would have made it easy to {rest}?"
_CARE = (  # after "without"
    r"(?:thinking|checking|asking|testing|reading|looking|telling|waiting|consulting"
    r"|informing|verifying|announcing|validating|understanding|notifying|"
    r"warning|confirming|coordinating|reviewing|escalating|documenting|considering"
    r"|(?:taking|running|getting|doing|making|opening|filing|following) (?:an?|the|any)|"
    r"(?:(?:an?|any|the|its|peer|code|proper|prior|further|due) )*(?:reviews?|tests?"
    r"|approvals?|backups?|snapshots?|dry run|checks?|sign-?off|tickets?|permission"
    r"|authori[sz]ation|notice|"
    r"rollback plan|care|thought|where(?: clause)?|second pair of eyes))\b"
)

OMISSIONS: tuple[Rule, ...] = (
    Rule(
        "forgot",
        "forgot forgotten",
        better="Nothing reminded anybody to {rest}.",
        pattern=r"\bSIGN (?:toREST|(?:all )?about|that|an?|the|his|her|their|one)\b",
    ),
    Rule(
        "neglected",
        "neglected bothered bother",
        better=_EASY,
        pattern=r"\b(?:neglected|(?:didn't|did not|never|hardly|not|couldn't be"
        r"|could not be) (?:even )?bother(?:ed)?)(?: toREST)?\b",
    ),
    Rule(
        "missed",
        "missed overlooked",
        better="What made {rest} easy to miss?",
        blamed=CERTAIN | {PersonReference.WE},
        excusable=True,
        pattern=r"\bSIGN(?! (?:our|the|its|an?) (?:slo|sla|target|deadline|goal|budget|start"
        r"|beginning|meeting|call|train)s?\b)(?! (?:by|out)\b)REST",
    ),
    Rule(
        "missed",
        "misread misjudged misunderstood misinterpreted underestimated mistook",
        better="What made {rest} easy to misunderstand?",
        pattern=rf"\bSIGN {_REST}",
    ),
    Rule(
        "ignored",
        "ignored dismissed disregarded skipped bypassed circumvented",
        better="What made {rest} easy to overlook?",
        blamed=CERTAIN,
        excusable=True,
        pattern=r"\bSIGN\bREST",
    ),
    Rule(
        "ignored",
        "overlooked dismissed ignored disregarded skipped missed bypassed ignoring skipping",
        better="What made {rest} easy to overlook?",
        excusable=True,
        pattern=rf"\b(?:(?:been|was|were|kept|keeps?) )?SIGN (?P<rest>{ATTENDED})",
    ),
    Rule(
        "ignored",
        "despite during overrode overruled circumvented disabled bypassed straight directly "
        "anyway regardless",
        blamed=CERTAIN,
        excusable=True,
        pattern=(
            r"\b(?:\w{2,}ed|ran|went|put|made|sent) (?:[\w-]+ ){0,5}?(?:during (?:the |a "
            r"|our )?(?:\w+ )?freeze|(?:despite|in spite of) (?:the |our |all |several "
            r"|repeated |many |his |her |their )*(?:\w+ )?(?:warnings?|advice|objections?"
            r"|alerts?|freeze|policy|concerns)|(?:straight|directly) (?:to|in|on) (?:main"
            r"|master|prod\w*)|anyway|regardless)\b"
            r"|\b(?:overrode|overruled|circumvented|disabled|bypassed) (?:the |a "
            r"|all |every )?(?:safety|safeguards?|branch protection|change process"
            r"|approvals?|reviews?|ci)\b"
        ),
    ),
    Rule(
        "ignored",
        "silenced muted disabled snoozed closed acknowledged",
        pattern=r"\bSIGN (?:[\w-]+ ){1,4}(?:instead of|rather than) \w+ing\b"
        r"|\b(?:silenced|muted|disabled|snoozed) [^.,;:!?]{3,60} and (?:had "
        r"|then )?(?:told (?:no one|nobody)|did nothing|went (?:back )?to)",
    ),
    Rule(
        "failed to",
        "failed fails",
        better=_EASY,
        blamed=CERTAIN | {PersonReference.WE},
        excusable=True,
        pattern=rf"\bSIGN to (?={ADVERB}{DUTY})(?P<rest>[^.,;:!?()…\u2013\u2014]{{2,80}})"
        r"|\bfailed (?:our|the|his|her|their|its|in (?:his|her|their|our)) (?:customers"
        r"|users|team|duty|job|responsibilit\w+)\b",
    ),
    Rule(
        "did not",
        "did didn't never not hadn't haven't hasn't doesn't don't",
        better=_EASY,
        excusable=True,
        pattern=(
            rf"\b(?:didn't|did not|never|(?:doesn't|does not|don't|do not) ever) {ADVERB}"
            rf"(?=(?:follow|read|heed|consult|update|check|skip) {ATTENDED}"
            r"|(?:pay attention|care)\b|do (?:his|her|their) |bother )"
            rf"{_REST}"
            r"|"
            r"\b(?:didn't|did not) (?:even )?(?:(?:understand (?:how|the|what)"
            r"|know what (?:he|she|they)|ask|tell|inform|notify|consult) (?:anyone"
            r"|anybody|somebody|the others|the team)\b"
            r"|(?:even )?(?:look|check|test|read|ask|try)\b[^.,;:!?()…]{0,60})"
        ),
    ),
    Rule(
        "did not",
        "did didn't",
        better=_EASY,
        blamed=CERTAIN,
        excusable=True,
        pattern=rf"\b(?:didn't|did not) {ADVERB}(?={DUTY}(?:\b|(?<= ))){_REST}",
    ),
    Rule(
        "did not",
        "never not hadn't hasn't haven't",
        better=_EASY,
        blamed=CERTAIN,
        excusable=True,
        pattern=r"\b(?:never|(?:had|has|have) not|(?:had|has|have)n't) (?:even |yet "
        rf"|ever )?(?P<verb>{DONE})\bREST",
    ),
    Rule(
        "did not",
        "told telling nothing none chose decided preferred had has paid trained knew known",
        pattern=(
            r"\b(?:told|telling) (?:no one|nobody|no-one|a soul)\b"
            r"|\b(?:chose|decided|preferred) (?:to do nothing|to ignore|not to)\b"
            r"|\b(?:did|does|doing) nothing\b(?! wrong)|\btook none of\b"
            r"|\bnone of (?:them|us) (?:spoke|said|did|checked|looked|asked|acted)\b"
            r"|"
            r"\b(?:had|has) one job\b|\bhad (?:every|ample|plenty of|two|three|four"
            r"|several|many) (?:chances?|opportunit(?:y|ies)) to\b"
            r"|\bknew (?:better|full well|perfectly well)\b"
            r"|\b(?:had known|knew) (?:about|of) [^.;:!?]{2,40} "
            r"(?:for (?:\w+ )?(?:weeks|months|years)|since)\b"
            r"|\b(?:is|are|was|were) (?:paid|trained) to (?:know|notice|catch|check"
            r"|see)\b"
        ),
    ),
    Rule(
        "did not",
        "supposed meant expected promised told asked job duty",
        better=_EASY,
        pattern=r"\b(?:(?:was|were|is|are|been) (?:supposed|meant|expected|told|asked"
        r"|required) to|promised to) (?P<rest>[^.;:!?()…]{2,60}?),? (?:and|but"
        r"|yet) (?:\w+ly )?(?:did not|didn't|never|had not|hadn't|has not|hasn't|failed"
        r"|forgot|was in|was not|wasn't|went)\b",
    ),
    Rule(
        "did not",
        "supposed meant",
        blamed=CERTAIN,
        excusable=True,
        pattern=rf"\b(?:was|were) (?:supposed|meant) to {DUTY}(?:\b|(?<= ))"
        r"|\b(?:was|were) (?:supposed|meant) to (?:be (?:watching|checking|monitoring"
        r"|on call)|know|have)\b",
    ),
    Rule(
        "nobody cared",
        "nobody no none not everyone everybody",
        better=_EASY,
        position=PersonPosition.NOWHERE,
        excusable=True,
        pattern=r"\b(?:everyone|everybody) (?:ever )?(?:ignores|skips)\b"
        r"|\b(?:nobody|no one) (?:ever )?(?:follows|bothers|listens|cares)\b"
        r"|(?:^|(?<=\W))(?:nobody|no one|no-one|none of (?:us|them|you|the \w+)"
        r"|not (?:a single|one) (?:\w+))(?: (?:on|in|at|from) (?:the "
        rf"|our )?[\w-]+(?: team)?)?,? {ADVERB}(?:had )?(?:{DONE}"
        r"|thought (?:to|of|about)|(?:noticed|did)(?=[.!]?$))\b(?! (?:of it|that it"
        r"|this|it) (?:existed|was|had)\b| (?:us|me|him|her|them)\b)(?: toREST)?",
    ),
    Rule(
        "did not",
        "never rarely seldom",
        blamed={PersonReference.PERSON, PersonReference.NAMED},
        pattern=r"\bSIGN (?:tests?|checks?|reads?|asks?|listens?|thinks?|looks?|warns?|tells?)\b",
    ),
    Rule(
        "did not",
        "did didn't never",
        pattern=r"\b(?:never|didn't|did not) (?:even )?(?:told|tell|asked|ask|warned|warn|informed"
        r"|inform|replied|apologi[sz]ed?)\b",
    ),
    Rule(
        "did not",
        "did didn't was wasn't",
        position=PersonPosition.NOWHERE,
        blamed={PersonReference.PERSON},
        pattern=r"[;,] (?:but |and |yet |whereas )?(?P<person>(?:the "
        r"|our )?[\w-]+(?: [\w-]+)?) (?:did not|didn't|was not|wasn't)(?=\W*$)",
    ),
    Rule(
        "not following",
        "not",
        position=PersonPosition.OWNER,
        pattern=r"\bnot (?:following|checking|reading|testing|paying attention|thinking"
        r"|communicating|escalating|watching|listening|looking|asking|reviewing"
        r"|concentrating|focus(?:ed|ing))\b",
    ),
    Rule(
        "without",
        "before",
        blamed=CERTAIN,
        pattern=r"\b(?:\w{2,}ed|ran|hit|sent) (?:[\w-]+ ){0,5}?before (?:even )?(?:reading"
        r"|checking|thinking|asking|looking)\b",
    ),
    Rule(
        "without",
        "without",
        better="{rest}: what would have caught it?",
        excusable=True,
        pattern=r"\b(?P<did>\w{2,}ed|ran|did|put|took|made|went|sent|wrote|gave|cut|set"
        r"|shut) (?P<what>(?:[\w/#.'-]+ ){0,7}?)(?P<gap>without (?:even |ever |first "
        rf"|so much as )?{_CARE}[^.,;:!?()\u2026\u2013\u2014]{{0,60}})",
    ),
)

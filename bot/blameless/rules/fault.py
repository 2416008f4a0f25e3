"""Rules for people as the cause, and for people who were too slow."""

from bot.blameless.rules.phrases import ERROR_WORDS
from bot.blameless.rules.rule import CERTAIN, OTHERS, SURE, PersonPosition, Rule

_CHANGES = (
    r"(?:deploy(?:ment|s)?|release|rollback|change|commit|config\w*|script|migration|merge|pr"
    r"|pull request|patch|fix|hotfix|push|edit|decision|command|query|restart|approval|tweak"
    r"|choice|insistence|clean-?up|habit|way)"
)
_WORK = (
    r"(?:response|reaction|decisions?|call|judge?ment|handling|handover|communications?"
    r"|planning|reviews?|tests?|testing|advice|work|code|query|regex|thinking|estimate|"
    + _CHANGES[3:]
)

FAULT: tuple[Rule, ...] = (
    Rule(
        "caused by a person",
        "who",
        position=PersonPosition.NOWHERE,
        blamed=CERTAIN,
        deniable=True,
        pattern=r"\b(?:it|that) (?:was|is) (?P<person>[^.,;:!?()…]{1,40}?) who (?:had "
        r"|has )?(?!found|noticed|spotted|saw|fixed|suggested|helped|rolled|caught"
        r"|discovered|reported|raised|saved|first|realised|realized|proposed|identified"
        r"|restored|stayed|joined|is|was|owns|knows|had|has|stopped|asked|called)\w{2,}",
    ),
    Rule(
        "caused by a person",
        "caused causing",
        blamed=CERTAIN,
        pattern=r"(?<![\w-])SIGN (?:all of this|this(?= (?:outage|incident|mess)|[.!]?$)"
        r"|(?:the|our|an?|most of the) (?:[\w-]+ ){0,2}(?:outage|incident|failure"
        r"|downtime|problem|mess|crash|loss|disruption))\b",
    ),
    Rule(
        "caused by a person",
        "cause culprit problem issue traced not wasn't isn't caused broken introduced "
        "triggered botched mishandled way brought how another",
        position=PersonPosition.AFTER,
        blamed=CERTAIN,
        deniable=True,
        pattern=(
            r"\b(?:cause|culprit|problem|issue)(?: of [\w -]{2,30}?)?(?: was| is|:) "
            r"|\btraced (?:[\w-]+ ){0,4}to "
            r"|"
            r"(?:\bnot|n't) [^.,;:!?]{2,40}[,;] (?:it|this|that)(?: was|'s"
            r"| is) (?:just |actually |probably )?"
            r"|"
            r"\b(?:caused|broken|introduced|triggered|botched|mishandled) by "
            r"|"
            r"\bnot the \w+ but the way |\b(?:everything to do with"
            r"|c[ao]mes? down to|problem (?:was|is)) (?:the way|how) "
            r"|\banother (?:\w+ )?(?:untested|unreviewed|half-baked|sloppy|careless"
            r"|broken|friday) [\w-]+ (?:from|by) "
        ),
    ),
    Rule(
        "fault",
        "fault mistake error failure oversight inability refusal blunder ignorance "
        "inexperience haste carelessness negligence incompetence inattention inaction "
        "indecision laziness stupidity arrogance complacency sloppiness typo "
        "misconfiguration recklessness hesitation lapse screw-up slip-up failings mistakes "
        "errors unwillingness slowness impatience forgetfulness thoughtlessness clumsiness "
        "stubbornness slip lack",
        position=PersonPosition.OWNER,
        blamed=CERTAIN,
        deniable=True,
        pattern=r"(?<=\w)(?:'s|'(?= )) (?:own |entire |repeated |[\w-]+ )?(?:(?!lack)SIGN"
        r"|lack of (?:care|attention|discipline|testing|preparation|planning|experience"
        r"|knowledge|judge?ment|communication|ownership|rigou?r|diligence|foresight"
        rf"|urgency|interest))\b{ERROR_WORDS}(?! (?:tolerance|injection|domain|report))",
    ),
    Rule(
        "fault",
        "fault mistake screw-up bad oversight typo blunder carelessness negligence "
        "incompetence failure inability refusal ignorance inexperience haste mess error "
        "inattention impatience slowness laziness recklessness forgetfulness",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=r"\b(?:my|your|his|her|their|our) (?:own |entire "
        r"|[\w-]+ )?(?:(?<=my |er )(?:error|failure)|(?<=my )bad|fault|mistake|screw-up"
        r"|oversight|typo|blunder|carelessness|negligence|incompetence|inability"
        r"|refusal|ignorance|inexperience|haste|mess|inattention|impatience|slowness"
        rf"|laziness|recklessness|forgetfulness)\b{ERROR_WORDS}",
    ),
    Rule(
        "fault",
        "blind shoddy sloppy careless untested unreviewed botched half-baked reckless hasty "
        "rushed lazy stupid dumb negligent slow poor bad faulty broken late messy "
        "questionable clumsy",
        position=PersonPosition.OWNER,
        blamed=CERTAIN,
        deniable=True,
        pattern=r"(?<=\w)(?:'s?) (?:[\w-]+ )?(?:(?:sloppy|shoddy|careless|untested|unreviewed"
        r"|botched|half-baked|reckless|blind|hasty|rushed|lazy|stupid|dumb|negligent"
        r"|clumsy) (?!(?:with|about|on|in|and|of|when)\b)[\w-]+"
        rf"|(?:slow|poor|bad|faulty|broken|late|messy|questionable) {_WORK})\b",
    ),
    Rule(
        "fault",
        "broke caused triggered took brought killed wiped nuked ruined wrecked crashed "
        "reason worse cost",
        position=PersonPosition.OWNER,
        blamed=CERTAIN,
        deniable=True,
        pattern=rf"(?<=\w)(?:'s?) (?:[\w-]+ ){{0,3}}?{_CHANGES}(?: [^.,;:!?]{{1,50}}?)? (?:(?:is"
        r"|was) (?:what|the reason|why)|broke|caused|triggered|took (?:\w+ )?down"
        r"|brought (?:\w+ )?down|killed|wiped|nuked|ruined|wrecked|crashed|cost"
        r"|made (?:it|things|matters) worse)\b",
    ),
    Rule(
        "fault",
        "broke caused triggered took brought killed wiped nuked ruined wrecked crashed "
        "reason worse cost irresponsible",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=rf"\b(?:my|your|his|her) (?:[\w-]+ ){{0,3}}?{_CHANGES}(?: [^.,;:!?]{{1,50}}?)? "
        r"(?:(?:is|was) (?:what|the reason|why|irresponsible|stupid|reckless|wrong)"
        r"|broke|caused|triggered|took (?:\w+ )?down|brought (?:\w+ )?down|killed|wiped"
        r"|nuked|ruined|wrecked|crashed|cost|made (?:it|things|matters) worse)\b",
    ),
    Rule(
        "fault",
        "handling leadership behaviour behavior attitude conduct performance response "
        "communication running management",
        position=PersonPosition.OWNER,
        blamed=CERTAIN,
        pattern=r"(?<=\w)(?:'s?) SIGN (?:[^.,;:!?]{1,30}? )?(?:was|were"
        r"|is) (?:\w+ )?(?:confus\w+|unhelpful|poor|slow|chaotic|erratic|bad|terrible"
        r"|awful|unprofessional|amateur\w*|inadequate|disappointing|careless|sloppy"
        r"|lacking|weak|incompetent|unacceptable|a disgrace|a mess|hasty)\b",
    ),
    Rule(
        "fault",
        "response handling leadership communication coordination handover",
        position=PersonPosition.NOWHERE,
        blamed=CERTAIN,
        pattern=r"\b(?:response|handling|leadership|communication|coordination|handover) (?:by"
        r"|from|of) (?P<person>[^.,;:!?()…]{2,40}?) (?:was|were) (?:\w+ )?(?:confus\w+"
        r"|unhelpful|poor|slow|chaotic|bad|terrible|awful|unprofessional|inadequate"
        r"|careless|sloppy|lacking|incompetent|unacceptable|a mess|disorgani[sz]ed)\b",
    ),
    Rule(
        "fault",
        "fault negligence blame blamed pin failure",
        position=PersonPosition.AFTER,
        blamed=OTHERS,
        deniable=True,
        pattern=r"\b(?:(?:the|entirely the) fault of|blame (?:lies|rests|falls) (?:with|on)"
        r"|(?:we|i) blame|blamed|(?:^|(?<=[,;] ))blame|blame it on|pin it on"
        r"|negligence of|failure (?:of|by)) ",
    ),
    Rule(
        "fault",
        "mine his hers theirs ours yours me him her them us you mea doing responsibility blame",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=r"\b(?:failure|fault|mistake|error|blame|oversight)\b[^.,;:!?]{0,50} (?:was|is"
        r"|were) (?:all |entirely |totally |solely )?(?:mine|his|hers|theirs|ours"
        r"|yours)\b|\b(?:that|this)(?: one)?(?:'s| is| was) (?:all |entirely |totally "
        r"|so )?on (?:me|him|her|them|us|you)\b|\b(?:sorry|oops|whoops|ugh"
        r"|argh)\b[^.;:!?]{0,20} (?:that|it|this) was me\b|\bmea culpa\b"
        r"|\b(?:entirely|all) (?:my|your|his|her|their) doing\b"
        r"|\bi take (?:full |all |the )*(?:responsibility|blame)\b"
        r"|\b(?:stupid|careless|dumb|silly|sloppy|foolish) of (?:me|him|her|them|us"
        r"|you)\b",
    ),
    Rule(
        "fault",
        "responsible",
        blamed=OTHERS,
        pattern=r"\b(?:is|was|are|were) (?:solely |entirely |fully )?responsible for (?:this|the"
        r"|that|all) (?:\w+ )?(?:mess|outage|incident|failure|problem|breakage|disaster"
        r"|error|mistake|downtime)\b",
    ),
    Rule(
        "too slow",
        "slow slowly late long hesitated dithered busy distracted tired",
        better="What would have made it quicker to {rest}?",
        blamed=SURE,
        pattern=r"\b(?:(?:was|were) (?:much |far |way |a little |a bit "
        r"|rather )?(?:too )?(?:slow|late|distracted|tired)"
        r"|(?:was|were) (?:much |far |way )?too busy|took (?:far |much |way )?too long"
        r"|hesitated|dithered|reacted too (?:slowly|late)"
        r"|responded too (?:slowly|late))(?: toREST)?\b",
    ),
    Rule(
        "too slow",
        "slow long late",
        better="What would have made it quicker to {rest}?",
        blamed=CERTAIN,
        pattern=r"\b(?:(?:was|were) (?:much |far |way )?(?:too )?(?:slow|late) to"
        r"|took (?:far |much |way )?too long to) (?P<rest>(?:react|respond|answer|reply"
        r"|escalate|roll back|act|join|call|page|notice|ack\w*|tell|decide|admit"
        r"|ask)\b[^.,;:!?()…]{0,60})",
    ),
)

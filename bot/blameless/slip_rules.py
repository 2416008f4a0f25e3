"""Rules for what people broke, and how."""

from bot.blameless.rule import (
    CERTAIN,
    OTHERS,
    SURE,
    PersonPosition,
    Rule,
)

_BAD = r"(?:bad|broken|wrong|faulty|buggy|untested|unreviewed|half-\w+|incorrect|invalid|erroneous|sloppy)"
_MADE = r"(?:pushed|merged|deployed|shipped|released|committed|approved|applied|rolled out|introduced|wrote|submitted|uploaded|left|gave us|gave me|gave them)"
_SLIPPED = r"(?:accidentally|mistakenly|carelessly|wrongly|recklessly|blindly|erroneously|inadvertently|negligently|foolishly)"
_TOUCHED = (
    r"(?:typed|entered|ran|executed|selected|chose|picked|used|deleted|restarted|rebooted|unplugged|edited|changed|opened|dropped|removed|revoked|"
    r"stopped|killed|logged into|pulled|plugged|pressed|clicked|ticked|hit|read|applied|pushed|deployed|pasted|set|put|drained|truncated|flipped|disabled|scaled|promoted|sent|copied|restored|merged)"
)
_BROKE = r"(?:broke|broken|wiped|nuked|destroyed|crashed|corrupted|trashed|ruined|hosed|borked|clobbered|toasted|tanked|bricked)"
_LIVE = r"(?:production|prod|it|everything|this|that|things|us|the (?:whole )?(?:site|shop|build|release|cluster|database|db|platform|network|system|gateway|checkout|login|region)|checkout|login|search|payments|staging|master|main)"
_RATHER_DOWN = r"(?! (?:the )?(?:error|latency|load|rates?|number|memory|cpu|lag|queue|backlog|notes?|names?|canary|old|node|host|instance|pool|banner|page))"
_ERROR_WORDS = r"(?!['-]? ?(?:rates?|budget|handling|messages?|codes?|count|prone|logs?|handlers?|pages?|factors? (?:research|training)))"
_CHANGES = r"(?:deploy(?:ment|s)?|release|rollback|change|commit|config\w*|script|migration|merge|pr|pull request|patch|fix|hotfix|push|edit|decision|command|query|restart|approval|tweak|choice|insistence|clean-?up|habit|way)"
_WORK = (
    r"(?:response|reaction|decisions?|call|judge?ment|handling|handover|communications?|planning|reviews?|tests?|testing|advice|work|code|query|regex|thinking|estimate|"
    + _CHANGES[3:]
)

SLIP_RULES: tuple[Rule, ...] = (
    Rule("human error", "human operator pilot pebkac manual simple plain honest pure engineer developer admin staff individual personal technician keying typing user people lapse discipline finger layer slip fat brain personnel between", position=PersonPosition.NOWHERE, deniable=True,
         pattern=(rf"\b(?:(?:human|operator|pilot|engineer|developer|admin|staff|individual|personal|technician|keying|typing)(?: |-)(?:error|mistake|failure|oversight|carelessness|slip|inattention)s?|(?:manual|simple|plain|honest|pure) (?:error|mistake|oversight)(?= (?:during|by|in|on|when|while|at)\b)|pebkac)\b{_ERROR_WORDS}"
                  r"|"
                  r"\b(?:caused by|due to|because of|root cause(?: was| is|:)|attributed to|concluded that) (?:an? )?user error\b|\buser error (?:(?:\w+ ){0,6}(?:was|is) (?:the|a) (?:root )?cause|on the part|by)\b"
                  r"|"
                  r"\b(?:a )?people (?:problem|issue)\b|\b(?:lapse|slip) (?:of|in) (?:concentration|attention|judge?ment|discipline|focus)\b|\b(?:matter|question|lack|failure) of (?:personal |team )?discipline\b|\bfinger trouble\b|\bfat[ -]finger\w*|\bbrain fade\b|\b(?:problem|cause|failure|issue|fault|link) (?:was|is) (?:purely |entirely |simply |a |the )*(?:human|people|personnel)\b(?! (?:error|readable))|\blayer 8\b|\bbetween (?:the )?(?:chair and|keyboard and) ")),
    Rule("mistake", "made makes committed making",
         pattern=(r"\bSIGN (?:an?|the|this|that|some|several|another|two) (?:\w+ ){0,2}(?:mistakes?|errors?|blunders?|bad calls?|mess|typos?|hash of)\b"
                  r"|"
                  r"\bSIGN (?:an?|the) (?:\w+ly )?(?:bad|poor|terrible|wrong|rash|hasty|questionable|horrible|awful|dumb|stupid) (?:call|decision|choice|judge?ment)\b")),
    Rule("mistake", "mistake error mistakes errors blunder typo slip oversight carelessness negligence inattention lapse decision decisions call calls choice", position=PersonPosition.AFTER, blamed=OTHERS, deniable=True,
         pattern=r"\b(?:(?:mistakes?|errors?|blunders?|typos?|slips?|oversights?|carelessness|negligence|inattention|lapses?)(?: (?:was|were))?(?: made)?|(?:bad|poor|wrong|terrible) (?:decisions?|calls?|choices?)) (?:by|on the part of) "),
    Rule("mistake", "screwed messed botched bungled blew fat-fingered fatfingered mistyped set dropped panicked panics shortcut shortcuts short dozed nodded waved meddled tinkered fiddled fooled guessed gambled walked wandered slacked fumbled mishandled misconfigured mislabelled mislabeled misrouted misapplied miscalculated misdiagnosed hardcoded hard-coded overstepped goofed flubbed instead rather themselves himself herself ourselves",
         pattern=(r"\b(?:(?:screwed|messed) (?:it |this |that |things |something )?up|botched|bungled|blew it|fat-?fingered|mistyped|dropped (?:the ball|everything)|panick?(?:ed|s)|took (?:an? |the |some |too many )?short-?cuts?|(?:dozed|nodded) off|waved [^.,;:!?]{2,20} through|(?:meddled|tinkered|fiddled|messed|fooled) (?:with|around)|guessed|gambled|walked away|wandered off|slacked(?: off)?|fumbled|mishandled|misconfigured|mislabell?ed|misrouted|misapplied|miscalculated|misdiagnosed|hard-?coded|set [^.,;:!?]{2,40} (?:far |way |much )?too (?:low|high|short|long|small|large)|overstepped|goofed|flubbed)\b"
                  r"|"
                  r"\b(?:ran|deployed|pushed|applied|deleted|executed|pasted|typed) [^.,;:!?]{1,40} (?:on|to|in|against|from|into) (?:prod\w*|main|master|the live \w+) (?:instead of|rather than)\b"
                  r"|"
                  r"\b(?:brought|did) (?:this|it|that) (?:on|to) (?:themselves|himself|herself|ourselves)\b")),
    Rule("mistake", "wrong incorrect", better="What made the wrong {rest} look like the right one?",
         pattern=rf"\b(?:{_TOUCHED} (?:the |an? )?|{_TOUCHED} (?:[\w-]+ ){{1,5}}(?:to|on|in|into|against|from|at|with) the )(?:wrong|incorrect) (?P<rest>[\w-]+(?: (?!and|but|in|on|for|to|so|which|when|by|instead|as|because|again|last|this)[\w-]+)?)"),
    Rule("mistake", "wrong", better="What made the wrong {rest} look like the right one?", position=PersonPosition.NOWHERE, excusable=True,
         pattern=r"\bwrong (?P<rest>[\w-]+) (?:was|were|got) (?:typed|entered|keyed|pasted|selected|chosen|filled|pulled|unplugged|clicked|pressed|ticked)\b(?! by (?:the )?(?!team|staff|on-call|crew|reviewers?|engineers?|operator))"),
    Rule("accidentally", "accidentally mistakenly carelessly wrongly recklessly blindly erroneously inadvertently negligently foolishly", better="What allowed {rest} without a second look?",
         pattern=r"\bSIGN (?P<done>\w{2,}ed|ran|put|sent|left|took|cut|broke|lost|overwrote|wrote|made|set|shut|gave|chose|drew)REST"),
    Rule("accidentally", "mistake accident", better="What allowed {rest} without a second look?", blamed=CERTAIN,
         pattern=r"\b(?P<done>\w{2,}ed|ran|put|sent|left|took|cut|set|shut) (?P<rest>(?:[\w./-]+ ){1,8}?)by (?:mistake|accident)\b"),
    Rule("bad change", "bad broken wrong faulty buggy untested unreviewed half incorrect invalid erroneous sloppy", better="What let {rest} through?", blamed=OTHERS,
         pattern=rf"\b{_MADE} (?:(?:their|his|her) )?(?P<rest>(?:(?:an?|the|some) )?(?:\w+, )?{_BAD} [\w-]+)\b"),
    Rule("broke", "broke broken wiped nuked destroyed crashed corrupted trashed ruined hosed borked clobbered toasted tanked bricked", better="Which change broke {rest}, and what let it through?", blamed=CERTAIN,
         pattern=r"\bSIGN\bREST"),
    Rule("broke", "took brought taking bringing", better="Which change broke {rest}, and what let it through?", blamed=CERTAIN,
         pattern=rf"\b(?:(?:took|taken|brought|brings|taking|bringing) (?:down{_RATHER_DOWN}|(?P<down>{_LIVE}) down\b))REST"),
    Rule("broke", "broke broken wiped nuked killed kills trashed hosed", better="Which change broke {rest}, and what let it through?",
         pattern=rf"\bSIGN (?P<rest>{_LIVE})(?! (?:job|query|process|pod|session)s?)\b"),
    Rule("who did it", "who whoever whose someone somebody intern new junior trainee rookie apprentice temp newbie", position=PersonPosition.NOWHERE, deniable=True,
         pattern=(r"\bwho (?:the (?:hell|heck) |on earth )?(?:did this|did that|\w+ this mess|(?<=earth )\w+|(?<=hell )\w+|broke|touched|messed|thought|let this|signed off|killed)\b|\bwhose (?:\w+ )?(?:idea|fault|mess)\b|\bwhoever (?:keeps|thought|broke|did|pushed|approved|merged|touched|left|decided)\b"
                  r"|"
                  r"\b(?:someone|somebody) (?:must have |has |had |just |(?!who|that|may|can|could)\w+ ){0,2}?(?:turned off|switched off|touched|deleted|changed|disabled|unplugged|edited|pushed|removed|dropped|merged|scaled|killed|muted|silenced|overwrote|revoked|rebooted|force-pushed|(?:been |keeps |keep )(?:editing|changing|pushing|merging|deploying|force-pushing|touching|restarting|deleting|messing))\b"
                  r"|"
                  r"\b(?:the|our|some|an?|that) (?:intern|new (?:guy|hire|starter|joiner|kid|developer|engineer)|junior(?: \w+)?|trainee|rookie|apprentice|temp|newbie) (?:had |has |just )?(?:deleted|dropped|truncated|unplugged|overwrote|erased|purged|terminated|killed)\b")),
    Rule("broke", "production prod live", blamed=CERTAIN,
         pattern=r"\b(?:deleted|dropped|truncated|terminated|overwrote|purged|erased|emptied) (?:(?:the|our|a|all|whole|entire) )*(?:production|prod|live)\b"),
    Rule("caused by a person", "who", position=PersonPosition.NOWHERE, blamed=CERTAIN, deniable=True,
         pattern=r"\b(?:it|that) (?:was|is) (?P<person>[^.,;:!?()…]{1,40}?) who (?:had |has )?(?!found|noticed|spotted|saw|fixed|suggested|helped|rolled|caught|discovered|reported|raised|saved|first|realised|realized|proposed|identified|restored|stayed|joined|is|was|owns|knows|had|has|stopped|asked|called)\w{2,}"),
    Rule("left behind", "left let leaving", blamed=SURE,
         pattern=r"\bSIGN (?:[\w'./-]+ ){1,6}?(?:expire|lapse|run out|fill up|rot|slide|slip|fail|go stale|sit|linger|half[- ]\w+|in the dark|hanging|open|exposed|unlocked|unattended|unprotected|that way|in (?:an? )?(?:\w+ly )?(?:un\w+|broken|half\S*|inconsistent|terrible|bad) (?:state|shape))\b"),
    Rule("caused by a person", "caused causing", blamed=CERTAIN,
         pattern=r"(?<![\w-])SIGN (?:all of this|this(?= (?:outage|incident|mess)|[.!]?$)|(?:the|our|an?|most of the) (?:[\w-]+ ){0,2}(?:outage|incident|failure|downtime|problem|mess|crash|loss|disruption))\b"),
    Rule("caused by a person", "cause culprit problem issue traced not wasn't isn't caused broken introduced triggered botched mishandled way brought how another", position=PersonPosition.AFTER, blamed=CERTAIN, deniable=True,
         pattern=(r"\b(?:cause|culprit|problem|issue)(?: of [\w -]{2,30}?)?(?: was| is|:) |\btraced (?:[\w-]+ ){0,4}to "
                  r"|"
                  r"(?:\bnot|n't) [^.,;:!?]{2,40}[,;] (?:it|this|that)(?: was|'s| is) (?:just |actually |probably )?"
                  r"|"
                  r"\b(?:caused|broken|introduced|triggered|botched|mishandled) by "
                  r"|"
                  r"\bnot the \w+ but the way |\b(?:everything to do with|c[ao]mes? down to|problem (?:was|is)) (?:the way|how) |\banother (?:\w+ )?(?:untested|unreviewed|half-baked|sloppy|careless|broken|friday) [\w-]+ (?:from|by) ")),
    Rule("fault", "fault mistake error failure oversight inability refusal blunder ignorance inexperience haste carelessness negligence incompetence inattention inaction indecision laziness stupidity arrogance complacency sloppiness typo misconfiguration recklessness hesitation lapse screw-up slip-up failings mistakes errors unwillingness slowness impatience forgetfulness thoughtlessness clumsiness stubbornness slip lack", position=PersonPosition.OWNER, blamed=CERTAIN, deniable=True,
         pattern=rf"(?<=\w)(?:'s|'(?= )) (?:own |entire |repeated |[\w-]+ )?(?:(?!lack)SIGN|lack of (?:care|attention|discipline|testing|preparation|planning|experience|knowledge|judge?ment|communication|ownership|rigou?r|diligence|foresight|urgency|interest))\b{_ERROR_WORDS}(?! (?:tolerance|injection|domain|report))"),
    Rule("fault", "fault mistake screw-up bad oversight typo blunder carelessness negligence incompetence failure inability refusal ignorance inexperience haste mess error inattention impatience slowness laziness recklessness forgetfulness", position=PersonPosition.NOWHERE, deniable=True,
         pattern=rf"\b(?:my|your|his|her|their|our) (?:own |entire |[\w-]+ )?(?:(?<=my |er )(?:error|failure)|(?<=my )bad|fault|mistake|screw-up|oversight|typo|blunder|carelessness|negligence|incompetence|inability|refusal|ignorance|inexperience|haste|mess|inattention|impatience|slowness|laziness|recklessness|forgetfulness)\b{_ERROR_WORDS}"),
    Rule("fault", "blind shoddy sloppy careless untested unreviewed botched half-baked reckless hasty rushed lazy stupid dumb negligent slow poor bad faulty broken late messy questionable clumsy", position=PersonPosition.OWNER, blamed=CERTAIN, deniable=True,
         pattern=rf"(?<=\w)(?:'s?) (?:[\w-]+ )?(?:(?:sloppy|shoddy|careless|untested|unreviewed|botched|half-baked|reckless|blind|hasty|rushed|lazy|stupid|dumb|negligent|clumsy) (?!(?:with|about|on|in|and|of|when)\b)[\w-]+|(?:slow|poor|bad|faulty|broken|late|messy|questionable) {_WORK})\b"),
    Rule("fault", "broke caused triggered took brought killed wiped nuked ruined wrecked crashed reason worse cost", position=PersonPosition.OWNER, blamed=CERTAIN, deniable=True,
         pattern=rf"(?<=\w)(?:'s?) (?:[\w-]+ ){{0,3}}?{_CHANGES}(?: [^.,;:!?]{{1,50}}?)? (?:(?:is|was) (?:what|the reason|why)|broke|caused|triggered|took (?:\w+ )?down|brought (?:\w+ )?down|killed|wiped|nuked|ruined|wrecked|crashed|cost|made (?:it|things|matters) worse)\b"),
    Rule("fault", "broke caused triggered took brought killed wiped nuked ruined wrecked crashed reason worse cost irresponsible", position=PersonPosition.NOWHERE, deniable=True,
         pattern=rf"\b(?:my|your|his|her) (?:[\w-]+ ){{0,3}}?{_CHANGES}(?: [^.,;:!?]{{1,50}}?)? (?:(?:is|was) (?:what|the reason|why|irresponsible|stupid|reckless|wrong)|broke|caused|triggered|took (?:\w+ )?down|brought (?:\w+ )?down|killed|wiped|nuked|ruined|wrecked|crashed|cost|made (?:it|things|matters) worse)\b"),
    Rule("fault", "handling leadership behaviour behavior attitude conduct performance response communication running management", position=PersonPosition.OWNER, blamed=CERTAIN,
         pattern=r"(?<=\w)(?:'s?) SIGN (?:[^.,;:!?]{1,30}? )?(?:was|were|is) (?:\w+ )?(?:confus\w+|unhelpful|poor|slow|chaotic|erratic|bad|terrible|awful|unprofessional|amateur\w*|inadequate|disappointing|careless|sloppy|lacking|weak|incompetent|unacceptable|a disgrace|a mess|hasty)\b"),
    Rule("fault", "response handling leadership communication coordination handover", position=PersonPosition.NOWHERE, blamed=CERTAIN,
         pattern=r"\b(?:response|handling|leadership|communication|coordination|handover) (?:by|from|of) (?P<person>[^.,;:!?()…]{2,40}?) (?:was|were) (?:\w+ )?(?:confus\w+|unhelpful|poor|slow|chaotic|bad|terrible|awful|unprofessional|inadequate|careless|sloppy|lacking|incompetent|unacceptable|a mess|disorgani[sz]ed)\b"),
    Rule("fault", "fault negligence blame blamed pin failure", position=PersonPosition.AFTER, blamed=OTHERS, deniable=True,
         pattern=r"\b(?:(?:the|entirely the) fault of|blame (?:lies|rests|falls) (?:with|on)|(?:we|i) blame|blamed|(?:^|(?<=[,;] ))blame|blame it on|pin it on|negligence of|failure (?:of|by)) "),
    Rule("fault", "mine his hers theirs ours yours me him her them us you mea doing responsibility blame", position=PersonPosition.NOWHERE, deniable=True,
         pattern=r"\b(?:failure|fault|mistake|error|blame|oversight)\b[^.,;:!?]{0,50} (?:was|is|were) (?:all |entirely |totally |solely )?(?:mine|his|hers|theirs|ours|yours)\b|\b(?:that|this)(?: one)?(?:'s| is| was) (?:all |entirely |totally |so )?on (?:me|him|her|them|us|you)\b|\b(?:sorry|oops|whoops|ugh|argh)\b[^.;:!?]{0,20} (?:that|it|this) was me\b|\bmea culpa\b|\b(?:entirely|all) (?:my|your|his|her|their) doing\b|\bi take (?:full |all |the )*(?:responsibility|blame)\b|\b(?:stupid|careless|dumb|silly|sloppy|foolish) of (?:me|him|her|them|us|you)\b"),
    Rule("fault", "responsible", blamed=OTHERS,
         pattern=r"\b(?:is|was|are|were) (?:solely |entirely |fully )?responsible for (?:this|the|that|all) (?:\w+ )?(?:mess|outage|incident|failure|problem|breakage|disaster|error|mistake|downtime)\b"),
    Rule("too slow", "slow slowly late long hesitated dithered busy distracted tired", better="What would have made it quicker to {rest}?", blamed=SURE,
         pattern=r"\b(?:(?:was|were) (?:much |far |way |a little |a bit |rather )?(?:too )?(?:slow|late|distracted|tired)|(?:was|were) (?:much |far |way )?too busy|took (?:far |much |way )?too long|hesitated|dithered|reacted too (?:slowly|late)|responded too (?:slowly|late))(?: toREST)?\b"),
    Rule("too slow", "slow long late", better="What would have made it quicker to {rest}?", blamed=CERTAIN,
         pattern=r"\b(?:(?:was|were) (?:much |far |way )?(?:too )?(?:slow|late) to|took (?:far |much |way )?too long to) (?P<rest>(?:react|respond|answer|reply|escalate|roll back|act|join|call|page|notice|ack\w*|tell|decide|admit|ask)\b[^.,;:!?()…]{0,60})"),
)  # fmt: skip

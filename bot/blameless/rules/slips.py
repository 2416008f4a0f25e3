"""Rules for mistakes, and for what people broke."""

from bot.blameless.rules.phrases import ERROR_WORDS
from bot.blameless.rules.rule import CERTAIN, OTHERS, SURE, PersonPosition, Rule

_BAD = (
    r"(?:bad|broken|wrong|faulty|buggy|untested|unreviewed|half-\w+|incorrect|invalid"
    r"|erroneous|sloppy)"
)
_MADE = (
    r"(?:pushed|merged|deployed|shipped|released|committed|approved|applied|rolled out"
    r"|introduced|wrote|submitted|uploaded|left|gave us|gave me|gave them)"
)
_TOUCHED = (
    r"(?:typed|entered|ran|executed|selected|chose|picked|used|deleted|restarted|rebooted"
    r"|unplugged|edited|changed|opened|dropped|removed|revoked|"
    r"stopped|killed|logged into|pulled|plugged|pressed|clicked|ticked|hit|read|applied"
    r"|pushed|deployed|pasted|set|put|drained|truncated|flipped|disabled|scaled|promoted"
    r"|sent|copied|restored|merged)"
)
_LIVE = (
    r"(?:production|prod|it|everything|this|that|things|us"
    r"|the (?:whole )?(?:site|shop|build|release|cluster|database|db|platform|network|system"
    r"|gateway|checkout|login|region)|checkout|login|search|payments|staging|master|main)"
)
_RATHER_DOWN = (
    r"(?! (?:the )?(?:error|latency|load|rates?|number|memory|cpu|lag|queue|backlog|notes?"
    r"|names?|canary|old|node|host|instance|pool|banner|page))"
)

SLIPS: tuple[Rule, ...] = (
    Rule(
        "human error",
        "human operator pilot pebkac manual simple plain honest pure engineer developer "
        "admin staff individual personal technician keying typing user people lapse "
        "discipline finger layer slip fat brain personnel between",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=(
            r"\b(?:(?:human|operator|pilot|engineer|developer|admin|staff|individual"
            r"|personal|technician|keying|typing)(?: |-)(?:error|mistake|failure|oversight"
            r"|carelessness|slip|inattention)s?|(?:manual|simple|plain|honest"
            r"|pure) (?:error|mistake|oversight)(?= (?:during|by|in|on|when|while|at)\b)"
            rf"|pebkac)\b{ERROR_WORDS}"
            r"|"
            r"\b(?:caused by|due to|because of|root cause(?: was| is|:)"
            r"|attributed to|concluded that) (?:an? )?user error\b"
            r"|\buser error (?:(?:\w+ ){0,6}(?:was|is) (?:the|a) (?:root )?cause"
            r"|on the part|by)\b"
            r"|"
            r"\b(?:a )?people (?:problem|issue)\b|\b(?:lapse|slip) (?:of"
            r"|in) (?:concentration|attention|judge?ment|discipline|focus)\b"
            r"|\b(?:matter|question|lack|failure) of (?:personal "
            r"|team )?discipline\b|\bfinger trouble\b|\bfat[ -]finger\w*"
            r"|\bbrain fade\b|\b(?:problem|cause|failure|issue|fault|link) (?:was"
            r"|is) (?:purely |entirely |simply |a |the )*(?:human|people"
            r"|personnel)\b(?! (?:error|readable))|\blayer 8\b"
            r"|\bbetween (?:the )?(?:chair and|keyboard and) "
        ),
    ),
    Rule(
        "mistake",
        "made makes committed making",
        pattern=(
            r"\bSIGN (?:an?|the|this|that|some|several|another"
            r"|two) (?:\w+ ){0,2}(?:mistakes?|errors?|blunders?|bad calls?|mess|typos?"
            r"|hash of)\b"
            r"|"
            r"\bSIGN (?:an?|the) (?:\w+ly )?(?:bad|poor|terrible|wrong|rash|hasty"
            r"|questionable|horrible|awful|dumb|stupid) (?:call|decision|choice"
            r"|judge?ment)\b"
        ),
    ),
    Rule(
        "mistake",
        "mistake error mistakes errors blunder typo slip oversight carelessness negligence "
        "inattention lapse decision decisions call calls choice",
        position=PersonPosition.AFTER,
        blamed=OTHERS,
        deniable=True,
        pattern=r"\b(?:(?:mistakes?|errors?|blunders?|typos?|slips?|oversights?|carelessness"
        r"|negligence|inattention|lapses?)(?: (?:was|were))?(?: made)?"
        r"|(?:bad|poor|wrong|terrible) (?:decisions?|calls?|choices?)) (?:by"
        r"|on the part of) ",
    ),
    Rule(
        "mistake",
        "screwed messed botched bungled blew fat-fingered fatfingered mistyped set dropped "
        "panicked panics shortcut shortcuts short dozed nodded waved meddled tinkered "
        "fiddled fooled guessed gambled walked wandered slacked fumbled mishandled "
        "misconfigured mislabelled mislabeled misrouted misapplied miscalculated "
        "misdiagnosed hardcoded hard-coded overstepped goofed flubbed instead rather "
        "themselves himself herself ourselves",
        pattern=(
            r"\b(?:(?:screwed|messed) (?:it |this |that |things |something )?up|botched"
            r"|bungled|blew it|fat-?fingered|mistyped|dropped (?:the ball|everything)"
            r"|panick?(?:ed|s)|took (?:an? |the |some |too many )?short-?cuts?"
            r"|(?:dozed|nodded) off|waved [^.,;:!?]{2,20} through"
            r"|(?:meddled|tinkered|fiddled|messed|fooled) (?:with|around)|guessed|gambled"
            r"|walked away|wandered off|slacked(?: off)?|fumbled|mishandled|misconfigured"
            r"|mislabell?ed|misrouted|misapplied|miscalculated|misdiagnosed|hard-?coded"
            r"|set [^.,;:!?]{2,40} (?:far |way |much )?too (?:low|high|short|long|small"
            r"|large)|overstepped|goofed|flubbed)\b"
            r"|"
            r"\b(?:ran|deployed|pushed|applied|deleted|executed|pasted"
            r"|typed) [^.,;:!?]{1,40} (?:on|to|in|against|from|into) (?:prod\w*"
            r"|main|master|the live \w+) (?:instead of|rather than)\b"
            r"|"
            r"\b(?:brought|did) (?:this|it|that) (?:on|to) (?:themselves|himself"
            r"|herself|ourselves)\b"
        ),
    ),
    Rule(
        "mistake",
        "wrong incorrect",
        better="What made the wrong {rest} look like the right one?",
        pattern=rf"\b(?:{_TOUCHED} (?:the |an? )?|{_TOUCHED} (?:[\w-]+ ){{1,5}}(?:to|on|in|into"
        r"|against|from|at|with) the )(?:wrong|incorrect) (?P<rest>[\w-]+(?: (?!and|but"
        r"|in|on|for|to|so|which|when|by|instead|as|because|again|last|this)[\w-]+)?)",
    ),
    Rule(
        "mistake",
        "wrong",
        better="What made the wrong {rest} look like the right one?",
        position=PersonPosition.NOWHERE,
        excusable=True,
        pattern=r"\bwrong (?P<rest>[\w-]+) (?:was|were|got) (?:typed|entered|keyed|pasted"
        r"|selected|chosen|filled|pulled|unplugged|clicked|pressed"
        r"|ticked)\b(?! by (?:the )?(?!team|staff|on-call|crew|reviewers?|engineers?"
        r"|operator))",
    ),
    Rule(
        "accidentally",
        "accidentally mistakenly carelessly wrongly recklessly blindly erroneously "
        "inadvertently negligently foolishly",
        better="What allowed {rest} without a second look?",
        pattern=r"\bSIGN (?P<done>\w{2,}ed|ran|put|sent|left|took|cut|broke|lost|overwrote|wrote"
        r"|made|set|shut|gave|chose|drew)REST",
    ),
    Rule(
        "accidentally",
        "mistake accident",
        better="What allowed {rest} without a second look?",
        blamed=CERTAIN,
        pattern=r"\b(?P<done>\w{2,}ed|ran|put|sent|left|took|cut|set"
        r"|shut) (?P<rest>(?:[\w./-]+ ){1,8}?)by (?:mistake|accident)\b",
    ),
    Rule(
        "bad change",
        "bad broken wrong faulty buggy untested unreviewed half incorrect invalid erroneous sloppy",
        better="What let {rest} through?",
        blamed=OTHERS,
        pattern=rf"\b{_MADE} (?:(?:their|his|her) )?(?P<rest>(?:(?:an?|the"
        rf"|some) )?(?:\w+, )?{_BAD} [\w-]+)\b",
    ),
    Rule(
        "broke",
        "broke broken wiped nuked destroyed crashed corrupted trashed ruined hosed borked "
        "clobbered toasted tanked bricked",
        better="Which change broke {rest}, and what let it through?",
        blamed=CERTAIN,
        pattern=r"\bSIGN\bREST",
    ),
    Rule(
        "broke",
        "took brought taking bringing",
        better="Which change broke {rest}, and what let it through?",
        blamed=CERTAIN,
        pattern=rf"\b(?:(?:took|taken|brought|brings|taking|bringing) (?:down{_RATHER_DOWN}"
        rf"|(?P<down>{_LIVE}) down\b))REST",
    ),
    Rule(
        "broke",
        "broke broken wiped nuked killed kills trashed hosed",
        better="Which change broke {rest}, and what let it through?",
        pattern=rf"\bSIGN (?P<rest>{_LIVE})(?! (?:job|query|process|pod|session)s?)\b",
    ),
    Rule(
        "who did it",
        "who whoever whose someone somebody intern new junior trainee rookie apprentice temp "
        "newbie",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=(
            r"\bwho (?:the (?:hell|heck) |on earth )?(?:did this|did that|\w+ this mess"
            r"|(?<=earth )\w+|(?<=hell )\w+|broke|touched|messed|thought|let this|signed off"
            r"|killed)\b|\bwhose (?:\w+ )?(?:idea|fault|mess)\b"
            r"|\bwhoever (?:keeps|thought|broke|did|pushed|approved|merged|touched|left"
            r"|decided)\b"
            r"|"
            r"\b(?:someone|somebody) (?:must have |has |had |just "
            r"|(?!who|that|may|can|could)\w+ ){0,2}?(?:turned off|switched off"
            r"|touched|deleted|changed|disabled|unplugged|edited|pushed|removed"
            r"|dropped|merged|scaled|killed|muted|silenced|overwrote|revoked"
            r"|rebooted|force-pushed|(?:been |keeps |keep )(?:editing|changing"
            r"|pushing|merging|deploying|force-pushing|touching|restarting|deleting"
            r"|messing))\b"
            r"|"
            r"\b(?:the|our|some|an?|that) (?:intern|new (?:guy|hire|starter|joiner"
            r"|kid|developer|engineer)|junior(?: \w+)?|trainee|rookie|apprentice"
            r"|temp|newbie) (?:had |has |just )?(?:deleted|dropped|truncated"
            r"|unplugged|overwrote|erased|purged|terminated|killed)\b"
        ),
    ),
    Rule(
        "broke",
        "production prod live",
        blamed=CERTAIN,
        pattern=r"\b(?:deleted|dropped|truncated|terminated|overwrote|purged|erased"
        r"|emptied) (?:(?:the|our|a|all|whole|entire) )*(?:production|prod|live)\b",
    ),
    Rule(
        "left behind",
        "left let leaving",
        blamed=SURE,
        pattern=r"\bSIGN (?:[\w'./-]+ ){1,6}?(?:expire|lapse|run out|fill up|rot|slide|slip|fail"
        r"|go stale|sit|linger|half[- ]\w+|in the dark|hanging|open|exposed|unlocked"
        r"|unattended|unprotected|that way|in (?:an? )?(?:\w+ly )?(?:un\w+|broken"
        r"|half\S*|inconsistent|terrible|bad) (?:state|shape))\b",
    ),
)

"""Rules for judgments of people: careless, guilty, worse than others, in need of a talk."""

from bot.blameless.person_reference import PersonReference
from bot.blameless.rules.rule import OTHERS, SURE, PersonPosition, Rule

_WEAKNESS = (
    r"(?:careless|negligent|sloppy|lazy|stupid|incompetent|irresponsible|reckless"
    r"|inattentive|complacent|unprofessional|useless|hopeless|cavalier|"
    r"clueless|naive|foolish|ignorant|unreliable|lax|hasty|overconfident|at fault"
    r"|to blame|asleep|out of (?:his|her|their) (?:depth|league)|too quick to"
    r"|not the (?:most|best)|over (?:his|her|their) head|"
    r"unprepared|unhelpful|indecisive|rash|too (?:junior|inexperienced|green)"
    r"|not (?:senior|skilled|disciplined|smart|good|competent) enough|inexperienced"
    r"|not up to|not experienced enough|not (?:being )?(?:careful|attentive|diligent"
    r"|paying attention|thinking|watching|listening|looking|concentrating)|unqualified"
    r"|guilty|arrogant|stubborn|impatient|inept|"
    r"too (?:busy|lazy|distracted|tired|impatient|proud|eager)|slapdash|gung-ho"
    r"|trigger-happy|dishonest|disorgani[sz]ed|(?:such )?an? (?:liability|disgrace|idiot"
    r"|menace|fool|moron|clown|cowboy))"
)
_INTENSITY = (
    r"(?:(?:too|very|so|just|simply|obviously|clearly|rather|a bit|a little|quite|extremely"
    r"|being|plain|way|tired and|completely|totally) ){0,4}"
)
_CARELESS = (
    r"(?:careless|negligent|sloppy|stupid|incompetent|irresponsible|reckless|rookie|silly"
    r"|dumb|idiotic|foolish|amateur(?:ish)?|lazy|bone-headed)"
)
_HARMING = (
    r"(?:breaking|taking down|crashing|nuking|ignoring|skipping|not \w+ing|wrecking|ruining"
    r"|forgetting)"
)
_HARMED = (
    r"(?:broke|deleted|dropped|pushed|deployed|merged|approved|turned off|disabled|killed"
    r"|took down|left|forgot|unplugged|ran|put|let)\b"
)

VERDICTS: tuple[Rule, ...] = (
    Rule(
        "warned",
        "warned told",
        pattern=r"\b(?:was|were|had been|been) (?:warned|told)(?: \w+){0,9} (?:and"
        r"|but) (?:\w+ )?(?:ignored|did it anyway|did nothing|carried on|went ahead"
        r"|still|chosen|chose|\w+ (?:it )?anyway)\b|\bhad been (?:warned|told) (?:about"
        r"|of|before|twice|repeatedly|several times|many times)\b",
    ),
    Rule(
        "no idea",
        "idea clue",
        blamed=OTHERS - {PersonReference.SELF},
        pattern=r"\b(?:clearly |obviously |apparently )?(?:had|have|has) no (?:idea|clue)\b",
    ),
    Rule(
        "character",
        "was were is are am been being got became grew getting s re m wasn't weren't not isn't",
        pattern=(
            r"(?:\b(?:was|were|is|are|am|been|being|got|became|grew|getting)"
            rf"|(?<=\w)'(?:s|re|m)) {_INTENSITY}{_WEAKNESS}\b"
            r"|"
            r"\b(?:wasn't|weren't|isn't|was not|were not|is not) (?:even |really "
            r"|being |simply )?(?:careful|attentive|diligent"
            r"|paying (?:any |enough )?attention|thinking|watching|listening"
            r"|competent|qualified|experienced enough|fit (?:to|for)|up to"
            r"|doing (?:his|her|their))\b"
        ),
    ),
    Rule(
        "character",
        "know cares trusted lacked lacks cut history habit business understand clue replaced "
        "fired removed taken retrained reprimanded disciplined punished sacked accountable "
        "responsible ashamed shame disciplinary should shouldn't",
        blamed=OTHERS - {PersonReference.SELF},
        pattern=(
            r"\b(?:can't|cannot|can not|couldn't) be trusted\b"
            r"|\b(?:lacks?|lacked) the (?:competence|skills?|discipline|diligence|judge?ment"
            r"|experience|sense)\b|\bnot cut out for\b|\bcares? (?:more about|only about"
            r"|nothing|little)\b|\bshould be (?:replaced|fired|removed|taken off"
            r"|retrained)\b|\bhas an? (?:history|habit|track record) of\b"
            r"|\b(?:has|had) no business\b|\b(?:doesn't|don't|does not|do not) (?:understand"
            r"|have a clue|know what (?:he|she|they))\b"
            r"|"
            r"\b(?:be|been|was|were|is|are) (?:formally |severely )?(?:reprimanded"
            r"|disciplined|punished|fired|sacked|ashamed"
            r"|held (?:personally )?(?:accountable|responsible))\b"
            r"|"
            r"\bshould(?:n't| not| never) (?:ever )?(?:have been|be) (?:given"
            r"|allowed|trusted|hired|let)\b"
        ),
    ),
    Rule(
        "character",
        "careless negligent sloppy stupid incompetent irresponsible reckless rookie silly "
        "dumb idiotic foolish amateur lazy amateurish bone-headed inexcusable unforgivable "
        "idiot genius clown moron fool spark cowboy finest tired inexperienced inattentive "
        "overconfident distracted untrained more human carelessness negligence incompetence "
        "laziness stupidity recklessness sloppiness inattention complacency inexperience "
        "ignorance overconfidence lack judgment judgement lacks lacked lacking asleep "
        "muppets idiots clowns over worst error-prone weakest least against",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=(
            rf"\b{_CARELESS} "
            r"(?:\w+ )?(?:mistakes?|errors?|change|deploy|deployment|decision|merge"
            r"|edit|handover|developers?|engineers?|work|oversight|people|blunder"
            r"|hour|move|thing to \w+)\b|\bwas (?:just |simply |plain "
            r"|frankly )?(?:reckless|irresponsible|negligent|stupid|idiotic"
            r"|inexcusable|unforgivable)\b|(?<!like )\b(?:some|an?"
            r"|what an?) (?:idiot|genius|clown|moron|fool|bright spark|cowboy)\b"
            r"|\bfinest hour\b|\b(?:an?|the) (?:very )?(?:tired|careless"
            r"|inexperienced|inattentive|overconfident|distracted|sloppy|negligent"
            r"|incompetent|untrained) (?:[\w-]+ )?(?:engineer|developer|operator"
            r"|admin\w*|technician|reviewer|on-call|dba|contractor|intern|person)\b"
            r"|\b(?:little|bit|bit of|some) more (?:care|attention|thought"
            r"|diligence|common sense|discipline)\b|\b(?:stupid|silly) me\b"
            r"|\bhuman factor\b"
            r"|"
            r"\b(?:carelessness|negligence|incompetence|laziness|stupidity"
            r"|recklessness|sloppiness|inattention|complacency|inexperience"
            r"|ignorance|overconfidence|"
            r"lack of (?:discipline|diligence|competence|care|attention)"
            r"|(?:poor|bad) judge?ment|lack(?:s|ed|ing) (?:the |any )?(?:competence"
            r"|skills?|discipline|diligence)|(?:was|is) irresponsible"
            r"|asleep at the (?:wheel|switch)|clown (?:show|car)|muppets|idiots"
            r"|clowns)\b"
            r"|"
            r"\byou (?:just )?\w{2,}ed over my\b|\bplease (?:look|think|ask|check"
            r"|read) before you\b"
            r"|"
            r"\b(?:worst|most careless|most error-prone|weakest"
            r"|least (?:reliable|careful|experienced)) "
            r"(?:performing )?(?:engineers?|developers?|teams?|performers?"
            r"|operators?|responders?|reviewers?|on-call)\b"
            r"|"
            r"\bagainst (?:all |the |our |clear |explicit "
            r"|repeated )*(?:\w+ )?(?:advice|warnings?|recommendations?"
            r"|better judge?ment)\b"
        ),
    ),
    Rule(
        "let down",
        "rushed worse corners blind fell asleep gun rubber-stamped winged shrugged brushed "
        "waved lied hid excuses buck swore refused own let cut used keeps keep kept control",
        blamed=OTHERS,
        pattern=(
            r"\b(?:rushed (?:the|through|into|it)|made (?:it|things|matters) worse"
            r"|turned a blind eye|looked the other way|fell asleep|jumped the gun"
            r"|rubber-stamped|winged it|shrugged (?:it )?off|"
            r"brushed (?:it |them )?off|waved (?:it|them) through|lied about"
            r"|covered (?:it )?up|made excuses|passed the buck|swore (?:it|that)"
            r"|refused to|won't own (?:up|it)|"
            r"let (?:us|everyone|everybody|the team|customers|users) down"
            r"|cut corners|(?:grown |got |gotten )?used to (?:ignoring|skipping)"
            r"|(?:keeps?|kept) (?:on )?(?:breaking|flushing|ignoring|pushing"
            r"|hammering|deploying|forgetting|skipping|killing|merging)"
            r"|lost control of)\b"
        ),
    ),
    Rule(
        "too slow",
        "putting postponing delaying sat slept wasted lost gave dragged",
        blamed=OTHERS,
        pattern=r"\b(?:(?:kept|been|keeps?) (?:putting off|postponing|delaying)|sat on"
        r"|slept through|slept on|wasted|lost control|lost (?:his|her|their) nerve"
        r"|gave up on|dragged (?:his|her|their) feet)\b",
    ),
    Rule(
        "ranking",
        "worst repeat weakest main biggest",
        position=PersonPosition.NOWHERE,
        blamed=OTHERS,
        pattern=r"\b(?:worst|repeat|main|biggest) offenders? (?:was|is|were|are|:"
        r"|among)(?: the)? (?P<person>[^.,;:!?()…]{2,40}?)(?= with\b| this\b| again\b"
        r"| in\b|[.,;]|$)|\bweakest link (?:was|is|in)(?: the)? "
        r"(?P<person2>[^.,;:!?()…]{2,40}?)(?= with\b| this\b|[.,;]|$)",
    ),
    Rule(
        "ranking",
        "most more worst",
        blamed=SURE,
        pattern=r"\b(?:causes?|caused|had|has|have|produces?|makes?"
        r"|made) (?:by far )?(?:the most|more|the worst) (?:[\w-]+ )?(?:incidents"
        r"|outages|bugs|errors|mistakes)\b",
    ),
    Rule(
        "telling people to be careful",
        "careful attention harder think attentive vigilant learn better diligent",
        pattern=r"\b(?:needs?|must|should|has|have|ought)(?: to)? (?:be (?:\w+ )?more (?:careful"
        r"|attentive|diligent|vigilant)|pay (?:more|better|closer) attention|try harder"
        r"|do better|learn (?:how )?to|think (?:twice|before))\b",
    ),
    Rule(
        "telling people to be careful",
        "speak talk word remind retrain tell stop",
        position=PersonPosition.AFTER,
        blamed=OTHERS,
        pattern=r"\b(?:remind |(?:speak|talk|have a word) (?:to|with) )(?=[^.;:!?]{2,40} (?:that"
        r"|of (?:the |their |our |his |her )?(?:rules?|process|polic\w+|procedures?"
        r"|importance|need|dut\w+|responsibilit\w+|freeze|checklist)"
        r"|to (?:be|test|check|read|follow|use|ask|double-check|think|pay|always|never)"
        r"|about (?:their|his|her|taking|being|following|not|care\w*|paying|testing"
        r"|checking|reading))\b)|\bretrain |\btell (?=[^.;:!?]{2,30} to stop \w+ing)",
    ),
    Rule(
        "sarcasm",
        "job work one going thanks thank clap done congrats congratulations bravo kudos "
        "props hats marks shout shoutout strikes strike rigorous careful thorough diligent "
        "idea optional legendary famous famed trademark needs but",
        position=PersonPosition.NOWHERE,
        deniable=True,
        pattern=(
            r"\b(?:great|nice|good|brilliant|stellar|fine|excellent) (?:job|work|one"
            rf"|going),? (?:(?:to )?whoever {_HARMED}|[\w ]{{0,20}}{_HARMING})"
            r"|\b(?:well done|congrats|congratulations|bravo|kudos|props|hats off|top marks"
            r"|shout-?out|thanks|thank you),? (?:to )?(?:whoever"
            rf"|(?:the |our )?\w+ (?:who|that)) (?:had )?{_HARMED}|\bstrikes? again\b"
            r"|\bslow clap\b|\bthanks?(?: you| a lot| so much"
            rf"| a bunch)?(?: to)?(?: [@\w ]{{1,25}}?)? for {_HARMING}\b"
            r"|\b(?:bright|genius|brilliant|clever|great) idea (?:was|is) it\b"
            r"|\bas (?:rigorous|careful|thorough|diligent|reliable"
            r"|attentive) as (?:ever|always|usual)\b"
            r"|\b(?:considered|seen as|treated as|regarded as|is|are|was|were"
            r"|apparently) optional (?:by|for|now|around|over|here)\b"
            r"|\b(?:legendary|famous|famed|trademark|celebrated"
            r"|renowned) (?:attention|care|thoroughness|diligence|testing"
            r"|discipline|reviews?)\b|\bwho needs (?:tests?|testing|reviews?"
            r"|staging|backups|monitoring|runbooks?)\b"
            r"|"
            r"\b(?:not to|don't want to|without wishing to|hate to"
            r"|no wish to)\b[^.;:!?]{0,30}\b(?:point fingers|blame|name names|shame"
            r"|throw)\b[^.;:!?]{0,40}\bbut\b"
        ),
    ),
    Rule(
        "sarcasm",
        "classic typical always another trust leave",
        position=PersonPosition.AFTER,
        blamed=SURE,
        pattern=r"^(?:\w+,? )?(?:classic|typical) |\b(?:it's|it is) always "
        r"|\b(?:trust|leave it to) (?=[^.,;:!?]{2,30} to \w+)",
    ),
)

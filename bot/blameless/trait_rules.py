"""Rules for blame for what people are: careless, slow, guilty, worse than others."""

from bot.blameless.people_in_text import OTHERS, PEOPLE, PersonReference
from bot.blameless.rule import (
    AT_FAULT,
    CHARACTER,
    EASY_WRONG,
    OMISSION,
    PACE,
    POSSIBLE,
    RANKING,
    REPROACH,
    SUPPORT,
    THEN,
    PersonPosition,
    Rule,
)

_WEAKNESS = (
    r"(?:careless|negligent|sloppy|lazy|stupid|incompetent|irresponsible|reckless|inattentive|complacent|unprofessional|"
    r"clueless|naive|foolish|ignorant|unreliable|lax|hasty|overconfident|at fault|to blame|asleep at the wheel|"
    r"not (?:being )?(?:careful|attentive|diligent|paying attention|thinking)|unqualified|guilty|arrogant|stubborn|impatient|inept|asleep)"
)

TRAIT_RULES: tuple[Rule, ...] = (
    Rule(
        "warned", "warned told", r"\b(?:was|were|had been) (?:warned|told)(?: \w+){0,6} (?:and|but) (?:\w+ )?(?:ignored|did it anyway|did nothing|carried on|went ahead|still)\b",
        why=AT_FAULT, question="What made it look like the right thing to do at that moment?", blamed=PEOPLE,
    ),
    Rule(
        "no idea", "idea clue", r"\b(?:clearly |obviously |apparently )?(?:had|have|has) no (?:idea|clue) (?:what|how|about)\b",
        why=CHARACTER, question=THEN, blamed=OTHERS,
    ),
    Rule(
        "character", "was were is are been being " "wasn't weren't",
        rf"\b(?:was|were|is|are|been|being) (?:(?:too|very|so|just|simply|obviously|clearly|rather|a bit|quite|extremely|being|plain) ){{0,4}}{_WEAKNESS}\b",
        why=CHARACTER, question=EASY_WRONG, blamed=PEOPLE,
    ),
    Rule(
        "character", "wasn't weren't not", r"\b(?:wasn't|weren't|was not|were not) (?:even |really |being )?(?:careful|attentive|diligent|paying (?:any )?attention|thinking|competent|qualified|doing (?:his|her|their))\b",
        why=CHARACTER, question=EASY_WRONG, blamed=PEOPLE,
    ),
    Rule(
        "character", "careless negligent sloppy stupid incompetent irresponsible reckless rookie silly dumb idiotic foolish amateur lazy",
        r"\b(?:careless|negligent|sloppy|stupid|incompetent|irresponsible|reckless|rookie|silly|dumb|idiotic|foolish|amateur(?:ish)?|lazy) "
        r"(?:\w+ )?(?:mistakes?|errors?|change|deploy|deployment|decision|merge|edit|handover|developers?|engineers?|work|oversight|people|blunder)\b",
        why=CHARACTER, question=EASY_WRONG, position=PersonPosition.NOWHERE, deniable=True,
    ),
    Rule(
        "character", "carelessness negligence incompetence laziness stupidity recklessness sloppiness inattention complacency inexperience ignorance overconfidence discipline attention care skill skills judgment judgement diligence competence irresponsible",
        r"\b(?:carelessness|negligence|incompetence|laziness|stupidity|recklessness|sloppiness|inattention|complacency|inexperience|ignorance|overconfidence|"
        r"lack of (?:discipline|diligence|competence|care|attention)|(?:poor|bad) judge?ment|lack(?:s|ed|ing) (?:the |any )?(?:competence|skills?|discipline|diligence)|(?:was|is) irresponsible)\b",
        why=CHARACTER, question=EASY_WRONG, position=PersonPosition.NOWHERE, deniable=True,
    ),
    Rule(
        "caused by a person", "caused", r"\bcaused (?:the|this|our|an?) (?:[\w-]+ ){0,2}(?:outage|incident|failure|downtime|problem|mess|crash|loss|disruption)\b",
        why=AT_FAULT, question=POSSIBLE, blamed={PersonReference.PERSON},
    ),
    Rule(
        "caused by a person", "cause culprit", r"\b(?:cause|culprit)(?: of [\w -]{2,30}?)?(?: was| is|:) ",
        why=AT_FAULT, question=POSSIBLE, position=PersonPosition.AFTER, blamed={PersonReference.PERSON}, deniable=True,
    ),
    Rule(
        "caused by a person", "caused broken introduced triggered by", r"\b(?:caused|broken|introduced|triggered) by ",
        why=AT_FAULT, question=POSSIBLE, position=PersonPosition.AFTER, blamed={PersonReference.PERSON}, deniable=True,
    ),
    Rule(
        "fault", "fault incompetence negligence carelessness", r"\b(?:my|your|his|her|their|our|(?P<person>[@\w-]{2,40})'s) (?:own |entire )?(?:fault|incompetence|negligence|carelessness)\b",
        why=AT_FAULT, question=POSSIBLE, position=PersonPosition.NOWHERE, blamed=OTHERS, deniable=True,
    ),
    Rule(
        "fault", "failure mistake error oversight inability refusal blunder ignorance inexperience haste", r"\b(?P<person>[@\w-]{2,40})'s? (?:own |repeated )?(?:failure|mistake|error|oversight|inability|refusal|blunder|ignorance|inexperience|haste)\b(?!['-]? ?(?:rates?|budget|handling|messages?|codes?))",
        why=AT_FAULT, question=POSSIBLE, position=PersonPosition.NOWHERE, blamed={PersonReference.PERSON}, deniable=True,
    ),
    Rule(
        "fault", "fault negligence blame blamed pin failure", r"\b(?:(?:the|entirely the) fault of|blame (?:lies|rests|falls) (?:with|on)|(?:we|i) blame|blamed|blame it on|pin it on|negligence of|failure (?:of|by)) ",
        why=AT_FAULT, question=POSSIBLE, position=PersonPosition.AFTER, blamed=OTHERS, deniable=True,
    ),
    Rule(
        "fault", "responsible", r"\b(?:is|was|are|were) (?:solely |entirely |fully )?responsible for (?:this|the|that|all) (?:\w+ )?(?:mess|outage|incident|failure|problem|breakage|disaster|error|mistake|downtime)\b",
        why=AT_FAULT, question=POSSIBLE, blamed=OTHERS,
    ),
    Rule(
        "too slow", "slow slowly late long hesitated dithered busy distracted tired", r"\b(?:(?:was|were) (?:much |far |way )?too (?:slow|late|busy|distracted|tired)|took (?:far |much |way )?too long|hesitated|dithered|reacted too (?:slowly|late)|responded too (?:slowly|late))(?: toREST)?\b",
        why=PACE, better="What would have made it quicker to {rest}?", question="What did they have to wait for, find or work out?", blamed={PersonReference.PERSON},
    ),
    Rule(
        "too slow", "too", r"\b(?:was|were) (?:much |far |way )?too (?:busy|lazy|distracted|tired|impatient|proud|eager)(?: toREST)?\b",
        why=PACE, better="What would have made it quicker to {rest}?", question=SUPPORT, blamed=PEOPLE,
    ),
    Rule(
        "let down", "let", r"\blet (?P<rest>(?:the|our|an?) [\w-]+(?: [\w-]+)?) (?:expire|lapse|run out|fill up|rot|slide|slip|fail|go stale)\b",
        why=OMISSION, question="What would have reminded them, or made remembering unnecessary?", blamed={PersonReference.PERSON},
    ),
    Rule(
        "let down", "rushed worse corners blind fell asleep gun rubber-stamped winged shrugged brushed waved lied hid excuses",
        r"\b(?:rushed (?:the|through|into|it)|made (?:it|things|matters) worse|turned a blind eye|looked the other way|fell asleep|"
        r"jumped the gun|rubber-stamped|winged it|shrugged (?:it )?off|brushed (?:it |them )?off|waved (?:it|them) through|lied about|covered (?:it )?up|made excuses|passed the buck)\b",
        why=CHARACTER, question=EASY_WRONG, blamed=OTHERS,
    ),
    Rule(
        "punishment", "reprimanded disciplined punished fired sacked accountable responsible ashamed shame disciplinary",
        r"\b(?:be|been|was|were|is|are) (?:formally |severely )?(?:reprimanded|disciplined|punished|fired|sacked|ashamed|held (?:personally )?(?:accountable|responsible))\b",
        why=AT_FAULT, question=POSSIBLE, blamed=OTHERS,
    ),
    Rule(
        "let down", "sat slept let wasted refused lost skipped", r"\b(?:sat on|slept through|slept on|let (?:us|everyone|everybody|the team|customers|users) down|wasted|refused to|lost control|gave up on|cut corners)\b",
        why=PACE, question="What did they have to wait for, find or work out?", blamed=OTHERS,
    ),
    Rule(
        "why did nobody", "why", r"\bwhy (?:didn't|did not|did|wasn't|was|weren't|hasn't|couldn't) (?P<person>nobody|no one|[@\w'-]+(?: [\w'-]+){0,3}?) (?:not |just |simply |even )*(?:(?:watch|look|check|listen|monitor|test|ask|think)ing\b|(?P<rest>(?:roll|check|follow|notice|ask|test|escalate|read|look|tell|call|page|wait|stop|see|watch|think|restart|revert|act|respond|do|monitor)\b[^.,;:!?()…]{0,60}))",
        why=REPROACH, better="What would have made it easy to {rest}?", question=SUPPORT, position=PersonPosition.NOWHERE, blamed=PEOPLE | {PersonReference.NOBODY},
    ),
    Rule(
        "ranking", "worst repeat weakest least most", r"\b(?:worst|repeat|main|biggest) offenders? (?:was|is|were|are|:|among)(?: the)? (?P<person>[^.,;:!?()…]{2,40}?)(?= with\b| this\b| again\b| in\b|[.,;]|$)|\bweakest link (?:was|is|in)(?: the)? (?P<person2>[^.,;:!?()…]{2,40}?)(?= with\b| this\b|[.,;]|$)",
        why=RANKING, question="What do these incidents have in common?", position=PersonPosition.NOWHERE, blamed=OTHERS,
    ),
    Rule(
        "ranking", "most more", r"\b(?:causes?|caused|had|has|have|produces?|makes?|made) (?:by far )?(?:the most|more|the worst) (?:[\w-]+ )?(?:incidents|outages|bugs|errors|mistakes)\b",
        why=RANKING, question="What do these incidents have in common?", blamed={PersonReference.PERSON},
    ),
    Rule(
        "ranking", "worst careless error-prone weakest least", r"\b(?:worst|most careless|most error-prone|weakest|least (?:reliable|careful|experienced)) (?:performing )?(?:engineers?|developers?|teams?|performers?|operators?|responders?|reviewers?|on-call)\b",
        why=RANKING, question="What do these incidents have in common?", position=PersonPosition.NOWHERE,
    ),
    Rule(
        "telling people to be careful", "careful attention harder think", r"\b(?:needs?|must|should|has|have|ought)(?: to)? (?:be (?:\w+ )?more (?:careful|attentive|diligent|vigilant)|pay (?:more|better|closer) attention|try harder|think (?:twice|before))\b",
        why="Nobody can be careful all the time. Make the system safe when people aren't.", question="What would make this safe for somebody who is tired and in a hurry?", blamed=PEOPLE,
    ),
)  # fmt: skip

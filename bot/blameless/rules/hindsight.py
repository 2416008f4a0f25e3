"""Rules for what people should have done, and for questions why they didn't."""

from bot.blameless.rules.phrases import ADVERB, DONE, DUTY
from bot.blameless.rules.rule import ANYBODY, CERTAIN, NOBODY, OTHERS, PersonPosition, Rule

_KNOWN = (
    DONE[:-1]
    + r"|noticed|spotted|caught|seen|known|realised|realized|remembered|foreseen|understood)"
)
_HAVE = (
    r"(?:should(?:n't| not| never)? have|should've|ought to have|could have|might have"
    r"|needed to have)"
)
_PARTICIPLE = (
    r"(?:\w{2,}ed|run|left|made|sent|given|used|known|seen|caught|thought|read|understood"
    r"|foreseen|taken|told|done|gone|kept|written|spoken|said|let|stopped|put|refused"
    r"|double-checked|been more \w+|been \w+ing)"
)
_CONDITION = (
    r"(?:\bif (?:only )?(?P<person>[^.,;:!?()…]{1,40}?) had"
    r"|(?:^|[,;] |\b(?:happened|avoided|prevented|exist|fine|shorter|noticed"
    r"|caught) )had (?P<person2>(?:[\w'@.-]+ ){0,4}?[\w'@.-]+)) "
)

HINDSIGHT: tuple[Rule, ...] = (
    Rule(
        "should have",
        "should should've ought shouldn't needed",
        better="What would have made it possible to {rest}?",
        pattern=r"\b(?:just |really |clearly |obviously |at least "
        rf")?{_HAVE.replace('|could have|might have', '')} {ADVERB}(?P<verb>{_KNOWN})\bREST",
    ),
    Rule(
        "should have",
        "should should've ought shouldn't needed",
        better="What would have made it possible to {rest}?",
        blamed=CERTAIN,
        pattern=r"\b(?:just |really |clearly |obviously |at least "
        rf")?{_HAVE.replace('|could have|might have', '')} {ADVERB}(?!been (?:\w+ed"
        rf"|seen|caught|told|given|shown)\b)(?P<verb>{_PARTICIPLE}|\w{{2,}}ed)\bREST",
    ),
    Rule(
        "should have",
        "should ought expected think expect job responsibility duty up",
        position=PersonPosition.AFTER,
        blamed=OTHERS,
        pattern=(
            r"\b(?:should|ought to) (?:never )?have been (?:\w+ed|caught|seen|stopped|told"
            r"|shown|given) by "
            r"|"
            r"\b(?:would|might|'d) (?:have )?(?:expect(?:ed)?|think) "
            r"|\bit was up to |\bit (?:was|is) (?=[^.,;:!?]{2,40}(?:'s?|his|her"
            r"|their|your) (?:job|responsibility|duty)\b)"
        ),
    ),
    Rule(
        "if only",
        "only had",
        position=PersonPosition.NOWHERE,
        blamed=OTHERS,
        pattern=rf"{_CONDITION}(?!not (?:noticed|caught|spotted|been|seen|stepped|reacted|acted"
        r"|intervened))(?:only |just |simply |not |never |actually "
        rf"|properly )?(?:{_PARTICIPLE}|paid attention)\b",
    ),
    Rule(
        "if only",
        "if",
        position=PersonPosition.NOWHERE,
        blamed=CERTAIN,
        pattern=r"\bif (?P<person>[^.,;:!?()…]{1,40}?) (?:hadn't (?!noticed|caught|spotted"
        r"|been|seen|stepped|reacted|acted|intervened)\w+"
        rf"|(?:would|could|did) (?:just |only |actually |ever )+(?:{DUTY})"
        r"|(?:was|were|had been) (?:an? (?:bit|little) )?more (?:careful|attentive"
        r"|diligent))|\bif (?P<person2>[^.,;:!?()…]{1,40}?) (?:followed|read|checked"
        r"|tested|asked|listened|cared|thought|could be bothered)\b[^.;:!?]{0,80}? "
        r"would",
    ),
    Rule(
        "should have",
        "better least know would should",
        position=PersonPosition.NOWHERE,
        excusable=True,
        pattern=(
            r"\b(?:should|would|ought to) (?:have known|know) (?:better|by now)\b"
            r"|\bthe least [^.,;:!?]{2,30} could (?:do|have done)\b"
            r"|"
            r"\b(?:(?:any(?:one|body)?|an?) (?:more )?(?:competent|sensible|decent"
            r"|experienced|reasonable|half-awake|careful|attentive|diligent"
            r"|first-year|junior)(?: \w+)? would|(?:anyone"
            r"|anybody)(?: (?:who|looking|reading|with"
            r"|watching)(?: [\w-]+){1,5})? would) have (?:seen|known|noticed|caught"
            r"|spotted|realised|realized|checked|tested|stopped|asked)\b"
            r"|"
            r"\bshould (?:really |clearly |obviously )?have been (?:checked|noticed"
            r"|caught|tested|verified|spotted|seen|questioned|escalated|reviewed"
            r"|obvious)\b(?! (?:by|automatically)\b)"
        ),
    ),
    Rule(
        "should have",
        "could would might",
        blamed=CERTAIN,
        pattern=r"\b(?:could|would|might) (?:have )?(?:very |so |quite )?(?:easily|simply|just"
        r"|at least) (?:have )?(?:\w+ed|been|seen|caught|asked|told)\b"
        r"|\bcould(?: at least)? have (?:asked|checked|tested|told|said|waited|warned"
        r"|looked|read|mentioned|spoken|bothered)\b",
    ),
    Rule(
        "why did nobody",
        "why",
        better="What would have made it easy to {rest}?",
        position=PersonPosition.NOWHERE,
        blamed=ANYBODY | NOBODY,
        pattern=(
            r"\bwhy (?:on earth |the hell )?(?:did|would|does) "
            r"(?P<person2>[@\w'-]+(?: [\w'-]+){0,3}?) (?:ever "
            r"|always )?(?:(?:ignore|skip|break|bypass|disregard|think it)\b"
            r"|[^.;:!?]{2,50} without )"
            r"|"
            r"\bwhy (?:on earth )?(?:didn't|did not|did|wasn't|was|weren't|hasn't"
            r"|couldn't) (?P<person>nobody|no one|[@\w'-]+(?: [\w'-]+){0,3}?) "
            r"(?:not |just |simply |even )*(?:(?:watch|look|check|listen|monitor"
            r"|test|ask|think)ing\b|(?P<rest>(?:roll|check|follow|notice|ask|test"
            r"|escalate|read|look|tell|call|page|wait|stop|see|watch|think|restart"
            r"|revert|act|respond|do|monitor)\b[^.,;:!?()…]{0,60}))"
        ),
    ),
)

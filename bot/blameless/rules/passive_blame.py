"""Rules for blame that names nobody: "the runbook was not followed"."""

from bot.blameless.rules.phrases import ATTENDED, DONE
from bot.blameless.rules.rule import CERTAIN, PersonPosition, Rule

PASSIVE_BLAME: tuple[Rule, ...] = (
    Rule(
        "passive blame",
        "skipped ignored overlooked neglected disregarded bypassed forgotten followed missed "
        "acted not never wasn't weren't no clicked unheeded corners mistakes rushed "
        "rubber-stamped waved nodded swept little insufficient without brushed shrugged put "
        "pushed left glossed mishandled botched carelessly hastily blindly sloppily decision",
        position=PersonPosition.NOWHERE,
        excusable=True,
        pattern=(
            r"(?:^|(?<=\s))(?:(?:step|section|phase) [\w.]+"
            rf"|{ATTENDED})(?: (?:in|of|from|for) (?:[\w-]+ ){{0,3}}?[\w-]+)? (?:(?:was"
            r"|were|been|had|has|have|got|gets|just|simply|\w+ly|completely|being) ){1,3}"
            r"(?:(?<! not )(?:skipped|ignored|overlooked|neglected|disregarded"
            r"|bypassed|forgotten|missed)|not (?:followed|acted (?:up)?on"
            r"|heeded))\b(?! (?:by (?:the )?(?!team|staff|on-call|crew|reviewers?"
            r"|engineers?)|because|as|since|when))"
            r"|"
            r"\b(?:not|never|n't) (?:\w+ly )?(?:properly|adequately|sufficiently"
            r"|thoroughly|carefully) (?:\w+ed|read|thought through)\b"
            r"|\b(?:not|never|wasn't|weren't) (?:\w+ed|read) (?:properly|adequately"
            r"|sufficiently|thoroughly|carefully|enough)\b"
            r"|\b(?:precautions?|care|steps|responsibility|action) (?:was|were"
            r"|had been) not (?:been )?taken\b|\bno (?:thought|consideration"
            r"|attention) (?:was|had been|has been) (?:given|paid)\b"
            r"|\b(?:not|never) (?:been )?acted (?:up)?on\b"
            r"|\bclicked (?:through|away)\b|\b(?:tests?|checks?|box|notes|e?mail"
            r"|ticket|guide|manual|backup|verification|documentation|docs|procedure"
            r"|runbook|instructions?) (?:was|were|had|has|have) (?:not"
            r"|never) (?:been )?(?:read|followed|consulted|carried out|performed"
            r"|completed|ticked|run)\b|\bcorners were cut\b|\bmistakes were made\b"
            r"|\b(?:was|were|been|got) (?:rushed|rubber-stamped|waved through"
            r"|nodded through|swept under)\b|\b(?:not enough|(?:too )?little"
            r"|insufficient) (?:care|thought|attention) (?:was|had been"
            r"|has been) (?:taken|given|paid)\b"
            r"|\b(?:was|were|been|got) (?:\w+ed|made|run"
            r"|put) (?:[\w-]+ ){0,4}?without (?:any |proper |prior |due "
            r"|adequate )?(?:testing|checking|asking|reading|telling|consulting"
            r"|consultation|permission|warning anybody|(?<=any )\w+|(?<=proper )\w+"
            r"|(?<=prior )\w+|(?<=adequate )\w+)\b|\bwarnings? (?:\w+ ){0,3}went "
            r"unheeded\b"
            r"|"
            r"\b(?:was|were|been|got|being) (?:\w+ )?(?:brushed (?:aside|off)"
            r"|shrugged off|put off|pushed through|left (?:unanswered|unread"
            r"|unattended|unreviewed|unlocked|for later)|forgotten|neglected"
            r"|glossed over|\w+ed and (?:then )?(?:forgotten|ignored)|mishandled"
            r"|botched|(?:\w+ed|done|made|filled in|written) (?:carelessly|hastily"
            r"|blindly|sloppily|in a hurry))\b(?! by (?:the )?(?!team|staff|on-call"
            r"|crew|reviewers?|engineers?))"
            r"|\bdecision (?:was|had been) (?:taken|made) (?:to (?:ignore|skip)"
            r"|not to)\b|\bdiligence was not\b"
            r"|"
            r"\bwithout (?:any(?:one|body)|a single person|a soul) (?:even |ever "
            r"|\w+ly )?(?!notic|know|see|hav|realis|realiz|need|los|be|tell"
            r"|touch)(?:\w+ing)\b|\bwithout (?:the |any )[^.,;:!?]{2,30}? being "
            r"(?:looked at|read|checked|reviewed|tested|asked|told|consulted)\b"
        ),
    ),
    Rule(
        "passive blame",
        "not never wasn't weren't missed overlooked ignored skipped disregarded",
        position=PersonPosition.AFTER,
        blamed=CERTAIN,
        pattern=(
            rf"\b(?:not|never|wasn't|weren't) (?:been )?(?:properly )?{DONE}(?: properly)? "
            r"by "
            r"|"
            r"\b(?:was|were|been|got) (?:missed|overlooked|ignored|skipped|disregarded) by "
        ),
    ),
)

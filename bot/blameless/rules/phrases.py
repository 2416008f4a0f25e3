"""Phrases that rules in several modules share."""

ADVERB = r"(?:(?:just|simply|even|really|actually|ever|also|always|first|\w+ly) )?"
# Only people attend to these, so whoever ignored one is a person.
ATTENDED = (
    r"(?:(?:the|an?|all|any|every|both|several|our|two|three|first|second|many|earlier"
    r"|repeated|basic|its|his|her|their) ){0,4}(?:[\w-]+ )?"
    r"(?:alerts?|alarms?|pages?|warnings?|runbooks?|documentation|docs|procedures?"
    r"|process|polic(?:y|ies)|checklists?|freeze|precautions?|steps?|step \w+|"
    r"guides?|handbooks?|bulletins?|tickets?|diagrams?|announcements?|contract|notes"
    r"|instructions?|guidelines?|e-?mails?|advice|dashboards?|graphs?|"
    r"reviews?|review comments?|drills?|tests?|backups?|validation|verification"
    r"|playbooks?|sign-?offs?|approvals?|protocol|manual|risks?|dry run|handover)\b"
)
# What people ought to do: "did not check" implies "should have checked".
DUTY = (
    r"(?:follow|notice|check|double-check|verify|test|read|inform|tell|notify|escalate"
    r"|respond|react|communicate|document|review|"
    r"listen|validate|confirm|monitor|announce|heed|consider|spot|catch|ask|pay attention"
    r"|think|care|bother|coordinate|anticipate|"
    r"learn|consult|question|raise|report|act|do (?:his|her|their|its|so|anything|what)"
    r"|wait|look|watch|update|ack|acknowledge|answer|"
    r"warn|mention|speak up|prepare|plan|back up|clean up|hand over|call|page|renew"
    r"|rotate|stop to|take (?:it|this|that|them|any|the|an?) |"
    r"run (?:the|any|an?|his|her|their) (?:\w+ )?(?:tests?|checks?|checklist|dry run"
    r"|suite|plan)|get (?:an?|any|the) (?:review|approval|sign-off)|"
    r"(?:give|spare) (?:it |this )?(?:any|a) thought|own up|finish)"
)
DONE = (  # the same after "have", "nobody" or "never"
    r"(?:followed|checked|double-checked|verified|tested|read|informed|told|notified"
    r"|escalated|responded|reacted|communicated|"
    r"documented|reviewed|listened|validated|confirmed|monitored|announced|heeded"
    r"|considered|asked|paid (?:any )?attention|"
    r"thought|cared|bothered|coordinated|anticipated|learned|learnt|consulted|questioned"
    r"|raised|reported|waited|looked|watched|updated|"
    r"acked|acknowledged|answered|warned|spoke up|spoken up|speak up|prepared"
    r"|took (?:any )?(?:ownership|responsibility|charge|action|them|it)|"
    r"did (?:anything|something|a thing)(?! wrong)|stepped (?:in|up)"
    r"|had the (?:sense|courage|decency)|"
    r"been (?:more )?careful|taken (?:an?|the|more) (?:backup|snapshot|care|closer look)"
    r"|delivered|got back|called back|replied|followed up|showed up|turned up"
    r"|passed (?:it|this|them) on|"
    r"mentioned|said|shared|logged|tried|ran (?:the |an? |any )?(?:[\w-]+ )?(?:tests?"
    r"|drill|checks?|suite))"
)
ERROR_WORDS = (
    r"(?!['-]? ?(?:rates?|budget|handling|messages?|codes?|count|prone|logs?|handlers?|pages?"
    r"|factors? (?:research|training)))"
)

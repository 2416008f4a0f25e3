"""Cues for looking back: contributing factors, praise, regret, luck, lessons."""

from bot.drafting.cues.senses import Sense, cue

REVIEW_CUES = (
    cue(
        "contributing factor",
        Sense.FACTOR,
        (
            r"(?:contributing factor|contributed to|made (?:it|this|things|matters) worse"
            r"|(?:didn'?t|not) help\b|no (?:alert|alerts|alerting|monitoring|runbook|test"
            r"|tests) (?:for|on|was|were|exist\w*|that|covering)"
            r"|nobody (?:could|would|can) (?:see|know|notice|tell)\b"
            r"|(?:wasn'?t|weren'?t|not|isn'?t|aren'?t) (?:being )?(?:monitored|alerting|tested"
            r"|covered|documented))\b"
        ),
        "people name a factor with these words, or as something that was missing",
    ),
    cue(
        "went well",
        Sense.WELL,
        r"(?:went well|worked (?:well|great|perfectly|as (?:designed|intended|planned|expected))|"
        r"(?:caught|spotted) (?:it|this) (?:early|quickly|fast))\b",
        "somebody praises something explicitly",
    ),
    cue(
        "went poorly",
        Sense.POORLY,
        (
            r"(?:went (?:poorly|badly|wrong)|took (?:us )?(?:\w+ ){0,2}(?:too|so|very|remarkably"
            r"|way too|forever) ?(?:long|slow)?|(?:did|does)n'?t (?:page|alert|fire|notify)"
            r"|should have (?:been )?(?:paged|alerted|noticed|caught|tested))\b"
        ),
        "somebody regrets something explicitly",
    ),
    cue(
        "luck",
        Sense.LUCKY,
        (
            r"(?:(?:got|were|was|we'?re) lucky|luckily|fortunately|by (?:pure )?luck"
            r"|good thing (?:that|we|it))\b"
        ),
        "people call luck by its name",
    ),
    cue(
        "lesson",
        Sense.LESSON,
        r"(?:lessons? learned|lesson (?:is|here|for)|in hindsight|next time,? we|we learned)\b",
        "people announce a lesson as one",
    ),
)

"""The content words of a text, as stems, with words of the same meaning in operations made equal."""

import re
from functools import lru_cache

from bot.drafting.roles.features import stem

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def split_words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


# Words without content of their own. "Incident" and "responders" add nothing in a postmortem.
FUNCTION_WORDS = split_words(
    "a an the this that these those it its they them their there here which what where when "
    "while who whose how as at by for from in into of off on onto out over per to up upon with "
    "within via about across against along among around behind between during through throughout "
    "toward towards under until since after before then and but or nor so yet also too both "
    "either not no than such is are was were be been being am has have had having do does did "
    "done doing will would can could shall should may might must if once again still just now "
    "later soon isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't "
    "wouldn't can't couldn't shouldn't cannot it's that's there's let's we're we've they're i'm "
    "i've i'll we'll i we you he she my our your us me him her some any other another each same "
    "own s t because due suspected suspect probably likely apparently possibly maybe perhaps "
    "seemingly start started starting began begin begun ruled involved returned showed reported "
    "noticed went without utc incident responder responders well only very much many"
)
_SAME = (
    "restore restored recover recovered recovery recovering recovers normal healthy back",
    "fail failed failing fails failure failures error errors erroring errored",
    "down outage unavailable unreachable",
    "rollback rolled roll rolling revert reverted reverting",
    "restart restarted restarting bounce bounced reboot rebooted",
    "slow slower slowness latency latencies",
    "timeout timeouts timing timed",
    "deploy deployed deployment deploying release released rollout",
    "db database databases",
    "config configuration configs configurations",
    "cert certs certificate certificates",
    "prod production",
    "conn conns connection connections",
    "repo repository",
    "env environment",
    "auth authentication",
    "increase increased increasing raise raised raising bump bumped bumping",
    "decrease decreased reduce reduced reducing lower lowered lowering",
    "fix fixed fixes mitigate mitigated mitigation solved solve",
    "end ended ends stop stopped stopping",
    "alert alerts alerted alarm alarms paged page",
    "full filled filling",
    "cause caused causes causing reason trigger triggered",
    "run ran running",
    "go went gone",
    "see saw seen seeing",
    "take took taken taking",
    "find found finding",
    "fall fell fallen",
    "grow grew grown growing",
    "lose lost losing loss",
    "make made making",
    "get got gotten getting",
    "send sent sending",
    "keep kept",
    "hold held holding",
    "break broke broken",
    "write wrote written writing",
    "set setting",
    "miss missed missing",
    "exhaust exhausted exhaustion",
    "use used uses using",
    "hang hung hanging",
    "switch switched switching",
    "fail-over failover",
)
_CANONICAL = {stem(word): words.split()[0] for words in _SAME for word in words.split()}


@lru_cache(maxsize=4096)  # each message is compared with many sentences
def content_stems(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    words = _WORD.findall(text.casefold().replace("\u2019", "'"))
    return frozenset(
        _canonical(word.removesuffix("'s")) for word in words if word not in FUNCTION_WORDS
    )


def _canonical(word: str) -> str:
    root = stem(word)
    return _CANONICAL.get(root, root)

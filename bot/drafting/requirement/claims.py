"""Explicit statements that any team would write a postmortem for.

A topic counts if a person states it as a fact. It doesn't if it's a question, denied, feared,
planned against or about another time: an unneeded postmortem costs a day, while a missed one can be
requested.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.markup import to_plain_text
from bot.domain.timeline import EventKind, Record, TimelineEvent
from bot.drafting.cues.search import has_question_mark
from bot.drafting.reading.lines import MAX_READ_LENGTH, replace_unprintable

_STORED = (
    r"(?:data|rows?|records?|writes?|messages?|events?|files?|documents?|entries|uploads?|backups?)"
)
# Words allowed between "lost" and what was lost; "lost connection to the data center" isn't data
# loss.
_QUANTITY = (
    r"(?:(?:the|some|all|most|many|few|several|our|their|its|of|about|around|roughly|over"
    r"|customers?|users?|worth|last|recent|minutes?|hours?|production|[~\d][\d,.]*[km%]?) )"
)
_SECRETS = (
    r"(?:(?:api |access |private |signing |ssh )?(?:keys?|credentials?|tokens?|secrets?"
    r"|passwords?))"
)
_WAS = r"(?:is|are|was|were|has been|have been|had been|got)"
_OBJECTIVE = r"(?:slos?|slas?|error budgets?)"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
_CLAUSE = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+")
_CONTRAST = re.compile(r"\b(?:but|however|though|although)\b|;")
_DENIED = re.compile(
    r"\b(?:no|not|never|without|zero|0|nothing|none|cannot|neither|nor|hardly|unlikely|\w+n't"
    r"|(?<!narrowly )avoid\w*|prevent\w*|protect\w*|against|rather than|instead of)\b"
)
_DENIED_AFTER = re.compile(
    r"\b(?:ruled out|did not|didn't|not (?:found|seen|confirmed)|unconfirmed|false alarm)\b"
    r"|^\W*(?:no|none|nope|zero)\b"
)
_UNSURE = re.compile(
    r"\b(?:maybe|perhaps|possibl\w+|probabl\w+|potential\w*|might|may|could|would|should|will"
    r"|whether|if|suspect\w*|unclear|not sure|unsure|guess|think|believe|seems?|looks? like"
    r"|appears?|risk\w*|afraid|worr\w+|fear\w*|wonder\w*|check(?:s|ed|ing)?|verif\w+|confirming"
    r"|in case|need to|to-?do|let's|tests?|drills?|exercise|alerts? (?:on|for)|monitor\w*|runbook"
    r"|add|write|last (?:time|year|month|quarter)|years? ago|back in)\b"
)
_DENIAL_WINDOW = 40  # characters before a statement where a denial counts


@dataclass(frozen=True, slots=True)
class Topic:
    """A pattern in lower case. Texts without any of the words are skipped quickly."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    kinds: frozenset[EventKind]


_BY_PEOPLE = frozenset(
    {EventKind.MESSAGE, EventKind.NOTE, EventKind.RESOLVED, EventKind.IMPACT, EventKind.UPDATE}
)

DATA_LOSS = Topic(
    ("lost", "losing", "loss", "corrupt", "wiped", "overwritten", "unrecoverable", "gone"),
    re.compile(
        rf"\b(?:lost|losing|corrupted|wiped) {_QUANTITY}{{0,5}}{_STORED}\b(?! ?(?:cent|base|plane"
        rf"|link|connection|feed|source))|\b{_STORED} (?:(?:from|of|in"
        rf"|since) (?:\w+ ){{1,3}})?{_WAS} (?:\w+ ){{0,2}}(?:lost|corrupted|wiped|overwritten"
        r"|unrecoverable|gone)\b|\b(?:had|have|has|saw|seeing|caus(?:ed|ing)|suffer(?:ed|ing)"
        r"|confirmed|led to|result(?:ed|ing) in|with|is|was|there is|there was|some|partial"
        r"|permanent) (?:\w+ ){0,2}data[- ](?:loss|corruption)\b"
        r"|\bdata[- ](?:loss|corruption) (?:is |was )?(?:confirmed|occurred|happened)\b"
    ),
    _BY_PEOPLE,
)
SECURITY = Topic(
    (
        *("breach", "leak", "stolen", "compromised", "hacked", "unauthori", "attacker", "intruder"),
        *("ransomware", "exfiltrat", "security incident", "exposed", "published", "committed"),
    ),
    re.compile(
        r"\b(?:data|security) breach\b|\bsecurity incident\b|\b(?:ransomware|exfiltrat\w+)\b"
        r"|\b(?:we|they|accounts?|servers?|hosts?|systems?|databases?|networks?|buckets?"
        rf"|laptops?) {_WAS} (?:\w+ )?(?:breached|hacked|compromised)\b"
        rf"|\b(?:leaked|stolen|compromised) (?:\w+ )?{_SECRETS}\b"
        rf"|\b{_SECRETS} {_WAS} (?:\w+ ){{0,2}}(?:leaked|stolen|compromised|exposed|published"
        r"|committed)\b|\bunauthori[sz]ed access\b(?!['\"]? ?(?:errors?|exceptions?|responses?"
        r"|pages?|messages?|warnings?))|\b(?:attackers?|intruders?) (?:\w+ )?(?:got|gained|had"
        r"|has|have|accessed|used|stole|reached)\b"
    ),
    _BY_PEOPLE,
)
SLO = Topic(
    ("slo", "sla", "error budget"),
    re.compile(
        r"\b(?:breach(?:ed|es|ing)|violat(?:ed|es|ing)|missed|blew|broke|exhausted|used up"
        r"|burn(?:ed|t) through|below) (?:(?:the|our|their|its|this|all|\w+ly|\w+'s|availability"
        rf"|uptime|latency|[\d.]+ ?%) ){{0,3}}{_OBJECTIVE}\b"
        rf"|\b{_OBJECTIVE} (?:\w+ )?{_WAS} (?:\w+ )?(?:breached|violated|missed|blown|exhausted"
        rf"|used up|spent|gone)\b|\b{_OBJECTIVE} (?:breached|violated|missed|exhausted)\b"
        r"|\b(?:an?|the|this|our) (?:slo|sla) (?:breach|violation)\b"
    ),
    _BY_PEOPLE | {EventKind.ALERT},
)
_LOST = (
    r"(?:los[et]|lost|losing|delet\w+|wip\w+|corrupt\w+|leak\w+|overwr\w+|overran|ran out"
    r"|running out|run out|crash\w*|an? (?:\w+ )?outage|(?:went|going|go) down"
    r"|(?:took|taken|taking|brought|knocked) (?:\w+ ){1,4}(?:down|out)|double[- ]charged"
    r"|paid out twice)"
)
# Harm that luck prevented. "Almost done" and "almost all users" are none.
NEAR_MISS = Topic(
    (
        *(
            "near miss",
            "near-miss",
            "close call",
            "bullet",
            "narrowly",
            "almost",
            "nearly",
            "averted",
        ),
        *("luck", "fortunately", "was close"),
    ),
    re.compile(
        r"\bnear[- ]miss\b|\bclose call\b|\bdodged a bullet\b"
        r"|\bnarrowly (?:avoided|averted|escaped|missed)\b"
        r"|\b(?:disaster|outage|incident) averted\b|\bthat was close\b|(?<!un)\bluckily\b"
        r"|(?<!un)\bfortunately\b|\b(?:got|getting|were|was|been|are|am|just"
        r"|so) (?:\w+ )?lucky\b|\bby (?:pure |sheer |sheer good )?luck\b"
        rf"|\b(?:almost|nearly) (?:\w+ ){{0,2}}?{_LOST}\b"
    ),
    _BY_PEOPLE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause that states a topic, and its message id."""

    text: str
    message_id: str


def find_claims(record: Record, topic: Topic) -> Iterator[Claim]:
    """Yield the clauses that state the topic, in the order of the record."""
    for event in record.events:
        if event.kind in topic.kinds and not event.deleted:
            yield from _claims_in(event, record, topic)


def is_stated(clause: str, topic: Topic) -> bool:
    """Return whether a clause states the topic as a fact about this incident."""
    words = clause.lower().replace("\u2019", "'")
    if has_question_mark(words):
        return False
    return any(_is_stated(part, topic.pattern) for part in _CONTRAST.split(words))


def is_denied(clause: str, words: Sequence[str]) -> bool:
    """Return whether a clause denies one of these words: "none of them were affected"."""
    text = clause.lower().replace("\u2019", "'")
    return any(
        _DENIED.search(text[max(0, match.start() - _DENIAL_WINDOW) : match.start()])
        for match in re.finditer("|".join(words), text)
    )


def _claims_in(event: TimelineEvent, record: Record, topic: Topic) -> Iterator[Claim]:
    raw = event.text[:MAX_READ_LENGTH].lower()
    if not any(word in raw for word in topic.words):
        return
    text = _CODE.sub(
        " … ", replace_unprintable(to_plain_text(event.text[:MAX_READ_LENGTH], record.people))
    )
    for clause in _CLAUSE.split(text):
        if is_stated(clause, topic):
            yield Claim(clause.strip(), event.message_id)


def _is_stated(part: str, pattern: re.Pattern[str]) -> bool:
    return any(
        not _DENIED.search(part[max(0, match.start() - _DENIAL_WINDOW) : match.end()])
        and not _DENIED_AFTER.search(part[match.end() :])
        and not _UNSURE.search(part)
        for match in pattern.finditer(part)
    )

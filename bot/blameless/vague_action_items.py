"""Vague action items: patterns for the whole text of an item that nobody can finish.

Each has an example of a specific item: what will be different, and how to verify it. A pattern must
match the whole text, so an item with more details isn't vague.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VaguePattern:
    """A kind of vague item, and a specific example."""

    name: str
    pattern: re.Pattern[str]
    example: str


_BETTER = (
    r"(?:improve|better|enhance|increase|strengthen|optimi[sz]e|upgrade|revisit|tune|more"
    r"|add(?: more| better| some)?|review|refine|expand|fix)"
)
_THE = r"(?:our |the |its |all |overall |internal |existing )*"
_SOMEWHERE = r"(?: (?:of|for|in|on|around|across|to|between|with|by|from) (?:[\w-]+ ){0,3}[\w-]+)?"
_AND = r"(?:(?:,| and| &|/) ?(?:[\w-]+ )?[\w-]+)?"


def _vague(name: str, pattern: str, example: str) -> VaguePattern:
    return VaguePattern(name, re.compile(pattern, re.IGNORECASE), example)


VAGUE_PATTERNS = (
    _vague(
        "monitoring",
        rf"(?:{_BETTER} {_THE}(?:[\w-]+ )?(?:monitoring|alerting|observability|logging"
        r"|visibility|alerts|alarms|metrics|dashboards|telemetry)"
        rf"{_AND}(?<!\d){_SOMEWHERE})",
        "Page the on-call when the oldest job in the queue is more than 5 minutes old",
    ),
    _vague(
        "care",
        r"(?:.{0,40}\b)?(?:be (?:\w+ )?(?:more )?(?:careful|vigilant|attentive|mindful)"
        r"|pay (?:more|better|closer) attention|remember to\b|don't forget|"
        r"not forget|try harder|take more care|double-?check (?:everything|changes"
        r"|commands|twice))\b.{0,80}",
        "Make the delete command ask for the name of the cluster that it would delete",
    ),
    _vague(
        "investigation",
        r"(?:(?:further |continue to |keep )?(?:investigat(?:e|ing)"
        r"|look(?:ing)? (?:in)?to|explore|research|consider|think about|evaluate|discuss"
        r"|examine|analy[sz]e|"
        r"figure out|revisit|dig into|follow up(?: on| with)?|check(?: on)?|assess)"
        r"(?: (?:the|our|this|it|that|more|further|into|why|how|on|better|possible|other"
        r"|alternative|[\w-]+)){0,4}|further investigation.{0,40}|tbd|more research)",
        "Find out why the failover took 14 minutes, and write the answer into this postmortem",
    ),
    _vague(
        "communication",
        rf"(?:{_BETTER} {_THE}(?:[\w-]+ )?(?:communications?|collaboration|coordination"
        rf"|alignment|information flow){_AND}{_SOMEWHERE}|"
        r"(?:communicate|collaborate|coordinate|align) (?:better|more(?: often| closely)?"
        r"|earlier).{0,60})",
        "Post to the status page within 15 minutes of a P1, using a template owned by "
        "the support team",
    ),
    _vague(
        "awareness",
        r"(?:(?:increase|raise|improve|create|spread|build) "
        r"(?:the )?(?:[\w-]+ )?(?:awareness|knowledge|understanding)"
        r"|share (?:the |these |our )?(?:learnings|knowledge|lessons)"
        r"|spread the word).{0,80}",
        "Show the name of the environment in red in the production console",
    ),
    _vague(
        "training",
        r"(?:(?:re-?)?train (?:the |our |all |more )?(?:people|team|teams|everyone"
        r"|everybody|engineers|developers|staff|operators|users|on-calls?).{0,60}|"
        r"(?:more|better|additional|further|provide|organi[sz]e|do)(?: more"
        r"| better)? training.{0,60}|educate .{0,60})",
        "Rehearse the database failover in staging once a quarter, starting on 1 June",
    ),
    _vague(
        "process",
        rf"(?:{_BETTER}|update|revise|rethink|define|document|write|create) {_THE}(?:a "
        r"|an )?(?:[\w-]+ )?(?:process(?:es)?|procedures?|documentation|docs|testing"
        r"|tests|test coverage|"
        r"code quality|reliability|resilience|resiliency|stability|performance|quality"
        rf"|onboarding|code reviews?|runbooks?|best practices|security|robustness){_AND}",
        "Have CI reject any migration that locks a table of more than a million rows",
    ),
    _vague(
        "hope",
        r"(?:(?:make sure|ensure|see to it)(?: that)? (?:this|it|that"
        r"|such (?:an? )?\w+) (?:does not|doesn't|do not|never|won't|will not|cannot"
        r"|can't) (?:\w+ )?(?:happens?|occurs?|repeats?)(?: again)?|"
        r"(?:prevent|avoid) (?:this|it|recurrence|(?:future|such|similar) (?:incidents"
        r"|outages|issues|problems))(?: .{0,40})?|do better.{0,30})",
        "Add a limit of 20 connections per worker, and a test that fails without it",
    ),
    _vague(
        "fix",
        r"(?:fix|resolve|address|solve|handle|clean up"
        r"|refactor)(?: (?:it|this|that|the|our|all|root|cause|bug|bugs|issue|issues"
        r"|problem|problems|code|mess|things|technical|debt))*",
        "Close the connection when the payment provider times out (in the client's retry loop)",
    ),
)

_MAX_LENGTH = 120  # characters; a longer text says something specific


def find_vague_pattern(text: str) -> VaguePattern | None:
    """Return the pattern that an item's text matches; None if it's specific, or it's not sure."""
    bare = " ".join(text.replace("\u2019", "'").strip(" .!*_").split())
    if len(bare) > _MAX_LENGTH or any(character.isdigit() for character in bare):
        return None
    return next((pattern for pattern in VAGUE_PATTERNS if pattern.pattern.fullmatch(bare)), None)

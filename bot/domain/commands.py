"""The words of `/incident`: what one can type, and what it does."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the command. `usage` is what follows `/incident`; `group` orders the help."""

    name: str
    usage: str
    does: str
    group: str


RUN, RECORD, FOLLOW, LOOK = "Run an incident", "Record", "Follow up", "Look"

WORDS = (
    Word("declare", "declare [P1] what is broken", "opens an incident and its channel", RUN),
    Word("private", "private [P1] what is broken", "opens one that only those who are invited see", RUN),
    Word("here", "here [P1] [what is broken]", "makes this channel the incident's, history included", RUN),
    Word("sev", "sev P2", "sets the severity", RUN),
    Word("status", "status identified", "sets the status: investigating, identified, monitoring", RUN),
    Word("update", "update [30m] what has changed", "tells everybody how it stands, and when the next update is due", RUN),
    Word("lead", "lead [@who]", "says who leads; without a name it is you", RUN),
    Word("role", "role communications @who", "gives somebody a role", RUN),
    Word("resolve", "resolve [what fixed it]", "ends it and drafts the postmortem", RUN),
    Word("reopen", "reopen [why]", "opens it again", RUN),
    Word("cancel", "cancel [why]", "ends it as not an incident, without a postmortem", RUN),
    Word("note", "note [14:32] text", "adds to the timeline, also for an earlier time", RECORD),
    Word("impact", "impact 4,200 customers could not pay", "records who or what was affected", RECORD),
    Word("time", "time [restored 14:59 | restored clear]", "shows the key times, or sets or clears one", RECORD),
    Word("services", "services checkout, payments-api", "says which services are affected; `none` takes it back", RECORD),
    Word("forget", "forget LINK", "erases a message here; for the lead and admins", RECORD),
    Word("action", "action text @who friday P2", "records an action item and opens its thread", FOLLOW),
    Word("actions", "actions [12]", "lists this incident's action items, elsewhere your own; with a number, shows that one", FOLLOW),
    Word("done", "done 12", "says that the action item with this number is done", FOLLOW),
    Word("drop", "drop 12 because …", "decides that the action item with this number is not done, and keeps why", FOLLOW),
    Word("away", "away [until friday | off]", "keeps your reminders away until you are back", FOLLOW),
    Word("postmortem", "postmortem [again | ask why | skip why | submit | approve | return why | final | reopen]", "shows where the draft is, drafts it again, asks for one, ends without one, or takes it through its review", FOLLOW),
    Word("meeting", "meeting [agree | cancel | 2026-03-12 14:00]", "proposes the meeting in which the postmortem is reviewed", FOLLOW),
    Word("decided", "decided The pool gets an owner", "records what the review decided, in the postmortem", FOLLOW),
    Word("check", "check [a sentence]", "shows what the draft, or a sentence, should say differently", FOLLOW),
    Word("digest", "digest [settings]", "shows this week's figures for action items, or sets when they are posted", FOLLOW),
    Word("figures", "figures [2026-10]", "shows a month's figures, each with its formula, and the months before it", FOLLOW),
    Word("catchup", "catchup", "tells you how it stands: impact, findings, decisions, what is to be done", LOOK),
    Word("timeline", "timeline", "shows the timeline, to read and to correct", LOOK),
    Word("similar", "similar", "shows incidents of before that this one is much like, and what of them is still open", LOOK),
    Word("search", "search words [service:checkout cause:timeout item:alert alert:latency severity:P1 since:2026-01]", "finds incidents of before, by all of that", LOOK),
    Word("list", "list", "lists the incidents that are not over", LOOK),
    Word("help", "help", "shows this", LOOK),
)  # fmt: skip

# Commands that can be granted to guests and people from other workspaces. They only read or change the
# incident of the current channel, and never make anybody responsible for anything.
GRANTABLE = ("sev", "status", "update", "resolve", "reopen", "cancel", "note", "impact", "time", "services", "action", "actions", "done", "drop", "postmortem", "meeting", "decided", "check", "catchup", "timeline")  # fmt: skip

_NAMED = re.compile(r"\s*(inc-\d{4}-\d+)(?:[\s:,]+|$)", re.IGNORECASE)
_BY_NAME = {word.name: word for word in WORDS}


def parse(text: str) -> tuple[Word | None, str]:
    """Split what was typed after `/incident` into its word and the rest; None for no known word."""
    first, *rest = text.split(maxsplit=1) or [""]
    return _BY_NAME.get(first.lower()), "".join(rest).strip()


def named_first(text: str) -> tuple[str, str]:
    """Split off the incident that a command names first, as `INC-2026-001 status identified` does;
    empty where it names none."""
    found = _NAMED.match(text)
    return (found[1].upper(), text[found.end() :]) if found else ("", text)


def after_postmortem(rest: str) -> tuple[str, str]:
    """Split what follows `postmortem`: what is to be done, and why, without a leading "because"."""
    first, *more = rest.split(maxsplit=1) or [""]
    return first.lower().rstrip(":,"), reason("".join(more))


def reason(text: str) -> str:
    """What is said after "because", or without it."""
    bare = text.strip().lstrip(":,\u2026. ")
    leading, _, after = bare.partition(" ")
    return after.strip() if leading.lower() in {"because", "because:"} else bare


def word(name: str) -> Word:
    return _BY_NAME[name]

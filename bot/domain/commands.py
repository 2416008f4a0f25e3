"""The subcommands of `/incident`: their syntax and help texts."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand. `usage` is its syntax after `/incident`; `group` is its section of the help.

    A `grantable` one can be granted to guests and people from other workspaces: it only reads or changes
    the incident of the current channel, and never makes anybody responsible for anything.
    """

    name: str
    usage: str
    does: str
    group: str
    grantable: bool = False


RUN, RECORD, FOLLOW, LOOK = "Run an incident", "Record", "Follow up", "Look"

SUBCOMMANDS = (
    Subcommand("declare", "declare [P1] what is broken", "opens an incident and its channel", RUN),
    Subcommand("private", "private [P1] what is broken", "opens one that only those who are invited see", RUN),
    Subcommand("here", "here [P1] [what is broken]", "makes this channel the incident's, history included", RUN),
    Subcommand("sev", "sev P2", "sets the severity", RUN, grantable=True),
    Subcommand("status", "status identified", "sets the status: investigating, identified, monitoring", RUN, grantable=True),
    Subcommand("update", "update [30m] what has changed", "tells everybody how it stands, and when the next update is due", RUN, grantable=True),
    Subcommand("lead", "lead [@who]", "says who leads; without a name it is you", RUN),
    Subcommand("role", "role communications @who", "gives somebody a role", RUN),
    Subcommand("resolve", "resolve [what fixed it]", "ends it and drafts the postmortem", RUN, grantable=True),
    Subcommand("reopen", "reopen [why]", "opens it again", RUN, grantable=True),
    Subcommand("cancel", "cancel [why]", "ends it as not an incident, without a postmortem", RUN, grantable=True),
    Subcommand("note", "note [14:32] text", "adds to the timeline, also for an earlier time", RECORD, grantable=True),
    Subcommand("impact", "impact 4,200 customers could not pay", "records who or what was affected", RECORD, grantable=True),
    Subcommand("time", "time [restored 14:59 | restored clear]", "shows the key times, or sets or clears one", RECORD, grantable=True),
    Subcommand("services", "services checkout, payments-api", "says which services are affected; `none` takes it back", RECORD, grantable=True),
    Subcommand("forget", "forget LINK", "erases a message here; for the lead and admins", RECORD),
    Subcommand("action", "action text @who friday P2", "records an action item and opens its thread", FOLLOW, grantable=True),
    Subcommand("actions", "actions [12]", "lists this incident's action items, elsewhere your own; with a number, shows that one", FOLLOW, grantable=True),
    Subcommand("done", "done 12", "says that the action item with this number is done", FOLLOW, grantable=True),
    Subcommand("drop", "drop 12 because …", "decides that the action item with this number is not done, and keeps why", FOLLOW, grantable=True),
    Subcommand("away", "away [until friday | off]", "keeps your reminders away until you are back", FOLLOW),
    Subcommand("postmortem", "postmortem [again | ask why | skip why | submit | approve | return why | final | reopen]", "shows where the draft is, drafts it again, asks for one, ends without one, or takes it through its review", FOLLOW, grantable=True),
    Subcommand("meeting", "meeting [agree | cancel | 2026-03-12 14:00]", "proposes the meeting in which the postmortem is reviewed", FOLLOW, grantable=True),
    Subcommand("decided", "decided The pool gets an owner", "records what the review decided, in the postmortem", FOLLOW, grantable=True),
    Subcommand("check", "check [a sentence]", "shows what the draft, or a sentence, should say differently", FOLLOW, grantable=True),
    Subcommand("digest", "digest [settings]", "shows this week's figures for action items, or sets when they are posted", FOLLOW),
    Subcommand("figures", "figures [2026-10]", "shows a month's figures, each with its formula, and the months before it", FOLLOW),
    Subcommand("catchup", "catchup", "tells you how it stands: impact, findings, decisions, what is to be done", LOOK, grantable=True),
    Subcommand("timeline", "timeline", "shows the timeline, to read and to correct", LOOK, grantable=True),
    Subcommand("similar", "similar", "shows incidents of before that this one is much like, and what of them is still open", LOOK),
    Subcommand("search", "search words [service:checkout cause:timeout item:alert alert:latency severity:P1 since:2026-01]", "finds incidents of before, by all of that", LOOK),
    Subcommand("list", "list", "lists the incidents that are not over", LOOK),
    Subcommand("help", "help", "shows this", LOOK),
)  # fmt: skip

GRANTABLE = tuple(word.name for word in SUBCOMMANDS if word.grantable)

_KEY = re.compile(r"\s*(inc-\d{4}-\d+)(?:[\s:,]+|$)", re.IGNORECASE)
_BY_NAME = {word.name: word for word in SUBCOMMANDS}


def parse(text: str) -> tuple[Subcommand | None, str]:
    """Split the text after `/incident` into its subcommand and the rest; None if it isn't known."""
    first, *rest = text.split(maxsplit=1) or [""]
    return _BY_NAME.get(first.lower()), "".join(rest).strip()


def split_key(text: str) -> tuple[str, str]:
    """Split off an incident key at the start of a command, as in `INC-2026-001 status identified`.

    The key is empty if there is none.
    """
    match = _KEY.match(text)
    return (match[1].upper(), text[match.end() :]) if match else ("", text)


def split_postmortem_action(rest: str) -> tuple[str, str]:
    """Split the text after `postmortem` into the action and the reason without "because"."""
    first, *more = rest.split(maxsplit=1) or [""]
    return first.lower().rstrip(":,"), strip_because("".join(more))


def strip_because(text: str) -> str:
    """Return a reason without a leading "because"."""
    bare = text.strip().lstrip(":,\u2026. ")
    leading, _, after = bare.partition(" ")
    return after.strip() if leading.lower() in {"because", "because:"} else bare


def find_subcommand(name: str) -> Subcommand:
    return _BY_NAME[name]

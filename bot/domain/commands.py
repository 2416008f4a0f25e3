"""The subcommands of `/incident`: their syntax and help texts."""

import re
from dataclasses import dataclass

from bot.domain.markup import MarkupText, mrkdwn


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

    @property
    def markup_usage(self) -> MarkupText:
        """Return the syntax in Slack's markup, in which `<title>` would be a link."""
        return MarkupText(mrkdwn(self.usage))


RUN, RECORD, FOLLOW, LOOK = "Run an incident", "Record", "Follow up", "Look up"

SUBCOMMANDS = (
    Subcommand("declare", "declare [P1] <title>", "declare an incident and create its channel", RUN),
    Subcommand("private", "private [P1] <title>", "declare one that only people you invite can see", RUN),
    Subcommand("here", "here [P1] [<title>]", "use this channel for the incident, including its history", RUN),
    Subcommand("sev", "sev P2", "set the severity", RUN, grantable=True),
    Subcommand("status", "status identified", "set the status: investigating, identified or monitoring", RUN, grantable=True),
    Subcommand("update", "update [30m] <what changed>", "post a status update and set when the next is due", RUN, grantable=True),
    Subcommand("lead", "lead [@name]", "take the lead, or assign it", RUN),
    Subcommand("role", "role communications @name", "assign a role", RUN),
    Subcommand("resolve", "resolve [<what fixed it>]", "resolve the incident and draft the postmortem", RUN, grantable=True),
    Subcommand("reopen", "reopen [<reason>]", "reopen the incident", RUN, grantable=True),
    Subcommand("cancel", "cancel [<reason>]", "cancel a false alarm, without a postmortem", RUN, grantable=True),
    Subcommand("note", "note [14:32] <text>", "add a note to the timeline, optionally at an earlier time", RECORD, grantable=True),
    Subcommand("impact", "impact <who or what is affected>", "record who or what was affected", RECORD, grantable=True),
    Subcommand("time", "time [restored 14:59 | restored none]", "show the key times, or set or clear one", RECORD, grantable=True),
    Subcommand("services", "services checkout, payments-api", "set the affected services; `none` clears them", RECORD, grantable=True),
    Subcommand("erase", "erase <message link>", "erase a message from the record and the draft (lead and workspace admins only)", RECORD),
    Subcommand("action", "action <text> @name friday P2", "create an action item and start its thread", FOLLOW, grantable=True),
    Subcommand("actions", "actions [12]", "list the incident's action items, or your own outside an incident channel; with a number, show one", FOLLOW, grantable=True),
    Subcommand("done", "done 12", "mark an action item as done", FOLLOW, grantable=True),
    Subcommand("drop", "drop 12 <reason>", "mark an action item as won't do, with the reason", FOLLOW, grantable=True),
    Subcommand("away", "away [until friday | off]", "pause your reminders while you're away", FOLLOW),
    Subcommand("postmortem", "postmortem [again | request [<reason>] | skip <reason> | submit | approve | changes <what> | finalize | reopen]", "show the postmortem; redraft, request or skip it; or take it through review", FOLLOW, grantable=True),
    Subcommand("meeting", "meeting [accept | cancel | 2026-03-12 14:00]", "propose a review meeting, accept its time, or cancel it", FOLLOW, grantable=True),
    Subcommand("decided", "decided <decision>", "record a decision from the review meeting in the postmortem", FOLLOW, grantable=True),
    Subcommand("check", "check [<sentence>]", "check the draft, or a sentence, for blame and gaps", FOLLOW, grantable=True),
    Subcommand("digest", "digest [settings]", "show action items from the last 7 days, or change when the digest is posted", FOLLOW),
    Subcommand("figures", "figures [2026-10]", "show a monthly report, its formulas, and earlier months", FOLLOW),
    Subcommand("catchup", "catchup", "catch up: impact, findings, decisions and action items", LOOK, grantable=True),
    Subcommand("timeline", "timeline", "show and edit the timeline", LOOK, grantable=True),
    Subcommand("similar", "similar", "show similar past incidents and their open action items", LOOK),
    Subcommand("search", "search <words> [service:checkout cause:timeout item:alert alert:latency severity:P1 since:2026-01]", "search past incidents", LOOK),
    Subcommand("list", "list", "list open incidents", LOOK),
    Subcommand("help", "help", "show this help", LOOK),
)  # fmt: skip

GRANTABLE = tuple(word.name for word in SUBCOMMANDS if word.grantable)

_KEY = re.compile(r"\s*(inc-\d{4}-\d+)(?:[\s:,]+|$)", re.IGNORECASE)
_BY_NAME = {word.name: word for word in SUBCOMMANDS}
# Names of earlier versions, which still work.
_OLD_NAMES = {"forget": "erase"}
_OLD_POSTMORTEM_ACTIONS = {"ask": "request", "return": "changes", "final": "finalize"}
_OLD_MEETING_ACTIONS = {"agree": "accept"}
_CLEAR_WORDS = {"none", "clear", "off"}


def parse(text: str) -> tuple[Subcommand | None, str]:
    """Split the text after `/incident` into its subcommand and the rest; None if it isn't known."""
    first, *rest = text.split(maxsplit=1) or [""]
    name = first.lower()
    return _BY_NAME.get(_OLD_NAMES.get(name, name)), "".join(rest).strip()


def split_key(text: str) -> tuple[str, str]:
    """Split off an incident key at the start of a command, as in `INC-2026-001 status identified`.

    The key is empty if there is none.
    """
    match = _KEY.match(text)
    return (match[1].upper(), text[match.end() :]) if match else ("", text)


def split_postmortem_action(rest: str) -> tuple[str, str]:
    """Split the text after `postmortem` into the action and the reason without "because"."""
    first, *more = rest.split(maxsplit=1) or [""]
    action = first.lower().rstrip(":,")
    return _OLD_POSTMORTEM_ACTIONS.get(action, action), strip_because("".join(more))


def parse_meeting_action(rest: str) -> str:
    """Return the text after `meeting` in lower case, with the current name of an action."""
    action = rest.lower()
    return _OLD_MEETING_ACTIONS.get(action, action)


def is_clear_word(text: str) -> bool:
    """Return whether a text typed as a value means that there's none."""
    return text.strip().lower() in _CLEAR_WORDS


def strip_because(text: str) -> str:
    """Return a reason without a leading "because"."""
    bare = text.strip().lstrip(":,\u2026. ")
    leading, _, after = bare.partition(" ")
    return after.strip() if leading.lower() in {"because", "because:"} else bare


def find_subcommand(name: str) -> Subcommand:
    return _BY_NAME[name]

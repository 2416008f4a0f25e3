"""The five commands that matter now, by the state of a channel's incident and its postmortem."""

from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.review import PostmortemState


@dataclass(frozen=True, slots=True)
class NextCommand:
    """A command in the one form that matters now, and what it does."""

    usage: str
    does: str


_DECLARE = NextCommand("declare <title>", "declare an incident and create its channel")
_OWN_ITEMS = NextCommand("actions", "list your action items")
_ITEMS = NextCommand("actions", "list the incident's action items")
_LIST = NextCommand("list", "list open incidents")
_UPDATE = NextCommand("update 30m <what changed>", "post an update and set when the next is due")
_NOTE = NextCommand("note <what happened>", "add a note to the timeline")
_ACTION = NextCommand("action <text> @name friday", "create an action item")
_RESOLVE = NextCommand("resolve <what fixed it>", "resolve the incident and draft the postmortem")
_REOPEN = NextCommand("reopen", "reopen the incident")
_SIMILAR = NextCommand("similar", "show similar past incidents")
_POSTMORTEM = NextCommand("postmortem", "show the postmortem")

ANYWHERE = (
    _DECLARE,
    NextCommand("here", "use this channel for an incident"),
    _LIST,
    _OWN_ITEMS,
    NextCommand("search <words>", "search past incidents"),
)
PERSONAL = (
    _OWN_ITEMS,
    NextCommand("done 12", "mark an action item as done"),
    NextCommand("away until friday", "pause your reminders while you're away"),
    _LIST,
    _DECLARE,
)
_WITHOUT_LEAD = (
    NextCommand("lead", "take the lead"),
    NextCommand("sev P2", "set the severity"),
    _UPDATE,
    _NOTE,
    _RESOLVE,
)
_OPEN = (
    _UPDATE,
    _NOTE,
    NextCommand("impact <who or what is affected>", "record the impact"),
    _ACTION,
    _RESOLVE,
)
_CLOSED = (
    NextCommand("postmortem request <reason>", "request a postmortem"),
    _ACTION,
    _ITEMS,
    _SIMILAR,
    _REOPEN,
)
_OF_POSTMORTEM = {
    PostmortemState.DRAFT: (
        _POSTMORTEM,
        NextCommand("check", "check the draft for blame and gaps"),
        NextCommand("time", "show the key times"),
        _ACTION,
        NextCommand("postmortem submit", "submit the draft for review"),
    ),
    PostmortemState.IN_REVIEW: (
        NextCommand("postmortem approve", "approve the postmortem"),
        NextCommand("postmortem changes <what>", "request changes"),
        NextCommand("meeting", "propose a review meeting"),
        NextCommand("decided <decision>", "record a decision from the review meeting"),
        NextCommand("postmortem finalize", "finalize the postmortem"),
    ),
    PostmortemState.FINAL: (
        _POSTMORTEM,
        _ITEMS,
        _SIMILAR,
        _REOPEN,
        NextCommand("postmortem reopen", "make the postmortem a draft again"),
    ),
}


def of_incident(incident: Incident, postmortem: PostmortemState | None) -> tuple[NextCommand, ...]:
    """Return five commands. `postmortem` is None if there's no draft."""
    if not incident.status.is_over:
        return _OPEN if incident.lead else _WITHOUT_LEAD
    return _OF_POSTMORTEM[postmortem] if postmortem else _CLOSED

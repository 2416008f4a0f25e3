"""Permissions of guests and people from other workspaces: nothing by default.

All decisions are made here. Every request is checked first: by `handlers.access.permission_check` for
commands, mentions, direct messages, clicks, shortcuts, forms, reactions and the Home tab, and by
`bot.action_items.thread_replies` for replies in an action item's thread.
"""

from collections.abc import Collection

from bot.config.context import Bot
from bot.domain.commands import GRANTABLE
from bot.domain.errors import BotError
from bot.domain.incident import Incident
from bot.domain.markup import mention
from bot.domain.timeline import Mark
from storage import incidents, people
from storage.engine.store import Session

DECLARING = {"declare", "private", "here"}
LEAD, ROLE = "lead", "role"
HELP = "help"  # granted with any other command


class NotForOutsiders(BotError):
    """Guests and people from other workspaces can't use this app here, so nothing was changed. Ask a
    member of this workspace to do it for you."""


class NotGranted(BotError):
    """Guests and people from other workspaces can't do that in this channel, so nothing was changed.
    Ask {contact} to do it for you."""


class OnlyGranted(BotError):
    """Guests and people from other workspaces can only use {granted} in this channel, so nothing was
    changed. Ask {contact} for anything else."""


class MembershipTypeUnknown(BotError):
    """I couldn't check your account type with Slack ({reason}), so nothing was changed. Try again in a minute."""


class MembershipTypeNotYetKnown(MembershipTypeUnknown):
    """I couldn't check your account type with Slack ({reason}), so nothing was changed. Try again in a minute."""


class CannotHoldRole(BotError):
    """{person} is a guest or from another workspace and can't hold a role, because I can't message
    them. Assign it to a member of this workspace."""


def may_act_unknown(session: Session, channel_id: str, word: str) -> bool:
    """Return whether people may do something while Slack can't say whether they're outsiders.

    They may declare an incident, and run the one in whose channel they are, so that a Slack outage
    locks nobody out. Neither shows them anything else.
    """
    if word in DECLARING:
        return True
    is_of_one_incident = word in {*GRANTABLE, LEAD, ROLE, HELP}
    return is_of_one_incident and incidents.id_of_channel(session, channel_id) is not None


def require_granted(session: Session, bot: Bot, person: str, channel_id: str, word: str) -> None:
    """Refuse an outsider anything that the configuration doesn't grant in the current channel.

    `word` is the command that matches the request; empty if no outsider may do it. A person of
    unknown standing counts as an outsider.
    """
    if people.is_member(session, person):
        return
    if not people.is_outsider(session, person):
        raise MembershipTypeUnknown(reason="no answer yet")
    incident = incidents.by_channel(session, channel_id) if channel_id else None
    if incident is None:
        raise NotForOutsiders
    _require_granted(session, bot, person, incident, word)


def refuse_role(session: Session, person: str) -> None:
    """Refuse to assign a role to an outsider, who could neither be notified nor act."""
    if people.is_outsider(session, person):
        raise CannotHoldRole(person=mention(person))


def _require_granted(
    session: Session, bot: Bot, person: str, incident: Incident, word: str
) -> None:
    granted = bot.policy.permissions.external
    if word in granted or (granted and word == HELP):
        return
    contact = _find_contact(session, person, incident)
    if granted:
        names = ", ".join(f"`{bot.policy.command} {command}`" for command in granted)
        raise OnlyGranted(granted=names, contact=contact)
    raise NotGranted(contact=contact)


def _find_contact(session: Session, person: str, incident: Incident) -> str:
    """Return whom an outsider can ask: the lead, or else whoever declared the incident, if a member."""
    holders = (incident.lead, incident.declared_by)
    others = (other for other in holders if other and other != person)
    members = (other for other in others if not people.is_outsider(session, other))
    return next((mention(member) for member in members), "a member of this workspace")


def command_for_mark(mark: Mark) -> str:
    """Return the command that does the same as a mark."""
    return "action" if mark is Mark.ACTION_ITEM else "note"


def list_granted_marks(granted: Collection[str]) -> set[Mark]:
    """Return the marks that outsiders may put on a message, given the commands they may use."""
    return {mark for mark in Mark if command_for_mark(mark) in granted}

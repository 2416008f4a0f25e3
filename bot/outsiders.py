"""Permissions of guests and people from other workspaces: nothing by default.

This is the one place that decides. Whoever takes a request asks here first: `handlers.access_check` for
commands, mentions, direct messages, clicks, shortcuts, forms, reactions and the Home tab, and
`bot.item_answers` for replies in an action item's thread.
"""

from bot.domain.errors import BotError
from bot.domain.incident import Incident
from bot.environment import Bot
from storage import incidents, people
from storage.engine import Session

HELP = "help"  # comes with whatever is granted


class NotOutside(BotError):
    """Guests and people from other workspaces can't use this app here, so nothing was changed. Ask a
    member of this workspace to do it for you."""


class NotGranted(BotError):
    """Guests and people from other workspaces can't do that in this channel, so nothing was changed.
    Ask {contact} to do it for you."""


class OnlyGranted(BotError):
    """Guests and people from other workspaces can only use {granted} in this channel, so nothing was
    changed. Ask {contact} for anything else."""


class StandingUnknown(BotError):
    """I couldn't check with Slack who you are ({reason}), so nothing was changed. Try again in a minute."""

    @property
    def passes(self) -> bool:
        """Whether Slack may tell when it is asked again."""
        return bool(self.facts.get("passes"))


class CannotHoldRole(BotError):
    """{person} is a guest or from another workspace and can't hold a role, because I can't message
    them. Assign it to a member of this workspace."""


def require(session: Session, bot: Bot, person: str, channel_id: str, word: str) -> None:
    """Refuse an outsider what the configuration does not grant in the channel that they are in.

    `word` is the command that does what they ask for; empty for what no outsider may do. Somebody
    whose standing is not known counts as an outsider.
    """
    if people.is_member(session, person):
        return
    if not people.is_outsider(session, person):
        raise StandingUnknown(reason="no answer yet")
    incident = incidents.by_channel(session, channel_id) if channel_id else None
    if incident is None:
        raise NotOutside
    _require_granted(session, bot, person, incident, word)


def refuse_role(session: Session, person: str) -> None:
    """Refuse to give a role to an outsider: they would neither hear of it nor be able to act."""
    if people.is_outsider(session, person):
        raise CannotHoldRole(person=f"<@{person}>")


def _require_granted(
    session: Session, bot: Bot, person: str, incident: Incident, word: str
) -> None:
    granted = bot.policy.permissions.external
    if word in granted or (granted and word == HELP):
        return
    contact = _contact(session, person, incident)
    if granted:
        names = ", ".join(f"`{bot.policy.command} {each}`" for each in granted)
        raise OnlyGranted(granted=names, contact=contact)
    raise NotGranted(contact=contact)


def _contact(session: Session, person: str, incident: Incident) -> str:
    """Whom an outsider may ask: the lead, else who declared it, if they are members."""
    asked = (each for each in (incident.lead, incident.declared_by) if each and each != person)
    there = (each for each in asked if not people.is_outsider(session, each))
    return next((f"<@{each}>" for each in there), "a member of this workspace")

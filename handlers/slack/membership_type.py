"""Classify people from Slack's user data: member, guest, or from another workspace.

https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/apis/slack-connect/
"""

from typing import NamedTuple

from bot.domain.membership_type import MembershipType
from bot.slack_text.json_values import Payload, part, text
from handlers.slack.fields import texts
from handlers.slack.identity import Identity
from storage import settings
from storage.engine.store import Session

_TEAM, _ENTERPRISE = "workspace.team", "workspace.enterprise"


class Workspace(NamedTuple):
    """The ids of our workspace and of its Enterprise Grid organization; empty if there is none."""

    team: str
    enterprise: str


def save_workspace(session: Session, identity: Identity) -> None:
    """Set our workspace, which people's standing depends on."""
    settings.save(session, _TEAM, identity.team_id)
    settings.save(session, _ENTERPRISE, identity.enterprise_id)


def get_workspace(session: Session) -> Workspace:
    return Workspace(settings.get(session, _TEAM) or "", settings.get(session, _ENTERPRISE) or "")


def classify(user: Payload, ours: Workspace) -> tuple[MembershipType, str]:
    """Return a person's standing from `users.info`, and their organization's name, if included.

    People from another workspace in the same Enterprise Grid organization are members.
    """
    grid = part(user, "enterprise_user")
    if user.get("is_stranger") is True or not _is_ours(user, grid, ours):
        name = text(grid, "enterprise_name") or text(user, "enterprise_name")
        return MembershipType.EXTERNAL, name[:80]
    is_guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
    return (MembershipType.GUEST if is_guest else MembershipType.MEMBER), ""


def _is_ours(user: Payload, grid: Payload, ours: Workspace) -> bool:
    team = text(user, "team_id")
    enterprises = {text(grid, "enterprise_id"), text(user, "enterprise_id"), team}
    teams = {team, *texts(grid, "teams"), *texts(user, "teams")} - {""}
    of_enterprise = bool(ours.enterprise and ours.enterprise in enterprises)
    return not teams or ours.team in teams or of_enterprise

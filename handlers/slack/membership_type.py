"""Classify people from Slack's user data: member, guest, or from another workspace.

https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/apis/slack-connect/
"""

from typing import NamedTuple

from bot.domain.membership_type import Standing
from handlers import fields
from handlers.fields import Payload
from handlers.slack.payloads import Identity
from storage import settings
from storage.engine.store import Session

_TEAM, _ENTERPRISE = "workspace.team", "workspace.enterprise"


class Ours(NamedTuple):
    """The ids of our workspace and of its Enterprise Grid organization; empty if there is none."""

    team: str
    enterprise: str


def keep(session: Session, identity: Identity) -> None:
    """Set our workspace, which people's standing depends on."""
    settings.keep(session, _TEAM, identity.team_id)
    settings.keep(session, _ENTERPRISE, identity.enterprise_id)


def ours(session: Session) -> Ours:
    return Ours(settings.get(session, _TEAM) or "", settings.get(session, _ENTERPRISE) or "")


def read(user: Payload, ours: Ours) -> tuple[Standing, str]:
    """Return a person's standing from `users.info`, and their organization's name if Slack includes it.

    People from another workspace in the same Enterprise Grid organization are members.
    """
    grid = fields.part(user, "enterprise_user")
    if user.get("is_stranger") is True or not _is_ours(user, grid, ours):
        name = fields.text(grid, "enterprise_name") or fields.text(user, "enterprise_name")
        return Standing.EXTERNAL, name[:80]
    is_guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
    return (Standing.GUEST if is_guest else Standing.MEMBER), ""


def _is_ours(user: Payload, grid: Payload, ours: Ours) -> bool:
    team = fields.text(user, "team_id")
    enterprises = {fields.text(grid, "enterprise_id"), fields.text(user, "enterprise_id"), team}
    teams = {team, *fields.texts(grid, "teams"), *fields.texts(user, "teams")} - {""}
    of_enterprise = bool(ours.enterprise and ours.enterprise in enterprises)
    return not teams or ours.team in teams or of_enterprise


def is_said_to_be_outside(body: Payload, ours: Ours) -> bool:
    """Return whether a payload claims that the person is an outsider. A claim is checked with Slack and
    never grants permissions."""
    event, user = fields.part(body, "event"), fields.part(body, "user")
    profile = fields.part(event, "user_profile")
    teams = {
        fields.text(event, "user_team"),
        fields.text(event, "source_team"),
        fields.text(profile, "team"),
        fields.text(user, "team_id"),
    }
    flags = ("is_stranger", "is_restricted", "is_ultra_restricted")
    flagged = any(part.get(flag) is True for part in (event, user, profile) for flag in flags)
    return flagged or not teams <= {"", ours.team}

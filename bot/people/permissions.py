"""Permissions, as configured. All checks are here.

Members of user groups are fetched from Slack in advance and stored: a handler must not wait for
Slack.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from bot.config.context import Bot
from bot.config.policy_parts import ANYONE, RESPONDERS
from bot.domain.actor import Actor
from bot.domain.errors import AnApplication, BotError
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.markup import mention
from storage import incidents, outbox, people, settings
from storage.engine.store import Session

MAX_AGE = timedelta(minutes=10)  # after this time, Slack is asked again for the members of a group
_GROUP = "group:{}"


class RestrictedAction(StrEnum):
    """Actions that the configuration can restrict, by their key in it."""

    RESOLVE = "resolve"
    SEVERITY = "severity"
    APPROVE = "approve"


class NotAResponder(BotError):
    """Your team only allows this for people who take part in {key}, so nothing was changed. Post
    something in its channel first, or ask {lead}."""


class NotInGroup(BotError):
    """Your team only allows this for {group}, so nothing was changed. Ask one of them."""


class GroupUnknown(BotError):
    """Your team only allows this for {group}, but I couldn't check who is in it ({why}), so nothing
    was changed. Ask whoever runs Debrief to run `debrief doctor`."""


def require_permission(
    session: Session, bot: Bot, actor: Actor, incident: Incident, action: RestrictedAction
) -> None:
    """Refuse an action that the configuration reserves for other people."""
    audience = getattr(bot.policy.permissions, action)
    if audience == ANYONE:
        return
    if audience == RESPONDERS:
        if not incidents.is_responder(session, incident.id, actor.person):
            lead = incident.lead or incident.declared_by
            raise NotAResponder(key=incident.key, lead=mention(lead))
        return
    group = json.loads(settings.get(session, _GROUP.format(audience)) or "{}")
    if "members" not in group:
        raise GroupUnknown(group=audience, why=group.get("trouble", "Slack was not asked yet"))
    if actor.person not in group["members"]:
        raise NotInGroup(group=audience)


def refuse_application(session: Session, person: str) -> None:
    """Refuse an app as owner or role holder. A person who isn't known yet passes."""
    profile = people.find(session, person)
    if profile is not None and profile.bot:
        raise AnApplication(who=mention(person))


def may_see(session: Session, actor: Actor, incident: Incident) -> bool:
    """Return whether the actor may see an incident.

    In its channel, everybody may; elsewhere, outsiders may not. A private incident is visible only
    to members of its channel. `incidents.seen_by` is the same condition in SQL.
    """
    if incident.channel_id == actor.channel_id:
        return True
    is_visible = not incident.private or incident.channel_id in actor.channels
    return is_visible and not people.is_outsider(session, actor.person)


def enqueue_group_lookups(session: Session, bot: Bot, at: datetime) -> int:
    """Enqueue the lookup of configured user groups that are out of date. Return their number."""
    due = [group for group in bot.policy.groups if _is_old(session, group, at)]
    for group in due:
        outbox.enqueue(session, Job(kind=JobKind.GROUP, lane="groups", about={"group": group}), at)
    return len(due)


def group_members(session: Session, group: str) -> list[str]:
    """Return the ids of a user group's members, as last fetched; empty if never fetched."""
    ids: list[str] = json.loads(settings.get(session, _GROUP.format(group)) or "{}").get(
        "members", []
    )
    return ids


def store_group(session: Session, group: str, members: Collection[str], at: datetime) -> None:
    group_facts = {"members": sorted(members), "at": at.isoformat()}
    settings.save(session, _GROUP.format(group), json.dumps(group_facts))


def store_group_error(session: Session, group: str, reason: str, at: datetime) -> None:
    """Store why a group couldn't be fetched; the last known members are kept."""
    last_known = json.loads(settings.get(session, _GROUP.format(group)) or "{}")
    group_facts = last_known | {"trouble": reason, "at": at.isoformat()}
    settings.save(session, _GROUP.format(group), json.dumps(group_facts))


def _is_old(session: Session, group: str, at: datetime) -> bool:
    stored = settings.get(session, _GROUP.format(group))
    # Also old if the clock was set back.
    return stored is None or abs(at - datetime.fromisoformat(json.loads(stored)["at"])) > MAX_AGE

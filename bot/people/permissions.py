"""Who may do what. The policy says, and this is the one place that asks.

Who is in a user group is asked of Slack beforehand and kept: a door has no time to ask.
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

FRESH = timedelta(minutes=10)  # after so long Slack is asked again who is in a group
_GROUP = "group:{}"


class Act(StrEnum):
    """What the policy may restrict, by its key there."""

    RESOLVE = "resolve"
    SEVERITY = "severity"
    APPROVE = "approve"


class NotAResponder(BotError):
    """By your team's policy only who takes part in {key} may do this, so nothing was changed. Say
    something in its channel first, or ask {lead}."""


class NotInGroup(BotError):
    """By your team's policy only {group} may do this, so nothing was changed. Ask one of them."""


class GroupUnknown(BotError):
    """By your team's policy only {group} may do this, and who that is could not be read ({why}), so
    nothing was changed. Whoever runs Debrief finds what is missing with `debrief doctor`."""


def require(session: Session, bot: Bot, actor: Actor, incident: Incident, act: Act) -> None:
    """Refuse politely what the policy leaves to others."""
    who = getattr(bot.policy.permissions, act)
    if who == ANYONE:
        return
    if who == RESPONDERS:
        if not incidents.takes_part(session, incident.id, actor.person):
            lead = incident.lead or incident.declared_by
            raise NotAResponder(key=incident.key, lead=mention(lead))
        return
    known = json.loads(settings.get(session, _GROUP.format(who)) or "{}")
    if "members" not in known:
        raise GroupUnknown(group=who, why=known.get("trouble", "Slack was not asked yet"))
    if actor.person not in known["members"]:
        raise NotInGroup(group=who)


def refuse_application(session: Session, person: str) -> None:
    """Refuse to give work to an application; of who is not known yet it is not known what they are."""
    known = people.find(session, person)
    if known is not None and known.bot:
        raise AnApplication(who=mention(person))


def may_see(session: Session, actor: Actor, incident: Incident) -> bool:
    """Whether an incident may be named to whoever asks: in its channel always, elsewhere to no outsider.

    A private one is named to members of its channel only. `incidents.seen_by` asks the same of the database.
    """
    if incident.channel_id == actor.channel_id:
        return True
    is_visible = not incident.private or incident.channel_id in actor.channels
    return is_visible and not people.is_outsider(session, actor.person)


def ask_groups(session: Session, bot: Bot, at: datetime) -> int:
    """Have the groups that the policy names read anew when it is time; say how many."""
    due = [group for group in bot.policy.groups if _is_old(session, group, at)]
    for group in due:
        outbox.put(session, Job(kind=JobKind.GROUP, lane="groups", about={"group": group}), at)
    return len(due)


def members(session: Session, group: str) -> list[str]:
    """Who is in a group that the policy names, as far as Slack has told."""
    found: list[str] = json.loads(settings.get(session, _GROUP.format(group)) or "{}").get(
        "members", []
    )
    return found


def learn(session: Session, group: str, members: Collection[str], at: datetime) -> None:
    told = {"members": sorted(members), "at": at.isoformat()}
    settings.keep(session, _GROUP.format(group), json.dumps(told))


def cannot_learn(session: Session, group: str, why: str, at: datetime) -> None:
    """Keep why a group could not be read; who was known to be in it stays known."""
    known = json.loads(settings.get(session, _GROUP.format(group)) or "{}")
    told = known | {"trouble": why, "at": at.isoformat()}
    settings.keep(session, _GROUP.format(group), json.dumps(told))


def _is_old(session: Session, group: str, at: datetime) -> bool:
    known = settings.get(session, _GROUP.format(group))
    # A clock that was turned back makes it old too.
    return known is None or abs(at - datetime.fromisoformat(json.loads(known)["at"])) > FRESH

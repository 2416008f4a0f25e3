"""Hand over the responsibilities of a person who is no longer in a private incident's channel.

Their roles, open action items, review meeting and due update go to the lead, or else to whoever declared
the incident, or else to the channel. The DM about it has no content of the incident.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.action_items import items
from bot.config.context import Bot
from bot.domain.action_item import ItemState
from bot.domain.incident import LEAD_ROLE, Incident, Role
from bot.domain.job import Job, JobKind, make_incident_job, person_lane
from bot.people import home_tab, reachability
from bot.postmortems import meetings
from bot.timeline import recording
from storage import action_items as stored_items
from storage import incidents as stored
from storage import outbox, roles, sent_messages
from storage.engine.store import Session

_OPEN = {ItemState.OPEN, ItemState.SUGGESTED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """A person who isn't in a private incident's channel, and the people who are, according to Slack.

    `members` is None if Slack doesn't say, because the bot isn't in the channel either.
    """

    incident_id: int
    person: str
    members: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Handover:
    """One handover: from whom, and to whom, if there is anybody."""

    session: Session
    bot: Bot
    incident: Incident
    person: str
    to: str | None
    at: datetime

    def items(self) -> list[int]:
        incident_items = stored_items.of_incident(self.session, self.incident.id)
        owned = [
            item for item in incident_items if item.state in _OPEN and item.owner == self.person
        ]
        for item in owned:
            items.hand_over(self.session, self.bot, item, self.to, self.at)
        return [item.id for item in owned]

    def roles(self) -> list[str]:
        held = [role.name for role in self.incident.roles if role.person == self.person]
        for name in held:
            if self.to:
                role = Role(name=name, person=self.to, since=self.at)
                stored.assign(self.session, self.incident.id, role)
            else:
                roles.vacate(self.session, self.incident.id, name)
        return held

    def meeting(self) -> bool:
        return meetings.replace_facilitator(
            self.session, self.incident, self.person, self.to, self.at
        )

    def update(self) -> None:
        """Ask somebody else for an update that this person was last asked for."""
        request = sent_messages.find_last_facts(self.session, self.incident.id, JobKind.UPDATE_DUE)
        if request.get("person") == self.person and not self.incident.status.is_over:
            stored.change(self.session, self.incident.id, update_asked_at=None)

    def tell(self, items: list[int], roles: list[str]) -> None:
        if reachability.is_member(self.session, self.person):
            # Without the incident's id: messages with an id go only to members of its channel.
            about = {"person": self.person, "key": self.incident.key}
            job = Job(kind=JobKind.HANDED_OVER, lane=person_lane(self.person), about=about)
            outbox.enqueue(self.session, job, self.at)
        handed_over: dict[str, object] = {
            "of": self.person,
            "to": self.to,
            "items": items,
            "roles": roles,
        }
        self._say(JobKind.TAKEN_OVER, handed_over)
        if LEAD_ROLE in roles:
            self._say(JobKind.CARD, {})

    def _say(self, kind: JobKind, about: dict[str, object]) -> None:
        outbox.enqueue(self.session, make_incident_job(self.incident.id, kind, about), self.at)


def hand_over(session: Session, bot: Bot, departure: Departure, at: datetime) -> None:
    """Hand over everything a person still has in an incident to a member of its channel."""
    incident = stored.find_locked(session, departure.incident_id)
    if incident is None or not incident.private or departure.members is None:
        return
    recording.record_departure(session, incident, departure.person, at)
    home_tab.refresh(session, departure.person, at)
    to = _find_successor(session, incident, departure.members)
    handover = _Handover(session, bot, incident, departure.person, to, at)
    items, roles, meeting = handover.items(), handover.roles(), handover.meeting()
    handover.update()
    if items or roles or meeting:
        handover.tell(items, roles)


def _find_successor(session: Session, incident: Incident, members: frozenset[str]) -> str | None:
    candidates = (incident.lead, incident.declared_by)
    reachable = (
        person
        for person in candidates
        if person in members and reachability.is_member(session, person)
    )
    return next(reachable, None)

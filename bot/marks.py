"""Marks: what a person says that a message is, and what follows from that."""

from bot import action_items, timeline
from bot.domain.incident import Incident
from bot.domain.posting import Deed, Posting, person_lane
from bot.domain.timeline import Mark, Marked
from storage import incidents, outbox
from storage.engine import Session


def follow(session: Session, channel_id: str, marked: Marked) -> None:
    """Keep a mark, or that it was taken back; who puts one sees that it counts.

    What was known already changes nothing and is not answered again.
    """
    incident = incidents.by_channel(session, channel_id)
    if incident is None or not timeline.mark(session, channel_id, marked):
        return
    if marked.mark is Mark.ACTION_ITEM:
        action_items.follow_mark(session, incident, marked)
    if not marked.removed:
        outbox.put(session, _receipt(incident, marked), marked.at)


def _receipt(incident: Incident, marked: Marked) -> Posting:
    return Posting(
        deed=Deed.RECEIPT,
        lane=person_lane(marked.person),  # nobody else waits for it
        incident_id=incident.id,
        about={"message": marked.message_id, "person": marked.person, "mark": marked.mark},
    )

"""Reading the stored postmortem of an incident."""

from storage import incidents, postmortems
from storage.postmortems import Postmortem
from tests.support.harness import Town


def latest_postmortem(town: Town, channel: str) -> Postmortem:
    """Return the newest version of the postmortem of the incident in a channel."""
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        postmortem = postmortems.latest(session, incident.id)
    assert postmortem
    return postmortem

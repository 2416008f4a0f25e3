"""Reading the stored postmortem of an incident."""

from storage import incidents, postmortems
from storage.postmortems import Postmortem
from tests.support.harness import LiveBot


def latest_postmortem(live_bot: LiveBot, channel: str) -> Postmortem:
    """Return the newest version of the postmortem of the incident in a channel."""
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        postmortem = postmortems.latest(session, incident.id)
    assert postmortem
    return postmortem

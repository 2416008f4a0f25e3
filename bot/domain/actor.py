"""The person behind a request, with its channel and time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """One request by one person.

    `request_id` is Slack's id of the command, click or form, so that a repeat is recognized. `at` is
    when it arrived, in aware UTC. `channels` are the channels that Slack listed for the person during
    this request; empty if Slack wasn't asked. `incident_id` is the requested incident, if it isn't
    the channel's.
    """

    person: str
    channel_id: str
    request_id: str
    at: datetime
    is_admin: bool = False  # of the workspace; only looked up if needed
    channels: frozenset[str] = frozenset()
    incident_id: int | None = None

"""The person behind a request, with its channel and time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """One request by one person.

    `request_id` is Slack's own for the command, click or form, so that a repeat is recognised.
    `at` is when it reached us, aware UTC. `channels` are those that Slack said they are in, during
    this request; none where Slack was not asked. `incident_id` is the incident they mean, if it's not the
    channel's.
    """

    person: str
    channel_id: str
    request_id: str
    at: datetime
    is_admin: bool = False  # of the workspace; only looked up where it matters
    channels: frozenset[str] = frozenset()
    incident_id: int | None = None

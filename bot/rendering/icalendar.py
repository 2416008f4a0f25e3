"""Calendar files for review meetings (RFC 5545, RFC 5546).

The UID stays the same, and SEQUENCE increases with each change.
"""

from datetime import datetime

from icalendar import Calendar, Event, vCalAddress

from bot.domain.incident import Incident
from bot.domain.meeting import Meeting, MeetingState

_PRODUCT = "-//Debrief//Review meetings//EN"
_NOBODY = "invalid:nomail"  # RFC 5545 requires one; email addresses would need another Slack scope


def make_calendar_file(
    incident: Incident, meeting: Meeting, texts: dict[str, str], names: list[str], at: datetime
) -> bytes:
    """Return a file that publishes a meeting, or cancels it if it's cancelled.

    `texts` has its summary, description and link; `names` are the invitees' names; `at` is now.
    """
    cancelled = meeting.state is MeetingState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(_event(incident, meeting, texts, names, at))
    return bytes(calendar.to_ical())


def file_name(incident: Incident, meeting: Meeting) -> str:
    return f"{incident.key.lower()}-review-{meeting.sequence}.ics"


def _event(
    incident: Incident, meeting: Meeting, texts: dict[str, str], names: list[str], at: datetime
) -> Event:
    event = Event()
    event.add("uid", f"{incident.key.lower()}-{int(incident.declared_at.timestamp())}@debrief")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    cancelled = meeting.state is MeetingState.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", texts["summary"])
    event.add("description", texts["description"])
    if texts.get("link"):
        event.add("url", texts["link"])
    for name in names:
        attendee = vCalAddress(_NOBODY)
        attendee.params["CN"] = name
        event.add("attendee", attendee, encode=0)
    return event

"""The form for the review meeting: time, length and facilitator."""

from zoneinfo import ZoneInfo

from bot.domain.incident import Incident
from bot.domain.meeting import Meeting
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

MOVE = "meeting_move"
DATE, HOUR, MINUTES, FACILITATOR = "date", "hour", "minutes", "facilitator"
LENGTHS = (15, 30, 45, 60, 75, 90, 120)  # minutes
_HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]


def move(incident: Incident, meeting: Meeting, zone: ZoneInfo) -> Block:
    """Return the form, preset to the current plan, in the reader's time zone."""
    local = meeting.starts_at.astimezone(zone)
    hour, hour_label = f"{local:%H:%M}", render.line("meeting_hour", zone=zone.key)
    hours = {time: time for time in sorted({*_HALF_HOURS, hour})}
    lengths = {
        str(minutes): render.line("meeting_length", minutes=minutes)
        for minutes in sorted({*LENGTHS, meeting.minutes})
    }
    facilitator = blocks.person_input(
        FACILITATOR, render.line("meeting_facilitator"), meeting.facilitator
    )
    inputs = [
        blocks.section(render.line("incident_line", incident=incident)),
        blocks.date_input(DATE, render.line("meeting_date"), local.date().isoformat()),
        blocks.choice_input(HOUR, hour_label, hours, hour),
        blocks.choice_input(MINUTES, render.line("meeting_minutes"), lengths, str(meeting.minutes)),
        facilitator | {"optional": True},
    ]
    about = f"{incident.id}-{meeting.sequence}"
    title, save = render.line("label_meeting_move"), render.line("label_save")
    return blocks.form(title, MOVE, about, inputs, submit=save)

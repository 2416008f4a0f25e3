"""Find the incident that a button or form is about, from the value that the bot stored in it.

The tables of `handlers.interactions` name one of these functions for each button and form.
"""

import re

from handlers.slack.fields import parse_row_id
from handlers.views.forms import declare
from handlers.views.forms.sections import SectionContext
from storage import action_items, incidents, timeline_entries, votes
from storage.engine.store import Session

_SUFFIX = re.compile(r"[-: ]")


def find_none(_session: Session, _about: str) -> None:
    """Return None: it's about no single incident, or about all that the person may see."""


def find_by_id(_session: Session, about: str) -> int:
    """Read `12`, or `12-3`, `12:3` or `12 …` with a suffix."""
    return parse_row_id(_SUFFIX.split(about, maxsplit=1)[0])


def find_by_item(session: Session, about: str) -> int | None:
    item = action_items.by_id(session, parse_row_id(about))
    return item.incident_id if item else None


def find_by_entry(session: Session, about: str) -> int | None:
    """Read a timeline entry, with an optional page."""
    return timeline_entries.incident_of(session, parse_row_id(about.partition(":")[0]))


def find_by_channel(session: Session, about: str) -> int | None:
    """Read a channel followed by one of its messages."""
    return incidents.id_of_channel(session, about.partition(" ")[0])


def find_by_evidence(session: Session, about: str) -> int | None:
    """Read the message that an incident is declared from."""
    message = declare.parse_evidence(about)
    return incidents.id_of_channel(session, message.channel_id) if message else None


def find_by_section(_session: Session, about: str) -> int:
    return SectionContext.read(about).incident_id


def find_by_vote(session: Session, about: str) -> int | None:
    """Read a vote's quarter and choice, counted from 1."""
    quarter, _, choice = about.rpartition("-")
    ballot = votes.of_quarter(session, quarter)
    index = parse_row_id(choice) - 1
    is_listed = ballot is not None and 0 <= index < len(ballot.candidates)
    return ballot.candidates[index] if ballot and is_listed else None

"""Find the incident of a click, form or shortcut; the person must be able to see it.

Each has an entry in `FINDERS`, by the name of its action, form or shortcut.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.slack.requests import ButtonClick, Shortcut, Submission
from handlers.views.forms import declare, timeline
from handlers.views.forms.sections import SectionContext
from storage import action_items, incidents, timeline_entries, votes
from storage.engine.store import Session

IncidentFinder = Callable[[Session, str], int | None]  # from what we put into a button or form
_REST = re.compile(r"[-: ]")


def of_click(session: Session, click: ButtonClick) -> Iterator[int | None]:
    """Yield the incident that a button is about, and the incident whose channel it's in."""
    yield incidents.id_of_channel(session, click.actor.channel_id)
    about = click.about if click.action in {timeline.TURN_PAGE, timeline.ENTRY} else click.value
    yield from _find_named(session, click.action, about)


def of_submission(session: Session, submission: Submission) -> Iterator[int | None]:
    yield from _find_named(session, submission.form, submission.about)


def of_shortcut(session: Session, shortcut: Shortcut) -> Iterator[int | None]:
    yield incidents.id_of_channel(session, shortcut.actor.channel_id)


def _find_named(session: Session, name: str, about: str) -> Iterator[int | None]:
    with suppress(NotUnderstood):  # the handler reports it
        yield FINDERS.get(name, find_none)(session, about)


def find_none(_session: Session, _about: str) -> None:
    """Return None: it's about no single incident, or about all that the person may see."""


def _incident(_session: Session, about: str) -> int:
    """Read `12`, or `12-3`, `12:3` or `12 …` with a suffix."""
    return parse_row_id(_REST.split(about, maxsplit=1)[0])


def _item(session: Session, about: str) -> int | None:
    item = action_items.by_id(session, parse_row_id(about))
    return item.incident_id if item else None


def _entry(session: Session, about: str) -> int | None:
    """Read a timeline entry, with an optional page."""
    return timeline_entries.incident_of(session, parse_row_id(about.partition(":")[0]))


def _message(session: Session, about: str) -> int | None:
    """Read a channel followed by one of its messages."""
    return incidents.id_of_channel(session, about.partition(" ")[0])


def _evidence(session: Session, about: str) -> int | None:
    message = declare.parse_evidence(about)
    return incidents.id_of_channel(session, message.channel_id) if message else None


def _section(_session: Session, about: str) -> int:
    return SectionContext.read(about).incident_id


def _candidate(session: Session, about: str) -> int | None:
    """Read a vote's quarter and choice; return the incident that was chosen."""
    quarter, _, chosen = about.rpartition("-")
    ballot = votes.of_quarter(session, quarter)
    index = parse_row_id(chosen) - 1
    is_candidate = ballot is not None and 0 <= index < len(ballot.candidates)
    return ballot.candidates[index] if ballot and is_candidate else None


_NAMES_BY_FINDER: dict[IncidentFinder, tuple[str, ...]] = {
    _item: (
        "item_done", "item_reopen", "item_accept", "item_drop", "item_snooze", "item_not_mine",
        "item_take", "item_owner", "item_due", "item_priority", "item_against", "item_history",
        "item_ticket",
    ),
    _incident: (
        "incident_lead", "incident_update", "incident_severity", "incident_role",
        "incident_resolve", "incident_reopen", "incident_note", "incident_action",
        "incident_publish", "still_working", "key_times", "catch_up", "timeline_open", "timeline_page", "entry",
        "postmortem_again", "postmortem_ask", "postmortem_skip", "section_edit", "section_impact",
        "section_whys", "section_open", "section_choose", "review_submit", "review_approve", "review_finish",
        "review_reopen", "review_return", "meeting", "meeting_agree", "meeting_cancel",
        "meeting_move",
    ),
    _entry: ("add_to_timeline", "entry_correct"),
    _message: ("create_item", "forget"),
    _evidence: ("declare",),
    _section: ("section_write",),
    _candidate: ("vote",),
    find_none: ("home_hour", "home_back", "home_declare", "away_form", "away", "digest_settings"),
}  # fmt: skip
FINDERS: Mapping[str, IncidentFinder] = {
    name: finder for finder, names in _NAMES_BY_FINDER.items() for name in names
}

"""Which command each button, form, shortcut and reaction stands for, and which incident it is about.

One rule serves all: an outsider may use a button when the configuration grants them the command that
does the same. What has no rule here is for members only.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bot.domain.timeline import Mark
from handlers import home_layout
from handlers.forms import (
    away,
    declaring,
    digest,
    incidents,
    items,
    marking,
    meeting,
    recording,
    sections,
    timeline,
)
from handlers.forms import reviewing as reviews
from storage import action_items, entries
from storage import incidents as stored
from storage.engine import Session

_NUMBER = re.compile(r"([0-9]{1,9})(?:[:-]|$)", re.ASCII)
Subject = Callable[[Session, str], int | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """The command that does the same, and how to find the incident that a value of ours is about."""

    word: str
    subject: Subject


def _number(about: str) -> int | None:
    found = _NUMBER.match(about)
    return int(found[1]) if found else None


def _by_incident(_session: Session, about: str) -> int | None:
    return _number(about)


def _by_item(session: Session, about: str) -> int | None:
    found = action_items.by_id(session, _number(about) or 0)
    return found.incident_id if found else None


def _by_entry(session: Session, about: str) -> int | None:
    found = entries.by_id(session, _number(about) or 0)
    return found[0] if found else None


def _by_channel(session: Session, about: str) -> int | None:
    return stored.id_of_channel(session, about.partition(" ")[0])


def _no_incident(_session: Session, _about: str) -> int | None:
    return None


def _all(names: str, word: str, subject: Subject) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), Rule(word, subject))


MEMBERS_ONLY = Rule("", _no_incident)
BUTTONS: Mapping[str, Rule] = {
    **_all("item_done item_reopen", "done", _by_item),
    **_all("item_drop item_against", "drop", _by_item),
    **_all("item_accept item_snooze item_not_mine item_take", "action", _by_item),
    **_all("item_owner item_due item_priority", "action", _by_item),
    **_all("item_history", "actions", _by_item),
    **_all("incident_update", "update", _by_incident),
    **_all("incident_severity", "sev", _by_incident),
    **_all("incident_resolve", "resolve", _by_incident),
    **_all("incident_reopen", "reopen", _by_incident),
    **_all("incident_note", "note", _by_incident),
    **_all("incident_action", "action", _by_incident),
    **_all("catch_up", "catchup", _by_incident),
    **_all("timeline_open", "timeline", _by_incident),
    **_all(f"{timeline.TURN} {timeline.ENTRY}", "timeline", _by_incident),
    **_all("postmortem_again postmortem_ask postmortem_skip", "postmortem", _by_incident),
    **_all("review_submit review_approve review_finish", "postmortem", _by_incident),
    **_all("review_reopen review_return", "postmortem", _by_incident),
    **_all("section_edit section_impact section_whys", "postmortem", _by_incident),
    **_all("meeting meeting_agree meeting_cancel meeting_move", "meeting", _by_incident),
    **_all("incident_lead incident_role item_ticket vote away_form", "", _no_incident),
    **_all(f"{home_layout.DECLARE} {home_layout.HOUR} {home_layout.BACK}", "", _no_incident),
    **_all(digest.SETTINGS, "", _no_incident),
}
FORMS: Mapping[str, Rule] = {
    **_all(f"{items.OWNER} {items.DUE} {items.PRIORITY}", "action", _by_item),
    **_all(items.AGAINST, "drop", _by_item),
    **_all(items.CREATE, "action", _by_channel),
    **_all(incidents.UPDATE, "update", _by_incident),
    **_all(incidents.SEVERITY, "sev", _by_incident),
    **_all(incidents.RESOLVE, "resolve", _by_incident),
    **_all(incidents.REOPEN, "reopen", _by_incident),
    **_all(recording.NOTE, "note", _by_incident),
    **_all(marking.MARK, "note", _by_entry),
    **_all(timeline.CORRECT, "timeline", _by_entry),
    **_all(f"{recording.ASK} {recording.SKIP} {reviews.RETURN}", "postmortem", _by_incident),
    **_all(f"{sections.CHOOSE} {sections.WRITE}", "postmortem", _by_incident),
    **_all(meeting.MOVE, "meeting", _by_incident),
    **_all(f"{incidents.ROLE} {declaring.DECLARE}", "", _no_incident),
    **_all(f"{away.AWAY} {digest.SETTINGS} {items.TICKET}", "", _no_incident),
}
SHORTCUTS: Mapping[str, Rule] = {
    **_all(items.CREATE, "action", _no_incident),
    **_all(marking.MARK, "note", _no_incident),
    **_all("declare declare_from_message", "", _no_incident),
}


def granted_marks(granted: Collection[str]) -> set[Mark]:
    """The marks that outsiders may put on a message."""
    return {mark for mark in Mark if of_mark(mark).word in granted}


def of_mark(mark: Mark) -> Rule:
    """What a reaction stands for that marks a message."""
    return Rule("action" if mark is Mark.ACTION_ITEM else "note", _no_incident)

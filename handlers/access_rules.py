"""Map each button, form, shortcut and reaction to its command and incident.

An outsider may use a button if the configuration grants them the matching command. Everything without a
rule here is for members only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.timeline import Mark
from handlers import home_layout
from handlers.clicks.subjects import SUBJECTS, Subject, about_none
from handlers.forms import (
    away,
    declaring,
    digest,
    forgetting,
    incidents,
    items,
    key_times,
    marking,
    meeting,
    recording,
    sections,
    timeline,
)
from handlers.forms import reviewing as reviews


@dataclass(frozen=True, slots=True)
class Rule:
    """The matching command, and how to find its incident."""

    word: str
    subject: Subject


def _all(names: str, word: str) -> dict[str, Rule]:
    return {name: Rule(word, SUBJECTS.get(name, about_none)) for name in names.split()}


MEMBERS_ONLY = Rule("", about_none)
BUTTONS: Mapping[str, Rule] = {
    **_all("item_done item_reopen", "done"),
    **_all("item_drop item_against", "drop"),
    **_all("item_accept item_snooze item_not_mine item_take", "action"),
    **_all("item_owner item_due item_priority", "action"),
    **_all("item_history", "actions"),
    **_all("incident_update still_working", "update"),
    **_all("incident_severity", "sev"),
    **_all("incident_resolve", "resolve"),
    **_all("incident_reopen", "reopen"),
    **_all("incident_note", "note"),
    **_all("incident_action", "action"),
    **_all("key_times", "time"),
    **_all("catch_up", "catchup"),
    **_all("timeline_open", "timeline"),
    **_all(f"{timeline.TURN} {timeline.ENTRY}", "timeline"),
    **_all("postmortem_again postmortem_ask postmortem_skip", "postmortem"),
    **_all("review_submit review_approve review_finish", "postmortem"),
    **_all("review_reopen review_return", "postmortem"),
    **_all("section_edit section_impact section_whys section_open", "postmortem"),
    **_all("meeting meeting_agree meeting_cancel meeting_move", "meeting"),
    **_all("incident_lead incident_role incident_publish item_ticket vote away_form", ""),
    **_all(f"{home_layout.DECLARE} {home_layout.HOUR} {home_layout.BACK}", ""),
    **_all(digest.SETTINGS, ""),
}
FORMS: Mapping[str, Rule] = {
    **_all(f"{items.OWNER} {items.DUE} {items.PRIORITY}", "action"),
    **_all(items.AGAINST, "drop"),
    **_all(items.CREATE, "action"),
    **_all(incidents.UPDATE, "update"),
    **_all(incidents.SEVERITY, "sev"),
    **_all(incidents.RESOLVE, "resolve"),
    **_all(incidents.REOPEN, "reopen"),
    **_all(recording.NOTE, "note"),
    **_all(key_times.KEY_TIMES, "time"),
    **_all(marking.MARK, "note"),
    **_all(timeline.CORRECT, "timeline"),
    **_all(f"{recording.ASK} {recording.SKIP} {reviews.RETURN}", "postmortem"),
    **_all(f"{sections.CHOOSE} {sections.WRITE}", "postmortem"),
    **_all(meeting.MOVE, "meeting"),
    **_all(f"{incidents.ROLE} {declaring.DECLARE}", ""),
    **_all(f"{away.AWAY} {digest.SETTINGS} {forgetting.FORGET} {items.TICKET}", ""),
}
SHORTCUTS: Mapping[str, Rule] = {
    **_all(items.CREATE, "action"),
    **_all(marking.MARK, "note"),
    **_all(f"declare declare_from_message {forgetting.FORGET}", ""),
}


def granted_marks(granted: Collection[str]) -> set[Mark]:
    """Return the marks that outsiders may put on a message."""
    return {mark for mark in Mark if of_mark(mark).word in granted}


def of_mark(mark: Mark) -> Rule:
    """Return the rule for a reaction that marks a message."""
    return Rule("action" if mark is Mark.ACTION_ITEM else "note", about_none)

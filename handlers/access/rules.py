"""Map each button, form, shortcut and reaction to its command and incident.

An outsider may use a button if the configuration grants them the matching command. Everything without a
rule here is for members only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.timeline import Mark
from bot.people import outsiders
from handlers.interactions.subjects import SUBJECTS, Subject, about_none
from handlers.views import home_tab
from handlers.views.forms import (
    action_items,
    away,
    declare,
    digest,
    forget,
    incidents,
    key_times,
    mark,
    record,
    review_meeting,
    sections,
    timeline,
)
from handlers.views.forms import review as reviews


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
    **_all(f"{home_tab.DECLARE} {home_tab.HOUR} {home_tab.BACK}", ""),
    **_all(digest.SETTINGS, ""),
}
FORMS: Mapping[str, Rule] = {
    **_all(f"{action_items.OWNER} {action_items.DUE} {action_items.PRIORITY}", "action"),
    **_all(action_items.AGAINST, "drop"),
    **_all(action_items.CREATE, "action"),
    **_all(incidents.UPDATE, "update"),
    **_all(incidents.SEVERITY, "sev"),
    **_all(incidents.RESOLVE, "resolve"),
    **_all(incidents.REOPEN, "reopen"),
    **_all(record.NOTE, "note"),
    **_all(key_times.KEY_TIMES, "time"),
    **_all(mark.MARK, "note"),
    **_all(timeline.CORRECT, "timeline"),
    **_all(f"{record.ASK} {record.SKIP} {reviews.RETURN}", "postmortem"),
    **_all(f"{sections.CHOOSE} {sections.WRITE}", "postmortem"),
    **_all(review_meeting.MOVE, "meeting"),
    **_all(f"{incidents.ROLE} {declare.DECLARE}", ""),
    **_all(f"{away.AWAY} {digest.SETTINGS} {forget.FORGET} {action_items.TICKET}", ""),
}
SHORTCUTS: Mapping[str, Rule] = {
    **_all(action_items.CREATE, "action"),
    **_all(mark.MARK, "note"),
    **_all(f"declare declare_from_message {forget.FORGET}", ""),
}


def of_mark(mark: Mark) -> Rule:
    """Return the rule for a reaction that marks a message."""
    return Rule(outsiders.word_of(mark), about_none)

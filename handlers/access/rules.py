"""Map each button, form, shortcut and reaction to its command and incident.

An outsider may use a button if the configuration grants them the matching command. Everything
without a rule here is for members only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.timeline import Mark
from bot.people import outsiders
from handlers.interactions.incident_of_request import FINDERS, IncidentFinder, find_none
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
    find_incident: IncidentFinder


def _make_rules(names: str, word: str) -> dict[str, Rule]:
    return {name: Rule(word, FINDERS.get(name, find_none)) for name in names.split()}


MEMBERS_ONLY = Rule("", find_none)
BUTTONS: Mapping[str, Rule] = {
    **_make_rules("item_done item_reopen", "done"),
    **_make_rules("item_drop item_against", "drop"),
    **_make_rules("item_accept item_snooze item_not_mine item_take", "action"),
    **_make_rules("item_owner item_due item_priority", "action"),
    **_make_rules("item_history", "actions"),
    **_make_rules("incident_update still_working", "update"),
    **_make_rules("incident_severity", "sev"),
    **_make_rules("incident_resolve", "resolve"),
    **_make_rules("incident_reopen", "reopen"),
    **_make_rules("incident_note", "note"),
    **_make_rules("incident_action", "action"),
    **_make_rules("key_times", "time"),
    **_make_rules("catch_up", "catchup"),
    **_make_rules("timeline_open", "timeline"),
    **_make_rules(f"{timeline.TURN_PAGE} {timeline.ENTRY}", "timeline"),
    **_make_rules("postmortem_again postmortem_ask postmortem_skip", "postmortem"),
    **_make_rules("review_submit review_approve review_finish", "postmortem"),
    **_make_rules("review_reopen review_return", "postmortem"),
    **_make_rules("section_edit section_impact section_whys section_open", "postmortem"),
    **_make_rules("meeting meeting_agree meeting_cancel meeting_move", "meeting"),
    **_make_rules("incident_lead incident_role incident_publish item_ticket vote away_form", ""),
    **_make_rules(f"{home_tab.DECLARE} {home_tab.HOUR} {home_tab.BACK}", ""),
    **_make_rules(digest.SETTINGS, ""),
}
FORMS: Mapping[str, Rule] = {
    **_make_rules(f"{action_items.OWNER} {action_items.DUE} {action_items.PRIORITY}", "action"),
    **_make_rules(action_items.WONT_DO, "drop"),
    **_make_rules(action_items.CREATE, "action"),
    **_make_rules(incidents.UPDATE, "update"),
    **_make_rules(incidents.SEVERITY, "sev"),
    **_make_rules(incidents.RESOLVE, "resolve"),
    **_make_rules(incidents.REOPEN, "reopen"),
    **_make_rules(record.NOTE, "note"),
    **_make_rules(key_times.KEY_TIMES, "time"),
    **_make_rules(mark.MARK, "note"),
    **_make_rules(timeline.CORRECT, "timeline"),
    **_make_rules(f"{record.REQUIRE} {record.SKIP} {reviews.REQUEST_CHANGES}", "postmortem"),
    **_make_rules(f"{sections.CHOOSE} {sections.WRITE}", "postmortem"),
    **_make_rules(review_meeting.MOVE, "meeting"),
    **_make_rules(f"{incidents.ROLE} {declare.DECLARE}", ""),
    **_make_rules(f"{away.AWAY} {digest.SETTINGS} {forget.FORGET} {action_items.TICKET}", ""),
}
SHORTCUTS: Mapping[str, Rule] = {
    **_make_rules(action_items.CREATE, "action"),
    **_make_rules(mark.MARK, "note"),
    **_make_rules(f"declare declare_from_message {forget.FORGET}", ""),
}


def of_mark(mark: Mark) -> Rule:
    """Return the rule for a reaction that marks a message."""
    return Rule(outsiders.command_for_mark(mark), find_none)

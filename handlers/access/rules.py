"""Map each button, form, shortcut and reaction to its command and incident.

An outsider may use a button if the configuration grants them the matching command.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.timeline import Mark
from bot.people import outsiders
from handlers.interactions import (
    BUTTON_FORMS,
    BUTTON_HANDLERS,
    MODAL_HANDLERS,
    SHORTCUT_FORMS,
    SUBMISSION_HANDLERS,
)
from handlers.interactions.click import NOT_GRANTABLE, IncidentFinder, Interaction
from handlers.interactions.incident_finders import find_none


@dataclass(frozen=True, slots=True)
class Rule:
    """The matching command, and how to find its incident."""

    word: str
    find_incident: IncidentFinder


def _make_rules(*tables: Mapping[str, Interaction[Any]]) -> dict[str, Rule]:
    return {
        name: Rule(interaction.command, interaction.find_incident)
        for table in tables
        for name, interaction in table.items()
    }


MEMBERS_ONLY = Rule(NOT_GRANTABLE, find_none)
BUTTONS: Mapping[str, Rule] = _make_rules(BUTTON_HANDLERS, BUTTON_FORMS, MODAL_HANDLERS)
FORMS: Mapping[str, Rule] = _make_rules(SUBMISSION_HANDLERS)
SHORTCUTS: Mapping[str, Rule] = _make_rules(SHORTCUT_FORMS)


def of_mark(mark: Mark) -> Rule:
    """Return the rule for a reaction that marks a message."""
    return Rule(outsiders.command_for_mark(mark), find_none)

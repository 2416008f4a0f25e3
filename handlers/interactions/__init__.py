"""Buttons, shortcuts and submitted forms, grouped by subject."""

from collections.abc import Mapping
from typing import Any

from handlers.interactions import (
    action_items,
    catch_up,
    command_help,
    declare,
    digest,
    forget,
    home_tab,
    incidents,
    key_times,
    mark,
    record,
    review,
    review_meeting,
    sections,
    timeline,
    vote,
)
from handlers.interactions.handler_types import (
    ButtonForms,
    ButtonHandlers,
    Interaction,
    ModalHandlers,
    ShortcutForms,
    SubmissionHandlers,
)

BUTTON_HANDLERS: ButtonHandlers = {
    **action_items.BUTTON_HANDLERS,
    **incidents.BUTTON_HANDLERS,
    **home_tab.BUTTON_HANDLERS,
    **catch_up.BUTTON_HANDLERS,
    **record.BUTTON_HANDLERS,
    **review.BUTTON_HANDLERS,
    **review_meeting.BUTTON_HANDLERS,
    **vote.BUTTON_HANDLERS,
}
BUTTON_FORMS: ButtonForms = {
    **action_items.BUTTON_FORMS,
    **incidents.BUTTON_FORMS,
    **home_tab.BUTTON_FORMS,
    **sections.BUTTON_FORMS,
    **record.BUTTON_FORMS,
    **review.BUTTON_FORMS,
    **digest.BUTTON_FORMS,
    **review_meeting.BUTTON_FORMS,
    **key_times.BUTTON_FORMS,
    **command_help.BUTTON_FORMS,
}
MODAL_HANDLERS: ModalHandlers = {**timeline.MODAL_HANDLERS}
BUTTONS: Mapping[str, Interaction[Any]] = {**BUTTON_HANDLERS, **BUTTON_FORMS, **MODAL_HANDLERS}
SHORTCUT_FORMS: ShortcutForms = {
    **declare.SHORTCUT_FORMS,
    **action_items.SHORTCUT_FORMS,
    **mark.SHORTCUT_FORMS,
    **forget.SHORTCUT_FORMS,
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    **home_tab.SUBMISSION_HANDLERS,
    **action_items.SUBMISSION_HANDLERS,
    **incidents.SUBMISSION_HANDLERS,
    **declare.SUBMISSION_HANDLERS,
    **mark.SUBMISSION_HANDLERS,
    **forget.SUBMISSION_HANDLERS,
    **timeline.SUBMISSION_HANDLERS,
    **sections.SUBMISSION_HANDLERS,
    **record.SUBMISSION_HANDLERS,
    **review.SUBMISSION_HANDLERS,
    **digest.SUBMISSION_HANDLERS,
    **review_meeting.SUBMISSION_HANDLERS,
    **key_times.SUBMISSION_HANDLERS,
}

"""Buttons, shortcuts and submitted forms, by what they are about."""

from handlers.interactions import (
    action_items,
    catch_up,
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
from handlers.interactions.click import Opened, Pressed, Reached, Sent, Turned

PRESSED: Pressed = {
    **action_items.PRESSED,
    **incidents.PRESSED,
    **home_tab.PRESSED,
    **catch_up.PRESSED,
    **record.PRESSED,
    **review.PRESSED,
    **review_meeting.PRESSED,
    **vote.PRESSED,
}
OPENED: Opened = {
    **action_items.OPENED,
    **incidents.OPENED,
    **home_tab.OPENED,
    **sections.OPENED,
    **record.OPENED,
    **review.OPENED,
    **digest.OPENED,
    **review_meeting.OPENED,
    **key_times.OPENED,
}
TURNED: Turned = {**timeline.TURNED}
REACHED: Reached = {
    **declare.REACHED,
    **action_items.REACHED,
    **mark.REACHED,
    **forget.REACHED,
}
SENT: Sent = {
    **home_tab.SENT,
    **action_items.SENT,
    **incidents.SENT,
    **declare.SENT,
    **mark.SENT,
    **forget.SENT,
    **timeline.SENT,
    **sections.SENT,
    **record.SENT,
    **review.SENT,
    **digest.SENT,
    **review_meeting.SENT,
    **key_times.SENT,
}

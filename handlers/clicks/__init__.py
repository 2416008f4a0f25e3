"""What clicks, shortcuts and sent forms do, by what they are about.

`buttons`, `shortcuts` and `modals` are the doors.
"""

from handlers.clicks import (
    catching_up,
    declaring,
    digest,
    forgetting,
    home,
    incidents,
    items,
    key_times,
    marking,
    meeting,
    recording,
    reviewing,
    sections,
    timeline,
    voting,
)
from handlers.clicks.click import Opened, Pressed, Reached, Sent, Turned

PRESSED: Pressed = {
    **items.PRESSED,
    **incidents.PRESSED,
    **home.PRESSED,
    **catching_up.PRESSED,
    **recording.PRESSED,
    **reviewing.PRESSED,
    **meeting.PRESSED,
    **voting.PRESSED,
}
OPENED: Opened = {
    **items.OPENED,
    **incidents.OPENED,
    **home.OPENED,
    **sections.OPENED,
    **recording.OPENED,
    **reviewing.OPENED,
    **digest.OPENED,
    **meeting.OPENED,
    **key_times.OPENED,
}
TURNED: Turned = {**timeline.TURNED}
REACHED: Reached = {
    **declaring.REACHED,
    **items.REACHED,
    **marking.REACHED,
    **forgetting.REACHED,
}
SENT: Sent = {
    **home.SENT,
    **items.SENT,
    **incidents.SENT,
    **declaring.SENT,
    **marking.SENT,
    **forgetting.SENT,
    **timeline.SENT,
    **sections.SENT,
    **recording.SENT,
    **reviewing.SENT,
    **digest.SENT,
    **meeting.SENT,
    **key_times.SENT,
}

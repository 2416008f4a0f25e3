"""What clicks, shortcuts and sent forms do, by what they are about.

`buttons`, `shortcuts` and `modals` are the doors.
"""

from handlers.clicks import declaring, items, reviewing, sections
from handlers.clicks.click import Opened, Pressed, Reached, Sent

PRESSED: Pressed = {**items.PRESSED, **reviewing.PRESSED}
OPENED: Opened = {**items.OPENED, **sections.OPENED, **reviewing.OPENED}
REACHED: Reached = {**declaring.REACHED}
SENT: Sent = {**items.SENT, **declaring.SENT, **sections.SENT, **reviewing.SENT}

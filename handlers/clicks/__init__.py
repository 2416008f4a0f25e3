"""What clicks, shortcuts and sent forms do, by what they are about.

`buttons`, `shortcuts` and `modals` are the doors.
"""

from handlers.clicks import declaring, home, incidents, items
from handlers.clicks.click import Opened, Pressed, Reached, Sent

PRESSED: Pressed = {**items.PRESSED, **incidents.PRESSED, **home.PRESSED}
OPENED: Opened = {**items.OPENED, **incidents.OPENED, **home.OPENED}
REACHED: Reached = {**declaring.REACHED, **items.REACHED}
SENT: Sent = {**items.SENT, **incidents.SENT, **declaring.SENT}

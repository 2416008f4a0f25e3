"""What clicks, shortcuts and sent forms do, by what they are about.

`buttons`, `shortcuts` and `modals` are the doors.
"""

from handlers.clicks import declaring, home, items
from handlers.clicks.click import Opened, Pressed, Reached, Sent

PRESSED: Pressed = {**items.PRESSED, **home.PRESSED}
OPENED: Opened = {**items.OPENED, **home.OPENED}
REACHED: Reached = {**declaring.REACHED, **items.REACHED}
SENT: Sent = {**items.SENT, **declaring.SENT}

"""What clicks, shortcuts and sent forms do, by what they are about.

`buttons`, `shortcuts` and `modals` are the doors.
"""

from handlers.clicks import declaring, items, marking
from handlers.clicks.click import Opened, Pressed, Reached, Sent

PRESSED: Pressed = {**items.PRESSED}
OPENED: Opened = {**items.OPENED}
REACHED: Reached = {**declaring.REACHED, **marking.REACHED}
SENT: Sent = {**items.SENT, **declaring.SENT, **marking.SENT}

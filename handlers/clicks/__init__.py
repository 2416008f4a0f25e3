"""What clicks and sent forms do, by what they are about; `buttons` and `modals` are the doors."""

from handlers.clicks import items
from handlers.clicks.click import Opened, Pressed, Sent

PRESSED: Pressed = {**items.PRESSED}
OPENED: Opened = {**items.OPENED}
SENT: Sent = {**items.SENT}

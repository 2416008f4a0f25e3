"""Calls to Slack that may still take effect after we stopped waiting for them.

A call whose outcome nobody knows (the process was killed, the connection broke) can be carried out by
Slack seconds later. Its effect is looked for first. While it isn't there, the call is repeated only when
the earlier one can't take effect any more; until then the job waits, and looks again now and then.
"""

from datetime import datetime, timedelta

from bot.domain.posting import Posting
from bot.environment import Bot
from storage import outbox

LATEST = timedelta(seconds=60)  # a call that hasn't taken effect by then never will
_ASKED = "asked_at"  # in a job's progress: when the call was made last


class MayStillHappen(Exception):
    """An earlier call to Slack may still take effect."""

    def __init__(self, wait: timedelta) -> None:
        """`wait` is how long that is so."""
        super().__init__()
        self.wait = wait


def before_repeating(bot: Bot, posting: Posting, patience: timedelta) -> None:
    """Raise `MayStillHappen` while the last call of a job may take effect; else note this one's time."""
    if posting.unsure_since is None:
        return
    note = posting.progress.get(_ASKED)
    last = datetime.fromisoformat(note) if note else posting.unsure_since
    wait_since(bot, last, patience)
    note_call(bot, posting)


def wait_since(bot: Bot, last: datetime, patience: timedelta) -> None:
    """Raise `MayStillHappen` unless a call at `last` is longer ago than `patience`."""
    # A clock that was turned back since would have us wait for ever.
    left = min(last + patience - bot.now(), patience)
    if left > timedelta(0):
        raise MayStillHappen(left)


def note_call(bot: Bot, posting: Posting, **more: str) -> None:
    """Keep in a job's progress, before a call is made, when that was; and what else a later try needs."""
    with bot.store.begin() as session:
        outbox.note_progress(session, posting.id, {_ASKED: bot.now().isoformat(), **more})

"""Answer each request once, also one that was refused and so left no trace: Slack may deliver it again."""

from bot.config.context import Bot
from storage import deliveries
from storage.engine.store import DatabaseError


def is_first(bot: Bot, request_id: str) -> bool:
    """Note that a request is answered now; False if it was before.

    While the database doesn't respond, nobody knows: better an answer too many than none.
    """
    try:
        with bot.store.begin() as session:
            return deliveries.record_new(session, _id(request_id), bot.now())
    except DatabaseError:
        return True


def is_answered(bot: Bot, request_id: str) -> bool:
    """Tell whether a request was answered before, so that it isn't carried out afterwards."""
    with bot.store.begin() as session:
        return deliveries.is_known(session, _id(request_id))


def _id(request_id: str) -> str:
    return f"answered-{request_id}"

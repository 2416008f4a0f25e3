"""Reply to each request once, also to one that was refused and so left no trace: Slack may deliver it again."""

from bot.config.context import Bot
from storage import deliveries
from storage.engine.store import DatabaseError


def claim_reply(bot: Bot, request_id: str) -> bool:
    """Claim the reply to a request; return False if it was claimed before.

    While the database doesn't respond, nobody knows: better an answer too many than none.
    """
    try:
        with bot.store.begin() as session:
            return deliveries.record_new(session, _id(request_id), bot.now())
    except DatabaseError:
        return True


def is_answered(bot: Bot, request_id: str) -> bool:
    """Return whether the reply was claimed before, so that the request isn't carried out again."""
    with bot.store.begin() as session:
        return deliveries.is_known(session, _id(request_id))


def _id(request_id: str) -> str:
    return f"answered-{request_id}"

"""Everything as JSON, for other programs: with it anybody can count every figure again."""

import json
from datetime import UTC, date, datetime

from bot.config.context import Bot
from bot.reports.digest_schedule import rhythm
from storage import data_export
from storage.engine.store import Session

SCHEMA = "debrief.export/1"


def as_json(session: Session, bot: Bot, at: datetime, *, private: bool) -> str:
    """Incidents with their postmortems and reviews, action items with their changes, and digests.

    `zone` and `working_days` are those that weeks, months and days are counted by. Without `private`
    it says how many incidents were left out; their items are left out too. People are Slack's ids.
    """
    hidden = 0 if private else data_export.private_incidents(session)
    document = {
        "schema": SCHEMA,
        "made_at": at,
        "zone": rhythm(session, bot).zone.key,
        "working_days": list(bot.policy.working_days),
        "private_incidents_left_out": hidden,
        "incidents": data_export.incidents(session, private=private),
        "action_items": data_export.action_items(session, private=private),
        "digests": data_export.digests(session),
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_written) + "\n"


def _written(value: object) -> str:
    """A time in UTC with `Z`, a day as ISO 8601 writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")

"""Export all data as JSON for other programs, so that every figure can be recalculated."""

import json
from datetime import date, datetime

from bot.config.context import Bot
from bot.rendering.json_times import iso_utc
from bot.reports.digest_schedule import load_schedule
from storage import data_export
from storage.engine.store import Session

SCHEMA = "debrief.export/1"


def as_json(session: Session, bot: Bot, at: datetime, *, private: bool) -> str:
    """Return incidents with their postmortems and reviews, action items with changes, and digests.

    `zone` and `working_days` are those used to count weeks, months and days. Without `private`,
    private incidents and their items are left out, and the number of those incidents is included.
    People are Slack user ids.
    """
    hidden = 0 if private else data_export.private_incidents(session)
    document = {
        "schema": SCHEMA,
        "made_at": at,
        "zone": load_schedule(session, bot).zone.key,
        "working_days": list(bot.policy.working_days),
        "private_incidents_left_out": hidden,
        "incidents": data_export.incidents(session, private=private),
        "action_items": data_export.action_items(session, private=private),
        "digests": data_export.digests(session),
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_to_json) + "\n"


def _to_json(value: object) -> str:
    """Format a time in UTC with `Z`, or a date, as ISO 8601."""
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")

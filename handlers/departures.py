"""Who leaves a private incident's channel, or is removed from it: they take no part in it any more."""

from typing import Any

from bot import homes, timeline
from bot.domain.timeline import Kind, TimelineEvent, moment_of
from bot.environment import Bot
from handlers import fields, payloads
from storage import deliveries


def on_member_left(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Slack also posts a message of it in the channel, unless the workspace hides those: one of them
    is enough."""
    person, when = fields.needed(event, "user"), fields.ts(event, "event_ts")
    left = TimelineEvent(
        message_id=f"left-{person}-{when}",
        channel_id=fields.needed(event, "channel"),
        author=person,
        text="",
        happened_at=moment_of(when),
        kind=Kind.LEFT,
    )
    at = bot.now()
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), at) and timeline.record(
            session, left, at
        ):
            homes.refresh(session, person, at)

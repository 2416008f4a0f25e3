"""Marks: an emoji on a message says what the message is; and a number, on a vote's, what is chosen."""

from typing import Any

from bot.config.context import Bot
from bot.domain.timeline import Mark, Marked, stamp_of
from bot.postmortems import marks
from bot.reports import anniversaries
from handlers.slack import payloads
from handlers.slack.payloads import Reaction
from storage import activity, deliveries, requesters

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")


def on_reaction_added(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, removed=False)


def on_reaction_removed(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _follow(bot, body, event, removed=True)


def _follow(bot: Bot, body: dict[str, Any], event: dict[str, Any], *, removed: bool) -> None:
    reaction = payloads.reaction(event, payloads.delivery(body), bot.now())
    if reaction is None:
        return
    with bot.store.begin() as session:
        activity.note(session, reaction.actor.channel_id, reaction.actor.at)
    if reaction.emoji in NUMBERS:
        _vote(bot, reaction, removed=removed)
    mark = bot.policy.marks.get(reaction.emoji)
    if mark is not None:
        _mark(bot, reaction, mark, removed=removed)


def _vote(bot: Bot, reaction: Reaction, *, removed: bool) -> None:
    """A number on the message that asks for votes; elsewhere it means nothing."""
    place = (reaction.message_id, NUMBERS.index(reaction.emoji) + 1)
    version = reaction.version or stamp_of(reaction.actor.at)
    with bot.store.begin() as session:
        anniversaries.follow_reaction(session, reaction.actor, place, version, removed=removed)


def _mark(bot: Bot, reaction: Reaction, mark: Mark, *, removed: bool) -> None:
    actor = reaction.actor
    marked = Marked(
        message_id=reaction.message_id,
        person=actor.person,
        mark=mark,
        version=reaction.version or stamp_of(actor.at),
        at=actor.at,
        removed=removed,
    )
    with bot.store.begin() as session:
        if deliveries.is_new(session, actor.request_id, actor.at):
            requesters.remember(session, actor.person, actor.channel_id)
            marks.follow(session, actor.channel_id, marked)

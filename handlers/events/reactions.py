"""Reactions: a mark classifies a message, and a number on a poll's message is a vote."""

from typing import Any

from bot.config.context import Bot
from bot.domain.timeline import Mark, MarkChange, to_slack_ts
from bot.postmortems import message_marks
from bot.reports import postmortem_votes
from handlers.slack import payloads
from handlers.slack.payloads import Reaction
from storage import activity, deliveries, requesters

NUMBER_EMOJI = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "keycap_ten",
)


def on_reaction_added(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _handle_reaction(bot, body, event, removed=False)


def on_reaction_removed(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    _handle_reaction(bot, body, event, removed=True)


def _handle_reaction(
    bot: Bot, body: dict[str, Any], event: dict[str, Any], *, removed: bool
) -> None:
    reaction = payloads.parse_reaction(event, payloads.parse_delivery_id(body), bot.now())
    if reaction is None:
        return
    with bot.store.begin() as session:
        activity.note(session, reaction.actor.channel_id, reaction.actor.at)
    if reaction.emoji in NUMBER_EMOJI:
        _vote(bot, reaction, removed=removed)
    mark = bot.policy.marks.get(reaction.emoji)
    if mark is not None:
        _mark(bot, reaction, mark, removed=removed)


def _vote(bot: Bot, reaction: Reaction, *, removed: bool) -> None:
    """Count a number reaction as a vote if the message is a poll; ignore it otherwise."""
    place = (reaction.message_id, NUMBER_EMOJI.index(reaction.emoji) + 1)
    version = reaction.version or to_slack_ts(reaction.actor.at)
    with bot.store.begin() as session:
        postmortem_votes.apply_reaction(session, reaction.actor, place, version, removed=removed)


def _mark(bot: Bot, reaction: Reaction, mark: Mark, *, removed: bool) -> None:
    actor = reaction.actor
    marked = MarkChange(
        message_id=reaction.message_id,
        person=actor.person,
        mark=mark,
        version=reaction.version or to_slack_ts(actor.at),
        at=actor.at,
        removed=removed,
    )
    with bot.store.begin() as session:
        if deliveries.record_new(session, actor.request_id, actor.at):
            requesters.remember(session, actor.person, actor.channel_id)
            message_marks.apply_change(session, actor.channel_id, marked)

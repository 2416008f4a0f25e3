"""Reactions: a mark classifies a message, and a number on a poll's message is a vote."""

from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain.timeline import Mark, MarkChange, to_slack_ts
from bot.postmortems import message_marks
from bot.reports import postmortem_votes
from handlers.slack.requests import ReactionChange
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


def on_reaction(bot: Bot, _client: WebClient, reaction: ReactionChange) -> None:
    actor = reaction.actor
    with bot.store.begin() as session:
        activity.note(session, actor.channel_id, actor.at)
    if reaction.emoji in NUMBER_EMOJI:
        _vote(bot, reaction)
    mark = bot.policy.marks.get(reaction.emoji)
    if mark is not None:
        _mark(bot, reaction, mark)


def _vote(bot: Bot, reaction: ReactionChange) -> None:
    """Count a number reaction as a vote if the message is a poll; ignore it otherwise."""
    choice = (reaction.message_id, NUMBER_EMOJI.index(reaction.emoji) + 1)
    version = reaction.version or to_slack_ts(reaction.actor.at)
    with bot.store.begin() as session:
        postmortem_votes.apply_reaction(
            session, reaction.actor, choice, version, removed=reaction.is_removed
        )


def _mark(bot: Bot, reaction: ReactionChange, mark: Mark) -> None:
    actor = reaction.actor
    change = MarkChange(
        message_id=reaction.message_id,
        person=actor.person,
        mark=mark,
        version=reaction.version or to_slack_ts(actor.at),
        at=actor.at,
        removed=reaction.is_removed,
    )
    with bot.store.begin() as session:
        if deliveries.record_new(session, actor.request_id, actor.at):
            requesters.remember(session, actor.person, actor.channel_id)
            message_marks.apply_change(session, actor.channel_id, change)

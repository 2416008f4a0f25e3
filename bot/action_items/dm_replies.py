"""Answers to a reminder, said to the bot directly: "done", "friday", "not mine" do what the buttons do."""

from dataclasses import dataclass

from bot.action_items import thread_replies
from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.action_item_errors import NothingReminded
from bot.domain.action_item_replies import Wish
from bot.domain.actor import Actor
from bot.domain.errors import Repeated
from bot.domain.job import JobKind, person_lane
from bot.domain.timeline import TimelineEvent, moment_of
from bot.people import working_hours
from bot.people.permissions import may_see
from bot.reminders.ladder import items_of
from bot.timeline.retention import is_remembered
from storage import action_items, deliveries, incidents, outbox
from storage.engine.store import Session

_OF_SUGGESTIONS = {Wish.YES, Wish.NO}  # of which nobody is reminded


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What an answer came to: the one item that was meant, and the line that tells what was done to
    it; or those that may be meant, and no line."""

    items: tuple[ActionItem, ...]
    told: str = ""


def hear(session: Session, bot: Bot, actor: Actor, said: TimelineEvent) -> Heard | None:
    """Do what a direct message asks for of the item that the person was reminded of last, once.

    An answer in the thread of a reminder is about that one. None when it is no such answer.
    """
    today = working_hours.today_of(session, bot, actor.person, actor.at)
    wanted = thread_replies.understood(bot, said.text, today)
    if wanted is None or wanted.wish in _OF_SUGGESTIONS:
        return None
    if not deliveries.is_new(session, f"said-{said.channel_id}-{said.message_id}", actor.at):
        raise Repeated
    items = _reminded(session, bot, actor, said.thread_id)
    if len(items) > 1:
        return Heard(items=items)
    if not items:
        if wanted.wish is None:
            return None  # a day, a name: it may be talk
        raise NothingReminded(command=bot.policy.command)
    told = thread_replies.carry_out(session, bot, actor, items[0], wanted)
    now = action_items.by_id(session, items[0].id) or items[0]
    return Heard(items=(now,), told=told) if told else None


def _reminded(
    session: Session, bot: Bot, actor: Actor, thread: str | None
) -> tuple[ActionItem, ...]:
    """What is still to be done of the reminder in whose thread this is, else of the last one.

    Without items of private incidents that the asker may not see any more. A thread that began before
    what is remembered may be another reminder's: then it's none.
    """
    lane = person_lane(actor.person)
    job = outbox.last_posted(session, lane, JobKind.REMINDER, thread) if thread else None
    if job is None and (thread is None or is_remembered(bot, moment_of(thread), actor.at)):
        job = outbox.last_posted(session, lane, JobKind.REMINDER)
    found = {item.id: item for _, item in items_of(session, job)} if job else {}
    seen = (
        item
        for item in found.values()
        if may_see(session, actor, incidents.by_id(session, item.incident_id))
    )
    return tuple(seen)

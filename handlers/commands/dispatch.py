"""`/incident`: one word decides which use case runs; the answer is for the asker only."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain import commands as words
from bot.domain.actor import Actor
from bot.domain.errors import Repeated
from bot.domain.markup import plain, referenced
from bot.incidents import lifecycle
from bot.reminders import home_tab_content
from bot.rendering import render
from bot.timeline import recording
from handlers.commands import ANSWERS
from handlers.commands.assumed_zone import add_zone
from handlers.commands.call import Call, Form
from handlers.interactions.opening import NotOpened, open_form
from handlers.outbox import reference_names
from handlers.slack import channels, payloads, people
from handlers.slack.membership import admit, with_channels
from handlers.views.answer import Shown
from handlers.views.forms.mark import label
from storage import activity, deliveries, requesters
from storage.engine.store import Session
from storage.incidents import id_of_channel

# Words that show or change what is in other channels than the one where they are typed.
ANYWHERE = {"search", "actions", "done", "drop", "forget"}


def on_command(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    actor, text = payloads.command(body, bot.now())
    answer = _opened(client, actor, carry_out(bot, client, actor, text))
    if isinstance(answer, Shown):
        ack(text=answer.text, blocks=answer.blocks)
    else:
        ack(answer)


def carry_out(
    bot: Bot,
    client: WebClient,
    actor: Actor,
    text: str,
    also: Callable[[Session], object] = lambda _: None,
) -> str | Form | Shown:
    """Do what was typed, once, and answer; `also` is done in the same transaction.

    An incident that is named first is meant instead of the channel's. What is no word of ours is answered with the help, and nothing is done. `Repeated` when it was done.
    """
    key, text = words.named_first(text)
    word, rest = words.parse(text)
    if word is None or word.name == "help":
        return help_text(bot, "" if word else plain(text, {}))
    actor = _admitted(bot, client, actor, word.name)
    reference_names.learn(bot, client, referenced(text))
    channel = ("", False)
    if word.name == "here":  # asked of Slack before the transaction, which must stay short
        channel = channels.enter(client, actor.channel_id, bot.policy.command)
    with bot.store.begin() as session:
        _begin(session, actor)
        if key:
            actor = lifecycle.named(session, actor, key)
        call = Call(session, bot, actor, word, rest, channel)
        answer = add_zone(call, ANSWERS[word.name](call))
        activity.note(session, actor.channel_id, actor.at)
        also(session)
    return answer


def _begin(session: Session, actor: Actor) -> None:
    """Note who asks for what follows in this transaction. Raises Repeated for a repeated delivery."""
    recording.meet(session, actor.person, actor.at)
    home_tab_content.greet(session, actor.person, actor.at)
    if not deliveries.is_new(session, actor.request_id, actor.at):
        raise Repeated
    requesters.remember(session, actor.person, actor.channel_id)


def _admitted(bot: Bot, client: WebClient, actor: Actor, word: str) -> Actor:
    """The asker, if they may use the bot where they are; with what they may see elsewhere."""
    admit(bot, client, actor.person, lambda session: [id_of_channel(session, actor.channel_id)])
    if word == "forget":
        actor = people.with_standing(client, actor)
    return with_channels(bot, client, actor) if word in ANYWHERE else actor


def _opened(client: WebClient, actor: Actor, answer: str | Form | Shown) -> str | Shown:
    """Open what is to be opened; what is left to be said."""
    if not isinstance(answer, Form):
        return answer
    try:
        open_form(client, actor.request_id, answer.view)
    except NotOpened:
        return answer.otherwise
    return ""


def help_text(bot: Bot, unknown: str) -> str:
    groups = dict.fromkeys(word.group for word in words.WORDS)
    grouped = [(group, [w for w in words.WORDS if w.group == group]) for group in groups]
    marks = [(label(mark), f":{emoji}:") for emoji, mark in bot.policy.marks.items()]
    return render.line(
        "help", command=bot.policy.command, groups=grouped, unknown=unknown, marks=marks
    )

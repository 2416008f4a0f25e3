"""`/incident`: one word decides which use case runs; the answer is for the asker only."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot import homes, incidents, render, timeline
from bot.domain import commands as words
from bot.domain.asker import Asker
from bot.domain.errors import Repeated
from bot.domain.markup import plain, referenced
from bot.environment import Bot
from handlers import channels, payloads, people, reference_names
from handlers.answers import ANSWERS
from handlers.answers.assumed_zone import add_zone
from handlers.answers.call import Call, Form
from handlers.forms.marking import label
from handlers.membership import admit, with_channels
from handlers.opening import NotOpened, open_form
from handlers.shown import Shown
from storage import activity, deliveries, requesters
from storage.engine import Session
from storage.incidents import id_of_channel

# Words that show or change what is in other channels than the one where they are typed.
ANYWHERE = {"search", "actions", "done", "drop", "forget"}


def on_command(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    asker, text = payloads.command(body, bot.now())
    answer = _opened(client, asker, carry_out(bot, client, asker, text))
    if isinstance(answer, Shown):
        ack(text=answer.text, blocks=answer.blocks)
    else:
        ack(answer)


def carry_out(
    bot: Bot,
    client: WebClient,
    asker: Asker,
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
    asker = _admitted(bot, client, asker, word.name)
    reference_names.learn(bot, client, referenced(text))
    channel = ("", False)
    if word.name == "here":  # asked of Slack before the transaction, which must stay short
        channel = channels.enter(client, asker.channel_id, bot.policy.command)
    with bot.store.begin() as session:
        _begin(session, asker)
        if key:
            asker = incidents.named(session, asker, key)
        call = Call(session, bot, asker, word, rest, channel)
        answer = add_zone(call, ANSWERS[word.name](call))
        activity.note(session, asker.channel_id, asker.at)
        also(session)
    return answer


def _begin(session: Session, asker: Asker) -> None:
    """Note who asks for what follows in this transaction. Raises Repeated for a repeated delivery."""
    timeline.meet(session, asker.person, asker.at)
    homes.greet(session, asker.person, asker.at)
    if not deliveries.is_new(session, asker.request_id, asker.at):
        raise Repeated
    requesters.remember(session, asker.person, asker.channel_id)


def _admitted(bot: Bot, client: WebClient, asker: Asker, word: str) -> Asker:
    """The asker, if they may use the bot where they are; with what they may see elsewhere."""
    admit(bot, client, asker.person, lambda session: [id_of_channel(session, asker.channel_id)])
    if word == "forget":
        asker = people.with_standing(client, asker)
    return with_channels(bot, client, asker) if word in ANYWHERE else asker


def _opened(client: WebClient, asker: Asker, answer: str | Form | Shown) -> str | Shown:
    """Open what is to be opened; what is left to be said."""
    if not isinstance(answer, Form):
        return answer
    try:
        open_form(client, asker.request_id, answer.view)
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

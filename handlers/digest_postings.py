"""What the bot says of figures: of a week and of a month, what comes before the first, a change of the hour."""

from bot import digests, monthly, render, trend
from bot.domain.monthly import Monthly
from bot.domain.posting import Posting
from bot.render import Message
from bot.rhythm import rhythm
from handlers import digest_layouts as layouts
from handlers.blocks import Block
from handlers.channel_deeds import Told, answered
from handlers.voice import Voice


def intro(voice: Voice, posting: Posting) -> Told:
    """What will come in this channel, from whom, and how to change that: before the first of it."""
    message = render.message("digest_intro", **_plan(voice))
    return _say(voice, posting, message, layouts.plan(message))


def changed(voice: Voice, posting: Posting) -> Told:
    """When the digest comes from now on, and who decided that."""
    message = render.message("digest_changed", **_plan(voice))
    return _say(voice, posting, message, layouts.plan(message))


def weekly(voice: Voice, posting: Posting) -> Told:
    """The weekly figures, beside those of the weeks before."""
    with voice.bot.store.begin() as session:
        week = str(posting.about["week"])
        made = digests.of_week(session, voice.bot, week, voice.bot.now())
    message = render.message("digest", made=made, now=made.now, before=made.before)
    return _say(voice, posting, message, layouts.weekly(message, made))


def of_month(voice: Voice, posting: Posting) -> Told:
    """The figures of a month that is over, each with its formula, and the months before it."""
    message = render.message("monthly", **layouts.told_of(_months(voice, posting)))
    return _say(voice, posting, message, layouts.monthly(message))


def picture(voice: Voice, posting: Posting) -> Told:
    """The months as a picture, in the thread of their figures; of a single month there is none."""
    months = _months(voice, posting)
    if len(months) >= layouts.LEAST_DRAWN:
        channel, thread = answered(voice, posting)
        name = f"figures-{posting.about['month']}.png"
        content, alt = trend.png(months), trend.described(months)
        voice.upload(posting, channel, thread, name=name, content=content, alt=alt)
    return Told()


def _months(voice: Voice, posting: Posting) -> list[Monthly]:
    with voice.bot.store.begin() as session:
        return monthly.up_to(session, voice.bot, str(posting.about["month"]))


def _plan(voice: Voice) -> dict[str, object]:
    """When figures come, as its messages tell it."""
    with voice.bot.store.begin() as session:
        plan = rhythm(session, voice.bot)
    monthly_too, command = voice.bot.policy.digest.monthly, voice.bot.policy.command
    return {"plan": plan, "monthly": monthly_too, "command": command}


def _say(voice: Voice, posting: Posting, message: Message, blocks: list[Block]) -> Told:
    name = voice.bot.policy.digest_channel
    if name is None:
        return Told()
    channel = voice.channel_named(name)
    return Told(channel, voice.post_or_plainer(posting, channel, message.text, blocks))

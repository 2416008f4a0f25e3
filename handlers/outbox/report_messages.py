"""What the bot says of figures: of a week and of a month, what comes before the first, a change of the hour."""

from bot.domain.job import Job
from bot.domain.monthly import Monthly
from bot.rendering import monthly_chart, render
from bot.rendering.render import Message
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import rhythm
from handlers.outbox.channel_setup import JobResult, answered
from handlers.outbox.message_sender import MessageSender
from handlers.views import report_layouts as layouts
from handlers.views.blocks import Block


def intro(sender: MessageSender, job: Job) -> JobResult:
    """What will come in this channel, from whom, and how to change that: before the first of it."""
    message = render.message("digest_intro", **_plan(sender))
    return _say(sender, job, message, layouts.plan(message))


def changed(sender: MessageSender, job: Job) -> JobResult:
    """When the digest comes from now on, and who decided that."""
    message = render.message("digest_changed", **_plan(sender))
    return _say(sender, job, message, layouts.plan(message))


def weekly(sender: MessageSender, job: Job) -> JobResult:
    """The weekly figures, beside those of the weeks before."""
    with sender.bot.store.begin() as session:
        week = str(job.about["week"])
        made = weekly_digest.of_week(session, sender.bot, week, sender.bot.now())
    message = render.message("digest", made=made, now=made.now, before=made.before)
    return _say(sender, job, message, layouts.weekly(message, made))


def of_month(sender: MessageSender, job: Job) -> JobResult:
    """The figures of a month that is over, each with its formula, and the months before it."""
    message = render.message("monthly", **layouts.told_of(_months(sender, job)))
    return _say(sender, job, message, layouts.monthly(message))


def picture(sender: MessageSender, job: Job) -> JobResult:
    """The months as a picture, in the thread of their figures; of a single month there is none."""
    months = _months(sender, job)
    if len(months) >= layouts.LEAST_DRAWN:
        channel, thread = answered(sender, job)
        name = f"figures-{job.about['month']}.png"
        content, alt = monthly_chart.png(months), monthly_chart.described(months)
        sender.upload(job, channel, thread, name=name, content=content, alt=alt)
    return JobResult()


def _months(sender: MessageSender, job: Job) -> list[Monthly]:
    with sender.bot.store.begin() as session:
        return monthly.up_to(session, sender.bot, str(job.about["month"]))


def _plan(sender: MessageSender) -> dict[str, object]:
    """When figures come, as its messages tell it."""
    with sender.bot.store.begin() as session:
        plan = rhythm(session, sender.bot)
    monthly_too, command = sender.bot.policy.digest.monthly, sender.bot.policy.command
    return {"plan": plan, "monthly": monthly_too, "command": command}


def _say(sender: MessageSender, job: Job, message: Message, blocks: list[Block]) -> JobResult:
    name = sender.bot.policy.digest_channel
    if name is None:
        return JobResult()
    channel = sender.channel_named(name)
    return JobResult(channel, sender.post_or_plainer(job, channel, message.text, blocks))

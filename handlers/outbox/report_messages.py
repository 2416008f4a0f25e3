"""Reports in the digest's channel: weekly and monthly figures, introduction, schedule changes."""

from bot.domain.job import Job
from bot.domain.monthly import MonthlyFigures
from bot.rendering import monthly_chart, render
from bot.rendering.render import Message
from bot.reports import monthly, weekly_digest
from bot.reports.digest_schedule import load_schedule
from handlers.outbox.display_names import find_names
from handlers.outbox.job_context import JobResult, find_parent_message
from handlers.outbox.message_sender import MessageSender
from handlers.views import report_layouts as layouts
from handlers.views.blocks import Block


def post_intro(sender: MessageSender, job: Job) -> JobResult:
    """Introduce the digest before the first one: what comes, who set it up, how to change it."""
    message = render.message("digest_intro", **_get_schedule_facts(sender))
    return _post(sender, job, message, layouts.digest_schedule(message))


def post_schedule_change(sender: MessageSender, job: Job) -> JobResult:
    """Tell the channel the digest's new schedule, and who changed it."""
    message = render.message("digest_changed", **_get_schedule_facts(sender))
    return _post(sender, job, message, layouts.digest_schedule(message))


def post_weekly(sender: MessageSender, job: Job) -> JobResult:
    """Post the weekly figures next to those of previous weeks."""
    with sender.bot.store.begin() as session:
        week = str(job.about["week"])
        digest = weekly_digest.load(session, sender.bot, week, sender.bot.now())
    message = render.message("digest", made=digest, now=digest.now, before=digest.before)
    return _post(sender, job, message, layouts.weekly(message, digest))


def post_monthly(sender: MessageSender, job: Job) -> JobResult:
    """Post the figures of a past month, each with its formula, and the months before it."""
    message = render.message("monthly", **layouts.get_monthly_facts(_months(sender, job)))
    return _post(sender, job, message, layouts.monthly(message))


def post_chart(sender: MessageSender, job: Job) -> JobResult:
    """Post a chart of the months in the thread of their figures; none for a single month."""
    months = _months(sender, job)
    if len(months) >= layouts.MIN_CHART_POINTS:
        channel, thread = find_parent_message(sender, job)
        name = f"figures-{job.about['month']}.png"
        content, alt = monthly_chart.png(months), monthly_chart.describe(months)
        sender.upload(job, channel, thread, name=name, content=content, alt=alt)
    return JobResult()


def _months(sender: MessageSender, job: Job) -> list[MonthlyFigures]:
    with sender.bot.store.begin() as session:
        return monthly.load_up_to(session, sender.bot, str(job.about["month"]))


def _get_schedule_facts(sender: MessageSender) -> dict[str, object]:
    """Return the facts of the messages about the digest's schedule."""
    with sender.bot.store.begin() as session:
        plan = load_schedule(session, sender.bot)
    monthly_too, command = sender.bot.policy.digest.monthly, sender.bot.policy.command
    names = find_names(sender, [plan.by])
    return {"plan": plan, "monthly": monthly_too, "command": command, "names": names}


def _post(sender: MessageSender, job: Job, message: Message, blocks: list[Block]) -> JobResult:
    name = sender.bot.policy.digest_channel
    if name is None:
        return JobResult()
    channel = sender.find_channel_id(name)
    return JobResult(channel, sender.post_with_plain_fallback(job, channel, message.text, blocks))

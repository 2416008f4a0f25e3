"""What the bot says of a postmortem: the summary, its parts and files in the thread, edited in place."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.markup import plain
from bot.domain.review import State
from bot.incidents import permalinks
from bot.postmortems import drafts, reviews
from bot.rendering import render
from bot.timeline import history_reading
from handlers.errors import LIMITED
from handlers.outbox import channel_history
from handlers.outbox.channel_setup import JobResult, answered, channel_of, number_in
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from handlers.views.forms.sections import titles
from storage import outbox, sent_messages
from storage import postmortems as stored
from storage.postmortems import Postmortem

LONGEST_ALT = 1_000  # Slack's limit
FILES = {"png": "timeline.png", "html": "postmortem.html"}
PARTS = (JobKind.SECTION, JobKind.SECTION_NOW)


def summary(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    message, state = _summary(sender, incident)
    blocks = layouts.summary(message, incident, state)
    ts = sender.post(job, channel, message.text, blocks)
    return JobResult(channel, ts)


def summary_now(sender: MessageSender, job: Job) -> JobResult:
    """The summary where it stands, as the postmortem is now."""
    incident, _ = channel_of(sender, job)
    channel, ts = answered(sender, job)
    message, state = _summary(sender, incident)
    sender.update(channel, ts, message.text, layouts.summary(message, incident, state))
    return JobResult()


def section_now(sender: MessageSender, job: Job) -> JobResult:
    """A part of the postmortem where it stands; one that is new is said in the thread."""
    channel, thread = answered(sender, job)
    incident, _ = channel_of(sender, job)
    number = number_in(job, "part")
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        said = outbox.place_of_part(session, job.answers or 0, number)
    there = drafts.parts(postmortem)
    text = there[number] if number < len(there) else render.line("part_gone")
    shown, blocks = render.without_escapes(text), layouts.section(text)
    if said:
        sender.update(channel, said[1], shown, blocks)
        return JobResult()
    return JobResult(channel, sender.post(job, channel, shown, blocks, thread))


def section(sender: MessageSender, job: Job) -> JobResult:
    """A part of the draft, in the summary's thread."""
    channel, thread = answered(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = stored.by_id(session, number_in(job, "postmortem"))
    if not postmortem.markdown:
        return (
            JobResult()
        )  # emptied since: words of it were erased, and a newer version is on its way
    text = drafts.parts(postmortem)[number_in(job, "part")]
    shown = render.without_escapes(text)
    ts = sender.post(job, channel, shown, layouts.section(text), thread)
    return JobResult(channel, ts)


def file(sender: MessageSender, job: Job) -> JobResult:
    incident, _ = channel_of(sender, job)
    kind = str(job.about["file"])
    with sender.bot.store.begin() as session:
        postmortem = stored.by_id(session, number_in(job, "postmortem"))
    if not postmortem.html:
        return JobResult()
    _upload(sender, job, incident, postmortem, kind)
    return JobResult()


def files(sender: MessageSender, job: Job) -> JobResult:
    """The files in the thread as of the newest version; those of earlier versions are deleted.

    With `only` a kind of file, others stay; and a file that people deleted doesn't come back. The earlier
    one is then deleted last: were the new one refused, the thread would have none, ever. Without `only`,
    words of the earlier ones may be erased, and they are deleted first.
    """
    channel, thread = answered(sender, job)
    incident, _ = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
    only = str(job.about.get("only") or "")
    there = _files_in(sender, incident, channel, thread, [only] if only else list(FILES))
    kinds = ([only] if there else []) if only else list(FILES)
    wanted = {_name(incident, postmortem, kind): kind for kind in kinds}
    earlier = [id_ for name, id_ in there if name not in wanted]
    if not only:
        _delete(sender, earlier)
    found = {name for name, _ in there}
    for name, kind in wanted.items():
        if name not in found:
            _upload(sender, job, incident, postmortem, kind)
    if only:
        _delete(sender, earlier)
    return JobResult()


def replaced(sender: MessageSender, job: Job) -> JobResult:
    """An earlier draft whose words are erased: its files and parts are deleted, its head points to the newest."""
    channel, thread = answered(sender, job)
    incident, _ = channel_of(sender, job)
    _delete(sender, [id_ for _, id_ in _files_in(sender, incident, channel, thread, list(FILES))])
    with sender.bot.store.begin() as session:
        parts = sent_messages.places_in_thread(session, job.answers or 0, *PARTS)
        link = permalinks.postmortem(session, incident.id)
    for place in parts:
        sender.delete(*place)
    text = render.line("draft_replaced", incident=incident, link=link)
    sender.update_if_there(channel, thread, text, layouts.line(text))
    return JobResult()


def _files_in(
    sender: MessageSender, incident: Incident, channel: str, thread: str, kinds: Sequence[str]
) -> list[tuple[str, str]]:
    """The postmortem's files of these kinds in a thread: names and ids; none when it was deleted."""
    names = "|".join(FILES[kind] for kind in kinds)
    ours = re.compile(rf"{re.escape(incident.key.lower())}-v\d+-(?:{names})")
    messages: list[dict[str, Any]] = []
    try:
        for message in channel_history.replies(sender.client, channel, thread):
            messages.append(message)  # noqa: PERF402 - kept when a later page is refused
    except SlackApiError as error:
        # Where a minute has one call, waiting for the second page would begin with the first again.
        is_cut = messages and error.response["error"] in LIMITED
        if not is_cut and error.response["error"] != "thread_not_found":
            raise
    files = (each for message in messages for each in message.get("files") or [])
    return [(each["name"], each["id"]) for each in files if ours.fullmatch(each.get("name") or "")]


def _delete(sender: MessageSender, ids: list[str]) -> None:
    for id_ in ids:
        try:
            sender.client.files_delete(file=id_)
        except SlackApiError as error:
            if error.response["error"] not in {"file_not_found", "file_deleted"}:
                raise


def _name(incident: Incident, postmortem: Postmortem, kind: str) -> str:
    return f"{incident.key.lower()}-v{postmortem.version}-{FILES[kind]}"


def _upload(
    sender: MessageSender, job: Job, incident: Incident, postmortem: Postmortem, kind: str
) -> None:
    channel, thread = answered(sender, job)
    content = postmortem.picture if kind == "png" else postmortem.html.encode()
    name = _name(incident, postmortem, kind)
    page = plain(render.line("page_alt", incident=incident), {})  # an alt text has no markup
    alt = postmortem.picture_text if kind == "png" else page
    sender.upload(job, channel, thread, name=name, content=content, alt=alt[:LONGEST_ALT])


def _summary(sender: MessageSender, incident: Incident) -> tuple[render.Message, State]:
    """What the summary says now: of the newest version, whichever it was written for."""
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        review = reviews.named(session, incident)
        ready_at = history_reading.ready_at(session, incident.id)
    blaming, _ = drafts.findings(postmortem)
    message = render.message(
        "summary",
        incident=incident,
        draft=postmortem.document,
        version=postmortem.version,
        blaming=len(blaming),
        titles=titles(),
        review=review,
        submitted=review.submitted,
        ready_in=_minutes(ready_at, sender.bot.now()),
        command=sender.bot.policy.command,
    )
    return message, review.state


def _minutes(until: datetime | None, now: datetime) -> int | None:
    """Return the minutes until a time, rounded up; None if it's past or unknown."""
    return -((now - until) // timedelta(minutes=1)) if until and until > now else None

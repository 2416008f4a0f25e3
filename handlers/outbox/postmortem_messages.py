"""The postmortem in Slack: its summary, and its parts and files in the thread, edited in place."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.markup import to_plain_text
from bot.domain.review import PostmortemState
from bot.incidents import permalinks
from bot.postmortems import draft_messages, drafts, reviews
from bot.rendering import render
from bot.timeline import history_reading
from handlers.errors import RATE_LIMIT_ERRORS
from handlers.outbox import channel_history
from handlers.outbox.channel_setup import JobResult, channel_of, find_parent_message, get_row_id
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from handlers.views.forms.sections import titles
from storage import outbox, sent_messages
from storage import postmortems as stored
from storage.postmortems import Postmortem

MAX_ALT_LENGTH = 1_000  # Slack's limit
FILE_NAMES = {"png": "timeline.png", "html": "postmortem.html"}
SECTION_KINDS = (JobKind.SECTION, JobKind.SECTION_NOW)


def post_summary(sender: MessageSender, job: Job) -> JobResult:
    incident, channel = channel_of(sender, job)
    message, state = _summary(sender, incident)
    blocks = layouts.summary(message, incident, state)
    ts = sender.post(job, channel, message.text, blocks)
    return JobResult(channel, ts)


def update_summary(sender: MessageSender, job: Job) -> JobResult:
    """Update the summary in place."""
    incident, _ = channel_of(sender, job)
    channel, ts = find_parent_message(sender, job)
    message, state = _summary(sender, incident)
    sender.update(channel, ts, message.text, layouts.summary(message, incident, state))
    return JobResult()


def update_section(sender: MessageSender, job: Job) -> JobResult:
    """Update a part of the postmortem in place; post it in the thread if it's new."""
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    number = get_row_id(job, "part")
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        said = outbox.find_part_message(session, job.answers or 0, number)
    there = draft_messages.split_document(postmortem)
    text = there[number] if number < len(there) else render.line("part_gone")
    shown, blocks = render.without_escapes(text), layouts.section(text)
    if said:
        sender.update(channel, said[1], shown, blocks)
        return JobResult()
    return JobResult(channel, sender.post(job, channel, shown, blocks, thread))


def post_section(sender: MessageSender, job: Job) -> JobResult:
    """Post a part of the draft in the summary's thread."""
    channel, thread = find_parent_message(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = stored.by_id(session, get_row_id(job, "postmortem"))
    if not postmortem.markdown:
        return (
            JobResult()
        )  # emptied since: text in it was erased, and a newer version is already on its way
    text = draft_messages.split_document(postmortem)[get_row_id(job, "part")]
    shown = render.without_escapes(text)
    ts = sender.post(job, channel, shown, layouts.section(text), thread)
    return JobResult(channel, ts)


def post_file(sender: MessageSender, job: Job) -> JobResult:
    incident, _ = channel_of(sender, job)
    kind = str(job.about["file"])
    with sender.bot.store.begin() as session:
        postmortem = stored.by_id(session, get_row_id(job, "postmortem"))
    if not postmortem.html:
        return JobResult()
    _upload(sender, job, incident, postmortem, kind)
    return JobResult()


def replace_files(sender: MessageSender, job: Job) -> JobResult:
    """The files in the thread as of the newest version; those of earlier versions are deleted.

    With `only` a kind of file, others stay; and a file that people deleted doesn't come back. The earlier
    one is then deleted last: were the new one refused, the thread would have none, ever. Without `only`,
    words of the earlier ones may be erased, and they are deleted first.
    """
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
    only = str(job.about.get("only") or "")
    there = _files_in(sender, incident, channel, thread, [only] if only else list(FILE_NAMES))
    kinds = ([only] if there else []) if only else list(FILE_NAMES)
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


def retire_draft(sender: MessageSender, job: Job) -> JobResult:
    """Delete an earlier draft's files and parts; link its summary to the newest draft.

    It's enqueued when text in the earlier draft was erased.
    """
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    _delete(
        sender, [id_ for _, id_ in _files_in(sender, incident, channel, thread, list(FILE_NAMES))]
    )
    with sender.bot.store.begin() as session:
        parts = sent_messages.find_replies(session, job.answers or 0, *SECTION_KINDS)
        link = permalinks.for_postmortem(session, incident.id)
    for place in parts:
        sender.delete(*place)
    text = render.line("draft_replaced", incident=incident, link=link)
    sender.update_if_there(channel, thread, text, layouts.line(text))
    return JobResult()


def _files_in(
    sender: MessageSender, incident: Incident, channel: str, thread: str, kinds: Sequence[str]
) -> list[tuple[str, str]]:
    """The postmortem's files of these kinds in a thread: names and ids; none when it was deleted."""
    names = "|".join(FILE_NAMES[kind] for kind in kinds)
    ours = re.compile(rf"{re.escape(incident.key.lower())}-v\d+-(?:{names})")
    messages: list[dict[str, Any]] = []
    try:
        for message in channel_history.read_replies(sender.client, channel, thread):
            messages.append(message)  # noqa: PERF402 - kept when a later page is refused
    except SlackApiError as error:
        # Where a minute has one call, waiting for the second page would begin with the first again.
        is_cut = messages and error.response["error"] in RATE_LIMIT_ERRORS
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
    return f"{incident.key.lower()}-v{postmortem.version}-{FILE_NAMES[kind]}"


def _upload(
    sender: MessageSender, job: Job, incident: Incident, postmortem: Postmortem, kind: str
) -> None:
    channel, thread = find_parent_message(sender, job)
    content = postmortem.picture if kind == "png" else postmortem.html.encode()
    name = _name(incident, postmortem, kind)
    page = to_plain_text(render.line("page_alt", incident=incident), {})  # alt text has no markup
    alt = postmortem.picture_text if kind == "png" else page
    sender.upload(job, channel, thread, name=name, content=content, alt=alt[:MAX_ALT_LENGTH])


def _summary(sender: MessageSender, incident: Incident) -> tuple[render.Message, PostmortemState]:
    """Return the summary of the newest version, and the state of the review."""
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        review = reviews.load_with_names(session, incident)
        ready_at = history_reading.ready_at(session, incident.id)
    blaming, _ = drafts.check_text(postmortem)
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

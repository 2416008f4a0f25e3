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
from handlers.outbox.job_context import JobResult, channel_of, find_parent_message, get_row_id
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts, postmortem_layouts
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
    blocks = postmortem_layouts.summary(message, incident, state)
    ts = sender.post(job, channel, message.text, blocks)
    return JobResult(channel, ts)


def update_summary(sender: MessageSender, job: Job) -> JobResult:
    """Update the summary in place."""
    incident, _ = channel_of(sender, job)
    channel, ts = find_parent_message(sender, job)
    message, state = _summary(sender, incident)
    sender.update(channel, ts, message.text, postmortem_layouts.summary(message, incident, state))
    return JobResult()


def update_section(sender: MessageSender, job: Job) -> JobResult:
    """Update a part of the postmortem in place; post it in the thread if it's new."""
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    number = get_row_id(job, "part")
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        posted = outbox.find_part_message(session, job.answers or 0, number)
    parts = draft_messages.split_document(postmortem)
    text = parts[number] if number < len(parts) else render.line("part_gone")
    plain_text, blocks = render.without_escapes(text), postmortem_layouts.section(text)
    if posted:
        sender.update(channel, posted[1], plain_text, blocks)
        return JobResult()
    return JobResult(channel, sender.post(job, channel, plain_text, blocks, thread))


def post_section(sender: MessageSender, job: Job) -> JobResult:
    """Post a part of the draft in the postmortem's thread."""
    channel, thread = find_parent_message(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = stored.by_id(session, get_row_id(job, "postmortem"))
    if not postmortem.markdown:
        return JobResult()  # emptied: text in it was erased, and a newer version follows
    text = draft_messages.split_document(postmortem)[get_row_id(job, "part")]
    shown = render.without_escapes(text)
    ts = sender.post(job, channel, shown, postmortem_layouts.section(text), thread)
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
    """Replace the files in the thread with those of the newest version.

    If the job names one kind of file, others stay, and a file that people deleted isn't posted
    again. The earlier file is then deleted last, so that the thread keeps it if Slack refuses the new
    one. Otherwise, earlier files may contain erased text, so they're deleted first.
    """
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
    only_kind = str(job.about.get("only") or "")
    existing = _files_in(
        sender, incident, channel, thread, [only_kind] if only_kind else list(FILE_NAMES)
    )
    kinds = ([only_kind] if existing else []) if only_kind else list(FILE_NAMES)
    wanted = {_name(incident, postmortem, kind): kind for kind in kinds}
    earlier = [file_id for name, file_id in existing if name not in wanted]
    if not only_kind:
        _delete(sender, earlier)
    existing_names = {name for name, _ in existing}
    for name, kind in wanted.items():
        if name not in existing_names:
            _upload(sender, job, incident, postmortem, kind)
    if only_kind:
        _delete(sender, earlier)
    return JobResult()


def retire_draft(sender: MessageSender, job: Job) -> JobResult:
    """Delete an earlier draft's files and parts; link its summary to the newest draft.

    It's enqueued when text in the earlier draft was erased.
    """
    channel, thread = find_parent_message(sender, job)
    incident, _ = channel_of(sender, job)
    _delete(
        sender,
        [file_id for _, file_id in _files_in(sender, incident, channel, thread, list(FILE_NAMES))],
    )
    with sender.bot.store.begin() as session:
        parts = sent_messages.find_replies(session, job.answers or 0, *SECTION_KINDS)
        link = permalinks.for_postmortem(session, incident.id)
    for place in parts:
        sender.delete(*place)
    text = render.line("draft_replaced", incident=incident, link=link)
    sender.update_if_exists(channel, thread, text, layouts.line(text))
    return JobResult()


def _files_in(
    sender: MessageSender, incident: Incident, channel: str, thread: str, kinds: Sequence[str]
) -> list[tuple[str, str]]:
    """Return names and ids of the postmortem's files in a thread; none if the thread was deleted."""
    names = "|".join(FILE_NAMES[kind] for kind in kinds)
    pattern = re.compile(rf"{re.escape(incident.key.lower())}-v\d+-(?:{names})")
    messages: list[dict[str, Any]] = []
    try:
        for message in channel_history.read_replies(sender.client, channel, thread):
            messages.append(message)  # noqa: PERF402 - kept if a later page is refused
    except SlackApiError as error:
        # With one call per minute, a retry would start with the first page again.
        is_incomplete = messages and error.response["error"] in RATE_LIMIT_ERRORS
        if not is_incomplete and error.response["error"] != "thread_not_found":
            raise
    files = (file for message in messages for file in message.get("files") or [])
    return [
        (file["name"], file["id"]) for file in files if pattern.fullmatch(file.get("name") or "")
    ]


def _delete(sender: MessageSender, file_ids: list[str]) -> None:
    for file_id in file_ids:
        try:
            sender.client.files_delete(file=file_id)
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
    page_alt = to_plain_text(
        render.line("page_alt", incident=incident), {}
    )  # alt text has no markup
    alt = postmortem.picture_text if kind == "png" else page_alt
    sender.upload(job, channel, thread, name=name, content=content, alt=alt[:MAX_ALT_LENGTH])


def _summary(sender: MessageSender, incident: Incident) -> tuple[render.Message, PostmortemState]:
    """Return the summary of the newest version, and the state of the review."""
    with sender.bot.store.begin() as session:
        postmortem = drafts.latest(session, incident)
        review = reviews.load_with_names(session, incident)
        ready_at = history_reading.ready_at(session, incident.id)
    findings, _ = drafts.check_text(postmortem)
    message = render.message(
        "summary",
        incident=incident,
        draft=postmortem.document,
        version=postmortem.version,
        blaming=len(findings),
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

"""Edit posted messages after text in them was erased: render them again from the stored data."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from bot.domain.job import Job, JobKind
from bot.postmortems import redrafting
from handlers.outbox import anniversary_messages, incident_messages, recipients, responder_messages
from handlers.outbox.draft_jobs import prepare_draft
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import CannotPost, MessageSender
from handlers.views.blocks import Block
from storage import outbox
from storage import postmortems as stored

# Messages rendered only from stored data, so they can be rendered again.
EDITABLE: dict[JobKind, Callable[[MessageSender, Job], JobResult]] = {
    JobKind.NOTICE: incident_messages.post_notice,
    JobKind.UPDATE_DUE: responder_messages.remind_of_update,
    JobKind.YEAR_AGO: anniversary_messages.post_year_ago,
}


@dataclass(frozen=True, kw_only=True)
class Editor(MessageSender):
    """A message sender that edits a message instead of posting one."""

    place: tuple[str, str]

    def post(
        self,
        job: Job,  # noqa: ARG002 - the text comes from the same job
        channel: str,  # noqa: ARG002
        text: str,
        blocks: list[Block],
        thread: str | None = None,  # noqa: ARG002
    ) -> str:
        self.update_if_exists(*self.place, text, blocks)
        return self.place[1]


def edit(sender: MessageSender, job: Job) -> JobResult:
    """Render a message again in place; delete it if nothing is left to show."""
    with sender.bot.store.begin() as session:
        place = outbox.find_posted_message(session, job.answers or 0)
        original = outbox.by_id(session, job.answers or 0)
    if place is None or original is None:
        return JobResult()
    values = {attribute.name: getattr(sender, attribute.name) for attribute in fields(sender)}
    result = _again(Editor(**values, place=place), original)
    if result.message_id is not None:
        return JobResult()
    sender.delete(*place)
    return JobResult(then=result.then)


def _again(editor: Editor, original: Job) -> JobResult:
    """Render a message again.

    A message to one person is dropped if it wouldn't be sent to them now.
    """
    try:
        return recipients.run_if_member(EDITABLE[original.kind], editor, original)
    except CannotPost:
        return JobResult()


def redraft(sender: MessageSender, job: Job) -> JobResult:
    """Rebuild the postmortem, if there is one, without the erased text."""
    incident, _ = channel_of(sender, job)
    at = sender.bot.now()
    with sender.bot.store.begin() as session:
        before = stored.latest(session, incident.id)
    if before is None:
        return JobResult(then=lambda session: redrafting.update_suggestions(session, incident, at))
    prepared = prepare_draft(sender, incident, redrafting.cut_at_final)
    return JobResult(
        then=lambda session: redrafting.replace_versions(session, incident, prepared, at)
    )

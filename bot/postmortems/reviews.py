"""The review of a postmortem: submit, approve, request changes, finalize, reopen.

A step that isn't possible raises an error that says why.
"""

from dataclasses import replace

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import (
    AlreadyApproved,
    NobodyApproved,
    NoChangeRequestReason,
    NoDecision,
    NotInState,
    TimesOutOfOrder,
)
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.markup import find_references, to_plain_text
from bot.domain.missing_parts import FillingForm, MissingPart
from bot.domain.review import PostmortemState, Review, ReviewStep, StepTaken
from bot.domain.timeline import EventKind
from bot.drafting.wording import key_time_name
from bot.incidents import incident_jobs
from bot.people.permissions import RestrictedAction, require_permission
from bot.postmortems import drafts, gaps, key_times, thread_jobs
from bot.timeline import recording
from storage import people, reviews, sections
from storage.engine.store import Session


def submit(
    session: Session, bot: Bot, actor: Actor, incident: Incident, reason: str = ""
) -> Review:
    """Submit the postmortem for review. An incomplete one is refused unless a reason is given."""
    _require_state(session, incident, PostmortemState.DRAFT)
    missing = gaps.find_gaps(session, incident, drafts.latest(session, incident))
    _require_times_in_order(session, bot, incident)
    if missing and not reason.strip():
        raise gaps.make_refusal(missing, incident.key, bot.policy.command)
    return _store_step(session, actor, incident, ReviewStep.SUBMITTED, reason)


def approve(
    session: Session, bot: Bot, actor: Actor, incident: Incident, reason: str = ""
) -> Review:
    """Approve the current text. Its author may too, and the record says so."""
    review = _require_state(session, incident, PostmortemState.IN_REVIEW)
    require_permission(session, bot, actor, incident, RestrictedAction.APPROVE)
    if actor.person in {approval.by for approval in _current_approvals(session, incident, review)}:
        raise AlreadyApproved(key=incident.key)
    return _store_step(session, actor, incident, ReviewStep.APPROVED, reason)


def request_changes(
    session: Session, bot: Bot, actor: Actor, incident: Incident, reason: str = ""
) -> Review:
    """Request changes: the postmortem is a draft again. The reason is required."""
    _require_state(session, incident, PostmortemState.IN_REVIEW)
    if not reason.strip():
        raise NoChangeRequestReason(command=bot.policy.command)
    return _store_step(session, actor, incident, ReviewStep.RETURNED, reason)


def finalize(
    session: Session, _bot: Bot, actor: Actor, incident: Incident, reason: str = ""
) -> Review:
    """Finalize the postmortem, if somebody approved the current text. The channel is told."""
    review = _require_state(session, incident, PostmortemState.IN_REVIEW)
    if not _current_approvals(session, incident, review):
        raise NobodyApproved(
            key=incident.key, changed=" since it was changed" * bool(review.approvals)
        )
    return _store_step(session, actor, incident, ReviewStep.FINAL, reason)


def reopen(
    session: Session, _bot: Bot, actor: Actor, incident: Incident, reason: str = ""
) -> Review:
    """Make a final postmortem a draft again, to be edited and reviewed again."""
    _require_state(session, incident, PostmortemState.FINAL)
    return _store_step(session, actor, incident, ReviewStep.REOPENED, reason)


def record_decision(
    session: Session, bot: Bot, actor: Actor, incident: Incident, text: str = ""
) -> Review:
    """Record a decision made in the review.

    The postmortem lists it. Raises IsFinal if it's final.
    """
    if not text.strip():
        raise NoDecision(command=bot.policy.command)
    drafts.latest(session, incident)
    drafts.require_not_final(session, bot, incident)
    return _store_step(session, actor, incident, ReviewStep.DECIDED, text)


def load_with_names(session: Session, incident: Incident) -> Review:
    """Return the review with people by display name."""
    review = reviews.of_incident(session, incident.id)
    names = people.names(session, [step.by for step in review.steps])
    return Review(tuple(replace(step, by=names.get(step.by, step.by)) for step in review.steps))


def _require_state(session: Session, incident: Incident, state: PostmortemState) -> Review:
    """Return the review. Raises NotInState if it's in another state, since a button may be old."""
    drafts.latest(session, incident)  # raises NothingDrafted if there is nothing to review
    review = reviews.of_incident(session, incident.id)
    if review.state is not state:
        raise NotInState(
            key=incident.key, state=_state_text(review.state), needed=_state_text(state)
        )
    return review


def _require_times_in_order(session: Session, bot: Bot, incident: Incident) -> None:
    """Refuse to submit contradictory key times, even if a reason is given.

    Raises TimesOutOfOrder.
    """
    out_of_order = key_times.load(session, incident).out_of_order
    if out_of_order:
        pairs = ", ".join(
            f"{key_time_name(later)} is earlier than {key_time_name(earlier)}"
            for earlier, later in out_of_order
        )
        error = TimesOutOfOrder(key=incident.key, pairs=pairs, command=bot.policy.command)
        error.gaps = (MissingPart(words=pairs, form=FillingForm.KEY_TIMES),)
        raise error


def _state_text(state: PostmortemState) -> str:
    return {PostmortemState.DRAFT: "a draft", PostmortemState.FINAL: "final"}.get(state, state)


def _current_approvals(session: Session, incident: Incident, review: Review) -> list[StepTaken]:
    """Return the approvals of the current text; earlier ones don't count."""
    changed_at = [section.at for section in sections.latest_of_each(session, incident.id)]
    changed_at += [decision.at for decision in review.decisions]
    return [
        approval
        for approval in review.approvals
        if not changed_at or approval.at >= max(changed_at)
    ]


def _store_step(
    session: Session, actor: Actor, incident: Incident, step: ReviewStep, reason: str
) -> Review:
    """Store and record a step, update the postmortem's messages, and post one line.

    The line goes into the postmortem's thread; for a final postmortem, into the channel. After
    submission and finalization, the HTML page is posted too. A final one is shared outside the
    channel, where its message shows that it was reopened later.
    """
    clean = to_plain_text(reason.strip(), people.names(session, find_references(reason)))
    version = drafts.latest(session, incident).version
    step_taken = StepTaken(step=step, by=actor.person, at=actor.at, version=version, because=clean)
    reviews.add(session, incident.id, step_taken)
    recording.record_action(
        session, incident, actor, EventKind.REVIEW, text=reason.strip(), detail=step
    )
    review = reviews.of_incident(session, incident.id)
    is_by_author_alone = step in {ReviewStep.APPROVED, ReviewStep.FINAL} and review.by_author_alone
    about = {"event": recording.action_id(actor), "alone": is_by_author_alone}
    if step is ReviewStep.FINAL:
        incident_jobs.enqueue(session, incident, JobKind.NOTICE, actor, **about)
    else:
        thread_jobs.enqueue(session, incident.id, JobKind.NOTICE, actor.at, about)
    if step in {ReviewStep.FINAL, ReviewStep.REOPENED} and not incident.private:
        incident_jobs.enqueue(session, incident, JobKind.SHARED_POSTMORTEM, actor)
        incident_jobs.enqueue(session, incident, JobKind.ANNOUNCEMENT, actor)
    page = {"page": True} if step in {ReviewStep.SUBMITTED, ReviewStep.FINAL} else {}
    incident_jobs.enqueue(session, incident, JobKind.COMPOSE, actor, **page)
    return review

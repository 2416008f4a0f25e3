"""Stored steps of a review."""

from datetime import timedelta

from bot.domain.review import PostmortemState, Review, ReviewStep, StepTaken
from storage import reviews
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare


def add_step(session: Session, incident_id: int, step: ReviewStep, by: str = "U1") -> StepTaken:
    number = len(reviews.of_incident(session, incident_id).steps)
    step_taken = StepTaken(
        step=step, by=by, at=NOON + timedelta(minutes=number), version=number + 1, because="schön"
    )
    reviews.add(session, incident_id, step_taken)
    return step_taken


def test_steps_are_read_back_as_stored(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    first, second = (
        add_step(session, one.id, ReviewStep.SUBMITTED),
        add_step(session, one.id, ReviewStep.APPROVED),
    )
    session.expire_all()
    assert reviews.of_incident(session, one.id).steps == (first, second)
    assert reviews.of_incident(session, other.id) == Review()


def test_each_step_leads_to_its_state(session: Session) -> None:
    incident = declare(session)
    states = [reviews.of_incident(session, incident.id).state]
    for step in ReviewStep:
        add_step(session, incident.id, step)
        states.append(reviews.of_incident(session, incident.id).state)
    draft, review = PostmortemState.DRAFT, PostmortemState.IN_REVIEW
    # The last two members are decisions in a review, and change no state.
    assert states == [draft, review, review, draft, PostmortemState.FINAL, draft, draft]


def test_a_review_knows_its_author_reviewers_and_valid_approvals(session: Session) -> None:
    incident = declare(session)
    for step, by in (
        (ReviewStep.SUBMITTED, "U1"),
        (ReviewStep.APPROVED, "U3"),
        (ReviewStep.RETURNED, "U2"),
        (ReviewStep.SUBMITTED, "U4"),
        (ReviewStep.APPROVED, "U4"),
    ):
        add_step(session, incident.id, step, by)
    review = reviews.of_incident(session, incident.id)
    assert (review.author, review.reviewers) == ("U4", ("U3", "U2", "U4"))
    assert [approval.by for approval in review.approvals] == ["U4"]
    assert review.by_author_alone
    add_step(session, incident.id, ReviewStep.APPROVED, "U1")
    assert not reviews.of_incident(session, incident.id).by_author_alone

"""The steps of a review, as they are kept."""

from datetime import timedelta

from bot.domain.review import PostmortemState, Review, ReviewStep, StepTaken
from storage import reviews
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare


def take(session: Session, incident_id: int, step: ReviewStep, by: str = "U1") -> StepTaken:
    number = len(reviews.of_incident(session, incident_id).steps)
    taken = StepTaken(
        step=step, by=by, at=NOON + timedelta(minutes=number), version=number + 1, because="schön"
    )
    reviews.add(session, incident_id, taken)
    return taken


def test_steps_come_back_as_they_were_taken(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    first, second = (
        take(session, one.id, ReviewStep.SUBMITTED),
        take(session, one.id, ReviewStep.APPROVED),
    )
    session.expire_all()
    assert reviews.of_incident(session, one.id).steps == (first, second)
    assert reviews.of_incident(session, other.id) == Review()


def test_each_step_leads_to_a_state(session: Session) -> None:
    incident = declare(session)
    states = [reviews.of_incident(session, incident.id).state]
    for step in ReviewStep:
        take(session, incident.id, step)
        states.append(reviews.of_incident(session, incident.id).state)
    draft, review = PostmortemState.DRAFT, PostmortemState.IN_REVIEW
    # What is decided in a review leads to no other state.
    assert states == [draft, review, review, draft, PostmortemState.FINAL, draft, draft]


def test_who_wrote_who_read_and_who_approved(session: Session) -> None:
    incident = declare(session)
    for step, by in (
        (ReviewStep.SUBMITTED, "U1"),
        (ReviewStep.APPROVED, "U3"),
        (ReviewStep.RETURNED, "U2"),
        (ReviewStep.SUBMITTED, "U4"),
        (ReviewStep.APPROVED, "U4"),
    ):
        take(session, incident.id, step, by)
    review = reviews.of_incident(session, incident.id)
    assert (review.author, review.reviewers) == ("U4", ("U3", "U2", "U4"))
    assert [each.by for each in review.approvals] == ["U4"]
    assert review.by_author_alone
    take(session, incident.id, ReviewStep.APPROVED, "U1")
    assert not reviews.of_incident(session, incident.id).by_author_alone

"""The review of a postmortem: sent, approved, returned, final, reopened. Who may not is told what stands in the way."""

from dataclasses import replace

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import (
    AlreadyApproved,
    NobodyApproved,
    NoDecision,
    NotInState,
    NoWordOnReturn,
    TimesOutOfOrder,
)
from bot.domain.gaps import Filling, Gap
from bot.domain.incident import Incident
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import plain, referenced
from bot.domain.review import Review, State, Step, Taken
from bot.domain.timeline import Kind
from bot.people.permissions import Act, require
from bot.postmortems import drafts, gaps, key_times
from bot.timeline import recording
from storage import outbox, people, reviews, sections
from storage.engine.store import Session


def submit(
    session: Session, bot: Bot, actor: Actor, incident: Incident, because: str = ""
) -> Review:
    """Send it to review. What is incomplete is refused with what is missing, unless a reason is given."""
    _in_state(session, incident, State.DRAFT)
    left = gaps.gaps(session, incident, drafts.latest(session, incident))
    _in_order(session, bot, incident)
    if left and not because.strip():
        raise gaps.refusal(left, incident.key, bot.policy.command)
    return _take(session, actor, incident, Step.SUBMITTED, because)


def approve(
    session: Session, bot: Bot, actor: Actor, incident: Incident, because: str = ""
) -> Review:
    """Approve the text as it is now; its author may too, and then the record says so."""
    review = _in_state(session, incident, State.IN_REVIEW)
    require(session, bot, actor, incident, Act.APPROVE)
    if actor.person in {each.by for each in _valid(session, incident, review)}:
        raise AlreadyApproved(key=incident.key)
    return _take(session, actor, incident, Step.APPROVED, because)


def send_back(
    session: Session, bot: Bot, actor: Actor, incident: Incident, because: str = ""
) -> Review:
    """Return it to its author as a draft; the reason is required."""
    _in_state(session, incident, State.IN_REVIEW)
    if not because.strip():
        raise NoWordOnReturn(command=bot.policy.command)
    return _take(session, actor, incident, Step.RETURNED, because)


def finish(
    session: Session, _bot: Bot, actor: Actor, incident: Incident, because: str = ""
) -> Review:
    """Make it final: somebody must have approved the text as it is now. The channel is told."""
    review = _in_state(session, incident, State.IN_REVIEW)
    if not _valid(session, incident, review):
        raise NobodyApproved(
            key=incident.key, changed=" since it was changed" * bool(review.approvals)
        )
    return _take(session, actor, incident, Step.FINAL, because)


def reopen(
    session: Session, _bot: Bot, actor: Actor, incident: Incident, because: str = ""
) -> Review:
    """Make a final postmortem a draft again, to be written in and reviewed anew."""
    _in_state(session, incident, State.FINAL)
    return _take(session, actor, incident, Step.REOPENED, because)


def decide(session: Session, bot: Bot, actor: Actor, incident: Incident, text: str = "") -> Review:
    """Record what was decided in the review; the postmortem lists it. Not in one that is final."""
    if not text.strip():
        raise NoDecision(command=bot.policy.command)
    drafts.latest(session, incident)
    drafts.refuse_final(session, bot, incident)
    return _take(session, actor, incident, Step.DECIDED, text)


def named(session: Session, incident: Incident) -> Review:
    """The review with people by display name."""
    review = reviews.of_incident(session, incident.id)
    known = people.names(session, [each.by for each in review.steps])
    return Review(tuple(replace(each, by=known.get(each.by, each.by)) for each in review.steps))


def _in_state(session: Session, incident: Incident, state: State) -> Review:
    """The review, which must stand so, whatever an old button says."""
    drafts.latest(session, incident)  # or there is nothing to review
    review = reviews.of_incident(session, incident.id)
    if review.state is not state:
        raise NotInState(key=incident.key, state=_said(review.state), needed=_said(state))
    return review


def _in_order(session: Session, bot: Bot, incident: Incident) -> None:
    """Refuse to submit key times that contradict each other, whatever the reason."""
    wrong = key_times.of_incident(session, incident).out_of_order
    if wrong:
        pairs = ", ".join(f"{later} is before {earlier}" for earlier, later in wrong)
        refused = TimesOutOfOrder(key=incident.key, pairs=pairs, command=bot.policy.command)
        refused.gaps = (Gap(words=pairs, form=Filling.KEY_TIMES),)
        raise refused


def _said(state: State) -> str:
    return {State.DRAFT: "a draft", State.FINAL: "final"}.get(state, state)


def _valid(session: Session, incident: Incident, review: Review) -> list[Taken]:
    """The approvals of the text as it is now: what was approved is what becomes final."""
    written = [each.at for each in sections.latest_of_each(session, incident.id)]
    written += [each.at for each in review.decisions]
    return [each for each in review.approvals if not written or each.at >= max(written)]


def _take(session: Session, actor: Actor, incident: Incident, step: Step, because: str) -> Review:
    """Keep a step, record it, show it where the postmortem stands, and tell its thread in one line.

    That it is final the channel hears. With what is sent and what is final goes the page.
    """
    clean = plain(because.strip(), people.names(session, referenced(because)))
    version = drafts.latest(session, incident).version
    taken = Taken(step=step, by=actor.person, at=actor.at, version=version, because=clean)
    reviews.add(session, incident.id, taken)
    recording.record_action(
        session, incident, actor, Kind.REVIEW, text=because.strip(), detail=step
    )
    review = reviews.of_incident(session, incident.id)
    alone = step in {Step.APPROVED, Step.FINAL} and review.by_author_alone
    about = {"event": f"deed-{actor.request_id}", "alone": alone}
    thread = None if step is Step.FINAL else outbox.newest(session, incident.id, JobKind.SUMMARY)
    outbox.put(session, for_incident(incident.id, JobKind.NOTICE, about, answers=thread), actor.at)
    page = {"page": True} if step in {Step.SUBMITTED, Step.FINAL} else {}
    outbox.put(session, for_incident(incident.id, JobKind.COMPOSE, page), actor.at)
    return review

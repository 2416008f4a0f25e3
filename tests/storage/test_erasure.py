"""Erasing a message also rewrites everything that repeats it, on both databases."""

from datetime import timedelta

import pytest

from bot.domain.action_item import ItemState
from bot.domain.job import JobKind, make_incident_job
from bot.domain.timeline import Deletion, EventKind, Source, TimelineEvent
from bot.timeline import erasure
from storage import action_items, outbox, outbox_claims, postmortems, timeline
from storage import erasure as stored
from storage.engine.store import Session
from storage.outbox_claims import ClaimTerms
from storage.postmortems import Postmortem
from tests.storage.conftest import NOON, declare

MESSAGE = "the vault key is in the wiki"
TS = "1773144000.000100"
TERMS = ClaimTerms(lease=timedelta(minutes=1), pace=timedelta(0))


@pytest.fixture
def incident_id(session: Session) -> int:
    return declare(session).id


@pytest.fixture
def message(session: Session, incident_id: int) -> TimelineEvent:
    """A recorded message of the incident."""
    event = TimelineEvent(
        message_id=TS, channel_id="C1", author="U1", text=MESSAGE, happened_at=NOON
    )
    timeline.add(session, incident_id, event)
    return find(session, TS)


def find(session: Session, message_id: str) -> TimelineEvent:
    event = timeline.find(session, "C1", message_id)
    assert event is not None
    return event


def claim_kinds(session: Session) -> list[JobKind]:
    return [job.kind for job in outbox_claims.claim(session, NOON, TERMS, 50, [])]


@pytest.mark.parametrize("deletion", Deletion)
def test_a_draft_that_may_cite_an_erased_message_is_drafted_again(
    session: Session, incident_id: int, message: TimelineEvent, deletion: Deletion
) -> None:
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.DRAFT), NOON)
    assert claim_kinds(session) == [JobKind.DRAFT]  # and claimed from here on
    erasure.erase(session, message, deletion, NOON)
    assert outbox.find_last_id(session, incident_id, JobKind.REDRAFT) is not None


def test_erasing_without_a_draft_drafts_nothing(session: Session, message: TimelineEvent) -> None:
    erasure.erase(session, message, Deletion.REPORTED, NOON)
    assert claim_kinds(session) == []


def add_item(session: Session, incident_id: int, state: ItemState) -> int:
    return action_items.add(
        session,
        incident_id=incident_id,
        text=MESSAGE,
        state=state,
        evidence=TS,
        created_by="U1",
        created_at=NOON,
    ).id


def test_only_items_nobody_accepted_are_withdrawn_on_erasure(
    session: Session, incident_id: int, message: TimelineEvent
) -> None:
    suggested, dropped, accepted = (
        add_item(session, incident_id, ItemState.SUGGESTED) for _ in range(3)
    )
    typed = add_item(session, incident_id, ItemState.OPEN)
    action_items.change(session, dropped, by="U1", at=NOON, state=ItemState.DROPPED)
    for state in (ItemState.OPEN, ItemState.DROPPED):
        action_items.change(session, accepted, by="U1", at=NOON, state=state)
    erased = erasure.erase(session, message, Deletion.REPORTED, NOON)
    assert (erased.withdrawn, erased.kept) == ((suggested, dropped), (accepted, typed))
    texts = [item.text for item in action_items.of_incident(session, incident_id)]
    assert [MESSAGE in text for text in texts] == [False, False, True, True]


def add_draft(session: Session, incident_id: int) -> Postmortem:
    document = {"root_cause": [{"text": MESSAGE, "evidence": [TS]}]}
    return postmortems.add(
        session,
        incident_id,
        at=NOON,
        template="quick",
        markdown=MESSAGE,
        html=MESSAGE,
        picture=b"x",
        picture_text=MESSAGE,
        document=document,
    )


def test_earlier_versions_are_emptied_at_once_and_the_newest_when_its_successor_exists(
    session: Session, incident_id: int, message: TimelineEvent
) -> None:
    first, second = add_draft(session, incident_id), add_draft(session, incident_id)
    assert stored.is_cited(session, incident_id, TS)
    erasure.erase(session, message, Deletion.REPORTED, NOON)
    session.expire_all()
    emptied = postmortems.by_id(session, first.id)
    assert (emptied.markdown, emptied.html, emptied.picture_text) == ("", "", "")
    assert (emptied.picture, emptied.document) == (b"", {})
    assert postmortems.by_id(session, second.id).markdown == MESSAGE
    assert claim_kinds(session) == [JobKind.REDRAFT]


def test_notes_and_jobs_that_quote_an_erased_message_are_rewritten(
    session: Session, incident_id: int, message: TimelineEvent
) -> None:
    note = TimelineEvent(
        message_id="deed-1",
        channel_id="C1",
        author="U2",
        text=f"Ben: {MESSAGE}",
        happened_at=NOON,
        kind=EventKind.NOTE,
        source=Source.COMMAND,
    )
    timeline.add(session, incident_id, note)
    about = {"refused": f"“{MESSAGE}” is too long", "person": "U1"}
    job_id = outbox.enqueue(
        session, make_incident_job(incident_id, JobKind.ITEM_ANSWER, about), NOON
    )
    erasure.erase(session, message, Deletion.REPORTED, NOON)
    assert find(session, "deed-1").text == "Ben: [deleted]"
    job = outbox.by_id(session, job_id)
    assert job is not None
    assert job.about["refused"] == "“[deleted]” is too long"

"""What an erasure finds and rewrites beside the message, on both databases."""

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

SAID = "the vault key is in the wiki"
TS = "1773144000.000100"
TERMS = ClaimTerms(lease=timedelta(minutes=1), pace=timedelta(0))


@pytest.fixture
def incident_id(session: Session) -> int:
    return declare(session).id


@pytest.fixture
def said(session: Session, incident_id: int) -> TimelineEvent:
    """A message of the incident, as it is recorded."""
    event = TimelineEvent(message_id=TS, channel_id="C1", author="U1", text=SAID, happened_at=NOON)
    timeline.add(session, incident_id, event)
    return found(session, TS)


def found(session: Session, message_id: str) -> TimelineEvent:
    event = timeline.find(session, "C1", message_id)
    assert event is not None
    return event


def waiting(session: Session) -> list[JobKind]:
    return [each.kind for each in outbox_claims.claim(session, NOON, TERMS, 50, [])]


@pytest.mark.parametrize("deletion", Deletion)
def test_a_draft_that_may_have_read_the_words_is_made_again(
    session: Session, incident_id: int, said: TimelineEvent, deletion: Deletion
) -> None:
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.DRAFT), NOON)
    assert waiting(session) == [JobKind.DRAFT]  # and in hand from here on
    erasure.erase(session, said, deletion, NOON)
    assert outbox.find_last_id(session, incident_id, JobKind.REDRAFT) is not None


def test_without_a_draft_nothing_is_drafted(session: Session, said: TimelineEvent) -> None:
    erasure.erase(session, said, Deletion.REPORTED, NOON)
    assert waiting(session) == []


def item(session: Session, incident_id: int, state: ItemState) -> int:
    return action_items.add(
        session,
        incident_id=incident_id,
        text=SAID,
        state=state,
        evidence=TS,
        created_by="U1",
        created_at=NOON,
    ).id


def test_only_what_nobody_accepted_is_withdrawn(
    session: Session, incident_id: int, said: TimelineEvent
) -> None:
    suggested, dropped, accepted = (
        item(session, incident_id, ItemState.SUGGESTED) for _ in range(3)
    )
    typed = item(session, incident_id, ItemState.OPEN)
    action_items.change(session, dropped, by="U1", at=NOON, state=ItemState.DROPPED)
    for state in (ItemState.OPEN, ItemState.DROPPED):
        action_items.change(session, accepted, by="U1", at=NOON, state=state)
    erased = erasure.erase(session, said, Deletion.REPORTED, NOON)
    assert (erased.withdrawn, erased.kept) == ((suggested, dropped), (accepted, typed))
    texts = [each.text for each in action_items.of_incident(session, incident_id)]
    assert [SAID in text for text in texts] == [False, False, True, True]


def draft(session: Session, incident_id: int) -> Postmortem:
    document = {"root_cause": [{"text": SAID, "evidence": [TS]}]}
    return postmortems.add(
        session,
        incident_id,
        at=NOON,
        template="quick",
        markdown=SAID,
        html=SAID,
        picture=b"x",
        picture_text=SAID,
        document=document,
    )


def test_earlier_versions_are_emptied_at_once_and_the_newest_when_the_next_is_there(
    session: Session, incident_id: int, said: TimelineEvent
) -> None:
    first, second = draft(session, incident_id), draft(session, incident_id)
    assert stored.is_cited(session, incident_id, TS)
    erasure.erase(session, said, Deletion.REPORTED, NOON)
    session.expire_all()
    emptied = postmortems.by_id(session, first.id)
    assert (emptied.markdown, emptied.html, emptied.picture_text) == ("", "", "")
    assert (emptied.picture, emptied.document) == (b"", {})
    assert postmortems.by_id(session, second.id).markdown == SAID
    assert waiting(session) == [JobKind.REDRAFT]


def test_what_was_typed_elsewhere_is_rewritten(
    session: Session, incident_id: int, said: TimelineEvent
) -> None:
    note = TimelineEvent(
        message_id="deed-1",
        channel_id="C1",
        author="U2",
        text=f"Ben: {SAID}",
        happened_at=NOON,
        kind=EventKind.NOTE,
        source=Source.COMMAND,
    )
    timeline.add(session, incident_id, note)
    about = {"refused": f"“{SAID}” is too long", "person": "U1"}
    put = outbox.enqueue(session, make_incident_job(incident_id, JobKind.ITEM_ANSWER, about), NOON)
    erasure.erase(session, said, Deletion.REPORTED, NOON)
    assert found(session, "deed-1").text == "Ben: [deleted]"
    job = outbox.by_id(session, put)
    assert job is not None
    assert job.about["refused"] == "“[deleted]” is too long"

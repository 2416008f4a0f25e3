from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound

from storage import postmortems
from storage.engine.store import Session
from storage.postmortems import Postmortem
from tests.storage.conftest import NOON, declare

DOCUMENT: dict[str, Any] = {
    "template": "full",
    "markdown": "# INC\n\nschön",
    "html": "<!doctype html>",
    "picture": b"\x89PNG\x00\xff",
    "picture_text": "a timeline",
    "document": {"schema": "debrief.postmortem/1", "summary": [], "durations": {"ttr": None}},
}


def add_draft(session: Session, incident_id: int, days: int = 0) -> Postmortem:
    return postmortems.add(session, incident_id, at=NOON + timedelta(days=days), **DOCUMENT)


def test_a_draft_is_read_back_byte_for_byte(session: Session) -> None:
    draft = add_draft(session, declare(session).id)
    session.expire_all()
    found = postmortems.by_id(session, draft.id)
    assert found == draft
    assert {name: getattr(found, name) for name in DOCUMENT} == DOCUMENT


def test_drafts_are_numbered_per_incident(session: Session) -> None:
    one, other = declare(session, 1).id, declare(session, 2).id
    assert [add_draft(session, incident_id).version for incident_id in (one, one, other, one)] == [
        1,
        2,
        1,
        3,
    ]


def test_the_latest_draft_is_the_last_version(session: Session) -> None:
    incident = declare(session)
    drafts = [add_draft(session, incident.id, days) for days in (0, 1)]
    assert postmortems.latest(session, incident.id) == drafts[1]


def test_an_incident_without_a_draft_has_no_latest(session: Session) -> None:
    assert postmortems.latest(session, declare(session).id) is None


def test_an_unknown_draft_raises(session: Session) -> None:
    with pytest.raises(NoResultFound):
        postmortems.by_id(session, 404)

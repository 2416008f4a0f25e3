"""The model's last answer per incident, on both databases."""

from pathlib import Path

from sqlalchemy import func, select

from bot.domain.timeline import Deletion, TimelineEvent
from bot.timeline import erasure
from storage import model_answers, timeline
from storage.engine import backup
from storage.engine.store import Session, Store
from storage.tables import ModelAnswerRow
from tests.storage.conftest import NOON, declare

KEY, OTHER = "a" * 64, "b" * 64


def test_an_answer_is_found_by_its_request(session: Session) -> None:
    incident = declare(session)
    assert model_answers.find(session, incident.id, KEY) is None
    model_answers.save(session, incident.id, KEY, "ünïcode", NOON)
    assert model_answers.find(session, incident.id, KEY) == "ünïcode"
    assert model_answers.find(session, incident.id, OTHER) is None


def test_only_the_last_answer_of_an_incident_is_kept(session: Session) -> None:
    first, second = declare(session), declare(session, 2)
    for incident, key in ((first, KEY), (second, KEY), (first, OTHER)):
        model_answers.save(session, incident.id, key, key, NOON)
    assert model_answers.find(session, first.id, KEY) is None
    assert model_answers.find(session, first.id, OTHER) == OTHER
    assert model_answers.find(session, second.id, KEY) == KEY
    model_answers.clear(session, first.id)
    assert session.execute(select(func.count()).select_from(ModelAnswerRow)).scalar_one() == 1


def test_erasing_a_message_deletes_the_answer(session: Session) -> None:
    incident = declare(session)
    message = TimelineEvent(
        message_id="1.0", channel_id="C1", author="U1", text="the key is x", happened_at=NOON
    )
    timeline.add(session, incident.id, message)
    model_answers.save(session, incident.id, KEY, "the key is x", NOON)
    stored = timeline.find(session, "C1", "1.0")
    assert stored
    erasure.erase(session, stored, Deletion.FORGOTTEN, NOON)
    assert model_answers.find(session, incident.id, KEY) is None


def test_a_backup_has_the_answers(store: Store, tmp_path: Path) -> None:
    with store.begin() as session:
        incident = declare(session)
        model_answers.save(session, incident.id, KEY, "answer", NOON)
    backup.create(store, tmp_path / "backup")
    copy = Store(f"sqlite:///{tmp_path / 'backup'}")
    with copy.begin() as session:
        assert model_answers.find(session, incident.id, KEY) == "answer"
    copy.close()

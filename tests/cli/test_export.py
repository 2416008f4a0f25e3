"""A stored postmortem that somebody decided against."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.export import export
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.incident import Incident, Status
from bot.domain.requirement import Decision
from bot.postmortems.drafts import load_record, prepare, store_draft
from storage import incidents, requirement_decisions
from storage.engine import schema
from storage.engine.store import Session, Store

app = typer.Typer()
app.command()(export)
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@app.callback()
def debrief() -> None:
    """A second command makes `export` a name to type, as in the real program."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'debrief.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    made = Store(url)
    schema.upgrade(made)
    return made


def add(session: Session) -> Incident:
    return incidents.add(
        session,
        key="INC-2026-001",
        title="checkout fails",
        status=Status.RESOLVED,
        channel_id="C1",
        channel_name="inc-1",
        declared_by="U1",
        declared_at=NOON,
    )


def decide(session: Session, incident: Incident, *, wanted: bool) -> None:
    decision = Decision(wanted=wanted, by="U1", at=NOON, because="a {drill}", deed="deed-1")
    requirement_decisions.add(session, incident.id, decision)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", "INC-2026-001", *arguments])
    return result.exit_code, result.stdout, result.stderr


TOLD = "INC-2026-001 has no postmortem. U1 decided that on 2026-03-10: “a {drill}”.\n"


def test_what_was_decided_after_the_draft_is_in_the_json_and_said_beside_the_text(
    store: Store,
) -> None:
    bot = Bot(store=store, policy=Policy())
    with store.begin() as session:
        incident = add(session)
        made = prepare(bot, load_record(session, incident))
        postmortem = store_draft(session, incident, made, NOON)
    assert run() == (0, postmortem.markdown, "")
    before = json.loads(run("--format", "json")[1])
    assert before["need"]["waived"] is None
    with store.begin() as session:
        decide(session, incident, wanted=False)
    code, out, err = run("--format", "json")
    assert (code, err) == (0, TOLD)
    after = json.loads(out)
    waived = {"by": "U1", "at": "2026-03-10T12:00:00Z", "because": "a {drill}"}
    assert after == before | {"need": before["need"] | {"waived": waived}}
    assert run() == (0, postmortem.markdown, TOLD)
    with store.begin() as session:
        decide(session, incident, wanted=True)
    assert json.loads(run("--format", "json")[1]) == before
    store.close()


def test_without_a_draft_the_decision_is_the_answer(store: Store) -> None:
    with store.begin() as session:
        incident = add(session)
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "has no postmortem yet" in err
    with store.begin() as session:
        decide(session, incident, wanted=False)
    assert run("--format", "json") == (2, "", "debrief: " + TOLD)
    store.close()


def test_a_private_one_is_written_only_when_that_is_said(store: Store) -> None:
    with store.begin() as session:
        incident = incidents.change(session, add(session).id, private=True)
        record = load_record(session, incident)
        made = prepare(Bot(store=store, policy=Policy()), record)
        store_draft(session, incident, made, NOON)
    code, written, told = run("--public")
    assert (code, written) == (2, "")
    assert "INC-2026-001 is private" in told
    assert "add --private" in told
    code, written, _ = run("--private")
    assert code == 0
    assert "checkout fails" in written

"""Export a stored postmortem, also when no postmortem is required or the incident is private."""

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
    """With a second command, `export` must be typed, as in the real program."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'debrief.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    store = Store(url)
    schema.upgrade(store)
    return store


def add_incident(session: Session) -> Incident:
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
    decision = Decision(wanted=wanted, by="U1", at=NOON, because="a {drill}", event_id="deed-1")
    requirement_decisions.add(session, incident.id, decision)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", "INC-2026-001", *arguments])
    return result.exit_code, result.stdout, result.stderr


WAIVED = "U1 skipped the postmortem for INC-2026-001 on 2026-03-10. Reason: “a {drill}”.\n"


def test_a_waiver_after_the_draft_is_in_the_json_and_printed_next_to_the_text(
    store: Store,
) -> None:
    bot = Bot(store=store, policy=Policy())
    with store.begin() as session:
        incident = add_incident(session)
        prepared = prepare(bot, load_record(session, incident))
        postmortem = store_draft(session, incident, prepared, NOON)
    assert run() == (0, postmortem.markdown, "")
    before = json.loads(run("--format", "json")[1])
    assert before["need"]["waived"] is None
    with store.begin() as session:
        decide(session, incident, wanted=False)
    code, out, err = run("--format", "json")
    assert (code, err) == (0, WAIVED)
    after = json.loads(out)
    waived = {"by": "U1", "at": "2026-03-10T12:00:00Z", "because": "a {drill}"}
    assert after == before | {"need": before["need"] | {"waived": waived}}
    assert run() == (0, postmortem.markdown, WAIVED)
    with store.begin() as session:
        decide(session, incident, wanted=True)
    assert json.loads(run("--format", "json")[1]) == before
    store.close()


def test_without_a_draft_the_waiver_is_printed_as_an_error(store: Store) -> None:
    with store.begin() as session:
        incident = add_incident(session)
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "has no postmortem yet" in err
    with store.begin() as session:
        decide(session, incident, wanted=False)
    assert run("--format", "json") == (2, "", "debrief: " + WAIVED)
    store.close()


def test_a_private_postmortem_is_exported_only_with_private(store: Store) -> None:
    with store.begin() as session:
        incident = incidents.change(session, add_incident(session).id, private=True)
        record = load_record(session, incident)
        prepared = prepare(Bot(store=store, policy=Policy()), record)
        store_draft(session, incident, prepared, NOON)
    code, output, error = run("--public")
    assert (code, output) == (2, "")
    assert "INC-2026-001 is private" in error
    assert "add --private" in error
    code, output, _ = run("--private")
    assert code == 0
    assert "checkout fails" in output

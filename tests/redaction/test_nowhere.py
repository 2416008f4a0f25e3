"""Secrets from any input reach no table, file, message, form or log."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from handlers.interactions import SUBMISSION_HANDLERS
from storage.engine import backup
from tests.redaction.planting import Planter, leaks, secrets
from tests.support import harness
from tests.support.harness import LiveBot

# Forms that open only in states this test doesn't reach. Their input is read like that of all
# others.
NOT_REACHED = {
    "digest_settings", "forget", "item_due", "item_priority", "item_ticket", "review_return",
}  # fmt: skip


def test_secrets_from_every_input_reach_no_output(tmp_path: Path) -> None:
    planted = secrets()
    assert len(planted) >= 40
    with (
        capture_logs() as logs,
        harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db") as live_bot,
    ):
        planter = Planter(live_bot, planted)
        planter.everything()
        backup.create(live_bot.store, tmp_path / "backup.db")
        leaked = {
            "tables": _in_tables(tmp_path / "debrief.db", planted),
            "answers": leaks(planted, "\n".join(planter.answers)),
            "calls": _in_calls(live_bot, planted),
            "acknowledgements": leaks(
                planted, _text([delivery.answer for delivery in live_bot.sandbox.record.deliveries])
            ),
            "files": leaks(
                planted, "\n".join(_readable(file.bytes) for file in _files_of_bot(live_bot))
            ),
            "logs": leaks(planted, _text(logs)),
        }
        reached = _submitted_forms(live_bot)
    for name in ("debrief.db", "debrief.db-wal", "backup.db"):
        file = tmp_path / name
        leaked[name] = leaks(planted, _readable(file.read_bytes())) if file.exists() else []
    assert {place: secrets_there for place, secrets_there in leaked.items() if secrets_there} == {}
    assert _readable((tmp_path / "backup.db").read_bytes()).count("[removed: ") > len(planted)
    assert set(SUBMISSION_HANDLERS) - reached <= NOT_REACHED


def _in_tables(file: Path, planted: list[Any]) -> list[str]:
    """Return the columns that hold a secret, as `table.column: secret`."""
    found = []
    connection = sqlite3.connect(file)
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    for name in names:
        rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - the table name comes from the schema
        columns = [column[0] for column in rows.description]
        for column, values in zip(columns, zip(*rows.fetchall(), strict=True), strict=False):
            leaked = leaks(planted, "\n".join(map(str, values)))
            found += [f"{name}.{column}: {secret}" for secret in leaked[:2]]
    connection.close()
    return found


def _in_calls(live_bot: LiveBot, planted: list[Any]) -> list[str]:
    found = []
    for method in sorted({call.method for call in live_bot.sandbox.record.calls}):
        args = [call.args for call in live_bot.sandbox.record.called(method)]
        found += [f"{method}: {secret}" for secret in leaks(planted, _text(args))[:2]]
    return found


def _files_of_bot(live_bot: LiveBot) -> list[Any]:
    bot = live_bot.service.identity.bot_user_id
    return [file for file in live_bot.workspace.files if file.owner == bot]


def _submitted_forms(live_bot: LiveBot) -> set[str]:
    bodies = [delivery.body for delivery in live_bot.sandbox.record.delivered("interactive")]
    return {body["view"]["callback_id"] for body in bodies if body.get("type") == "view_submission"}


def _text(value: Any) -> str:
    """Serialize without escaping characters that weren't escaped before."""
    return json.dumps(value, ensure_ascii=False, default=str).replace('\\"', '"')


def _readable(content: bytes) -> str:
    return content.decode("utf-8", "replace")

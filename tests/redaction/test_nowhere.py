"""Whatever way secrets come in, they are in no table, no file, no message, no form and no log."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from handlers.interactions import SUBMISSION_HANDLERS
from storage.engine import backup
from tests.redaction.planting import Planter, leaks, secrets
from tests.support import harness
from tests.support.harness import Town

# Forms that open only in a state that the walk does not reach. What they send is read as all others are.
NOT_REACHED = {
    "digest_settings", "forget", "item_due", "item_priority", "item_ticket", "review_return",
}  # fmt: skip


def test_secrets_are_nowhere(tmp_path: Path) -> None:
    planted = secrets()
    assert len(planted) >= 40
    with capture_logs() as logs, harness.town(f"sqlite:///{tmp_path}/debrief.db") as town:
        planter = Planter(town, planted)
        planter.everything()
        backup.create(town.store, tmp_path / "backup.db")
        found = {
            "tables": _in_tables(tmp_path / "debrief.db", planted),
            "answers": leaks(planted, "\n".join(planter.answers)),
            "calls": _in_calls(town, planted),
            "acknowledgements": leaks(
                planted, _text([each.answer for each in town.sandbox.record.deliveries])
            ),
            "files": leaks(planted, "\n".join(_readable(file.bytes) for file in _ours(town))),
            "logs": leaks(planted, _text(logs)),
        }
        reached = _forms(town)
    for name in ("debrief.db", "debrief.db-wal", "backup.db"):
        file = tmp_path / name
        found[name] = leaks(planted, _readable(file.read_bytes())) if file.exists() else []
    assert {where: what for where, what in found.items() if what} == {}
    assert _readable((tmp_path / "backup.db").read_bytes()).count("[removed: ") > len(planted)
    assert set(SUBMISSION_HANDLERS) - reached <= NOT_REACHED


def _in_tables(file: Path, planted: list[Any]) -> list[str]:
    """The columns that hold one, by table."""
    found = []
    connection = sqlite3.connect(file)
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    for name in names:
        rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name of our own
        columns = [column[0] for column in rows.description]
        for column, values in zip(columns, zip(*rows.fetchall(), strict=True), strict=False):
            leaked = leaks(planted, "\n".join(map(str, values)))
            found += [f"{name}.{column}: {each}" for each in leaked[:2]]
    connection.close()
    return found


def _in_calls(town: Town, planted: list[Any]) -> list[str]:
    found = []
    for method in sorted({call.method for call in town.sandbox.record.calls}):
        args = [call.args for call in town.sandbox.record.called(method)]
        found += [f"{method}: {each}" for each in leaks(planted, _text(args))[:2]]
    return found


def _ours(town: Town) -> list[Any]:
    bot = town.service.identity.bot_user_id
    return [file for file in town.ws.files if file.owner == bot]


def _forms(town: Town) -> set[str]:
    sent = [each.body for each in town.sandbox.record.delivered("interactive")]
    return {body["view"]["callback_id"] for body in sent if body.get("type") == "view_submission"}


def _text(held: Any) -> str:
    """As text in which nothing is escaped that was not."""
    return json.dumps(held, ensure_ascii=False, default=str).replace('\\"', '"')


def _readable(content: bytes) -> str:
    return content.decode("utf-8", "replace")

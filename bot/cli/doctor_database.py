"""Checks of `debrief doctor` for the database: schema, damage, permissions, refused messages."""

from collections.abc import Iterator
from pathlib import Path

from bot.cli.doctor_finding import CheckState, Finding
from bot.config.settings import Settings
from bot.domain.errors import BotError
from storage import outbox
from storage.engine import file_permissions, integrity, schema
from storage.engine.store import Store


def run_checks(settings: Settings) -> Iterator[Finding]:
    """Run every database check; most are skipped if it can't be opened."""
    connection = check_connection(settings)
    yield connection
    yield from check_permissions(settings)
    if connection.state is CheckState.OK:
        yield check_refused_messages(settings)


def check_connection(settings: Settings) -> Finding:
    """Connect and check the schema; a missing SQLite file isn't created."""
    store = Store(settings.database_url)
    if store.file is not None and not store.file.exists():
        return _check_creatable(store.file)
    try:
        behind = schema.is_outdated(store)
        if damage := store.check_integrity():
            raise damage
    except (BotError, ImportError) as error:
        return Finding("database", CheckState.FAILED, _remedy(error))
    finally:
        store.close()
    if behind:
        text = "migrations are pending: run `debrief db upgrade`, or start the bot"
        return Finding("database", CheckState.WARNING, text)
    return Finding("database", CheckState.OK, f"{store.kind}, up to date")


def _remedy(error: Exception) -> str:
    if isinstance(error, integrity.Damaged | schema.NewerSchema):
        return error.plain
    if isinstance(error, schema.DatabaseRefused):
        return f"{error.facts['reason']}: fix DATABASE_URL or the database"
    return f"{str(error).splitlines()[0]}: fix DATABASE_URL or the database"


def check_permissions(settings: Settings) -> Iterator[Finding]:
    """Check whether others on this machine can read or replace the database."""
    file = Store(settings.database_url).file
    if file is None or not file.exists():
        return
    folder, problems = file.absolute().parent, []
    # Opening it as its owner would have restricted it.
    if file_permissions.is_open_to_others(file):
        problems.append(f"others can read {file}: run `chmod 600 {file}` as its owner")
    if file_permissions.is_writable_by_others(folder):
        problems.append(f"others can replace files in {folder}: run `chmod go-w {folder}`")
    state = CheckState.WARNING if problems else CheckState.OK
    yield Finding(
        "permissions", state, "; ".join(problems) or "only the owner can read the database"
    )


def check_refused_messages(settings: Settings) -> Finding:
    """Report messages that Slack refused permanently."""
    store = Store(settings.database_url)
    if store.file is not None and not store.file.exists():
        return Finding("outbox", CheckState.OK, "nothing sent yet")
    with store.begin() as session:
        troubles = outbox.list_set_aside(session)
    store.close()
    if not troubles:
        return Finding("outbox", CheckState.OK, "Slack hasn't rejected any messages")
    last = troubles[-1]
    latest = f"{last.kind.replace('_', ' ')}: {last.reason}"
    text = f"messages rejected by Slack: {len(troubles)}, latest {latest}. Run `debrief outbox`"
    return Finding("outbox", CheckState.WARNING, text)


def _check_creatable(file: Path) -> Finding:
    if not file.absolute().parent.is_dir():
        text = f"{file} can't be created: create the folder {file.absolute().parent} first"
        return Finding("database", CheckState.FAILED, text)
    return Finding("database", CheckState.OK, f"{file} will be created when the bot first starts")

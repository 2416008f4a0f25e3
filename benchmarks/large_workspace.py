"""Time responses in a workspace that is far too large: `python -m benchmarks.large_workspace [URL]`.

2,000 open incidents, one of them with 20,000 timeline events and 2,000 action items, and a person who
owns 2,000 items and takes part in 500 incidents. Without a URL, on SQLite in a temporary file.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from benchmarks.measure import Work, count_statements, filled_store, insert_rows, slowest
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.action_item import ItemState
from bot.domain.actor import Actor
from bot.domain.commands import SUBCOMMANDS
from bot.domain.incident import Severity, Status
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.timeline import EventKind, Mark, Source
from bot.people import home_tab
from bot.postmortems import drafts
from bot.reports import data_export, weekly_digest
from handlers.commands import COMMAND_HANDLERS
from handlers.commands.call import CommandCall
from handlers.views import home_tab as home_tab_view
from storage import incidents, library, settings
from storage.engine.store import Session, Store
from storage.tables import (
    ActionItemRow,
    CorrectionRow,
    IncidentRow,
    LibraryRow,
    MarkRow,
    RoleRow,
    TimelineEventRow,
)

INCIDENTS, EVENTS, ITEMS, BATCH = 2_000, 20_000, 2_000, 2_000
PARTICIPATIONS = 500  # incidents that Ana takes part in
NOW = datetime(2026, 10, 7, 9, 1, tzinfo=UTC)  # a Wednesday
ANA = "U1"  # owns the items and takes part in many incidents


def main() -> None:
    """Print the slowest run of each in milliseconds, and its number of SQL statements."""
    with filled_store(fill) as store:
        bot = Bot(store=store, policy=Policy(), now=lambda: NOW)
        sys.stdout.write(f"{store.kind}\n")
        for name, work in workloads(bot):
            statements = count_statements(store, work)
            milliseconds = slowest(store, work, undo=True)
            sys.stdout.write(f"{name:<26} {milliseconds:9.1f} ms {statements:7} statements\n")


def workloads(bot: Bot) -> Iterator[tuple[str, Work]]:
    """Yield everything that people wait for, by name."""
    for command in (
        "list", "catchup", "timeline", "actions", "search part3", "search word", "similar",
        "resolve fixed",
    ):  # fmt: skip
        yield f"/incident {command}", partial(_command, bot, command)
    yield "own actions", partial(_command, bot, "actions", channel="D1")
    yield "Home tab", lambda session: _home(session, bot)
    yield "digest, counting", lambda session: weekly_digest.current_figures(session, bot, NOW)
    yield "postmortem requirement", lambda session: _requirement(session, bot)
    yield "export --all", lambda session: data_export.as_json(session, bot, NOW, private=True)


def _command(bot: Bot, text: str, session: Session, channel: str = "C1") -> object:
    name, _, rest = text.partition(" ")
    subcommand = next(command for command in SUBCOMMANDS if command.name == name)
    actor = Actor(person=ANA, channel_id=channel, request_id=text, at=NOW)
    return COMMAND_HANDLERS[name](CommandCall(session, bot, actor, subcommand, rest))


def _home(session: Session, bot: Bot) -> str:
    actor = Actor(person=ANA, channel_id="", request_id="home", at=NOW)
    return json.dumps(home_tab_view.home(bot, home_tab.load(session, bot, actor)))


def _requirement(session: Session, bot: Bot) -> object:
    return drafts.requirement_reasons(session, bot, incidents.by_id(session, 1))


def fill(store: Store) -> None:
    """Fill an empty database."""
    insert_rows(store, IncidentRow, INCIDENTS, _incident, BATCH)
    insert_rows(store, RoleRow, 2 * INCIDENTS, _role, BATCH)
    insert_rows(store, TimelineEventRow, EVENTS + PARTICIPATIONS, _event, BATCH)
    insert_rows(store, MarkRow, EVENTS // 40, _mark, BATCH)
    with store.begin() as session:
        event_ids = session.exec(
            select(TimelineEventRow.id).order_by(col(TimelineEventRow.id))
        ).all()
    insert_rows(store, CorrectionRow, EVENTS // 40 - 1, partial(_correction, event_ids), BATCH)
    insert_rows(store, ActionItemRow, 2 * ITEMS, _item, BATCH)
    insert_rows(
        store,
        LibraryRow,
        INCIDENTS,
        lambda n: {"incident_id": n, "indexed": 0, "touched": 1},
        BATCH,
    )
    with store.begin() as session:
        settings.save(session, "workspace.url", "https://example.slack.com/")
        for number in range(1, INCIDENTS + 1):
            traits = Traits(services=(f"part{number % 4}",), errors=("PoolTimeout",))
            page = LibraryPage(
                title=f"part{number % 4} fails", traits=traits, lines=("a word",) * 50
            )
            library.save_page(session, number, page, 1)


def _incident(number: int) -> dict[str, Any]:
    return {
        "id": number, "key": f"INC-2026-{number:03d}", "title": f"part{number % 4} fails",
        "severity": list(Severity)[number % 5], "status": Status.INVESTIGATING, "channel_id": f"C{number}",
        "channel_name": f"inc-{number}", "declared_by": "U2", "declared_at": NOW - number * timedelta(minutes=5),
        "private": number % 20 == 0, "announcement": {},
    }  # fmt: skip


def _role(number: int) -> dict[str, Any]:
    name = ("lead", "scribe")[number % 2]
    return {
        "incident_id": (number + 1) // 2,
        "name": name,
        "person": f"U{number % 50 + 3}",
        "since": NOW,
    }


def _event(number: int) -> dict[str, Any]:
    """Return an event: most belong to the first incident, then one by Ana to each incident."""
    incident = max(1, number - EVENTS)
    texts = (
        "looking at the pool of <@U7>",
        "we rolled back, error rate is down",
        "the cause was a limit",
    )
    return {
        "incident_id": incident, "channel_id": f"C{incident}", "message_id": f"{1_790_000_000 + number}.000100",
        "author": ANA if number > EVENTS else f"U{number % 50 + 3}", "text": f"{texts[number % 3]} {number}",
        "happened_at": NOW - timedelta(seconds=30_000 - number), "kind": EventKind.MESSAGE, "source": Source.HEARD,
        "detail": "", "edited": False, "deleted": number % 97 == 0, "version": "",
    }  # fmt: skip


def _mark(number: int) -> dict[str, Any]:
    return {
        "channel_id": "C1", "message_id": f"{1_790_000_000 + 40 * number}.000100", "person": ANA,
        "mark": Mark.TIMELINE, "marked_at": NOW, "version": "1", "removed": False,
    }  # fmt: skip


def _correction(events: Sequence[int | None], number: int) -> dict[str, Any]:
    return {
        "event_id": events[40 * number],
        "person": ANA,
        "hidden": number % 2 == 0,
        "made_at": NOW,
    }


def _item(number: int) -> dict[str, Any]:
    """Return an item: half of them belong to the first incident, Ana owns the others."""
    own = number % 2 == 0
    return {
        "incident_id": number // 2 % INCIDENTS + 1 if own else 1, "text": f"alert on queue {number}",
        "state": ItemState.OPEN if number % 5 else ItemState.DROPPED, "owner": ANA if own else "U3", "due": (NOW + number % 40 * timedelta(days=1)).date(),
        "created_by": "U2", "created_at": NOW,
    }  # fmt: skip


if __name__ == "__main__":
    main()
